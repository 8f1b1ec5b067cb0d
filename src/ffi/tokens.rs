//! The tokens of a sign-in.
#![expect(unsafe_code, reason = "the C edge: exported by name, reads the caller's pointers")]

use super::guard;
use super::text::Text;
use super::view::{cis2_str, peek};
use crate::flow::Tokens;
use crate::secret::SecretText;

/// The tokens of a sign-in, part of it: there is nothing to free. Immutable; shareable by threads.
pub struct cis2_tokens {
    tokens: Tokens,
    access_token: Text,
    id_token: Text,
    refresh_token: Text,
    scope: Text,
}

impl From<Tokens> for cis2_tokens {
    fn from(tokens: Tokens) -> Self {
        let [access_token, id_token, refresh_token, scope] = Default::default();
        Self { tokens, access_token, id_token, refresh_token, scope }
    }
}

/// The access token: for the `Authorization` header alone, never for a URL. Many threads.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cis2_tokens_access_token(tokens: *const cis2_tokens) -> cis2_str {
    // SAFETY: the conventions in mod.rs: NULL or a living handle.
    unsafe {
        guard::value(|| {
            let tokens = peek(tokens)?;
            Some(tokens.access_token.view(tokens.tokens.access_token().expose()))
        })
    }
}

/// The ID token as received. Many threads.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cis2_tokens_id_token(tokens: *const cis2_tokens) -> cis2_str {
    // SAFETY: the conventions in mod.rs: NULL or a living handle.
    unsafe {
        guard::value(|| {
            let tokens = peek(tokens)?;
            Some(tokens.id_token.view(tokens.tokens.id_token().expose()))
        })
    }
}

/// The refresh token; empty if the provider issued none. Many threads.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cis2_tokens_refresh_token(tokens: *const cis2_tokens) -> cis2_str {
    // SAFETY: the conventions in mod.rs: NULL or a living handle.
    unsafe {
        guard::value(|| {
            let tokens = peek(tokens)?;
            Some(tokens.refresh_token.view_if(tokens.tokens.refresh_token().map(SecretText::expose)))
        })
    }
}

/// What the provider granted; empty if it does not say, and then it is what was asked for. Many threads.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cis2_tokens_scope(tokens: *const cis2_tokens) -> cis2_str {
    // SAFETY: the conventions in mod.rs: NULL or a living handle.
    unsafe {
        guard::value(|| {
            let tokens = peek(tokens)?;
            Some(tokens.scope.view_if(tokens.tokens.scope()))
        })
    }
}

/// When the access token expires; 0 if the provider does not say. Many threads.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cis2_tokens_expires_at(tokens: *const cis2_tokens) -> i64 {
    // SAFETY: the conventions in mod.rs: NULL or a living handle.
    unsafe { guard::value(|| Some(peek(tokens)?.tokens.expires_at()?.unix_s())) }
}
