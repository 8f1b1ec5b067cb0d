//! `cis2-simulator`: the simulator alone, for programs that have nothing else of this project. `cis2 simulate` is the same.

use std::process::ExitCode;

use cis2_simulator::{Options, serve_forever};

const HELP: &str = "cis2-simulator [--port N] [--clients FILE] [--state-dir DIR]

A strict local CIS2 over TLS on 127.0.0.1. Its first line on standard output is JSON: issuer, listen, connect_to, ca_file,
clients_file, platform_file, reasons and, if no client file is given, the client that was made.
";

fn main() -> ExitCode {
    let options = match options(std::env::args().skip(1)) {
        Ok(Some(options)) => options,
        Ok(None) => {
            print!("{HELP}");
            return ExitCode::SUCCESS;
        }
        Err(fault) => {
            eprintln!("cis2-simulator: {fault}\n\n{HELP}");
            return ExitCode::from(2);
        }
    };
    match serve_forever(options) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("cis2-simulator: {error}");
            ExitCode::from(10)
        }
    }
}

fn options(mut arguments: impl Iterator<Item = String>) -> Result<Option<Options>, String> {
    let mut options = Options::default();
    while let Some(argument) = arguments.next() {
        let mut value = || arguments.next().ok_or_else(|| format!("{argument} needs a value"));
        match argument.as_str() {
            "--port" => {
                options.port = value()?.parse().map_err(|_| "--port needs a number from 0 to 65535".to_owned())?
            }
            "--clients" => options.clients_file = Some(value()?.into()),
            "--state-dir" => options.state_dir = Some(value()?.into()),
            "--help" | "-h" => return Ok(None),
            other => return Err(format!("{other} is not known")),
        }
    }
    Ok(Some(options))
}
