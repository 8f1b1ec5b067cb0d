//! Judges a private key, wherever it was found: whether its structure is whole, its type and size can be used, its
//! encryption is read, it fits the algorithm. One judgement serves PEM, DER and what was decrypted.

use zeroize::Zeroizing;

use super::der::{self, Fault, Form, Shape};
use super::encrypted::{self, Encryption};
use crate::error::{Error, Result, Status};
use crate::jose::jwk::PublicHalf;
use crate::jose::jws::{MAX_RSA_BITS, MIN_RSA_BITS, PrivateKey};
use crate::jose::{Algorithm, Curve};

/// A private key that was found in a file.
pub(super) enum Found {
    /// It needs a password.
    Encrypted(Encrypted),
    Plain(Plain),
}

/// A private key in a form, type and size that can be used.
pub(super) struct Plain {
    form: Form,
    der: Zeroizing<Vec<u8>>,
    shape: Shape,
    weakness: Option<&'static str>,
}

/// An encrypted private key that a password may open: nothing else speaks against it.
pub(super) struct Encrypted {
    der: Zeroizing<Vec<u8>>,
    encryption: Encryption,
    what: String,
    remedy: Option<&'static str>,
}

/// Where a private key stands, for messages.
#[derive(Clone, Copy)]
pub(super) enum Place<'a> {
    /// In a PEM block of this label.
    Block(&'a str),
    /// In DER.
    Der,
    /// Inside an encrypted key.
    Inside,
}

/// Why a private key is refused, and what it is.
pub(super) struct Refused {
    pub error: Error,
    pub is_damaged: bool,
    /// What could be read of it nevertheless.
    pub shape: Option<Shape>,
}

impl Place<'_> {
    fn noun(self) -> String {
        match self {
            Self::Block(label) => format!("a {label} block"),
            Self::Der => "a private key in DER".to_owned(),
            Self::Inside => "an encrypted private key".to_owned(),
        }
    }

    fn suffix(self) -> String {
        match self {
            Self::Block(label) => format!(" ({label})"),
            Self::Der => " in DER".to_owned(),
            Self::Inside => ", encrypted".to_owned(),
        }
    }
}

impl Found {
    /// The public half of the key, which is judged as one that signs.
    pub fn into_public_half(self, password: Option<&[u8]>) -> Result<PublicHalf> {
        let plain = self.open(password)?;
        let algorithm = plain.shape.curve.map_or(Algorithm::Rs256, Curve::algorithm);
        plain.key(algorithm)?.public_half().ok_or_else(without_public_half)
    }

    /// The key that signs with this algorithm, and what is weak about its encryption. aws-lc gets the DER, and keeps what it
    /// makes of it; ours is zeroised here.
    pub fn into_key(self, password: Option<&[u8]>, algorithm: Algorithm) -> Result<(PrivateKey, Option<&'static str>)> {
        let plain = self.open(password)?;
        check_algorithm(algorithm, plain.shape.curve, "private key")?;
        Ok((plain.key(algorithm)?, plain.weakness))
    }

    fn open(self, password: Option<&[u8]>) -> Result<Plain> {
        match self {
            Self::Encrypted(encrypted) => encrypted.open(password),
            Self::Plain(plain) => Ok(plain),
        }
    }
}

impl Plain {
    /// Judges the DER of a private key.
    pub fn judge(form: Form, der: Zeroizing<Vec<u8>>, place: Place<'_>) -> std::result::Result<Self, Refused> {
        let shape = match der::private_key(form, &der) {
            Ok(shape) => shape,
            Err(fault) => return Err(refused(&fault, place)),
        };
        let plain = Self { form, der, shape, weakness: None };
        if plain.shape.curve.is_some() {
            return Ok(plain);
        }
        let bits = plain.bits().unwrap_or_default();
        let status = match bits {
            _ if bits < MIN_RSA_BITS => Status::KeyTooShort,
            _ if bits > MAX_RSA_BITS => Status::KeyTooLong,
            _ => return Ok(plain),
        };
        let expected = format!("{MIN_RSA_BITS} to {MAX_RSA_BITS} bits");
        let error = Error::new(status).expected(expected).found(plain.shown(place));
        Err(Refused { error, is_damaged: false, shape: Some(plain.shape) })
    }

    /// What the key is, in words.
    pub fn shown(&self, place: Place<'_>) -> String {
        let form = self.form.name();
        let suffix = place.suffix();
        match self.shape.curve {
            Some(curve) => format!("an EC private key on {curve}, {form}{suffix}"),
            None => format!("an RSA private key of {} bits, {form}{suffix}", self.bits().unwrap_or_default()),
        }
    }

    /// The shape, to describe the file with.
    pub fn shape(&self) -> &Shape {
        &self.shape
    }

    fn bits(&self) -> Option<usize> {
        self.shape.half.as_ref().map(PublicHalf::bits)
    }

    fn key(&self, algorithm: Algorithm) -> Result<PrivateKey> {
        let key = match self.form {
            Form::Pkcs1 => PrivateKey::from_pkcs1_der(algorithm, &self.der),
            Form::Pkcs8 => PrivateKey::from_pkcs8_der(algorithm, &self.der),
            Form::Sec1 => PrivateKey::from_sec1_der(algorithm, &self.der),
        };
        key.ok_or_else(|| {
            let name = self.type_name();
            Error::new(Status::KeyDamaged).found(format!("an {name} private key whose numbers do not belong together"))
        })
    }

    fn type_name(&self) -> &'static str {
        if self.shape.curve.is_some() { "EC" } else { "RSA" }
    }
}

impl Encrypted {
    /// Judges the DER of an encrypted private key by what its parameters say. Nothing is derived.
    pub fn judge(
        der: Zeroizing<Vec<u8>>,
        what: &str,
        remedy: Option<&'static str>,
    ) -> std::result::Result<Self, (Error, Option<String>)> {
        let Some(encryption) = Encryption::read(&der) else {
            let error = if der::is_cut_off(&der) {
                Error::new(Status::KeyCutOff).found(format!("{what} of which the end is missing"))
            } else {
                Error::new(Status::KeyDamaged).found(format!("{what} whose parameters cannot be read"))
            };
            return Err((error, None));
        };
        match encryption.check(what) {
            Ok(()) => Ok(Self { der, encryption, what: what.to_owned(), remedy }),
            Err(error) => Err((error, Some(encryption.shown()))),
        }
    }

    /// What of the encryption should not be used any more.
    pub fn weakness(&self) -> Option<&'static str> {
        self.encryption.weakness()
    }

    /// Scheme, cipher and derivation in words.
    pub fn shown(&self) -> String {
        self.encryption.shown()
    }

    fn open(self, password: Option<&[u8]>) -> Result<Plain> {
        let Some(password) = password else {
            let error = Error::new(Status::KeyEncrypted).found(self.what);
            return Err(match self.remedy {
                Some(remedy) => error.remedy(remedy),
                None => error,
            });
        };
        let der = encrypted::decrypt(&self.der, password, &self.what)?;
        // What a wrong password gives has the form of no key; padding alone lets one of 256 through.
        if let Err(Fault::CutOff | Fault::Garbage | Fault::Trailing) = der::private_key(Form::Pkcs8, &der) {
            return Err(encrypted::wrong_password(&self.what));
        }
        let plain = Plain::judge(Form::Pkcs8, der, Place::Inside).map_err(|refused| refused.error)?;
        Ok(Plain { weakness: self.encryption.weakness(), ..plain })
    }
}

/// Whether a key on this curve, or without a curve an RSA key, signs with the algorithm.
pub(super) fn check_algorithm(algorithm: Algorithm, curve: Option<Curve>, noun: &str) -> Result<()> {
    let refused = |status, expected: String, found: String, remedy: String| {
        Err(Error::new(status).expected(expected).found(found).remedy(remedy))
    };
    match (algorithm.curve(), curve) {
        (needed, found) if needed == found => Ok(()),
        (Some(needed), Some(found)) => refused(
            Status::KeyCurveMismatch,
            format!("a key on {needed} for {algorithm}"),
            format!("an EC {noun} on {found}"),
            format!("say {}, which is the algorithm of this key, if that is the registered one.", found.algorithm()),
        ),
        (Some(needed), None) => refused(
            Status::KeyAlgorithmMismatch,
            format!("an EC key on {needed} for {algorithm}"),
            format!("an RSA {noun}"),
            "say one of RS256 to RS512 or PS256 to PS512, the one that is registered, or give the EC key.".to_owned(),
        ),
        (None, found) => {
            let curve = found.map_or_else(String::new, |curve| format!(" on {curve}"));
            let fitting = found.map_or("ES256", |curve| curve.algorithm().name());
            refused(
                Status::KeyAlgorithmMismatch,
                format!("an RSA key for {algorithm}"),
                format!("an EC {noun}{curve}"),
                format!("say {fitting} if that is registered; CIS2 itself registers RSA keys alone."),
            )
        }
    }
}

/// aws-lc has a public half for every private one.
pub(super) fn without_public_half() -> Error {
    Error::new(Status::Internal).found("the public half could not be taken from the key")
}

fn refused(fault: &Fault, place: Place<'_>) -> Refused {
    let noun = place.noun();
    let damaged = |error: Error| Refused { error, is_damaged: true, shape: None };
    let unusable = |error: Error| Refused { error, is_damaged: false, shape: None };
    let broken = |rest: &str| damaged(Error::new(Status::KeyDamaged).found(format!("{noun}{rest}")));
    match fault {
        Fault::CutOff => damaged(Error::new(Status::KeyCutOff).found(match place {
            Place::Block(_) => format!("{noun} from which lines are missing"),
            Place::Der | Place::Inside => format!("{noun} of which the end is missing"),
        })),
        Fault::Garbage => broken(" whose content is no such key"),
        Fault::Trailing => broken(" with more in it than the key"),
        Fault::Incomplete => broken(" with an RSA key that lacks numbers: primes or exponents are 0"),
        Fault::WithoutCurve => broken(" with an EC key that does not name its curve"),
        Fault::ExplicitCurve => unusable(
            Error::new(Status::KeyTypeUnsupported)
                .found("an EC private key whose curve is written out in numbers in place of its name")
                .remedy("name the curve with: openssl ec -in FILE -param_enc named_curve -out key.pem"),
        ),
        Fault::MultiPrime => {
            unusable(Error::new(Status::KeyTypeUnsupported).found("an RSA private key with more than two primes"))
        }
        Fault::OtherForm(form) => damaged(match place {
            Place::Block(label) => Error::new(Status::KeyLabelInvalid)
                .found(format!("a private key in {} under the label {label}", form.name()))
                .remedy(format!("write {} in place of {label} in both the BEGIN and the END line.", form.label())),
            Place::Der | Place::Inside => {
                Error::new(Status::KeyDamaged).found(format!("{noun} with {} in place of PKCS#8", form.name()))
            }
        }),
        Fault::OtherType(name) => unusable(
            Error::new(Status::KeyTypeUnsupported).found(format!("a private key of type {name}{}", place.suffix())),
        ),
    }
}
