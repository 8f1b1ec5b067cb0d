//! Encrypted private keys (PKCS#8, RFC 5958 §3; PBES2, RFC 8018 §6.2). Enters: the DER of the whole structure. Leaves: the
//! DER inside, zeroised when dropped. What the derivation would cost is read and judged before anything is derived, so
//! that a key file cannot hang or exhaust its host; a file is refused by it whether a password was given or not.

use pkcs8::EncryptedPrivateKeyInfoRef;
use pkcs8::pkcs5::EncryptionScheme;
use zeroize::Zeroizing;

use super::der::{Element, INTEGER, OCTET_STRING};
use super::identifiers::name_of;
use crate::error::{Error, Result, Status};

/// Most rounds of PBKDF2.
pub const MAX_PBKDF2_ROUNDS: u64 = 10_000_000;
/// Most memory of scrypt, in bytes: 128 N r.
pub const MAX_SCRYPT_BYTES: u64 = 64 * 1024 * 1024;
/// Most lanes of scrypt, which are computed one after the other: memory alone does not bound the time.
pub const MAX_SCRYPT_LANES: u64 = 16;
/// Longest salt that is read, in bytes.
const MAX_SALT_BYTES: usize = 32;

const PBES2: &str = "1.2.840.113549.1.5.13";
/// PKCS#5 version 1.5 and PKCS#12, appendix C.
const PBES1: [&str; 2] = ["1.2.840.113549.1.5.", "1.2.840.113549.1.12.1."];
const PBKDF2: &str = "1.2.840.113549.1.5.12";
const SCRYPT: &str = "1.3.6.1.4.1.11591.4.11";
/// The default (RFC 8018, appendix A.2).
const HMAC_SHA1: &str = "1.2.840.113549.2.7";
const PRFS: [&str; 5] =
    [HMAC_SHA1, "1.2.840.113549.2.8", "1.2.840.113549.2.9", "1.2.840.113549.2.10", "1.2.840.113549.2.11"];
const TRIPLE_DES: &str = "1.2.840.113549.3.7";
/// Ciphers, and their blocks in bytes.
const CIPHERS: [(&str, usize); 4] =
    [(TRIPLE_DES, 8), ("2.16.840.1.101.3.4.1.2", 16), ("2.16.840.1.101.3.4.1.22", 16), ("2.16.840.1.101.3.4.1.42", 16)];

/// How a key is encrypted: identifiers and numbers, as the file says them.
pub(super) struct Encryption {
    scheme: String,
    cipher: Option<String>,
    derivation: Option<Derivation>,
    salt_bytes: usize,
    data_bytes: usize,
}

enum Derivation {
    Other(String),
    Pbkdf2 { rounds: u64, prf: String },
    Scrypt { n: u64, r: u64, p: u64 },
}

impl Encryption {
    /// Reads what can be read of an `EncryptedPrivateKeyInfo`; none if it is not one.
    pub fn read(der: &[u8]) -> Option<Self> {
        let algorithm = Element::read(der).filter(|whole| whole.rest.is_empty())?.inner()?;
        let data = algorithm.next().filter(|data| data.tag == OCTET_STRING)?;
        let scheme = algorithm.inner()?;
        let mut result = Self {
            scheme: scheme.identifier()?,
            cipher: None,
            derivation: None,
            salt_bytes: 0,
            data_bytes: data.content.len(),
        };
        if result.scheme == PBES2 {
            let derivation = scheme.next()?.inner()?;
            result.cipher = Some(derivation.next()?.inner()?.identifier()?);
            let identifier = derivation.inner()?;
            let parameters = identifier.next().and_then(|parameters| parameters.inner());
            (result.derivation, result.salt_bytes) = Derivation::read(identifier.identifier()?, parameters.as_ref())?;
        }
        Some(result)
    }

    /// Scheme, cipher and derivation in words.
    pub fn shown(&self) -> String {
        let mut parts = vec![name_of(&self.scheme)];
        parts.extend(self.cipher.as_deref().map(name_of));
        parts.extend(self.derivation.as_ref().map(Derivation::shown));
        parts.join(", ")
    }

    /// What is read all the same and should not be used any more. The one place that says so: who loads the key warns.
    pub fn weakness(&self) -> Option<&'static str> {
        match &self.derivation {
            _ if self.cipher.as_deref() == Some(TRIPLE_DES) => Some("3DES"),
            Some(Derivation::Pbkdf2 { prf, .. }) if prf == HMAC_SHA1 => Some("HMAC-SHA-1"),
            _ => None,
        }
    }

    /// Whether the key may be decrypted at all, judged by the numbers alone. `what` says what the file is.
    pub fn check(&self, what: &str) -> Result<()> {
        if self.scheme != PBES2 && PBES1.iter().any(|arc| self.scheme.starts_with(arc)) {
            return Err(Error::new(Status::KeyEncryptedPbes1).found(format!("{what}, {}", self.shown())));
        }
        let unsupported =
            || Err(Error::new(Status::KeyEncryptionUnsupported).found(format!("{what}, {}", self.shown())));
        let Some((_, block_bytes)) = CIPHERS.iter().find(|(identifier, _)| self.cipher.as_deref() == Some(*identifier))
        else {
            return unsupported();
        };
        match &self.derivation {
            Some(Derivation::Pbkdf2 { prf, .. }) if !PRFS.contains(&prf.as_str()) => return unsupported(),
            None | Some(Derivation::Other(_)) => return unsupported(),
            _ if self.salt_bytes > MAX_SALT_BYTES => {
                return Err(Error::new(Status::KeyEncryptionUnsupported)
                    .expected(format!("a salt of at most {MAX_SALT_BYTES} bytes"))
                    .found(format!("{what} with a salt of {} bytes", self.salt_bytes)));
            }
            Some(derivation) => derivation.check(what)?,
        }
        if self.data_bytes == 0 || !self.data_bytes.is_multiple_of(*block_bytes) {
            return Err(
                Error::new(Status::KeyDamaged).found(format!("{what} whose content is no whole number of blocks"))
            );
        }
        Ok(())
    }
}

impl Derivation {
    /// The derivation and the length of its salt.
    fn read(identifier: String, parameters: Option<&Element<'_>>) -> Option<(Option<Self>, usize)> {
        if ![PBKDF2, SCRYPT].contains(&identifier.as_str()) {
            return Some((Some(Self::Other(identifier)), 0));
        }
        let salt = parameters?;
        let first = salt.next()?;
        let derivation = if identifier == PBKDF2 {
            let mut prf = first.next();
            // The length of the key is optional.
            if prf.as_ref().is_some_and(|element| element.tag == INTEGER) {
                prf = prf?.next();
            }
            let prf = match prf {
                Some(algorithm) => algorithm.inner()?.identifier()?,
                None => HMAC_SHA1.to_owned(),
            };
            Self::Pbkdf2 { rounds: number(&first)?, prf }
        } else {
            let second = first.next()?;
            Self::Scrypt { n: number(&first)?, r: number(&second)?, p: number(&second.next()?)? }
        };
        Some((Some(derivation), salt.content.len()))
    }

    fn shown(&self) -> String {
        match self {
            Self::Other(identifier) => name_of(identifier),
            Self::Pbkdf2 { rounds, prf } => format!("PBKDF2 with {}, {rounds} rounds", name_of(prf)),
            Self::Scrypt { n, r, p } => format!("scrypt with N={n}, r={r}, p={p}"),
        }
    }

    fn check(&self, what: &str) -> Result<()> {
        let costly = |expected: String| {
            let found = format!("{what}, {}", self.shown());
            Err(Error::new(Status::KeyDerivationTooCostly).expected(expected).found(found))
        };
        let damaged = || Err(Error::new(Status::KeyDamaged).found(format!("{what}, {}", self.shown())));
        match *self {
            Self::Pbkdf2 { rounds: 0, .. } => damaged(),
            Self::Pbkdf2 { rounds, .. } if rounds > MAX_PBKDF2_ROUNDS => {
                costly(format!("at most {MAX_PBKDF2_ROUNDS} rounds"))
            }
            Self::Scrypt { p, .. } if p > MAX_SCRYPT_LANES => costly(format!("p of at most {MAX_SCRYPT_LANES}")),
            // RFC 7914 §6: the vector of N blocks of 128 r bytes.
            Self::Scrypt { n, r, .. } if n.saturating_mul(r).saturating_mul(128) > MAX_SCRYPT_BYTES => {
                costly(format!("at most {MAX_SCRYPT_BYTES} bytes of memory (128 N r)"))
            }
            // RFC 7914 §2: a power of 2 that is larger than 1.
            Self::Scrypt { n, r, p } if n < 2 || !n.is_power_of_two() || r == 0 || p == 0 => damaged(),
            _ => Ok(()),
        }
    }
}

/// Decrypts; [`Encryption::check`] was asked before. A wrong password is told from a right one by what comes out, so that a
/// changed file may look like a wrong password.
pub(super) fn decrypt(der: &[u8], password: &[u8], what: &str) -> Result<Zeroizing<Vec<u8>>> {
    let damaged = || Error::new(Status::KeyDamaged).found(format!("{what} whose parameters cannot be read"));
    let info = EncryptedPrivateKeyInfoRef::try_from(der).map_err(|_| damaged())?;
    let EncryptionScheme::Pbes2(parameters) = &info.encryption_algorithm else {
        return Err(damaged());
    };
    if parameters.kdf.key_length().is_some_and(|length| usize::from(length) != parameters.encryption.key_size()) {
        return Err(damaged());
    }
    // In place, in one buffer of our own: the crate's `decrypt` leaves a wrong result unzeroised.
    let mut buffer = Zeroizing::new(info.encrypted_data.as_bytes().to_vec());
    let length = parameters.decrypt_in_place(password, &mut buffer).map(<[u8]>::len);
    let length = length.map_err(|_| wrong_password(what))?;
    buffer.truncate(length);
    Ok(buffer)
}

/// The refusal of a password.
pub(super) fn wrong_password(what: &str) -> Error {
    Error::new(Status::KeyPasswordWrong).found(format!("{what} that this password does not open"))
}

/// An INTEGER that is not negative; what does not fit is more than any bound.
fn number(element: &Element<'_>) -> Option<u64> {
    let [first, rest @ ..] = element.content else { return None };
    if element.tag != INTEGER || *first >= 0x80 {
        return None;
    }
    let start = u64::from(*first);
    Some(
        rest.iter()
            .fold(start, |value, byte| value.checked_mul(256).map_or(u64::MAX, |value| value | u64::from(*byte))),
    )
}
