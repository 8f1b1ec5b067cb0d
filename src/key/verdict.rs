//! What a file was found to be, before `describe` adds the circumstances: its kind, its words, its private key or refusal.

use super::PublicKey;
use super::describe::FileKind;
use super::private::Found;
use crate::error::{Error, Result, Status};
use crate::jose::Curve;
use crate::jose::jwk::PublicHalf;

/// What was found, before the circumstances are added.
pub(super) struct Verdict {
    pub kind: FileKind,
    pub what: String,
    pub cipher: Option<String>,
    pub weak_encryption: Option<&'static str>,
    pub jwks: Vec<std::result::Result<PublicKey, String>>,
    pub half: Option<PublicHalf>,
    /// Said where a private EC key leaves its public half out.
    pub curve: Option<Curve>,
    pub key: Result<Found>,
}

impl Verdict {
    /// What is neither refused nor encrypted says nothing but this.
    pub fn new(kind: FileKind, what: String, key: Result<Found>) -> Self {
        Self { kind, what, cipher: None, weak_encryption: None, jwks: Vec::new(), half: None, curve: None, key }
    }

    /// The refusal of a file, which is described as the error's `found` does.
    pub fn refused(kind: FileKind, error: Error) -> Self {
        let what = error.found_text().unwrap_or_default().to_owned();
        Self::new(kind, what, Err(error))
    }

    /// The refusal of a file that is something.
    pub fn is(kind: FileKind, status: Status, what: impl Into<String>) -> Self {
        Self::refused(kind, Error::new(status).found(what))
    }

    /// A public half, or the type of another, that comes with what was refused.
    pub fn with_public_key(mut self, key: Option<std::result::Result<PublicHalf, String>>) -> Self {
        let more = match key {
            None => return self,
            Some(Ok(half)) => {
                let more = format!(" ({half})");
                self.half = Some(half);
                more
            }
            Some(Err(other)) => format!(" ({other})"),
        };
        self.what.push_str(&more);
        self.key = self.key.map_err(|error| error.found(self.what.clone()));
        self
    }

    /// How the file is encrypted, in words.
    pub fn with_cipher(mut self, cipher: Option<String>) -> Self {
        self.cipher = cipher;
        self
    }

    /// What of that should not be used any more.
    pub fn with_weak_encryption(mut self, weakness: Option<&'static str>) -> Self {
        self.weak_encryption = weakness;
        self
    }

    /// The curve, where the public half is not said.
    pub fn with_curve(mut self, curve: Option<Curve>) -> Self {
        self.curve = curve;
        self
    }

    /// The keys of a JWK or JWK set. One alone is the public half of the file.
    pub fn with_jwks(mut self, jwks: Vec<std::result::Result<PublicKey, String>>, is_set: bool) -> Self {
        self.jwks = jwks;
        match self.jwks.as_slice() {
            [one] if !is_set => {
                let key = one.as_ref().map(|key| key.half().clone()).map_err(Clone::clone);
                self.with_public_key(Some(key))
            }
            _ => self,
        }
    }
}
