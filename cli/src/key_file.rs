//! A private key: a file in PEM or DER, and the password of an encrypted one. The password comes from a file, or a person
//! types it at the terminal; an argument would stand in the list of processes and in the shell's history.

use std::path::{Path, PathBuf};

use cis2::error::{Error, Status};
use cis2::jose::Algorithm;
use cis2::key::describe::{self, Description, FileKind};
use cis2::key::{PublicKey, SigningKey};
use cis2::secret::Secret;

use crate::exit::{Failure, Result};
use crate::file::{self, Kind, STANDARD_INPUT, shown};
use crate::output::{Output, wrap};

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";
const GIVE_IT: &str = "name the file that holds its password with --password-file, or run this at a terminal, which asks \
    for it. Without encryption: openssl pkey -in FILE -out key.pem";

const LOOK_INSIDE: &str = "give the private key file, PEM or DER. What a binary file holds is shown by: \
    openssl asn1parse -inform DER -in FILE";
const PUBLISH_IT: &str =
    "give the private key file, PEM or DER, to sign with; to host this one: cis2 jwks publish FILE";

/// How the password of an encrypted key is said.
#[derive(Debug, clap::Args)]
pub struct PasswordOption {
    /// Password of an encrypted private key: the one line of this file; without it the terminal asks
    #[arg(long, value_name = "FILE")]
    password_file: Option<PathBuf>,
}

/// A file that should hold a private key, and the password that was given for it.
pub struct KeyFile {
    bytes: Secret,
    password: Option<Secret>,
    /// What the file is.
    pub description: Description,
}

impl PasswordOption {
    /// Reads a key file, or standard input where the path is `-`, and then its password if it needs one.
    pub fn read_key(&self, path: &Path, kind: Kind) -> Result<KeyFile> {
        if path.as_os_str() == STANDARD_INPUT && self.password_file.as_deref() == Some(path) {
            return Err(Failure::usage(
                Error::new(Status::InvalidArgument)
                    .expected("key and password from different places")
                    .found("standard input for both")
                    .remedy("name a file for one of them."),
            ));
        }
        let bytes = file::read(path, kind)?;
        let description = describe::describe(bytes.expose());
        let password = match &self.password_file {
            Some(path) => Some(password_in(path)?),
            None if description.kind == FileKind::EncryptedPrivateKey => asked_for(path),
            None => None,
        };
        Ok(KeyFile { bytes, password, description })
    }
}

impl KeyFile {
    /// The public half of the private key that the file is.
    pub fn public_half(&self) -> cis2::error::Result<PublicKey> {
        PublicKey::of_private_key(self.bytes.expose(), self.password())
    }

    /// The public keys of a file of any kind.
    pub fn public_keys(&self) -> cis2::error::Result<Vec<PublicKey>> {
        PublicKey::all_of(self.bytes.expose(), self.password())
    }

    /// The key that signs. What is weak about its encryption is said.
    pub fn signing_key(&self, key_id: &str, algorithm: Algorithm, output: &Output) -> Result<SigningKey> {
        let key = SigningKey::from_pem_or_der(self.bytes.expose(), self.password(), key_id, algorithm);
        let key = key.map_err(in_our_words)?;
        if let Some(weakness) = key.weak_encryption() {
            output.say(&wrap(&weak(weakness), 0));
        }
        Ok(key)
    }

    fn password(&self) -> Option<&[u8]> {
        self.password.as_ref().map(Secret::expose)
    }
}

/// What is weak about the encryption of a key file, and the cure.
pub fn weak(weakness: &str) -> String {
    format!(
        "The key file is encrypted with {weakness}, which should not be used any more. Anew: \
         openssl pkcs8 -topk8 -v2 aes-256-cbc -in FILE -out key.pem"
    )
}

/// The refusal of a key, with what can be done about it on this command line.
pub fn in_our_words(error: Error) -> Error {
    let has_own_remedy = error.remedy_text() != error.status().row().remedy;
    match error.status() {
        Status::KeyEncrypted => error.remedy(GIVE_IT),
        Status::KeyBinary if !has_own_remedy => error.remedy(LOOK_INSIDE),
        Status::KeyIsJwk | Status::KeyIsPublic => error.remedy(PUBLISH_IT),
        _ => error,
    }
}

/// Without the line end that editors and `echo` put there.
fn password_in(path: &Path) -> Result<Secret> {
    let bytes = file::read(path, Kind::Password)?;
    let text = bytes.expose();
    let text = text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text);
    let text = text.strip_suffix(b"\n").unwrap_or(text);
    let text = text.strip_suffix(b"\r").unwrap_or(text);
    let found = match text {
        [] => "nothing in it",
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => "a text in UTF-16, as PowerShell writes it",
        _ if text.contains(&b'\n') => "more than one line",
        _ => return Ok(Secret::new(text.to_vec())),
    };
    Err(file::refused(path, Kind::Password, found, "write the password alone into the file, on one line, in UTF-8."))
}

/// What a person types; none if nobody is there to be asked.
fn asked_for(path: &Path) -> Option<Secret> {
    if !Output::is_watched() {
        return None;
    }
    let password = rpassword::prompt_password(format!("Password of {}: ", shown(path))).ok()?;
    Some(Secret::new(password.into_bytes()))
}
