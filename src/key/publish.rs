//! The public half: the JWK set that is registered, and the same key as PEM. Nothing private can leave here: only
//! modulus and exponent are at hand.

use rsa::pkcs8::{EncodePublicKey, LineEnding};
use rsa::{BoxedUint, PublicKey};

use super::SigningKey;
use crate::error::{Error, Result, Status};
use crate::jose::jwk;

impl SigningKey {
    /// The public JWK: `use`, `alg`, `kid`, `kty`, `n`, `e`.
    pub fn public_jwk_json(&self) -> Result<String> {
        serde_json::to_string(&self.jwk()).map_err(|_| unwritable())
    }

    /// The JWK set to publish at the address that is registered, one key in it.
    pub fn jwk_set_json(&self) -> Result<String> {
        let set = serde_json::json!({ "keys": [self.jwk()] });
        serde_json::to_string_pretty(&set).map_err(|_| unwritable())
    }

    /// The public key as PEM (`PUBLIC KEY`), for openssl.
    pub fn public_pem(&self) -> Result<String> {
        let number = |bytes: &[u8]| BoxedUint::from_be_slice_vartime(bytes);
        PublicKey::new(number(&self.modulus), number(&self.exponent))
            .ok()
            .and_then(|key| key.to_public_key_pem(LineEnding::LF).ok())
            .ok_or_else(unwritable)
    }

    fn jwk(&self) -> jsonwebtoken::jwk::Jwk {
        jwk::public_jwk(&self.modulus, &self.exponent, self.key_id(), self.algorithm())
    }
}

fn unwritable() -> Error {
    Error::new(Status::Internal).found("the public key could not be written")
}
