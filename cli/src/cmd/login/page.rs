//! The validated identity, for people and for programs.

use cis2::clock::Timestamp;
use cis2::flow::SignIn;
use cis2::flow::relying_party::RelyingParty;
use cis2::identity::Identity;
use serde_json::Value;

use crate::output::{Output, fields, time};

/// Who signed in, as a block to read.
pub fn identity(sign_in: &SignIn, party: &RelyingParty, output: &Output) -> String {
    let identity = sign_in.identity();
    let moment = |at: Option<Timestamp>| at.map_or_else(|| "not said".to_owned(), time);
    let or_none = |text: Option<&str>| text.unwrap_or("none").to_owned();
    let level = |level: Option<u8>| level.map_or_else(|| "not said".to_owned(), |level| level.to_string());
    let methods = match identity.amr().join(", ") {
        none if none.is_empty() => none,
        methods => format!(", by {methods}"),
    };
    let facts = fields(&[
        ("person (sub)", identity.subject().to_owned()),
        ("assurance level", format!("{} (acr {})", level(identity.authentication_level()), or_none(identity.acr()))),
        ("identity level", level(identity.identity_level())),
        ("authenticated", format!("{}{methods}", moment(identity.authenticated_at()))),
        ("selected role", or_none(identity.selected_role_id())),
        ("session (sid)", or_none(identity.session_id())),
        ("issuer", identity.issuer().to_owned()),
        ("ID token until", moment(identity.expires_at())),
    ]);
    let head = output.bold(&format!("Signed in at {}", party.platform.name));
    format!("{head}\n\n{facts}\nValidated: signature, issuer, audience, nonce, times, assurance.\n")
}

/// The claims as received, without the nonce, which is nobody's business but the flow's.
pub fn claims(identity: &Identity) -> Value {
    let mut claims: Value = serde_json::from_str(identity.claims_json()).unwrap_or_default();
    if let Value::Object(members) = &mut claims {
        members.shift_remove("nonce");
    }
    claims
}
