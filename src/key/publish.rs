//! The public half, in the forms in which it is published: JWK, JWK set and PEM. Nothing private can get in: what is
//! written is made from the public half alone.

use rsa::pkcs8::{EncodePublicKey, LineEnding};
use rsa::{BoxedUint, PublicKey};
use serde_json::Value;

use super::{SigningKey, der, pem};
use crate::error::{Error, Result, Status};
use crate::jose::jwk::PublicHalf;

impl SigningKey {
    /// The public half as a JWK (RFC 7517), with `kty`, the numbers (`n` and `e`, or `crv`, `x` and `y`), `kid`, `use` and
    /// `alg` in this order.
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
        match &self.public {
            PublicHalf::Ec { curve, .. } => {
                let point = self.public.point().ok_or_else(refused)?;
                let der = der::ec_public_key(*curve, &point).ok_or_else(refused)?;
                Ok(pem::write("PUBLIC KEY", &der).expose().to_owned())
            }
            PublicHalf::Rsa { modulus, exponent } => {
                let number = |bytes: &[u8]| BoxedUint::from_be_slice_vartime(bytes);
                let key = PublicKey::new(number(modulus), number(exponent)).map_err(|_| refused())?;
                key.to_public_key_pem(LineEnding::LF).map_err(|_| refused())
            }
        }
    }

    fn public_jwk(&self) -> Value {
        self.public.to_jwk(self.key_id(), self.algorithm())
    }
}
