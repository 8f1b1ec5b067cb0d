//! One file per verb. A verb reads its options, calls the library once and prints.

mod assertion;
mod completions;
mod jwks;
mod key;
mod login;
mod man;
mod platforms;
mod reasons;
mod simulate;

use crate::exit::Result;
use crate::output::Output;

/// The verbs, in the order of the walk.
#[derive(Debug, clap::Subcommand)]
pub enum Verb {
    #[command(subcommand)]
    Key(key::Verb),
    #[command(subcommand)]
    Jwks(jwks::Verb),
    Assertion(assertion::Options),
    Login(Box<login::Options>),
    Simulate(simulate::Options),
    Reasons(reasons::Options),
    Platforms(platforms::Options),
    Completions(completions::Options),
    Man(man::Options),
}

/// Does what was asked for.
pub fn run(verb: &Verb, output: &Output) -> Result<()> {
    match verb {
        Verb::Key(verb) => key::run(verb, output),
        Verb::Jwks(verb) => jwks::run(verb, output),
        Verb::Assertion(options) => assertion::run(options, output),
        Verb::Login(options) => login::run(options, output),
        Verb::Simulate(options) => simulate::run(options, output),
        Verb::Reasons(options) => reasons::run(options, output),
        Verb::Platforms(options) => platforms::run(options, output),
        Verb::Completions(options) => completions::run(options, output),
        Verb::Man(options) => man::run(options, output),
    }
}
