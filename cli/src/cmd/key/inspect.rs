//! `cis2 key inspect`: what a file is, and the public half of a key.

use std::path::PathBuf;

use cis2::error::{Error, Status};
use cis2::jose::Algorithm;
use cis2::key::SigningKey;
use cis2::key::describe::{self, DescribedKey, Description};
use serde_json::{Value, json};

use crate::exit::{Failure, Result};
use crate::file::{self, Kind, shown};
use crate::output::{Output, fields};
use crate::registration::algorithm_parser;

/// Say what a key file is: form, size, thumbprint, public half
///
/// Works on any file: a certificate, a public key or an encrypted key is named, with what to do about it. Private members
/// are never printed. Ends with 10 if the file is not a private key that can sign for CIS2.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Options {
    /// The file; - reads standard input
    file: PathBuf,

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
    let bytes = file::read(&options.file, Kind::Key)?;
    let description = describe::describe(bytes.expose());
    let Some(key) = &description.key else {
        let refusal = description.refusal.clone().unwrap_or_else(|| Error::new(Status::KeyDamaged));
        if !output.json {
            output.print(&facts(
                options,
                &description,
                format!("no usable private key. {}", refusal.status().row().sentence),
            ))?;
        }
        return Err(Failure::configuration(refusal));
    };
    let jwk = public_jwk(options, key, bytes.expose())?;
    if output.json {
        return output.print_json(&json!({
            "bits": key.bits, "thumbprint": key.thumbprint, "blocks": description.labels, "notes": description.notes, "jwk": jwk,
        }));
    }
    let facts = facts(options, &description, format!("an RSA private key of {} bits", key.bits));
    let thumbprint = fields(&[("thumbprint", format!("{} (RFC 7638)", key.thumbprint))]);
    output.print(&format!("{facts}{thumbprint}\n{}\n{jwk:#}\n", output.bold("Public JWK")))
}

fn facts(options: &Options, description: &Description, is: String) -> String {
    // As wide as the widest label of them all.
    let mut rows = vec![("file      ", shown(&options.file)), ("is", is)];
    if !description.labels.is_empty() {
        rows.push(("PEM blocks", description.labels.join(", ")));
    }
    rows.extend(description.notes.iter().map(|note| ("note", (*note).to_owned())));
    fields(&rows)
}

/// With the thumbprint as key id and no algorithm, unless they are said: an algorithm that nobody said would be a guess.
fn public_jwk(options: &Options, key: &DescribedKey, pem: &[u8]) -> Result<Value> {
    let algorithm = options.algorithm.unwrap_or(Algorithm::Rs256);
    let key = SigningKey::from_pem(pem, None, options.kid.as_deref().unwrap_or(&key.thumbprint), algorithm)?;
    let mut jwk: Value = serde_json::from_str(&key.public_jwk_json()?).unwrap_or_default();
    if let Value::Object(members) = &mut jwk
        && options.algorithm.is_none()
    {
        members.shift_remove("alg");
    }
    Ok(jwk)
}
