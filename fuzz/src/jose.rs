//! Strict JSON, compact JWS, ID tokens and key sets.

use std::collections::HashSet;

use cis2::base64url;
use cis2::jose::algorithm::ALGORITHMS;
use cis2::jose::json::{MAX_DEPTH, Object, Refusal};
use cis2::jose::jws::Unverified;
use cis2::provider::keys::{KeySet, MAX_KEYS};
use serde_json::Value;

use super::world::{ACCESS_TOKEN, CLIENT_ID, NOW, SKEW_S, platform, world};

/// Strict JSON: what is accepted, serde_json reads too, as an object; what stands twice is noticed.
pub fn json(bytes: &[u8]) {
    let other = serde_json::from_slice::<Value>(bytes);
    match Object::parse(bytes) {
        Ok(object) => {
            let other = other.expect("serde_json reads it");
            let members = other.as_object().expect("an object");
            let names: HashSet<&str> = object.names().collect();
            assert_eq!(names.len(), members.len(), "two readers see two objects");
            let is_repetitive = object.names().count() > names.len();
            assert!(object.has_repeated_member() || !is_repetitive, "a repetition went by");
            for (name, value) in members {
                let found = object.get(name).expect("the member");
                assert_eq!(found.as_str(), value.as_str(), "two readers see two texts");
                let written = serde_json::to_string(found).expect("JSON");
                let again = format!("{{{}:{written}}}", serde_json::to_string(name).expect("JSON"));
                let again = Object::parse(again.as_bytes()).expect("what was accepted is accepted again");
                assert_eq!(again.get(name), Some(found), "what was written is not what was read");
            }
        }
        Err(Refusal::NotJson) => assert!(other.is_err(), "JSON was refused as none"),
        Err(Refusal::NotAnObject) => {
            assert!(other.is_ok_and(|other| !other.is_object()), "an object was refused as none")
        }
        Err(Refusal::TooDeep) => {
            let brackets = bytes.iter().filter(|byte| b"[{".contains(byte)).count();
            assert!(brackets > MAX_DEPTH, "{brackets} brackets are too deep");
        }
    }
}

/// Compact JWS: only what the provider signed is verified, and each part has one form.
pub fn jws(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let Ok(token) = Unverified::parse(text) else { return };
    let parts: Vec<&str> = text.split('.').collect();
    assert_eq!(parts.len(), 3, "a JWS has three parts");
    let one_form =
        parts.iter().all(|part| base64url::decode(part).is_some_and(|bytes| base64url::encode(&bytes) == *part));
    assert_eq!(token.is_exact(), one_form, "a loose form passes for the exact one");
    let world = world();
    let kid = token.header().kid.clone();
    for row in ALGORITHMS {
        let Ok(keys) = world.keys.choose(kid.as_deref(), row.algorithm) else { continue };
        if Unverified::parse(text).expect("a token").verify(&keys).is_ok() {
            let good = world.signed(&world.claims().to_string());
            let signed = |token: &str| token.rsplit_once('.').expect("a signature").0.to_owned();
            assert_eq!(signed(text), signed(&good), "nobody signed this");
        }
    }
}

/// The payload of an ID token that the provider signed: who is accepted, another reader accepts too.
pub fn id_token(bytes: &[u8]) {
    let world = world();
    let Ok(payload) = std::str::from_utf8(bytes) else { return };
    let expectations = serde_json::json!({"nonce": world.nonce(), "access_token": ACCESS_TOKEN}).to_string();
    let Ok(identity) = world.client.validate_id_token(&world.keys, &world.signed(payload), &expectations) else {
        return;
    };

    let claims: Value = serde_json::from_slice(bytes).expect("a payload in JSON");
    let time = |name: &str| claims[name].as_f64().expect("a time");
    assert_eq!(claims["iss"], platform().issuer.as_str());
    assert_eq!(claims["nonce"], world.nonce());
    assert!(
        claims["aud"] == CLIENT_ID
            || claims["aud"].as_array().is_some_and(|all| all.iter().all(|aud| aud == CLIENT_ID))
    );
    assert!(claims.get("azp").is_none_or(|azp| azp == CLIENT_ID));
    let (now, skew) = (NOW as f64, SKEW_S as f64);
    assert!(time("exp") + skew >= now, "it is expired");
    assert!(time("iat") < now + skew + 1.0, "it is of the future");
    assert!(claims.get("nbf").is_none_or(|_| time("nbf") < now + skew + 1.0), "it is not valid yet");
    let level = &claims["authentication_assurance_level"];
    assert!(level.as_u64().or_else(|| level.as_str()?.parse().ok()).is_some_and(|level| level >= 3), "it is too low");
    assert_eq!(claims["sub"], identity.subject());
    assert!(!identity.subject().is_empty() && identity.subject().bytes().all(|byte| byte.is_ascii_graphic()));
    assert_eq!(identity.claims_json().as_bytes(), bytes);
}

/// Expectations for an ID token: none without a nonce lets a token through, unless it says so with a null.
pub fn expectations(bytes: &[u8]) {
    let world = world();
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let token = world.signed(&world.claims().to_string());
    if world.client.validate_id_token(&world.keys, &token, text).is_err() {
        return;
    }
    let expected: Value = serde_json::from_str(text).expect("expectations in JSON");
    let nonce = expected.get("nonce").expect("a nonce that is said");
    assert!(nonce.is_null() || nonce == world.nonce(), "another nonce is expected");
    let access_token = expected.get("access_token").unwrap_or(&Value::Null);
    assert!(access_token.is_null() || access_token == ACCESS_TOKEN, "another access token is expected");
}

/// A key set: bounded, and no key of it vouches for an empty signature or one of zeros.
pub fn jwk_set(bytes: &[u8]) {
    let Ok(keys) = KeySet::read(bytes) else { return };
    assert!(keys.key_count() + keys.skipped_count() <= MAX_KEYS);
    let document: Value = serde_json::from_slice(bytes).expect("a key set in JSON");
    let members = document["keys"].as_array().expect("keys");
    assert_eq!(keys.key_count() + keys.skipped_count(), members.len(), "a key got lost");
    for row in ALGORITHMS {
        let header = base64url::encode(format!(r#"{{"alg":"{}"}}"#, row.algorithm.name()).as_bytes());
        let kids = members.iter().take(4).map(|member| member["kid"].as_str()).chain([None]);
        for kid in kids {
            let Ok(chosen) = keys.choose(kid, row.algorithm) else { continue };
            assert!(keys.holds(kid, row.algorithm), "a key is there and is not held");
            for signature in [Vec::new(), vec![0; 64], vec![0; 256], [vec![0; 255], vec![1]].concat()] {
                let token = format!("{header}.e30.{}", base64url::encode(&signature));
                let token = Unverified::parse(&token).expect("a token");
                assert!(token.verify(&chosen).is_err(), "nobody signed this");
            }
        }
    }
}
