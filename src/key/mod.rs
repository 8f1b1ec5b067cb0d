//! `SigningKey`: the key that signs client assertions. Enters: the bytes of a PEM file (hosts read files, the library opens
//! none), the key id and the algorithm, both said by the caller and never guessed. Leaves: a key that was parsed once and
//! is kept. Refused: whatever is no RSA private key of 2048 to 8192 bits, each with a status and a sentence of its own.

pub mod describe;
pub mod generate;
mod pem;
mod publish;

use std::fmt;

use crate::error::{Error, Result, Status};
use crate::jose::jws::{MAX_RSA_BITS, MIN_RSA_BITS, PrivateKey};
use crate::jose::{Algorithm, jwk};

/// Largest key file, in bytes.
pub const MAX_FILE_BYTES: usize = 1024 * 1024;
/// Longest key id, in bytes.
pub const MAX_KEY_ID_BYTES: usize = 256;

/// A private key with its id and algorithm. Immutable; shared by threads.
pub struct SigningKey {
    private: PrivateKey,
    key_id: String,
    algorithm: Algorithm,
    modulus: Vec<u8>,
    exponent: Vec<u8>,
}

impl SigningKey {
    /// Reads a PEM file: PKCS#1 (`RSA PRIVATE KEY`) or PKCS#8 (`PRIVATE KEY`), with whatever stands before and after the
    /// block. `password` is kept for encrypted keys, which are refused still; for a key that is not encrypted it is not
    /// looked at. `key_id` is the `kid` of the published JWK, byte for byte.
    pub fn from_pem(file: &[u8], _password: Option<&[u8]>, key_id: &str, algorithm: Algorithm) -> Result<Self> {
        check_key_id(key_id)?;
        let private = private_key(&pem::private_block(file)?)?;
        let (modulus, exponent) = private.public_components();
        Ok(Self { private, key_id: key_id.to_owned(), algorithm, modulus, exponent })
    }

    /// The key id, byte for byte.
    pub fn key_id(&self) -> &str {
        &self.key_id
    }

    /// The algorithm that it signs with.
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// The length of the modulus, in bits.
    pub fn bits(&self) -> usize {
        jwk::bits(&self.modulus)
    }

    /// The RFC 7638 thumbprint: a key id that no two keys share.
    pub fn thumbprint(&self) -> Result<String> {
        jwk::thumbprint(&self.modulus, &self.exponent)
    }

    /// The compact JWS of header and payload, both JSON texts.
    pub fn sign_compact(&self, header: &str, payload: &str) -> Result<String> {
        self.private.sign_compact(self.algorithm, header, payload)
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey({}, {} bits)", self.algorithm, self.bits())
    }
}

/// Refuses what cannot be a `kid`. What can be one stays as it is: `+`, `/` and `=` survive.
pub fn check_key_id(key_id: &str) -> Result<()> {
    let refuse = |found: &str| {
        Err(Error::new(Status::KeyIdInvalid)
            .expected(format!("1 to {MAX_KEY_ID_BYTES} bytes without control characters"))
            .found(found))
    };
    if key_id.is_empty() {
        return refuse("an empty one");
    }
    if key_id.len() > MAX_KEY_ID_BYTES {
        return refuse("a longer one");
    }
    if key_id.chars().any(char::is_control) {
        return refuse("one with a control character");
    }
    if key_id.trim() != key_id {
        return refuse("one with white space at an end");
    }
    Ok(())
}

fn private_key(block: &pem::PrivateBlock) -> Result<PrivateKey> {
    let bits = jwk::bits(&block.modulus()?);
    if bits < MIN_RSA_BITS {
        return Err(Error::new(Status::KeyTooShort).expected(format!("{MIN_RSA_BITS} bits")).found(format!("{bits} bits")));
    }
    if bits > MAX_RSA_BITS {
        return Err(Error::new(Status::KeyTooLong).expected(format!("{MAX_RSA_BITS} bits")).found(format!("{bits} bits")));
    }
    let read = if block.is_pkcs8() { PrivateKey::from_pkcs8_der } else { PrivateKey::from_pkcs1_der };
    read(block.der()).ok_or_else(|| Error::new(Status::KeyDamaged).found("numbers that are no RSA key"))
}
