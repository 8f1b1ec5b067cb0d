//! A loop over step and supply, on reqwest and rustls.

use std::fmt;
use std::time::Duration;

use once_cell::sync::OnceCell;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::Instant;

use super::failure::{self, Failure};
use crate::client::Running;
use crate::client::config::TransportOptions;
use crate::error::{Error, Result, Status};
use crate::event::{Event, Host};
use crate::flow::Step;
use crate::http::{self, Headers, MAX_BODY_BYTES, Method, Request};

/// Most connections of one client at once; further requests wait for one of them. A connection costs about 35 kB, a flow
/// that waits 4 kB (docs/bench.md); and a provider is not to be met by thousands of handshakes.
pub const MAX_CONNECTIONS: usize = 512;

/// Sends what flows ask for. Reads no trust store and builds no TLS before the first request.
pub struct Https {
    options: TransportOptions,
    sender: OnceCell<reqwest::Client>,
    places: Semaphore,
}

/// An answer as the network gave it.
struct Answer {
    status: u16,
    final_url: String,
    headers: Headers,
    body: Vec<u8>,
}

impl Https {
    /// A transport with these options.
    pub fn new(options: TransportOptions) -> Self {
        Self { options, sender: OnceCell::new(), places: Semaphore::new(MAX_CONNECTIONS) }
    }

    /// Runs a flow to its end. `timeout` is for the whole flow; `None` leaves it to the time of each request.
    pub async fn run(&self, flow: &mut Running, timeout: Option<Duration>) -> Result<()> {
        let deadline = timeout.and_then(|timeout| Instant::now().checked_add(timeout));
        loop {
            let answer = match flow.step()? {
                Step::Done => return Ok(()),
                Step::Send(request) => self.exchange(flow, request, deadline).await,
            };
            match answer {
                Ok(answer) => flow.supply_response(answer.status, &answer.final_url, answer.headers, answer.body)?,
                Err(failure) => flow.supply_error(failure.error, failure.request_may_have_left)?,
            }
        }
    }

    /// The same for a program without a runtime: it waits on this thread.
    #[expect(clippy::disallowed_methods, reason = "a runtime of this call alone, for a caller that has none")]
    pub fn run_blocking(&self, flow: &mut Running, timeout: Option<Duration>) -> Result<()> {
        tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|_| Error::new(Status::Internal).found("no runtime could be made"))?
            .block_on(self.run(flow, timeout))
    }

    /// Sends, and tells of it before and after.
    async fn exchange(
        &self,
        flow: &Running,
        request: &Request,
        deadline: Option<Instant>,
    ) -> std::result::Result<Answer, Failure> {
        let Some((purpose, attempt)) = flow.asks_for() else { return self.send(request, deadline).await };
        let (client, host, begun) = (flow.client(), || Host::of(&request.url), Instant::now());
        let answer = match self.place(deadline).await {
            Ok(_place) => {
                client.tell(|| Event::RequestSent { purpose, host: host(), attempt });
                self.send(request, deadline).await
            }
            Err(failure) => Err(failure),
        };
        let duration_ms = || u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
        client.tell(|| match &answer {
            Ok(answer) => Event::RequestAnswered {
                purpose,
                host: host(),
                attempt,
                http_status: answer.status,
                body_bytes: answer.body.len(),
                duration_ms: duration_ms(),
            },
            Err(failure) => Event::RequestFailed {
                purpose,
                host: host(),
                attempt,
                status: failure.error.status(),
                duration_ms: duration_ms(),
            },
        });
        answer
    }

    /// Waits for one of the connections, as long as a request may take.
    async fn place(&self, deadline: Option<Instant>) -> std::result::Result<SemaphorePermit<'_>, Failure> {
        let longest = Instant::now() + Duration::from_millis(u64::from(self.options.request_timeout_ms));
        let until = deadline.map_or(longest, |deadline| deadline.min(longest));
        match tokio::time::timeout_at(until, self.places.acquire()).await {
            Ok(Ok(place)) => Ok(place),
            _ => Err(Failure::before_sending(
                Error::new(Status::TransportTimeout).found("no free connection within request_timeout_ms"),
            )),
        }
    }

    async fn send(&self, request: &Request, deadline: Option<Instant>) -> std::result::Result<Answer, Failure> {
        let sender = self.sender.get_or_try_init(|| build(&self.options)).map_err(Failure::before_sending)?;
        let method = match request.method {
            Method::Get => reqwest::Method::GET,
            Method::Post => reqwest::Method::POST,
        };
        let mut outgoing = sender.request(method, &request.url);
        for (name, value) in &request.headers {
            outgoing = outgoing.header(*name, value.expose());
        }
        if let Some(body) = &request.body {
            outgoing = outgoing.body(body.expose().to_vec());
        }
        let exchange = receive(outgoing);
        match deadline {
            None => exchange.await,
            Some(deadline) => tokio::time::timeout_at(deadline, exchange)
                .await
                .unwrap_or_else(|_| Err(Failure::maybe_sent(Error::new(Status::TransportTimeout)))),
        }
    }
}

impl fmt::Debug for Https {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Https")
    }
}

/// Sends and reads the answer chunk by chunk, so that a body over the limit is left off where it passes it.
async fn receive(outgoing: reqwest::RequestBuilder) -> std::result::Result<Answer, Failure> {
    let mut response = outgoing.send().await.map_err(failure::of)?;
    let fields = response
        .headers()
        .iter()
        .map(|(name, value)| (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned()))
        .collect();
    let headers = Headers::new(fields).map_err(Failure::maybe_sent)?;
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(failure::of)? {
        if body.len() + chunk.len() > MAX_BODY_BYTES {
            return Err(Failure::maybe_sent(http::too_large()));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Answer { status: response.status().as_u16(), final_url: response.url().as_str().to_owned(), headers, body })
}

#[expect(clippy::disallowed_methods, reason = "the only socket")]
fn build(options: &TransportOptions) -> Result<reqwest::Client> {
    let mut builder = reqwest::Client::builder()
        .tls_backend_preconfigured(tls(options)?)
        .https_only(true)
        .http1_only()
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .referer(false)
        // An idle socket that the server has closed costs a sign-in: each request has its own connection.
        .pool_max_idle_per_host(0)
        .connect_timeout(Duration::from_millis(u64::from(options.connect_timeout_ms)))
        .timeout(Duration::from_millis(u64::from(options.request_timeout_ms)))
        .user_agent(concat!("cis2/", env!("CARGO_PKG_VERSION")));
    if let Some(proxy) = &options.proxy {
        let proxy = reqwest::Proxy::all(proxy.expose())
            .map_err(|_| Error::new(Status::Proxy).expected("an address that can be one of a proxy"))?;
        builder = builder.proxy(proxy);
    } else if !options.connect_to.is_empty() {
        // The address is given by the caller: a proxy would go to another one.
        builder = builder.no_proxy();
    }
    for (host, address) in &options.connect_to {
        builder = builder.resolve(host, *address);
    }
    builder.build().map_err(|_| Error::new(Status::Tls).found("a TLS set-up that could not be built"))
}

/// rustls with aws-lc handed over explicitly: a library installs no default for the whole process.
fn tls(options: &TransportOptions) -> Result<rustls::ClientConfig> {
    let provider = std::sync::Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut roots = Vec::new();
    for pem in &options.roots_pem {
        for certificate in CertificateDer::pem_slice_iter(pem) {
            roots.push(
                certificate
                    .map_err(|_| Error::new(Status::ConfigInvalid).expected("root_pem to hold certificates in PEM"))?,
            );
        }
    }
    let unusable = |_| Error::new(Status::TlsCertificate).found("trusted roots that cannot be used");
    let verifier = rustls_platform_verifier::Verifier::new_with_extra_roots(roots, std::sync::Arc::clone(&provider))
        .map_err(unusable)?;
    Ok(rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(unusable)?
        .dangerous()
        .with_custom_certificate_verifier(std::sync::Arc::new(verifier))
        .with_no_client_auth())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[expect(clippy::disallowed_methods, reason = "a test waits")]
    fn a_request_that_finds_no_free_connection_in_its_time_never_left() {
        let options = TransportOptions {
            connect_timeout_ms: 100,
            request_timeout_ms: 100,
            roots_pem: Vec::new(),
            proxy: None,
            connect_to: Vec::new(),
        };
        let https = Https { options, sender: OnceCell::new(), places: Semaphore::new(1) };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(async {
            let place = https.place(None).await.unwrap_or_else(|_| panic!("one is free"));
            let Err(failure) = https.place(None).await else { panic!("none is free") };
            assert_eq!(failure.error.status(), Status::TransportTimeout);
            assert!(!failure.request_may_have_left);
            drop(place);
            assert!(https.place(None).await.is_ok(), "it was given back");
        });
    }
}
