//! The published addresses, all with `:443`, and the discovery document that says them.

use serde_json::{Value, json};

use crate::authorize;

/// The only host of the simulator; every browser resolves it to loopback.
pub const HOST: &str = "cis2.localhost";
/// The realm of CIS2, in which all its endpoints stand.
pub(crate) const REALM: &str = "/openam/oauth2/realms/root/realms/NHSIdentity/realms/Healthcare";

/// What the discovery document says, and the port that is really open.
pub(crate) struct Addresses {
    issuer: String,
    port: u16,
}

impl Addresses {
    pub(crate) fn new(port: u16) -> Self {
        Self { issuer: format!("https://{HOST}:443{REALM}"), port }
    }

    pub(crate) fn issuer(&self) -> &str {
        &self.issuer
    }

    pub(crate) fn token_endpoint(&self) -> String {
        format!("{}/access_token", self.issuer)
    }

    pub(crate) fn metadata(&self) -> String {
        format!("{}/.well-known/openid-configuration", self.issuer)
    }

    pub(crate) fn reasons(&self) -> String {
        format!("https://{HOST}:{}/simulator/reasons", self.port)
    }

    /// The discovery document. AM lists all algorithms that it could sign with; that does not mean a client gets them.
    pub(crate) fn discovery(&self) -> Value {
        let issuer = &self.issuer;
        json!({
            "issuer": issuer,
            // A browser has no address override: this one address has the port that is really open.
            "authorization_endpoint": format!("https://{HOST}:{}{REALM}/authorize", self.port),
            "token_endpoint": self.token_endpoint(),
            "userinfo_endpoint": format!("{issuer}/userinfo"),
            "jwks_uri": format!("{issuer}/connect/jwk_uri"),
            "scopes_supported": authorize::SCOPES,
            "acr_values_supported": authorize::ACR_CLASSES.iter().map(|(class, _)| *class).collect::<Vec<_>>(),
            "response_types_supported": ["code"],
            "response_modes_supported": ["query"],
            "grant_types_supported": ["authorization_code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": [
                "PS384", "ES384", "RS384", "HS256", "HS512", "ES256", "RS256", "HS384", "ES512", "PS256", "PS512", "RS512",
            ],
            "token_endpoint_auth_methods_supported": ["private_key_jwt"],
            "token_endpoint_auth_signing_alg_values_supported": ["RS256", "RS512"],
            "code_challenge_methods_supported": ["plain", "S256"],
        })
    }
}
