//! The client as it is registered: which platform, which id, which key. Said by options, or by the simulator's ready
//! line, whose every member gives way to the option of its name.

use std::path::{Path, PathBuf};

use cis2::error::{Error, Status};
use cis2::jose::Algorithm;
use cis2::jose::algorithm::ALGORITHMS;
use cis2::key::SigningKey;
use cis2::platform::Platform;
use clap::builder::{PossibleValuesParser, TypedValueParser};

use crate::exit::{Failure, Result};
use crate::file::{self, Kind};
use crate::key_file::PasswordOption;
use crate::output::Output;
use crate::ready::Ready;

/// Options that say who the client is.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Client")]
pub struct Registration {
    /// Platform row by name; `cis2 platforms` lists them
    #[arg(long, value_name = "NAME", conflicts_with = "platform_file")]
    pub platform: Option<String>,

    /// Platform row of your own, as JSON; `cis2 platforms NAME --json` shows the form
    #[arg(long, value_name = "FILE")]
    pub platform_file: Option<PathBuf>,

    /// Client id as registered, such as 999999999999.apps.supplier
    #[arg(long, value_name = "ID", required_unless_present = "ready")]
    client_id: Option<String>,

    /// Private key of the client, PEM or DER; - reads it from standard input
    #[arg(long, value_name = "FILE", required_unless_present = "ready")]
    key: Option<PathBuf>,

    #[command(flatten)]
    password: PasswordOption,

    /// Id of the key, as it stands in the JWK set that you host
    #[arg(
        long,
        visible_alias = "key-id",
        value_name = "KID",
        required_unless_present = "ready",
        allow_hyphen_values = true
    )]
    kid: Option<String>,

    /// Signing algorithm that is registered for the client; never guessed
    #[arg(long, value_name = "ALGORITHM", value_parser = algorithm_parser(), required_unless_present = "ready")]
    algorithm: Option<Algorithm>,

    /// Take all of the above from the first line that `cis2 simulate` printed; other options win over it
    #[arg(long, value_name = "FILE")]
    ready: Option<PathBuf>,
}

/// The values of `--algorithm`: the library's table.
pub fn algorithm_parser() -> impl TypedValueParser<Value = Algorithm> {
    let names = PossibleValuesParser::new(ALGORITHMS.iter().map(|row| row.name));
    names.try_map(|name| Algorithm::from_name(&name).ok_or("an algorithm of no row"))
}

/// The values of `--algorithm` where a key is made to be registered: what some built-in row takes, and so RSA.
pub fn registrable_algorithm_parser() -> impl TypedValueParser<Value = Algorithm> {
    let names = ALGORITHMS.iter().filter(|row| is_registrable(row.algorithm)).map(|row| row.name);
    let parser = PossibleValuesParser::new(names.collect::<Vec<_>>());
    parser.try_map(|name| Algorithm::from_name(&name).ok_or("an algorithm of no row"))
}

/// Whether some built-in row takes the algorithm.
pub fn is_registrable(algorithm: Algorithm) -> bool {
    Platform::all().iter().any(|row| row.algorithms.contains(&algorithm))
}

/// A platform row from a file.
pub fn platform_from_file(path: &Path) -> Result<Platform> {
    Ok(Platform::from_json(&file::read_text(path, Kind::PlatformRow)?)?)
}

/// The options, together with the ready line if one was named.
#[derive(Debug)]
pub struct Registered<'a> {
    options: &'a Registration,
    output: &'a Output,
    /// The ready line.
    pub ready: Option<Ready>,
}

impl Registration {
    /// The file of the ready line, if one was named.
    pub fn ready_file(&self) -> Option<&Path> {
        self.ready.as_deref()
    }

    /// Reads the ready line, if one was named.
    pub fn resolve<'a>(&'a self, output: &'a Output) -> Result<Registered<'a>> {
        let ready = self.ready.as_deref().map(|path| Ready::read(path, output)).transpose()?;
        Ok(Registered { options: self, output, ready })
    }
}

impl Registered<'_> {
    /// The platform row.
    pub fn platform(&self) -> Result<Platform> {
        let from_ready = self.ready.as_ref().map(|ready| &ready.platform_file);
        match (&self.options.platform, self.options.platform_file.as_ref().or(from_ready)) {
            (Some(name), _) => Ok(Platform::from_name(name)?),
            (None, Some(path)) => platform_from_file(path),
            (None, None) => Err(Failure::usage(
                Error::new(Status::InvalidArgument)
                    .expected("--platform NAME, --platform-file FILE or --ready FILE")
                    .remedy("add one of them; cis2 platforms lists the names."),
            )),
        }
    }

    /// The client id.
    pub fn client_id(&self) -> Result<&str> {
        let from_ready = self.client().map(|client| client.client_id.as_str());
        self.options.client_id.as_deref().or(from_ready).ok_or_else(|| missing("--client-id"))
    }

    /// The key with its id and algorithm.
    pub fn signing_key(&self) -> Result<SigningKey> {
        let client = self.client();
        let path = self.options.key.as_ref().or(client.map(|client| &client.key_file));
        let path = path.ok_or_else(|| missing("--key"))?;
        let kid = self.options.kid.as_deref().or(client.map(|client| client.kid.as_str()));
        let kid = kid.ok_or_else(|| missing("--kid"))?;
        let algorithm = match (self.options.algorithm, client) {
            (Some(algorithm), _) => algorithm,
            (None, Some(client)) => Algorithm::from_name(&client.algorithm).ok_or_else(|| missing("--algorithm"))?,
            (None, None) => return Err(missing("--algorithm")),
        };
        self.options.password.read_key(path, Kind::Key)?.signing_key(kid, algorithm, self.output)
    }

    /// The addresses of return of the simulator's own client.
    pub fn redirect_uris(&self) -> &[String] {
        self.client().map_or(&[], |client| &client.redirect_uris)
    }

    fn client(&self) -> Option<&crate::ready::ReadyClient> {
        self.ready.as_ref()?.client.as_ref()
    }
}

/// Only where the simulator was given a client file: its ready line then names no client.
fn missing(option: &str) -> Failure {
    Failure::configuration(
        Error::new(Status::ConfigIncomplete)
            .expected(option)
            .found("a ready line without a client of its own: the simulator was given --clients")
            .remedy("say who the client is with --client-id, --key, --kid and --algorithm."),
    )
}
