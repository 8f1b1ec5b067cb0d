//! What went wrong on the network, as a status, and whether the request may have left this machine.

use std::error::Error as _;
use std::io;

use crate::error::{Error, Status};
use crate::http;

/// A request that got no answer.
pub struct Failure {
    /// Why.
    pub error: Error,
    /// False only if no connection was made.
    pub request_may_have_left: bool,
}

impl Failure {
    /// Nothing was sent.
    pub fn before_sending(error: Error) -> Self {
        Self { error, request_may_have_left: false }
    }

    /// Something may have been sent.
    pub fn maybe_sent(error: Error) -> Self {
        Self { error, request_may_have_left: true }
    }
}

/// Reads reqwest's error. Its text may hold the address with its query, so none of it is passed on.
pub fn of(error: reqwest::Error) -> Failure {
    let causes = Causes::of(&error);
    let request_may_have_left = !error.is_connect() && !error.is_builder();
    let described = if error.is_timeout() {
        let phase = if error.is_connect() {
            "no connection within connect_timeout_ms"
        } else {
            "no whole answer within request_timeout_ms"
        };
        Error::new(Status::TransportTimeout).found(phase)
    } else if let Some(described) = causes.tls {
        described
    } else if causes.mentions(&["dns error"]) {
        Error::new(Status::Dns)
    } else if causes.mentions(&["message head is too large"]) {
        http::headers_too_large()
    } else if causes.mentions(&["invalid HTTP", "invalid header", "invalid content-length"]) {
        Error::new(Status::HeadersMalformed).found("an answer that is not HTTP/1.1")
    } else if causes.mentions(&["proxy", "tunnel"]) {
        Error::new(Status::Proxy)
    } else if error.is_connect() {
        let error = Error::new(Status::Connect);
        match causes.io {
            Some(kind) => error.found(kind.to_string()),
            None => error,
        }
    } else if error.is_builder() {
        Error::new(Status::Internal).found("a request that could not be built")
    } else {
        Error::new(Status::ConnectionLost)
    };
    Failure { error: described, request_may_have_left }
}

/// The chain of causes, looked through once.
struct Causes {
    tls: Option<Error>,
    io: Option<io::ErrorKind>,
    texts: Vec<String>,
}

impl Causes {
    fn of(error: &reqwest::Error) -> Self {
        let mut causes = Self { tls: None, io: None, texts: Vec::new() };
        let mut next = error.source();
        while let Some(cause) = next {
            causes.texts.push(cause.to_string());
            if let Some(io) = cause.downcast_ref::<io::Error>() {
                causes.io = Some(io.kind());
            }
            if let Some(tls) = tls_within(cause) {
                causes.tls = Some(of_tls(tls));
            }
            next = cause.source();
        }
        causes
    }

    fn mentions(&self, words: &[&str]) -> bool {
        self.texts.iter().any(|text| words.iter().any(|word| text.contains(word)))
    }
}

/// rustls hides its error inside an `io::Error`, often inside two, whose `source` skips it.
fn tls_within<'e>(error: &'e (dyn std::error::Error + 'static)) -> Option<&'e rustls::Error> {
    if let Some(tls) = error.downcast_ref::<rustls::Error>() {
        return Some(tls);
    }
    let inner = error.downcast_ref::<io::Error>()?.get_ref()?;
    tls_within(inner)
}

fn of_tls(error: &rustls::Error) -> Error {
    use rustls::CertificateError;
    match error {
        rustls::Error::InvalidCertificate(reason) => Error::new(Status::TlsCertificate).found(match reason {
            CertificateError::UnknownIssuer => "a certificate of an unknown CA",
            CertificateError::Expired | CertificateError::ExpiredContext { .. } => "an expired certificate",
            CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
                "a certificate that is not valid yet"
            }
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
                "a certificate for another host name"
            }
            CertificateError::Revoked => "a revoked certificate",
            _ => "a certificate that cannot be verified",
        }),
        _ => Error::new(Status::Tls),
    }
}
