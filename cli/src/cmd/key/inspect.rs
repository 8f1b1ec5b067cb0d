//! `cis2 key inspect`: all that can be said of a file without its secrets.

use std::path::PathBuf;

use cis2::error::Error;
use cis2::jose::Algorithm;
use cis2::key::PublicKey;
use serde_json::{Value, json};

use super::fitness::{self, Fitness, names};
use crate::exit::{Failure, Result};
use crate::file::{Kind, shown};
use crate::key_file::{KeyFile, PasswordOption, in_our_words, weak};
use crate::output::{Output, error_members, fields};
use crate::registration::algorithm_parser;

/// Say all that a key file tells: form, size, thumbprint, public half, and for which platform it is fit
///
/// Works on any file: a certificate, a public key, a JWK set or a login page that was saved in place of a key is named,
/// with what to do about it. Nothing private is ever printed. Ends with 10 if the file is not a private key that this
/// program signs with; what is known of it is printed all the same.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Options {
    /// The file, PEM or DER or any other; - reads standard input
    file: PathBuf,

    #[command(flatten)]
    password: PasswordOption,

    /// Key id to put into the public JWK; default: the thumbprint
    #[arg(long, visible_alias = "key-id", value_name = "KID", allow_hyphen_values = true)]
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
kid must be there, and n must be the same. cis2 jwks publish writes what to host.";

/// What was found out.
struct Findings<'a> {
    options: &'a Options,
    file: &'a KeyFile,
    /// Where the file says one.
    key: Option<PublicKey>,
    refusal: Option<Error>,
    fitness: Vec<Fitness>,
}

pub fn run(options: &Options, output: &Output) -> Result<()> {
    let file = options.password.read_key(&options.file, Kind::Key)?;
    let findings = Findings::of(options, &file)?;
    if output.json {
        output.print_json(&findings.json())?;
    } else {
        output.print(&findings.text(output))?;
    }
    match findings.refusal {
        Some(_) if output.json => Err(Failure::Told),
        Some(error) => Err(Failure::configuration(error)),
        None => Ok(()),
    }
}

impl<'a> Findings<'a> {
    fn of(options: &'a Options, file: &'a KeyFile) -> Result<Self> {
        let (key, refusal) = match file.public_half() {
            Ok(key) => (Some(key), None),
            Err(error) => (file.description.public_key(), Some(in_our_words(error))),
        };
        let fitness = fitness::of(key.as_ref(), refusal.as_ref());
        let key = key.map(|key| options.named(key)).transpose()?;
        Ok(Self { options, file, key, refusal, fitness })
    }

    fn text(&self, output: &Output) -> String {
        let description = &self.file.description;
        let mut rows = vec![("file".to_owned(), shown(&self.options.file)), ("is".to_owned(), description.to_string())];
        let mut row = |label: &str, text: String| rows.push((label.to_owned(), text));
        if let Some(weakness) = description.weak_encryption {
            row("weak", weak(weakness));
        }
        if let Some(key) = &self.key {
            row("key", description.public_key().map_or(key.half().to_string(), |key| about(&key)));
            let fitting = key.fitting_algorithms();
            row("algorithms", if fitting.is_empty() { "none".to_owned() } else { names(&fitting).join(", ") });
            row("thumbprint", format!("{} (RFC 7638)", key.thumbprint().unwrap_or_default()));
            self.fitness.iter().for_each(|fitness| row(fitness.platform, fitness.text()));
        } else {
            for (at, key) in description.jwks.iter().enumerate() {
                row(
                    &format!("key {}", at + 1),
                    key.as_ref().map_or_else(|why| format!("cannot be used: {why}"), in_set),
                );
            }
        }
        let jwk = self.key.as_ref().filter(|_| self.refusal.is_none());
        let jwk = jwk.map(|key| format!("\n{}\n{:#}\n", output.bold("Public JWK"), key.to_jwk()));
        format!("{}{}", fields(&rows), jwk.unwrap_or_default())
    }

    /// After the facts the members of the error, if there is one.
    fn json(&self) -> Value {
        let (description, key) = (&self.file.description, self.key.as_ref());
        let mut members = json!({
            "file": shown(&self.options.file),
            "is": description.to_string(),
            "bits": key.map(|key| key.half().bits()).or(description.bits()),
            "curve": key.and_then(|key| key.half().curve()).or(description.curve()).map(|curve| curve.name()),
            "thumbprint": key.and_then(|key| key.thumbprint().ok()),
            "algorithms": key.map(|key| names(&key.fitting_algorithms())),
            "weak_encryption": description.weak_encryption,
            "jwk": key.map(PublicKey::to_jwk),
        });
        for fitness in &self.fitness {
            members[fitness.member] = fitness.json();
        }
        if !description.jwks.is_empty() {
            let keys = description.jwks.iter();
            members["keys"] =
                keys.map(|key| key.as_ref().map_or_else(|why| json!({ "unusable": why }), entry)).collect();
        }
        if let (Some(error), Some(members)) = (&self.refusal, members.as_object_mut()) {
            members.extend(error_members(error, error.status().row().sentence));
        }
        members
    }
}

impl Options {
    /// With the key id and algorithm that were said; without them its own, or the thumbprint and no algorithm: one that
    /// nobody said would be a guess.
    fn named(&self, key: PublicKey) -> Result<PublicKey> {
        let thumbprint = key.thumbprint()?;
        let key_id = self.kid.as_deref().or(key.key_id()).unwrap_or(&thumbprint).to_owned();
        let key = key.with_key_id(&key_id)?;
        Ok(match self.algorithm {
            Some(algorithm) => key.with_algorithm(algorithm)?,
            None => key,
        })
    }
}

/// A key in one line, with what its file says of it.
fn about(key: &PublicKey) -> String {
    let algorithm = key.algorithm().map(|algorithm| format!(", alg {algorithm}"));
    let key_id = key.key_id().map(|key_id| format!(", kid {key_id}"));
    let private = if key.was_private() { ", with private members" } else { "" };
    format!("{}{}{}{private}", key.half(), algorithm.unwrap_or_default(), key_id.unwrap_or_default())
}

/// A key of a JWK set, in which a key without kid is found by nobody.
fn in_set(key: &PublicKey) -> String {
    let lacks = if key.key_id().is_none() { ", no kid" } else { "" };
    format!("{}{lacks}, thumbprint {}", about(key), key.thumbprint().unwrap_or_default())
}

fn entry(key: &PublicKey) -> Value {
    json!({
        "kid": key.key_id(),
        "alg": key.algorithm().map(Algorithm::name),
        "bits": key.half().bits(),
        "curve": key.half().curve().map(|curve| curve.name()),
        "thumbprint": key.thumbprint().ok(),
        "has_private_members": key.was_private(),
    })
}
