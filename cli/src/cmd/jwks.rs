//! `cis2 jwks`: the JWK set that is hosted and registered.

mod publish;

use crate::exit::Result;
use crate::output::Output;

/// Write the JWK set (public keys) that CIS2 fetches from you
#[derive(Debug, clap::Subcommand)]
#[command(after_help = EXAMPLES)]
pub enum Verb {
    Publish(publish::Options),
}

const EXAMPLES: &str = "\
Examples:
  cis2 jwks publish cis2-key.pem --algorithm RS256

Next: cis2 jwks publish --help tells how a key is replaced by a new one.";

pub fn run(verb: &Verb, output: &Output) -> Result<()> {
    match verb {
        Verb::Publish(options) => publish::run(options, output),
    }
}
