//! The only PEM reader (RFC 7468). It is lenient about what people do to files (CRLF, a BOM, text around the block, one
//! line, `\n` in two characters) and strict about the block itself. What is no private key is named.

use pkcs8::PrivateKeyInfoRef;
use pkcs8::der::asn1::OctetStringRef;
use zeroize::Zeroizing;

use super::MAX_FILE_BYTES;
use crate::base64url;
use crate::error::{Error, Result, Status};
use crate::http::printable;

const BEGIN: &str = "-----BEGIN ";
const END: &str = "-----END ";
const DASHES: &str = "-----";
const RSA_ENCRYPTION: &str = "1.2.840.113549.1.1.1";

/// What a PEM label stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Pkcs8,
    Pkcs1,
    Encrypted,
    OtherPrivate(&'static str),
    OpenSsh,
    Public,
    Certificate,
    CertificateRequest,
    /// Stands beside a key and says nothing (`EC PARAMETERS`).
    Parameters,
    Unknown,
}

impl Kind {
    fn of(label: &str) -> Self {
        match label {
            "PRIVATE KEY" => Self::Pkcs8,
            "RSA PRIVATE KEY" => Self::Pkcs1,
            "ENCRYPTED PRIVATE KEY" => Self::Encrypted,
            "EC PRIVATE KEY" => Self::OtherPrivate("an elliptic curve key (SEC1)"),
            "DSA PRIVATE KEY" => Self::OtherPrivate("a DSA key"),
            "OPENSSH PRIVATE KEY" | "SSH2 ENCRYPTED PRIVATE KEY" => Self::OpenSsh,
            "PUBLIC KEY" | "RSA PUBLIC KEY" | "SSH2 PUBLIC KEY" => Self::Public,
            "CERTIFICATE" | "X509 CERTIFICATE" | "TRUSTED CERTIFICATE" | "PKCS7" => Self::Certificate,
            "CERTIFICATE REQUEST" | "NEW CERTIFICATE REQUEST" => Self::CertificateRequest,
            "EC PARAMETERS" | "DH PARAMETERS" | "DSA PARAMETERS" => Self::Parameters,
            _ => Self::Unknown,
        }
    }

    fn is_private(self) -> bool {
        matches!(self, Self::Pkcs8 | Self::Pkcs1 | Self::Encrypted | Self::OtherPrivate(_) | Self::OpenSsh)
    }
}

/// One block of a file.
#[derive(Debug)]
pub(super) struct Block<'t> {
    pub label: &'t str,
    pub kind: Kind,
    body: &'t str,
    fault: Option<Fault>,
}

#[derive(Clone, Copy, Debug)]
enum Fault {
    CutOff,
    OtherEnd,
}

/// The private key of a file, as DER.
pub(super) struct PrivateBlock {
    pkcs8: bool,
    der: Zeroizing<Vec<u8>>,
}

impl PrivateBlock {
    pub(super) fn is_pkcs8(&self) -> bool {
        self.pkcs8
    }

    pub(super) fn der(&self) -> &[u8] {
        &self.der
    }

    /// The modulus, read before anything costly is done with the key; a key of another type is named.
    pub(super) fn modulus(&self) -> Result<Vec<u8>> {
        let damaged = || Error::new(Status::KeyDamaged).found("ASN.1 that cannot be read");
        if is_cut_off(&self.der) {
            return Err(Error::new(Status::KeyCutOff).found("lines missing inside the block"));
        }
        let pkcs1 = if self.pkcs8 {
            let info = PrivateKeyInfoRef::try_from(self.der.as_slice()).map_err(|_| damaged())?;
            let oid = info.algorithm.oid.to_string();
            if oid != RSA_ENCRYPTION {
                return Err(unsupported(key_type(&oid)));
            }
            let inner: &OctetStringRef = info.private_key;
            inner.as_bytes()
        } else {
            self.der.as_slice()
        };
        let key = pkcs1::RsaPrivateKeyRef::try_from(pkcs1).map_err(|_| damaged())?;
        let modulus: &[u8] = key.modulus.as_bytes();
        Ok(modulus.to_vec())
    }
}

/// The one private key of a file.
pub(super) fn private_block(file: &[u8]) -> Result<PrivateBlock> {
    let text = text(file)?;
    let blocks = blocks(&text);
    let mut private = blocks.iter().filter(|block| block.kind.is_private());
    let block = match (private.next(), private.next()) {
        (Some(block), None) => block,
        (Some(_), Some(_)) => return Err(Error::new(Status::KeySeveral)),
        (None, _) => return Err(not_private(&blocks, file)),
    };
    match block.fault {
        Some(Fault::CutOff) => return Err(Error::new(Status::KeyCutOff).found(format!("{BEGIN}{}{DASHES} without its END line", block.label))),
        Some(Fault::OtherEnd) => return Err(Error::new(Status::KeyLabelInvalid).found("an END line with another label")),
        None => {}
    }
    if block.kind == Kind::Encrypted || block.body.contains("ENCRYPTED") {
        return Err(Error::new(Status::KeyEncrypted));
    }
    match block.kind {
        Kind::OpenSsh => return Err(Error::new(Status::KeyIsOpenSsh)),
        Kind::OtherPrivate(name) => return Err(unsupported(name)),
        _ => {}
    }
    let der = body(block.body)?;
    Ok(PrivateBlock { pkcs8: block.kind == Kind::Pkcs8, der })
}

/// The text of a file, with what editors and environment variables do to it undone.
pub(super) fn text(file: &[u8]) -> Result<Zeroizing<String>> {
    if file.len() > MAX_FILE_BYTES {
        return Err(Error::new(Status::KeyTooLarge).expected(format!("at most {MAX_FILE_BYTES} bytes")).found(format!("{} bytes", file.len())));
    }
    if file.iter().all(u8::is_ascii_whitespace) {
        return Err(Error::new(Status::KeyEmpty));
    }
    if file.starts_with(&[0xff, 0xfe]) || file.starts_with(&[0xfe, 0xff]) {
        return Err(Error::new(Status::KeyPemInvalid)
            .found("UTF-16 text, which PowerShell's > writes")
            .remedy("write the file as ASCII or UTF-8, for example with Out-File -Encoding ascii."));
    }
    let file = file.strip_prefix(b"\xef\xbb\xbf").unwrap_or(file);
    // Text around the block may be in any encoding; only the block must be ASCII, and base64 sees to that.
    let text = Zeroizing::new(String::from_utf8_lossy(file).into_owned());
    if !text.contains(BEGIN) {
        return Err(not_pem(file, &text));
    }
    // An environment variable or JSON file often has the line ends as two characters.
    if text.contains("\\n") { Ok(Zeroizing::new(text.replace("\\r", "").replace("\\n", "\n"))) } else { Ok(text) }
}

/// All blocks of a text, in order.
pub(super) fn blocks(text: &str) -> Vec<Block<'_>> {
    let mut blocks = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find(BEGIN) {
        rest = &rest[at + BEGIN.len()..];
        let Some(end) = rest.find(DASHES).filter(|end| !rest[..*end].contains('\n')) else { continue };
        let label = &rest[..end];
        rest = &rest[end + DASHES.len()..];
        let kind = Kind::of(label);
        let next_begin = rest.find(BEGIN).unwrap_or(rest.len());
        let (body, fault) = match rest[..next_begin].find(END) {
            None => (&rest[..next_begin], Some(Fault::CutOff)),
            Some(end) => {
                let closing = &rest[end + END.len()..];
                let same = closing.strip_prefix(label).is_some_and(|after| after.starts_with(DASHES));
                (&rest[..end], if same { None } else { Some(Fault::OtherEnd) })
            }
        };
        rest = &rest[body.len()..];
        blocks.push(Block { label, kind, body, fault });
    }
    blocks
}

/// The bytes of a block's body: base64 with its padding, in lines or not.
fn body(body: &str) -> Result<Zeroizing<Vec<u8>>> {
    let invalid = |found: &str| Error::new(Status::KeyBase64Invalid).found(found);
    let mut symbols = Zeroizing::new(String::with_capacity(body.len()));
    for c in body.chars().filter(|c| !c.is_ascii_whitespace()) {
        symbols.push(match c {
            '+' => '-',
            '/' => '_',
            c if c.is_ascii_alphanumeric() || c == '=' => c,
            ':' => return Err(invalid("a header line inside the block")),
            _ => return Err(invalid("a character that base64 has not")),
        });
    }
    if symbols.is_empty() {
        return Err(Error::new(Status::KeyCutOff).found("a block without a body"));
    }
    let unpadded = symbols.trim_end_matches('=');
    if symbols.len() % 4 != 0 || symbols.len() - unpadded.len() > 2 {
        return Err(invalid("a body whose length is no multiple of four: characters are missing"));
    }
    base64url::decode(unpadded).map(Zeroizing::new).ok_or_else(|| invalid("a body that is no base64"))
}

/// Whether an outer SEQUENCE says that more bytes should follow than there are.
fn is_cut_off(der: &[u8]) -> bool {
    match der {
        [0x30, 0x82, high, low, rest @ ..] => usize::from(*high) << 8 | usize::from(*low) > rest.len(),
        [0x30, 0x83, a, b, c, rest @ ..] => (usize::from(*a) << 16 | usize::from(*b) << 8 | usize::from(*c)) > rest.len(),
        [0x30, 0x81, length, rest @ ..] => usize::from(*length) > rest.len(),
        _ => false,
    }
}

fn unsupported(found: &str) -> Error {
    Error::new(Status::KeyTypeUnsupported).expected("an RSA key").found(found)
}

fn key_type(oid: &str) -> &'static str {
    match oid {
        "1.2.840.10045.2.1" => "an elliptic curve key",
        "1.3.101.112" => "an Ed25519 key",
        "1.3.101.113" => "an Ed448 key",
        "1.3.101.110" => "an X25519 key",
        "1.2.840.113549.1.1.10" => "an RSA key that is bound to RSASSA-PSS",
        "1.2.840.10040.4.1" => "a DSA key",
        _ => "a key of a type that is not known",
    }
}

/// The file has blocks, and none is a private key.
fn not_private(blocks: &[Block<'_>], file: &[u8]) -> Error {
    let first = blocks.iter().find(|block| block.kind != Kind::Parameters).or_else(|| blocks.first());
    let Some(first) = first else { return not_pem(file, "") };
    let found = format!("{BEGIN}{}{DASHES}", printable(first.label, 60));
    match first.kind {
        Kind::Public => Error::new(Status::KeyIsPublic).found(found),
        Kind::Certificate => Error::new(Status::KeyIsCertificate).found(found),
        Kind::CertificateRequest => Error::new(Status::KeyIsCertificateRequest).found(found),
        _ => Error::new(Status::KeyLabelInvalid).found(found),
    }
}

/// The file has no block at all: what is it?
fn not_pem(file: &[u8], text: &str) -> Error {
    let start = text.trim_start();
    if start.starts_with('{') && text.contains("\"kty\"") {
        return Error::new(Status::KeyIsJwk);
    }
    if start.starts_with("ssh-") || start.starts_with("ecdsa-sha2-") {
        return Error::new(Status::KeyIsPublic).found("an SSH public key");
    }
    if start.starts_with("PuTTY-User-Key-File") {
        return Error::new(Status::KeyIsOpenSsh)
            .found("a PuTTY key")
            .remedy("export it as an OpenSSH key in PuTTYgen, then: ssh-keygen -p -m PKCS8 -f COPY");
    }
    if file.starts_with(&[0x30]) {
        // PKCS#12 begins with SEQUENCE { INTEGER 3, ... (RFC 7292 §4).
        let header = file.get(4..7) == Some(&[2, 1, 3]) || file.get(2..5) == Some(&[2, 1, 3]) || file.get(2..5) == Some(&[0x80, 2, 1]);
        return Error::new(if header { Status::KeyIsPkcs12 } else { Status::KeyBinary });
    }
    if file.contains(&0) || text.contains('\u{fffd}') {
        return Error::new(Status::KeyBinary);
    }
    let is_base64 = |c: char| c.is_ascii_alphanumeric() || "+/=".contains(c) || c.is_ascii_whitespace();
    if start.len() > 100 && start.starts_with("MI") && start.chars().all(is_base64) {
        return Error::new(Status::KeyPemInvalid).found("base64 without its BEGIN and END lines");
    }
    Error::new(Status::KeyPemInvalid)
}
