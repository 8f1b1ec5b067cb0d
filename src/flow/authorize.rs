//! The authorization request (OIDC Core 3.1.2.1, RFC 7636). Enters: what the caller wants. Leaves: the URL for the
//! browser and what must be kept until it returns. State, nonce and verifier are fresh each time.

use std::fmt;

use super::Surroundings;
use super::form;
use super::relying_party::RelyingParty;
use super::saved::Saved;
use crate::base64url;
use crate::error::{Error, Result, Status};
use crate::http::printable;
use crate::jose::hash;
use crate::platform::Pkce;
use crate::provider::discovery::Metadata;
use crate::random;
use crate::secret::SecretText;

/// Longest parameter value, in bytes; the sealed request has a limit of its own.
pub const MAX_PARAMETER_BYTES: usize = 1024;
/// What is asked for unless the caller says otherwise.
pub const DEFAULT_SCOPE: &str = "openid";

/// Parameters that this library sets itself and nobody else may.
const RESERVED: &[&str] = &[
    "acr_values",
    "client_assertion",
    "client_assertion_type",
    "client_id",
    "client_secret",
    "code_challenge",
    "code_challenge_method",
    "max_age",
    "nonce",
    "prompt",
    "redirect_uri",
    "request",
    "request_uri",
    "response_mode",
    "response_type",
    "scope",
    "state",
    "ui_locales",
];

/// What the caller wants of an authorization.
#[derive(Clone, Debug, Default)]
pub struct AuthorizationParameters {
    /// Optional; default `openid`. Must hold `openid`.
    pub scope: Option<String>,
    /// Optional; space-separated classes that the platform row knows. Without it the row's default level must be reached.
    pub acr_values: Option<String>,
    /// Optional; in seconds.
    pub max_age_s: Option<u32>,
    /// Optional; `login` is checked in the ID token.
    pub prompt: Option<String>,
    /// Optional; BCP 47 tags, space-separated.
    pub ui_locales: Option<String>,
    /// Optional; further parameters by name.
    pub further: Vec<(String, String)>,
}

impl AuthorizationParameters {
    /// Refuses what could not be sent or checked later.
    pub fn check(&self, party: &RelyingParty) -> Result<()> {
        let scope = self.scope.as_deref().unwrap_or(DEFAULT_SCOPE);
        if !scope.split_ascii_whitespace().any(|word| word == "openid") {
            return Err(Error::new(Status::ScopeWithoutOpenid).found(printable(scope, 200)));
        }
        let acr_values = self.acr_values.as_deref();
        if acr_values.is_some_and(|values| values.trim().is_empty()) {
            return Err(invalid("acr_values", "a class that the platform row knows, or none"));
        }
        party.platform.required_level(acr_values)?;
        let named = [
            ("scope", self.scope.as_deref()),
            ("acr_values", acr_values),
            ("prompt", self.prompt.as_deref()),
            ("ui_locales", self.ui_locales.as_deref()),
        ];
        for (name, value) in named {
            if let Some(value) = value {
                check_value(name, value)?;
            }
        }
        for (index, (name, value)) in self.further.iter().enumerate() {
            if RESERVED.contains(&name.as_str()) {
                return Err(invalid(name, "left to the setter or the library that it belongs to"));
            }
            if self.further[..index].iter().any(|(earlier, _)| earlier == name) {
                return Err(invalid(name, "set once"));
            }
            check_value("a further parameter's name", name)?;
            check_value(&printable(name, 60), value)?;
        }
        Ok(())
    }
}

fn check_value(name: &str, value: &str) -> Result<()> {
    if value.is_empty() || value.len() > MAX_PARAMETER_BYTES || value.chars().any(char::is_control) {
        return Err(invalid(name, &format!("1 to {MAX_PARAMETER_BYTES} bytes without control characters")));
    }
    Ok(())
}

fn invalid(name: &str, expected: &str) -> Error {
    Error::new(Status::InvalidArgument).expected(format!("the parameter {name} to be {expected}"))
}

/// An authorization that was begun: the browser goes to the URL, the sealed text waits for its return.
pub struct AuthorizationRequest {
    url: SecretText,
    sealed: SecretText,
    saved: Saved,
}

impl AuthorizationRequest {
    /// Where to send the browser. It holds state and nonce: never log it.
    pub fn url(&self) -> &str {
        self.url.expose()
    }

    /// What to keep until the browser returns, fit for a cookie or session. Delete it at first use.
    pub fn sealed(&self) -> &str {
        self.sealed.expose()
    }

    /// What is sealed.
    pub fn saved(&self) -> &Saved {
        &self.saved
    }

    /// Takes up a request that was sealed before; its URL is not kept.
    pub fn restored(sealed: &str, saved: Saved) -> Self {
        Self { url: SecretText::new(String::new()), sealed: SecretText::new(sealed.to_owned()), saved }
    }
}

impl fmt::Debug for AuthorizationRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AuthorizationRequest")
    }
}

/// Makes the request with fresh state, nonce and verifier.
pub(super) fn request(
    parameters: &AuthorizationParameters,
    metadata: &Metadata,
    around: &Surroundings<'_>,
) -> Result<AuthorizationRequest> {
    let party = around.party;
    let verifier = match party.platform.pkce {
        Pkce::Always => Some(random::token(around.random)?),
        Pkce::Never => None,
    };
    let saved = Saved {
        issuer: metadata.issuer.as_str().to_owned(),
        client_id: party.client_id.clone(),
        redirect_uri: party.redirect_uri.clone(),
        state: random::token(around.random)?,
        nonce: random::token(around.random)?,
        verifier,
        scope: parameters.scope.clone().unwrap_or_else(|| DEFAULT_SCOPE.to_owned()),
        acr_values: parameters.acr_values.clone(),
        max_age_s: parameters.max_age_s,
        prompt: parameters.prompt.clone(),
        callback_has_issuer: metadata.callback_has_issuer,
        made_at: around.now,
    };
    let sealed = party.seal.seal(&saved, around.random)?;
    let url = url(parameters, &saved, metadata.authorization_endpoint.as_str());
    Ok(AuthorizationRequest { url: SecretText::new(url), sealed, saved })
}

fn url(parameters: &AuthorizationParameters, saved: &Saved, endpoint: &str) -> String {
    let challenge =
        saved.verifier.as_ref().map(|verifier| base64url::encode(&hash::sha256(verifier.expose().as_bytes())));
    let max_age = saved.max_age_s.map(|seconds| seconds.to_string());
    let mut pairs = vec![
        ("response_type", "code"),
        ("client_id", saved.client_id.as_str()),
        ("redirect_uri", saved.redirect_uri.as_str()),
        ("scope", saved.scope.as_str()),
        ("state", saved.state.expose()),
        ("nonce", saved.nonce.expose()),
    ];
    if let Some(challenge) = &challenge {
        pairs.extend([("code_challenge", challenge.as_str()), ("code_challenge_method", "S256")]);
    }
    let optional = [
        ("acr_values", saved.acr_values.as_deref()),
        ("max_age", max_age.as_deref()),
        ("prompt", saved.prompt.as_deref()),
        ("ui_locales", parameters.ui_locales.as_deref()),
    ];
    pairs.extend(optional.into_iter().filter_map(|(name, value)| Some((name, value?))));
    pairs.extend(parameters.further.iter().map(|(name, value)| (name.as_str(), value.as_str())));
    let separator = if endpoint.contains('?') { '&' } else { '?' };
    format!("{endpoint}{separator}{}", form::encode(pairs))
}
