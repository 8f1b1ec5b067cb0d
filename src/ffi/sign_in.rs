//! The outcome of a sign-in.
#![expect(unsafe_code, reason = "the C edge: exported by name, reads the caller's pointers")]

use super::identity::cis2_identity;
use super::tokens::cis2_tokens;
use super::view::peek;
use super::{guard, handle};
use crate::flow::SignIn;

/// Who signed in, and the tokens that came with it. Immutable; shareable by threads.
pub struct cis2_sign_in {
    identity: cis2_identity,
    tokens: cis2_tokens,
}

impl From<&SignIn> for cis2_sign_in {
    fn from(sign_in: &SignIn) -> Self {
        Self { identity: sign_in.identity().clone().into(), tokens: sign_in.tokens().clone().into() }
    }
}

/// The validated identity, borrowed from the sign-in: do not free it. Many threads.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cis2_sign_in_identity(sign_in: *const cis2_sign_in) -> *const cis2_identity {
    // SAFETY: the conventions in mod.rs: NULL or a living handle.
    unsafe { guard::value(|| Some(&raw const peek(sign_in)?.identity)) }
}

/// The tokens, borrowed from the sign-in. Many threads.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cis2_sign_in_tokens(sign_in: *const cis2_sign_in) -> *const cis2_tokens {
    // SAFETY: the conventions in mod.rs: NULL or a living handle.
    unsafe { guard::value(|| Some(&raw const peek(sign_in)?.tokens)) }
}

/// Frees a sign-in with its identity and tokens, and overwrites them. NULL: does nothing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cis2_sign_in_free(sign_in: *mut cis2_sign_in) {
    // SAFETY: the conventions in mod.rs: NULL or a handle that is not used again.
    unsafe { guard::run(|| handle::take_back(sign_in)) }
}
