//! DER structures of keys: which one it is, its public numbers, and what it lacks. Structures only: whether the numbers
//! are a key is for aws-lc to say. Nothing private is copied.

use pkcs1::der::asn1::{BitStringRef, UintRef};
use pkcs1::der::{Decode, Encode};
use pkcs1::{RsaPrivateKeyRef, RsaPublicKeyRef};
use pkcs8::spki::{AlgorithmIdentifier, SubjectPublicKeyInfo};
use pkcs8::{ObjectIdentifier, PrivateKeyInfoRef, SubjectPublicKeyInfoRef};

use super::identifiers::name_of;
use crate::jose::Curve;
use crate::jose::jwk::PublicHalf;

const RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
const EC: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");

const SEQUENCE: u8 = 0x30;
const SET: u8 = 0x31;
pub(super) const INTEGER: u8 = 0x02;
const BIT_STRING: u8 = 0x03;
pub(super) const OCTET_STRING: u8 = 0x04;
const OBJECT_IDENTIFIER: u8 = 0x06;
const CONTEXT_0: u8 = 0xa0;
const CONTEXT_1: u8 = 0xa1;

/// The curves of the table of algorithms.
const CURVES: [(ObjectIdentifier, Curve); 3] = [
    (ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7"), Curve::P256),
    (ObjectIdentifier::new_unwrap("1.3.132.0.34"), Curve::P384),
    (ObjectIdentifier::new_unwrap("1.3.132.0.35"), Curve::P521),
];

/// How a private key is wrapped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    Pkcs1,
    Pkcs8,
    Sec1,
}

/// What decides with which algorithms a private key can sign, and its public half where the file says it.
pub(super) struct Shape {
    /// None of an RSA key.
    pub curve: Option<Curve>,
    /// Always there of an RSA key.
    pub half: Option<PublicHalf>,
}

/// Why a structure is no private key of the form that it should have.
pub(super) enum Fault {
    /// It says that it is longer than it is.
    CutOff,
    /// The numbers of a curve in place of its name.
    ExplicitCurve,
    Garbage,
    /// A private exponent without the primes, or without the public exponent.
    Incomplete,
    MultiPrime,
    OtherForm(Form),
    OtherType(String),
    /// Bytes stand after its end.
    Trailing,
    /// An EC key that names no curve.
    WithoutCurve,
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
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Pkcs8, Self::Pkcs1, Self::Sec1];

    /// The standard's name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Pkcs1 => "PKCS#1",
            Self::Pkcs8 => "PKCS#8",
            Self::Sec1 => "SEC1",
        }
    }

    /// The PEM label.
    pub fn label(self) -> &'static str {
        match self {
            Self::Pkcs1 => "RSA PRIVATE KEY",
            Self::Pkcs8 => "PRIVATE KEY",
            Self::Sec1 => "EC PRIVATE KEY",
        }
    }

    /// The form that a PEM label promises.
    pub fn of_label(label: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|form| form.label() == label)
    }
}

/// What a private key is, if its structure is whole and of this form.
pub(super) fn private_key(form: Form, der: &[u8]) -> Result<Shape, Fault> {
    let whole = Element::read(der).ok_or(if is_cut_off(der) { Fault::CutOff } else { Fault::Garbage })?;
    if !whole.rest.is_empty() {
        return Err(Fault::Trailing);
    }
    shape(form, der).map_err(|fault| {
        let is_known = |other: &Form| !matches!(shape(*other, der), Err(Fault::Garbage));
        let other = Form::ALL.into_iter().filter(|other| *other != form).find(is_known);
        match (fault, other) {
            (Fault::Garbage, Some(other)) => Fault::OtherForm(other),
            (fault, _) => fault,
        }
    })
}

/// The form of a private key in DER, if it is one.
pub(super) fn form_of(der: &[u8]) -> Option<Form> {
    Form::ALL.into_iter().find(|form| !matches!(shape(*form, der), Err(Fault::Garbage)))
}

fn shape(form: Form, der: &[u8]) -> Result<Shape, Fault> {
    match form {
        Form::Pkcs1 => RsaPrivateKeyRef::from_der(der).map_err(|_| Fault::Garbage).and_then(|key| complete(&key)),
        Form::Pkcs8 => {
            let key = PrivateKeyInfoRef::from_der(der).map_err(|_| Fault::Garbage)?;
            match key.algorithm.oid {
                RSA => shape(Form::Pkcs1, key.private_key.as_bytes()),
                EC => {
                    let curve = key.algorithm.parameters_oid().map_err(|_| Fault::ExplicitCurve)?;
                    ec_key(key.private_key.as_bytes(), Some(curve))
                }
                other => Err(Fault::OtherType(type_name(other, None))),
            }
        }
        Form::Sec1 => ec_key(der, None),
    }
}

/// An `ECPrivateKey` (RFC 5915 §3). PKCS#8 names the curve outside, and may name it inside again.
fn ec_key(der: &[u8], outer: Option<ObjectIdentifier>) -> Result<Shape, Fault> {
    let (inner, point) = ec_private_key(der).ok_or(Fault::Garbage)?;
    let inner = match inner {
        None => None,
        Some(parameters) if parameters.tag == SEQUENCE => return Err(Fault::ExplicitCurve),
        Some(parameters) => Some(ObjectIdentifier::from_bytes(parameters.content).map_err(|_| Fault::Garbage)?),
    };
    if outer.is_some() && inner.is_some() && inner != outer {
        return Err(Fault::Garbage);
    }
    let named = outer.or(inner).ok_or(Fault::WithoutCurve)?;
    let curve = curve_of(named).ok_or_else(|| Fault::OtherType(type_name(EC, Some(named))))?;
    // A compressed point is for aws-lc to read.
    Ok(Shape { curve: Some(curve), half: point.and_then(|point| PublicHalf::from_point(curve, point)) })
}

/// The parameters and the public point of an `ECPrivateKey`, which both may be absent.
fn ec_private_key(der: &[u8]) -> Option<(Option<Element<'_>>, Option<&[u8]>)> {
    let version = Element::read(der).filter(|whole| whole.tag == SEQUENCE && whole.rest.is_empty())?.inner()?;
    let mut last = version.next().filter(|key| key.tag == OCTET_STRING)?;
    if version.tag != INTEGER || version.content != [1] {
        return None;
    }
    let (mut parameters, mut point) = (None, None);
    if let Some(tagged) = last.next().filter(|element| element.tag == CONTEXT_0) {
        let named = tagged.inner().filter(|inner| inner.rest.is_empty())?;
        parameters = Some(named).filter(|named| [OBJECT_IDENTIFIER, SEQUENCE].contains(&named.tag));
        parameters.as_ref()?;
        last = tagged;
    }
    if let Some(tagged) = last.next().filter(|element| element.tag == CONTEXT_1) {
        let bits = tagged.inner().filter(|bits| bits.tag == BIT_STRING && bits.rest.is_empty())?;
        point = Some(bits.content.strip_prefix(&[0])?);
        last = tagged;
    }
    last.rest.is_empty().then_some((parameters, point))
}

fn curve_of(identifier: ObjectIdentifier) -> Option<Curve> {
    CURVES.iter().find(|(known, _)| *known == identifier).map(|(_, curve)| *curve)
}

/// aws-lc takes a key without primes (`rsa.c`, `RSA_KEY_TYPE_FOR_CHECKING_PRIVATE_STRIP`) and checks nothing of it: its
/// signatures could be worthless, and a fault in one would not be noticed.
fn complete(key: &RsaPrivateKeyRef<'_>) -> Result<Shape, Fault> {
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
    Ok(Shape { curve: None, half: Some(rsa_half(key.modulus, key.public_exponent)) })
}

fn rsa_half(modulus: UintRef<'_>, exponent: UintRef<'_>) -> PublicHalf {
    PublicHalf::Rsa { modulus: modulus.as_bytes().to_vec(), exponent: exponent.as_bytes().to_vec() }
}

/// The key of a `SubjectPublicKeyInfo`, or the name of a type that is not used.
pub(super) fn public_key(der: &[u8]) -> Option<Result<PublicHalf, String>> {
    let key = SubjectPublicKeyInfoRef::from_der(der).ok()?;
    let bytes = key.subject_public_key.as_bytes()?;
    let curve = key.algorithm.parameters_oid().ok();
    let half = match (key.algorithm.oid, curve.and_then(curve_of)) {
        (RSA, _) => return pkcs1_public_key(bytes).map(Ok),
        (EC, Some(curve)) => PublicHalf::from_point(curve, bytes),
        _ => None,
    };
    Some(half.ok_or_else(|| type_name(key.algorithm.oid, curve)))
}

/// The `SubjectPublicKeyInfo` of a point (RFC 5480 §2).
pub(super) fn ec_public_key(curve: Curve, point: &[u8]) -> Option<Vec<u8>> {
    let (parameters, _) = CURVES.iter().find(|(_, known)| *known == curve)?;
    let algorithm = AlgorithmIdentifier { oid: EC, parameters: Some(*parameters) };
    let key = SubjectPublicKeyInfo { algorithm, subject_public_key: BitStringRef::from_bytes(point).ok()? };
    key.to_der().ok()
}

/// The numbers of a PKCS#1 `RSAPublicKey`.
pub(super) fn pkcs1_public_key(der: &[u8]) -> Option<PublicHalf> {
    let key = RsaPublicKeyRef::from_der(der).ok()?;
    Some(rsa_half(key.modulus, key.public_exponent))
}

/// The public key of a certificate (RFC 5280 §4.1).
pub(super) fn certificate_key(der: &[u8]) -> Option<Result<PublicHalf, String>> {
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

/// The public key of a certificate signing request (RFC 2986 §4).
pub(super) fn request_key(der: &[u8]) -> Option<Result<PublicHalf, String>> {
    let version = Element::read(der)?.inner()?.inner()?;
    public_key(version.next()?.next()?.whole)
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
        (SEQUENCE, Some(BIT_STRING)) => Some(Structure::PublicKey),
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

/// Whether the bytes begin as every structure of a key does.
pub(super) fn begins(bytes: &[u8]) -> bool {
    bytes.first() == Some(&SEQUENCE)
}

/// Whether this is the beginning of a structure of which the end is missing.
pub(super) fn is_cut_off(der: &[u8]) -> bool {
    der.first() == Some(&SEQUENCE) && header(der).is_some_and(|(start, length)| der.len() - start < length)
}

/// Whether a whole structure is followed by more bytes.
pub(super) fn has_more(der: &[u8]) -> bool {
    der.first() == Some(&SEQUENCE) && Element::read(der).is_some_and(|whole| !whole.rest.is_empty())
}

fn type_name(algorithm: ObjectIdentifier, parameters: Option<ObjectIdentifier>) -> String {
    let name = name_of(&algorithm.to_string());
    match parameters.filter(|_| algorithm == EC) {
        Some(curve) => format!("{name} ({})", name_of(&curve.to_string())),
        None => name,
    }
}

/// One element of DER and what follows it.
pub(super) struct Element<'a> {
    pub tag: u8,
    whole: &'a [u8],
    pub content: &'a [u8],
    pub rest: &'a [u8],
}

impl<'a> Element<'a> {
    pub fn read(der: &'a [u8]) -> Option<Self> {
        let (start, length) = header(der)?;
        let (whole, rest) = der.split_at_checked(start.checked_add(length)?)?;
        Some(Self { tag: der[0], whole, content: &whole[start..], rest })
    }

    /// The first element in this one.
    pub fn inner(&self) -> Option<Self> {
        Self::read(self.content)
    }

    /// The element after this one.
    pub fn next(&self) -> Option<Self> {
        Self::read(self.rest)
    }

    /// The numbers of an object identifier, with dots.
    pub fn identifier(&self) -> Option<String> {
        let identifier = ObjectIdentifier::from_bytes(self.content).ok()?;
        (self.tag == OBJECT_IDENTIFIER).then(|| identifier.to_string())
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
