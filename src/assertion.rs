//! Mint one client assertion (RFC 7523 §2.2, §3; OIDC Core 9). Enters: key, client id, audience, the time and a fresh
//! jti. Leaves: an `Assertion` that can be spent once. Refused: an identity, algorithm, lifetime or audience that the
//! platform would not take, each with the sentence that names the right one.

use std::fmt;

use serde::Serialize;

use crate::clock::Timestamp;
use crate::error::{Error, Result, Status};
use crate::exact::{self, Exact, HttpsAddress};
use crate::http::printable;
use crate::key::SigningKey;
use crate::platform::{ASSERTION_LIFETIME_S, AudienceMode, Platform};
use crate::secret::SecretText;

/// The `client_assertion_type` that belongs to it (RFC 7523 §2.2).
pub const CLIENT_ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// The lifetime of an assertion for a server that no platform row describes, in seconds.
pub const DEFAULT_LIFETIME_S: u32 = 60;

/// A signed client assertion. It is moved into the one request that it is for: it cannot be cloned, so a retry cannot
/// send it again.
pub struct Assertion {
    token: SecretText,
    expires_at: Timestamp,
}

impl Assertion {
    /// The compact JWS, to be sent once.
    pub fn as_str(&self) -> &str {
        self.token.expose()
    }

    /// When it expires.
    pub fn expires_at(&self) -> Timestamp {
        self.expires_at
    }
}

impl fmt::Debug for Assertion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Assertion(expires at {})", self.expires_at)
    }
}

/// What one assertion says. Each value has been judged by whoever made this.
pub struct Statement<'a> {
    /// `iss` and `sub`.
    pub client_id: &'a str,
    /// `aud`, byte for byte.
    pub audience: &'a Exact,
    /// `typ`; `None` leaves it out.
    pub typ: Option<&'a str>,
    /// `exp` minus `iat`, in seconds.
    pub lifetime_s: u32,
    /// `iat`.
    pub now: Timestamp,
    /// `jti`, fresh for this assertion.
    pub jti: &'a str,
}

/// Signs a statement.
pub fn mint(key: &SigningKey, statement: &Statement<'_>) -> Result<Assertion> {
    let expires_at = statement.now.plus_s(i64::from(statement.lifetime_s));
    let header = Header { alg: key.algorithm().name(), kid: key.key_id(), typ: statement.typ };
    let claims = Claims {
        iss: statement.client_id,
        sub: statement.client_id,
        aud: statement.audience.as_str(),
        exp: expires_at.unix_s(),
        iat: statement.now.unix_s(),
        jti: statement.jti,
    };
    let token = key.sign_compact(&json(&header)?, &json(&claims)?)?;
    Ok(Assertion { token: SecretText::new(token), expires_at })
}

/// Mints for an audience alone: the platform row is found by the audience's host and its rules hold; a host of no row
/// gets the general rules. A lifetime of 0 is the row's own.
pub fn mint_for_audience(
    key: &SigningKey,
    client_id: &str,
    audience: &str,
    lifetime_s: u32,
    now: Timestamp,
    jti: &str,
) -> Result<Assertion> {
    let row = Platform::from_address(audience);
    match row {
        Some(row) => {
            row.check_client_id(client_id)?;
            row.check_algorithm(key.algorithm())?;
            check_audience(row, audience)?;
        }
        None => check_general(client_id, audience)?,
    }
    let default_lifetime_s = row.map_or(DEFAULT_LIFETIME_S, |row| row.assertion_lifetime_s);
    let lifetime_s = if lifetime_s == 0 { default_lifetime_s } else { lifetime_s };
    check_lifetime(lifetime_s)?;
    let typ = row.map_or(Some("JWT"), |row| row.typ.as_deref());
    mint(key, &Statement { client_id, audience: &Exact::new(audience), typ, lifetime_s, now, jti })
}

/// Refuses a lifetime outside the bounds.
pub fn check_lifetime(lifetime_s: u32) -> Result<()> {
    if ASSERTION_LIFETIME_S.contains(&lifetime_s) {
        return Ok(());
    }
    let (shortest, longest) = (ASSERTION_LIFETIME_S.start(), ASSERTION_LIFETIME_S.end());
    Err(Error::new(Status::ConfigInvalid)
        .expected(format!("an assertion lifetime of {shortest} to {longest} seconds"))
        .found(lifetime_s.to_string()))
}

/// Refuses an audience that the row would not take, and says in what the two differ.
pub fn check_audience(row: &Platform, audience: &str) -> Result<()> {
    let Some(expected) = named_audience(row) else { return check_known_host(row, audience) };
    if audience == expected {
        return Ok(());
    }
    let shown = printable(audience, 200);
    let found = match exact::difference(expected, audience) {
        Some(difference) => format!("{shown} ({difference})"),
        None => shown,
    };
    Err(Error::new(Status::AudienceForeign).expected(expected).found(found))
}

/// The audience that the row names; a row without token endpoint names none.
pub fn audience_of(row: &Platform) -> Result<&str> {
    named_audience(row).ok_or_else(|| {
        Error::new(Status::AudienceForeign)
            .expected("an audience: the platform row names no token endpoint")
            .found("none")
    })
}

fn named_audience(row: &Platform) -> Option<&str> {
    match row.audience_mode {
        AudienceMode::TokenEndpoint => row.token_endpoint.as_ref(),
        AudienceMode::Issuer => Some(&row.issuer),
    }
    .map(Exact::as_str)
}

/// A row without token endpoint takes any address on one of its hosts.
fn check_known_host(row: &Platform, audience: &str) -> Result<()> {
    if HttpsAddress::parse(audience).is_some_and(|address| row.knows_host(address.host)) {
        return Ok(());
    }
    let expected = format!("an https address on {}", row.hosts.join(" or "));
    Err(Error::new(Status::AudienceForeign).expected(expected).found(printable(audience, 200)))
}

fn check_general(client_id: &str, audience: &str) -> Result<()> {
    let invalid = |expected: &str| Err(Error::new(Status::InvalidArgument).expected(expected));
    if client_id.is_empty() || client_id.chars().any(char::is_control) {
        return invalid("a client id that is not empty and has no control characters");
    }
    if HttpsAddress::parse(audience).is_none() {
        return invalid("an audience that is an absolute https address");
    }
    Ok(())
}

fn json(value: &impl Serialize) -> Result<String> {
    serde_json::to_string(value).map_err(|_| Error::new(Status::Internal).found("a claim could not be written"))
}

#[derive(Serialize)]
struct Header<'a> {
    alg: &'a str,
    kid: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    typ: Option<&'a str>,
}

#[derive(Serialize)]
struct Claims<'a> {
    iss: &'a str,
    sub: &'a str,
    aud: &'a str,
    exp: i64,
    iat: i64,
    jti: &'a str,
}
