//! Secret values: zeroised when dropped, unprintable, compared in constant time. Everything that could sign somebody in
//! goes through here: code, token, assertion, state, nonce, verifier, key bytes.

use std::fmt;

use aws_lc_rs::constant_time::verify_slices_are_equal;
use zeroize::Zeroize;

/// Bytes that nobody may print.
#[derive(Clone)]
pub struct Secret(Vec<u8>);

impl Secret {
    /// Takes the bytes over; they are zeroised when the secret is dropped.
    pub fn new(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    /// The bytes, to be lent and not kept.
    pub fn expose(&self) -> &[u8] {
        &self.0
    }

    /// Whether both are equal, in a time that does not depend on where they differ.
    pub fn equals(&self, other: &[u8]) -> bool {
        verify_slices_are_equal(&self.0, other).is_ok()
    }
}

impl Drop for Secret {
    fn drop(&mut self) {
        overwrite(&mut self.0);
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}

/// Text that nobody may print.
#[derive(Clone)]
pub struct SecretText(String);

impl SecretText {
    /// Takes the text over; it is zeroised when the secret is dropped.
    pub fn new(text: String) -> Self {
        Self(text)
    }

    /// The text, to be lent and not kept.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Whether both are equal, in a time that does not depend on where they differ.
    pub fn equals(&self, other: &str) -> bool {
        verify_slices_are_equal(self.0.as_bytes(), other.as_bytes()).is_ok()
    }
}

impl Drop for SecretText {
    fn drop(&mut self) {
        overwrite(&mut std::mem::take(&mut self.0).into_bytes());
    }
}

impl fmt::Debug for SecretText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretText")
    }
}

/// As `Vec::zeroize` does, which goes byte by byte: an ID token has more than a thousand.
fn overwrite(bytes: &mut Vec<u8>) {
    bytes.as_mut_slice().zeroize();
    bytes.spare_capacity_mut().zeroize();
}
