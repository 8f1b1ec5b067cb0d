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
/// RSASSA-PKCS1-v1_5 with SHA-384.
pub const CIS2_ALGORITHM_RS384: u32 = 2;
/// RSASSA-PKCS1-v1_5 with SHA-512.
pub const CIS2_ALGORITHM_RS512: u32 = 3;
/// RSASSA-PSS with SHA-256.
pub const CIS2_ALGORITHM_PS256: u32 = 4;
/// RSASSA-PSS with SHA-384.
pub const CIS2_ALGORITHM_PS384: u32 = 5;
/// RSASSA-PSS with SHA-512.
pub const CIS2_ALGORITHM_PS512: u32 = 6;
/// ECDSA on P-256 with SHA-256.
pub const CIS2_ALGORITHM_ES256: u32 = 7;
/// ECDSA on P-384 with SHA-384.
pub const CIS2_ALGORITHM_ES384: u32 = 8;
/// ECDSA on P-521 with SHA-512.
pub const CIS2_ALGORITHM_ES512: u32 = 9;

/// A private key with its key id and algorithm. Immutable; shareable by threads, clients and configurations.
pub struct cis2_key {
    pub(super) key: Arc<SigningKey>,
    public_jwk: Text,
    jwk_set: Text,
    thumbprint: Text,
}

impl cis2_key {
    fn new(key: SigningKey) -> Self {
        let [public_jwk, jwk_set, thumbprint] = Default::default();
        Self { key: Arc::new(key), public_jwk, jwk_set, thumbprint }
    }
}

/// Reads a private key from the bytes of a PEM file: `PRIVATE KEY` (PKCS#8), `RSA PRIVATE KEY` (PKCS#1), `EC PRIVATE KEY`
/// (SEC1) or `ENCRYPTED PRIVATE KEY` (PKCS#8 with PBES2).
///
/// `pem`: the whole file. `password`: absent unless the key is encrypted. `key_id`: the `kid` under which the public half
/// is registered. `algorithm`: the `CIS2_ALGORITHM_...` that is registered; it is never guessed.
/// Gives a key that you free with `cis2_key_free`. Refuses with one of `CIS2_STATUS_KEY_...`, each with a sentence that
/// says what the file is; an unknown algorithm gives `CIS2_STATUS_INVALID_ARGUMENT`. Any thread. With a password it may
/// take seconds, as long as the file's derivation asks for; more than 10 million rounds or 64 MiB are refused.
///
/// Typically, you will read the file, call this once at start, and overwrite your copies of file and password.
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
            out.give(cis2_key::new(SigningKey::from_pem(pem, password, key_id, algorithm_of(algorithm)?)?));
            Ok(())
        })
    }
}

/// Reads a private key from the bytes of a DER file: PKCS#8, PKCS#1, SEC1 or encrypted PKCS#8; the bytes say which.
///
/// `der`: the whole file. All else is as with `cis2_key_from_pem`; a PEM file is refused with `CIS2_STATUS_KEY_IS_PEM`.
/// Gives a key that you free with `cis2_key_free`. Any thread.
///
/// Typically, you will have it from a key store or from .NET's `ExportPkcs8PrivateKey`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cis2_key_from_der(
    der: cis2_bytes,
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
            let (der, password) = (bytes(der, "der")?, bytes_if(password, "password")?);
            let key_id = view::text(key_id, "key_id")?;
            out.give(cis2_key::new(SigningKey::from_der(der, password, key_id, algorithm_of(algorithm)?)?));
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
