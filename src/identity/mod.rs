//! An ID token becomes a person here and nowhere else (OIDC Core 3.1.3.7). Enters: a token, the provider's keys and what
//! is expected. Leaves: an [`Identity`]. The two lists below are all that is checked, in this order; a failed check
//! ends the walk with the status that is its own.

mod checks;
mod claims;

#[cfg(test)]
mod tests;

use crate::clock::Timestamp;
use crate::error::{Error, Result, Status};
use crate::exact::Exact;
use crate::jose::Algorithm;
use crate::jose::json::Object;
use crate::jose::jws::{Unverified, Verified};
use crate::provider::keys::KeySet;
use crate::secret::SecretText;
use checks::{ClaimCheck, TokenCheck};
pub use claims::Identity;

/// Before the signature: what the token is, and which key it needs.
const TOKEN_CHECKS: &[(&str, TokenCheck)] = &[
    ("exact_form", checks::exact_form),
    ("header_members", checks::header_members),
    ("algorithm", checks::algorithm),
    ("type", checks::typ),
    ("critical", checks::critical),
];

/// After the signature: what the token says.
const CLAIM_CHECKS: &[(&str, ClaimCheck)] = &[
    ("members", checks::members),
    ("issuer", checks::issuer),
    ("subject", checks::subject),
    ("audience", checks::audience),
    ("further_audiences", checks::further_audiences),
    ("authorized_party_present", checks::authorized_party_present),
    ("authorized_party", checks::authorized_party),
    ("expiry", checks::expiry),
    ("not_before", checks::not_before),
    ("issued_at", checks::issued_at),
    ("age", checks::age),
    ("nonce", checks::nonce),
    ("auth_time", checks::auth_time),
    ("max_age", checks::max_age),
    ("repeated_authentication", checks::repeated_authentication),
    ("acr", checks::acr),
    ("assurance", checks::assurance),
    ("access_token_hash", checks::access_token_hash),
];

/// What a token must fit. Made by the flow that asked for it.
#[derive(Debug)]
pub struct Expectations<'a> {
    /// The discovered issuer.
    pub issuer: &'a Exact,
    /// This client.
    pub client_id: &'a str,
    /// The registered algorithm of ID tokens.
    pub algorithm: Algorithm,
    /// The nonce that was sent.
    pub nonce: Option<&'a SecretText>,
    /// The access token that came beside it.
    pub access_token: Option<&'a str>,
    /// The `max_age` that was sent, in seconds.
    pub max_age_s: Option<u32>,
    /// `prompt=login` was sent at this time.
    pub login_asked_at: Option<Timestamp>,
    /// The lowest assurance level.
    pub required_level: u8,
    /// The level that each class stands for.
    pub acr_levels: &'a [(String, u8)],
    /// How far clocks may be apart, in seconds.
    pub clock_skew_s: i64,
    /// The oldest `iat` of a fresh token, in seconds; `None` for a token that is not fresh.
    pub oldest_issue_s: Option<i64>,
    /// The time.
    pub now: Timestamp,
}

/// Checks everything and gives the person.
pub fn validate(token: Unverified, keys: &KeySet, expected: &Expectations<'_>) -> Result<Identity> {
    for (_, check) in TOKEN_CHECKS {
        check(&token, expected)?;
    }
    let candidates = keys.choose(token.header().kid.as_deref(), expected.algorithm)?;
    let verified = token.verify(&candidates)?;
    read_claims(verified, expected, CLAIM_CHECKS.iter())
}

fn read_claims<'c>(
    verified: Verified,
    expected: &Expectations<'_>,
    list: impl Iterator<Item = &'c (&'static str, ClaimCheck)>,
) -> Result<Identity> {
    let (token, payload) = verified.into_parts();
    let claims = Object::parse(payload.expose())
        .map_err(|_| Error::new(Status::TokenMalformed).expected("a payload that is a JSON object"))?;
    for (_, check) in list {
        check(&claims, expected)?;
    }
    let facts = claims::Facts::read(&claims);
    drop(claims);
    Ok(Identity::new(token, payload, facts))
}
