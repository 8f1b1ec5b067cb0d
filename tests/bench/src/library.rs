//! The functions of the shared library that are measured, by their C types.
#![expect(unsafe_code, reason = "calls the library as a C program does")]

use std::ffi::{CStr, CString, c_char, c_void};
use std::ptr;

/// The kid of all keys here, in the form that CIS2 has.
pub const KEY_ID: &str = "b/O6OvVv1+y+WgrH5Ui9WTioLt0=";
/// The client.
pub const CLIENT_ID: &str = "100.apps.supplier";
const AUDIENCE: &str =
    "https://cis2.localhost:443/openam/oauth2/realms/root/realms/NHSIdentity/realms/Healthcare/access_token";
const RS256: u32 = 1;
const LOCAL_SIMULATOR: u32 = 100;

/// `cis2_str` and `cis2_bytes`: the same layout.
#[repr(C)]
#[derive(Clone, Copy)]
struct View {
    data: *const c_char,
    len: usize,
}

impl View {
    const ABSENT: View = View { data: ptr::null(), len: 0 };

    fn of(text: &str) -> Self {
        Self { data: text.as_ptr().cast(), len: text.len() }
    }
}

/// Any handle.
pub type Handle = *mut c_void;
type Free = unsafe extern "C" fn(Handle);
type Accessor = unsafe extern "C" fn(Handle) -> View;
type SetText = unsafe extern "C" fn(Handle, View, *mut Handle) -> i32;
type SetHandle = unsafe extern "C" fn(Handle, Handle, *mut Handle) -> i32;

macro_rules! functions {
    ($($name:ident: $type:ty,)*) => {
        struct Functions { $($name: $type,)* }

        impl Functions {
            fn find(library: *mut c_void) -> Self {
                Self { $($name: {
                    let name = CString::new(stringify!($name)).expect("no NUL");
                    // SAFETY: a library that is loaded, a name that ends in NUL.
                    let found = unsafe { libc::dlsym(library, name.as_ptr()) };
                    assert!(!found.is_null(), "the library has no {}", stringify!($name));
                    // SAFETY: the type is the one that cis2.h declares.
                    unsafe { std::mem::transmute::<*mut c_void, $type>(found) }
                },)* }
            }
        }
    };
}

functions! {
    cis2_assertion_free: Free,
    cis2_assertion_mint: unsafe extern "C" fn(Handle, View, View, u32, *mut Handle, *mut Handle) -> i32,
    cis2_assertion_text: Accessor,
    cis2_client_new: unsafe extern "C" fn(Handle, *mut Handle, *mut Handle) -> i32,
    cis2_client_validate_id_token:
        unsafe extern "C" fn(Handle, Handle, View, View, *mut Handle, *mut Handle) -> i32,
    cis2_config_free: Free,
    cis2_config_new: unsafe extern "C" fn(u32, *mut Handle, *mut Handle) -> i32,
    cis2_config_set_client_id: SetText,
    cis2_config_set_redirect_uri: SetText,
    cis2_config_set_signing_key: SetHandle,
    cis2_error_message: Accessor,
    cis2_identity_free: Free,
    cis2_key_free: Free,
    cis2_key_from_pem: unsafe extern "C" fn(View, View, View, u32, *mut Handle, *mut Handle) -> i32,
    cis2_key_jwk_set: unsafe extern "C" fn(Handle, *mut View, *mut Handle) -> i32,
    cis2_key_set_from_json: unsafe extern "C" fn(View, *mut Handle, *mut Handle) -> i32,
}

/// The library, loaded for good.
pub struct Library {
    c: Functions,
}

impl Library {
    /// Loads it from this file.
    pub fn load(path: &str) -> Self {
        let path = CString::new(path).expect("a path without NUL");
        // SAFETY: a path that ends in NUL; the library's constructors are those of Rust and aws-lc.
        let library = unsafe { libc::dlopen(path.as_ptr(), libc::RTLD_NOW | libc::RTLD_LOCAL) };
        assert!(!library.is_null(), "the library cannot be loaded");
        Self { c: Functions::find(library) }
    }

    /// A key of a PEM text.
    pub fn key(&self, pem: &str) -> Handle {
        let pem = View::of(pem);
        self.made(|out, error| unsafe {
            (self.c.cis2_key_from_pem)(pem, View::ABSENT, View::of(KEY_ID), RS256, out, error)
        })
    }

    /// Frees it.
    pub fn free_key(&self, key: Handle) {
        // SAFETY: a key of this library, not used again.
        unsafe { (self.c.cis2_key_free)(key) }
    }

    /// The JWK set with its public half.
    pub fn jwk_set(&self, key: Handle) -> String {
        let mut json = View::ABSENT;
        let mut error = ptr::null_mut();
        // SAFETY: a living key, outputs that are locals.
        let status = unsafe { (self.c.cis2_key_jwk_set)(key, &mut json, &mut error) };
        self.check(status, error);
        text(json)
    }

    /// A key set.
    pub fn key_set(&self, json: &str) -> Handle {
        self.made(|out, error| unsafe { (self.c.cis2_key_set_from_json)(View::of(json), out, error) })
    }

    /// A client of the local simulator's platform.
    pub fn client(&self, key: Handle) -> Handle {
        let config = self.made(|out, error| unsafe { (self.c.cis2_config_new)(LOCAL_SIMULATOR, out, error) });
        let redirect_uri = View::of("https://rp.example/callback");
        self.done(|error| unsafe { (self.c.cis2_config_set_client_id)(config, View::of(CLIENT_ID), error) });
        self.done(|error| unsafe { (self.c.cis2_config_set_redirect_uri)(config, redirect_uri, error) });
        self.done(|error| unsafe { (self.c.cis2_config_set_signing_key)(config, key, error) });
        let client = self.made(|out, error| unsafe { (self.c.cis2_client_new)(config, out, error) });
        // SAFETY: a configuration of this library, not used again.
        unsafe { (self.c.cis2_config_free)(config) };
        client
    }

    /// Mints an assertion and gives its text.
    pub fn mint(&self, key: Handle) -> String {
        let assertion = self.minted(key);
        // SAFETY: a living assertion, freed after its text was copied.
        unsafe {
            let minted = text((self.c.cis2_assertion_text)(assertion));
            (self.c.cis2_assertion_free)(assertion);
            minted
        }
    }

    /// Mints an assertion, looks at its text as a C caller does, and frees it.
    pub fn mint_and_free(&self, key: Handle) {
        let assertion = self.minted(key);
        // SAFETY: a living assertion, not used again.
        unsafe {
            assert!((self.c.cis2_assertion_text)(assertion).len > 500);
            (self.c.cis2_assertion_free)(assertion);
        }
    }

    /// Validates an ID token and frees what it gives.
    pub fn validate_and_free(&self, client: Handle, keys: Handle, id_token: &str, expectations: &str) {
        let (id_token, expectations) = (View::of(id_token), View::of(expectations));
        let identity = self.made(|out, error| unsafe {
            (self.c.cis2_client_validate_id_token)(client, keys, id_token, expectations, out, error)
        });
        // SAFETY: an identity of this library, not used again.
        unsafe { (self.c.cis2_identity_free)(identity) }
    }

    fn minted(&self, key: Handle) -> Handle {
        let (client_id, audience) = (View::of(CLIENT_ID), View::of(AUDIENCE));
        self.made(|out, error| unsafe { (self.c.cis2_assertion_mint)(key, client_id, audience, 60, out, error) })
    }

    fn made(&self, call: impl FnOnce(*mut Handle, *mut Handle) -> i32) -> Handle {
        let mut out = ptr::null_mut();
        self.done(|error| call(&mut out, error));
        out
    }

    fn done(&self, call: impl FnOnce(*mut Handle) -> i32) {
        let mut error = ptr::null_mut();
        let status = call(&mut error);
        self.check(status, error);
    }

    fn check(&self, status: i32, error: Handle) {
        // SAFETY: the error of a call that failed, which lives on.
        assert!(status == 0, "{}", text(unsafe { (self.c.cis2_error_message)(error) }));
    }
}

fn text(view: View) -> String {
    // SAFETY: callers pass what a living handle has just given; a NUL follows.
    unsafe { CStr::from_ptr(view.data) }.to_str().expect("UTF-8").to_owned()
}
