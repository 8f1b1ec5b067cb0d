//! The table of algorithms. Nobody signs, verifies or lists an algorithm without going through it.

use std::fmt;

use aws_lc_rs::signature::{self, RsaEncoding, RsaParameters};

/// A JWS algorithm that this library signs and verifies with (RFC 7518 §3.1). `none` and HS* are not in it, and so can
/// neither be chosen nor accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Algorithm {
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    Rs256,
    /// RSASSA-PKCS1-v1_5 with SHA-512.
    Rs512,
}

/// The hash that belongs to an algorithm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hash {
    /// SHA-256.
    Sha256,
    /// SHA-512.
    Sha512,
}

/// One row of the table.
pub struct AlgorithmRow {
    /// The algorithm.
    pub algorithm: Algorithm,
    /// The permanent number at the C boundary.
    pub number: u32,
    /// The name in headers, JWKs and discovery documents.
    pub name: &'static str,
    /// Its hash.
    pub hash: Hash,
    pub(super) signing: &'static dyn RsaEncoding,
    pub(super) verifying: &'static RsaParameters,
}

/// All algorithms, in the order of their numbers. 2 is kept for RS384, 4 to 6 for PS*, 7 to 9 for ES*.
pub const ALGORITHMS: &[AlgorithmRow] = &[
    AlgorithmRow {
        algorithm: Algorithm::Rs256,
        number: 1,
        name: "RS256",
        hash: Hash::Sha256,
        signing: &signature::RSA_PKCS1_SHA256,
        verifying: &signature::RSA_PKCS1_2048_8192_SHA256,
    },
    AlgorithmRow {
        algorithm: Algorithm::Rs512,
        number: 3,
        name: "RS512",
        hash: Hash::Sha512,
        signing: &signature::RSA_PKCS1_SHA512,
        verifying: &signature::RSA_PKCS1_2048_8192_SHA512,
    },
];

impl Algorithm {
    /// The row of this algorithm.
    pub fn row(self) -> &'static AlgorithmRow {
        match self {
            Self::Rs256 => &ALGORITHMS[0],
            Self::Rs512 => &ALGORITHMS[1],
        }
    }

    /// The name in headers, JWKs and discovery documents.
    pub fn name(self) -> &'static str {
        self.row().name
    }

    /// The algorithm of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        ALGORITHMS.iter().find(|row| row.name == name).map(|row| row.algorithm)
    }

    /// The algorithm of this number at the C boundary.
    pub fn from_number(number: u32) -> Option<Self> {
        ALGORITHMS.iter().find(|row| row.number == number).map(|row| row.algorithm)
    }

    /// All names, for error texts.
    pub fn names() -> String {
        ALGORITHMS.iter().map(|row| row.name).collect::<Vec<_>>().join(", ")
    }
}

impl fmt::Display for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl serde::Serialize for Algorithm {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl<'de> serde::Deserialize<'de> for Algorithm {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        Self::from_name(&name)
            .ok_or_else(|| serde::de::Error::custom(format!("the algorithm {name:?} is none of {}", Self::names())))
    }
}
