//! `Client`: key, platform and provider put together, immutable and shared by threads. It begins flows and steps them,
//! and is the only place that asks for time and randomness. It opens no socket: a transport does, or the host.

pub mod config;
mod expectations;
mod running;

use std::fmt;
use std::sync::Arc;

use crate::assertion::{self, Assertion, Statement};
use crate::clock::{self, Timestamp};
use crate::error::Result;
use crate::event::{Conversation, Event, Listener};
use crate::exact::Exact;
use crate::flow::Flow;
use crate::flow::Surroundings;
use crate::flow::authorize::{AuthorizationParameters, AuthorizationRequest};
use crate::flow::relying_party::RelyingParty;
use crate::identity::{self, Identity};
use crate::jose::jws::Unverified;
use crate::key::SigningKey;
use crate::provider::Provider;
use crate::provider::keys::KeySet;
use crate::random::{self, Random, SystemRandom};
pub use config::Config;
use config::TransportOptions;
pub use running::Running;

/// Where a client gets the time and fresh random values. Only tests, and hosts with a time of their own, bring others
/// than the default.
pub struct Sources {
    /// The time.
    pub now: Box<dyn Fn() -> Timestamp + Send + Sync>,
    /// Fresh random values.
    pub random: Box<dyn Random>,
}

impl Default for Sources {
    fn default() -> Self {
        Self { now: Box::new(clock::now), random: Box::new(SystemRandom) }
    }
}

/// One client of one platform. Cheap to clone; all clones share what is known of the provider.
#[derive(Clone)]
pub struct Client(Arc<Inner>);

struct Inner {
    party: RelyingParty,
    provider: Provider,
    sources: Sources,
    transport: TransportOptions,
    listener: Option<Listener>,
}

impl Client {
    /// Makes a client. All missing options are named in one error. Nothing is read and nothing is sent.
    pub fn new(config: Config) -> Result<Self> {
        Self::with_sources(config, Sources::default())
    }

    /// The same with another clock or randomness.
    pub fn with_sources(mut config: Config, sources: Sources) -> Result<Self> {
        let listener = config.listener.take();
        let (party, transport) = config.finish(sources.random.as_ref())?;
        let client = Self(Arc::new(Inner { party, provider: Provider::default(), sources, transport, listener }));
        // Whoever read the key had nobody to tell.
        if let Some(encryption) = client.0.party.key.weak_encryption() {
            client.tell(|| Event::KeyEncryptionWeak { encryption });
        }
        Ok(client)
    }

    /// What this client is.
    pub fn party(&self) -> &RelyingParty {
        &self.0.party
    }

    /// How requests are sent.
    pub fn transport_options(&self) -> &TransportOptions {
        &self.0.transport
    }

    /// Begins an authorization.
    pub fn begin_authorization(&self, parameters: AuthorizationParameters) -> Result<Running> {
        let flow = Flow::begin_authorization(parameters, &self.around())?;
        Ok(Running::new(flow, Conversation::Authorization, self.clone()))
    }

    /// Begins a sign-in with the whole callback, which is checked here and now.
    pub fn begin_sign_in(&self, request: &AuthorizationRequest, callback: &str) -> Result<Running> {
        let flow = Flow::begin_sign_in(request.saved(), callback, &self.around())
            .inspect_err(|error| self.tell(|| Event::CallbackRefused { status: error.status() }))?;
        Ok(Running::new(flow, Conversation::SignIn, self.clone()))
    }

    /// Opens an authorization request that this client, or one that is the same, has sealed.
    pub fn restore_authorization_request(&self, sealed: &str) -> Result<AuthorizationRequest> {
        let saved = self.0.party.seal.open(sealed, &self.0.party, (self.0.sources.now)())?;
        Ok(AuthorizationRequest::restored(sealed, saved))
    }

    /// Mints an assertion for an endpoint of this client's platform; with no audience, for the one of its row.
    pub fn assertion(&self, audience: Option<&str>) -> Result<Assertion> {
        let party = &self.0.party;
        let audience = match audience {
            Some(audience) => {
                assertion::check_audience(&party.platform, audience)?;
                audience
            }
            None => assertion::audience_of(&party.platform)?,
        };
        let jti = random::jti(self.0.sources.random.as_ref())?;
        assertion::mint(
            &party.key,
            &Statement {
                client_id: &party.client_id,
                audience: &Exact::new(audience),
                typ: party.platform.typ.as_deref(),
                lifetime_s: party.assertion_lifetime_s,
                now: (self.0.sources.now)(),
                jti: &jti,
            },
        )
    }

    /// Validates an ID token that came another way. `expectations_json` is an object: `nonce` (a text, or null if none
    /// was sent) is required; optional are `access_token`, `acr_values`, `max_age_s`, `login_asked_at` (Unix seconds)
    /// and `max_issue_age_s` (default: not looked at).
    pub fn validate_id_token(&self, keys: &KeySet, id_token: &str, expectations_json: &str) -> Result<Identity> {
        let party = &self.0.party;
        let wanted = expectations::Wanted::read(expectations_json)?;
        let token = Unverified::parse(id_token)?;
        identity::validate(token, keys, &wanted.expectations(party, (self.0.sources.now)())?)
    }

    /// Tells whoever listens; if nobody does, the event is not even made.
    pub(crate) fn tell(&self, event: impl FnOnce() -> Event) {
        if let Some(listener) = &self.0.listener {
            listener.tell(&event());
        }
    }

    fn around(&self) -> Surroundings<'_> {
        Surroundings {
            party: &self.0.party,
            provider: &self.0.provider,
            now: (self.0.sources.now)(),
            random: self.0.sources.random.as_ref(),
        }
    }
}

/// Mints an assertion without a client: now, and with a fresh jti. The rules are those of
/// [`assertion::mint_for_audience`].
pub fn mint_assertion(key: &SigningKey, client_id: &str, audience: &str, lifetime_s: u32) -> Result<Assertion> {
    let jti = random::jti(&SystemRandom)?;
    assertion::mint_for_audience(key, client_id, audience, lifetime_s, clock::now(), &jti)
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Client({})", self.0.party.platform.name)
    }
}
