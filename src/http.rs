//! `Request` and `Response` as plain values, with their limits. No input or output happens here: a host carries a
//! request to the network and brings the response back.

use std::fmt;

use zeroize::Zeroize;

use crate::clock::{self, Timestamp};
use crate::error::{Error, Result, Status};
use crate::exact::HttpsAddress;
use crate::secret::{Secret, SecretText};

/// Largest body of an answer, in bytes.
pub const MAX_BODY_BYTES: usize = 1024 * 1024;
/// Largest header block of an answer, in bytes.
pub const MAX_HEADER_BYTES: usize = 64 * 1024;

/// The two methods that the flows use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Reads; may be sent again.
    Get,
    /// Carries a code, an assertion or a token; is never sent again once a connection was made.
    Post,
}

impl Method {
    /// As it stands in the request line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
        }
    }
}

/// One request that a flow asks its host to send, exactly as it is: no redirects, no compression, no cookies.
pub struct Request {
    /// The method.
    pub method: Method,
    /// The absolute https address, byte for byte as the provider published it.
    pub url: String,
    /// Header fields in order. Values may be secret.
    pub headers: Vec<(&'static str, SecretText)>,
    /// The body of a POST.
    pub body: Option<Secret>,
}

impl Request {
    /// A request that reads a JSON document.
    pub fn get_json(url: &str) -> Self {
        Self { method: Method::Get, url: url.to_owned(), headers: vec![accept_json()], body: None }
    }

    /// A request that posts a form (already encoded once) and expects JSON.
    pub fn post_form(url: &str, form: Secret) -> Self {
        let content_type = ("Content-Type", SecretText::new("application/x-www-form-urlencoded".to_owned()));
        Self { method: Method::Post, url: url.to_owned(), headers: vec![accept_json(), content_type], body: Some(form) }
    }
}

fn accept_json() -> (&'static str, SecretText) {
    ("Accept", SecretText::new("application/json".to_owned()))
}

/// Method and address without query; headers and body may hold secrets.
impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let address = self.url.split('?').next().unwrap_or_default();
        write!(f, "Request({} {address})", self.method.as_str())
    }
}

/// An answer, whole and within the limits.
pub struct Response {
    /// The HTTP status.
    pub status: u16,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Response {
    /// Takes an answer in and checks what holds for every answer: its size, its encoding, and that it comes from the
    /// address that was asked (so that a followed redirect is seen in every host).
    pub fn new(request_url: &str, status: u16, final_url: &str, headers: Headers, body: Vec<u8>) -> Result<Self> {
        let mut response = Self { status, headers: headers.0, body };
        response.check(request_url, final_url).inspect_err(|_| response.body.zeroize())?;
        Ok(response)
    }

    fn check(&self, request_url: &str, final_url: &str) -> Result<()> {
        if !same_address(request_url, final_url) {
            return Err(Error::new(Status::FinalUrlMismatch)
                .expected(without_query(request_url))
                .found(without_query(final_url)));
        }
        if self.body.len() > MAX_BODY_BYTES {
            return Err(too_large());
        }
        match self.header("content-encoding") {
            Some(encoding) if !encoding.eq_ignore_ascii_case("identity") => Err(Error::new(Status::ResponseEncoded)
                .expected("no Content-Encoding")
                .found(printable(encoding, 40))
                .with_http_status(self.status)),
            _ => Ok(()),
        }
    }

    /// The first header field of this name, in any case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(field, _)| field.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// The body.
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    /// Server clock minus `now` in seconds, as the `Date` header tells it.
    pub fn clock_offset_s(&self, now: Timestamp) -> Option<i64> {
        self.header("date").and_then(clock::parse_http_date).map(|date| date.seconds_since(now))
    }
}

impl Drop for Response {
    fn drop(&mut self) {
        self.body.zeroize();
    }
}

impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Response({}, {} bytes)", self.status, self.body.len())
    }
}

/// The header fields of an answer.
#[derive(Default)]
pub struct Headers(Vec<(String, String)>);

impl Headers {
    /// Fields that a host has apart already.
    pub fn new(fields: Vec<(String, String)>) -> Result<Self> {
        let size: usize = fields.iter().map(|(name, value)| name.len() + value.len() + 4).sum();
        if size > MAX_HEADER_BYTES {
            return Err(headers_too_large());
        }
        Ok(Self(fields))
    }

    /// Reads a header block as received: `Name: value` lines, each ended by CRLF. A status line begins a new block,
    /// so that interim answers (1xx, a proxy's CONNECT) before the last one are left out.
    pub fn parse(block: &[u8]) -> Result<Self> {
        if block.len() > MAX_HEADER_BYTES {
            return Err(headers_too_large());
        }
        let malformed = |found: &str| Error::new(Status::HeadersMalformed).found(found);
        let mut fields = Vec::new();
        for line in block.split(|byte| *byte == b'\n') {
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            if line.is_empty() {
                continue;
            }
            if line.starts_with(b"HTTP/") {
                fields.clear();
                continue;
            }
            if line.contains(&0) || line.contains(&b'\r') {
                return Err(malformed("a control character"));
            }
            let line = String::from_utf8_lossy(line);
            let (name, value) = line.split_once(':').ok_or_else(|| malformed("a line without a colon"))?;
            if name.is_empty() || name.bytes().any(|byte| byte <= b' ' || byte >= 0x7f) {
                return Err(malformed("a field name that is none"));
            }
            fields.push((name.to_owned(), value.trim().to_owned()));
        }
        Ok(Self(fields))
    }
}

/// The refusal of a body over the limit.
pub fn too_large() -> Error {
    Error::new(Status::ResponseTooLarge).expected(format!("at most {MAX_BODY_BYTES} bytes"))
}

/// The refusal of a header block over the limit.
pub fn headers_too_large() -> Error {
    Error::new(Status::HeadersTooLarge).expected(format!("at most {MAX_HEADER_BYTES} bytes"))
}

/// The address without query and fragment, which may hold secrets, for error texts.
pub fn without_query(url: &str) -> String {
    printable(url.split(['?', '#']).next().unwrap_or_default(), 200)
}

/// Text of another party made fit for a message: control characters escaped, cut after `max` characters.
pub fn printable(text: &str, max: usize) -> String {
    // Control and invisible characters are escaped; quotes are not, for they do no harm in a sentence.
    let shown = |c: char| match c {
        '\'' | '"' | '\\' => c.to_string(),
        _ => c.escape_debug().to_string(),
    };
    let mut result: String = text.chars().take(max).map(shown).collect();
    if text.chars().nth(max).is_some() {
        result.push('…');
    }
    result
}

fn same_address(asked: &str, answered: &str) -> bool {
    asked == answered
        || matches!((HttpsAddress::parse(asked), HttpsAddress::parse(answered)),
            (Some(asked), Some(answered)) if asked.same_resource(&answered))
}
