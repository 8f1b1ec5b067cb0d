//! `cis2 jwks publish`: the JWK set of the public halves of these keys. It is made from public numbers alone.

use std::path::{Path, PathBuf};

use cis2::error::{Error, Status};
use cis2::jose::Algorithm;
use cis2::key::PublicKey;
use cis2::key::publish::jwk_set_json;
use serde_json::json;

use crate::exit::{Failure, Result};
use crate::file::{self, Kind, MODE_PUBLIC, STANDARD_INPUT, Staged, shown};
use crate::key_file::{PasswordOption, in_our_words};
use crate::output::{Output, harmless, wrap};
use crate::registration::{algorithm_parser, is_registrable};

/// Longest key id in a sentence, in characters.
const MAX_SHOWN_KEY_ID_CHARS: usize = 60;

/// Print the JWK set to host: the public halves of one or more keys
///
/// Takes private keys (PEM, DER, encrypted), public keys, certificates, JWKs and JWK sets. What is printed is made from the
/// public numbers alone: the private members of a private JWK are left out, and a sentence on standard error says so. A key
/// that is too short, two keys with one key id, or a key that is not for signatures is refused, and nothing is printed:
/// CIS2 reads every key of a set, and one that it cannot read may spoil the others.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Options {
    /// Files with the keys, in the order in which they are published; - reads standard input
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,

    /// Key id of the key of a FILE; said again for the next FILE. Default: its own of a JWK, otherwise the RFC 7638
    /// thumbprint
    #[arg(long = "kid", visible_alias = "key-id", value_name = "KID", allow_hyphen_values = true)]
    kids: Vec<String>,

    /// Algorithm that you register, for the keys that name none; never guessed
    #[arg(long, value_name = "ALGORITHM", value_parser = algorithm_parser())]
    algorithm: Option<Algorithm>,

    #[command(flatten)]
    password: PasswordOption,

    /// Write the set into this file in place of printing it
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,

    /// Replace the file of --out if it is there already; it may be one of those that are read
    #[arg(long, requires = "out")]
    force: bool,
}

const EXAMPLES: &str = "\
Examples:
  cis2 jwks publish cis2-key.pem --algorithm RS256
  cis2 jwks publish public.pem --kid 2026-11 --algorithm RS512 > jwks.json
  cis2 jwks publish cis2-jwks.json new-key.pem --algorithm RS256 \\
    --out cis2-jwks.json --force

The last one replaces a key: publish both, wait until everybody has fetched the
set (CIS2 asks again when it meets a new kid, the API Platform after an hour),
sign with the new key, then publish it alone.

Next: host the set at the address that is registered as jwks_uri.";

pub fn run(options: &Options, output: &Output) -> Result<()> {
    options.check()?;
    let mut keys = Vec::new();
    for (at, path) in options.files.iter().enumerate() {
        let kid = options.kids.get(at).map(String::as_str);
        for key in public_keys(options, path, kid, output)? {
            keys.push(options.named(path, key, kid, output)?);
        }
    }
    let set = jwk_set_json(&keys).map_err(|error| refused(None, error))?;
    let Some(out) = options.out.as_deref().filter(|out| out.as_os_str() != STANDARD_INPUT) else {
        return output.print(&format!("{set}\n"));
    };
    Staged::write(out, format!("{set}\n").as_bytes(), MODE_PUBLIC)?.publish(options.force)?;
    let kids: Vec<&str> = keys.iter().filter_map(PublicKey::key_id).collect();
    if output.json {
        return output.print_json(&json!({ "jwks_file": out.display().to_string(), "kids": kids }));
    }
    let noun = if keys.len() == 1 { "key" } else { "keys" };
    output.print(&format!("{}\n", wrap(&format!("{}: {} public {noun}.", shown(out), keys.len()), 0)))
}

fn public_keys(options: &Options, path: &Path, kid: Option<&str>, output: &Output) -> Result<Vec<PublicKey>> {
    let file = options.password.read_key(path, Kind::PublicKey)?;
    let keys = file.public_keys().map_err(|error| refused(Some(path), in_our_words(error)))?;
    if kid.is_some() && keys.len() > 1 {
        return Err(Failure::usage(
            Error::new(Status::InvalidArgument)
                .expected("files of one key each where --kid is said")
                .found(format!("{} with {} keys", shown(path), keys.len()))
                .remedy("leave --kid out: the keys of a JWK set name themselves."),
        ));
    }
    if keys.iter().any(PublicKey::was_private) {
        output.say(&wrap(
            &format!(
                "{} holds a private key. Only its public half is published; never host that file itself.",
                shown(path)
            ),
            0,
        ));
    }
    Ok(keys)
}

impl Options {
    /// Before anything is read.
    fn check(&self) -> Result<()> {
        let usage = |expected: &str, found: String, remedy: &str| {
            Err(Failure::usage(Error::new(Status::InvalidArgument).expected(expected).found(found).remedy(remedy)))
        };
        if !self.kids.is_empty() && self.kids.len() != self.files.len() {
            let found = format!("{} for {} files", self.kids.len(), self.files.len());
            return usage("as many --kid as files, or none", found, "say --kid once for each file, in their order.");
        }
        let inputs = self.files.iter().filter(|path| path.as_os_str() == STANDARD_INPUT).count();
        if inputs > 1 {
            return usage("standard input once", format!("- {inputs} times"), "name files for the other keys.");
        }
        match &self.out {
            Some(out) if out.as_os_str() != STANDARD_INPUT => file::check_target(out, self.force),
            _ => Ok(()),
        }
    }

    fn named(&self, path: &Path, key: PublicKey, kid: Option<&str>, output: &Output) -> Result<PublicKey> {
        let thumbprint = key.thumbprint()?;
        let kid = kid.or(key.key_id()).unwrap_or(&thumbprint).to_owned();
        let algorithm = key.algorithm().or(self.algorithm).ok_or_else(|| {
            Failure::usage(
                Error::new(Status::InvalidArgument)
                    .expected("--algorithm, for a key that names none")
                    .found(shown(path))
                    .remedy("say the one that you register: CIS2 takes RS256 or RS512, the API Platform RS512."),
            )
        })?;
        let key = key.with_key_id(&kid).and_then(|key| key.with_algorithm(algorithm));
        let key = key.map_err(|error| refused(Some(path), error))?;
        let kid = harmless(&kid, MAX_SHOWN_KEY_ID_CHARS);
        if let Some(said) = self.algorithm.filter(|said| *said != algorithm) {
            output.say(&wrap(
                &format!("The key {kid} keeps the {algorithm} that its JWK names; {said} is for the others."),
                0,
            ));
        }
        if !is_registrable(algorithm) {
            output.say(&wrap(
                &format!("The key {kid} is for {algorithm}, which neither CIS2 nor the API Platform registers."),
                0,
            ));
        }
        Ok(key)
    }
}

/// With the file among several that is meant.
fn refused(path: Option<&Path>, error: Error) -> Failure {
    let error = match (path, error.found_text().map(str::to_owned)) {
        (Some(path), Some(found)) => error.found(format!("{}: {found}", shown(path))),
        _ => error,
    };
    match error.status() {
        Status::ConfigInvalid => Failure::configuration_as("These keys cannot be published.", error),
        _ => error.into(),
    }
}
