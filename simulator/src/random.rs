//! Random values of the simulator.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// So many random bytes as base64url.
pub(crate) fn text(bytes: usize) -> String {
    let mut buffer = vec![0; bytes];
    // aws-lc ends the process itself when the system gives no random bytes: this never fails.
    aws_lc_rs::rand::fill(&mut buffer).expect("random bytes");
    URL_SAFE_NO_PAD.encode(buffer)
}
