//! Client assertions.
#![expect(unsafe_code, reason = "the C edge: exported by name, reads the caller's pointers")]

use super::error::cis2_error;
use super::key::cis2_key;
use super::out::Out;
use super::status::cis2_status;
use super::text::Text;
use super::view::{self, cis2_str, peek, shared};
use super::{guard, handle};
use crate::assertion::Assertion;
use crate::client;

/// A signed client assertion (RFC 7523), to be sent once. Immutable. Its text is a secret until it expires.
pub struct cis2_assertion {
    assertion: Assertion,
    text: Text,
}

impl From<Assertion> for cis2_assertion {
    fn from(assertion: Assertion) -> Self {
        Self { assertion, text: Text::default() }
    }
}

/// Mints an assertion without a client and without the network.
///
/// `client_id`: becomes `iss` and `sub`. `audience`: becomes `aud`, byte for byte; the platform is found by its host, and
/// its rules hold. `lifetime_s`: 10 to 300, or 0 for the platform's own, 60.
/// Gives an assertion that you free with `cis2_assertion_free`. Refuses a client id of another platform's kind, an
/// algorithm that cannot be registered, and an audience that the platform would not take
/// (`CIS2_STATUS_AUDIENCE_FOREIGN`, which says in what the two differ). Many threads.
///
/// Typically, you will mint one for each request that your own OAuth code sends.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cis2_assertion_mint(
    key: *const cis2_key,
    client_id: cis2_str,
    audience: cis2_str,
    lifetime_s: u32,
    out_assertion: *mut *mut cis2_assertion,
    out_error: *mut *mut cis2_error,
) -> cis2_status {
    // SAFETY: the conventions in mod.rs: NULL or a living handle, views that may be read, outputs that may be written.
    unsafe {
        guard::status(out_error, || {
            let out = Out::required(out_assertion, "out_assertion")?;
            let key = shared(key, "key")?;
            let (client_id, audience) = (view::text(client_id, "client_id")?, view::filled(audience, "audience")?);
            out.give(client::mint_assertion(&key.key, client_id, audience, lifetime_s)?.into());
            Ok(())
        })
    }
}

/// The compact JWS: the value of `client_assertion`. Many threads.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cis2_assertion_text(assertion: *const cis2_assertion) -> cis2_str {
    // SAFETY: the conventions in mod.rs: NULL or a living handle.
    unsafe {
        guard::value(|| {
            let assertion = peek(assertion)?;
            Some(assertion.text.view(assertion.assertion.as_str()))
        })
    }
}

/// When it expires. Many threads.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cis2_assertion_expires_at(assertion: *const cis2_assertion) -> i64 {
    // SAFETY: the conventions in mod.rs: NULL or a living handle.
    unsafe { guard::value(|| Some(peek(assertion)?.assertion.expires_at().unix_s())) }
}

/// Frees an assertion and overwrites its text. NULL: does nothing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cis2_assertion_free(assertion: *mut cis2_assertion) {
    // SAFETY: the conventions in mod.rs: NULL or a handle that is not used again.
    unsafe { guard::run(|| handle::take_back(assertion)) }
}
