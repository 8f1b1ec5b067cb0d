//! Compact JWS (RFC 7515): the only signing and the only verifying. `Unverified` is what arrived; `Verified` is what a
//! key vouched for, and only [`Unverified::verify`] makes one.

use std::fmt;

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rand;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{EcdsaKeyPair, KeyPair as _, ParsedPublicKey, RsaEncoding, RsaPublicKeyComponents};

use zeroize::Zeroizing;

use super::algorithm::{Algorithm, Curve, Means};
use super::json::Object;
use super::jwk::PublicHalf;
use crate::base64url;
use crate::error::{Error, Result, Status};
use crate::secret::{Secret, SecretText};

/// Longest token that is looked at, in characters.
pub const MAX_TOKEN_CHARS: usize = 64 * 1024;
/// RSA keys below this are refused (RFC 7518 §3.3).
pub const MIN_RSA_BITS: usize = 2048;
/// RSA keys above this are refused: one operation would take seconds.
pub const MAX_RSA_BITS: usize = 8192;

/// A private key, parsed once and kept. aws-lc checks its own RSA signature before handing it out (`rsa_impl.c`,
/// `rsa_default_private_transform`), so a fault in the arithmetic cannot leak the key.
pub struct PrivateKey {
    algorithm: Algorithm,
    pair: Pair,
}

enum Pair {
    Ec { pair: EcdsaKeyPair, curve: Curve },
    Rsa { pair: KeyPair, encoding: &'static dyn RsaEncoding },
}

impl PrivateKey {
    /// Makes a fresh RSA key of 2048, 3072, 4096 or 8192 bits and gives its PKCS#8 DER; `None` for another length.
    pub fn generate_pkcs8_der(bits: u32) -> Option<Zeroizing<Vec<u8>>> {
        let size = match bits {
            2048 => KeySize::Rsa2048,
            3072 => KeySize::Rsa3072,
            4096 => KeySize::Rsa4096,
            8192 => KeySize::Rsa8192,
            _ => return None,
        };
        let key = KeyPair::generate(size).ok()?;
        let der: Pkcs8V1Der<'_> = key.as_der().ok()?;
        Some(Zeroizing::new(der.as_ref().to_vec()))
    }

    /// Reads the DER of a PKCS#8 `PrivateKeyInfo`; `None` if aws-lc refuses it or it does not fit the algorithm.
    pub fn from_pkcs8_der(algorithm: Algorithm, der: &[u8]) -> Option<Self> {
        let pair = match algorithm.row().means {
            Means::Ec { curve, signing, .. } => Pair::Ec { pair: EcdsaKeyPair::from_pkcs8(signing, der).ok()?, curve },
            Means::Rsa { signing, .. } => Pair::Rsa { pair: KeyPair::from_pkcs8(der).ok()?, encoding: signing },
        };
        Some(Self { algorithm, pair })
    }

    /// Reads the DER of a PKCS#1 `RSAPrivateKey`; `None` if aws-lc refuses it or the algorithm is none of RSA.
    pub fn from_pkcs1_der(algorithm: Algorithm, der: &[u8]) -> Option<Self> {
        let Means::Rsa { signing, .. } = algorithm.row().means else { return None };
        let pair = Pair::Rsa { pair: KeyPair::from_der(der).ok()?, encoding: signing };
        Some(Self { algorithm, pair })
    }

    /// Reads the DER of a SEC1 `ECPrivateKey` (RFC 5915 §3); `None` if aws-lc refuses it or it does not fit the algorithm.
    pub fn from_sec1_der(algorithm: Algorithm, der: &[u8]) -> Option<Self> {
        let Means::Ec { curve, signing, .. } = algorithm.row().means else { return None };
        let pair = Pair::Ec { pair: EcdsaKeyPair::from_private_key_der(signing, der).ok()?, curve };
        Some(Self { algorithm, pair })
    }

    /// The algorithm that the key signs with.
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// The public half; none only if aws-lc writes a point in a form that is not its own.
    pub fn public_half(&self) -> Option<PublicHalf> {
        match &self.pair {
            Pair::Ec { pair, curve } => PublicHalf::from_point(*curve, pair.public_key().as_ref()),
            Pair::Rsa { pair, .. } => {
                let components: RsaPublicKeyComponents<Vec<u8>> = pair.public_key().into();
                Some(PublicHalf::Rsa { modulus: components.n, exponent: components.e })
            }
        }
    }

    /// The compact JWS of header and payload, both JSON texts.
    pub fn sign_compact(&self, header: &str, payload: &str) -> Result<String> {
        let signature_bytes = match &self.pair {
            Pair::Ec { curve, .. } => 2 * curve.coordinate_bytes(),
            Pair::Rsa { pair, .. } => pair.public_modulus_len(),
        };
        let signature_chars = (signature_bytes * 4).div_ceil(3);
        let mut token = String::with_capacity((header.len() + payload.len()) * 4 / 3 + signature_chars + 8);
        base64url::encode_into(header.as_bytes(), &mut token);
        token.push('.');
        base64url::encode_into(payload.as_bytes(), &mut token);
        let random = rand::SystemRandom::new();
        match &self.pair {
            Pair::Ec { pair, .. } => {
                let signature = pair
                    .sign(&random, token.as_bytes())
                    .map_err(|_| Error::new(Status::Internal).found("the ECDSA operation failed"))?;
                token.push('.');
                base64url::encode_into(signature.as_ref(), &mut token);
            }
            Pair::Rsa { pair, encoding } => {
                let mut signature = vec![0; signature_bytes];
                pair.sign(*encoding, &random, token.as_bytes(), &mut signature)
                    .map_err(|_| Error::new(Status::Internal).found("the RSA operation failed"))?;
                token.push('.');
                base64url::encode_into(&signature, &mut token);
            }
        }
        Ok(token)
    }
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PrivateKey")
    }
}

/// A public key for one algorithm, parsed once and kept.
#[derive(Clone, Debug)]
pub struct VerifyingKey {
    algorithm: Algorithm,
    key: ParsedPublicKey,
}

impl VerifyingKey {
    /// The key of this public half; `None` if its numbers are no key, or none for this algorithm.
    pub fn new(algorithm: Algorithm, half: &PublicHalf) -> Option<Self> {
        let key = match (algorithm.row().means, half) {
            (Means::Rsa { verifying, .. }, PublicHalf::Rsa { modulus, exponent }) => {
                RsaPublicKeyComponents { n: modulus, e: exponent }.to_parsed_public_key(verifying).ok()?
            }
            (Means::Ec { curve: needed, verifying, .. }, PublicHalf::Ec { curve, .. }) if *curve == needed => {
                ParsedPublicKey::new(verifying, half.point()?).ok()?
            }
            _ => return None,
        };
        Some(Self { algorithm, key })
    }

    /// The algorithm that this key verifies.
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// Whether the signature is this key's over these bytes.
    pub fn verifies(&self, signing_input: &[u8], signature: &[u8]) -> bool {
        self.key.verify_sig(signing_input, signature).is_ok()
    }
}

/// The header members that decide how a token is verified.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Header {
    /// `alg`, whatever it says.
    pub alg: String,
    /// `kid`.
    pub kid: Option<String>,
    /// `typ`.
    pub typ: Option<String>,
    /// Whether there is a `crit`.
    pub has_crit: bool,
}

impl Header {
    fn read(object: &Object<'_>) -> Self {
        // A member of another JSON type becomes a text that equals nothing: it must not pass for absent.
        let text = |name: &str| object.get(name).map(|value| value.as_str().unwrap_or("\0").to_owned());
        Self {
            alg: text("alg").unwrap_or_default(),
            kid: text("kid"),
            typ: text("typ"),
            has_crit: object.get("crit").is_some(),
        }
    }
}

/// A token that arrived. Nothing in it may be believed.
pub struct Unverified {
    token: SecretText,
    signing_input_len: usize,
    header: Header,
    payload: Secret,
    signature: Vec<u8>,
    exact: bool,
    repeated_member: bool,
}

impl Unverified {
    /// Takes a compact JWS apart. What is no JWS at all is refused here; what is one in a loose form is read, and
    /// [`Unverified::is_exact`] and [`Unverified::has_repeated_member`] say so. The payload is not looked into.
    pub fn parse(token: &str) -> Result<Self> {
        if token.len() > MAX_TOKEN_CHARS {
            return Err(malformed("a text longer than 64 KiB"));
        }
        let wrong_count = || malformed(&format!("{} of them", token.split('.').count()));
        // From both ends: a dot between stands in the way of the payload's decoding.
        let (header, rest) = token.split_once('.').ok_or_else(wrong_count)?;
        let (payload, signature) = rest.rsplit_once('.').ok_or_else(wrong_count)?;
        let mut exact = true;
        let mut decode = |part: &str, found: &str| match base64url::decode(part) {
            Some(bytes) => Ok(bytes),
            None => {
                exact = false;
                base64url::decode_loosely(part).ok_or_else(|| malformed(found))
            }
        };
        let header_json = decode(header, "a header that is not base64url")?;
        // It holds the nonce.
        let payload_json = decode(payload, "a payload that is not base64url")
            .map(Secret::new)
            .map_err(|error| if payload.contains('.') { wrong_count() } else { error })?;
        let signature = decode(signature, "a signature that is not base64url")?;
        let object = Object::parse(&header_json).map_err(|_| malformed("a header that is no JSON object"))?;
        Ok(Self {
            signing_input_len: header.len() + 1 + payload.len(),
            header: Header::read(&object),
            repeated_member: object.has_repeated_member(),
            token: SecretText::new(token.to_owned()),
            payload: payload_json,
            signature,
            exact,
        })
    }

    /// The header.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// Whether each part is in the one exact form of base64url.
    pub fn is_exact(&self) -> bool {
        self.exact
    }

    /// Whether a member stands twice in the header.
    pub fn has_repeated_member(&self) -> bool {
        self.repeated_member
    }

    /// The payload, if one of these keys signed the token with the algorithm that the key is for.
    pub fn verify(self, keys: &[&VerifyingKey]) -> Result<Verified> {
        let signing_input = &self.token.expose().as_bytes()[..self.signing_input_len];
        let signed = keys
            .iter()
            .any(|key| key.algorithm.name() == self.header.alg && key.verifies(signing_input, &self.signature));
        if !signed {
            return Err(Error::new(Status::SignatureInvalid));
        }
        Ok(Verified { payload: self.payload, token: self.token })
    }

    /// What `verify` gives, without its proof: for tests that leave the signature check out to see it matter.
    #[cfg(test)]
    pub(crate) fn believe(self) -> Verified {
        Verified { payload: self.payload, token: self.token }
    }
}

fn malformed(found: &str) -> Error {
    Error::new(Status::TokenMalformed).expected("three base64url parts with dots between").found(found)
}

impl fmt::Debug for Unverified {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Unverified")
    }
}

/// A token whose signature a key vouched for. What it says may still be meant for somebody else.
pub struct Verified {
    token: SecretText,
    payload: Secret,
}

impl Verified {
    /// The payload's JSON text.
    pub fn payload(&self) -> &[u8] {
        self.payload.expose()
    }

    /// The token and its payload.
    pub fn into_parts(self) -> (SecretText, Secret) {
        (self.token, self.payload)
    }
}

impl fmt::Debug for Verified {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Verified")
    }
}
