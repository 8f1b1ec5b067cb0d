//! The options of a client, each Required or Optional with its default. The table of defaults is the list of constants
//! below; a value outside its bounds is refused when it is set, what is missing when the client is made, all at once.

use std::fmt;
use std::net::SocketAddr;
use std::ops::RangeInclusive;
use std::sync::Arc;

use crate::assertion;
use crate::error::{Error, Result, Status};
use crate::event::Listener;
use crate::exact::{Exact, HttpsAddress};
use crate::flow::relying_party::RelyingParty;
use crate::flow::saved::{SECRET_BYTES, Seal};
use crate::http::printable;
use crate::jose::Algorithm;
use crate::key::SigningKey;
use crate::platform::Platform;
use crate::random::Random;
use crate::secret::{Secret, SecretText};

/// How far clocks may be apart, in seconds; more only by [`Config::danger_set_clock_skew_s`].
pub const CLOCK_SKEW_S: RangeInclusive<u32> = 0..=120;
/// The default of it.
pub const DEFAULT_CLOCK_SKEW_S: u32 = 30;
/// The most that `danger_set_clock_skew_s` takes: a day. More is no skew.
const MAX_DANGER_CLOCK_SKEW_S: u32 = 24 * 3600;
/// Bounds of both timeouts, in milliseconds.
pub const TIMEOUT_MS: RangeInclusive<u32> = 100..=300_000;
/// Time to connect, TLS included, in milliseconds.
pub const DEFAULT_CONNECT_TIMEOUT_MS: u32 = 5_000;
/// Time for a whole request, in milliseconds.
pub const DEFAULT_REQUEST_TIMEOUT_MS: u32 = 15_000;
/// Largest file of extra roots, in bytes.
const MAX_ROOTS_BYTES: usize = 1024 * 1024;

/// The options of a client.
#[derive(Clone)]
pub struct Config {
    platform: Platform,
    client_id: Option<String>,
    redirect_uri: Option<String>,
    signing_key: Option<Arc<SigningKey>>,
    id_token_algorithm: Option<Algorithm>,
    assertion_lifetime_s: Option<u32>,
    clock_skew_s: u32,
    default_level: Option<u8>,
    state_secret: Option<Secret>,
    previous_state_secret: Option<Secret>,
    transport: TransportOptions,
    pub(super) listener: Option<Listener>,
}

/// How requests are sent by the built-in transport.
#[derive(Clone)]
pub struct TransportOptions {
    /// Time to connect, TLS included, in milliseconds.
    pub connect_timeout_ms: u32,
    /// Time for a whole request, in milliseconds.
    pub request_timeout_ms: u32,
    /// Extra trusted roots, PEM files.
    pub roots_pem: Vec<Vec<u8>>,
    /// A proxy's address; may hold credentials.
    pub proxy: Option<SecretText>,
    /// Hosts and the addresses to connect to in their place.
    pub connect_to: Vec<(String, SocketAddr)>,
}

impl Config {
    /// Options for this platform.
    pub fn new(platform: Platform) -> Self {
        Self {
            platform,
            client_id: None,
            redirect_uri: None,
            signing_key: None,
            id_token_algorithm: None,
            assertion_lifetime_s: None,
            clock_skew_s: DEFAULT_CLOCK_SKEW_S,
            default_level: None,
            state_secret: None,
            previous_state_secret: None,
            transport: TransportOptions {
                connect_timeout_ms: DEFAULT_CONNECT_TIMEOUT_MS,
                request_timeout_ms: DEFAULT_REQUEST_TIMEOUT_MS,
                roots_pem: Vec::new(),
                proxy: None,
                connect_to: Vec::new(),
            },
            listener: None,
        }
    }

    /// Required. The client id at this platform; one of another kind is refused with the sentence that names the right
    /// one.
    pub fn set_client_id(&mut self, client_id: &str) -> Result<()> {
        self.platform.check_client_id(client_id)?;
        self.client_id = Some(client_id.to_owned());
        Ok(())
    }

    /// Required. The registered redirect URI, byte for byte: https, or http on a loopback host.
    pub fn set_redirect_uri(&mut self, redirect_uri: &str) -> Result<()> {
        let expected =
            "an absolute https address, or http on localhost, 127.0.0.1 or [::1], without fragment, as registered";
        if !is_redirect_uri(redirect_uri) {
            return Err(invalid("redirect_uri", expected).found(printable(redirect_uri, 200)));
        }
        self.redirect_uri = Some(redirect_uri.to_owned());
        Ok(())
    }

    /// Required. The key that signs assertions, with the algorithm that is registered for this client.
    pub fn set_signing_key(&mut self, key: Arc<SigningKey>) -> Result<()> {
        self.platform.check_algorithm(key.algorithm())?;
        self.signing_key = Some(key);
        Ok(())
    }

    /// Optional; default the first of the platform row. The algorithm that is registered for this client's ID tokens.
    pub fn set_id_token_algorithm(&mut self, algorithm: Algorithm) {
        self.id_token_algorithm = Some(algorithm);
    }

    /// Optional; default the platform row's, 60. 10 to 300 seconds.
    pub fn set_assertion_lifetime_s(&mut self, lifetime_s: u32) -> Result<()> {
        assertion::check_lifetime(lifetime_s)?;
        self.assertion_lifetime_s = Some(lifetime_s);
        Ok(())
    }

    /// Optional; default 30. How far clocks may be apart, 0 to 120 seconds.
    pub fn set_clock_skew_s(&mut self, skew_s: u32) -> Result<()> {
        within("clock_skew_s", skew_s, &CLOCK_SKEW_S)?;
        self.clock_skew_s = skew_s;
        Ok(())
    }

    /// Weakens the checks of times: more than 120 seconds of skew, up to a day.
    pub fn danger_set_clock_skew_s(&mut self, skew_s: u32) -> Result<()> {
        within("clock_skew_s", skew_s, &(0..=MAX_DANGER_CLOCK_SKEW_S))?;
        self.clock_skew_s = skew_s;
        Ok(())
    }

    /// Weakens the check of the issuer: expects another one than the platform row's.
    pub fn danger_set_issuer(&mut self, issuer: &str) -> Result<()> {
        if HttpsAddress::parse(issuer).is_none() {
            return Err(invalid("issuer", "an absolute https address").found(printable(issuer, 200)));
        }
        self.platform.issuer = Exact::new(issuer);
        Ok(())
    }

    /// Weakens the check of assurance: the level that must be reached when no `acr_values` are sent, 0 to 3.
    pub fn danger_set_default_level(&mut self, level: u32) -> Result<()> {
        within("default_level", level, &(0..=3))?;
        self.default_level = Some(level as u8);
        Ok(())
    }

    /// Optional; default a random one of this client alone. 32 bytes that seal saved authorization requests; the same
    /// on all servers of the host.
    pub fn set_state_secret(&mut self, secret: Secret) -> Result<()> {
        self.state_secret = Some(checked_secret(secret)?);
        Ok(())
    }

    /// Optional; default none. The secret that sealed before the current one: it opens, and seals no more.
    pub fn set_previous_state_secret(&mut self, secret: Secret) -> Result<()> {
        self.previous_state_secret = Some(checked_secret(secret)?);
        Ok(())
    }

    /// Optional; default 5,000. Time to connect, TLS included, in milliseconds.
    pub fn set_connect_timeout_ms(&mut self, timeout_ms: u32) -> Result<()> {
        within("connect_timeout_ms", timeout_ms, &TIMEOUT_MS)?;
        self.transport.connect_timeout_ms = timeout_ms;
        Ok(())
    }

    /// Optional; default 15,000. Time for a whole request, in milliseconds.
    pub fn set_request_timeout_ms(&mut self, timeout_ms: u32) -> Result<()> {
        within("request_timeout_ms", timeout_ms, &TIMEOUT_MS)?;
        self.transport.request_timeout_ms = timeout_ms;
        Ok(())
    }

    /// Optional; default none. A PEM file of certificates to trust beside the system's.
    pub fn add_root_pem(&mut self, pem: &[u8]) -> Result<()> {
        let text = String::from_utf8_lossy(pem);
        if pem.len() > MAX_ROOTS_BYTES || !text.contains("-----BEGIN CERTIFICATE-----") {
            return Err(invalid("root_pem", "a PEM file with a line -----BEGIN CERTIFICATE-----, at most 1 MiB"));
        }
        self.transport.roots_pem.push(pem.to_vec());
        Ok(())
    }

    /// Optional; default what the environment says (`HTTPS_PROXY`, `NO_PROXY`). The proxy's http address.
    pub fn set_proxy(&mut self, proxy: &str) -> Result<()> {
        let has_scheme = proxy.starts_with("http://") || proxy.starts_with("https://");
        if !has_scheme || proxy.chars().any(|c| c.is_whitespace() || c.is_control()) {
            return Err(invalid("proxy", "an absolute http or https address"));
        }
        self.transport.proxy = Some(SecretText::new(proxy.to_owned()));
        Ok(())
    }

    /// Optional; default none. Connects to an address in the place of a host, like curl's `--connect-to`: names, TLS
    /// checks and all that is sent stay as they are. No proxy of the environment is asked.
    pub fn set_connect_to(&mut self, host_port: &str, address_port: &str) -> Result<()> {
        let host = match host_port.rsplit_once(':') {
            Some((host, "443")) if !host.is_empty() => host,
            _ => {
                return Err(
                    invalid("connect_to", "HOST:443, as the platform row has it").found(printable(host_port, 100))
                );
            }
        };
        let address: SocketAddr = address_port.parse().map_err(|_| {
            invalid("connect_to", "an IP address and a port, such as 127.0.0.1:8443")
                .found(printable(address_port, 100))
        })?;
        self.transport.connect_to.retain(|(known, _)| !known.eq_ignore_ascii_case(host));
        self.transport.connect_to.push((host.to_owned(), address));
        Ok(())
    }

    /// Optional; default nobody. Who is told what happens.
    pub fn set_events(&mut self, listener: Listener) {
        self.listener = Some(listener);
    }

    /// The platform row.
    pub fn platform(&self) -> &Platform {
        &self.platform
    }

    pub(super) fn finish(self, random: &dyn Random) -> Result<(RelyingParty, TransportOptions)> {
        let (Some(client_id), Some(redirect_uri), Some(key)) = (&self.client_id, &self.redirect_uri, &self.signing_key)
        else {
            let missing: Vec<&str> = [
                ("client_id", self.client_id.is_none()),
                ("redirect_uri", self.redirect_uri.is_none()),
                ("signing_key", self.signing_key.is_none()),
            ]
            .into_iter()
            .filter_map(|(name, missing)| missing.then_some(name))
            .collect();
            return Err(Error::new(Status::ConfigIncomplete).expected(missing.join(", ")));
        };
        let seal = match self.state_secret {
            Some(current) => Seal::new(current, self.previous_state_secret)?,
            None if self.previous_state_secret.is_some() => {
                return Err(Error::new(Status::ConfigIncomplete).expected("state_secret beside previous_state_secret"));
            }
            None => Seal::random(random)?,
        };
        let first = self.platform.id_token_algorithms.first().copied();
        let party = RelyingParty {
            client_id: client_id.clone(),
            redirect_uri: redirect_uri.clone(),
            key: Arc::clone(key),
            id_token_algorithm: self.id_token_algorithm.or(first).unwrap_or(Algorithm::Rs256),
            assertion_lifetime_s: self.assertion_lifetime_s.unwrap_or(self.platform.assertion_lifetime_s),
            clock_skew_s: self.clock_skew_s,
            default_level: self.default_level.unwrap_or(self.platform.default_level),
            platform: self.platform,
            seal,
        };
        Ok((party, self.transport))
    }
}

impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Config({})", self.platform.name)
    }
}

fn is_redirect_uri(text: &str) -> bool {
    if HttpsAddress::parse(text).is_some() {
        return true;
    }
    // RFC 8252 §7.3: a native application listens on loopback. The rest of the address is judged as if it were https.
    let Some(rest) = text.strip_prefix("http://") else { return false };
    let as_https = format!("https://{rest}");
    HttpsAddress::parse(&as_https).is_some_and(|address| ["localhost", "127.0.0.1", "[::1]"].contains(&address.host))
}

fn checked_secret(secret: Secret) -> Result<Secret> {
    if secret.expose().len() == SECRET_BYTES {
        return Ok(secret);
    }
    Err(invalid("state_secret", &format!("{SECRET_BYTES} bytes")).found(format!("{} bytes", secret.expose().len())))
}

fn within(name: &str, value: u32, bounds: &RangeInclusive<u32>) -> Result<()> {
    if bounds.contains(&value) {
        return Ok(());
    }
    Err(invalid(name, &format!("{} to {}", bounds.start(), bounds.end())).found(value.to_string()))
}

fn invalid(name: &str, expected: &str) -> Error {
    Error::new(Status::ConfigInvalid).expected(format!("{name} to be {expected}"))
}
