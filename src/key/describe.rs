//! Says what a file is, so that an error is about the file that a person gave and not about the one that was hoped for.
//! One reading serves both: what [`describe`] says and what `SigningKey::from_pem` refuses cannot differ. Enters: any
//! bytes. Never leaves: a byte of a key; labels, sizes, cipher names and public numbers do.

use std::fmt;

use zeroize::Zeroizing;

use super::der::{self, Form, Structure};
use super::pem::{self, Block, Text};
use super::private::{Encrypted, Found, Place, Plain};
use super::verdict::Verdict;
use super::{MAX_KEY_FILE_BYTES, PublicKey, sniff};
use crate::error::{Error, Result, Status};
use crate::http::printable;
use crate::jose::Curve;
use crate::jose::jwk::PublicHalf;

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";
/// Labels of a file that are kept: nobody reads more.
const MAX_LABELS: usize = 16;
/// Longest cipher name of a file that is shown, in characters.
const MAX_CIPHER_CHARS: usize = 40;

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FileKind {
    /// Neither text nor a key in DER.
    Binary,
    /// A certificate or several.
    Certificate,
    /// A certificate signing request.
    CertificateRequest,
    /// A PEM block that cannot be read.
    DamagedPem,
    /// Nothing, or only white space.
    Empty,
    /// A private key that needs a password.
    EncryptedPrivateKey,
    /// A Java key store.
    JavaKeyStore,
    /// JSON that is no key.
    Json,
    /// A JSON Web Key, or a set of them.
    Jwk,
    /// A private key of OpenSSH.
    OpenSshKey,
    /// A PEM block of another kind.
    OtherPem,
    /// Text without a PEM block.
    OtherText,
    /// A PKCS#12 store.
    Pkcs12,
    /// A private key in PEM that can be used, if its numbers belong together.
    PrivateKey,
    /// A private key in DER that can be used, if its numbers belong together.
    PrivateKeyDer,
    /// A public key.
    PublicKey,
    /// A key of PuTTY.
    PuttyKey,
    /// Several private keys.
    SeveralPrivateKeys,
    /// A token: a JWT, or another in the compact form of JOSE.
    Token,
    /// More bytes than a key has.
    TooLarge,
    /// A private key of a type or size that is not used.
    UnusablePrivateKey,
    /// Text in UTF-16.
    Utf16,
    /// XML or HTML.
    Xml,
}

/// How the lines of a text end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineEnds {
    /// There is one line, or it is no text.
    None,
    /// CR, as on very old systems.
    Cr,
    /// CRLF, as on Windows.
    Crlf,
    /// LF.
    Lf,
    /// Several of them.
    Mixed,
}

/// What a file is. `Display` says it in one line for a person; nothing in it is secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Description {
    /// What the file is.
    pub kind: FileKind,
    /// The labels of the first 16 PEM blocks, in order, fit for a message.
    pub labels: Vec<String>,
    /// Whether a UTF-8 byte order mark stands in front.
    pub has_byte_order_mark: bool,
    /// Whether line ends were lost on the way, as in environment variables, and had to be put back.
    pub has_lost_lines: bool,
    /// Whether there is text before the first block, such as "Bag Attributes".
    pub has_text_before: bool,
    /// How lines end.
    pub line_ends: LineEnds,
    /// Scheme, cipher and derivation of an encrypted key, where the file says them.
    pub cipher: Option<String>,
    /// What of the encryption should not be used any more: `3DES` or `HMAC-SHA-1`.
    pub weak_encryption: Option<&'static str>,
    /// The keys of a JWK or JWK set in their order; of those that cannot be used, why.
    pub jwks: Vec<std::result::Result<PublicKey, String>>,
    what: String,
    half: Option<PublicHalf>,
    curve: Option<Curve>,
}

impl Description {
    /// The length of the RSA modulus or the size of the curve, of a private key, public key or certificate.
    pub fn bits(&self) -> Option<usize> {
        self.half.as_ref().map(PublicHalf::bits).or(self.curve.map(Curve::bits))
    }

    /// The curve of an EC key; none of an RSA key, and of what is no key.
    pub fn curve(&self) -> Option<Curve> {
        self.curve
    }

    /// The RFC 7638 thumbprint of the public half.
    pub fn thumbprint(&self) -> Option<String> {
        self.half.as_ref()?.thumbprint().ok()
    }

    /// The public key of the file, where it says one: a JWK with its key id and algorithm.
    pub fn public_key(&self) -> Option<PublicKey> {
        let own = self.half.as_ref().map(|half| PublicKey::new(half.clone()));
        match self.jwks.as_slice() {
            [Ok(jwk)] if own.is_some() => Some(jwk.clone()),
            _ => own,
        }
    }

    /// The public half, where the file says it. An EC key may leave it out.
    pub fn public_half(&self) -> Option<&PublicHalf> {
        self.half.as_ref()
    }
}

impl fmt::Display for Description {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)?;
        if let Some(cipher) = &self.cipher {
            write!(f, "; encrypted with {cipher}")?;
        }
        if self.labels.len() > 1 {
            write!(f, "; blocks: {}", self.labels.join(", "))?;
        }
        if self.has_byte_order_mark {
            f.write_str("; a UTF-8 byte order mark in front")?;
        }
        if self.has_lost_lines {
            f.write_str("; its line ends were lost on the way")?;
        }
        if self.has_text_before && !self.labels.is_empty() {
            f.write_str("; text before the first block")?;
        }
        match self.line_ends {
            LineEnds::None | LineEnds::Lf => Ok(()),
            LineEnds::Cr => f.write_str("; lines end with CR"),
            LineEnds::Crlf => f.write_str("; lines end with CRLF"),
            LineEnds::Mixed => f.write_str("; lines end in several ways"),
        }
    }
}

/// Says what a file is. Whether the numbers of a private key belong together only `SigningKey::from_pem` can say.
pub fn describe(bytes: &[u8]) -> Description {
    read(bytes).description
}

/// A file that was read: what it is, and its private key or why there is none.
pub(super) struct Reading {
    pub description: Description,
    pub key: Result<Found>,
}

/// Which file-level thing wins: size, emptiness, UTF-16, then the blocks as `choose` orders them, then all that has
/// no block.
pub(super) fn read(bytes: &[u8]) -> Reading {
    let text = bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes);
    let has_byte_order_mark = text.len() < bytes.len();
    let mut restored = None;
    let mut blocks = Text { blocks: Vec::new(), has_text_before: false, stray: None };
    let verdict = if let Some(verdict) = too_large(bytes).or_else(|| sniff::before_pem(text)) {
        verdict
    } else {
        restored = if Text::read(text).has_private_block() { None } else { pem::with_lines_restored(text) };
        blocks = restored.as_deref().map_or_else(|| Text::read(text), |restored| Text::read_restored(restored));
        choose(&blocks).unwrap_or_else(|| sniff::without_pem(text))
    };
    let description = Description {
        kind: verdict.kind,
        labels: blocks.blocks.iter().take(MAX_LABELS).map(Block::shown_label).collect(),
        has_byte_order_mark,
        has_lost_lines: restored.is_some(),
        has_text_before: blocks.has_text_before,
        line_ends: if blocks.blocks.is_empty() { LineEnds::None } else { line_ends(text) },
        cipher: verdict.cipher,
        weak_encryption: verdict.weak_encryption,
        jwks: verdict.jwks,
        what: verdict.what,
        curve: verdict.curve.or(verdict.half.as_ref().and_then(PublicHalf::curve)),
        half: verdict.half,
    };
    Reading { description, key: verdict.key }
}

/// The private key of a file in DER, or what the file is instead. The bytes are taken as they are.
pub(super) fn read_der(bytes: &[u8]) -> Result<Found> {
    if let Some(verdict) = too_large(bytes) {
        return verdict.key;
    }
    match der::sniff(bytes) {
        Some(Structure::PrivateKey) => {
            let der = || Zeroizing::new(bytes.to_vec());
            let form = der::form_of(bytes).unwrap_or(Form::Pkcs8);
            Plain::judge(form, der(), Place::Der).map(Found::Plain).map_err(|refused| refused.error)
        }
        Some(Structure::EncryptedPrivateKey) => {
            let der = Zeroizing::new(bytes.to_vec());
            Encrypted::judge(der, sniff::ENCRYPTED_DER, Some(sniff::DECRYPT_DER))
                .map(Found::Encrypted)
                .map_err(|(error, _)| error)
        }
        _ => {
            let reading = read(bytes);
            match reading.description.kind {
                FileKind::PrivateKey | FileKind::EncryptedPrivateKey if !reading.description.labels.is_empty() => {
                    let what = reading.description.what;
                    Err(Error::new(Status::KeyIsPem).found(what))
                }
                FileKind::Binary if der::is_cut_off(bytes) => Err(Error::new(Status::KeyCutOff)
                    .found("the beginning of a structure in DER")
                    .remedy("copy the whole file again, byte for byte.")),
                FileKind::Binary if der::has_more(bytes) => {
                    Err(Error::new(Status::KeyDamaged).found("a structure in DER with more bytes after it"))
                }
                _ => reading.key,
            }
        }
    }
}

/// The private key of a file in PEM or DER, or what the file is instead. What begins as DER does and holds no PEM block is
/// judged as DER, so that a cut or damaged file is called that.
pub(super) fn read_any(bytes: &[u8]) -> Result<Found> {
    let reading = read(bytes);
    if reading.description.labels.is_empty() && der::begins(bytes) { read_der(bytes) } else { reading.key }
}

fn too_large(bytes: &[u8]) -> Option<Verdict> {
    (bytes.len() > MAX_KEY_FILE_BYTES).then(|| {
        let size = format!("{} bytes", bytes.len());
        let error = Error::new(Status::KeyTooLarge).expected(format!("at most {MAX_KEY_FILE_BYTES} bytes")).found(size);
        Verdict::refused(FileKind::TooLarge, error)
    })
}

/// A private key goes before all else, wherever it stands, because bundles hold certificates too; two are one too many,
/// also if one of them could not be used. Then a damaged line of a private key; then the first block that is known; then
/// any damaged line; then the first block.
fn choose(text: &Text<'_>) -> Option<Verdict> {
    let mut private = text.blocks.iter().filter(|block| pem::is_private(block.label.as_bytes()));
    match (private.next(), private.count()) {
        (Some(block), 0) => return Some(private_block(block)),
        (Some(_), others) => {
            let what = format!("a PEM file with {} private keys", others + 1);
            return Some(Verdict::is(FileKind::SeveralPrivateKeys, Status::KeySeveral, what));
        }
        (None, _) => {}
    }
    let damaged = |stray: &pem::Stray| Verdict::refused(FileKind::DamagedPem, stray.refusal());
    if let Some(stray) = text.stray.as_ref().filter(|stray| stray.is_private) {
        return Some(damaged(stray));
    }
    let known = text.blocks.iter().find_map(public_block);
    known.or_else(|| text.stray.as_ref().map(damaged)).or_else(|| text.blocks.first().map(other_block))
}

fn private_block(block: &Block<'_>) -> Verdict {
    match block.label {
        "ENCRYPTED PRIVATE KEY" => encrypted_block(block),
        "DSA PRIVATE KEY" => {
            let what = "a private key of type DSA (DSA PRIVATE KEY)";
            Verdict::is(FileKind::UnusablePrivateKey, Status::KeyTypeUnsupported, what)
        }
        "OPENSSH PRIVATE KEY" => {
            Verdict::is(FileKind::OpenSshKey, Status::KeyIsOpenSsh, "an OpenSSH private key (OPENSSH PRIVATE KEY)")
        }
        label => Form::of_label(label).map_or_else(|| other_block(block), |form| plain_block(block, form)),
    }
}

fn encrypted_block(block: &Block<'_>) -> Verdict {
    let der = match block.decode() {
        Ok(der) => der,
        Err(error) => return Verdict::refused(FileKind::DamagedPem, error),
    };
    let what = "an encrypted private key, PKCS#8 (ENCRYPTED PRIVATE KEY)";
    match Encrypted::judge(der, what, None) {
        Ok(encrypted) => {
            let (cipher, weakness) = (encrypted.shown(), encrypted.weakness());
            Verdict::new(FileKind::EncryptedPrivateKey, what.to_owned(), Ok(Found::Encrypted(encrypted)))
                .with_cipher(Some(cipher))
                .with_weak_encryption(weakness)
        }
        Err((error, None)) => Verdict::refused(FileKind::DamagedPem, error),
        Err((error, cipher)) => {
            // Its `found` names the cipher already.
            let verdict = Verdict::refused(FileKind::EncryptedPrivateKey, error);
            let is_said = cipher.as_deref().is_some_and(|cipher| verdict.what.contains(cipher));
            verdict.with_cipher(cipher.filter(|_| !is_said))
        }
    }
}

fn plain_block(block: &Block<'_>, form: Form) -> Verdict {
    let label = block.label;
    if block.header("Proc-Type").is_some_and(|value| value.contains("ENCRYPTED")) {
        let cipher = block.header("DEK-Info").and_then(|value| value.split(',').next());
        let cipher = cipher.map(|cipher| printable(cipher, MAX_CIPHER_CHARS));
        let what = "a private key that is encrypted in OpenSSL's old way (Proc-Type: 4,ENCRYPTED)";
        return Verdict::is(FileKind::EncryptedPrivateKey, Status::KeyEncryptedLegacy, what).with_cipher(cipher);
    }
    let der = match block.decode() {
        Ok(der) => der,
        Err(error) => return Verdict::refused(FileKind::DamagedPem, error),
    };
    match Plain::judge(form, der, Place::Block(label)) {
        Ok(plain) => {
            let what = plain.shown(Place::Block(label));
            let (half, curve) = (plain.shape().half.clone(), plain.shape().curve);
            Verdict { half, curve, ..Verdict::new(FileKind::PrivateKey, what, Ok(Found::Plain(plain))) }
        }
        Err(refused) => {
            let kind = if refused.is_damaged { FileKind::DamagedPem } else { FileKind::UnusablePrivateKey };
            let half = refused.shape.and_then(|shape| shape.half);
            Verdict { half, ..Verdict::refused(kind, refused.error) }
        }
    }
}

fn public_block(block: &Block<'_>) -> Option<Verdict> {
    let label = block.label;
    let certificate = |what: String| Verdict::is(FileKind::Certificate, Status::KeyIsCertificate, what);
    // What it is counts more than whether it is whole.
    let der = block.decode().ok();
    let der = der.as_deref().map(Vec::as_slice);
    Some(match label {
        "CERTIFICATE" | "TRUSTED CERTIFICATE" | "X509 CERTIFICATE" => {
            certificate(format!("a certificate ({label})")).with_public_key(der.and_then(der::certificate_key))
        }
        "CMS" | "PKCS7" => certificate(format!("a container of certificates ({label})")),
        "CERTIFICATE REQUEST" | "NEW CERTIFICATE REQUEST" => {
            let what = format!("a certificate signing request ({label})");
            Verdict::is(FileKind::CertificateRequest, Status::KeyIsCertificateRequest, what)
                .with_public_key(der.and_then(der::request_key))
        }
        "PUBLIC KEY" | "RSA PUBLIC KEY" => {
            let key = if label == "PUBLIC KEY" {
                der.and_then(der::public_key)
            } else {
                der.and_then(der::pkcs1_public_key).map(Ok)
            };
            Verdict::is(FileKind::PublicKey, Status::KeyIsPublic, format!("a public key ({label})"))
                .with_public_key(key)
        }
        _ => return None,
    })
}

fn other_block(block: &Block<'_>) -> Verdict {
    let what = format!("a PEM block with the label {}", block.shown_label());
    Verdict::is(FileKind::OtherPem, Status::KeyLabelInvalid, what)
}

fn line_ends(text: &[u8]) -> LineEnds {
    let count = |byte| text.iter().filter(|found| **found == byte).count();
    let crlf = text.windows(2).filter(|pair| pair == b"\r\n").count();
    match (count(b'\r') - crlf, crlf, count(b'\n') - crlf) {
        (0, 0, 0) => LineEnds::None,
        (_, 0, 0) => LineEnds::Cr,
        (0, _, 0) => LineEnds::Crlf,
        (0, 0, _) => LineEnds::Lf,
        _ => LineEnds::Mixed,
    }
}
