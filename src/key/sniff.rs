//! What a file without PEM blocks is: other encodings of a text, keys of other programs, DER, stores, JSON, XML.

use super::der::{self, Form, Structure};
use super::describe::{FileKind, Verdict};
use super::encrypted::Encryption;
use super::pem;
use crate::error::{Error, Status};
use crate::jose::json::Object;

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
        }
        Structure::EncryptedPrivateKey => {
            let error = Error::new(Status::KeyEncrypted).found(ENCRYPTED_DER).remedy(DECRYPT_DER);
            let cipher = Encryption::read(der).map(|encryption| encryption.shown());
            Verdict::refused(FileKind::EncryptedPrivateKey, error).with_cipher(cipher)
        }
        Structure::Pkcs12 => Verdict::is(FileKind::Pkcs12, Status::KeyIsPkcs12, "a PKCS#12 store (.pfx, .p12)"),
        Structure::PrivateKey => {
            let shape = Form::ALL.into_iter().find_map(|form| der::private_key(form, der).ok());
            let half = shape.and_then(|shape| shape.half);
            Verdict::is(FileKind::PrivateKeyDer, Status::KeyBinary, "a private key in DER")
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
    let jwk = |what| Verdict::is(FileKind::Jwk, Status::KeyIsJwk, what);
    if object.get("keys").is_some_and(|keys| keys.as_array().is_some()) {
        return jwk("a JWK set");
    }
    if object.str("kty").is_some() {
        return jwk(if object.get("d").is_some() {
            "a private JWK"
        } else {
            "a public JWK, without the private members"
        });
    }
    Verdict::is(FileKind::Json, Status::KeyPemInvalid, "a JSON text that is no JWK")
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

/// The base64 of a DER sequence of more than 127 bytes begins with `MI` or `MH` to `MJ`; looking at the first characters does, without a
/// copy of what may be a key.
fn is_bare_base64(text: &[u8]) -> bool {
    let is_symbol = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=' | b'\r' | b'\n');
    text.len() >= MAX_BARE_CHARS && text.starts_with(b"MI") && text[..MAX_BARE_CHARS].iter().all(is_symbol)
}
