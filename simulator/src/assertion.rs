//! Judges a client assertion with means of its own, in the order in which ForgeRock AM does.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, DecodingKey};
use serde_json::{Map, Value};

use crate::Urls;
use crate::clients::Client;
use crate::strict::{Refusal, refuse};

/// The longest life that is taken, in seconds. CIS2's own limit is not known; every working client stays below.
const MAX_LIFE_S: i64 = 300;
/// Past this an expiry is "expired" at AM, and before it the signature check has no skew: two texts for one cause.
const AM_SKEW_S: i64 = 300;
/// A later `exp` than this is one in milliseconds: the year 5138.
const MILLISECONDS: i64 = 100_000_000_000;
const MIN_BITS: usize = 2048;

type Judged<T> = Result<T, Refusal>;

/// An assertion taken apart.
pub(crate) struct Assertion<'a> {
    text: &'a str,
    pub header: Map<String, Value>,
    pub claims: Map<String, Value>,
}

impl<'a> Assertion<'a> {
    pub(crate) fn parse(text: &'a str) -> Judged<Self> {
        let parts: Vec<&str> = text.split('.').collect();
        if parts.len() != 3 {
            return Err(refuse("assertion_malformed", format!("a JWT has three parts; this has {}", parts.len())));
        }
        let header = object(parts[0], "header")?;
        let claims = object(parts[1], "claims")?;
        if URL_SAFE_NO_PAD.decode(parts[2]).is_err() {
            return Err(refuse("assertion_malformed", "the signature is not base64url without padding"));
        }
        Ok(Self { text, header, claims })
    }

    fn claim(&self, name: &str) -> Option<&Value> {
        self.claims.get(name)
    }

    fn text(&self, name: &str) -> Option<&str> {
        self.claim(name).and_then(Value::as_str)
    }

    fn number(&self, name: &str) -> Option<i64> {
        self.claim(name).and_then(|value| value.as_i64().or_else(|| value.as_f64().map(|number| number as i64)))
    }

    /// AM reads all claims at once: a time or jti of another type throws there, whatever else is right.
    pub(crate) fn check_types(&self) -> Judged<()> {
        for (name, rule) in [("exp", "exp_text"), ("iat", "iat_text"), ("nbf", "nbf_text")] {
            if self.claim(name).is_some_and(|value| !value.is_number()) {
                return Err(refuse(
                    rule,
                    format!(
                        "{name} must be a JSON number of seconds, and is {}: new Claim(name, text) writes a text",
                        kind(self.claim(name))
                    ),
                ));
            }
        }
        if self.claim("jti").is_some_and(|value| !value.is_string()) {
            return Err(refuse("jti_not_text", format!("jti must be a text, and is {}", kind(self.claim("jti")))));
        }
        Ok(())
    }

    /// Which client this is: `iss` and `sub` are its id, and so is `client_id` if it was sent.
    pub(crate) fn client<'c>(&self, clients: &'c [Client], client_id: Option<&str>) -> Judged<&'c Client> {
        let (iss, sub) = (self.text("iss"), self.text("sub"));
        for id in [iss, sub].into_iter().flatten() {
            if ![".apps.supplier", ".apps.national"].iter().any(|end| id.ends_with(end)) {
                return Err(refuse(
                    "iss_sub_api_key",
                    "iss and sub must be the CIS2 client id, which ends in .apps.supplier or .apps.national; this looks like an API Platform key, which CIS2 does not know",
                ));
            }
        }
        let id = match (iss, sub) {
            (Some(iss), Some(sub)) if iss == sub => sub,
            (None, _) | (_, None) => return Err(refuse("iss_sub_differ", "iss and sub must both be there, as texts")),
            _ => return Err(refuse("iss_sub_differ", "iss and sub must be equal; they differ")),
        };
        if client_id.is_some_and(|sent| sent != id) {
            return Err(refuse(
                "client_id_differs",
                format!("client_id in the form must be iss and sub, {}; it is another one", shown(id)),
            ));
        }
        clients.iter().find(|client| client.client_id == id).ok_or_else(|| {
            refuse("sub_unknown_client", format!("no client {} is registered in the client file", shown(id)))
        })
    }

    pub(crate) fn check_not_long_expired(&self, now: i64) -> Judged<()> {
        match self.number("exp") {
            Some(exp) if now - exp > AM_SKEW_S => {
                Err(refuse("exp_long_past", format!("exp lies {} s back: an old assertion, or a clock", now - exp)))
            }
            _ => Ok(()),
        }
    }

    pub(crate) fn check_algorithm(&self, client: &Client) -> Judged<()> {
        let alg = self.header.get("alg").and_then(Value::as_str).unwrap_or("none");
        if alg.eq_ignore_ascii_case("none") || alg.starts_with("HS") {
            return Err(refuse(
                "alg_none_or_hmac",
                format!("alg must be {}; {} is never taken", client.algorithm, shown(alg)),
            ));
        }
        if alg != client.algorithm {
            return Err(refuse(
                "alg_not_registered",
                format!("alg must be the registered {}, and is {}", client.algorithm, shown(alg)),
            ));
        }
        if self.header.contains_key("crit") {
            return Err(refuse("crit_present", "the header names critical extensions, and none is understood"));
        }
        Ok(())
    }

    /// The signature, by the key of this kid. `jku`, `x5u` and `jwk` in the header are not looked at.
    pub(crate) fn check_signature(&self, client: &Client, jwks: &Value) -> Judged<()> {
        let key = self.key(jwks)?;
        let number = |name: &str| {
            key.get(name).and_then(Value::as_str).and_then(|text| URL_SAFE_NO_PAD.decode(text).ok()).ok_or_else(|| {
                refuse("jwks_unusable", format!("the JWK set of this client has a key whose {name} is not base64url"))
            })
        };
        let (modulus, exponent) = (number("n")?, number("e")?);
        let bits = modulus
            .iter()
            .position(|byte| *byte != 0)
            .map_or(0, |zeros| (modulus.len() - zeros) * 8 - modulus[zeros].leading_zeros() as usize);
        if bits < MIN_BITS {
            return Err(refuse(
                "jwks_key_short",
                format!("the published key has {bits} bits; {MIN_BITS} are the least"),
            ));
        }
        let algorithm = if client.algorithm == "RS512" { Algorithm::RS512 } else { Algorithm::RS256 };
        let (input, signature) = self.text.rsplit_once('.').unwrap_or_default();
        let key = DecodingKey::from_rsa_raw_components(&modulus, &exponent);
        match jsonwebtoken::crypto::verify(signature, input.as_bytes(), &key, algorithm) {
            Ok(true) => Ok(()),
            _ => Err(refuse(
                "signature_wrong",
                "the signature is not that of the published key: the private key is not its pair, or the assertion was changed",
            )),
        }
    }

    fn key<'j>(&self, jwks: &'j Value) -> Judged<&'j Value> {
        let keys = jwks
            .get("keys")
            .and_then(Value::as_array)
            .ok_or_else(|| refuse("jwks_unusable", "the client's JWK set has no member keys"))?;
        for key in keys {
            if ["d", "p", "q", "dp", "dq", "qi", "k"].iter().any(|name| key.get(name).is_some()) {
                return Err(refuse(
                    "jwks_private",
                    "the client's JWK set publishes a PRIVATE key: take it down and make a new key at once",
                ));
            }
            // AM reads every key of a set: one that it cannot read spoils the others.
            if key.get("kty").and_then(Value::as_str) != Some("RSA")
                && key.get("kty").and_then(Value::as_str) != Some("EC")
            {
                return Err(refuse(
                    "jwks_unusable",
                    "the client's JWK set has a key whose kty is not RSA or EC; AM reads every key of a set",
                ));
            }
        }
        let kid = self.header.get("kid").and_then(Value::as_str);
        let Some(kid) = kid else {
            return Err(refuse("kid_missing", "the header has no kid; it selects the key in the client's JWK set"));
        };
        let published: Vec<&str> = keys.iter().filter_map(|key| key.get("kid").and_then(Value::as_str)).collect();
        keys.iter().find(|key| key.get("kid").and_then(Value::as_str) == Some(kid)).ok_or_else(|| {
            let published: Vec<String> = published.iter().map(|kid| shown(kid)).collect();
            refuse(
                "kid_unknown",
                format!("kid must be one of the client's JWK set ({}), and is {}", published.join(", "), shown(kid)),
            )
        })
    }

    pub(crate) fn check_times(&self, now: i64) -> Judged<()> {
        let Some(exp) = self.number("exp") else { return Err(refuse("exp_missing", "exp must be there")) };
        if exp > MILLISECONDS {
            return Err(refuse("exp_milliseconds", "exp must be in seconds; this is in milliseconds"));
        }
        if exp <= now {
            return Err(refuse(
                "exp_past",
                format!("exp lies {} s back, and AM's key check has no skew: a slow clock?", now - exp),
            ));
        }
        if exp - now > MAX_LIFE_S {
            return Err(refuse(
                "exp_far",
                format!(
                    "exp must be at most {MAX_LIFE_S} s ahead, and is {} s: a long life, or a fast clock",
                    exp - now
                ),
            ));
        }
        if let Some(nbf) = self.number("nbf").filter(|nbf| nbf - now > AM_SKEW_S) {
            return Err(refuse("nbf_ahead", format!("nbf lies {} s ahead: local time taken for UTC?", nbf - now)));
        }
        match self.number("iat") {
            Some(iat) if iat - now > 10 => {
                Err(refuse("iat_ahead", format!("iat lies {} s ahead: a fast clock", iat - now)))
            }
            Some(iat) if now - iat > 24 * 3600 => {
                Err(refuse("iat_old", format!("iat lies {} s back; AM takes a day", now - iat)))
            }
            _ => Ok(()),
        }
    }

    pub(crate) fn check_presence(&self) -> Judged<()> {
        if self.claim("aud").is_none() {
            return Err(refuse("aud_missing", "aud must be there: the token endpoint as discovered"));
        }
        match self.text("jti") {
            None | Some("") => Err(refuse("jti_missing", "jti must be there, new for each request")),
            Some(_) => Ok(()),
        }
    }

    /// The audience, byte for byte, and in what it differs.
    pub(crate) fn check_audience(&self, urls: &Urls) -> Judged<()> {
        let expected = urls.token_endpoint();
        let aud = match self.claim("aud") {
            Some(Value::String(aud)) => aud,
            Some(Value::Array(items)) => {
                return Err(refuse(
                    "aud_array",
                    format!(
                        "aud must be one text, and is a list of {}: it was given twice, as claim and as argument",
                        items.len()
                    ),
                ));
            }
            other => return Err(refuse("aud_other", format!("aud must be a text, and is {}", kind(other)))),
        };
        let differs = |difference: &str| format!("aud must be {expected} and is {}: {difference}", shown(aud));
        if *aud == expected {
            Ok(())
        } else if *aud == expected.replace(":443", "") {
            Err(refuse("aud_lost_port", differs("the :443 was lost, as URL classes do")))
        } else if *aud == urls.issuer {
            Err(refuse("aud_issuer", differs("that is the issuer, not the token endpoint")))
        } else if aud.trim_end_matches('/') == expected {
            Err(refuse("aud_other", differs("a slash at the end")))
        } else if aud.ends_with("/token") {
            Err(refuse("aud_other", differs("the path ends in /access_token, not /token")))
        } else if !aud.contains(&format!("//{}", crate::HOST)) {
            Err(refuse("aud_other", differs("another host: another environment?")))
        } else {
            Err(refuse("aud_other", differs("another path")))
        }
    }

    pub(crate) fn jti(&self) -> &str {
        self.text("jti").unwrap_or_default()
    }
}

/// A part of a JWT: base64url without padding, a JSON object, no member twice.
fn object(part: &str, name: &str) -> Judged<Map<String, Value>> {
    let malformed = |what: &str| refuse("assertion_malformed", format!("the {name} must be {what}"));
    let bytes = URL_SAFE_NO_PAD.decode(part).map_err(|_| malformed("base64url without padding"))?;
    let text = std::str::from_utf8(&bytes).map_err(|_| malformed("UTF-8"))?;
    match serde_json::from_str(text) {
        Ok(Value::Object(object)) => {
            // `serde_json` keeps the last of two; counting the names at the top sees them.
            let names = serde_json::from_str::<Members>(text).map_or(object.len(), |members| members.0);
            if names != object.len() {
                return Err(refuse("assertion_members_repeated", format!("the {name} has a member twice")));
            }
            Ok(object)
        }
        _ => Err(malformed("a JSON object")),
    }
}

/// Counts the members of an object, repeated ones too.
struct Members(usize);

impl<'de> serde::Deserialize<'de> for Members {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Counter;
        impl<'de> serde::de::Visitor<'de> for Counter {
            type Value = Members;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
                let mut count = 0;
                while map.next_entry::<String, serde::de::IgnoredAny>()?.is_some() {
                    count += 1;
                }
                Ok(Members(count))
            }
        }
        deserializer.deserialize_map(Counter)
    }
}

/// Text of another party for a reason: cut, escaped.
pub(crate) fn shown(text: &str) -> String {
    let cut: String = text.chars().take(200).flat_map(char::escape_debug).collect();
    if text.chars().count() > 200 { format!("{cut}…") } else { cut }
}

fn kind(value: Option<&Value>) -> &'static str {
    match value {
        None => "missing",
        Some(Value::Null) => "null",
        Some(Value::Bool(_)) => "a boolean",
        Some(Value::Number(_)) => "a number",
        Some(Value::String(_)) => "a text",
        Some(Value::Array(_)) => "a list",
        Some(Value::Object(_)) => "an object",
    }
}
