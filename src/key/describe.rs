//! Says what a key file is, for a person: `cis2 key inspect`.

use std::fmt;

use super::SigningKey;
use super::pem::{self, Kind};
use crate::error::Error;
use crate::http::printable;
use crate::jose::Algorithm;

/// What a key file is.
#[derive(Debug)]
pub struct Description {
    /// The labels of its PEM blocks, in order.
    pub labels: Vec<String>,
    /// What was noticed about the file itself.
    pub notes: Vec<&'static str>,
    /// Of a usable private key: bits and thumbprint.
    pub key: Option<DescribedKey>,
    /// Why it cannot be used, if it cannot.
    pub refusal: Option<Error>,
}

/// A usable private key, described without its private half.
#[derive(Debug)]
pub struct DescribedKey {
    /// The length of the modulus, in bits.
    pub bits: usize,
    /// The RFC 7638 thumbprint.
    pub thumbprint: String,
    /// The public JWK with the thumbprint as `kid` and without `alg`, which only the caller knows.
    pub public_jwk: String,
}

/// Looks at a file and says all it knows of it.
pub fn describe(file: &[u8]) -> Description {
    let mut description = Description { labels: Vec::new(), notes: notes(file), key: None, refusal: None };
    if let Ok(text) = pem::text(file) {
        let blocks = pem::blocks(&text);
        description.labels = blocks.iter().map(|block| printable(block.label, 60)).collect();
        if blocks.iter().any(|block| block.kind == Kind::Certificate) && blocks.len() > 1 {
            description.notes.push("a certificate stands beside the key; only the key is used");
        }
    }
    match described_key(file) {
        Ok(key) => description.key = Some(key),
        Err(refusal) => description.refusal = Some(refusal),
    }
    description
}

fn described_key(file: &[u8]) -> Result<DescribedKey, Error> {
    // The algorithm is left out of the description: any of RSA serves to read the key.
    let key = SigningKey::from_pem(file, None, "described", Algorithm::Rs256)?;
    let thumbprint = key.thumbprint()?;
    let key = SigningKey { key_id: thumbprint.clone(), ..key };
    let public_jwk = key.public_jwk_json()?.replace("\"alg\":\"RS256\",", "");
    Ok(DescribedKey { bits: key.bits(), thumbprint, public_jwk })
}

fn notes(file: &[u8]) -> Vec<&'static str> {
    let mut notes = Vec::new();
    if file.starts_with(b"\xef\xbb\xbf") {
        notes.push("it begins with a byte order mark");
    }
    if file.windows(2).any(|pair| pair == b"\r\n") {
        notes.push("its lines end in CRLF");
    }
    if file.windows(2).any(|pair| pair == b"\\n") {
        notes.push("its line ends are written as \\n in two characters");
    }
    let begin = file.windows(11).position(|window| window == b"-----BEGIN ");
    if begin.is_some_and(|begin| begin > 3) {
        notes.push("text stands before the first block");
    }
    notes
}

impl fmt::Display for Description {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.key {
            Some(key) => writeln!(f, "An RSA private key of {} bits, thumbprint {}", key.bits, key.thumbprint)?,
            None => writeln!(f, "Not a usable private key")?,
        }
        for label in &self.labels {
            writeln!(f, "  block {label}")?;
        }
        for note in &self.notes {
            writeln!(f, "  note: {note}")?;
        }
        if let Some(refusal) = &self.refusal {
            writeln!(f, "  {refusal}")?;
        }
        Ok(())
    }
}
