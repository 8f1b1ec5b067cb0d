//! A provider's public keys.
#![expect(unsafe_code, reason = "the C edge: exported by name, reads the caller's pointers")]

use super::error::cis2_error;
use super::out::Out;
use super::status::cis2_status;
use super::view::{bytes, cis2_bytes};
use super::{guard, handle};
use crate::provider::keys::KeySet;

/// A provider's public keys, parsed once. Immutable; shareable by threads.
pub struct cis2_key_set {
    pub(super) keys: KeySet,
}

/// Reads a JWK set (RFC 7517 section 5), such as your server fetched from a provider's `jwks_uri`.
///
/// `json`: the document. Keys in it that cannot verify signatures are left out. Gives a set that you free with
/// `cis2_key_set_free`. Refuses with `CIS2_STATUS_KEY_SET_INVALID` or one of `CIS2_STATUS_RESPONSE_...`. Any thread.
///
/// Typically, you will need it only to validate ID tokens that did not come out of a flow: flows read keys themselves.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cis2_key_set_from_json(
    json: cis2_bytes,
    out_keys: *mut *mut cis2_key_set,
    out_error: *mut *mut cis2_error,
) -> cis2_status {
    // SAFETY: the conventions in mod.rs: views that may be read, outputs that may be written.
    unsafe {
        guard::status(out_error, || {
            let out = Out::required(out_keys, "out_keys")?;
            out.give(cis2_key_set { keys: KeySet::read(bytes(json, "json")?)? });
            Ok(())
        })
    }
}

/// Frees a key set. NULL: does nothing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cis2_key_set_free(keys: *mut cis2_key_set) {
    // SAFETY: the conventions in mod.rs: NULL or a handle that is not used again.
    unsafe { guard::run(|| handle::take_back(keys)) }
}
