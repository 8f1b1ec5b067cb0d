//! `cis2`: keys, client assertions, sign-in and a local simulator for NHS Care Identity Service 2.
#![forbid(unsafe_code)]

mod arguments;
mod cmd;
mod exit;
mod file;
mod https;
mod key_file;
mod loopback;
mod output;
mod ready;
mod registration;

use std::ffi::OsString;
use std::process::ExitCode;

use cis2::error::{Error, Status};
use clap::Parser;
use clap::error::ErrorKind;

use exit::{Exit, Failure};
use output::Output;

/// Sign in with NHS Care Identity Service 2 by private_key_jwt, from a shell
///
/// It makes the key that you register, mints client assertions, signs a person in and validates the ID token; and it
/// brings a strict local CIS2 that says why it refuses.
#[derive(Debug, Parser)]
#[command(name = "cis2", version, max_term_width = 80, after_help = WALK, arg_required_else_help = true)]
struct Cli {
    /// Print the result as JSON; if something is refused, print the error as JSON instead
    #[arg(long, global = true, display_order = 900)]
    json: bool,

    #[command(subcommand)]
    verb: cmd::Verb,
}

const WALK: &str = "\
The walk:
  cis2 key new                           make a key; it says what to register
  cis2 jwks publish ...                  write the JWK set anew, with another key
  cis2 assertion ... --show              look at what CIS2 would be sent
  cis2 simulate > ready.json &           start a local CIS2; nothing to register
  cis2 login --ready ready.json --simulator-person one-role
                                         sign in there
  cis2 login --platform cis2-integration ...
                                         sign in at the real one

Results go to standard output, all else to standard error. No key, password, code
or token is an argument: they come from files, or from standard input where a
file is named -. A password is asked for at the terminal if no file is named.

Exit codes:
   0  done
   2  the command line cannot be understood
  10  a key file or an option cannot be used
  20  no answer came over the network
  30  the conversation with CIS2 went wrong
  40  a token or one of its claims was refused
  70  a defect of this program";

fn main() -> ExitCode {
    let exit = std::panic::catch_unwind(run).unwrap_or(Exit::Internal);
    ExitCode::from(exit as u8)
}

fn run() -> Exit {
    let arguments: Vec<OsString> = std::env::args_os().collect();
    let wants_json = arguments.iter().any(|argument| argument == "--json");
    if let Err(failure) = arguments::check(&arguments) {
        return Output::new(wants_json).fail(&failure);
    }
    match Cli::try_parse_from(&arguments) {
        Ok(cli) => {
            let output = Output::new(cli.json);
            match cmd::run(&cli.verb, &output) {
                Ok(()) => Exit::Done,
                Err(failure) => output.fail(&failure),
            }
        }
        Err(error) => {
            if error.use_stderr() && wants_json && error.kind() != ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
                return Output::new(true).fail(&not_understood(&error));
            }
            let _ = error.print();
            if error.use_stderr() { Exit::Usage } else { Exit::Done }
        }
    }
}

/// clap's refusal as an error object: its first paragraph, without the word "error:".
fn not_understood(error: &clap::Error) -> Failure {
    let text = error.to_string();
    let paragraph = text.split("\n\n").next().unwrap_or_default();
    let words: Vec<&str> = paragraph.trim_start_matches("error:").split_whitespace().collect();
    let found = words.join(" ");
    Failure::usage(
        Error::new(Status::InvalidArgument)
            .found(found)
            .remedy("cis2 help, or --help after a verb, shows what can be said."),
    )
}
