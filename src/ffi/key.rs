//! The key that signs assertions.
#![expect(unsafe_code, reason = "the C edge: exported by name, reads the caller's pointers")]

use std::sync::Arc;

use super::error::cis2_error;
use super::out::Out;
use super::status::cis2_status;
use super::text::Text;
use super::view::{self, bytes, bytes_if, cis2_bytes, cis2_str, shared};
use super::{guard, handle};
use crate::error::{Error, Result, Status};
use crate::jose::Algorithm;
use crate::key::SigningKey;

/// RSASSA-PKCS1-v1_5 with SHA-256.
pub const CIS2_ALGORITHM_RS256: u32 = 1;
/// RSASSA-PKCS1-v1_5 with SHA-512.
pub const CIS2_ALGORITHM_RS512: u32 = 3;

/// A private key with its key id and algorithm. Immutable; shareable by threads, clients and configurations.
pub struct cis2_key {
    pub(super) key: Arc<SigningKey>,
    public_jwk: Text,
    jwk_set: Text,
    thumbprint: Text,
}

/// Reads a private key from the bytes of a PEM file.
///
/// `pem`: the whole file. `password`: absent unless the key is encrypted. `key_id`: the `kid` under which the public half
/// is registered. `algorithm`: the `CIS2_ALGORITHM_...` that is registered; it is never guessed.
/// Gives a key that you free with `cis2_key_free`. Refuses with one of `CIS2_STATUS_KEY_...`, each with a sentence that
/// says what the file is; an unknown algorithm gives `CIS2_STATUS_INVALID_ARGUMENT`. Any thread.
///
/// Typically, you will read the file, call this once at start, and overwrite your copy of the file.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cis2_key_from_pem(
    pem: cis2_bytes,
    password: cis2_bytes,
    key_id: cis2_str,
    algorithm: u32,
    out_key: *mut *mut cis2_key,
    out_error: *mut *mut cis2_error,
) -> cis2_status {
    // SAFETY: the conventions in mod.rs: views that may be read, outputs that may be written.
    unsafe {
        guard::status(out_error, || {
            let out = Out::required(out_key, "out_key")?;
            let (pem, password) = (bytes(pem, "pem")?, bytes_if(password, "password")?);
            let key_id = view::text(key_id, "key_id")?;
            let key = SigningKey::from_pem(pem, password, key_id, algorithm_of(algorithm)?)?;
            let [public_jwk, jwk_set, thumbprint] = Default::default();
            out.give(cis2_key { key: Arc::new(key), public_jwk, jwk_set, thumbprint });
            Ok(())
        })
    }
}

/// The public half as a JWK (RFC 7517) with `kid`, `use` and `alg`. Nothing in it is private.
///
/// `out_json`: borrowed from the key. Many threads.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cis2_key_public_jwk(
    key: *const cis2_key,
    out_json: *mut cis2_str,
    out_error: *mut *mut cis2_error,
) -> cis2_status {
    // SAFETY: the conventions in mod.rs: NULL or a living handle, outputs that may be written.
    unsafe {
        guard::status(out_error, || {
            let out = Out::required(out_json, "out_json")?;
            let key = shared(key, "key")?;
            out.write(key.public_jwk.view_of(|| Ok(key.key.public_jwk_json()))?);
            Ok(())
        })
    }
}

/// The JWK set that holds the public half alone: what you register, or host under your `jwks_uri`.
///
/// `out_json`: borrowed from the key. Many threads.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cis2_key_jwk_set(
    key: *const cis2_key,
    out_json: *mut cis2_str,
    out_error: *mut *mut cis2_error,
) -> cis2_status {
    // SAFETY: the conventions in mod.rs: NULL or a living handle, outputs that may be written.
    unsafe {
        guard::status(out_error, || {
            let out = Out::required(out_json, "out_json")?;
            let key = shared(key, "key")?;
            out.write(key.jwk_set.view_of(|| Ok(key.key.jwk_set_json()))?);
            Ok(())
        })
    }
}

/// The thumbprint of the public half (RFC 7638, SHA-256, base64url), which many use as the key id.
///
/// `out_thumbprint`: borrowed from the key. Many threads.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cis2_key_thumbprint(
    key: *const cis2_key,
    out_thumbprint: *mut cis2_str,
    out_error: *mut *mut cis2_error,
) -> cis2_status {
    // SAFETY: the conventions in mod.rs: NULL or a living handle, outputs that may be written.
    unsafe {
        guard::status(out_error, || {
            let out = Out::required(out_thumbprint, "out_thumbprint")?;
            let key = shared(key, "key")?;
            out.write(key.thumbprint.view_of(|| key.key.thumbprint())?);
            Ok(())
        })
    }
}

/// Frees a key. NULL: does nothing. Configurations and clients that were given it keep it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cis2_key_free(key: *mut cis2_key) {
    // SAFETY: the conventions in mod.rs: NULL or a handle that is not used again.
    unsafe { guard::run(|| handle::take_back(key)) }
}

/// The algorithm of a number that the caller passes.
pub(super) fn algorithm_of(number: u32) -> Result<Algorithm> {
    Algorithm::from_number(number).ok_or_else(|| {
        Error::new(Status::InvalidArgument)
            .expected(format!("algorithm to be a number of CIS2_ALGORITHM_ ({})", Algorithm::names()))
            .found(number.to_string())
    })
}
