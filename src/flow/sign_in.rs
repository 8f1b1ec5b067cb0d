//! The sign-in: exchange the code (RFC 6749 §4.1.3, RFC 7523 §2.2), find the key, validate the ID token. The code is sent
//! once; tokens leave only together with a validated identity.

use std::sync::Arc;

use super::answer::{self, Tokens};
use super::callback;
use super::form;
use super::saved::Saved;
use super::{Next, Outcome, Purpose, Surroundings, UnknownKey};
use crate::assertion::{self, CLIENT_ASSERTION_TYPE, Statement};
use crate::error::Result;
use crate::event::Kid;
use crate::http::{Request, Response};
use crate::identity::{self, Expectations, Identity};
use crate::jose::jws::Unverified;
use crate::platform::AudienceMode;
use crate::provider::Cached;
use crate::provider::discovery::Metadata;
use crate::provider::keys::KeySet;
use crate::random;
use crate::secret::{Secret, SecretText};

/// The oldest `iat` of an ID token that comes out of a fresh exchange, in seconds.
pub const OLDEST_ISSUE_S: i64 = 10 * 60;

/// Who signed in, and the tokens that came with it.
#[derive(Debug)]
pub struct SignIn {
    identity: Identity,
    tokens: Tokens,
}

impl SignIn {
    /// The validated identity.
    pub fn identity(&self) -> &Identity {
        &self.identity
    }

    /// The tokens.
    pub fn tokens(&self) -> &Tokens {
        &self.tokens
    }
}

/// A sign-in under way.
pub(super) struct SigningIn {
    saved: Saved,
    required_level: u8,
    code: SecretText,
    tokens: Option<Tokens>,
    keys: Option<Arc<KeySet>>,
}

impl SigningIn {
    /// Checks the callback against the saved request.
    pub(super) fn begin(saved: &Saved, callback: &str, around: &Surroundings<'_>) -> Result<Self> {
        let party = around.party;
        let required_level = party.platform.required_level(saved.acr_values.as_deref())?.unwrap_or(party.default_level);
        let code = callback::check(callback, saved)?;
        Ok(Self { saved: saved.clone(), required_level, code, tokens: None, keys: None })
    }

    /// The steps in their order: exchange, keys, identity.
    pub(super) fn next(&mut self, metadata: &Metadata, around: &Surroundings<'_>) -> Result<Next> {
        let Some(tokens) = &self.tokens else {
            return Ok(Next::Ask(self.exchange(metadata, around)?, Purpose::Token));
        };
        let token = Unverified::parse(tokens.id_token().expose())?;
        let keys = match self.keys_or_ask(token.header().kid.as_deref(), metadata, around) {
            Ok(keys) => keys,
            Err(ask) => return Ok(*ask),
        };
        let identity = identity::validate(token, &keys, &self.expectations(metadata, tokens, around))?;
        let outcome = SignIn { identity, tokens: tokens.clone() };
        Ok(Next::Done(Outcome::SignIn(Box::new(outcome))))
    }

    /// Takes the token answer in.
    pub(super) fn take_answer(&mut self, response: &Response, around: &Surroundings<'_>) -> Result<()> {
        let verifier = self.saved.verifier.as_ref().map_or("", SecretText::expose);
        let secrets = [self.code.expose(), verifier, self.saved.state.expose(), self.saved.nonce.expose()];
        self.tokens = Some(answer::read(response, &secrets, around.now)?);
        Ok(())
    }

    /// Takes a key set in that was asked for.
    pub(super) fn take_keys(&mut self, keys: Arc<KeySet>) {
        self.keys = Some(keys);
    }

    fn exchange(&self, metadata: &Metadata, around: &Surroundings<'_>) -> Result<Request> {
        let party = around.party;
        let jti = random::jti(around.random)?;
        let assertion = assertion::mint(
            &party.key,
            &Statement {
                client_id: &party.client_id,
                audience: match party.platform.audience_mode {
                    AudienceMode::TokenEndpoint => &metadata.token_endpoint,
                    AudienceMode::Issuer => &metadata.issuer,
                },
                typ: party.platform.typ.as_deref(),
                lifetime_s: party.assertion_lifetime_s,
                now: around.now,
                jti: &jti,
            },
        )?;
        let mut pairs = vec![
            ("grant_type", "authorization_code"),
            ("code", self.code.expose()),
            ("redirect_uri", self.saved.redirect_uri.as_str()),
            ("client_id", party.client_id.as_str()),
            ("client_assertion_type", CLIENT_ASSERTION_TYPE),
            ("client_assertion", assertion.as_str()),
        ];
        if let Some(verifier) = &self.saved.verifier {
            pairs.push(("code_verifier", verifier.expose()));
        }
        let form = Secret::new(form::encode(pairs).into_bytes());
        Ok(Request::post_form(metadata.token_endpoint.as_str(), form))
    }

    /// The key set that holds this `kid`, or the request that may find it: asked for once, then the cool-down holds.
    fn keys_or_ask(
        &self,
        kid: Option<&str>,
        metadata: &Metadata,
        around: &Surroundings<'_>,
    ) -> std::result::Result<Arc<KeySet>, Box<Next>> {
        let ask = |stale, unknown| {
            let request = Request::get_json(metadata.jwks_uri.as_str());
            Err(Box::new(Next::Ask(request, Purpose::Keys { stale, unknown })))
        };
        // A set that this flow has asked for holds what there is: it is not asked for twice.
        if let Some(keys) = &self.keys {
            return Ok(Arc::clone(keys));
        }
        match around.provider.keys(around.now) {
            Cached::Ask(stale) => ask(stale, None),
            Cached::Have(keys) if keys.holds(kid, around.party.id_token_algorithm) => Ok(keys),
            Cached::Have(keys) if around.provider.may_refetch(around.now) => {
                ask(Some(keys), Some(UnknownKey { kid: kid.map(Kid::new) }))
            }
            Cached::Have(keys) => Ok(keys),
        }
    }

    fn expectations<'a>(
        &'a self,
        metadata: &'a Metadata,
        tokens: &'a Tokens,
        around: &'a Surroundings<'_>,
    ) -> Expectations<'a> {
        let party = around.party;
        Expectations {
            issuer: &metadata.issuer,
            client_id: &party.client_id,
            algorithm: party.id_token_algorithm,
            nonce: Some(&self.saved.nonce),
            access_token: Some(tokens.access_token().expose()),
            max_age_s: self.saved.max_age_s,
            login_asked_at: self.saved.asks_for_login().then_some(self.saved.made_at),
            required_level: self.required_level,
            acr_levels: &party.platform.acr_levels,
            clock_skew_s: i64::from(party.clock_skew_s),
            oldest_issue_s: Some(OLDEST_ISSUE_S),
            now: around.now,
        }
    }
}
