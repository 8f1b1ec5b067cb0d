//! The client's JWK set and the signature: every key is read, as AM does, and the one of the assertion's kid must verify.
//! `jku`, `x5u` and `jwk` in the header are not looked at: the registration says where keys come from.

use std::collections::HashSet;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, DecodingKey};
use serde_json::Value;

use super::assertion::Assertion;
use super::{Judged, Refusal, refuse, shown, table};
use crate::clients::Client;

const MIN_BITS: usize = 2048;
/// aws-lc verifies no longer ones.
const MAX_BITS: usize = 8192;
const PRIVATE_MEMBERS: [&str; 7] = ["d", "p", "q", "dp", "dq", "qi", "k"];
const SHOWN_KIDS: usize = 5;

/// The kid, which selects the key.
pub(crate) fn kid<'a>(assertion: &'a Assertion) -> Judged<&'a str> {
    match assertion.header.get("kid") {
        Some(Value::String(kid)) if !kid.is_empty() => Ok(kid),
        Some(other) => Err(refuse(table::KID_MISSING, shown::kind(other))),
        None => Err(refuse(table::KID_MISSING, "none")),
    }
}

/// The signature is that of the published key of this kid.
pub(crate) fn signature(assertion: &Assertion, client: &Client, kid: &str, jwks: &Value) -> Judged<()> {
    let keys = readable(jwks)?;
    let key = keys.iter().find(|key| key["kid"] == *kid).ok_or_else(|| unknown(kid, keys))?;
    if key["kty"] != "RSA" {
        return Err(unusable(key, "is no RSA key, and RS256 and RS512 need one"));
    }
    if key.get("use").is_some_and(|usage| usage != "sig") {
        return Err(unusable(key, "has a use other than sig"));
    }
    let (modulus, exponent) = (number(key, "n")?, number(key, "e")?);
    let bits = bits(&modulus);
    if !(MIN_BITS..=MAX_BITS).contains(&bits) {
        return Err(refuse(table::JWKS_KEY_SHORT, format!("{bits} bits")));
    }
    let algorithm = if client.algorithm == "RS512" { Algorithm::RS512 } else { Algorithm::RS256 };
    let key = DecodingKey::from_rsa_raw_components(&modulus, &exponent);
    match jsonwebtoken::crypto::verify(assertion.signature, assertion.signed.as_bytes(), &key, algorithm) {
        Ok(true) => Ok(()),
        _ => Err(refuse(table::SIGNATURE_WRONG, format!("one that the key {} does not verify", shown::text(kid)))),
    }
}

/// All keys of the set, none of which spoils the others.
fn readable(jwks: &Value) -> Judged<&Vec<Value>> {
    let keys = jwks.get("keys").and_then(Value::as_array);
    let keys = keys.ok_or_else(|| refuse(table::JWKS_UNUSABLE, "no list \"keys\""))?;
    let mut kids = HashSet::new();
    for key in keys {
        if let Some(member) = PRIVATE_MEMBERS.iter().find(|member| key.get(member).is_some()) {
            return Err(refuse(table::JWKS_PRIVATE, format!("the member {member} in {}", named(key))));
        }
        match key.get("kty").and_then(Value::as_str) {
            Some("RSA") => drop((number(key, "n")?, number(key, "e")?)),
            Some("EC") => drop((number(key, "x")?, number(key, "y")?)),
            _ => return Err(unusable(key, "has a kty that is neither RSA nor EC")),
        }
        match key.get("kid").and_then(Value::as_str) {
            Some(kid) if !kids.insert(kid) => return Err(unusable(key, "has the kid of another one")),
            Some(_) => {}
            None => return Err(unusable(key, "has no kid")),
        }
    }
    Ok(keys)
}

fn number(key: &Value, member: &str) -> Judged<Vec<u8>> {
    let text = key.get(member).and_then(Value::as_str).filter(|text| !text.is_empty());
    let bytes = text.and_then(|text| URL_SAFE_NO_PAD.decode(text).ok());
    bytes.ok_or_else(|| unusable(key, &format!("has a {member} that is not base64url without padding")))
}

fn bits(modulus: &[u8]) -> usize {
    match modulus.iter().position(|byte| *byte != 0) {
        Some(zeros) => (modulus.len() - zeros) * 8 - modulus[zeros].leading_zeros() as usize,
        None => 0,
    }
}

fn unusable(key: &Value, what: &str) -> Refusal {
    refuse(table::JWKS_UNUSABLE, format!("{}, which {what}", named(key)))
}

fn named(key: &Value) -> String {
    let kid = key.get("kid").and_then(Value::as_str);
    kid.map_or_else(|| "a key without kid".to_owned(), |kid| format!("the key {}", shown::text(kid)))
}

/// A kid that is not published, beside those that are; a base64 kid turned into base64url looks equal and is not.
fn unknown(kid: &str, keys: &[Value]) -> Refusal {
    let published: Vec<&str> = keys.iter().filter_map(|key| key["kid"].as_str()).collect();
    let plain = |kid: &str| kid.replace('-', "+").replace('_', "/").trim_end_matches('=').to_owned();
    let changed = published.iter().any(|known| plain(known) == plain(kid));
    let list: Vec<String> = published.iter().take(SHOWN_KIDS).map(|kid| shown::text(kid)).collect();
    let hint = if changed { "; only its base64 was changed on the way" } else { "" };
    refuse(table::KID_UNKNOWN, format!("{}, and published is: {}{hint}", shown::text(kid), list.join(", ")))
}
