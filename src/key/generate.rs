//! A fresh key, for `cis2 key new`.

use zeroize::Zeroizing;

use crate::base64url;
use crate::error::{Error, Result, Status};
use crate::jose::jws::PrivateKey;
use crate::secret::SecretText;

/// Characters in a line of PEM (RFC 7468 §2).
const LINE_CHARS: usize = 64;

/// Makes an RSA key of 2048, 3072 or 4096 bits: PKCS#8 in PEM.
pub fn generate_rsa(bits: u32) -> Result<SecretText> {
    let der = PrivateKey::generate_pkcs8_der(bits).ok_or_else(|| {
        Error::new(Status::InvalidArgument).expected("2048, 3072 or 4096 bits").found(bits.to_string())
    })?;
    let mut body = Zeroizing::new(base64url::encode(&der).replace('-', "+").replace('_', "/"));
    while body.len() % 4 != 0 {
        body.push('=');
    }
    let mut pem = String::with_capacity(body.len() + body.len() / LINE_CHARS + 60);
    pem.push_str("-----BEGIN PRIVATE KEY-----\n");
    for start in (0..body.len()).step_by(LINE_CHARS) {
        pem.push_str(&body[start..body.len().min(start + LINE_CHARS)]);
        pem.push('\n');
    }
    pem.push_str("-----END PRIVATE KEY-----\n");
    Ok(SecretText::new(pem))
}
