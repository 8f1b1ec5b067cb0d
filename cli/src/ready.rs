//! The ready line of `cis2 simulate`, as `--ready FILE` reads it: what saves a person from typing addresses and files.

use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use cis2::error::{Error, Status};
use serde::Deserialize;

use crate::exit::{Failure, Result};
use crate::file::{self, Kind};
use crate::output::Output;

/// How long a file may be missing: the shell makes it, a moment later than it starts this program.
const WAIT_FOR_FILE: Duration = Duration::from_secs(1);
/// How long a file may stay empty: `cis2 simulate > ready.json &` makes it before the simulator is up.
const WAIT_FOR_LINE: Duration = Duration::from_secs(30);
/// How often it is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// What the simulator said of itself. Members that are not needed here are passed over.
#[derive(Debug, Deserialize)]
pub struct Ready {
    /// `HOST:443:ADDRESS:PORT`.
    pub connect_to: String,
    /// The CA of this start.
    pub ca_file: PathBuf,
    /// The simulator's platform row.
    pub platform_file: PathBuf,
    /// Where it tells its true reasons.
    pub reasons: String,
    /// The client that it made, if it was given none.
    pub client: Option<ReadyClient>,
}

/// A client that the simulator made.
#[derive(Debug, Deserialize)]
pub struct ReadyClient {
    /// Its client id.
    pub client_id: String,
    /// Its private key, PEM.
    pub key_file: PathBuf,
    /// The id of the key.
    pub kid: String,
    /// The registered algorithm.
    pub algorithm: String,
    /// The registered addresses of return.
    pub redirect_uris: Vec<String>,
}

impl Ready {
    /// Reads the first line of the file, and waits for it while the simulator starts.
    pub fn read(path: &Path, output: &Output) -> Result<Self> {
        let started = Instant::now();
        let mut said = false;
        loop {
            let waited = started.elapsed();
            if path.exists() || waited > WAIT_FOR_FILE {
                let text = file::read_text(path, Kind::ReadyLine)?;
                let line = text.lines().next().unwrap_or_default();
                match serde_json::from_str(line) {
                    Ok(ready) => return Ok(ready),
                    // A line with its end is whole: it will not get better.
                    Err(fault) if text.contains('\n') => return Err(unusable(path, &fault.to_string())),
                    Err(_) if waited > WAIT_FOR_LINE => return Err(unusable(path, "no whole line")),
                    Err(_) if waited > WAIT_FOR_FILE && !said => {
                        output.say(&format!("Waiting for the simulator's ready line in {}.", file::shown(path)));
                        said = true;
                    }
                    Err(_) => {}
                }
            }
            thread::sleep(LOOK_EVERY);
        }
    }
}

fn unusable(path: &Path, found: &str) -> Failure {
    Failure::configuration_as(
        "A file cannot be used.",
        Error::new(Status::ConfigInvalid)
            .expected("the ready line of cis2 simulate: one JSON object")
            .found(format!("{}: {found}", file::shown(path)))
            .remedy("start it with: cis2 simulate > ready.json"),
    )
}
