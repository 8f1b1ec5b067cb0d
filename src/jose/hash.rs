//! The hashes that the standards name: thumbprints (RFC 7638), PKCE (RFC 7636 §4.2), `at_hash` (OIDC Core 3.1.3.6).

use aws_lc_rs::digest;

use super::algorithm::Hash;

/// SHA-256 of these bytes.
pub fn sha256(bytes: &[u8]) -> Vec<u8> {
    digest::digest(&digest::SHA256, bytes).as_ref().to_vec()
}

/// The left half of a hash, as `at_hash` has it.
pub fn left_half(hash: Hash, bytes: &[u8]) -> Vec<u8> {
    let algorithm = match hash {
        Hash::Sha256 => &digest::SHA256,
        Hash::Sha384 => &digest::SHA384,
        Hash::Sha512 => &digest::SHA512,
    };
    let digest = digest::digest(algorithm, bytes);
    digest.as_ref()[..digest.as_ref().len() / 2].to_vec()
}
