//! What a file without PEM blocks is: other encodings of a text, keys of other programs, DER, stores, JSON, XML.

use super::der::{self, Structure};
use super::describe::FileKind;
use super::encrypted::Encryption;
use super::verdict::Verdict;
use super::{PublicKey, pem};
use crate::error::{Error, Status};
use crate::jose::json::{Object, Value};

/// Bytes of a bare base64 text that are looked at.
const MAX_BARE_CHARS: usize = 64;
/// What an encrypted key in DER is.
pub(super) const ENCRYPTED_DER: &str = "an encrypted private key in DER";
/// What to do with it.
pub(super) const DECRYPT_DER: &str = "decrypt it with: openssl pkcs8 -inform DER -in FILE -out key.pem";
const JAVA_KEY_STORES: [&[u8]; 2] = [b"\xfe\xed\xfe\xed", b"\xce\xce\xce\xce"];
const SSH_PUBLIC_KEYS: [&[u8]; 6] =
    [b"ssh-rsa ", b"ssh-ed25519 ", b"ssh-dss ", b"ecdsa-sha2-", b"sk-ssh-", b"---- BEGIN SSH2 PUBLIC KEY"];

/// What must be seen before blocks are looked for.
pub(super) fn before_pem(text: &[u8]) -> Option<Verdict> {
    if text.trim_ascii().is_empty() {
        let what = if text.is_empty() { "nothing" } else { "only white space" };
        return Some(Verdict::is(FileKind::Empty, Status::KeyEmpty, what));
    }
    // PowerShell's `>` writes it. Without its mark the zero bytes tell: a PEM text begins with ASCII.
    let is_utf16 = matches!(text, [0xff, 0xfe, ..] | [0xfe, 0xff, ..])
        || matches!(text, [first, 0, second, 0, ..] | [0, first, 0, second, ..] if first.is_ascii_graphic() && second.is_ascii_graphic());
    if is_utf16 {
        return Some(Verdict::is(FileKind::Utf16, Status::KeyIsUtf16, "a text in UTF-16"));
    }
    // It looks like a damaged BEGIN line otherwise.
    let is_ssh_public = SSH_PUBLIC_KEYS.iter().any(|start| text.trim_ascii_start().starts_with(start));
    is_ssh_public.then(|| Verdict::is(FileKind::PublicKey, Status::KeyIsPublic, "a public key of SSH"))
}

/// What a file is that has no block.
pub(super) fn without_pem(text: &[u8]) -> Verdict {
    let trimmed = text.trim_ascii();
    if JAVA_KEY_STORES.iter().any(|start| text.starts_with(start)) {
        return java_key_store();
    }
    if let Some(structure) = der::sniff(text) {
        return binary(structure, text);
    }
    if text.contains(&0) || std::str::from_utf8(text).is_err() {
        return Verdict::is(FileKind::Binary, Status::KeyBinary, "bytes that are neither text nor a key in DER");
    }
    match trimmed.first() {
        _ if trimmed.starts_with(b"PuTTY-User-Key-File-") => {
            Verdict::is(FileKind::PuttyKey, Status::KeyIsPutty, "a key of PuTTY")
        }
        Some(b'{' | b'[') => json(trimmed),
        Some(b'<') => xml(trimmed),
        _ if is_token(trimmed) => Verdict::refused(
            FileKind::Token,
            Error::new(Status::KeyPemInvalid).found("a JWT, which is a token and no key").remedy(
                "give the private key that signs tokens. Whoever sees a token can use it until it expires: keep it out of files.",
            ),
        ),
        _ if is_bare_base64(trimmed) => other_text(
            "base64 without BEGIN and END lines",
            "put a line -----BEGIN PRIVATE KEY----- before it and a line -----END PRIVATE KEY----- after it.",
        ),
        _ => Verdict::is(FileKind::OtherText, Status::KeyPemInvalid, "a text without a PEM block"),
    }
}

fn binary(structure: Structure, der: &[u8]) -> Verdict {
    match structure {
        Structure::Certificate => Verdict::is(FileKind::Certificate, Status::KeyIsCertificate, "a certificate in DER")
            .with_public_key(der::certificate_key(der)),
        Structure::CertificateRequest => {
            let what = "a certificate signing request in DER";
            Verdict::is(FileKind::CertificateRequest, Status::KeyIsCertificateRequest, what)
                .with_public_key(der::request_key(der))
        }
        Structure::EncryptedPrivateKey => {
            let error = Error::new(Status::KeyEncrypted).found(ENCRYPTED_DER).remedy(DECRYPT_DER);
            let encryption = Encryption::read(der);
            Verdict::refused(FileKind::EncryptedPrivateKey, error)
                .with_cipher(encryption.as_ref().map(Encryption::shown))
                .with_weak_encryption(encryption.as_ref().and_then(Encryption::weakness))
        }
        Structure::Pkcs12 => Verdict::is(FileKind::Pkcs12, Status::KeyIsPkcs12, "a PKCS#12 store (.pfx, .p12)"),
        Structure::PrivateKey => {
            let form = der::form_of(der);
            let what = form.map_or(String::new(), |form| format!(", {}", form.name()));
            let shape = form.and_then(|form| der::private_key(form, der).ok());
            let (curve, half) = shape.map_or((None, None), |shape| (shape.curve, shape.half));
            Verdict::is(FileKind::PrivateKeyDer, Status::KeyBinary, format!("a private key in DER{what}"))
                .with_curve(curve)
                .with_public_key(half.map(Ok))
        }
        Structure::PublicKey => {
            let key = der::public_key(der).or_else(|| der::pkcs1_public_key(der).map(Ok));
            Verdict::is(FileKind::PublicKey, Status::KeyIsPublic, "a public key in DER").with_public_key(key)
        }
    }
}

fn java_key_store() -> Verdict {
    let error = Error::new(Status::KeyBinary).found("a Java key store (.jks)").remedy(
        "turn it into PKCS#12 with: keytool -importkeystore -srckeystore FILE -destkeystore key.p12 -deststoretype PKCS12, then take the key out with: openssl pkcs12 -in key.p12 -nocerts -noenc -out key.pem",
    );
    Verdict::refused(FileKind::JavaKeyStore, error)
}

fn json(text: &[u8]) -> Verdict {
    let Ok(object) = Object::parse(text) else {
        return Verdict::is(FileKind::Json, Status::KeyPemInvalid, "a JSON text");
    };
    let is_repetitive = object.has_repeated_member();
    let is_set = object.get("keys").is_some_and(|keys| keys.as_array().is_some());
    if !is_set && object.str("kty").is_none() {
        return Verdict::is(FileKind::Json, Status::KeyPemInvalid, "a JSON text that is no JWK");
    }
    let value = object.into_value();
    let is_private = match value.get("keys").and_then(Value::as_array) {
        Some(keys) => keys.iter().any(PublicKey::is_private_jwk),
        None => PublicKey::is_private_jwk(&value),
    };
    let jwks = PublicKey::of_json(&value, is_repetitive);
    let what = match (is_set, is_private) {
        (true, is_private) => format!(
            "a JWK set of {} {}{}",
            jwks.len(),
            if jwks.len() == 1 { "key" } else { "keys" },
            if is_private { ", with private members" } else { "" }
        ),
        (false, true) => "a private JWK".to_owned(),
        (false, false) => "a public JWK, without the private members".to_owned(),
    };
    Verdict::is(FileKind::Jwk, Status::KeyIsJwk, what).with_jwks(jwks, is_set)
}

fn xml(text: &[u8]) -> Verdict {
    let (what, remedy) = if pem::contains(text, b"<RSAKeyValue>") {
        (
            ".NET's XML form of an RSA key (RSAKeyValue)",
            "load it with FromXmlString and write the text of ExportPkcs8PrivateKeyPem().",
        )
    } else {
        ("an XML or HTML text", "look at the file: a proxy's or login page is often saved in place of a download.")
    };
    Verdict::refused(FileKind::Xml, Error::new(Status::KeyPemInvalid).found(what).remedy(remedy))
}

fn other_text(what: &str, remedy: &str) -> Verdict {
    Verdict::refused(FileKind::OtherText, Error::new(Status::KeyPemInvalid).found(what).remedy(remedy))
}

/// The compact form of JOSE (RFC 7515 §3.1, RFC 7516 §3.1): three or five parts, of which the first is a JSON object.
fn is_token(text: &[u8]) -> bool {
    let is_part = |part: &[u8]| part.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    let mut parts = text.split(|byte| *byte == b'.');
    text.starts_with(b"eyJ") && matches!(parts.clone().count(), 3 | 5) && parts.all(is_part)
}

/// The base64 of a DER sequence of more than 127 bytes begins with `MI` or `MH` to `MJ`; looking at the first characters does, without a
/// copy of what may be a key.
fn is_bare_base64(text: &[u8]) -> bool {
    let is_symbol = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=' | b'\r' | b'\n');
    text.len() >= MAX_BARE_CHARS && text.starts_with(b"MI") && text[..MAX_BARE_CHARS].iter().all(is_symbol)
}
