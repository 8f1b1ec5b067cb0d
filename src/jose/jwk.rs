//! JSON Web Keys (RFC 7517): read a provider's public key, write our own, and its thumbprint (RFC 7638).

use std::fmt;

use jsonwebtoken::jwk::{
    AlgorithmParameters, CommonParameters, EllipticCurve, EllipticCurveKeyParameters, EllipticCurveKeyType, Jwk,
    RSAKeyParameters, RSAKeyType, ThumbprintHash,
};
use serde_json::json;

use super::algorithm::{ALGORITHMS, Algorithm, Curve};
use super::json::Value;
use super::jws::{MAX_RSA_BITS, MIN_RSA_BITS, VerifyingKey};
use crate::base64url;
use crate::error::{Error, Result, Status};

/// First byte of a point of which both coordinates are there.
const UNCOMPRESSED: u8 = 4;

/// One key of a provider's set that may verify signatures.
#[derive(Clone, Debug)]
pub struct ProviderKey {
    /// `kid`, byte for byte.
    pub kid: Option<String>,
    keys: Vec<VerifyingKey>,
}

impl ProviderKey {
    /// Reads a member of a key set, or says why it may not be used: a set may hold other keys beside ours.
    pub fn read(jwk: &Value<'_>) -> std::result::Result<Self, &'static str> {
        let text = |name: &str| jwk.get(name).and_then(Value::as_str);
        if jwk.get("use").is_some_and(|value| value.as_str() != Some("sig")) {
            return Err("a key that is not for signatures");
        }
        if let Some(operations) = jwk.get("key_ops") {
            let verifies = |items: &[Value<'_>]| items.iter().any(|item| item.as_str() == Some("verify"));
            if !operations.as_array().is_some_and(verifies) {
                return Err("a key whose key_ops do not hold verify");
            }
        }
        let half = PublicHalf::from_jwk(jwk)?;
        let registered = match jwk.get("alg") {
            None => None,
            Some(alg) => Some(alg.as_str().and_then(Algorithm::from_name).ok_or("a key for another algorithm")?),
        };
        let keys: Vec<VerifyingKey> = ALGORITHMS
            .iter()
            .map(|row| row.algorithm)
            .filter(|algorithm| registered.is_none_or(|registered| registered == *algorithm))
            .filter_map(|algorithm| VerifyingKey::new(algorithm, &half))
            .collect();
        if keys.is_empty() {
            return Err("a key whose numbers are none for its algorithm");
        }
        Ok(Self { kid: text("kid").map(str::to_owned), keys })
    }

    /// The key for this algorithm, if it may be used with it.
    pub fn for_algorithm(&self, algorithm: Algorithm) -> Option<&VerifyingKey> {
        self.keys.iter().find(|key| key.algorithm() == algorithm)
    }
}

/// The public half of a key, as a JWK has it (RFC 7518 §6.2.1, §6.3.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PublicHalf {
    /// A point on a curve; both coordinates are as long as the field.
    Ec {
        /// The curve.
        curve: Curve,
        /// The first coordinate, big-endian.
        x: Vec<u8>,
        /// The second coordinate, big-endian.
        y: Vec<u8>,
    },
    /// RSA numbers, big-endian without leading zeros.
    Rsa {
        /// The modulus.
        modulus: Vec<u8>,
        /// The public exponent.
        exponent: Vec<u8>,
    },
}

impl PublicHalf {
    /// The public numbers of a JWK of a type and size that is used, or why there are none. Its private members are passed
    /// over. Whether the numbers are a key is for [`VerifyingKey::new`] to say.
    pub fn from_jwk(jwk: &Value<'_>) -> std::result::Result<Self, &'static str> {
        match jwk.get("kty").and_then(Value::as_str) {
            Some("RSA") => rsa_half(jwk),
            Some("EC") => ec_half(jwk),
            _ => Err("a key that is neither RSA nor EC"),
        }
    }

    /// The half of an uncompressed point (SEC1 §2.3.3); none of another form or length.
    pub fn from_point(curve: Curve, point: &[u8]) -> Option<Self> {
        let coordinates = point.strip_prefix(&[UNCOMPRESSED])?;
        let (x, y) = coordinates.split_at_checked(curve.coordinate_bytes())?;
        (x.len() == y.len()).then(|| Self::Ec { curve, x: x.to_vec(), y: y.to_vec() })
    }

    /// The uncompressed point; none of an RSA key.
    pub fn point(&self) -> Option<Vec<u8>> {
        let Self::Ec { x, y, .. } = self else { return None };
        Some([&[UNCOMPRESSED], x.as_slice(), y].concat())
    }

    /// The curve; none of an RSA key.
    pub fn curve(&self) -> Option<Curve> {
        match self {
            Self::Ec { curve, .. } => Some(*curve),
            Self::Rsa { .. } => None,
        }
    }

    /// The length of the modulus, or the size of the curve.
    pub fn bits(&self) -> usize {
        match self {
            Self::Ec { curve, .. } => curve.bits(),
            Self::Rsa { modulus, .. } => bits(modulus),
        }
    }

    /// The public JWK as it is registered: the members of the key type in the order of the standard, then `kid`, `use`
    /// and `alg`. Nothing private can get in: it is made from this half alone.
    pub fn to_jwk(&self, kid: &str, algorithm: Algorithm) -> serde_json::Value {
        let mut jwk = match self {
            Self::Ec { curve, x, y } => json!({
                "kty": "EC",
                "crv": curve.name(),
                "x": base64url::encode(x),
                "y": base64url::encode(y),
            }),
            Self::Rsa { modulus, exponent } => json!({
                "kty": "RSA",
                "n": base64url::encode(modulus),
                "e": base64url::encode(exponent),
            }),
        };
        for (name, value) in [("kid", kid), ("use", "sig"), ("alg", algorithm.name())] {
            jwk[name] = value.into();
        }
        jwk
    }

    /// The RFC 7638 thumbprint with SHA-256, in base64url.
    pub fn thumbprint(&self) -> Result<String> {
        let algorithm = match self {
            Self::Ec { curve, x, y } => AlgorithmParameters::EllipticCurve(EllipticCurveKeyParameters {
                key_type: EllipticCurveKeyType::EC,
                curve: match curve {
                    Curve::P256 => EllipticCurve::P256,
                    Curve::P384 => EllipticCurve::P384,
                    Curve::P521 => EllipticCurve::P521,
                },
                x: base64url::encode(x),
                y: base64url::encode(y),
            }),
            Self::Rsa { modulus, exponent } => AlgorithmParameters::RSA(RSAKeyParameters {
                key_type: RSAKeyType::RSA,
                n: base64url::encode(modulus),
                e: base64url::encode(exponent),
            }),
        };
        // It covers the members of the key type alone: kid and algorithm may be any.
        Jwk { common: CommonParameters::default(), algorithm }
            .thumbprint(ThumbprintHash::SHA256)
            .map_err(|_| Error::new(Status::Internal).found("the thumbprint could not be made"))
    }
}

/// Type and size.
impl fmt::Display for PublicHalf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ec { curve, .. } => write!(f, "EC, {curve}"),
            Self::Rsa { modulus, .. } => write!(f, "RSA, {} bits", bits(modulus)),
        }
    }
}

fn rsa_half(jwk: &Value<'_>) -> std::result::Result<PublicHalf, &'static str> {
    let number = |name| jwk.get(name).and_then(Value::as_str).and_then(base64url::decode).map(without_leading_zeros);
    let modulus = number("n").ok_or("a key without modulus")?;
    let exponent = number("e").ok_or("a key without exponent")?;
    if !(MIN_RSA_BITS..=MAX_RSA_BITS).contains(&bits(&modulus)) {
        return Err("an RSA key under 2048 or over 8192 bits");
    }
    if bits(&exponent) < 2 || bits(&exponent) > 33 || exponent.last().is_none_or(|byte| byte % 2 == 0) {
        return Err("an RSA key with an exponent that is none");
    }
    Ok(PublicHalf::Rsa { modulus, exponent })
}

/// Whether the point is on the curve is for aws-lc to say.
fn ec_half(jwk: &Value<'_>) -> std::result::Result<PublicHalf, &'static str> {
    let text = |name| jwk.get(name).and_then(Value::as_str);
    let curve = text("crv").and_then(Curve::from_name).ok_or("a key on another curve")?;
    // Full length, leading zeros included (RFC 7518 §6.2.1.2).
    let coordinate =
        |name| text(name).and_then(base64url::decode).filter(|bytes| bytes.len() == curve.coordinate_bytes());
    let (Some(x), Some(y)) = (coordinate("x"), coordinate("y")) else {
        return Err("an EC key without two coordinates of the curve's length");
    };
    Ok(PublicHalf::Ec { curve, x, y })
}

/// Bits of a big-endian number without leading zeros.
pub fn bits(number: &[u8]) -> usize {
    number.first().map_or(0, |first| number.len() * 8 - first.leading_zeros() as usize)
}

fn without_leading_zeros(mut number: Vec<u8>) -> Vec<u8> {
    let zeros = number.iter().take_while(|byte| **byte == 0).count();
    number.drain(..zeros);
    number
}
