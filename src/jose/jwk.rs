//! JSON Web Keys (RFC 7517): read a provider's public key, write our own, and its thumbprint (RFC 7638).

use jsonwebtoken::jwk::{
    AlgorithmParameters, CommonParameters, Jwk, KeyAlgorithm, PublicKeyUse, RSAKeyParameters, RSAKeyType,
    ThumbprintHash,
};

use super::algorithm::{ALGORITHMS, Algorithm};
use super::json::Value;
use super::jws::{MAX_RSA_BITS, MIN_RSA_BITS, VerifyingKey};
use crate::base64url;
use crate::error::{Error, Result, Status};

/// One key of a provider's set that may verify signatures.
#[derive(Clone, Debug)]
pub struct ProviderKey {
    /// `kid`, byte for byte.
    pub kid: Option<String>,
    keys: Vec<VerifyingKey>,
}

impl ProviderKey {
    /// Reads a member of a key set, or says why it may not be used: a set may hold other keys beside ours.
    pub fn read(jwk: &Value<'_>) -> std::result::Result<Self, &'static str> {
        let text = |name: &str| jwk.get(name).and_then(Value::as_str);
        if text("kty") != Some("RSA") {
            return Err("a key that is not RSA");
        }
        if jwk.get("use").is_some_and(|value| value.as_str() != Some("sig")) {
            return Err("a key that is not for signatures");
        }
        if let Some(operations) = jwk.get("key_ops") {
            let verifies = |items: &[Value<'_>]| items.iter().any(|item| item.as_str() == Some("verify"));
            if !operations.as_array().is_some_and(verifies) {
                return Err("a key whose key_ops do not hold verify");
            }
        }
        let number = |name| text(name).and_then(base64url::decode).map(without_leading_zeros);
        let modulus = number("n").ok_or("a key without modulus")?;
        let exponent = number("e").ok_or("a key without exponent")?;
        if !(MIN_RSA_BITS..=MAX_RSA_BITS).contains(&bits(&modulus)) {
            return Err("an RSA key under 2048 or over 8192 bits");
        }
        if bits(&exponent) < 2 || bits(&exponent) > 33 || exponent.last().is_none_or(|byte| byte % 2 == 0) {
            return Err("an RSA key with an exponent that is none");
        }
        let registered = match jwk.get("alg") {
            None => None,
            Some(alg) => Some(alg.as_str().and_then(Algorithm::from_name).ok_or("a key for another algorithm")?),
        };
        let keys: Vec<VerifyingKey> = ALGORITHMS
            .iter()
            .map(|row| row.algorithm)
            .filter(|algorithm| registered.is_none_or(|registered| registered == *algorithm))
            .filter_map(|algorithm| VerifyingKey::from_rsa(algorithm, &modulus, &exponent))
            .collect();
        if keys.is_empty() {
            return Err("a key whose numbers are no RSA key");
        }
        Ok(Self { kid: text("kid").map(str::to_owned), keys })
    }

    /// The key for this algorithm, if it may be used with it.
    pub fn for_algorithm(&self, algorithm: Algorithm) -> Option<&VerifyingKey> {
        self.keys.iter().find(|key| key.algorithm() == algorithm)
    }
}

/// The public JWK of a signing key, as it is registered: `kty`, `n`, `e`, `kid`, `use`, `alg` and nothing private.
pub fn public_jwk(modulus: &[u8], exponent: &[u8], kid: &str, algorithm: Algorithm) -> Jwk {
    let key_algorithm = match algorithm {
        Algorithm::Rs256 => KeyAlgorithm::RS256,
        Algorithm::Rs512 => KeyAlgorithm::RS512,
    };
    Jwk {
        common: CommonParameters {
            public_key_use: Some(PublicKeyUse::Signature),
            key_algorithm: Some(key_algorithm),
            key_id: Some(kid.to_owned()),
            ..CommonParameters::default()
        },
        algorithm: AlgorithmParameters::RSA(RSAKeyParameters {
            key_type: RSAKeyType::RSA,
            n: base64url::encode(modulus),
            e: base64url::encode(exponent),
        }),
    }
}

/// The RFC 7638 thumbprint with SHA-256, in base64url.
pub fn thumbprint(modulus: &[u8], exponent: &[u8]) -> Result<String> {
    // The thumbprint covers only kty, n and e: kid and algorithm may be any.
    public_jwk(modulus, exponent, "", Algorithm::Rs256)
        .thumbprint(ThumbprintHash::SHA256)
        .map_err(|_| Error::new(Status::Internal).found("the thumbprint could not be made"))
}

/// Bits of a big-endian number without leading zeros.
pub fn bits(number: &[u8]) -> usize {
    number.first().map_or(0, |first| number.len() * 8 - first.leading_zeros() as usize)
}

fn without_leading_zeros(mut number: Vec<u8>) -> Vec<u8> {
    let zeros = number.iter().take_while(|byte| **byte == 0).count();
    number.drain(..zeros);
    number
}
