//! `cis2-simulator`: the simulator alone, for programs that have nothing else of this project. `cis2 simulate` is the same.

use std::io::Write;
use std::process::ExitCode;

use cis2_simulator::faults::{FAULTS, FaultSetting};
use cis2_simulator::{Options, serve_forever, serve_until_stdin_closes};

const HELP: &str = "\
A strict local CIS2 that says why it refuses. For tests; nothing of it belongs to the NHS.

Usage: cis2-simulator [--port N] [--clients FILE] [--state-dir FOLDER] [--until-stdin-closes]
                      [--fault NAME[@ENDPOINT][*TIMES]]... [--faults FILE]

  --port N              port on 127.0.0.1; 0, the default, takes one that is free
  --clients FILE        registered clients as JSON, read anew for each request:
                        {\"clients\": [{\"client_id\": \"999999999999.apps.supplier\", \"algorithm\": \"RS256\",
                          \"redirect_uris\": [\"https://localhost:44358/authorise.aspx\"], \"jwks\": {\"keys\": [...]}}]}
                        or \"jwks_uri\" (http on this machine) in the place of \"jwks\". Without it one client is made
  --state-dir FOLDER    where CA, platform row and client go, kept at the end; default: a fresh one, removed at the end
  --until-stdin-closes  ends when standard input does, and so with the program that started it
  --fault NAME[@ENDPOINT][*TIMES]
                        something that goes wrong on purpose: at all endpoints that it can be at, or at one of access_token,
                        authorize, discovery, jwk_uri, userinfo; always, or that many times. The names stand below
  --faults FILE         the same from JSON: {\"faults\": [{\"fault\": \"slow\", \"endpoint\": \"jwk_uri\", \"seconds\": 5}]};
                        POST /simulator/faults takes it while the simulator runs, and GET shows what is on
  --help                this text

The first line on standard output is JSON and says all that a client needs: issuer, listen, connect_to (as curl's
--connect-to takes it), ca_file, clients_file, platform_file, reasons and, if no client file was given, client.
Refusals and their true reasons go to standard error, and to the address in reasons.

Unattended sign-in: add simulator_person=NAME to the authorization request; NAME is several-roles, one-role, no-role or
aal2-only, and simulator_role=ID picks a role.

Ends with Ctrl-C or SIGTERM. Exit codes: 0 done, 2 usage, 10 it could not start.
";

fn main() -> ExitCode {
    let (options, faults, until_stdin_closes) = match options(std::env::args().skip(1)) {
        Ok(Some(options)) => options,
        Ok(None) => {
            // Whoever closes the pipe early has read enough.
            let _printed = std::io::stdout().write_all(help().as_bytes());
            return ExitCode::SUCCESS;
        }
        Err(fault) => {
            eprintln!("cis2-simulator: {fault}; --help says more");
            return ExitCode::from(2);
        }
    };
    let served =
        if until_stdin_closes { serve_until_stdin_closes(options, faults) } else { serve_forever(options, faults) };
    match served {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("cis2-simulator: {error}");
            ExitCode::from(10)
        }
    }
}

fn help() -> String {
    let faults = FAULTS.iter().map(|fault| format!("  {:<13} {}\n", fault.name, fault.does));
    format!("{HELP}\nFaults:\n{}", faults.collect::<String>())
}

/// The options, the faults, and whether to end with standard input; nothing if help is asked for.
fn options(mut arguments: impl Iterator<Item = String>) -> Result<Option<(Options, Vec<FaultSetting>, bool)>, String> {
    let (mut options, mut faults, mut until_stdin_closes) = (Options::default(), Vec::new(), false);
    while let Some(argument) = arguments.next() {
        let mut value = || arguments.next().ok_or_else(|| format!("{argument} needs a value"));
        match argument.as_str() {
            "--port" => {
                options.port = value()?.parse().map_err(|_| "--port needs a number from 0 to 65535".to_owned())?
            }
            "--clients" => options.clients_file = Some(value()?.into()),
            "--state-dir" => options.state_dir = Some(value()?.into()),
            "--fault" => faults.push(FaultSetting::parse(&value()?).map_err(|error| error.to_string())?),
            "--faults" => faults.extend(faults_of(&value()?)?),
            "--until-stdin-closes" => until_stdin_closes = true,
            "--help" | "-h" => return Ok(None),
            other => return Err(format!("{other} is not known")),
        }
    }
    Ok(Some((options, faults, until_stdin_closes)))
}

#[expect(clippy::disallowed_methods, reason = "the file of faults is read here")]
fn faults_of(file: &str) -> Result<Vec<FaultSetting>, String> {
    let text = std::fs::read_to_string(file).map_err(|error| format!("{file}: {error}"))?;
    FaultSetting::list_from_json(&text).map_err(|error| format!("{file}: {error}"))
}
