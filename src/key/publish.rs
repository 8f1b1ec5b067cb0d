//! The public half, in the forms in which it is published: JWK, JWK set and PEM. Nothing private can get in: what is
//! written is made from modulus and exponent alone.

use rsa::pkcs8::{EncodePublicKey, LineEnding};
use rsa::{BoxedUint, PublicKey};
use serde_json::{Map, Value};

use super::SigningKey;
use crate::error::{Error, Result, Status};
use crate::jose::jwk;

/// The members of the JWK, in the order in which they are written. No other gets out, whatever the JWK type holds.
const MEMBERS: [&str; 6] = ["kty", "n", "e", "kid", "use", "alg"];

impl SigningKey {
    /// The public half as a JWK (RFC 7517), with `kty`, `n`, `e`, `kid`, `use` and `alg` in this order.
    pub fn public_jwk_json(&self) -> String {
        self.public_jwk().to_string()
    }

    /// The JWK set (RFC 7517 §5) that holds the public half alone: what is registered, or hosted under `jwks_uri`.
    pub fn jwk_set_json(&self) -> String {
        format!("{:#}", Value::from_iter([("keys", Value::from(vec![self.public_jwk()]))]))
    }

    /// The public half as PEM (`PUBLIC KEY`), for tools that read no JWK.
    pub fn public_pem(&self) -> Result<String> {
        let refused = || Error::new(Status::Internal).found("the public half could not be written as PEM");
        let number = |bytes: &[u8]| BoxedUint::from_be_slice_vartime(bytes);
        let key =
            PublicKey::new(number(&self.numbers.modulus), number(&self.numbers.exponent)).map_err(|_| refused())?;
        key.to_public_key_pem(LineEnding::LF).map_err(|_| refused())
    }

    fn public_jwk(&self) -> Value {
        let jwk = jwk::public_jwk(&self.numbers.modulus, &self.numbers.exponent, self.key_id(), self.algorithm());
        let all = serde_json::to_value(jwk).unwrap_or_default();
        let members = MEMBERS.iter().filter_map(|name| Some(((*name).to_owned(), all.get(name)?.clone())));
        Value::Object(members.collect::<Map<_, _>>())
    }
}
