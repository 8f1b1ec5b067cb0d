//! `cis2 key inspect`: what a file is, and the public half of a key.

use std::path::PathBuf;

use cis2::jose::Algorithm;
use cis2::key::describe::Description;
use serde_json::{Value, json};

use crate::exit::Result;
use crate::file::{Kind, shown};
use crate::key_file::{KeyFile, PasswordOption};
use crate::output::{Output, fields};
use crate::registration::algorithm_parser;

/// Where there is no thumbprint there is no key: this id gets no further than the refusal.
const PROVISIONAL_KEY_ID: &str = "inspect";

/// Say what a key file is: form, size, thumbprint, public half
///
/// Works on any file: a certificate, a public key or an encrypted key is named, with what to do about it. Private members
/// are never printed. Ends with 10 if the file is not a private key that can sign for CIS2.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Options {
    /// The file; - reads standard input
    file: PathBuf,

    #[command(flatten)]
    password: PasswordOption,

    /// Key id to put into the public JWK; default: the thumbprint
    #[arg(long, value_name = "KID", allow_hyphen_values = true)]
    kid: Option<String>,

    /// Algorithm to put into the public JWK; default: none
    #[arg(long, value_name = "ALGORITHM", value_parser = algorithm_parser())]
    algorithm: Option<Algorithm>,
}

const EXAMPLES: &str = "\
Examples:
  cis2 key inspect cis2-key.pem
  vault read -field=key secret/cis2 | cis2 key inspect -
  cis2 key inspect old.pem --kid 2024-07 --algorithm RS512 --json

Next: compare the public JWK with what you host at your registered jwks_uri; the
kid must be there, and n must be the same.";

pub fn run(options: &Options, output: &Output) -> Result<()> {
    let file = options.password.read_key(&options.file, Kind::Key)?;
    let description = &file.description;
    match public_jwk(options, &file, output) {
        Ok(jwk) if output.json => output.print_json(&json!({
            "is": description.to_string(),
            "bits": description.bits(),
            "thumbprint": description.thumbprint(),
            "jwk": jwk,
        })),
        Ok(jwk) => {
            let facts = facts(options, description);
            output.print(&format!("{facts}\n{}\n{jwk:#}\n", output.bold("Public JWK")))
        }
        Err(failure) => {
            if !output.json {
                output.print(&facts(options, description))?;
            }
            Err(failure)
        }
    }
}

fn facts(options: &Options, description: &Description) -> String {
    let rows = [
        ("file", Some(shown(&options.file))),
        ("is", Some(description.to_string())),
        ("thumbprint", description.thumbprint().map(|thumbprint| format!("{thumbprint} (RFC 7638)"))),
    ];
    let rows: Vec<(&str, String)> = rows.into_iter().filter_map(|(label, text)| Some((label, text?))).collect();
    fields(&rows)
}

/// With the thumbprint as key id and no algorithm, unless they are said: an algorithm that nobody said would be a guess.
fn public_jwk(options: &Options, file: &KeyFile, output: &Output) -> Result<Value> {
    let description = &file.description;
    let thumbprint = description.thumbprint();
    let key_id = options.kid.as_deref().or(thumbprint.as_deref()).unwrap_or(PROVISIONAL_KEY_ID);
    let fitting = match description.curve() {
        Some(curve) => curve.algorithm(),
        None => Algorithm::Rs256,
    };
    let key = file.signing_key(key_id, options.algorithm.unwrap_or(fitting), output)?;
    let mut jwk: Value = serde_json::from_str(&key.public_jwk_json()).unwrap_or_default();
    if let Value::Object(members) = &mut jwk
        && options.algorithm.is_none()
    {
        members.shift_remove("alg");
    }
    Ok(jwk)
}
