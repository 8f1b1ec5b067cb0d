//! The local simulator without a browser: its authorization page is asked for with the person's name, and its redirect
//! is the callback. Nothing of this is done at any other host.

use cis2::error::{Error, Status};
use cis2::exact::HttpsAddress;
use cis2::flow::authorize::AuthorizationRequest;
use cis2::http::printable;
use cis2::platform::Platform;
use cis2::secret::{Secret, SecretText};

use super::Attempt;
use crate::exit::{Failure, Result};
use crate::https::{self, SIMULATOR_HOST};
use crate::output::harmless;

/// The parameter by which the simulator is told who signs in.
pub const PARAMETER: &str = "simulator_person";

/// Whether the simulator is asked, whatever the row is called.
pub fn is_simulator(platform: &Platform) -> bool {
    let host = HttpsAddress::parse(platform.issuer.as_str()).map(|address| address.host);
    host.is_some_and(|host| host.eq_ignore_ascii_case(SIMULATOR_HOST))
}

/// Refuses every platform but the simulator's.
pub fn check_platform(attempt: &Attempt) -> Result<()> {
    let platform = &attempt.client.party().platform;
    if is_simulator(platform) {
        return Ok(());
    }
    let issuer = platform.issuer.as_str();
    Err(Failure::configuration(
        Error::new(Status::ConfigInvalid)
            .expected(format!("an issuer on {SIMULATOR_HOST} for --simulator-person"))
            .found(printable(issuer, 200))
            .remedy("leave --simulator-person out: at a real CIS2 a person signs in, in a browser."),
    ))
}

/// The simulator's CA is made anew at each start, so no system trusts it.
pub fn no_roots() -> Failure {
    Failure::configuration(
        Error::new(Status::ConfigIncomplete)
            .expected("--ca-file beside --simulator-person")
            .remedy("give the ca_file of the simulator's ready line, or the whole line with --ready."),
    )
}

/// Visits the authorization address in the place of a browser and gives the callback.
pub fn visit(request: &AuthorizationRequest, roots: &Secret, attempt: &Attempt) -> Result<SecretText> {
    let answer = https::get(request.url(), roots.expose(), attempt.remaining())?;
    match answer.location {
        Some(location) if (300..400).contains(&answer.status) && leads_to(location.expose(), &attempt.redirect_uri) => {
            Ok(location)
        }
        Some(location) => {
            let found = cis2::http::without_query(location.expose());
            let error = Error::new(Status::AuthorizationRefused).with_http_status(answer.status);
            Err(error.expected(format!("a redirect to {}", printable(&attempt.redirect_uri, 200))).found(found).into())
        }
        None => Err(Error::new(Status::AuthorizationRefused)
            .with_http_status(answer.status)
            .expected("a redirect to the redirect URI")
            .found(said(&answer.body))
            .into()),
    }
}

fn leads_to(location: &str, redirect_uri: &str) -> bool {
    location.strip_prefix(redirect_uri).is_some_and(|rest| rest.starts_with(['?', '&']))
}

/// The words of a page, without its markup.
fn said(body: &[u8]) -> String {
    let page = String::from_utf8_lossy(body);
    let mut text = String::new();
    for piece in page.split('<') {
        match piece.split_once('>') {
            Some((tag, _)) if tag.starts_with("style") || tag.starts_with("title") => {}
            Some((_, words)) => text.push_str(words),
            None => text.push_str(piece),
        }
        text.push(' ');
    }
    let words: Vec<&str> = text.split_whitespace().collect();
    if words.is_empty() { "a page without words".to_owned() } else { harmless(&words.join(" "), 400) }
}
