//! What a platform is: an issuer with its addresses and its habits, as data. A row is a constant here ([`cis2`]) or
//! comes as JSON from a site that has one of its own ([`Platform::from_json`]). No check is weaker because of a row's
//! name.

pub mod api_platform;
pub mod cis2;
mod row_json;

use std::sync::LazyLock;

use crate::error::{Error, Result, Status};
use crate::exact::{Exact, HttpsAddress};
use crate::jose::Algorithm;

/// Shortest and longest life of a client assertion, in seconds.
pub const ASSERTION_LIFETIME_S: std::ops::RangeInclusive<u32> = 10..=300;

/// Which kind of client identity the platform knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IdentityKind {
    /// A CIS2 client id (`*.apps.supplier`, `*.apps.national`).
    Cis2,
    /// An API key of the NHS API Platform.
    ApiPlatform,
    /// Whatever the provider registers; not looked at.
    Any,
}

/// What an assertion's `aud` is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AudienceMode {
    /// The token endpoint exactly as discovered (the NHS mode).
    TokenEndpoint,
    /// The issuer (RFC 7523bis, FAPI 2.0).
    Issuer,
}

/// Whether an authorization request carries a PKCE challenge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pkce {
    /// S256, always.
    Always,
    /// Never: the provider refuses unknown parameters.
    Never,
}

/// One platform row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Platform {
    /// The permanent number at the C boundary; 0 for a row of a site's own.
    pub number: u32,
    /// The name on the command line.
    pub name: String,
    /// Which kind of client identity it knows.
    pub identity: IdentityKind,
    /// The issuer, byte for byte.
    pub issuer: Exact,
    /// Where the discovery document is; `None` if the platform has none.
    pub metadata_url: Option<Exact>,
    /// The token endpoint, for minting without the network. The discovery document counts; a difference is an error.
    pub token_endpoint: Option<Exact>,
    /// The hosts on which endpoints may lie.
    pub hosts: Vec<String>,
    /// What an assertion's `aud` is.
    pub audience_mode: AudienceMode,
    /// An assertion's `typ`; `None` leaves it out.
    pub typ: Option<String>,
    /// The algorithms that may be registered for client assertions.
    pub algorithms: Vec<Algorithm>,
    /// The algorithms of ID tokens; the first is the default.
    pub id_token_algorithms: Vec<Algorithm>,
    /// How long an assertion lives, in seconds.
    pub assertion_lifetime_s: u32,
    /// Whether a PKCE challenge is sent.
    pub pkce: Pkce,
    /// The lowest assurance level that satisfies each `acr_values` entry.
    pub acr_levels: Vec<(String, u8)>,
    /// The level that must be reached when no `acr_values` are sent.
    pub default_level: u8,
    /// For each value: where it was read, and when.
    pub sources: Vec<(String, String)>,
}

impl Platform {
    /// The rows that this library brings, in the order of their numbers.
    pub fn all() -> Vec<Self> {
        rows().to_vec()
    }

    /// The row of this permanent number.
    pub fn from_number(number: u32) -> Result<Self> {
        Self::all().into_iter().find(|row| row.number == number && number != 0).ok_or_else(|| {
            Error::new(Status::PlatformUnknown)
                .expected(known(|row| format!("{} ({})", row.number, row.name)))
                .found(number.to_string())
        })
    }

    /// The row of this name.
    pub fn from_name(name: &str) -> Result<Self> {
        Self::all().into_iter().find(|row| row.name == name).ok_or_else(|| {
            Error::new(Status::PlatformUnknown)
                .expected(known(|row| row.name.clone()))
                .found(crate::http::printable(name, 60))
        })
    }

    /// The row whose hosts hold the host of this address.
    pub fn from_address(address: &str) -> Option<&'static Self> {
        let host = HttpsAddress::parse(address)?.host;
        rows().iter().find(|row| row.knows_host(host))
    }

    /// Whether endpoints may lie on this host.
    pub fn knows_host(&self, host: &str) -> bool {
        self.hosts.iter().any(|known| known.eq_ignore_ascii_case(host))
    }

    /// Refuses a client id of the wrong kind, with a sentence that names the right one.
    pub fn check_client_id(&self, client_id: &str) -> Result<()> {
        if client_id.is_empty() || client_id.chars().any(|c| c.is_whitespace() || c.is_control()) {
            return Err(Error::new(Status::ConfigInvalid).expected("a client id without white space").found(
                if client_id.is_empty() { "an empty one" } else { "one with white space or a control character" },
            ));
        }
        let looks_like_cis2 = [".apps.supplier", ".apps.national"]
            .iter()
            .any(|suffix| client_id.strip_suffix(suffix).is_some_and(|number| !number.is_empty()));
        match self.identity {
            IdentityKind::Cis2 if !looks_like_cis2 => Err(Error::new(Status::ClientIdIsApiKey)
                .expected("a CIS2 client id such as 123456789012.apps.supplier or 123456789012.apps.national")
                .found(kind_of_id(client_id))),
            IdentityKind::ApiPlatform if looks_like_cis2 => Err(Error::new(Status::ClientIdIsCis2)
                .expected("the API key of an API Platform application")
                .found("a CIS2 client id")),
            _ => Ok(()),
        }
    }

    /// Refuses an algorithm that cannot be registered for client assertions.
    pub fn check_algorithm(&self, algorithm: Algorithm) -> Result<()> {
        if self.algorithms.contains(&algorithm) {
            return Ok(());
        }
        let accepted: Vec<&str> = self.algorithms.iter().map(|accepted| accepted.name()).collect();
        Err(Error::new(Status::AlgorithmNotAccepted).expected(accepted.join(" or ")).found(algorithm.name()))
    }

    /// The level that satisfies these space-separated `acr_values`: the lowest of those asked for, because any of
    /// them may be what the provider satisfies.
    pub fn required_level(&self, acr_values: Option<&str>) -> Result<Option<u8>> {
        let mut lowest = None;
        for value in acr_values.unwrap_or_default().split_ascii_whitespace() {
            let level = self.acr_level(value).ok_or_else(|| {
                let known: Vec<&str> = self.acr_levels.iter().map(|(name, _)| name.as_str()).collect();
                Error::new(Status::AcrUnknown).expected(known.join(", ")).found(crate::http::printable(value, 60))
            })?;
            lowest = Some(lowest.map_or(level, |lowest: u8| lowest.min(level)));
        }
        Ok(lowest)
    }

    /// The level that an `acr` class stands for.
    pub fn acr_level(&self, acr: &str) -> Option<u8> {
        self.acr_levels.iter().find(|(name, _)| name == acr).map(|(_, level)| *level)
    }
}

/// Made once: minting looks one up for each assertion.
fn rows() -> &'static [Platform] {
    static ROWS: LazyLock<Vec<Platform>> = LazyLock::new(|| {
        let mut rows: Vec<Platform> = cis2::ROWS.iter().map(cis2::Row::platform).collect();
        rows.extend(api_platform::ROWS.iter().map(api_platform::Row::platform));
        rows.sort_by_key(|row| row.number);
        rows
    });
    &ROWS
}

fn known(describe: impl Fn(&Platform) -> String) -> String {
    Platform::all().iter().map(describe).collect::<Vec<_>>().join(", ")
}

/// Says what an id looks like without repeating it: an API key is half a credential.
fn kind_of_id(id: &str) -> &'static str {
    let is_hex_group = |group: &str| !group.is_empty() && group.bytes().all(|byte| byte.is_ascii_hexdigit());
    if id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        "32 letters and digits, the shape of an API Platform key"
    } else if id.len() == 36 && id.split('-').count() == 5 && id.split('-').all(is_hex_group) {
        "a GUID, the shape of an application id"
    } else if id.contains(".apps.") {
        "an id with .apps. in it that ends otherwise"
    } else {
        "an id without .apps.supplier or .apps.national at its end, such as an API Platform key"
    }
}
