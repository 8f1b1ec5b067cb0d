//! `cis2 key`: make the key that is registered, and say what a file is.

mod fitness;
mod inspect;
mod new;

use crate::exit::Result;
use crate::output::Output;

/// Make the client's signing key, or say what a key file is
#[derive(Debug, clap::Subcommand)]
#[command(after_help = EXAMPLES)]
pub enum Verb {
    New(new::Options),
    Inspect(inspect::Options),
}

const EXAMPLES: &str = "\
Examples:
  cis2 key new
  cis2 key inspect cis2-key.pem

Next: cis2 key new --help, or look at what would be sent: cis2 assertion --help";

pub fn run(verb: &Verb, output: &Output) -> Result<()> {
    match verb {
        Verb::New(options) => new::run(options, output),
        Verb::Inspect(options) => inspect::run(options, output),
    }
}
