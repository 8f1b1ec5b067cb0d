//! What waits between redirect and return.
#![expect(unsafe_code, reason = "the C edge: exported by name, reads the caller's pointers")]

use super::text::Text;
use super::view::{cis2_str, peek};
use super::{guard, handle};
use crate::flow::authorize::AuthorizationRequest;

/// An authorization that was begun and waits for the browser's return. Immutable; shareable by threads.
pub struct cis2_authorization_request {
    pub(super) request: AuthorizationRequest,
    url: Text,
    sealed: Text,
}

impl From<AuthorizationRequest> for cis2_authorization_request {
    fn from(request: AuthorizationRequest) -> Self {
        Self { request, url: Text::default(), sealed: Text::default() }
    }
}

/// Where to send the browser; empty in a restored request. It holds state and nonce: never log it. Many threads.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cis2_authorization_request_url(request: *const cis2_authorization_request) -> cis2_str {
    // SAFETY: the conventions in mod.rs: NULL or a living handle.
    unsafe {
        guard::value(|| {
            let request = peek(request)?;
            Some(request.url.view(request.request.url()))
        })
    }
}

/// What to keep until the browser returns: at most 2 KiB that fit into a cookie, readable by this client alone, for 15
/// minutes. Many threads.
///
/// Typically, you will put it into a cookie that is `HttpOnly` and `Secure`, and delete it at first use.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cis2_authorization_request_sealed(request: *const cis2_authorization_request) -> cis2_str {
    // SAFETY: the conventions in mod.rs: NULL or a living handle.
    unsafe {
        guard::value(|| {
            let request = peek(request)?;
            Some(request.sealed.view(request.request.sealed()))
        })
    }
}

/// Frees a request and overwrites its texts. NULL: does nothing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cis2_authorization_request_free(request: *mut cis2_authorization_request) {
    // SAFETY: the conventions in mod.rs: NULL or a handle that is not used again.
    unsafe { guard::run(|| handle::take_back(request)) }
}
