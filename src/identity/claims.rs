//! The person: typed claims of a token that passed all checks.

use std::fmt;

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

/// The claims that have a type.
#[derive(Clone, Debug, Default)]
pub(super) struct Facts {
    issuer: String,
    subject: String,
    acr: Option<String>,
    amr: Vec<String>,
    session_id: Option<String>,
    selected_role_id: Option<String>,
    authentication_level: Option<u8>,
    identity_level: Option<u8>,
    issued_at: Option<Timestamp>,
    expires_at: Option<Timestamp>,
    authenticated_at: Option<Timestamp>,
}

impl Facts {
    pub(super) fn read(claims: &Object<'_>) -> Self {
        let text = |name: &str| claims.str(name).map(str::to_owned);
        let time = |name: &str| checks::time(claims, name, Status::TokenMalformed).ok().flatten();
        let methods = claims.get("amr").and_then(Value::as_array).unwrap_or_default();
        Self {
            issuer: text("iss").unwrap_or_default(),
            subject: text("sub").unwrap_or_default(),
            acr: text("acr"),
            amr: methods.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
            session_id: text("sid"),
            selected_role_id: text("selected_roleid"),
            authentication_level: checks::level(claims),
            identity_level: claims.get("id_assurance_level").and_then(checks::digit),
            issued_at: time("iat"),
            expires_at: time("exp"),
            authenticated_at: time("auth_time"),
        }
    }
}

impl Identity {
    pub(super) fn new(token: SecretText, payload: Secret, facts: Facts) -> Self {
        Self { token, payload, facts }
    }

    /// `iss`, byte for byte.
    pub fn issuer(&self) -> &str {
        &self.facts.issuer
    }

    /// `sub`: the person's UID, 12 digits at CIS2.
    pub fn subject(&self) -> &str {
        &self.facts.subject
    }

    /// `acr`: the authentication class that was satisfied.
    pub fn acr(&self) -> Option<&str> {
        self.facts.acr.as_deref()
    }

    /// `amr`: how the person authenticated.
    pub fn amr(&self) -> &[String] {
        &self.facts.amr
    }

    /// `sid`: the provider's session, named in back-channel logout.
    pub fn session_id(&self) -> Option<&str> {
        self.facts.session_id.as_deref()
    }

    /// `selected_roleid`: the role that the person picked. Absent for many: a person may have no roles.
    pub fn selected_role_id(&self) -> Option<&str> {
        self.facts.selected_role_id.as_deref()
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
