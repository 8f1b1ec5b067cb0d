//! What a client is, as its flows see it: identity, key, platform and bounds. Immutable; made by `client`.

use std::sync::Arc;

use super::saved::Seal;
use crate::jose::Algorithm;
use crate::key::SigningKey;
use crate::platform::Platform;

/// The relying party of the conversations (OIDC Core 1.2).
#[derive(Debug)]
pub struct RelyingParty {
    /// The provider's row.
    pub platform: Platform,
    /// `client_id`.
    pub client_id: String,
    /// `redirect_uri`, byte for byte as registered.
    pub redirect_uri: String,
    /// The key that signs assertions.
    pub key: Arc<SigningKey>,
    /// The registered algorithm of ID tokens.
    pub id_token_algorithm: Algorithm,
    /// How long an assertion lives, in seconds.
    pub assertion_lifetime_s: u32,
    /// How far clocks may be apart, in seconds.
    pub clock_skew_s: u32,
    /// The assurance level that must be reached when no `acr_values` are sent.
    pub default_level: u8,
    /// What seals saved authorization requests.
    pub seal: Seal,
}
