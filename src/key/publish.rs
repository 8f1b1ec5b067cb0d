//! The public half, in the forms in which it is published: JWK, JWK set and PEM. Nothing private can get in: what is
//! written is made from the public half alone.

use rsa::BoxedUint;
use rsa::pkcs8::{EncodePublicKey, LineEnding};
use serde_json::Value;

use super::{PublicKey, SigningKey, der, pem};
use crate::error::{Error, Result, Status};
use crate::http::printable;
use crate::jose::Algorithm;
use crate::jose::jwk::PublicHalf;

/// Longest key id that is shown, in characters.
const MAX_SHOWN_KEY_ID_CHARS: usize = 60;

/// The JWK set (RFC 7517 §5) of these keys, in their order. Each needs its key id and its algorithm: OpenAM reads every key of
/// a set, and those without kid collide there; an algorithm that nobody said would be a guess.
pub fn jwk_set_json(keys: &[PublicKey]) -> Result<String> {
    let invalid = || Error::new(Status::ConfigInvalid).remedy("say it, or leave the key out.");
    let mut jwks = Vec::with_capacity(keys.len());
    for (at, key) in keys.iter().enumerate() {
        let key_id = key.key_id().ok_or_else(|| invalid().expected("a key id for each key").found("a key without"))?;
        let shown = printable(key_id, MAX_SHOWN_KEY_ID_CHARS);
        let algorithm = key.algorithm();
        let algorithm = algorithm
            .ok_or_else(|| invalid().expected("an algorithm for each key").found(format!("the key {shown} without")))?;
        if keys[..at].iter().any(|earlier| earlier.key_id() == Some(key_id)) {
            let error = Error::new(Status::ConfigInvalid).expected("a key id of its own for each key");
            return Err(error
                .found(format!("two keys with the key id {shown}"))
                .remedy("name each key once, or give one of them another key id."));
        }
        jwks.push(key.half().to_jwk(key_id, algorithm));
    }
    Ok(set(jwks))
}

impl PublicKey {
    /// The JWK, with the key id and algorithm that were said; a member that was not is left out.
    pub fn to_jwk(&self) -> Value {
        // As the others are written, so that there is one order of the members.
        let mut jwk =
            self.half().to_jwk(self.key_id().unwrap_or_default(), self.algorithm().unwrap_or(Algorithm::Rs256));
        if let Some(members) = jwk.as_object_mut() {
            let unsaid = [("kid", self.key_id().is_none()), ("alg", self.algorithm().is_none())];
            unsaid.into_iter().filter(|(_, is_unsaid)| *is_unsaid).for_each(|(name, _)| {
                members.shift_remove(name);
            });
        }
        jwk
    }

    /// The RFC 7638 thumbprint (SHA-256, base64url).
    pub fn thumbprint(&self) -> Result<String> {
        self.half().thumbprint()
    }
}

fn set(jwks: Vec<Value>) -> String {
    format!("{:#}", Value::from_iter([("keys", Value::from(jwks))]))
}

impl SigningKey {
    /// The public half as a JWK (RFC 7517), with `kty`, the numbers (`n` and `e`, or `crv`, `x` and `y`), `kid`, `use` and
    /// `alg` in this order.
    pub fn public_jwk_json(&self) -> String {
        self.public_jwk().to_string()
    }

    /// The JWK set (RFC 7517 §5) that holds the public half alone: what is registered, or hosted under `jwks_uri`.
    pub fn jwk_set_json(&self) -> String {
        set(vec![self.public_jwk()])
    }

    /// The public half as PEM (`PUBLIC KEY`), for tools that read no JWK.
    pub fn public_pem(&self) -> Result<String> {
        let refused = || Error::new(Status::Internal).found("the public half could not be written as PEM");
        match &self.public {
            PublicHalf::Ec { curve, .. } => {
                let point = self.public.point().ok_or_else(refused)?;
                let der = der::ec_public_key(*curve, &point).ok_or_else(refused)?;
                Ok(pem::write("PUBLIC KEY", &der).expose().to_owned())
            }
            PublicHalf::Rsa { modulus, exponent } => {
                let number = |bytes: &[u8]| BoxedUint::from_be_slice_vartime(bytes);
                let key = rsa::PublicKey::new(number(modulus), number(exponent)).map_err(|_| refused())?;
                key.to_public_key_pem(LineEnding::LF).map_err(|_| refused())
            }
        }
    }

    fn public_jwk(&self) -> Value {
        self.public.to_jwk(self.key_id(), self.algorithm())
    }
}
