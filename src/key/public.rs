//! Public keys, as files hold them: the public half of a private key, of a PEM or DER file or of a certificate, a JWK, the
//! keys of a JWK set. Enters: the bytes of a file. Leaves: [`PublicKey`]s, which are made from public numbers alone, whatever
//! private members stood beside them. Refused: a key that nobody could register, in words that name it.

use super::describe::{self, FileKind};
use super::{check_key_id, private};
use crate::error::{Error, Result, Status};
use crate::exact::Exact;
use crate::http::printable;
use crate::jose::algorithm::ALGORITHMS;
use crate::jose::json::Value;
use crate::jose::jwk::PublicHalf;
use crate::jose::jws::{MAX_RSA_BITS, MIN_RSA_BITS, VerifyingKey};
use crate::jose::{Algorithm, Curve};

/// Longest key id of a refused key that is shown, in characters.
const MAX_SHOWN_KEY_ID_CHARS: usize = 60;

const EXPECTED: &str = "public keys that can be registered: RSA of 2048 to 8192 bits, or EC on P-256, P-384 or P-521";
const LEAVE_IT_OUT: &str = "take the key out of the file, or make another with: cis2 key new";
const ONE_FILE_ONE_KEY: &str = "give a file with one key. A public key of SSH is written anew with: \
    ssh-keygen -e -m PKCS8 -f FILE > public.pem";

/// A public key, with the key id and algorithm that its file says or that were set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicKey {
    half: PublicHalf,
    key_id: Option<Exact>,
    algorithm: Option<Algorithm>,
    was_private: bool,
}

impl PublicKey {
    /// The members of a JWK that are secret (RFC 7518 §6.2.2, §6.3.2, §6.4.1).
    pub const PRIVATE_MEMBERS: [&str; 8] = ["d", "dp", "dq", "k", "oth", "p", "q", "qi"];

    /// The public half of a private key file in PEM or DER, which is judged as one that signs: its numbers belong together.
    pub fn of_private_key(file: &[u8], password: Option<&[u8]>) -> Result<Self> {
        Ok(Self::new(describe::read_any(file)?.into_public_half(password)?))
    }

    /// Every key of a file: a private key, a public key or certificate in PEM or DER, a JWK, a JWK set. One that cannot be
    /// registered is the refusal of all.
    pub fn all_of(file: &[u8], password: Option<&[u8]>) -> Result<Vec<Self>> {
        let reading = describe::read(file);
        let description = reading.description;
        match description.kind {
            FileKind::Jwk => of_jwks(description.jwks),
            FileKind::Certificate | FileKind::CertificateRequest | FileKind::PublicKey => {
                let half = description.public_half().filter(|_| description.labels.len() < 2);
                let key = match half {
                    Some(half) => Self::new(half.clone()).check(),
                    None => Err("which does not say one such key"),
                };
                let refused = |why| refused(format!("{description}, {why}"), ONE_FILE_ONE_KEY);
                key.map(|key| vec![key]).map_err(refused)
            }
            _ => Self::of_private_key(file, password).map(|key| vec![key]),
        }
    }

    /// The keys of a JSON text that is a JWK or JWK set; of those that cannot be used, why.
    pub(super) fn of_json(value: &Value<'_>, is_repetitive: bool) -> Vec<std::result::Result<Self, String>> {
        if is_repetitive {
            return vec![Err("a member that stands twice".to_owned())];
        }
        match value.get("keys").and_then(Value::as_array) {
            Some(keys) => keys.iter().map(Self::of_jwk).collect(),
            None => vec![Self::of_jwk(value)],
        }
    }

    /// Whether a JWK has a member that is secret.
    pub(super) fn is_private_jwk(jwk: &Value<'_>) -> bool {
        Self::PRIVATE_MEMBERS.iter().any(|name| jwk.get(name).is_some())
    }

    fn of_jwk(jwk: &Value<'_>) -> std::result::Result<Self, String> {
        let text = |name: &str| jwk.get(name).and_then(Value::as_str);
        let named = |why: &str| match text("kid") {
            Some(key_id) => format!("{why} (kid {})", printable(key_id, MAX_SHOWN_KEY_ID_CHARS)),
            None => why.to_owned(),
        };
        let key = Self::judged_jwk(jwk).and_then(Self::check).map_err(named)?;
        Ok(Self { key_id: text("kid").map(Exact::new), ..key })
    }

    fn judged_jwk(jwk: &Value<'_>) -> std::result::Result<Self, &'static str> {
        let text = |name: &str| jwk.get(name).and_then(Value::as_str);
        match text("kty") {
            Some("oct") => return Err("a symmetric key, which has no public half"),
            Some("OKP") => return Err("an Edwards or Montgomery key, which is neither RSA nor EC"),
            _ => {}
        }
        if jwk.get("use").is_some_and(|value| value.as_str() != Some("sig")) {
            return Err("a key that is not for signatures");
        }
        let signs = |item: &Value<'_>| matches!(item.as_str(), Some("sign" | "verify"));
        if jwk.get("key_ops").is_some_and(|operations| !operations.as_array().is_some_and(|all| all.iter().any(signs)))
        {
            return Err("a key whose key_ops hold neither sign nor verify");
        }
        if jwk.get("kid").is_some_and(|key_id| key_id.as_str().is_none_or(|text| check_key_id(text).is_err())) {
            return Err("a key with a kid that can be none");
        }
        let algorithm = match jwk.get("alg") {
            None => None,
            Some(name) => Some(name.as_str().and_then(Algorithm::from_name).ok_or("a key for another algorithm")?),
        };
        Ok(Self { half: PublicHalf::from_jwk(jwk)?, key_id: None, algorithm, was_private: Self::is_private_jwk(jwk) })
    }

    pub(super) fn new(half: PublicHalf) -> Self {
        Self { half, key_id: None, algorithm: None, was_private: false }
    }

    fn check(self) -> std::result::Result<Self, &'static str> {
        if !self.has_usable_size() {
            return Err("an RSA key under 2048 or over 8192 bits");
        }
        let fitting = self.fitting_algorithms();
        match self.algorithm {
            _ if fitting.is_empty() => Err("a key whose numbers are none"),
            Some(said) if !fitting.contains(&said) => Err("a key that does not fit the algorithm that it names"),
            _ => Ok(self),
        }
    }

    /// The public numbers.
    pub fn half(&self) -> &PublicHalf {
        &self.half
    }

    /// The `kid`, if one was said.
    pub fn key_id(&self) -> Option<&str> {
        self.key_id.as_ref().map(Exact::as_str)
    }

    /// The algorithm, if one was said.
    pub fn algorithm(&self) -> Option<Algorithm> {
        self.algorithm
    }

    /// Whether it was a JWK with private members. They are not in here.
    pub fn was_private(&self) -> bool {
        self.was_private
    }

    /// The algorithms that a key of this type and curve signs with; none if its size is not used or its numbers are no key,
    /// which aws-lc says.
    pub fn fitting_algorithms(&self) -> Vec<Algorithm> {
        let all = ALGORITHMS.iter().map(|row| row.algorithm).filter(|_| self.has_usable_size());
        all.filter(|algorithm| VerifyingKey::new(*algorithm, &self.half).is_some()).collect()
    }

    /// The same key under this key id.
    pub fn with_key_id(self, key_id: &str) -> Result<Self> {
        check_key_id(key_id)?;
        Ok(Self { key_id: Some(Exact::new(key_id)), ..self })
    }

    /// The same key for this algorithm, which must fit it.
    pub fn with_algorithm(self, algorithm: Algorithm) -> Result<Self> {
        private::check_algorithm(algorithm, self.curve(), "key")?;
        Ok(Self { algorithm: Some(algorithm), ..self })
    }

    fn has_usable_size(&self) -> bool {
        self.curve().is_some() || (MIN_RSA_BITS..=MAX_RSA_BITS).contains(&self.half.bits())
    }

    fn curve(&self) -> Option<Curve> {
        self.half.curve()
    }
}

fn refused(found: String, remedy: &str) -> Error {
    Error::new(Status::ConfigInvalid).expected(EXPECTED).found(found).remedy(remedy)
}

fn of_jwks(jwks: Vec<std::result::Result<PublicKey, String>>) -> Result<Vec<PublicKey>> {
    let count = jwks.len();
    if jwks.is_empty() {
        return Err(refused("a JWK set without keys".to_owned(), LEAVE_IT_OUT));
    }
    let named = |(at, key): (usize, std::result::Result<_, String>)| {
        key.map_err(|why| refused(format!("key {} of {count}: {why}", at + 1), LEAVE_IT_OUT))
    };
    jwks.into_iter().enumerate().map(named).collect()
}
