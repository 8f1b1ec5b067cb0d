//! DER structures of keys: which one it is, its public numbers, and what it lacks. Structures only: whether the numbers
//! are a key is for aws-lc to say. Nothing private is copied.

use pkcs1::der::{Decode, asn1::UintRef};
use pkcs1::{RsaPrivateKeyRef, RsaPublicKeyRef};
use pkcs8::{ObjectIdentifier, PrivateKeyInfoRef, SubjectPublicKeyInfoRef};

use crate::jose::jwk;

const RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
const EC: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");

const SEQUENCE: u8 = 0x30;
const SET: u8 = 0x31;
const INTEGER: u8 = 0x02;
const OBJECT_IDENTIFIER: u8 = 0x06;
const OCTET_STRING: u8 = 0x04;
const CONTEXT_0: u8 = 0xa0;

/// Key types, curves and ciphers that people meet.
const NAMES: &[(&str, &str)] = &[
    ("1.2.840.10040.4.1", "DSA"),
    ("1.2.840.10045.2.1", "EC"),
    ("1.2.840.10045.3.1.7", "P-256"),
    ("1.2.840.113549.1.1.1", "RSA"),
    ("1.2.840.113549.1.1.10", "RSA-PSS"),
    ("1.2.840.113549.1.3.1", "DH"),
    ("1.2.840.113549.1.5.3", "PBES1 with MD5 and DES"),
    ("1.2.840.113549.1.5.10", "PBES1 with SHA-1 and DES"),
    ("1.2.840.113549.1.5.13", "PBES2"),
    ("1.2.840.113549.1.12.1.3", "PBES1 with SHA-1 and 3DES"),
    ("1.2.840.113549.3.7", "3DES"),
    ("1.3.101.110", "X25519"),
    ("1.3.101.111", "X448"),
    ("1.3.101.112", "Ed25519"),
    ("1.3.101.113", "Ed448"),
    ("1.3.132.0.10", "secp256k1"),
    ("1.3.132.0.34", "P-384"),
    ("1.3.132.0.35", "P-521"),
    ("2.16.840.1.101.3.4.1.2", "AES-128-CBC"),
    ("2.16.840.1.101.3.4.1.22", "AES-192-CBC"),
    ("2.16.840.1.101.3.4.1.42", "AES-256-CBC"),
];

/// How a private key is wrapped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    Pkcs1,
    Pkcs8,
}

/// The public half of an RSA key: big-endian without leading zeros.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct RsaNumbers {
    pub modulus: Vec<u8>,
    pub exponent: Vec<u8>,
}

/// Why a structure is no private RSA key of the form that it should have.
pub(super) enum Fault {
    /// It says that it is longer than it is.
    CutOff,
    Garbage,
    MultiPrime,
    /// A private exponent without the primes, or without the public exponent.
    Incomplete,
    OtherForm(Form),
    OtherType(String),
    /// Bytes stand after its end.
    Trailing,
}

/// What bytes in DER are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Structure {
    Certificate,
    CertificateRequest,
    EncryptedPrivateKey,
    Pkcs12,
    PrivateKey,
    PublicKey,
}

impl Form {
    /// The standard's name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Pkcs1 => "PKCS#1",
            Self::Pkcs8 => "PKCS#8",
        }
    }

    /// The PEM label.
    pub fn label(self) -> &'static str {
        match self {
            Self::Pkcs1 => "RSA PRIVATE KEY",
            Self::Pkcs8 => "PRIVATE KEY",
        }
    }
}

impl RsaNumbers {
    fn new(modulus: UintRef<'_>, exponent: UintRef<'_>) -> Self {
        Self { modulus: modulus.as_bytes().to_vec(), exponent: exponent.as_bytes().to_vec() }
    }

    pub fn bits(&self) -> usize {
        jwk::bits(&self.modulus)
    }
}

/// The public numbers of a private RSA key, if its structure is whole.
pub(super) fn private_key(form: Form, der: &[u8]) -> Result<RsaNumbers, Fault> {
    let whole = Element::read(der).ok_or(if is_cut_off(der) { Fault::CutOff } else { Fault::Garbage })?;
    if !whole.rest.is_empty() {
        return Err(Fault::Trailing);
    }
    match form {
        Form::Pkcs1 => RsaPrivateKeyRef::from_der(der).map_err(|_| {
            let is_pkcs8 = PrivateKeyInfoRef::from_der(der).is_ok();
            if is_pkcs8 { Fault::OtherForm(Form::Pkcs8) } else { Fault::Garbage }
        }),
        Form::Pkcs8 => match PrivateKeyInfoRef::from_der(der) {
            Ok(key) if key.algorithm.oid == RSA => {
                RsaPrivateKeyRef::from_der(key.private_key.as_bytes()).map_err(|_| Fault::Garbage)
            }
            Ok(key) => Err(Fault::OtherType(type_name(key.algorithm.oid, key.algorithm.parameters_oid().ok()))),
            Err(_) if RsaPrivateKeyRef::from_der(der).is_ok() => Err(Fault::OtherForm(Form::Pkcs1)),
            Err(_) => Err(Fault::Garbage),
        },
    }
    .and_then(|key| complete(&key))
}

/// aws-lc takes a key without primes (`rsa.c`, `RSA_KEY_TYPE_FOR_CHECKING_PRIVATE_STRIP`) and checks nothing of it: its
/// signatures could be worthless, and a fault in one would not be noticed.
fn complete(key: &RsaPrivateKeyRef<'_>) -> Result<RsaNumbers, Fault> {
    if key.other_prime_infos.is_some() {
        return Err(Fault::MultiPrime);
    }
    let needed = [
        &key.public_exponent,
        &key.private_exponent,
        &key.prime1,
        &key.prime2,
        &key.exponent1,
        &key.exponent2,
        &key.coefficient,
    ];
    if needed.iter().any(|number| number.as_bytes().iter().all(|byte| *byte == 0)) {
        return Err(Fault::Incomplete);
    }
    Ok(RsaNumbers::new(key.modulus, key.public_exponent))
}

/// The RSA numbers of a `SubjectPublicKeyInfo`, or the name of the other type.
pub(super) fn public_key(der: &[u8]) -> Option<Result<RsaNumbers, String>> {
    let key = SubjectPublicKeyInfoRef::from_der(der).ok()?;
    if key.algorithm.oid != RSA {
        return Some(Err(type_name(key.algorithm.oid, key.algorithm.parameters_oid().ok())));
    }
    pkcs1_public_key(key.subject_public_key.as_bytes()?).map(Ok)
}

/// The numbers of a PKCS#1 `RSAPublicKey`.
pub(super) fn pkcs1_public_key(der: &[u8]) -> Option<RsaNumbers> {
    let key = RsaPublicKeyRef::from_der(der).ok()?;
    Some(RsaNumbers::new(key.modulus, key.public_exponent))
}

/// The public key of a certificate (RFC 5280 §4.1).
pub(super) fn certificate_key(der: &[u8]) -> Option<Result<RsaNumbers, String>> {
    let mut fields = Element::read(der)?.inner()?.inner()?;
    if fields.tag == CONTEXT_0 {
        fields = fields.next()?;
    }
    // Serial number, signature, issuer, validity, subject.
    for _ in 0..5 {
        fields = fields.next()?;
    }
    public_key(fields.whole)
}

/// The scheme of an `EncryptedPrivateKeyInfo` (RFC 5958 §3), with the cipher of PBES2 (RFC 8018, appendix A.4).
pub(super) fn cipher(der: &[u8]) -> Option<String> {
    let scheme = Element::read(der)?.inner()?.inner()?;
    let cipher = scheme.next().and_then(|parameters| parameters.inner()?.next()?.inner());
    let name = scheme.object_identifier()?;
    Some(match cipher.and_then(|cipher| cipher.object_identifier()) {
        Some(cipher) => format!("{name}, {cipher}"),
        None => name,
    })
}

/// What a file in DER is, judged by the first elements in it.
pub(super) fn sniff(der: &[u8]) -> Option<Structure> {
    let whole = Element::read(der).filter(|whole| whole.tag == SEQUENCE && whole.rest.is_empty())?;
    let first = whole.inner()?;
    let second = first.next();
    let tags = (first.tag, second.as_ref().map(|second| second.tag));
    let third = second.as_ref().and_then(Element::next).map(|third| third.tag);
    match tags {
        (INTEGER, Some(SEQUENCE)) if first.content == [3] => Some(Structure::Pkcs12),
        (INTEGER, Some(SEQUENCE)) => Some(Structure::PrivateKey),
        (INTEGER, Some(INTEGER)) if third.is_none() => Some(Structure::PublicKey),
        // PKCS#1, the old form of DSA: numbers. SEC1: a number and the key's bytes.
        (INTEGER, Some(INTEGER | OCTET_STRING)) => Some(Structure::PrivateKey),
        (SEQUENCE, Some(OCTET_STRING)) => Some(Structure::EncryptedPrivateKey),
        (SEQUENCE, Some(SEQUENCE)) => {
            Some(if is_request(&first) { Structure::CertificateRequest } else { Structure::Certificate })
        }
        (SEQUENCE, Some(0x03)) => Some(Structure::PublicKey),
        _ => None,
    }
}

/// A request has version, subject, public key and attributes (RFC 2986 §4); a certificate has a serial number after its
/// version, and two numbers or a tag in front.
fn is_request(info: &Element<'_>) -> bool {
    let Some(version) = info.inner().filter(|version| version.tag == INTEGER) else {
        return false;
    };
    let subject = version.next();
    let key = subject.as_ref().and_then(Element::next);
    // The subject's parts are sets; a certificate of version 1 has an algorithm in its place.
    let is_name = subject.is_some_and(|subject| subject.inner().is_none_or(|part| part.tag == SET));
    is_name && key.is_some_and(|key| public_key(key.whole).is_some())
}

fn is_cut_off(der: &[u8]) -> bool {
    der.first() == Some(&SEQUENCE) && header(der).is_some_and(|(start, length)| der.len() - start < length)
}

fn type_name(algorithm: ObjectIdentifier, parameters: Option<ObjectIdentifier>) -> String {
    let name = name_of(&algorithm.to_string());
    match parameters.filter(|_| algorithm == EC) {
        Some(curve) => format!("{name} ({})", name_of(&curve.to_string())),
        None => name,
    }
}

fn name_of(identifier: &str) -> String {
    let known = NAMES.iter().find(|(known, _)| *known == identifier);
    known.map_or_else(|| identifier.to_owned(), |(_, name)| (*name).to_owned())
}

/// One element of DER and what follows it.
struct Element<'a> {
    tag: u8,
    whole: &'a [u8],
    content: &'a [u8],
    rest: &'a [u8],
}

impl<'a> Element<'a> {
    fn read(der: &'a [u8]) -> Option<Self> {
        let (start, length) = header(der)?;
        let (whole, rest) = der.split_at_checked(start.checked_add(length)?)?;
        Some(Self { tag: der[0], whole, content: &whole[start..], rest })
    }

    /// The first element in this one.
    fn inner(&self) -> Option<Self> {
        Self::read(self.content)
    }

    /// The element after this one.
    fn next(&self) -> Option<Self> {
        Self::read(self.rest)
    }

    fn object_identifier(&self) -> Option<String> {
        let identifier = ObjectIdentifier::from_bytes(self.content).ok()?;
        (self.tag == OBJECT_IDENTIFIER).then(|| name_of(&identifier.to_string()))
    }
}

/// Where the content begins and how long it says to be.
fn header(der: &[u8]) -> Option<(usize, usize)> {
    let first = usize::from(*der.get(1)?);
    if first < 0x80 {
        return Some((2, first));
    }
    let bytes = der.get(2..2 + (first - 0x80))?;
    // No key is longer than four bytes can say; 0x80 alone is not DER.
    if bytes.is_empty() || bytes.len() > 4 {
        return None;
    }
    let length = bytes.iter().fold(0_usize, |length, byte| length << 8 | usize::from(*byte));
    Some((2 + bytes.len(), length))
}
