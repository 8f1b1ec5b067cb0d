//! The table of refusals: one row each, in the order in which an endpoint looks for them. What a row's origin `AM` means:
//! the open-source ForgeRock line does this; CIS2's own build may word it differently.

use super::Origin::{Am, Ours, Seen};
use super::{Answer, Rule};

const fn answer(status: u16, error: &'static str, description: &'static str) -> Answer {
    Answer { status, error, description }
}

/// What CIS2 says to a dozen different mistakes.
const NOT_VALID: Answer = answer(400, "invalid_client", "JWT is not valid");
const FAILED: Answer = answer(400, "invalid_client", "Client authentication failed");
const NOT_EQUAL: Answer = answer(400, "invalid_client", "JWT 'iss' and 'sub' claims must be equal to the client_id");
const AUDIENCE: Answer = answer(400, "invalid_client", "Audience validation failed");
const GRANT: Answer = answer(400, "invalid_grant", "The provided access grant is invalid, expired, or revoked.");
const TOKEN: Answer = answer(
    401,
    "invalid_token",
    "The access token provided is expired, revoked, malformed, or invalid for other reasons.",
);
const DENIED: Answer = answer(302, "access_denied", "Resource Owner did not authorize the request");
const REPEATED: Answer = answer(400, "invalid_request", "The request has a duplicate request parameter.");

macro_rules! rules {
    ($($name:ident $id:literal $origin:ident $answer:expr, expects $expected:literal, remedy $remedy:literal;)*) => {
        $(pub(crate) const $name: &Rule =
            &Rule { id: $id, origin: $origin, answer: $answer, expected: $expected, remedy: $remedy };)*
        /// All rules, sorted by endpoint and then in the order in which they are looked for.
        pub const RULES: &[&Rule] = &[$($name),*];
    };
}

rules! {
    // Any endpoint.
    REQUEST_MALFORMED "request_malformed" Ours answer(400, "invalid_request", "The request could not be read."),
        expects "a request of at most 64 KiB that comes in time", remedy "send less, or do not let go of the connection";
    PATH_UNKNOWN "path_unknown" Am answer(404, "not_found", "Resource not found"),
        expects "an address of the discovery document", remedy "take each address from discovery: the token endpoint ends in /access_token, not /token, and the realm belongs to the path";
    METHOD_WRONG "method_wrong" Am answer(405, "method_not_allowed", "Required Method: {}"),
        expects "the method of this endpoint", remedy "POST to the token endpoint, GET everything else";
    CLIENTS_FILE_UNUSABLE "clients_file_unusable" Ours answer(500, "server_error", "The simulator's client file cannot be used."),
        expects "a client file in the documented form", remedy "mend the file; it is read anew for each request";

    // authorize. The first three are shown on CIS2's own page: there is nobody to go back to.
    AUTHORIZE_REPEATED "authorize_parameters_repeated" Am REPEATED,
        expects "each parameter once", remedy "look for a parameter that the program adds to an address that has it already";
    CLIENT_UNKNOWN "client_unknown" Am FAILED,
        expects "client_id of a registered client", remedy "register it: with the simulator in its client file, with CIS2 in Connection Manager";
    REDIRECT_URI_UNREGISTERED "redirect_uri_unregistered" Am answer(400, "redirect_uri_mismatch", "The redirection URI provided does not match a pre-registered value."),
        expects "a registered redirect_uri, byte for byte", remedy "register this one, or send a registered one";
    RESPONSE_TYPE_WRONG "response_type_wrong" Am answer(302, "unsupported_response_type", "Response type is not supported."),
        expects "response_type=code", remedy "CIS2 has the authorization code flow only, no implicit and no hybrid one";
    RESPONSE_MODE_WRONG "response_mode_wrong" Ours answer(302, "invalid_request", "Response mode is not supported."),
        expects "no response_mode, or query", remedy "ASP.NET Core asks for form_post unless told otherwise: set ResponseMode to query";
    SCOPE_WITHOUT_OPENID "scope_without_openid" Ours answer(302, "invalid_scope", "Unknown/invalid scope(s): [{}]"),
        expects "the word openid in scope", remedy "a table in the CIS2 documentation says oidc; its examples and every client say openid";
    SCOPE_UNKNOWN "scope_unknown" Am answer(302, "invalid_scope", "Unknown/invalid scope(s): [{}]"),
        expects "scopes of the discovery document", remedy "take out what is not listed there";
    CHALLENGE_UNUSABLE "challenge_unusable" Ours answer(302, "invalid_request", "Invalid code challenge."),
        expects "a code_challenge of RFC 7636 with code_challenge_method S256 or plain", remedy "send base64url(SHA-256(verifier)) without padding, and S256";
    MAX_AGE_WRONG "max_age_wrong" Ours answer(302, "invalid_request", "Invalid max_age."),
        expects "max_age as a number of seconds", remedy "send digits only";
    LOGIN_REQUIRED "login_required" Am answer(302, "login_required", "The request requires login."),
        expects "a session when prompt=none", remedy "the simulator keeps no session; send prompt=login, or no prompt";
    PERSON_UNKNOWN "person_unknown" Ours DENIED,
        expects "simulator_person of the simulator's persons, and simulator_role of that person", remedy "name one of several-roles, one-role, no-role, aal2-only";
    SIGN_IN_CANCELLED "sign_in_cancelled" Am DENIED,
        expects "a person who signs in", remedy "nothing is wrong; a program has to live with it";
    ACR_NOT_REACHED "acr_not_reached" Am DENIED,
        expects "a person with an authenticator of the class that acr_values asks for (AAL3_ANY when it is absent)", remedy "ask for AAL2_OR_AAL3_ANY if the service may accept AAL2, or pick another person";

    // access_token: the request.
    CONTENT_TYPE_WRONG "content_type_wrong" Am answer(400, "invalid_request", "Invalid Content Type"),
        expects "a body of application/x-www-form-urlencoded", remedy "send a form, not JSON";
    PARAMETERS_REPEATED "parameters_repeated" Ours REPEATED,
        expects "each parameter once", remedy "look for a parameter that both the program and its library add";
    GRANT_TYPE_MISSING "grant_type_missing" Am answer(400, "invalid_request", "Grant type is not set"),
        expects "grant_type=authorization_code", remedy "send it in the body";
    GRANT_TYPE_WRONG "grant_type_wrong" Am answer(400, "unsupported_grant_type", "Grant type is not supported: {}"),
        expects "grant_type=authorization_code", remedy "CIS2 gives tokens for a code only: no refresh token, no client credentials were ever seen";

    // access_token: the client, in AM's order.
    ASSERTION_TYPE_WRONG "assertion_type_wrong" Am FAILED,
        expects "client_assertion_type urn:ietf:params:oauth:client-assertion-type:jwt-bearer", remedy "spell it so; without it AM looks for a secret";
    SECRET_NOT_ASSERTION "secret_not_assertion" Am answer(400, "invalid_client", "Invalid authentication method for accessing this endpoint."),
        expects "a client assertion: this client is registered for private_key_jwt", remedy "send client_assertion and client_assertion_type, and no secret";
    ASSERTION_MISSING "assertion_missing" Am FAILED,
        expects "client_assertion", remedy "send the signed JWT; this client is registered for private_key_jwt";
    ASSERTION_MALFORMED "assertion_malformed" Am NOT_VALID,
        expects "client_assertion as three parts of base64url without padding, header and claims being JSON objects", remedy "let a JWT library write it, and encode it once";
    ASSERTION_MEMBERS_REPEATED "assertion_members_repeated" Ours NOT_VALID,
        expects "each member of header and claims once", remedy "servers differ in which of two they take: add each claim in one place only";
    EXP_TEXT "exp_text" Am NOT_VALID,
        expects "exp as a JSON number", remedy "new Claim(\"exp\", text) writes a text: give ClaimValueTypes.Integer64, or pass expires to the token";
    IAT_TEXT "iat_text" Am NOT_VALID,
        expects "iat as a JSON number", remedy "new Claim(\"iat\", text) writes a text: give ClaimValueTypes.Integer64";
    NBF_TEXT "nbf_text" Am NOT_VALID,
        expects "nbf as a JSON number", remedy "new Claim(\"nbf\", text) writes a text: give ClaimValueTypes.Integer64, or leave it out";
    JTI_NOT_TEXT "jti_not_text" Am NOT_VALID,
        expects "jti as a text", remedy "put the number into quotes, or better take a random UUID";
    ISS_SUB_API_KEY "iss_sub_api_key" Seen NOT_VALID,
        expects "iss and sub as the CIS2 client id, which ends in .apps.supplier or .apps.national", remedy "this looks like an API Platform key, which belongs into the API Platform's assertion only; CIS2 does not know it";
    ISS_SUB_DIFFER "iss_sub_differ" Am NOT_EQUAL,
        expects "iss and sub as texts, both the CIS2 client id", remedy "set both to the client_id of the form";
    SUB_UNKNOWN_CLIENT "sub_unknown_client" Am FAILED,
        expects "iss and sub of a registered client", remedy "register it: with the simulator in its client file, with CIS2 in Connection Manager";
    CLIENT_ID_DIFFERS "client_id_differs" Am NOT_EQUAL,
        expects "client_id in the form equal to iss and sub", remedy "take all three from one setting";
    EXP_LONG_PAST "exp_long_past" Am answer(400, "invalid_client", "JWT has expired"),
        expects "exp ahead", remedy "make a new assertion for each request, and look at the clock";
    ALG_NONE_OR_HMAC "alg_none_or_hmac" Am NOT_VALID,
        expects "an alg that needs the private key", remedy "sign with the registered one, RS256 or RS512";
    ALG_NOT_REGISTERED "alg_not_registered" Am NOT_VALID,
        expects "the alg that is registered for this client", remedy "sign with that one, or change jwks_uri_signing_algorithm in Connection Manager";
    CRIT_PRESENT "crit_present" Ours NOT_VALID,
        expects "no crit in the header", remedy "nobody here understands an extension that must be understood";
    EXP_PAST "exp_past" Am NOT_VALID,
        expects "exp ahead; AM's key check knows no skew", remedy "the client's clock is slow, or the assertion was kept too long: up to five minutes late AM says only \"not valid\"";
    KID_MISSING "kid_missing" Am NOT_VALID,
        expects "kid in the header, as a text", remedy "set it to the kid of the published key: it selects the key";
    JWKS_UNREACHABLE "jwks_unreachable" Am answer(500, "server_error", "Unable to load JWKs from registered jwks_uri."),
        expects "a JWK set at the registered jwks_uri within three seconds", remedy "fetch it from outside: firewall, TLS chain, redirect, a login page, a cold start";
    JWKS_UNUSABLE "jwks_unusable" Am NOT_VALID,
        expects "a JWK set whose every key can be read: AM reads them all", remedy "mend or take out the key that is named";
    JWKS_PRIVATE "jwks_private" Ours NOT_VALID,
        expects "public keys only", remedy "the PRIVATE key is published: take it down and make a new key at once";
    KID_UNKNOWN "kid_unknown" Am NOT_VALID,
        expects "a kid of the registered JWK set", remedy "publish this key with CIS2 (its registration is not the API Platform's), or send the published kid unchanged";
    JWKS_KEY_SHORT "jwks_key_short" Ours NOT_VALID,
        expects "an RSA key of 2048 to 8192 bits", remedy "make a new one; 4096 is what NHS teams use";
    SIGNATURE_WRONG "signature_wrong" Am NOT_VALID,
        expects "a signature of the published key of this kid", remedy "the private key is not its pair, or the assertion was changed after signing";
    EXP_MISSING "exp_missing" Am NOT_VALID,
        expects "exp", remedy "set it to now + 60 seconds";
    AUD_MISSING "aud_missing" Am NOT_VALID,
        expects "aud", remedy "set it to the token endpoint exactly as discovery says it";
    EXP_MILLISECONDS "exp_milliseconds" Am NOT_VALID,
        expects "exp in seconds", remedy "divide by 1000: this is in milliseconds";
    EXP_FAR "exp_far" Ours NOT_VALID,
        expects "exp at most 300 s ahead", remedy "60 to 240 s; exactly 300 fails as soon as the client's clock is fast";
    NBF_AHEAD "nbf_ahead" Am NOT_VALID,
        expects "nbf not more than 300 s ahead", remedy "leave nbf out, or take UTC: 3600 s is British Summer Time";
    IAT_AHEAD "iat_ahead" Ours NOT_VALID,
        expects "iat not more than 30 s ahead", remedy "the client's clock is fast, or local time was taken for UTC";
    IAT_OLD "iat_old" Am NOT_VALID,
        expects "iat not older than 24 hours", remedy "make a new assertion for each request";
    SECOND_AUTHORIZATION "second_authorization" Am FAILED,
        expects "one method of client authentication", remedy "send no Authorization header beside the assertion; libraries add one by themselves";
    SECRET_BESIDE_ASSERTION "secret_beside_assertion" Ours FAILED,
        expects "one method of client authentication", remedy "send no client_secret beside the assertion, whatever the documentation's example shows";
    AUD_ARRAY "aud_array" Ours AUDIENCE,
        expects "aud as one text", remedy "give it once: the argument audience and a claim aud together make a list";
    AUD_LOST_PORT "aud_lost_port" Am AUDIENCE,
        expects "the token endpoint exactly as discovery says it, with :443", remedy "keep it as text: Uri.AbsoluteUri and other URL classes drop :443";
    AUD_ISSUER "aud_issuer" Am AUDIENCE,
        expects "the token endpoint, which ends in /access_token", remedy "that is the issuer; take token_endpoint from discovery";
    AUD_OTHER "aud_other" Am AUDIENCE,
        expects "the token endpoint exactly as discovery says it", remedy "take token_endpoint from the discovery document of this environment, unchanged";
    JTI_MISSING "jti_missing" Ours NOT_VALID,
        expects "jti", remedy "set it to a new random value for each assertion";
    JTI_REUSED "jti_reused" Ours NOT_VALID,
        expects "a jti that was not seen before", remedy "make a new assertion for each request, also when sending again";

    // access_token: the grant, in AM's order.
    CODE_MISSING "code_missing" Am answer(400, "invalid_request", "Missing parameter, 'code'"),
        expects "code", remedy "send the code of the callback in the body";
    REDIRECT_URI_MISSING "redirect_uri_missing" Am answer(400, "invalid_request", "Missing parameter, 'redirect_uri'"),
        expects "redirect_uri", remedy "send that of the authorization request again";
    CODE_UNKNOWN "code_unknown" Am answer(400, "invalid_request", "Authorization code doesn't exist."),
        expects "a code that was issued here", remedy "it may be cut off, decoded twice, or of another environment or start";
    VERIFIER_MISSING "verifier_missing" Am answer(400, "invalid_request", "code_verifier parameter required"),
        expects "code_verifier, because a code_challenge was sent", remedy "keep it with the state; the session may have been lost";
    CODE_USED "code_used" Seen GRANT,
        expects "a code that was not used before", remedy "redeem it once and redirect afterwards: a reload, a prefetch or a second replica sends it again. Its tokens are dead now";
    REDIRECT_URI_WRONG "redirect_uri_wrong" Am GRANT,
        expects "the redirect_uri of the authorization request, byte for byte", remedy "take both from one setting: port, trailing slash, http behind a proxy";
    CODE_OF_OTHER_CLIENT "code_of_other_client" Am GRANT,
        expects "a code that was issued to this client", remedy "authorize and redeem with one client id";
    CODE_EXPIRED "code_expired" Am answer(400, "invalid_grant", "Authorization code expired."),
        expects "a code that is not older than 120 s", remedy "redeem it at once; a debugger is slow";
    VERIFIER_WRONG "verifier_wrong" Am GRANT,
        expects "the code_verifier whose challenge was sent", remedy "keep verifier and state together, one pair for each request";
    VERIFIER_WITHOUT_CHALLENGE "verifier_without_challenge" Ours GRANT,
        expects "no code_verifier, because no code_challenge was sent", remedy "send the challenge too: without it the verifier protects nothing";

    // userinfo.
    TOKEN_IN_URL "token_in_url" Ours TOKEN,
        expects "the access token in the Authorization header", remedy "an address ends up in logs: take it out of there";
    TOKEN_MISSING "token_missing" Am TOKEN,
        expects "Authorization: Bearer and the access token", remedy "send the header";
    TOKEN_UNKNOWN "token_unknown" Am TOKEN,
        expects "an access token that was issued here and not taken back", remedy "send access_token, not id_token; it dies when its code is used again";
    TOKEN_EXPIRED "token_expired" Am TOKEN,
        expects "an access token that is not older than 3599 s", remedy "sign in again: there is no refresh token";
}
