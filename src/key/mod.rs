//! The key that signs assertions. Enters: the bytes of a PEM or DER file, its password if it has one, its key id and its
//! algorithm, which is never guessed. Leaves: a [`SigningKey`], whose private half is parsed once and never shown. Refused:
//! whatever is no private RSA key of 2048 to 8192 bits and no EC key on P-256, P-384 or P-521, and a key that does not fit
//! the algorithm, each with a status of its own and a sentence that says what the file is. No file is opened here.

mod base64;
mod der;
pub mod describe;
pub mod encrypted;
pub mod generate;
mod identifiers;
mod pem;
mod private;
mod public;
pub mod publish;
mod sniff;
mod verdict;

use std::fmt;

use crate::error::{Error, Result, Status};
use crate::exact::Exact;
use crate::jose::Algorithm;
use crate::jose::jwk::PublicHalf;
use crate::jose::jws::PrivateKey;
use private::Found;
pub use public::PublicKey;

/// Largest key file, in bytes.
pub const MAX_KEY_FILE_BYTES: usize = 1024 * 1024;
/// Longest key id, in bytes.
pub const MAX_KEY_ID_BYTES: usize = 256;

/// A private key with its key id and algorithm. Immutable; many threads may sign with it at once.
pub struct SigningKey {
    private: PrivateKey,
    public: PublicHalf,
    key_id: Exact,
    weak_encryption: Option<&'static str>,
}

impl SigningKey {
    /// Reads a private key from the bytes of a PEM file: `PRIVATE KEY` (PKCS#8), `RSA PRIVATE KEY` (PKCS#1), `EC PRIVATE
    /// KEY` (SEC1) or `ENCRYPTED PRIVATE KEY` (PKCS#8 with PBES2).
    ///
    /// `password` is for encrypted keys; a key that is not encrypted passes it over. `key_id` is the `kid` of the published
    /// JWK, byte for byte.
    pub fn from_pem(pem: &[u8], password: Option<&[u8]>, key_id: &str, algorithm: Algorithm) -> Result<Self> {
        check_key_id(key_id)?;
        Self::new(describe::read(pem).key?, password, key_id, algorithm)
    }

    /// Reads a private key from the bytes of a DER file: PKCS#8, PKCS#1, SEC1 or encrypted PKCS#8. Which one it is, the
    /// bytes say; all else is as with [`SigningKey::from_pem`].
    pub fn from_der(der: &[u8], password: Option<&[u8]>, key_id: &str, algorithm: Algorithm) -> Result<Self> {
        check_key_id(key_id)?;
        Self::new(describe::read_der(der)?, password, key_id, algorithm)
    }

    /// Reads a private key from the bytes of a file that may be PEM or DER: for hosts that are handed any file. What it is,
    /// the bytes say; all else is as with [`SigningKey::from_pem`].
    pub fn from_pem_or_der(file: &[u8], password: Option<&[u8]>, key_id: &str, algorithm: Algorithm) -> Result<Self> {
        check_key_id(key_id)?;
        Self::new(describe::read_any(file)?, password, key_id, algorithm)
    }

    fn new(found: Found, password: Option<&[u8]>, key_id: &str, algorithm: Algorithm) -> Result<Self> {
        let (private, weak_encryption) = found.into_key(password, algorithm)?;
        let public = private.public_half().ok_or_else(private::without_public_half)?;
        Ok(Self { private, public, key_id: Exact::new(key_id), weak_encryption })
    }

    /// The `kid`, as it was given.
    pub fn key_id(&self) -> &str {
        self.key_id.as_str()
    }

    /// The algorithm that the key signs with.
    pub fn algorithm(&self) -> Algorithm {
        self.private.algorithm()
    }

    /// The length of the RSA modulus, or the size of the curve.
    pub fn bits(&self) -> usize {
        self.public.bits()
    }

    /// What of the file's encryption should not be used any more: `3DES` or `HMAC-SHA-1`. The key is used all the same; a
    /// client that is made with it tells its listener.
    pub fn weak_encryption(&self) -> Option<&'static str> {
        self.weak_encryption
    }

    /// The RFC 7638 thumbprint of the public half (SHA-256, base64url).
    pub fn thumbprint(&self) -> Result<String> {
        self.public.thumbprint()
    }

    /// The compact JWS of header and payload, both JSON texts. The header's `alg` and `kid` are the caller's to write.
    pub fn sign_compact(&self, header: &str, payload: &str) -> Result<String> {
        self.private.sign_compact(header, payload)
    }
}

/// Algorithm and size; nothing private.
impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey({}, {} bits)", self.algorithm(), self.bits())
    }
}

/// Whether the text can be a key id. What is accepted is kept byte for byte: `+`, `/` and `=` are never translated.
pub fn check_key_id(key_id: &str) -> Result<()> {
    let refused = |found: String| {
        Err(Error::new(Status::KeyIdInvalid)
            .expected(format!("1 to {MAX_KEY_ID_BYTES} bytes without control characters, and no white space at an end"))
            .found(found))
    };
    if key_id.trim().is_empty() {
        return refused("no key id".to_owned());
    }
    if key_id.len() > MAX_KEY_ID_BYTES {
        return refused(format!("{} bytes", key_id.len()));
    }
    if let Some(place) = key_id.find(char::is_control) {
        // The text itself stays out: whoever mixes up the arguments gives the key here.
        return refused(format!("a line end or another control character at byte {}", place + 1));
    }
    if key_id.trim() != key_id {
        return refused("white space at an end".to_owned());
    }
    Ok(())
}
