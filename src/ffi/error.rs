//! Why a call failed.
#![expect(unsafe_code, reason = "the C edge: exported by name, reads the caller's pointers")]

use super::status::cis2_status;
use super::text::Text;
use super::view::{cis2_str, peek};
use super::{guard, handle};
use crate::error::Error;

/// Why a call failed. Immutable. No text of it holds a key, code, token, assertion, state, nonce or verifier.
pub struct cis2_error {
    error: Error,
    message: Text,
    expected: Text,
    found: Text,
    remedy: Text,
    oauth_error: Text,
    oauth_description: Text,
}

impl From<Error> for cis2_error {
    fn from(error: Error) -> Self {
        Self {
            error,
            message: Text::default(),
            expected: Text::default(),
            found: Text::default(),
            remedy: Text::default(),
            oauth_error: Text::default(),
            oauth_description: Text::default(),
        }
    }
}

impl cis2_error {
    pub(super) fn error(&self) -> &Error {
        &self.error
    }
}

/// The status that the call gave. Many threads.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cis2_error_status(error: *const cis2_error) -> cis2_status {
    // SAFETY: the conventions in mod.rs: NULL or a living handle.
    unsafe { guard::value(|| Some(peek(error)?.error.status().number())) }
}

/// All in one line, for a log: name and number, what is wrong, expected, found, what to do. Many threads.
///
/// The provider's own words are not in it: see `cis2_error_oauth_error`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cis2_error_message(error: *const cis2_error) -> cis2_str {
    // SAFETY: the conventions in mod.rs: NULL or a living handle.
    unsafe {
        guard::value(|| {
            let error = peek(error)?;
            error.message.view_of(|| Ok(error.error.to_string())).ok()
        })
    }
}

/// What would have been right; empty if the status says it all. Many threads.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cis2_error_expected(error: *const cis2_error) -> cis2_str {
    // SAFETY: the conventions in mod.rs: NULL or a living handle.
    unsafe {
        guard::value(|| {
            let error = peek(error)?;
            Some(error.expected.view_if(error.error.expected_text()))
        })
    }
}

/// What was there instead; empty if the status says it all. Many threads.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cis2_error_found(error: *const cis2_error) -> cis2_str {
    // SAFETY: the conventions in mod.rs: NULL or a living handle.
    unsafe {
        guard::value(|| {
            let error = peek(error)?;
            Some(error.found.view_if(error.error.found_text()))
        })
    }
}

/// What to do next. Many threads.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cis2_error_remedy(error: *const cis2_error) -> cis2_str {
    // SAFETY: the conventions in mod.rs: NULL or a living handle.
    unsafe {
        guard::value(|| {
            let error = peek(error)?;
            Some(error.remedy.view(error.error.remedy_text()))
        })
    }
}

/// The provider's `error` (RFC 6749 section 5.2), cut to 1 KB and escaped; empty if it sent none. Many threads.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cis2_error_oauth_error(error: *const cis2_error) -> cis2_str {
    // SAFETY: the conventions in mod.rs: NULL or a living handle.
    unsafe {
        guard::value(|| {
            let error = peek(error)?;
            Some(error.oauth_error.view_if(error.error.provider_words().error.as_deref()))
        })
    }
}

/// The provider's `error_description`, cut to 1 KB and escaped; empty if it sent none. Many threads.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cis2_error_oauth_description(error: *const cis2_error) -> cis2_str {
    // SAFETY: the conventions in mod.rs: NULL or a living handle.
    unsafe {
        guard::value(|| {
            let error = peek(error)?;
            Some(error.oauth_description.view_if(error.error.provider_words().description.as_deref()))
        })
    }
}

/// The HTTP status of the answer that was refused; 0 if there was none. Many threads.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cis2_error_http_status(error: *const cis2_error) -> u32 {
    // SAFETY: the conventions in mod.rs: NULL or a living handle.
    unsafe { guard::value(|| peek(error)?.error.http_status().map(u32::from)) }
}

/// 1 if the same call may go well later, 0 if it will not. Many threads.
///
/// A flow that has failed stays failed: the call that may go well is the one that begins it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cis2_error_is_retryable(error: *const cis2_error) -> u32 {
    // SAFETY: the conventions in mod.rs: NULL or a living handle.
    unsafe { guard::value(|| Some(u32::from(peek(error)?.error.is_retryable()))) }
}

/// The provider's clock minus this machine's, in seconds, as the refused answer told it; 0 if unknown. Many threads.
///
/// Typically, you will look at it when an assertion or a token was refused for its times.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cis2_error_clock_offset_s(error: *const cis2_error) -> i64 {
    // SAFETY: the conventions in mod.rs: NULL or a living handle.
    unsafe { guard::value(|| peek(error)?.error.clock_offset_s()) }
}

/// Frees an error. NULL: does nothing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cis2_error_free(error: *mut cis2_error) {
    // SAFETY: the conventions in mod.rs: NULL or a handle that is not used again.
    unsafe { guard::run(|| handle::take_back(error)) }
}
