//! Each refusal of the simulator as a row: which rule, where it comes from, and what CIS2 would answer. The answer says
//! little, as at CIS2; the reason that goes to the console and to `/simulator/reasons` says all but secrets.

/// Where a rule comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Seen at CIS2.
    Seen,
    /// The open-source ForgeRock line that CIS2's AM comes from.
    Am,
    /// Stricter than both, so that a mistake shows.
    Ours,
}

impl Origin {
    /// As the reasons and the demo print it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Seen => "seen",
            Self::Am => "AM",
            Self::Ours => "ours",
        }
    }
}

/// One row of the table of refusals.
#[derive(Debug)]
pub struct Rule {
    /// The name that tests and reasons use.
    pub id: &'static str,
    /// Where the rule comes from.
    pub origin: Origin,
    /// The HTTP status of the answer.
    pub status: u16,
    /// `error` of the answer.
    pub error: &'static str,
    /// `error_description` of the answer.
    pub description: &'static str,
}

/// A refusal: its rule, and what was expected and found here.
#[derive(Debug)]
pub(crate) struct Refusal {
    pub rule: &'static Rule,
    pub reason: String,
}

/// Refuses by a rule of the table. A rule that is not in it is a defect of the simulator, which the tests look for.
pub(crate) fn refuse(id: &str, reason: impl Into<String>) -> Refusal {
    let rule = RULES.iter().find(|rule| rule.id == id).unwrap_or(&RULES[0]);
    Refusal { rule, reason: reason.into() }
}

const NOT_VALID: &str = "JWT is not valid";
const FAILED: &str = "Client authentication failed";
const AUDIENCE: &str = "Audience validation failed";
const GRANT: &str = "The provided access grant is invalid, expired, or revoked.";
const TOKEN: &str = "The access token provided is expired, revoked, malformed, or invalid for other reasons.";

const fn rule(id: &'static str, origin: Origin, status: u16, error: &'static str, description: &'static str) -> Rule {
    Rule { id, origin, status, error, description }
}

use Origin::{Am, Ours, Seen};

/// All refusals, sorted by endpoint and then in the order in which they are looked for.
pub const RULES: &[Rule] = &[
    rule("request_malformed", Ours, 400, "invalid_request", "The request could not be read."),
    // authorize: the first two are shown on a page of CIS2's own, the rest goes back to the client
    rule("client_unknown", Am, 400, "invalid_client", FAILED),
    rule(
        "redirect_uri_unregistered",
        Am,
        400,
        "redirect_uri_mismatch",
        "The redirection URI provided does not match a pre-registered value.",
    ),
    rule("response_type_wrong", Am, 302, "unsupported_response_type", "Response type is not supported."),
    rule("scope_without_openid", Am, 302, "invalid_scope", "Unknown/invalid scope(s)"),
    rule("challenge_method_unknown", Am, 302, "invalid_request", "Code challenge method is not supported."),
    rule("person_unknown", Ours, 302, "access_denied", "The simulator has no such person or role."),
    rule("login_required", Am, 302, "login_required", "The request requires login."),
    rule("acr_unknown", Ours, 302, "access_denied", "Resource Owner did not authorize the request"),
    rule("acr_not_reached", Am, 302, "access_denied", "Resource Owner did not authorize the request"),
    // access_token: the request
    rule("method_wrong", Am, 405, "method_not_allowed", "Method Not Allowed"),
    rule("content_type_wrong", Am, 400, "invalid_request", "Grant type is not set"),
    rule("parameters_repeated", Ours, 400, "invalid_request", "Invalid parameters in request"),
    rule("grant_type_wrong", Am, 400, "unsupported_grant_type", "Grant type is not supported"),
    // access_token: the client, in AM's order
    rule("assertion_type_wrong", Am, 400, "invalid_client", FAILED),
    rule("assertion_missing", Am, 400, "invalid_client", FAILED),
    rule("assertion_malformed", Am, 400, "invalid_client", NOT_VALID),
    rule("assertion_members_repeated", Ours, 400, "invalid_client", NOT_VALID),
    rule("exp_text", Am, 400, "invalid_client", NOT_VALID),
    rule("iat_text", Am, 400, "invalid_client", NOT_VALID),
    rule("nbf_text", Am, 400, "invalid_client", NOT_VALID),
    rule("jti_not_text", Am, 400, "invalid_client", NOT_VALID),
    rule("iss_sub_api_key", Seen, 400, "invalid_client", NOT_VALID),
    rule("iss_sub_differ", Am, 400, "invalid_client", "JWT 'iss' and 'sub' claims must be equal to the client_id"),
    rule("sub_unknown_client", Am, 400, "invalid_client", FAILED),
    rule("client_id_differs", Am, 400, "invalid_client", "JWT 'iss' and 'sub' claims must be equal to the client_id"),
    rule("exp_long_past", Am, 400, "invalid_client", "JWT has expired"),
    rule("alg_none_or_hmac", Am, 400, "invalid_client", NOT_VALID),
    rule("alg_not_registered", Am, 400, "invalid_client", NOT_VALID),
    rule("crit_present", Ours, 400, "invalid_client", NOT_VALID),
    rule("jwks_unreachable", Am, 500, "server_error", "Unable to load JWKs from registered jwks_uri."),
    rule("jwks_unusable", Am, 400, "invalid_client", NOT_VALID),
    rule("jwks_private", Ours, 400, "invalid_client", NOT_VALID),
    rule("kid_missing", Am, 400, "invalid_client", NOT_VALID),
    rule("kid_unknown", Am, 400, "invalid_client", NOT_VALID),
    rule("jwks_key_short", Ours, 400, "invalid_client", NOT_VALID),
    rule("signature_wrong", Am, 400, "invalid_client", NOT_VALID),
    rule("exp_missing", Am, 400, "invalid_client", NOT_VALID),
    rule("exp_past", Am, 400, "invalid_client", NOT_VALID),
    rule("exp_milliseconds", Am, 400, "invalid_client", NOT_VALID),
    rule("exp_far", Ours, 400, "invalid_client", NOT_VALID),
    rule("nbf_ahead", Am, 400, "invalid_client", NOT_VALID),
    rule("iat_ahead", Ours, 400, "invalid_client", NOT_VALID),
    rule("iat_old", Am, 400, "invalid_client", NOT_VALID),
    rule("aud_missing", Am, 400, "invalid_client", NOT_VALID),
    rule("jti_missing", Ours, 400, "invalid_client", NOT_VALID),
    rule("second_authorization", Am, 400, "invalid_client", FAILED),
    rule("secret_beside_assertion", Ours, 400, "invalid_client", FAILED),
    rule("aud_array", Ours, 400, "invalid_client", NOT_VALID),
    rule("aud_lost_port", Am, 400, "invalid_client", AUDIENCE),
    rule("aud_issuer", Am, 400, "invalid_client", AUDIENCE),
    rule("aud_other", Am, 400, "invalid_client", AUDIENCE),
    rule("jti_reused", Ours, 400, "invalid_client", NOT_VALID),
    // access_token: the grant
    rule("code_missing", Am, 400, "invalid_request", "Missing parameter, 'code'"),
    rule("redirect_uri_missing", Am, 400, "invalid_request", "Missing parameter, 'redirect_uri'"),
    rule("code_unknown", Am, 400, "invalid_request", "Authorization code doesn't exist."),
    rule("code_used", Seen, 400, "invalid_grant", GRANT),
    rule("code_of_other_client", Am, 400, "invalid_grant", GRANT),
    rule("redirect_uri_wrong", Am, 400, "invalid_grant", GRANT),
    rule("code_expired", Am, 400, "invalid_grant", "Authorization code expired."),
    rule("verifier_missing", Am, 400, "invalid_request", "code_verifier parameter required"),
    rule("verifier_wrong", Am, 400, "invalid_grant", GRANT),
    rule("verifier_without_challenge", Ours, 400, "invalid_request", "code_verifier without code_challenge"),
    // userinfo
    rule("token_missing", Am, 401, "invalid_token", TOKEN),
    rule("token_in_url", Ours, 401, "invalid_token", TOKEN),
    rule("token_unknown", Am, 401, "invalid_token", TOKEN),
    rule("token_expired", Am, 401, "invalid_token", TOKEN),
];
