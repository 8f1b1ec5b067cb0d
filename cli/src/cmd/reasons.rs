//! `cis2 reasons`: what the local simulator refused, and what was really wrong.

use std::path::PathBuf;
use std::time::Duration;

use cis2::error::{Error, Status};
use serde::Deserialize;
use serde_json::Value;

use crate::exit::Result;
use crate::file::{self, Kind};
use crate::https;
use crate::output::{Output, harmless, table};
use crate::ready::Ready;

/// How long the simulator may take; it is on this machine.
const TIMEOUT: Duration = Duration::from_secs(10);
/// Widths of the columns of the table; with the bars between them they fill 80.
const WIDTHS: [usize; 4] = [3, 22, 40, 6];

/// Show what the simulator refused and what was really wrong
///
/// CIS2 answers "JWT is not valid" to a dozen different mistakes. For each refusal this prints the answer as CIS2 would
/// give it, the true reason, and where the rule comes from: seen at CIS2, AM (the open-source ForgeRock line), or ours
/// (stricter than both, so that a mistake shows).
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Options {
    /// The first line that cis2 simulate printed
    #[arg(long, value_name = "FILE")]
    ready: PathBuf,

    /// Only refusals after the one of this number
    #[arg(long, value_name = "NUMBER", default_value_t = 0)]
    since: u64,
}

const EXAMPLES: &str = "\
Examples:
  cis2 reasons --ready ready.json
  cis2 reasons --ready ready.json --since 12
  cis2 reasons --ready ready.json --json

Next: mend what is named, and try again; only then send it to the real CIS2.";

/// One refusal, as the simulator tells it.
#[derive(Debug, Deserialize)]
struct Reason {
    id: u64,
    origin: String,
    answer: Answer,
    reason: String,
}

#[derive(Debug, Deserialize)]
struct Answer {
    error: String,
    error_description: String,
}

pub fn run(options: &Options, output: &Output) -> Result<()> {
    let ready = Ready::read(&options.ready, output)?;
    let roots = file::read(&ready.ca_file, Kind::Roots)?;
    let address = format!("{}?since={}", ready.reasons, options.since);
    let answer = https::get(&address, roots.expose(), TIMEOUT)?;
    if answer.status != 200 {
        return Err(Error::new(Status::HttpStatus).expected("200").with_http_status(answer.status).into());
    }
    let malformed = |_| Error::new(Status::ResponseMalformed).expected("a list of refusals, as cis2 simulate gives it");
    let value: Value = serde_json::from_slice(&answer.body).map_err(malformed)?;
    if output.json {
        return output.print_json(&value);
    }
    let reasons: Vec<Reason> = serde_json::from_value(value).map_err(malformed)?;
    if reasons.is_empty() {
        return output.print("Nothing was refused.\n");
    }
    let rows: Vec<[String; 4]> = reasons.iter().map(row).collect();
    output.print(&table(["#", "CIS2 says", "what was really wrong", "origin"], WIDTHS, &rows))
}

fn row(reason: &Reason) -> [String; 4] {
    let says = format!("{}: {}", reason.answer.error, reason.answer.error_description);
    [reason.id.to_string(), harmless(&says, 300), harmless(&reason.reason, 600), harmless(&reason.origin, 20)]
}
