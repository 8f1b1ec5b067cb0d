//! The provider's key set (RFC 7517 §5). Enters: its bytes. Leaves: the keys that may verify signatures, parsed once.
//! Keys that cannot be used are skipped, each with its reason; one of them never spoils the others.

use crate::error::{Error, Result, Status};
use crate::http::printable;
use crate::jose::Algorithm;
use crate::jose::json::{Object, Refusal};
use crate::jose::jwk::ProviderKey;
use crate::jose::jws::VerifyingKey;

/// Most keys that a set may hold.
pub const MAX_KEYS: usize = 100;

/// An immutable key set.
#[derive(Clone, Debug, Default)]
pub struct KeySet {
    keys: Vec<ProviderKey>,
    skipped: Vec<(Option<String>, &'static str)>,
}

impl KeySet {
    /// Reads a JWK set.
    pub fn read(document: &[u8]) -> Result<Self> {
        let invalid =
            |found: &str| Error::new(Status::KeySetInvalid).expected("an object with the member keys").found(found);
        let object = Object::parse(document).map_err(|refusal| match refusal {
            Refusal::NotJson => Error::new(Status::ResponseNotJson).expected("a key set"),
            Refusal::NotAnObject => invalid("JSON that is no object"),
            Refusal::TooDeep => Error::new(Status::ResponseTooDeep).expected("a key set"),
        })?;
        if object.has_repeated_member() {
            return Err(Error::new(Status::ResponseMemberRepeated).found("a key set with one"));
        }
        let members = object.get("keys").and_then(|keys| keys.as_array()).ok_or_else(|| invalid("none"))?;
        if members.len() > MAX_KEYS {
            return Err(invalid(&format!("{} keys, more than {MAX_KEYS}", members.len())));
        }
        let mut set = Self::default();
        for member in members {
            match ProviderKey::read(member) {
                Ok(key) => set.keys.push(key),
                Err(reason) => {
                    let kid = member.get("kid").and_then(|kid| kid.as_str()).map(str::to_owned);
                    set.skipped.push((kid, reason));
                }
            }
        }
        Ok(set)
    }

    /// How many keys can be used.
    pub fn key_count(&self) -> usize {
        self.keys.len()
    }

    /// How many keys were left out, because they cannot be used.
    pub fn skipped_count(&self) -> usize {
        self.skipped.len()
    }

    /// Whether a token with this `kid` could be verified with this set, or whether a fresh set might hold more.
    pub fn holds(&self, kid: Option<&str>, algorithm: Algorithm) -> bool {
        match kid {
            Some(_) => self.choose(kid, algorithm).is_ok(),
            None => !self.keys.is_empty(),
        }
    }

    /// The keys to verify with: those of this `kid`, byte for byte; without `kid` the only one that fits.
    pub fn choose(&self, kid: Option<&str>, algorithm: Algorithm) -> Result<Vec<&VerifyingKey>> {
        let candidates: Vec<&VerifyingKey> = self
            .keys
            .iter()
            .filter(|key| kid.is_none() || key.kid.as_deref() == kid)
            .filter_map(|key| key.for_algorithm(algorithm))
            .collect();
        if candidates.is_empty() {
            return Err(self.nothing_fits(kid, algorithm));
        }
        if kid.is_none() && candidates.len() > 1 {
            return Err(Error::new(Status::KeyAmbiguous)
                .expected("a kid")
                .found(format!("{} keys that fit", candidates.len())));
        }
        Ok(candidates)
    }

    fn nothing_fits(&self, kid: Option<&str>, algorithm: Algorithm) -> Error {
        let shown = kid.map_or_else(|| "no kid".to_owned(), |kid| format!("kid {}", printable(kid, 100)));
        let skipped = self.skipped.iter().find(|(skipped, _)| kid.is_some() && skipped.as_deref() == kid);
        if let Some((_, reason)) = skipped {
            return Error::new(Status::KeyUnusable).found(format!("{shown}: {reason}"));
        }
        if kid.is_some() && self.keys.iter().any(|key| key.kid.as_deref() == kid) {
            return Error::new(Status::KeyUnusable).found(format!("{shown}: a key that is not for {algorithm}"));
        }
        Error::new(Status::KeyUnknown)
            .expected(format!("one of the {} usable keys of the provider", self.keys.len()))
            .found(shown)
    }
}
