//! The rows of the NHS API Platform: where assertions for its own token endpoint go. It is no OpenID provider: it has no
//! discovery document and issues no ID tokens here. Source of the rules: NHSDigital/identity-service-api,
//! validate-client-assertion-claims.js and VerifyJWT.ClientCredentials.xml, snapshot of 2026-04-23, read 2026-11-25.

use super::{AudienceMode, IdentityKind, Pkce, Platform};
use crate::exact::Exact;
use crate::jose::Algorithm;

/// One environment: what differs between the rows.
pub struct Row {
    number: u32,
    name: &'static str,
    host: &'static str,
    source: &'static str,
}

/// The rows in the order of their numbers.
pub const ROWS: &[Row] = &[
    Row {
        number: 10,
        name: "api-platform-sandbox",
        host: "sandbox.api.service.nhs.uk",
        source: "developer.community.nhs.uk thread 8476; 2026-11-25",
    },
    Row {
        number: 11,
        name: "api-platform-dev",
        host: "dev.api.service.nhs.uk",
        source: "developer.community.nhs.uk thread 668; 2026-11-25",
    },
    Row {
        number: 12,
        name: "api-platform-integration",
        host: "int.api.service.nhs.uk",
        source: "developer.community.nhs.uk threads 7141, 545, 5033; 2026-11-25",
    },
    Row {
        number: 13,
        name: "api-platform-deployment",
        host: "dep.api.service.nhs.uk",
        source: "developer.community.nhs.uk thread 11870; 2026-11-25",
    },
    Row {
        number: 14,
        name: "api-platform-live",
        host: "api.service.nhs.uk",
        source: "developer.community.nhs.uk thread 8080; 2026-11-25",
    },
];

impl Row {
    /// The whole row.
    pub fn platform(&self) -> Platform {
        let source = |member: &str, text: &str| (member.to_owned(), text.to_owned());
        let rules = "NHSDigital/identity-service-api, snapshot of 2026-04-23; 2026-11-25";
        Platform {
            number: self.number,
            name: self.name.to_owned(),
            identity: IdentityKind::ApiPlatform,
            issuer: Exact::new(format!("https://{}", self.host)),
            metadata_url: None,
            // No :443 here: the audience is compared with the URL that was posted to, character for character.
            token_endpoint: Some(Exact::new(format!("https://{}/oauth2/token", self.host))),
            hosts: vec![self.host.to_owned()],
            audience_mode: AudienceMode::TokenEndpoint,
            typ: Some("JWT".to_owned()),
            algorithms: vec![Algorithm::Rs512],
            id_token_algorithms: Vec::new(),
            assertion_lifetime_s: 60,
            pkce: Pkce::Never,
            acr_levels: Vec::new(),
            default_level: 0,
            sources: vec![
                source("issuer", "no OpenID issuer; the host stands in its place; 2026-11-25"),
                source("metadata_url", "none is published; 2026-11-25"),
                source("token_endpoint", self.source),
                source("identity", "iss and sub are the application's API key; threads 7141, 8080, 8476; 2026-11-25"),
                source("audience_mode", rules),
                source("typ", rules),
                source("algorithms", rules),
                source("id_token_algorithms", "issues none; 2026-11-25"),
                source("assertion_lifetime_s", "310 s are the most; 60 s is this library's choice; 2026-11-25"),
                source("pkce", "no authorization request of ours goes there; 2026-11-25"),
                source("acr_levels", "issues no ID tokens; 2026-11-25"),
                source("default_level", "issues no ID tokens; 2026-11-25"),
            ],
        }
    }
}
