//! The right way, for each person: discovery, code, tokens, ID token, userinfo.

use std::collections::HashSet;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde_json::{Map, Value, json};

use crate::world::{CLIENT_ID, NONCE, OTHER_CLIENT_ID, REALM, REDIRECT_URI, VERIFIER, World, hash, object};

/// The claims of an ID token whose signature, issuer, audience and expiry are right.
fn verified(world: &World, id_token: &str) -> Value {
    let jwks = world.get("/connect/jwk_uri").json();
    let header = jsonwebtoken::decode_header(id_token).expect("a header");
    let keys = jwks["keys"].as_array().expect("keys");
    let key = keys.iter().find(|key| key["kid"] == json!(header.kid)).expect("the key of this kid");
    let key: Jwk = serde_json::from_value(key.clone()).expect("a JWK");
    let mut validation = Validation::new(Algorithm::RS256);
    validation.set_audience(&[CLIENT_ID]);
    validation.set_issuer(&[world.issuer()]);
    validation.set_required_spec_claims(&["exp", "aud", "iss", "sub"]);
    let key = DecodingKey::from_jwk(&key).expect("a key");
    jsonwebtoken::decode::<Value>(id_token, &key, &validation).expect("a good ID token").claims
}

fn left_half(text: &str) -> String {
    let whole = URL_SAFE_NO_PAD.decode(hash(text)).expect("base64url");
    URL_SAFE_NO_PAD.encode(&whole[..16])
}

#[test]
fn discovery_says_443_everywhere_but_where_a_browser_goes() {
    let world = World::new();
    let document = world.get("/.well-known/openid-configuration").json();
    let issuer = format!("https://cis2.localhost:443{REALM}");
    assert_eq!(document["issuer"], json!(issuer));
    for (member, end) in
        [("token_endpoint", "/access_token"), ("userinfo_endpoint", "/userinfo"), ("jwks_uri", "/connect/jwk_uri")]
    {
        assert_eq!(document[member], json!(format!("{issuer}{end}")), "{member}");
    }
    let port = world.running.ready().listen.port();
    assert_eq!(document["authorization_endpoint"], json!(format!("https://cis2.localhost:{port}{REALM}/authorize")));
    assert_eq!(document["response_types_supported"], json!(["code"]));
    assert_eq!(document["code_challenge_methods_supported"], json!(["plain", "S256"]));
    let listed: HashSet<&str> = document["id_token_signing_alg_values_supported"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(Value::as_str)
        .collect();
    assert_eq!(listed.len(), 12, "AM's whole list: {listed:?}");
    assert!(listed.contains("HS256"));
}

#[test]
fn a_person_with_several_roles_signs_in_with_the_role_that_was_picked() {
    let mut world = World::new();
    let changes = object(json!({"simulator_role": "555254240100", "scope": "openid nationalrbacaccess selectedrole"}));
    let tokens = world.tokens(&changes);
    let claims = verified(&world, tokens["id_token"].as_str().expect("a text"));
    assert_eq!(claims["selected_roleid"], json!("555254240100"));
    let userinfo = world.userinfo(tokens["access_token"].as_str().expect("a text")).json();
    let roles = userinfo["nhsid_nrbac_roles"].as_array().expect("roles");
    assert!(roles.len() > 1);
    let picked = roles.iter().find(|role| role["person_roleid"] == claims["selected_roleid"]).expect("the picked role");
    assert_eq!(picked["role_name"], json!("\"Support\":\"Support\":\"Admin/Clinical Support Access Role\""));
    assert_eq!(userinfo["sub"], claims["sub"]);
}

#[test]
fn each_person_signs_in_and_is_told_as_they_are() {
    let mut world = World::new();
    // person, acr_values, acr, level, amr, has a role
    let rows = [
        ("several-roles", None, "AAL3_ANY", "3", "N3_SMARTCARD", true),
        ("several-roles", Some("AAL3_SMARTCARD"), "AAL3_SMARTCARD", "3", "N3_SMARTCARD", true),
        ("several-roles", Some("AAL2_OR_AAL3_ANY"), "AAL3_ANY", "3", "N3_SMARTCARD", true),
        ("one-role", Some("AAL3_FIDO2"), "AAL3_FIDO2", "3", "FIDO2", true),
        ("no-role", None, "AAL3_ANY", "3", "N3_SMARTCARD", false),
        ("aal2-only", Some("AAL2_TOTP"), "AAL2_TOTP", "2", "TOTP", true),
        ("aal2-only", Some("AAL3_ANY AAL2_OR_AAL3_ANY"), "AAL2_ANY", "2", "TOTP", true),
    ];
    for (person, acr_values, acr, level, amr, has_role) in rows {
        let changes = object(json!({"simulator_person": person, "acr_values": acr_values}));
        let tokens = world.tokens(&changes);
        let claims = verified(&world, tokens["id_token"].as_str().expect("a text"));
        assert_eq!(claims["acr"], json!(acr), "{person} asked for {acr_values:?}");
        assert_eq!(claims["authentication_assurance_level"], json!(level), "{person}");
        assert_eq!(claims["amr"], json!([amr]), "{person}");
        assert_eq!(claims.get("selected_roleid").is_some(), has_role, "{person}");
        let userinfo = world.userinfo(tokens["access_token"].as_str().expect("a text"));
        assert_eq!(userinfo.status, 200, "{person}");
        assert_eq!(userinfo.json()["sub"], claims["sub"], "{person}");
    }
    assert!(world.running.reasons().is_empty(), "nothing was refused on the way");
}

#[test]
fn an_id_token_has_all_that_one_of_cis2_has() {
    let mut world = World::new();
    let code = world.code(&Map::new());
    let assertion = world.assertion();
    let tokens = world.redeem(&world.form(&code, &assertion)).json();
    let id_token = tokens["id_token"].as_str().expect("a text");
    assert!((1_200..1_500).contains(&id_token.len()), "{} characters", id_token.len());
    let kid = jsonwebtoken::decode_header(id_token).expect("a header").kid.expect("a kid");
    assert!(kid.contains(['+', '/', '=']), "{kid} would survive being made base64url");
    let claims = verified(&world, id_token);
    assert_eq!(claims["nonce"], json!(NONCE));
    assert_eq!(claims["at_hash"], json!(left_half(tokens["access_token"].as_str().expect("a text"))));
    assert_eq!(claims["c_hash"], json!(left_half(&code)));
    assert_eq!(claims["s_hash"], json!(left_half("a state & more")));
    assert_eq!((&claims["aud"], &claims["azp"]), (&json!(CLIENT_ID), &json!(CLIENT_ID)));
    assert!((world.now() - claims["auth_time"].as_i64().expect("a number")).abs() <= 5);
    assert_eq!(claims["realm"], json!("/NHSIdentity/Healthcare"));
    for name in
        ["auditTrackingId", "tokenName", "tokenType", "org.forgerock.openidconnect.ops", "sid", "id_assurance_level"]
    {
        assert!(claims[name].is_string(), "{name}");
    }
}

#[test]
fn a_token_answer_looks_as_cis2_writes_it() {
    let mut world = World::new();
    let (code, assertion) = (world.code(&Map::new()), world.assertion());
    let answer = world.redeem(&world.form(&code, &assertion));
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let tokens = object(answer.json());
    let names: Vec<&str> = tokens.keys().map(String::as_str).collect();
    assert_eq!(names, ["access_token", "scope", "id_token", "token_type", "expires_in"]);
    assert_eq!(tokens["access_token"].as_str().map(str::len), Some(27));
    assert_eq!((&tokens["token_type"], &tokens["expires_in"]), (&json!("Bearer"), &json!(3599)));
    assert_eq!(tokens["scope"], json!("openid profile selectedrole"));
}

#[test]
fn a_callback_carries_what_am_adds() {
    let world = World::new();
    let answer = world.authorize(&Map::new());
    assert_eq!(answer.status, 302);
    assert!(answer.header("location").is_some_and(|to| to.starts_with(&format!("{REDIRECT_URI}?code="))));
    assert_eq!(answer.parameter("state").as_deref(), Some("a state & more"));
    assert_eq!(answer.parameter("iss").as_deref(), Some(world.issuer()));
    assert_eq!(answer.parameter("client_id").as_deref(), Some(CLIENT_ID));
    assert_eq!(answer.parameter("scope").as_deref(), Some("openid profile selectedrole"));
}

#[test]
fn userinfo_says_what_the_scopes_ask_for_and_no_more() {
    let mut world = World::new();
    let all = "openid profile email nhsperson nationalrbacaccess associatedorgs professionalmemberships organisationalmemberships";
    let members = [
        ("openid", vec!["sub"]),
        ("openid profile", vec!["sub", "name", "given_name", "family_name", "uid"]),
        ("openid email", vec!["sub", "email"]),
        ("openid associatedorgs", vec!["sub", "nhsid_user_orgs"]),
    ];
    for (scope, expected) in members {
        let tokens = world.tokens(&object(json!({"scope": scope})));
        let userinfo = object(world.userinfo(tokens["access_token"].as_str().expect("a text")).json());
        assert_eq!(userinfo.keys().collect::<Vec<_>>(), expected, "{scope}");
    }
    let tokens = world.tokens(&object(json!({"scope": all})));
    let userinfo = world.userinfo(tokens["access_token"].as_str().expect("a text")).json();
    assert_eq!(userinfo["idassurancelevel"], json!("3"));
    for name in ["nhsid_nrbac_roles", "nhsid_user_orgs", "nhsid_org_memberships", "nhsid_org_roles"] {
        assert!(userinfo[name].as_array().is_some_and(|list| !list.is_empty()), "{name}");
    }
    assert!(userinfo["gmc_id"].is_string());
}

#[test]
fn a_plain_challenge_and_no_challenge_are_taken_too() {
    let mut world = World::new();
    let plain = object(json!({"code_challenge": VERIFIER, "code_challenge_method": "plain"}));
    world.tokens(&plain);
    let none = object(json!({"code_challenge": null, "code_challenge_method": null}));
    let (code, assertion) = (world.code(&none), world.assertion());
    let mut form = world.form(&code, &assertion);
    form.shift_remove("code_verifier");
    assert_eq!(world.redeem(&form).status, 200);
}

#[test]
fn a_second_use_of_a_code_kills_the_tokens_of_the_first() {
    let mut world = World::new();
    let (code, assertion) = (world.code(&Map::new()), world.assertion());
    let tokens = world.redeem(&world.form(&code, &assertion)).json();
    let access_token = tokens["access_token"].as_str().expect("a text");
    assert_eq!(world.userinfo(access_token).status, 200);
    let assertion = world.assertion();
    assert_eq!(world.redeem(&world.form(&code, &assertion)).status, 400);
    assert_eq!(world.userinfo(access_token).status, 401);
    let rules: Vec<&str> = world.running.reasons().iter().map(|reason| reason.rule).collect();
    assert_eq!(rules, ["code_used", "token_unknown"]);
}

#[test]
fn a_code_that_was_refused_for_another_reason_stays_good() {
    let mut world = World::new();
    let code = world.code(&Map::new());
    let assertion = world.assertion();
    let mut form = world.form(&code, &assertion);
    form["redirect_uri"] = json!("http://127.0.0.1/callback");
    assert_eq!(world.redeem(&form).status, 400);
    let assertion = world.assertion();
    assert_eq!(world.redeem(&world.form(&code, &assertion)).status, 200);
}

#[test]
fn a_native_application_may_come_from_any_loopback_port() {
    let mut world = World::new();
    let redirect_uri = "http://127.0.0.1:50123/callback";
    let (code, assertion) = (world.code(&object(json!({"redirect_uri": redirect_uri}))), world.assertion());
    let mut form = world.form(&code, &assertion);
    form["redirect_uri"] = json!(redirect_uri);
    assert_eq!(world.redeem(&form).status, 200);
}

#[test]
fn a_client_that_is_registered_for_rs512_signs_with_it() {
    let mut world = World::new();
    world.register(&object(json!({"algorithm": "RS512"})));
    let code = world.code(&Map::new());
    let header = json!({"alg": "RS512", "kid": world.header()["kid"]}).to_string();
    let claims = json!(world.claims()).to_string();
    let assertion = crate::world::sign(&header, &claims, "own");
    let answer = world.redeem(&world.form(&code, &assertion));
    assert_eq!(answer.status, 200, "{}", answer.body);
}

#[test]
fn the_client_id_in_the_form_may_be_left_out_beside_an_assertion() {
    let mut world = World::new();
    let (code, assertion) = (world.code(&object(json!({"client_id": CLIENT_ID}))), world.assertion());
    let mut form = world.form(&code, &assertion);
    form.shift_remove("client_id");
    assert_eq!(world.redeem(&form).status, 200);
    assert_ne!(CLIENT_ID, OTHER_CLIENT_ID);
}
