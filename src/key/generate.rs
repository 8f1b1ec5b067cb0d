//! New keys, made by aws-lc.

use super::pem;
use crate::error::{Error, Result, Status};
use crate::jose::jws::PrivateKey;
use crate::secret::SecretText;

/// The sizes that can be made, in bits.
pub const RSA_BITS: [u32; 4] = [2048, 3072, 4096, 8192];

/// A new RSA key as PKCS#8 PEM (`PRIVATE KEY`), with LF and 64 columns. `bits` is one of [`RSA_BITS`].
pub fn generate_rsa(bits: u32) -> Result<SecretText> {
    if !RSA_BITS.contains(&bits) {
        return Err(Error::new(Status::InvalidArgument)
            .expected("bits to be 2048, 3072, 4096 or 8192")
            .found(bits.to_string()));
    }
    let der = PrivateKey::generate_pkcs8_der(bits)
        .ok_or_else(|| Error::new(Status::Internal).found("the RSA key could not be made"))?;
    Ok(pem::write("PRIVATE KEY", &der))
}
