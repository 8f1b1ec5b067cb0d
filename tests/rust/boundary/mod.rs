//! The C edge, called as C calls it. One file for each part of the head of the header; each of its sentences has a test.
#![expect(unsafe_code, reason = "calls what C calls")]
#![expect(clippy::disallowed_methods, reason = "a host: it reads files, the time, the environment, and has a runtime")]

mod callbacks;
mod conversation;
mod events;
mod nulls;
mod ownership;
mod process;
mod races;
mod text;
mod threads;

use std::ffi::c_char;
use std::ptr;
use std::sync::{Mutex, MutexGuard, PoisonError};

use cis2::error::{Family, Status};
use cis2::ffi::{self, *};

use crate::support::{CLIENT_ID, REDIRECT_URI, STATE_SECRET, read};

pub const NO_TEXT: cis2_str = cis2_str { data: ptr::null(), len: 0 };
pub const NO_BYTES: cis2_bytes = cis2_bytes { data: ptr::null(), len: 0 };
pub const SIMULATOR: u32 = CIS2_PLATFORM_LOCAL_SIMULATOR;
pub const RS256: u32 = CIS2_ALGORITHM_RS256;
pub const INVALID_ARGUMENT: Status = Status::InvalidArgument;
pub const INVALID_STATE: Status = Status::InvalidState;

pub fn t(text: &str) -> cis2_str {
    cis2_str { data: text.as_ptr().cast(), len: text.len() }
}

pub fn b(bytes: &[u8]) -> cis2_bytes {
    cis2_bytes { data: bytes.as_ptr(), len: bytes.len() }
}

/// What a view shows; checks the NUL behind it.
pub fn seen(view: cis2_str) -> String {
    if view.data.is_null() {
        assert_eq!(view.len, 0, "an empty view has no length");
        return String::new();
    }
    // SAFETY: a view that the library gave, of a handle that the test still holds.
    let bytes = unsafe { std::slice::from_raw_parts(view.data.cast::<u8>(), view.len + 1) };
    let (end, text) = bytes.split_last().expect("at least the NUL");
    assert_eq!(*end, 0, "a NUL behind the text");
    String::from_utf8(text.to_vec()).expect("UTF-8")
}

pub fn bytes_seen(view: cis2_bytes) -> Vec<u8> {
    if view.data.is_null() {
        return Vec::new();
    }
    // SAFETY: a view that the library gave, of a handle that the test still holds.
    unsafe { std::slice::from_raw_parts(view.data, view.len) }.to_vec()
}

/// One test at a time, because the process has one counter of live objects; at the end the balance is drawn.
pub struct Alone {
    live: u64,
    _lock: MutexGuard<'static, ()>,
}

pub fn alone() -> Alone {
    static LOCK: Mutex<()> = Mutex::new(());
    let lock = LOCK.lock().unwrap_or_else(PoisonError::into_inner);
    Alone { live: cis2_live_objects(), _lock: lock }
}

impl Drop for Alone {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            assert_eq!(cis2_live_objects(), self.live, "every handle was freed");
        }
    }
}

/// What stands in an output before the call, so that the call can be seen to have made it blank.
pub trait Output {
    fn dirty() -> Self;
    fn is_blank(&self) -> bool;
}

impl<T> Output for *mut T {
    fn dirty() -> Self {
        ptr::dangling_mut()
    }
    fn is_blank(&self) -> bool {
        self.is_null()
    }
}

impl<T> Output for *const T {
    fn dirty() -> Self {
        ptr::dangling()
    }
    fn is_blank(&self) -> bool {
        self.is_null()
    }
}

impl Output for cis2_str {
    fn dirty() -> Self {
        cis2_str { data: ptr::dangling::<c_char>(), len: 77 }
    }
    fn is_blank(&self) -> bool {
        self.data.is_null() && self.len == 0
    }
}

impl Output for cis2_bytes {
    fn dirty() -> Self {
        cis2_bytes { data: ptr::dangling(), len: 77 }
    }
    fn is_blank(&self) -> bool {
        self.data.is_null() && self.len == 0
    }
}

macro_rules! numbers {
    ($($number:ty)*) => {$(
        impl Output for $number {
            fn dirty() -> Self {
                77
            }
            fn is_blank(&self) -> bool {
                *self == 0
            }
        }
    )*};
}
numbers!(i32 u32 i64 u64 usize);

/// How a call ended.
#[must_use]
pub struct Outcome {
    call: &'static str,
    status: cis2_status,
    message: String,
}

impl Outcome {
    pub fn new(call: &'static str, status: cis2_status, error: *mut cis2_error) -> Self {
        assert_eq!(error.is_null(), status == 0, "{call}: an error object for each status but 0, got {status}");
        // SAFETY: the error that the call gave, or NULL; freed once.
        unsafe {
            assert_eq!(cis2_error_status(error), status, "{call}: the error has the status of the call");
            let message = seen(cis2_error_message(error));
            cis2_error_free(error);
            Self { call, status, message }
        }
    }

    pub fn ok(self) {
        assert_eq!(self.status, 0, "{}: {}", self.call, self.message);
    }

    pub fn refused(self, expected: Status) -> String {
        assert_eq!(self.status, expected.number(), "{}: {}", self.call, self.message);
        assert!(self.message.starts_with(&format!("{} ({})", expected.name(), self.status)), "{}", self.message);
        assert_ne!(expected.family(), Family::Success);
        self.message
    }
}

/// Calls a function that ends with `out_error`. `=> out` stands for an output that must be blank after a failure.
macro_rules! call {
    ($function:ident($($argument:expr),* $(,)?)) => {{
        let mut error = $crate::boundary::Output::dirty();
        // SAFETY: handles that the test holds, views of what it holds, places on its stack.
        let status = unsafe { cis2::ffi::$function($($argument,)* &raw mut error) };
        $crate::boundary::Outcome::new(stringify!($function), status, error)
    }};
    ($function:ident($($argument:expr),* => out)) => {{
        let mut out = $crate::boundary::Output::dirty();
        let outcome = call!($function($($argument,)* &raw mut out));
        assert!($crate::boundary::Output::is_blank(&out), "{}: a blank output", stringify!($function));
        outcome
    }};
    ($function:ident($($argument:expr),* => null)) => {
        call!($function($($argument,)* std::ptr::null_mut()))
    };
}
pub(crate) use call;

/// What a function gives through its output.
macro_rules! give {
    ($function:ident($($argument:expr),* $(,)?)) => {{
        let mut out = $crate::boundary::Output::dirty();
        call!($function($($argument,)* &raw mut out)).ok();
        out
    }};
}
pub(crate) use give;

/// Asks an accessor.
macro_rules! ask {
    ($function:ident($($argument:expr),* $(,)?)) => {{
        // SAFETY: a handle that the test holds, or NULL.
        unsafe { cis2::ffi::$function($($argument),*) }
    }};
}
pub(crate) use ask;

/// A handle that is freed at the end of its scope.
pub struct Owned<T>(*mut T, unsafe extern "C" fn(*mut T));

impl<T> Owned<T> {
    pub fn p(&self) -> *mut T {
        self.0
    }
}

impl<T> Drop for Owned<T> {
    fn drop(&mut self) {
        // SAFETY: came from the library, freed here alone.
        unsafe { self.1(self.0) };
    }
}

pub fn pem() -> String {
    read("tests/vectors/keys/rsa2048.pkcs8.pem")
}

pub fn key() -> Owned<cis2_key> {
    Owned(give!(cis2_key_from_pem(b(pem().as_bytes()), NO_BYTES, t("test-key"), RS256)), ffi::cis2_key_free)
}

pub fn config() -> Owned<cis2_config> {
    let config = Owned(give!(cis2_config_new(SIMULATOR)), ffi::cis2_config_free);
    call!(cis2_config_set_client_id(config.p(), t(CLIENT_ID))).ok();
    call!(cis2_config_set_redirect_uri(config.p(), t(REDIRECT_URI))).ok();
    call!(cis2_config_set_signing_key(config.p(), key().p())).ok();
    call!(cis2_config_set_state_secret(config.p(), b(&STATE_SECRET))).ok();
    config
}

pub fn client() -> Owned<cis2_client> {
    client_of(&config())
}

pub fn client_of(config: &Owned<cis2_config>) -> Owned<cis2_client> {
    Owned(give!(cis2_client_new(config.p())), ffi::cis2_client_free)
}

pub fn authorization(client: &Owned<cis2_client>) -> Owned<cis2_flow> {
    Owned(give!(cis2_client_begin_authorization(client.p(), ptr::null())), ffi::cis2_flow_free)
}

pub fn parameters() -> Owned<cis2_authorization_parameters> {
    Owned(give!(cis2_authorization_parameters_new()), ffi::cis2_authorization_parameters_free)
}
