//! `cis2 login`: the whole sign-in. A person signs in in a browser that returns to this machine, or, at the local
//! simulator alone, this program stands in for the browser.

mod browser;
mod page;
mod unattended;

use std::path::PathBuf;
use std::time::{Duration, Instant};

use cis2::client::{Client, Config};
use cis2::error::{Error, Status};
use cis2::flow::SignIn;
use cis2::flow::authorize::{AuthorizationParameters, AuthorizationRequest};
use cis2::secret::Secret;
use cis2::transport::Https;

use crate::exit::{Failure, Result};
use crate::file::{self, Kind};
use crate::loopback::{self, Loopback, Page};
use crate::output::{Output, shell_word};
use crate::registration::{Registered, Registration};

/// Sign a person in and validate who it is
///
/// Opens CIS2 in a browser, waits at the registered address on this machine for its return, exchanges the code with a
/// fresh client assertion and runs every check on the ID token. Prints the validated identity; no code and no token. With
/// --json the validated claims are printed as received, without the nonce.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Options {
    #[command(flatten)]
    registration: Registration,

    /// Registered redirect URI on this machine, such as http://127.0.0.1:8400/callback
    #[arg(long, value_name = "URI", required_unless_present = "ready", help_heading = "Client")]
    redirect_uri: Option<String>,

    /// Scopes, in one argument, with openid among them
    #[arg(long, default_value = "openid", help_heading = "Sign-in")]
    scope: String,

    /// Classes of authentication to ask for, in one argument; default: none, and the row's default level must be
    /// reached
    #[arg(long, value_name = "CLASSES", help_heading = "Sign-in")]
    acr_values: Option<String>,

    /// The sign-in may be so many seconds old; default: not asked for
    #[arg(long, value_name = "SECONDS", help_heading = "Sign-in")]
    max_age: Option<u32>,

    /// What the provider shall prompt for; after login the ID token must prove it
    #[arg(long, value_name = "PROMPT", help_heading = "Sign-in")]
    prompt: Option<String>,

    /// Trust the certificates in this PEM file beside the system's
    #[arg(long, value_name = "FILE", help_heading = "Connection")]
    ca_file: Option<PathBuf>,

    /// Connect to another address than the host's, as curl's option does; may be said again
    #[arg(long, value_name = "HOST:443:ADDRESS:PORT", help_heading = "Connection")]
    connect_to: Vec<String>,

    /// Sign this test person in without a browser; only at the local simulator
    #[arg(long, value_name = "PERSON", help_heading = "Sign-in")]
    simulator_person: Option<String>,

    /// Print the address and open no browser
    #[arg(long, conflicts_with = "simulator_person", help_heading = "Sign-in")]
    no_browser: bool,

    /// Time for the whole sign-in, in seconds, 1 to 900
    #[arg(long, value_name = "SECONDS", help_heading = "Sign-in", default_value_t = 300, value_parser = clap::value_parser!(u64).range(1..=900))]
    timeout: u64,
}

const EXAMPLES: &str = "\
Examples:
  cis2 simulate > ready.json &
  cis2 login --ready ready.json --simulator-person one-role
  cis2 login --ready ready.json
  cis2 login --platform cis2-integration \\
    --client-id 999999999999.apps.supplier \\
    --key cis2-key.pem --kid KID --algorithm RS256 \\
    --redirect-uri http://127.0.0.1:8400/callback \\
    --scope \"openid nationalrbacaccess selectedrole\" --acr-values AAL3_ANY

Next, if it was refused: at the simulator, cis2 reasons --ready ready.json tells
what was really wrong; at CIS2, compare cis2 assertion --show with what is
registered.";

const TRUST: &str = "check the host name and this machine's clock. A CA that the system does not know is trusted with \
    --ca-file FILE; the simulator makes a new one at each start, and its ready line names it.";

/// A sign-in that was asked for: what all its steps need.
struct Attempt {
    client: Client,
    https: Https,
    redirect_uri: String,
    roots: Option<Secret>,
    deadline: Instant,
}

pub fn run(options: &Options, output: &Output) -> Result<()> {
    let registered = options.registration.resolve(output)?;
    let attempt = options.attempt(&registered)?;
    let sign_in = sign_in(options, &attempt, output).map_err(|failure| attempt.with_hint(failure, options))?;
    if output.json {
        return output.print_json(&page::claims(sign_in.identity()));
    }
    output.print(&page::identity(&sign_in, attempt.client.party(), output))
}

fn sign_in(options: &Options, attempt: &Attempt, output: &Output) -> Result<SignIn> {
    match &options.simulator_person {
        Some(person) => {
            let roots = attempt.roots.as_ref().ok_or_else(unattended::no_roots)?;
            unattended::check_platform(attempt)?;
            let request = attempt.authorize(options.parameters(Some(person)))?;
            let callback = unattended::visit(&request, roots, attempt)?;
            attempt.finish(&request, callback.expose())
        }
        None => with_browser(options, attempt, output),
    }
}

fn with_browser(options: &Options, attempt: &Attempt, output: &Output) -> Result<SignIn> {
    // Before anything is sent: without it nobody could return.
    let loopback = Loopback::listen(&attempt.redirect_uri)?;
    let request = attempt.authorize(options.parameters(None))?;
    browser::invite(request.url(), attempt, options.timeout, options.no_browser, output);
    loop {
        let returned = loopback.wait(attempt.deadline)?;
        match attempt.finish(&request, returned.callback.expose()) {
            Ok(sign_in) => {
                returned.answer(Page::SignedIn);
                return Ok(sign_in);
            }
            // Any page that is open in the browser can send it here. Only the one with our state ends the waiting.
            Err(Failure::Refused { error, .. }) if is_nobodys_answer(error.status()) => {
                output.say("Something else came back to this address; still waiting.");
                returned.answer(Page::NotThis);
            }
            Err(failure) => {
                returned.answer(Page::Refused);
                return Err(failure);
            }
        }
    }
}

fn is_nobodys_answer(status: Status) -> bool {
    matches!(
        status,
        Status::CallbackMalformed | Status::CallbackParameterRepeated | Status::StateMissing | Status::StateMismatch
    )
}

impl Options {
    fn attempt(&self, registered: &Registered<'_>) -> Result<Attempt> {
        let ready = registered.ready.as_ref();
        let redirect_uri = match &self.redirect_uri {
            Some(redirect_uri) => redirect_uri.clone(),
            None => self.redirect_uri_of(registered)?,
        };
        let mut config = Config::new(registered.platform()?);
        config.set_client_id(registered.client_id()?)?;
        config.set_redirect_uri(&redirect_uri)?;
        config.set_signing_key(registered.signing_key()?.into())?;
        let roots = self.ca_file.as_ref().or(ready.map(|ready| &ready.ca_file));
        let roots = roots.map(|path| file::read(path, Kind::Roots)).transpose()?;
        if let Some(roots) = &roots {
            config.add_root_pem(roots.expose())?;
        }
        // In this order: a later one for the same host replaces an earlier.
        for connect_to in ready.map(|ready| &ready.connect_to).into_iter().chain(&self.connect_to) {
            let (host_port, address_port) = split_connect_to(connect_to)?;
            config.set_connect_to(host_port, address_port)?;
        }
        let client = Client::new(config)?;
        let https = Https::new(client.transport_options().clone());
        let deadline = Instant::now() + Duration::from_secs(self.timeout);
        Ok(Attempt { client, https, redirect_uri, roots, deadline })
    }

    /// The one of the simulator's own client that serves: a browser can return to this machine alone.
    fn redirect_uri_of(&self, registered: &Registered<'_>) -> Result<String> {
        let mut registered = registered.redirect_uris().iter();
        let chosen = match self.simulator_person {
            Some(_) => registered.next().cloned(),
            None => registered.find_map(|uri| loopback::on_this_machine(uri)),
        };
        let missing = Error::new(Status::ConfigIncomplete).expected("--redirect-uri");
        chosen.ok_or_else(|| missing.remedy("name one that is registered for this client.").into())
    }

    fn parameters(&self, simulator_person: Option<&str>) -> AuthorizationParameters {
        let person = simulator_person.map(|person| (unattended::PARAMETER.to_owned(), person.to_owned()));
        AuthorizationParameters {
            scope: Some(self.scope.clone()),
            acr_values: self.acr_values.clone(),
            max_age_s: self.max_age,
            prompt: self.prompt.clone(),
            ui_locales: None,
            further: person.into_iter().collect(),
        }
    }
}

impl Attempt {
    fn authorize(&self, parameters: AuthorizationParameters) -> Result<AuthorizationRequest> {
        let mut running = self.client.begin_authorization(parameters)?;
        self.https.run_blocking(&mut running, Some(self.remaining()))?;
        Ok(running.take_authorization_request()?)
    }

    fn finish(&self, request: &AuthorizationRequest, callback: &str) -> Result<SignIn> {
        let mut running = self.client.begin_sign_in(request, callback)?;
        self.https.run_blocking(&mut running, Some(self.remaining()))?;
        Ok(running.take_sign_in()?)
    }

    /// Says what to do next in the words of the command line; the simulator tells more than CIS2 does.
    fn with_hint(&self, failure: Failure, options: &Options) -> Failure {
        let Failure::Refused { error, exit, headline } = failure else { return failure };
        let is_refusal = matches!(error.status(), Status::AuthorizationRefused | Status::OauthError);
        let error = match error.status() {
            Status::TlsCertificate => error.remedy(TRUST),
            _ if is_refusal && unattended::is_simulator(&self.client.party().platform) => {
                let ready =
                    options.registration.ready_file().map_or("FILE".to_owned(), |path| shell_word(&file::shown(path)));
                error.remedy(format!("ask the simulator what was really wrong: cis2 reasons --ready {ready}"))
            }
            _ => error,
        };
        Failure::Refused { error, exit, headline }
    }

    fn remaining(&self) -> Duration {
        self.deadline.saturating_duration_since(Instant::now())
    }
}

/// `HOST:443:ADDRESS:PORT`, where an IPv6 address stands in brackets.
fn split_connect_to(text: &str) -> Result<(&str, &str)> {
    let second_colon = text.match_indices(':').nth(1).map(|(at, _)| at);
    second_colon.map(|at| (&text[..at], &text[at + 1..])).ok_or_else(|| {
        Failure::usage(
            Error::new(Status::InvalidArgument)
                .expected("--connect-to HOST:443:ADDRESS:PORT")
                .found(cis2::http::printable(text, 100))
                .remedy("write it as in cis2.localhost:443:127.0.0.1:8443."),
        )
    })
}
