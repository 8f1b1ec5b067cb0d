//! The table of algorithms. Nobody signs, verifies or lists an algorithm without going through it.

use std::fmt;

use aws_lc_rs::signature::{self, EcdsaSigningAlgorithm, EcdsaVerificationAlgorithm, RsaEncoding, RsaParameters};

/// A JWS algorithm that this library signs and verifies with (RFC 7518 §3.1). `none` and HS* are not in it, and so can
/// neither be chosen nor accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Algorithm {
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    Rs256,
    /// RSASSA-PKCS1-v1_5 with SHA-384.
    Rs384,
    /// RSASSA-PKCS1-v1_5 with SHA-512.
    Rs512,
    /// RSASSA-PSS with SHA-256, MGF1 with SHA-256 and a salt as long as the hash.
    Ps256,
    /// RSASSA-PSS with SHA-384, MGF1 with SHA-384 and a salt as long as the hash.
    Ps384,
    /// RSASSA-PSS with SHA-512, MGF1 with SHA-512 and a salt as long as the hash.
    Ps512,
    /// ECDSA on P-256 with SHA-256.
    Es256,
    /// ECDSA on P-384 with SHA-384.
    Es384,
    /// ECDSA on P-521 with SHA-512.
    Es512,
}

/// The hash that belongs to an algorithm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hash {
    /// SHA-256.
    Sha256,
    /// SHA-384.
    Sha384,
    /// SHA-512.
    Sha512,
}

/// An elliptic curve that an algorithm of the table signs on (RFC 7518 §6.2.1.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Curve {
    /// NIST P-256, which OpenSSL calls prime256v1.
    P256,
    /// NIST P-384, which OpenSSL calls secp384r1.
    P384,
    /// NIST P-521, which OpenSSL calls secp521r1.
    P521,
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
    pub(super) means: Means,
}

/// What aws-lc signs and verifies with.
#[derive(Clone, Copy)]
pub(super) enum Means {
    Ec { curve: Curve, signing: &'static EcdsaSigningAlgorithm, verifying: &'static EcdsaVerificationAlgorithm },
    Rsa { signing: &'static dyn RsaEncoding, verifying: &'static RsaParameters },
}

/// All algorithms, in the order of their numbers. ECDSA signatures have the fixed form, r and s side by side (RFC 7518
/// §3.4).
pub const ALGORITHMS: &[AlgorithmRow] = &[
    AlgorithmRow {
        algorithm: Algorithm::Rs256,
        number: 1,
        name: "RS256",
        hash: Hash::Sha256,
        means: rsa(&signature::RSA_PKCS1_SHA256, &signature::RSA_PKCS1_2048_8192_SHA256),
    },
    AlgorithmRow {
        algorithm: Algorithm::Rs384,
        number: 2,
        name: "RS384",
        hash: Hash::Sha384,
        means: rsa(&signature::RSA_PKCS1_SHA384, &signature::RSA_PKCS1_2048_8192_SHA384),
    },
    AlgorithmRow {
        algorithm: Algorithm::Rs512,
        number: 3,
        name: "RS512",
        hash: Hash::Sha512,
        means: rsa(&signature::RSA_PKCS1_SHA512, &signature::RSA_PKCS1_2048_8192_SHA512),
    },
    AlgorithmRow {
        algorithm: Algorithm::Ps256,
        number: 4,
        name: "PS256",
        hash: Hash::Sha256,
        means: rsa(&signature::RSA_PSS_SHA256, &signature::RSA_PSS_2048_8192_SHA256),
    },
    AlgorithmRow {
        algorithm: Algorithm::Ps384,
        number: 5,
        name: "PS384",
        hash: Hash::Sha384,
        means: rsa(&signature::RSA_PSS_SHA384, &signature::RSA_PSS_2048_8192_SHA384),
    },
    AlgorithmRow {
        algorithm: Algorithm::Ps512,
        number: 6,
        name: "PS512",
        hash: Hash::Sha512,
        means: rsa(&signature::RSA_PSS_SHA512, &signature::RSA_PSS_2048_8192_SHA512),
    },
    AlgorithmRow {
        algorithm: Algorithm::Es256,
        number: 7,
        name: "ES256",
        hash: Hash::Sha256,
        means: ec(Curve::P256, &signature::ECDSA_P256_SHA256_FIXED_SIGNING, &signature::ECDSA_P256_SHA256_FIXED),
    },
    AlgorithmRow {
        algorithm: Algorithm::Es384,
        number: 8,
        name: "ES384",
        hash: Hash::Sha384,
        means: ec(Curve::P384, &signature::ECDSA_P384_SHA384_FIXED_SIGNING, &signature::ECDSA_P384_SHA384_FIXED),
    },
    AlgorithmRow {
        algorithm: Algorithm::Es512,
        number: 9,
        name: "ES512",
        hash: Hash::Sha512,
        means: ec(Curve::P521, &signature::ECDSA_P521_SHA512_FIXED_SIGNING, &signature::ECDSA_P521_SHA512_FIXED),
    },
];

const fn rsa(signing: &'static dyn RsaEncoding, verifying: &'static RsaParameters) -> Means {
    Means::Rsa { signing, verifying }
}

const fn ec(
    curve: Curve,
    signing: &'static EcdsaSigningAlgorithm,
    verifying: &'static EcdsaVerificationAlgorithm,
) -> Means {
    Means::Ec { curve, signing, verifying }
}

impl Algorithm {
    /// The row of this algorithm.
    pub fn row(self) -> &'static AlgorithmRow {
        // In the order of their numbers: `every_algorithm_has_its_row` in tests/rust/jose.rs.
        &ALGORITHMS[self as usize]
    }

    /// The name in headers, JWKs and discovery documents.
    pub fn name(self) -> &'static str {
        self.row().name
    }

    /// The curve of an ECDSA algorithm; none for RSA.
    pub fn curve(self) -> Option<Curve> {
        match self.row().means {
            Means::Ec { curve, .. } => Some(curve),
            Means::Rsa { .. } => None,
        }
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

impl Curve {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::P256, Self::P384, Self::P521];

    /// The name in JWKs.
    pub fn name(self) -> &'static str {
        match self {
            Self::P256 => "P-256",
            Self::P384 => "P-384",
            Self::P521 => "P-521",
        }
    }

    /// The curve of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|curve| curve.name() == name)
    }

    /// The size of the field.
    pub fn bits(self) -> usize {
        match self {
            Self::P256 => 256,
            Self::P384 => 384,
            Self::P521 => 521,
        }
    }

    /// The length of a coordinate, in bytes (RFC 7518 §6.2.1.2).
    pub fn coordinate_bytes(self) -> usize {
        self.bits().div_ceil(8)
    }

    /// The one algorithm that signs on this curve.
    pub fn algorithm(self) -> Algorithm {
        match self {
            Self::P256 => Algorithm::Es256,
            Self::P384 => Algorithm::Es384,
            Self::P521 => Algorithm::Es512,
        }
    }
}

impl fmt::Display for Curve {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
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
