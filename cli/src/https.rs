//! One HTTPS `GET` to the local simulator, for what belongs to no flow: the authorization page without a browser, and
//! the true reasons. It follows no redirect, trusts the simulator's CA alone and reaches no host but `cis2.localhost`.
#![expect(clippy::disallowed_methods, reason = "requests that no flow of the library makes, and their runtime")]

use std::error::Error as _;
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use cis2::error::{Error, Status};
use cis2::exact::HttpsAddress;
use cis2::http::without_query;
use cis2::secret::SecretText;
use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

use crate::exit::{Failure, Result};

/// The only host that is asked here.
pub const SIMULATOR_HOST: &str = "cis2.localhost";
/// The largest answer that is read, in bytes.
const MAX_BODY_BYTES: usize = 4 * 1024 * 1024;

/// An answer.
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// Where it redirects to; may hold a code.
    pub location: Option<SecretText>,
    /// The body.
    pub body: Vec<u8>,
}

/// Asks the simulator.
pub fn get(url: &str, ca_pem: &[u8], timeout: Duration) -> Result<Answer> {
    if HttpsAddress::parse(url).is_none_or(|address| !address.host.eq_ignore_ascii_case(SIMULATOR_HOST)) {
        return Err(Failure::configuration(
            Error::new(Status::ConfigInvalid)
                .expected(format!("an https address on {SIMULATOR_HOST}: this is for the local simulator alone"))
                .found(without_query(url))
                .remedy("start cis2 simulate and take its ready line; at a real CIS2 a person signs in, in a browser."),
        ));
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| internal(&format!("no runtime: {}", error.kind())))?;
    Ok(runtime.block_on(exchange(url, client(ca_pem, timeout)?))?)
}

fn client(ca_pem: &[u8], timeout: Duration) -> std::result::Result<reqwest::Client, Error> {
    // Port 0: the one in the address counts.
    let this_machine = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0);
    reqwest::Client::builder()
        .tls_backend_preconfigured(tls(ca_pem)?)
        .https_only(true)
        .http1_only()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .resolve(SIMULATOR_HOST, this_machine)
        .timeout(timeout)
        .build()
        .map_err(|_| internal("an HTTP client that could not be built"))
}

fn tls(ca_pem: &[u8]) -> std::result::Result<rustls::ClientConfig, Error> {
    let mut roots = RootCertStore::empty();
    let certificates: Vec<CertificateDer<'_>> = CertificateDer::pem_slice_iter(ca_pem).flatten().collect();
    let (added, _) = roots.add_parsable_certificates(certificates);
    if added == 0 {
        return Err(Error::new(Status::ConfigInvalid).expected("--ca-file to hold certificates in PEM"));
    }
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let builder = rustls::ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let builder = builder.map_err(|_| internal("a TLS set-up that cannot be used"))?;
    Ok(builder.with_root_certificates(roots).with_no_client_auth())
}

async fn exchange(url: &str, client: reqwest::Client) -> std::result::Result<Answer, Error> {
    let mut response = client.get(url).send().await.map_err(failed)?;
    let location = response.headers().get("location").and_then(|value| value.to_str().ok());
    let location = location.map(|text| SecretText::new(text.to_owned()));
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(failed)? {
        if body.len() + chunk.len() > MAX_BODY_BYTES {
            return Err(Error::new(Status::ResponseTooLarge).expected(format!("at most {MAX_BODY_BYTES} bytes")));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Answer { status: response.status().as_u16(), location, body })
}

/// Its text may hold the address with its query, so none of it is passed on.
fn failed(error: reqwest::Error) -> Error {
    if error.is_timeout() {
        return Error::new(Status::TransportTimeout);
    }
    if is_tls(error.source()) {
        return Error::new(Status::TlsCertificate)
            .remedy("the simulator makes a new CA at each start: take the ca_file of its newest ready line.");
    }
    if error.is_connect() {
        Error::new(Status::Connect).remedy("is cis2 simulate running, and is the ready line of this start?")
    } else {
        Error::new(Status::ConnectionLost)
    }
}

/// Whether rustls refused. Its error lies inside an io::Error inside another one, and their sources skip it.
fn is_tls(mut cause: Option<&(dyn std::error::Error + 'static)>) -> bool {
    while let Some(error) = cause {
        if error.is::<rustls::Error>() {
            return true;
        }
        let inner = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        cause = inner.map(|inner| inner as &(dyn std::error::Error + 'static)).or_else(|| error.source());
    }
    false
}

fn internal(found: &str) -> Error {
    Error::new(Status::Internal).found(found)
}
