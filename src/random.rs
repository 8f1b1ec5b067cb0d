//! The only randomness: jti, state, nonce, PKCE verifier, seal nonce. All from the operating system by way of aws-lc.

use aws_lc_rs::rand;

use crate::base64url;
use crate::error::{Error, Result, Status};
use crate::secret::SecretText;

/// Fresh random values for one step of a flow. Protocol code takes them as arguments, so that a test can fix them.
pub trait Random: Send + Sync {
    /// Fills the buffer with bytes that nobody can guess.
    fn fill(&self, bytes: &mut [u8]) -> Result<()>;
}

/// The operating system's randomness.
#[derive(Clone, Copy, Debug)]
pub struct SystemRandom;

impl Random for SystemRandom {
    fn fill(&self, bytes: &mut [u8]) -> Result<()> {
        rand::fill(bytes).map_err(|_| Error::new(Status::Internal).found("the system gave no randomness"))
    }
}

/// 16 random bytes as base64url: the `jti` of an assertion (128 bits, 22 characters).
pub fn jti(random: &dyn Random) -> Result<String> {
    let mut bytes = [0; 16];
    random.fill(&mut bytes)?;
    Ok(base64url::encode(&bytes))
}

/// 32 random bytes as base64url: state, nonce, PKCE verifier (256 bits, 43 characters, RFC 7636 §4.1).
pub fn token(random: &dyn Random) -> Result<SecretText> {
    let mut bytes = zeroize::Zeroizing::new([0; 32]);
    random.fill(bytes.as_mut())?;
    Ok(SecretText::new(base64url::encode(bytes.as_ref())))
}
