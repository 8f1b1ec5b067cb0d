//! `cis2 simulate`: the local simulator in the foreground.

use std::path::PathBuf;

use cis2::error::{Error, Status};
use cis2_simulator::faults::{FAULTS, FaultSetting};
use cis2_simulator::{Ready, Simulator};

use crate::exit::{Failure, Result};
use crate::file;
use crate::output::{Output, fields, wrap};

/// Start a strict local CIS2 that says why it refuses
///
/// It listens on 127.0.0.1 alone, over TLS with a CA that is made anew at each start, and publishes its addresses with
/// :443 as CIS2 does. Its first line on standard output is JSON and says all that a client needs: keep it in a file and
/// hand that to --ready. It answers as little as CIS2 does; the true reasons go to standard error and to cis2 reasons.
#[derive(Debug, clap::Args)]
#[command(after_help = after_help())]
pub struct Options {
    /// Port on 127.0.0.1; 0 takes one that is free
    #[arg(long, value_name = "PORT", default_value_t = 0)]
    port: u16,

    /// Registered clients, as JSON; read anew for each request, so it may be changed meanwhile. Default: one client is
    /// made, with a fresh key, and named in the first line
    #[arg(long, value_name = "FILE")]
    clients: Option<PathBuf>,

    /// Folder for CA, platform row and client, kept at the end. Default: a fresh one, removed at the end
    #[arg(long, value_name = "FOLDER")]
    state_dir: Option<PathBuf>,

    /// A fault on purpose, as often as wanted: NAME, NAME@ENDPOINT, NAME*TIMES. The names stand below
    #[arg(long, value_name = "FAULT")]
    fault: Vec<String>,

    /// Faults from a file, as POST /simulator/faults takes them:
    /// {"faults": [{"fault": "slow", "endpoint": "jwk_uri", "seconds": 5, "times": 1}]}
    #[arg(long, value_name = "FILE")]
    faults: Option<PathBuf>,
}

const EXAMPLES: &str = "\
Examples:
  cis2 simulate > ready.json &
  cis2 login --ready ready.json --simulator-person one-role
  cis2 simulate --port 8443 --clients clients.json --state-dir simulator

Test persons: several-roles, one-role, no-role, aal2-only.
A client file: {\"clients\": [{\"client_id\": \"999999999999.apps.supplier\",
  \"redirect_uris\": [\"http://127.0.0.1/callback\"], \"algorithm\": \"RS256\",
  \"jwks\": {\"keys\": [...]}}]}, as cis2 key new writes it.

Next: cis2 login --ready ready.json, or a program of your own: it connects where
connect_to says (curl --connect-to takes it) and trusts ca_file.";

/// The examples, and the faults as their table has them.
fn after_help() -> String {
    let faults: Vec<(&str, &str)> = FAULTS.iter().map(|fault| (fault.name, fault.does)).collect();
    format!("{EXAMPLES}\n\nFaults:\n{}", fields(&faults).trim_end())
}

pub fn run(options: &Options, output: &Output) -> Result<()> {
    let faults = faults(options)?;
    let running = Simulator::start(cis2_simulator::Options {
        port: options.port,
        clients_file: options.clients.clone(),
        state_dir: options.state_dir.clone(),
        quiet: false,
    })
    .map_err(|error| not_started(&error))?;
    running.set_faults(faults).map_err(|error| not_started(&error))?;
    // Heard before the line is out: whoever reads it may end us at once.
    let signals = running.signals().map_err(|error| not_started(&error))?;
    let ready = running.ready();
    output.print(&format!("{}\n", ready.to_json()))?;
    output.say(&hints(ready, output.is_terminal()));
    running.wait_for(signals);
    Ok(())
}

fn faults(options: &Options) -> Result<Vec<FaultSetting>> {
    let mut faults = Vec::new();
    for word in &options.fault {
        faults.push(FaultSetting::parse(word).map_err(|error| not_started(&error))?);
    }
    if let Some(path) = &options.faults {
        let text = file::read_text(path, file::Kind::Faults)?;
        faults.extend(FaultSetting::list_from_json(&text).map_err(|error| not_started(&error))?);
    }
    Ok(faults)
}

fn not_started(error: &cis2_simulator::Error) -> Failure {
    Failure::configuration_as(
        "The simulator cannot run.",
        Error::new(Status::ConfigInvalid)
            .found(error.to_string())
            .remedy("change what is named; cis2 simulate --help shows the options."),
    )
}

fn hints(ready: &Ready, is_terminal: bool) -> String {
    let client = ready.client.as_ref().map_or("those of your client file", |client| client.client_id.as_str());
    let facts = fields(&[
        ("issuer", ready.issuer.as_str()),
        ("open at", &ready.listen.to_string()),
        ("client", client),
        ("sign in", "cis2 login --ready ready.json --simulator-person one-role"),
        ("reasons", "cis2 reasons --ready ready.json"),
    ]);
    let save = if is_terminal {
        "ready.json is a file with the line above; cis2 simulate > ready.json makes it."
    } else {
        "ready.json stands for the file that the first line went to."
    };
    format!("A local CIS2, for tests alone.\n\n{facts}\n{}\nRefusals follow. Ctrl-C ends it.", wrap(save, 0))
}
