//! Client assertions: pinned byte by byte, spent once, and refused before they could fail at the provider.

use std::collections::HashSet;

use cis2::assertion::{self, Statement};
use cis2::clock::Timestamp;
use cis2::error::Status;
use cis2::exact::Exact;
use cis2::jose::Algorithm;
use cis2::key::SigningKey;
use cis2::platform::Platform;
use cis2::random::{self, SystemRandom};

use crate::jose::openssl_verifies;
use crate::support::{CLIENT_ID, NOW, client_at, decoded, platform, read, test_key, vectors};

const INTEGRATION: &str = "https://am.nhsint.auth-ptl.cis2.spineservices.nhs.uk:443/openam/oauth2/realms/root/realms/NHSIdentity/realms/Healthcare/access_token";

fn mint(client_id: &str, audience: &str, lifetime_s: u32) -> cis2::error::Result<assertion::Assertion> {
    let jti = random::jti(&SystemRandom).expect("a jti");
    let key = test_key(Algorithm::Rs256);
    assertion::mint_for_audience(&key, client_id, audience, lifetime_s, Timestamp::from_unix_s(NOW), &jti)
}

fn refused(client_id: &str, audience: &str, lifetime_s: u32) -> cis2::error::Error {
    mint(client_id, audience, lifetime_s).expect_err("a refusal")
}

#[test]
fn each_stage_of_an_assertion_is_pinned() {
    let vector = vectors("rfc7523/assertion.json");
    let text = |name: &str| vector[name].as_str().expect("a text").to_owned();
    let pem = read(&format!("tests/vectors/{}", text("key")));
    for row in vector["rows"].as_array().expect("rows") {
        let algorithm = Algorithm::from_name(row["algorithm"].as_str().expect("a name")).expect("an algorithm");
        let key = SigningKey::from_pem(pem.as_bytes(), None, &text("kid"), algorithm).expect("a key");
        let statement = Statement {
            client_id: &text("client_id"),
            audience: &Exact::new(text("audience")),
            typ: Some("JWT"),
            lifetime_s: vector["lifetime_s"].as_u64().expect("seconds") as u32,
            now: Timestamp::from_unix_s(vector["now"].as_i64().expect("a time")),
            jti: &text("jti"),
        };
        let minted = assertion::mint(&key, &statement).expect("an assertion");
        let parts: Vec<&str> = minted.as_str().split('.').collect();
        let stage = |part: &str| String::from_utf8(cis2::base64url::decode(part).expect("base64url")).expect("UTF-8");
        assert_eq!(stage(parts[0]), row["header"], "header");
        assert_eq!(stage(parts[1]), row["claims"], "claims");
        assert_eq!(parts[0], row["signing_input"][0], "signing input");
        assert_eq!(parts[1], row["signing_input"][1], "signing input");
        assert_eq!(parts[2], row["signature"], "signature, as openssl made it");
    }
}

#[test]
fn openssl_verifies_an_assertion_with_the_published_key() {
    let key = test_key(Algorithm::Rs256);
    let minted = mint(CLIENT_ID, INTEGRATION, 0).expect("an assertion");
    assert!(openssl_verifies(&key.public_pem().expect("PEM"), Algorithm::Rs256, minted.as_str()));
}

#[test]
fn the_audience_keeps_its_port_and_exp_is_60_seconds_after_iat() {
    let minted =
        client_at(NOW).assertion(Some(platform().token_endpoint.expect("an endpoint").as_str())).expect("an assertion");
    let (header, claims) = decoded(minted.as_str());
    assert_eq!(
        claims["aud"],
        "https://cis2.localhost:443/openam/oauth2/realms/root/realms/NHSIdentity/realms/Healthcare/access_token"
    );
    assert_eq!(claims["exp"].as_i64().expect("a number") - claims["iat"].as_i64().expect("a number"), 60);
    assert_eq!(claims["iat"], NOW);
    assert_eq!(claims["iss"], claims["sub"]);
    assert_eq!(header["alg"], "RS256");
    assert_eq!(header["typ"], "JWT");
    assert_eq!(header.as_object().expect("an object").len(), 3, "no jku, x5u or jwk");
    assert_eq!(claims.as_object().expect("an object").len(), 6, "no nbf");
}

#[test]
fn an_assertion_without_a_said_audience_has_the_one_of_the_row() {
    let minted = client_at(NOW).assertion(None).expect("an assertion");
    assert_eq!(decoded(minted.as_str()).1["aud"], platform().token_endpoint.expect("an endpoint").as_str());
}

#[test]
fn two_assertions_never_share_a_jti() {
    let jtis: HashSet<String> = (0..200)
        .map(|_| decoded(mint(CLIENT_ID, INTEGRATION, 0).expect("an assertion").as_str()).1["jti"].to_string())
        .collect();
    assert_eq!(jtis.len(), 200);
    assert!(jtis.iter().all(|jti| jti.len() == 24), "22 characters of base64url hold 128 bits");
}

#[test]
fn a_lost_port_is_named() {
    let error = refused(CLIENT_ID, &INTEGRATION.replace(":443", ""), 0);
    assert_eq!(error.status(), Status::AudienceForeign);
    assert!(error.to_string().contains("the :443 was lost"), "{error}");
}

#[test]
fn each_other_slip_of_the_audience_is_named() {
    for (audience, words) in [
        (format!("{INTEGRATION}/"), "slash"),
        (INTEGRATION.replace("/access_token", "/token"), "path"),
        (INTEGRATION.replace("/access_token", ""), "path"),
        (INTEGRATION.replace("Healthcare", "healthcare"), "upper and lower case"),
    ] {
        let error = refused(CLIENT_ID, &audience, 0);
        assert_eq!(error.status(), Status::AudienceForeign, "{audience}");
        assert!(error.to_string().contains(words), "{error}");
    }
}

#[test]
fn an_api_platform_key_is_refused_for_cis2_with_the_sentence_that_names_the_right_id() {
    for id in [
        "myApiKey",
        "0123456789abcdefghijklmnopqrstuv",
        "6ba7b810-9dad-11d1-80b4-00c04fd430c8",
        ".apps.supplier",
        "1.apps.suppliers",
    ] {
        let error = refused(id, INTEGRATION, 0);
        assert_eq!(error.status(), Status::ClientIdIsApiKey, "{id}");
        assert!(error.to_string().contains(".apps.supplier or "), "{error}");
        assert!(id.starts_with('.') || !error.to_string().contains(id), "an API key is half a credential: {error}");
    }
}

#[test]
fn a_cis2_client_id_is_refused_for_a_row_of_the_api_platform() {
    let row = platform().to_json().replace("\"identity\": \"cis2\"", "\"identity\": \"api_platform\"");
    let row = Platform::from_json(&row).expect("a row");
    for id in [CLIENT_ID, "999.apps.national"] {
        let error = row.check_client_id(id).expect_err("a refusal");
        assert_eq!(error.status(), Status::ClientIdIsCis2);
        assert!(error.to_string().contains("API key"), "{error}");
    }
    row.check_client_id("0123456789abcdefghijklmnopqrstuv").expect("an API key");
}

#[test]
fn a_lifetime_is_10_to_300_seconds() {
    for bad in [1, 9, 301, u32::MAX] {
        assert_eq!(refused(CLIENT_ID, INTEGRATION, bad).status(), Status::ConfigInvalid, "{bad}");
    }
    for good in [10, 60, 300] {
        let claims = decoded(mint(CLIENT_ID, INTEGRATION, good).expect("an assertion").as_str()).1;
        assert_eq!(claims["exp"].as_i64().expect("exp") - NOW, i64::from(good));
    }
}

#[test]
fn a_host_of_no_row_gets_the_general_rules() {
    let audience = "https://idp.example:443/token/";
    let claims = decoded(mint("any client", audience, 0).expect("an assertion").as_str()).1;
    assert_eq!(claims["aud"], audience);
    assert_eq!(refused("", audience, 0).status(), Status::InvalidArgument);
    assert_eq!(refused("x", "http://idp.example/token", 0).status(), Status::InvalidArgument);
}

#[test]
fn nothing_printed_of_an_assertion_holds_it() {
    let minted = mint(CLIENT_ID, INTEGRATION, 0).expect("an assertion");
    assert!(!format!("{minted:?}").contains("ey"));
}

#[test]
fn a_row_without_token_endpoint_takes_addresses_on_its_hosts_alone() {
    let row = platform().to_json();
    let mut row: serde_json::Value = serde_json::from_str(&row).expect("JSON");
    row["token_endpoint"] = serde_json::Value::Null;
    let row = Platform::from_json(&row.to_string()).expect("a row");
    assertion::check_audience(&row, "https://cis2.localhost:443/token").expect("a known host");
    for bad in ["", "https://evil.example/token", "cis2.localhost"] {
        let error = assertion::check_audience(&row, bad).expect_err("a refusal");
        assert_eq!(error.status(), Status::AudienceForeign, "{bad}");
    }
}

#[test]
fn an_assertion_for_the_api_platform_has_its_key_its_url_and_rs512() {
    let audience = "https://int.api.service.nhs.uk/oauth2/token";
    let api_key = "0123456789abcdefghijklmnopqrstuv";
    let mint = |algorithm: Algorithm, id: &str, audience: &str| {
        let jti = random::jti(&SystemRandom).expect("a jti");
        assertion::mint_for_audience(&test_key(algorithm), id, audience, 0, Timestamp::from_unix_s(NOW), &jti)
    };
    let (header, claims) = decoded(mint(Algorithm::Rs512, api_key, audience).expect("an assertion").as_str());
    assert_eq!((header["alg"].as_str(), header["typ"].as_str()), (Some("RS512"), Some("JWT")));
    assert_eq!((claims["iss"].as_str(), claims["aud"].as_str()), (Some(api_key), Some(audience)));
    let refused = |algorithm, id, audience: &str| mint(algorithm, id, audience).expect_err("a refusal").status();
    assert_eq!(refused(Algorithm::Rs512, CLIENT_ID, audience), Status::ClientIdIsCis2);
    assert_eq!(refused(Algorithm::Rs256, api_key, audience), Status::AlgorithmNotAccepted);
    assert_eq!(refused(Algorithm::Rs512, api_key, &audience.replace(".uk/", ".uk:443/")), Status::AudienceForeign);
}
