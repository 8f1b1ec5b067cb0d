//! The key that signs assertions. Enters: the bytes of a PEM file, its key id and its algorithm, which is never guessed.
//! Leaves: a [`SigningKey`], whose private half is parsed once and never shown. Refused: whatever is no private RSA key
//! of 2048 to 8192 bits, each with a status of its own and a sentence that says what the file is. No file is opened here.

mod base64;
mod der;
pub mod describe;
pub mod generate;
mod pem;
mod publish;
mod sniff;

use std::fmt;

use crate::error::{Error, Result, Status};
use crate::exact::Exact;
use crate::jose::jws::PrivateKey;
use crate::jose::{Algorithm, jwk};
use der::{Form, RsaNumbers};

/// Largest key file, in bytes.
pub const MAX_KEY_FILE_BYTES: usize = 1024 * 1024;
/// Longest key id, in bytes.
pub const MAX_KEY_ID_BYTES: usize = 256;

/// A private key with its key id and algorithm. Immutable; many threads may sign with it at once.
pub struct SigningKey {
    private: PrivateKey,
    numbers: RsaNumbers,
    key_id: Exact,
    algorithm: Algorithm,
}

impl SigningKey {
    /// Reads a private RSA key from the bytes of a PEM file: `PRIVATE KEY` (PKCS#8) or `RSA PRIVATE KEY` (PKCS#1).
    ///
    /// `password` is kept for encrypted keys, which are not read yet: they are refused with
    /// [`Status::KeyEncrypted`], with a password and without. `key_id` is the `kid` of the published JWK, byte for byte.
    pub fn from_pem(pem: &[u8], password: Option<&[u8]>, key_id: &str, algorithm: Algorithm) -> Result<Self> {
        let _ = password;
        check_key_id(key_id)?;
        let (form, der) = describe::read(pem).key?;
        let private = match form {
            Form::Pkcs1 => PrivateKey::from_pkcs1_der(&der),
            Form::Pkcs8 => PrivateKey::from_pkcs8_der(&der),
        };
        let private = private.ok_or_else(|| {
            Error::new(Status::KeyDamaged).found("an RSA private key whose numbers do not belong together")
        })?;
        let (modulus, exponent) = private.public_components();
        Ok(Self { private, numbers: RsaNumbers { modulus, exponent }, key_id: Exact::new(key_id), algorithm })
    }

    /// The `kid`, as it was given.
    pub fn key_id(&self) -> &str {
        self.key_id.as_str()
    }

    /// The algorithm that the key signs with.
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// The length of the modulus.
    pub fn bits(&self) -> usize {
        self.numbers.bits()
    }

    /// The RFC 7638 thumbprint of the public half (SHA-256, base64url).
    pub fn thumbprint(&self) -> Result<String> {
        jwk::thumbprint(&self.numbers.modulus, &self.numbers.exponent)
    }

    /// The compact JWS of header and payload, both JSON texts. The header's `alg` and `kid` are the caller's to write.
    pub fn sign_compact(&self, header: &str, payload: &str) -> Result<String> {
        self.private.sign_compact(self.algorithm, header, payload)
    }
}

/// Algorithm and size; nothing private.
impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey({}, {} bits)", self.algorithm, self.bits())
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
