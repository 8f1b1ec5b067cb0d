//! The CIS2 rows and the local simulator's. Each value has its source and the date on which it was checked; the
//! simulator's row has the same habits, so that what passes there passes at CIS2.

use super::{AudienceMode, IdentityKind, Pkce, Platform};
use crate::exact::Exact;
use crate::jose::Algorithm;

/// One environment: what differs between the rows. All else is CIS2's, in [`Row::platform`].
pub struct Row {
    number: u32,
    name: &'static str,
    host: &'static str,
    source: &'static str,
}

/// The rows in the order of their numbers.
pub const ROWS: &[Row] = &[
    Row {
        number: 1,
        name: "cis2-dev",
        host: "am.nhsdev.auth-ptl.cis2.spineservices.nhs.uk",
        // The Healthcare realm. The environment is being deprecated; the newer pages list it no more.
        source: "CIS2 documentation, older tree, 2. Discovery; nhsuk/manage-vaccinations-in-schools development.yml; 2026-11-25",
    },
    Row {
        number: 2,
        name: "cis2-integration",
        host: "am.nhsint.auth-ptl.cis2.spineservices.nhs.uk",
        source: "CIS2 documentation, Discovery; developer.community.nhs.uk thread 1018; 2026-11-25",
    },
    Row {
        number: 3,
        name: "cis2-deployment",
        host: "am.nhsdep.auth-ptl.cis2.spineservices.nhs.uk",
        // Full path by the pattern of integration; the host and /access_token were seen.
        source: "CIS2 documentation, Discovery; developer.community.nhs.uk thread 11870; 2026-11-25",
    },
    Row {
        number: 4,
        name: "cis2-live",
        host: "am.nhsidentity.spineservices.nhs.uk",
        source: "CIS2 documentation, older tree, 2. Discovery; NHSDigital/nhs-notify-iam-webauth locals.tf; 2026-11-25",
    },
    Row {
        number: 100,
        name: "local-simulator",
        host: "cis2.localhost",
        source: "the simulator of this project; 2026-11-25",
    },
];

const REALM: &str = "/openam/oauth2/realms/root/realms/NHSIdentity/realms/Healthcare";

/// The lowest level that satisfies each class. Source: NHSDigital/eps-prescription-tracker-ui authFunctions/src/cis2.ts
/// and NHSDigital/identity-service-api (names); CIS2 documentation, Authenticator guidance (an application that needs
/// AAL2 accepts AAL3 too); 2026-11-25.
const ACR_LEVELS: &[(&str, u8)] = &[
    ("AAL1_USERPASS", 1),
    ("AAL2_ANY", 2),
    ("AAL2_NHSMAIL", 2),
    ("AAL2_OR_AAL3_ANY", 2),
    ("AAL2_TOTP", 2),
    ("AAL3_ANY", 3),
    ("AAL3_CIS2_SMARTCARD", 3),
    ("AAL3_FIDO2", 3),
    ("AAL3_IOS", 3),
    ("AAL3_N3_SMARTCARD", 3),
    ("AAL3_SMARTCARD", 3),
];

impl Row {
    /// The whole row.
    pub fn platform(&self) -> Platform {
        // The published strings carry :443, the address of the discovery document does not.
        let issuer = format!("https://{}:443{REALM}", self.host);
        let source = |member: &str, text: &str| (member.to_owned(), text.to_owned());
        Platform {
            number: self.number,
            name: self.name.to_owned(),
            identity: IdentityKind::Cis2,
            metadata_url: Some(Exact::new(format!("https://{}{REALM}/.well-known/openid-configuration", self.host))),
            token_endpoint: Some(Exact::new(format!("{issuer}/access_token"))),
            issuer: Exact::new(issuer),
            hosts: vec![self.host.to_owned()],
            audience_mode: AudienceMode::TokenEndpoint,
            typ: Some("JWT".to_owned()),
            algorithms: vec![Algorithm::Rs256, Algorithm::Rs512],
            id_token_algorithms: vec![Algorithm::Rs256],
            assertion_lifetime_s: 60,
            pkce: Pkce::Always,
            acr_levels: ACR_LEVELS.iter().map(|(name, level)| ((*name).to_owned(), *level)).collect(),
            default_level: 3,
            sources: vec![
                source("issuer", self.source),
                source("metadata_url", self.source),
                source("token_endpoint", self.source),
                source("identity", "CIS2 documentation, examples: NNN.apps.supplier, NNN.apps.national; 2026-11-25"),
                source(
                    "audience_mode",
                    "NHSDigital/nhs-notify-iam-webauth token handler; nhsuk/manage-vaccinations-in-schools rack_oauth2 patch; 2026-11-25",
                ),
                source("typ", "NHS examples send JWT; OpenAM does not check it; 2026-11-25"),
                source("algorithms", "Connection Manager, jwks_uri_signing_algorithm: RS256 and RS512; 2026-11-25"),
                source(
                    "id_token_algorithms",
                    "CIS2 documentation, 6. Signatures: RS256 unless asked otherwise; 2026-11-25",
                ),
                source(
                    "assertion_lifetime_s",
                    "working clients use up to 300 s; 60 s is this library's choice; 2026-11-25",
                ),
                source(
                    "pkce",
                    "AM supports S256; support at the live service is not verified, unknown parameters are ignored; 2026-11-25",
                ),
                source(
                    "acr_levels",
                    "NHSDigital/eps-prescription-tracker-ui cis2.ts; NHSDigital/identity-service-api; 2026-11-25",
                ),
                source(
                    "default_level",
                    "NHSDigital/eps-prescription-tracker-ui assumes AAL3_ANY where none is asked for; 2026-11-25",
                ),
            ],
        }
    }
}
