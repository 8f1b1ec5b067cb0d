//! Strings that must stay as received: issuer, audience, endpoint, key id. `:443`, `+`, `/`, a trailing slash and the
//! case of a letter survive, because the other side compares bytes. Nothing here goes through a URL type that tidies up.

use std::fmt;

/// Text that is compared byte for byte and never rewritten.
#[derive(Clone, Debug, PartialEq, Eq, Hash, serde::Deserialize, serde::Serialize)]
#[serde(transparent)]
pub struct Exact(String);

impl Exact {
    /// Keeps the text as it is.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text as received.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Exact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The parts of an `https` address, cut out of the text without changing it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HttpsAddress<'a> {
    /// Host name without port.
    pub host: &'a str,
    /// The port as written, without colon.
    pub port: Option<&'a str>,
    /// Path and query, from the first `/` or `?` on; may be empty.
    pub rest: &'a str,
}

impl<'a> HttpsAddress<'a> {
    /// Cuts an absolute `https` address into its parts; `None` if it is none, holds user information, a fragment,
    /// white space or control characters.
    pub fn parse(text: &'a str) -> Option<Self> {
        let after_scheme = text.strip_prefix("https://")?;
        if text.bytes().any(|byte| byte <= b' ' || byte == 0x7f || byte == b'#' || byte == b'\\') {
            return None;
        }
        let end = after_scheme.find(['/', '?']).unwrap_or(after_scheme.len());
        let (authority, rest) = after_scheme.split_at(end);
        let (host, port) = match authority.strip_prefix('[').and_then(|rest| rest.find(']')) {
            Some(end) => {
                let (host, port) = authority.split_at(end + 2);
                (host, if port.is_empty() { None } else { Some(port.strip_prefix(':')?) })
            }
            None => match authority.split_once(':') {
                Some((host, port)) => (host, Some(port)),
                None => (authority, None),
            },
        };
        let port_is_number = port.is_none_or(|port| port.parse::<u16>().is_ok_and(|number| number > 0));
        (!host.is_empty() && !host.contains(['@', ':']) | host.starts_with('[') && port_is_number).then_some(Self {
            host,
            port,
            rest,
        })
    }

    /// The port number: 443 where none is written.
    pub fn port_number(&self) -> u16 {
        self.port.and_then(|port| port.parse().ok()).unwrap_or(443)
    }

    /// Whether both addresses have one origin; no port is 443, and host names have no case (RFC 6454 §4).
    pub fn same_origin(&self, other: &HttpsAddress<'_>) -> bool {
        self.host.eq_ignore_ascii_case(other.host) && self.port_number() == other.port_number()
    }

    /// Whether both addresses ask for the same resource; only the default port may be written or not.
    pub fn same_resource(&self, other: &HttpsAddress<'_>) -> bool {
        let path = |rest: &'a str| if rest.is_empty() { "/" } else { rest };
        self.same_origin(other)
            && (self.rest == other.rest || path(self.rest) == if other.rest.is_empty() { "/" } else { other.rest })
    }
}

/// What sets two exact texts apart, said for a person who sees no difference: the sentence for an error's `found`.
pub fn difference(expected: &str, found: &str) -> Option<&'static str> {
    if expected == found {
        return None;
    }
    let without_port = |text: &str| text.replacen(":443/", "/", 1);
    if without_port(expected) == without_port(found) {
        return Some(if expected.contains(":443/") { "the :443 was lost on the way" } else { "a :443 was added" });
    }
    if expected.trim_end_matches('/') == found.trim_end_matches('/') {
        return Some("they differ in the slash at the end");
    }
    if expected.eq_ignore_ascii_case(found) {
        return Some("they differ in upper and lower case");
    }
    if expected.trim() == found.trim() {
        return Some("they differ in white space at an end");
    }
    match (HttpsAddress::parse(expected), HttpsAddress::parse(found)) {
        (Some(a), Some(b)) if a.rest == b.rest => Some("the host is another one: another environment?"),
        (Some(a), Some(b)) if a.same_origin(&b) => Some("the path is another one"),
        _ => None,
    }
}
