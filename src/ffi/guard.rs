//! Every C function's body runs in here: no panic crosses the boundary, and none says what it was about, because a
//! payload may hold a token.
#![expect(unsafe_code, reason = "the C edge: writes the caller's error output")]

use std::cell::Cell;
use std::panic::{self, AssertUnwindSafe, PanicHookInfo};
use std::sync::Once;
use std::task::Poll;

use super::error::cis2_error;
use super::handle;
use super::out::{Blank, Out};
use super::status::cis2_status;
use crate::error::{Error, Result, Status};

thread_local! {
    /// Whether this thread runs code of this library on behalf of C.
    static INSIDE: Cell<bool> = const { Cell::new(false) };
}

/// Runs a body that can fail. Its refusal becomes the status and, where the caller wants one, the error object.
///
/// # Safety
/// `out_error` is NULL, or valid for a write.
pub unsafe fn status(out_error: *mut *mut cis2_error, body: impl FnOnce() -> Result<()>) -> cis2_status {
    // SAFETY: the caller's promise, passed on.
    let out_error = unsafe { Out::optional(out_error) };
    let Err(error) = call(body) else { return Status::Ok.number() };
    let status = error.status().number();
    if let Some(out_error) = out_error {
        out_error.write(handle::give(cis2_error::from(error)));
    }
    status
}

/// Runs an accessor; nothing and a panic alike give the blank value.
pub fn value<T: Blank>(body: impl FnOnce() -> Option<T>) -> T {
    caught(body).flatten().unwrap_or(T::BLANK)
}

/// Runs a body that gives nothing.
pub fn run(body: impl FnOnce()) {
    caught(body);
}

/// Runs what can fail; a panic is a failure.
pub(super) fn call<T>(body: impl FnOnce() -> Result<T>) -> Result<T> {
    caught(body).unwrap_or_else(|| Err(Error::new(Status::Panic)))
}

/// Polls what can fail; a panic is a failure.
pub(super) fn poll<T>(body: impl FnOnce() -> Poll<Result<T>>) -> Poll<Result<T>> {
    caught(body).unwrap_or_else(|| Poll::Ready(Err(Error::new(Status::Panic))))
}

/// Calls the host from a thread of this library: what panics in there is not ours.
pub(super) fn outside(host: impl FnOnce()) {
    let inside = INSIDE.replace(false);
    host();
    INSIDE.set(inside);
}

/// Marks a thread that runs nothing but this library: whatever panics there is ours.
pub(super) fn mark_thread() {
    INSIDE.set(true);
}

fn caught<T>(body: impl FnOnce() -> T) -> Option<T> {
    install_hook();
    let outside = INSIDE.replace(true);
    // What a panic leaves half done is freed by the caller and not looked at again: the head of the header says so.
    let result = panic::catch_unwind(AssertUnwindSafe(body));
    INSIDE.set(outside);
    result.ok()
}

/// Installed when the C edge is first used; a program that uses the library from Rust keeps its own hook, for its own
/// threads.
fn install_hook() {
    static INSTALLED: Once = Once::new();
    if INSTALLED.is_completed() || std::thread::panicking() {
        return;
    }
    INSTALLED.call_once(|| {
        let previous = panic::take_hook();
        panic::set_hook(Box::new(move |panic| {
            if INSIDE.try_with(Cell::get).unwrap_or(true) { report(panic) } else { previous(panic) }
        }));
    });
}

fn report(panic: &PanicHookInfo<'_>) {
    use std::io::Write;
    let version = env!("CARGO_PKG_VERSION");
    let mut stderr = std::io::stderr().lock();
    // A host without standard error gets the status alone.
    let _ = match panic.location() {
        Some(place) => writeln!(stderr, "libcis2 {version}: defect at {}:{}", place.file(), place.line()),
        None => writeln!(stderr, "libcis2 {version}: defect"),
    };
}
