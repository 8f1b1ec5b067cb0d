//! `cis2 assertion`.

use std::fs;

use serde_json::Value;

use crate::support::{CLIENT_ID, KEY, Run, assert_refused, cis2, cis2_reading, folder, mark};

fn assertion(further: &[&str]) -> Run {
    let run = cis2(folder().path(), &KEY.arguments("assertion", further));
    // What is printed for people and not as JSON or a refusal is the assertion: its signature is the secret.
    if run.out.lines().count() == 1 {
        mark(run.out.trim().rsplit('.').next().unwrap_or_default());
    }
    run
}

fn shown(further: &[&str]) -> Value {
    let run = assertion(&[further, &["--show"]].concat());
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(!run.out.contains("eyJ"), "what is shown cannot be sent");
    run.json()
}

#[test]
fn the_assertion_stands_alone_on_standard_output() {
    let run = assertion(&["--platform", "cis2-integration"]);
    assert_eq!((run.code, run.err.as_str()), (0, ""));
    assert!(run.out.lines().count() == 1 && run.out.trim().split('.').count() == 3, "one compact JWS");
}

#[test]
fn what_is_shown_are_header_and_claims_with_the_port_in_the_audience() {
    let shown = shown(&["--platform", "cis2-integration"]);
    let (header, claims) = (&shown["header"], &shown["claims"]);
    assert_eq!(
        (&header["alg"], &header["kid"], &header["typ"]),
        (&"RS256".into(), &KEY.kid.as_str().into(), &"JWT".into())
    );
    assert_eq!((&claims["iss"], &claims["sub"]), (&CLIENT_ID.into(), &CLIENT_ID.into()));
    let audience = claims["aud"].as_str().expect("a text");
    assert!(audience.contains(":443/") && audience.ends_with("/access_token"), "{audience}");
    assert_eq!(claims["exp"].as_i64().zip(claims["iat"].as_i64()).map(|(exp, iat)| exp - iat), Some(60));
}

#[test]
fn two_assertions_share_no_jti() {
    let jti = || shown(&["--platform", "cis2-live"])["claims"]["jti"].as_str().expect("a text").to_owned();
    assert_ne!(jti(), jti());
}

#[test]
fn a_lifetime_is_taken_within_its_bounds_and_refused_outside() {
    let claims = &shown(&["--platform", "cis2-live", "--lifetime", "300"])["claims"];
    assert_eq!(claims["exp"].as_i64().zip(claims["iat"].as_i64()).map(|(exp, iat)| exp - iat), Some(300));
    for lifetime in ["9", "301"] {
        let run = assertion(&["--platform", "cis2-live", "--lifetime", lifetime]);
        assert_refused(&run, 10, &["CONFIG_INVALID", "10 to 300 seconds"]);
    }
    assert_eq!(assertion(&["--platform", "cis2-live", "--lifetime", "0"]).code, 2);
}

#[test]
fn as_json_it_comes_with_its_type_and_expiry() {
    let run = assertion(&["--platform", "cis2-live", "--json"]);
    let json = run.json();
    mark(json["client_assertion"].as_str().and_then(|token| token.rsplit('.').next()).expect("three parts"));
    assert_eq!(json["client_assertion_type"], "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
    assert!(json["expires_at"].is_i64());
}

#[test]
fn an_audience_of_a_known_host_is_judged_by_its_row() {
    let known = shown(&["--platform", "cis2-integration"])["claims"]["aud"].as_str().expect("a text").to_owned();
    assert_eq!(shown(&["--audience", &known])["claims"]["aud"].as_str(), Some(known.as_str()));
    let lost = known.replacen(":443", "", 1);
    assert_refused(&assertion(&["--audience", &lost]), 10, &["AUDIENCE_FOREIGN", "the :443 was lost on the way"]);
}

#[test]
fn an_audience_of_another_host_has_the_general_rules() {
    assert_eq!(shown(&["--audience", "https://login.example/token"])["claims"]["aud"], "https://login.example/token");
    assert_refused(&assertion(&["--audience", "login.example/token"]), 2, &["an absolute https address"]);
}

#[test]
fn an_api_platform_key_in_the_place_of_the_client_id_is_named() {
    let path = KEY.pem().display().to_string();
    let key = "0123456789abcdefghijABCDEFGHIJ01";
    let arguments = [
        "assertion",
        "--platform",
        "cis2-live",
        "--client-id",
        key,
        "--key",
        &path,
        "--kid",
        "k",
        "--algorithm",
        "RS256",
    ];
    let run = cis2(folder().path(), &arguments);
    assert_refused(&run, 10, &["CLIENT_ID_IS_API_KEY", ".apps.supplier"]);
    assert!(!run.err.contains(key), "half a credential is not repeated");
}

#[test]
fn the_key_may_come_from_standard_input() {
    let pem = fs::read(KEY.pem()).expect("the key is there");
    let arguments = [
        "assertion",
        "--platform",
        "cis2-live",
        "--client-id",
        CLIENT_ID,
        "--key",
        "-",
        "--kid",
        "k",
        "--algorithm",
        "RS512",
        "--show",
    ];
    let run = cis2_reading(folder().path(), &arguments, &pem);
    assert_eq!((run.code, &run.json()["header"]["alg"]), (0, &"RS512".into()), "{}", run.err);
}

#[test]
fn without_a_platform_or_with_half_of_a_client_the_command_line_is_refused() {
    assert_refused(&assertion(&[]), 2, &["--platform NAME, --platform-file FILE or --ready FILE"]);
    let run = cis2(folder().path(), &["assertion", "--platform", "cis2-live"]);
    assert_refused(&run, 2, &["--client-id", "--key", "--kid", "--algorithm"]);
    let run = assertion(&["--platform", "cis2-live", "--audience", "https://login.example/token"]);
    assert_refused(&run, 2, &["cannot be used with"]);
}

#[test]
fn an_algorithm_that_cis2_does_not_register_is_refused() {
    let run = cis2(folder().path(), &["assertion", "--algorithm", "HS256"]);
    assert_refused(&run, 2, &["HS256", "RS256, RS384, RS512"]);
}

#[test]
fn a_key_id_may_begin_with_a_hyphen_as_one_thumbprint_in_64_does() {
    let path = KEY.pem().display().to_string();
    let arguments = [
        "assertion",
        "--platform",
        "cis2-live",
        "--client-id",
        CLIENT_ID,
        "--key",
        &path,
        "--kid",
        "-f0_",
        "--algorithm",
        "RS256",
        "--show",
    ];
    let run = cis2(folder().path(), &arguments);
    assert_eq!((run.code, &run.json()["header"]["kid"]), (0, &"-f0_".into()), "{}", run.err);
}
