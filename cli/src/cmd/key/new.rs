//! `cis2 key new`: a fresh RSA key, its JWK set, and what to register where.

use std::path::PathBuf;

use cis2::error::{Error, Status};
use cis2::jose::Algorithm;
use cis2::key::{SigningKey, generate};
use cis2::secret::SecretText;
use serde_json::json;

use crate::exit::{Failure, Result};
use crate::file::{self, MODE_PUBLIC, Staged, shown};
use crate::output::{Output, fields, shell_word, wrap};
use crate::registration::registrable_algorithm_parser;

/// Read and write for the owner alone.
const MODE_PRIVATE: u32 = 0o600;
/// Any key id will do to ask a key for its thumbprint, which is then its id.
const PROVISIONAL_KEY_ID: &str = "new";

/// Make a new RSA key and the JWK set to host, and say what to register
///
/// The key id (kid) is the key's RFC 7638 thumbprint. The private key is written for you alone (mode 0600), the JWK set
/// for everybody. Nothing is replaced unless you say --force, and if something fails neither file is left behind.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Options {
    /// Size of the key in bits
    #[arg(long, default_value = "4096", value_parser = ["2048", "3072", "4096", "8192"])]
    bits: String,

    /// Signing algorithm that you are going to register; CIS2 takes these two
    #[arg(long, default_value = "RS256", value_parser = registrable_algorithm_parser())]
    algorithm: Algorithm,

    /// Where the private key goes
    #[arg(long, value_name = "FILE", default_value = "cis2-key.pem")]
    out: PathBuf,

    /// Where the JWK set goes
    #[arg(long, value_name = "FILE", default_value = "cis2-jwks.json")]
    jwks: PathBuf,

    /// Replace files that are there already
    #[arg(long)]
    force: bool,
}

const EXAMPLES: &str = "\
Examples:
  cis2 key new
  cis2 key new --algorithm RS512 --out secrets/cis2.pem --jwks public/jwks.json

Next: host the JWK set at a public https address and register it; cis2 key new
says how when it is done.";

/// A key with its id.
struct NewKey {
    pem: SecretText,
    key: SigningKey,
}

pub fn run(options: &Options, output: &Output) -> Result<()> {
    check_paths(options)?;
    if Output::is_watched() && !output.json {
        output.say(&format!("Making an RSA key of {} bits; this may take a few seconds.", options.bits));
    }
    let new = make(options)?;
    // Both are whole on the disk before either gets its name.
    let key_file = Staged::write(&options.out, new.pem.expose().as_bytes(), MODE_PRIVATE)?;
    let jwk_set = format!("{}\n", new.key.jwk_set_json());
    let jwks_file = Staged::write(&options.jwks, jwk_set.as_bytes(), MODE_PUBLIC)?;
    key_file.publish(options.force)?;
    if let Err(failure) = jwks_file.publish(options.force) {
        if !options.force {
            file::remove(&options.out);
        }
        return Err(failure);
    }
    if output.json {
        output.print_json(&report(options, &new.key))
    } else {
        output.print(&page(options, &new.key, output))
    }
}

/// Before the work: making a key only to throw it away would waste a person's time.
fn check_paths(options: &Options) -> Result<()> {
    for (option, path) in [("--out", &options.out), ("--jwks", &options.jwks)] {
        if path.as_os_str() == file::STANDARD_INPUT {
            return Err(usage(&format!("a file name after {option}"), "-"));
        }
    }
    if options.out == options.jwks {
        return Err(usage("two different files for --out and --jwks", &shown(&options.out)));
    }
    file::check_target(&options.out, options.force)?;
    file::check_target(&options.jwks, options.force)
}

fn usage(expected: &str, found: &str) -> Failure {
    let remedy = "name two files: the private key stays with you, the JWK set is public.";
    Failure::usage(Error::new(Status::InvalidArgument).expected(expected).found(found).remedy(remedy))
}

fn make(options: &Options) -> Result<NewKey> {
    let bits =
        options.bits.parse().map_err(|_| Error::new(Status::InvalidArgument).found("bits that are no number"))?;
    let pem = generate::generate_rsa(bits)?;
    let load = |key_id: &str| SigningKey::from_pem(pem.expose().as_bytes(), None, key_id, options.algorithm);
    let thumbprint = load(PROVISIONAL_KEY_ID)?.thumbprint()?;
    let key = load(&thumbprint)?;
    Ok(NewKey { pem, key })
}

fn report(options: &Options, key: &SigningKey) -> serde_json::Value {
    json!({
        "key_file": options.out.display().to_string(),
        "jwks_file": options.jwks.display().to_string(),
        "kid": key.key_id(),
        "bits": key.bits(),
        "register": {
            "token_endpoint_auth_method": "private_key_jwt",
            "jwks_uri": null,
            "jwks_uri_signing_algorithm": key.algorithm().name(),
        },
    })
}

fn page(options: &Options, key: &SigningKey, output: &Output) -> String {
    let (out, jwks) = (shown(&options.out), shown(&options.jwks));
    let algorithm = key.algorithm().name();
    let made = fields(&[
        ("private key", format!("{out} (for you alone, mode 0600; keep it out of git and mail)")),
        ("JWK set", format!("{jwks} (public)")),
        ("key id (kid)", key.key_id().to_owned()),
    ]);
    let registration = [
        ("token_endpoint_auth_method", "private_key_jwt".to_owned()),
        ("jwks_uri", format!("the address at which you host {jwks}")),
        ("jwks_uri_signing_algorithm", algorithm.to_owned()),
    ];
    let registration: String = fields(&registration).lines().map(|line| format!("   {line}\n")).collect();
    let step = |number: u32, text: &str| format!("  {number}. {}\n", wrap(text, 5));
    [
        format!("{}\n\n{made}\n", output.bold(&format!("Made an RSA key of {} bits for {algorithm}.", key.bits()))),
        format!("{}\n\n", output.bold("What to do with it")),
        step(
            1,
            &format!("Host {jwks} at a public https address with a publicly trusted certificate. CIS2 fetches it."),
        ),
        step(2, "Register it. Path to Live environments: in Connection Manager, beside your redirect_uris:"),
        format!("\n{registration}\n"),
        step(3, "Production has no Connection Manager: send the same data to NHS."),
        step(4, "The NHS API Platform is another registration, with its own key id, algorithm and audience."),
        format!("\n{}\n\n", output.bold("Next: look at what CIS2 would be sent")),
        format!(
            "  cis2 assertion --platform cis2-integration --client-id ID --show \\\n    --key {} ",
            shell_word(&out)
        ),
        format!("--algorithm {algorithm} \\\n    --kid {}\n\n", key.key_id()),
        "Nothing registered yet? cis2 simulate starts a local CIS2 that needs none of it.\n".to_owned(),
    ]
    .concat()
}
