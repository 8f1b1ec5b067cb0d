//! The person: typed claims of a token that passed all checks.

use std::fmt;
use std::ops::Range;

use super::checks;
use crate::clock::Timestamp;
use crate::error::Status;
use crate::jose::json::{Object, Value};
use crate::secret::{Secret, SecretText};

/// Who signed in. Made by [`super::validate`] alone, which runs the whole list of checks.
#[derive(Clone)]
pub struct Identity {
    token: SecretText,
    payload: Secret,
    facts: Facts,
}

/// The claims that have a type. Some hosts validate a token for each request: the texts share one buffer.
#[derive(Clone, Debug, Default)]
pub(super) struct Facts {
    texts: String,
    places: [Option<Range<usize>>; TEXTS.len()],
    authentication_level: Option<u8>,
    identity_level: Option<u8>,
    issued_at: Option<Timestamp>,
    expires_at: Option<Timestamp>,
    authenticated_at: Option<Timestamp>,
}

/// The claims that are texts, and their places among them.
const TEXTS: [&str; 5] = ["iss", "sub", "acr", "sid", "selected_roleid"];
const ISSUER: usize = 0;
const SUBJECT: usize = 1;
const ACR: usize = 2;
const SESSION_ID: usize = 3;
const SELECTED_ROLE_ID: usize = 4;

impl Facts {
    pub(super) fn read(claims: &Object<'_>) -> Self {
        let found = TEXTS.map(|name| claims.str(name));
        let mut texts = String::with_capacity(found.iter().flatten().map(|text| text.len()).sum());
        let places = found.map(|text| {
            let start = texts.len();
            texts.push_str(text?);
            Some(start..texts.len())
        });
        let time = |name: &str| checks::time(claims, name, Status::TokenMalformed).ok().flatten();
        Self {
            texts,
            places,
            authentication_level: checks::level(claims),
            identity_level: claims.get("id_assurance_level").and_then(checks::digit),
            issued_at: time("iat"),
            expires_at: time("exp"),
            authenticated_at: time("auth_time"),
        }
    }

    fn text(&self, index: usize) -> Option<&str> {
        self.places[index].clone().map(|place| &self.texts[place])
    }
}

impl Identity {
    pub(super) fn new(token: SecretText, payload: Secret, facts: Facts) -> Self {
        Self { token, payload, facts }
    }

    /// `iss`, byte for byte.
    pub fn issuer(&self) -> &str {
        self.facts.text(ISSUER).unwrap_or_default()
    }

    /// `sub`: the person's UID, 12 digits at CIS2.
    pub fn subject(&self) -> &str {
        self.facts.text(SUBJECT).unwrap_or_default()
    }

    /// `acr`: the authentication class that was satisfied.
    pub fn acr(&self) -> Option<&str> {
        self.facts.text(ACR)
    }

    /// `amr`: how the person authenticated, read when it is asked for.
    pub fn amr(&self) -> Vec<String> {
        let Ok(claims) = Object::parse(self.payload.expose()) else { return Vec::new() };
        let methods = claims.get("amr").and_then(Value::as_array).unwrap_or_default();
        methods.iter().filter_map(Value::as_str).map(str::to_owned).collect()
    }

    /// `sid`: the provider's session, named in back-channel logout.
    pub fn session_id(&self) -> Option<&str> {
        self.facts.text(SESSION_ID)
    }

    /// `selected_roleid`: the role that the person picked. Absent for many: a person may have no roles.
    pub fn selected_role_id(&self) -> Option<&str> {
        self.facts.text(SELECTED_ROLE_ID)
    }

    /// `authentication_assurance_level`, 1 to 3.
    pub fn authentication_level(&self) -> Option<u8> {
        self.facts.authentication_level
    }

    /// `id_assurance_level`, 0 to 3.
    pub fn identity_level(&self) -> Option<u8> {
        self.facts.identity_level
    }

    /// `iat`.
    pub fn issued_at(&self) -> Option<Timestamp> {
        self.facts.issued_at
    }

    /// `exp`.
    pub fn expires_at(&self) -> Option<Timestamp> {
        self.facts.expires_at
    }

    /// `auth_time`.
    pub fn authenticated_at(&self) -> Option<Timestamp> {
        self.facts.authenticated_at
    }

    /// Any claim as JSON text.
    pub fn claim(&self, name: &str) -> Option<String> {
        let claims = Object::parse(self.payload.expose()).ok()?;
        serde_json::to_string(claims.get(name)?).ok()
    }

    /// All claims as received, one JSON object.
    pub fn claims_json(&self) -> &str {
        // The payload was read as JSON, which is UTF-8.
        std::str::from_utf8(self.payload.expose()).unwrap_or_default()
    }

    /// The ID token as received: the `subject_token` of a token exchange, the hint of a logout.
    pub fn id_token(&self) -> &SecretText {
        &self.token
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Identity")
    }
}
