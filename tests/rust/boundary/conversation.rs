//! A whole sign-in stepped by hand through the C functions, and what goes wrong on the way.

use std::ptr;
use std::time::{SystemTime, UNIX_EPOCH};

use cis2::error::Status;
use cis2::ffi::{self, *};
use cis2::flow::form;
use serde_json::{Value, json};

use super::*;
use crate::support::hostile::{self, ACCESS_TOKEN, CODE, SUBJECT, World, answer_body, key_set};
use crate::support::{self, discovery, field, platform, purpose, vectors};

const JSON: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n";

/// An authorization that was begun, and what the provider knows of it.
pub struct Begun {
    pub request: Owned<cis2_authorization_request>,
    pub world: World,
}

pub fn begin(client: &Owned<cis2_client>, parameters: *const cis2_authorization_parameters) -> Begun {
    let flow = Owned(give!(cis2_client_begin_authorization(client.p(), parameters)), ffi::cis2_flow_free);
    drive(&flow, |_, _| discovery(&json!({})).into_bytes());
    let request = Owned(give!(cis2_flow_take_authorization_request(flow.p())), ffi::cis2_authorization_request_free);
    let url = seen(ask!(cis2_authorization_request_url(request.p())));
    let world = world(&url);
    Begun { request, world }
}

pub fn sign_in_flow(client: &Owned<cis2_client>, begun: &Begun) -> Owned<cis2_flow> {
    let callback = begun.world.text("https://localhost:44358/authorise.aspx?code=$code&state=$state");
    Owned(give!(cis2_client_begin_sign_in(client.p(), begun.request.p(), t(&callback))), ffi::cis2_flow_free)
}

pub fn signed_in(client: &Owned<cis2_client>) -> Owned<cis2_sign_in> {
    let begun = begin(client, ptr::null());
    let flow = sign_in_flow(client, &begun);
    drive(&flow, |url, _| provider(&begun.world, url));
    Owned(give!(cis2_flow_take_sign_in(flow.p())), ffi::cis2_sign_in_free)
}

/// What the provider answers.
fn provider(world: &World, url: &str) -> Vec<u8> {
    match purpose(url) {
        "/access_token" => {
            let table = vectors("hostile/token_answers.json");
            answer_body(world, &table, &Value::Null, &id_token(world))
        }
        "/connect/jwk_uri" => key_set(&Value::Null).into_bytes(),
        "/.well-known/openid-configuration" => discovery(&json!({})).into_bytes(),
        other => panic!("asked for {other}: {url}"),
    }
}

pub fn id_token(world: &World) -> String {
    world.id_token(&vectors("hostile/id_tokens.json")["base"], &Value::Null)
}

pub fn world(url: &str) -> World {
    let query = url.split_once('?').expect("a query").1;
    let pairs = form::decode(query).expect("a query");
    let value = |name: &str| {
        let pair = pairs.iter().find(|(found, _)| found.as_str() == name);
        pair.map(|(_, value)| value.to_string()).unwrap_or_default()
    };
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("a time after 1970").as_secs();
    World {
        now: i64::try_from(now).expect("a time"),
        issuer: platform().issuer.as_str().to_owned(),
        client_id: value("client_id"),
        redirect_uri: value("redirect_uri"),
        token_endpoint: platform().token_endpoint.expect("an endpoint").as_str().to_owned(),
        state: value("state"),
        nonce: value("nonce"),
    }
}

pub fn next(flow: &Owned<cis2_flow>) -> u32 {
    give!(cis2_flow_next(flow.p()))
}

pub fn url_of(flow: &Owned<cis2_flow>) -> String {
    seen(ask!(cis2_flow_request_url(flow.p())))
}

pub fn supply(flow: &Owned<cis2_flow>, final_url: &str, headers: &[u8], body: &[u8]) -> Outcome {
    call!(cis2_flow_supply_response(flow.p(), 200, t(final_url), b(headers), b(body)))
}

pub fn drive(flow: &Owned<cis2_flow>, mut answer: impl FnMut(&str, &[u8]) -> Vec<u8>) {
    while next(flow) == CIS2_STEP_SEND {
        let url = url_of(flow);
        let body = answer(&url, &bytes_seen(ask!(cis2_flow_request_body(flow.p()))));
        supply(flow, &url, JSON, &body).ok();
    }
}

#[test]
fn signs_in_by_hand() {
    let _alone = alone();
    let client = client();
    let begun = begin(&client, ptr::null());
    let flow = sign_in_flow(&client, &begun);

    assert_eq!(next(&flow), CIS2_STEP_SEND);
    assert_eq!(seen(ask!(cis2_flow_request_method(flow.p()))), "POST");
    assert_eq!(url_of(&flow), begun.world.token_endpoint, ":443 stays");
    let headers: Vec<(String, String)> = (0..ask!(cis2_flow_request_header_count(flow.p())))
        .map(|index| {
            let name = seen(ask!(cis2_flow_request_header_name(flow.p(), index)));
            (name, seen(ask!(cis2_flow_request_header_value(flow.p(), index))))
        })
        .collect();
    assert!(headers.contains(&("Content-Type".to_owned(), "application/x-www-form-urlencoded".to_owned())));
    assert!(ask!(cis2_flow_request_header_name(flow.p(), headers.len())).is_blank());
    assert!(ask!(cis2_flow_request_header_value(flow.p(), usize::MAX)).is_blank());
    let body = bytes_seen(ask!(cis2_flow_request_body(flow.p())));
    assert_eq!(field(&body, "code").as_deref(), Some(CODE));
    let assertion = field(&body, "client_assertion").expect("an assertion");
    assert_eq!(support::decoded(&assertion).1["aud"], json!(begun.world.token_endpoint));

    drive(&flow, |url, _| provider(&begun.world, url));
    let sign_in = Owned(give!(cis2_flow_take_sign_in(flow.p())), ffi::cis2_sign_in_free);
    let tokens = ask!(cis2_sign_in_tokens(sign_in.p()));
    assert_eq!(seen(ask!(cis2_tokens_access_token(tokens))), ACCESS_TOKEN);
    assert_eq!(seen(ask!(cis2_tokens_id_token(tokens))).split('.').count(), 3);
    assert!(ask!(cis2_tokens_refresh_token(tokens)).is_blank());
    assert_eq!(seen(ask!(cis2_tokens_scope(tokens))), "openid");
    let life = ask!(cis2_tokens_expires_at(tokens)) - begun.world.now;
    assert!((3599..3700).contains(&life), "{life}");
    check_identity(ask!(cis2_sign_in_identity(sign_in.p())), &begun.world);
}

fn check_identity(identity: *const cis2_identity, world: &World) {
    assert_eq!(seen(ask!(cis2_identity_issuer(identity))), world.issuer);
    assert_eq!(seen(ask!(cis2_identity_subject(identity))), SUBJECT);
    assert_eq!(seen(ask!(cis2_identity_acr(identity))), "AAL3_ANY");
    assert_eq!(seen(ask!(cis2_identity_session_id(identity))), "d3f8b1de-6a4e-4c39-8d0e-2b6f0a8c9e11");
    assert_eq!(seen(ask!(cis2_identity_selected_role_id(identity))), "555254242102");
    assert_eq!(ask!(cis2_identity_authentication_level(identity)), 3);
    assert_eq!(ask!(cis2_identity_identity_level(identity)), 3);
    assert_eq!(ask!(cis2_identity_issued_at(identity)), world.now - 1);
    assert_eq!(ask!(cis2_identity_expires_at(identity)), world.now + 3600);
    assert_eq!(ask!(cis2_identity_authenticated_at(identity)), world.now - 5);
    assert_eq!(seen(ask!(cis2_identity_amr(identity))), r#"["N3_SMARTCARD"]"#);
    let claims: Value = serde_json::from_str(&seen(ask!(cis2_identity_claims_json(identity)))).expect("JSON");
    assert_eq!(claims["realm"], json!("/NHSIdentity/Healthcare"));
    assert_eq!(seen(give!(cis2_identity_claim(identity, t("realm")))), r#""/NHSIdentity/Healthcare""#);
    let message = call!(cis2_identity_claim(identity, t("nhsid_nrbac_roles") => out)).refused(Status::NotFound);
    assert!(message.contains("nhsid_nrbac_roles"), "{message}");
}

#[test]
fn validates_an_id_token_that_came_another_way() {
    let _alone = alone();
    let client = client();
    let begun = begin(&client, ptr::null());
    let keys = Owned(give!(cis2_key_set_from_json(b(key_set(&Value::Null).as_bytes()))), ffi::cis2_key_set_free);
    let token = id_token(&begun.world);
    let expectations = json!({"nonce": begun.world.nonce, "access_token": ACCESS_TOKEN}).to_string();
    let identity = Owned(
        give!(cis2_client_validate_id_token(client.p(), keys.p(), t(&token), t(&expectations))),
        ffi::cis2_identity_free,
    );
    check_identity(identity.p(), &begun.world);
    let other = json!({"nonce": "another"}).to_string();
    let validate = |expectations: &str| call!(cis2_client_validate_id_token(client.p(), keys.p(), t(&token), t(expectations) => out));
    let message = validate(&other).refused(Status::NonceMismatch);
    assert!(!message.contains(&begun.world.nonce), "no nonce in {message}");
    let _ = validate("{}").refused(INVALID_ARGUMENT);
}

#[test]
fn a_request_survives_the_way_through_a_cookie() {
    let _alone = alone();
    let first = client();
    let begun = begin(&first, ptr::null());
    let sealed = seen(ask!(cis2_authorization_request_sealed(begun.request.p())));
    assert!(sealed.starts_with("1.") && sealed.len() <= 2048);
    drop(first);
    let second = client();
    let restored = Owned(
        give!(cis2_client_restore_authorization_request(second.p(), t(&sealed))),
        ffi::cis2_authorization_request_free,
    );
    assert!(seen(ask!(cis2_authorization_request_url(restored.p()))).is_empty());
    assert_eq!(seen(ask!(cis2_authorization_request_sealed(restored.p()))), sealed);
    let begun = Begun { request: restored, world: begun.world };
    let flow = sign_in_flow(&second, &begun);
    drive(&flow, |url, _| provider(&begun.world, url));
    drop(Owned(give!(cis2_flow_take_sign_in(flow.p())), ffi::cis2_sign_in_free));
}

#[test]
fn parameters_reach_the_url() {
    let _alone = alone();
    let client = client();
    let parameters = parameters();
    call!(cis2_authorization_parameters_set_scope(parameters.p(), t("openid profile"))).ok();
    call!(cis2_authorization_parameters_set_acr_values(parameters.p(), t("AAL2_OR_AAL3_ANY"))).ok();
    call!(cis2_authorization_parameters_set_max_age_s(parameters.p(), 300)).ok();
    call!(cis2_authorization_parameters_set_prompt(parameters.p(), t("login"))).ok();
    call!(cis2_authorization_parameters_set_ui_locales(parameters.p(), t("cy en"))).ok();
    call!(cis2_authorization_parameters_set(parameters.p(), t("login_hint"), t("a b"))).ok();
    let begun = begin(&client, parameters.p());
    let url = seen(ask!(cis2_authorization_request_url(begun.request.p())));
    let pairs = form::decode(url.split_once('?').expect("a query").1).expect("a query");
    let expected = [
        ("scope", "openid profile"),
        ("acr_values", "AAL2_OR_AAL3_ANY"),
        ("max_age", "300"),
        ("prompt", "login"),
        ("ui_locales", "cy en"),
        ("login_hint", "a b"),
    ];
    for (name, value) in expected {
        let found = pairs.iter().find(|(found, _)| found.as_str() == name).map(|(_, value)| value.to_string());
        assert_eq!(found.as_deref(), Some(value), "{name}");
    }
    call!(cis2_authorization_parameters_set(parameters.p(), t("state"), t("mine"))).ok();
    let refused = call!(cis2_client_begin_authorization(client.p(), parameters.p() => out)).refused(INVALID_ARGUMENT);
    assert!(refused.contains("state"), "{refused}");
}

#[test]
fn a_flow_that_failed_gives_the_same_refusal_again() {
    let _alone = alone();
    let client = client();
    let begun = begin(&client, ptr::null());
    let flow = sign_in_flow(&client, &begun);
    next(&flow);
    let body = br#"{"error":"invalid_client","error_description":"JWT is not valid"}"#;
    let answered = |flow: &Owned<cis2_flow>| {
        call!(cis2_flow_supply_response(flow.p(), 401, t(&begun.world.token_endpoint), b(JSON), b(body)))
    };
    let first = answered(&flow).refused(Status::OauthError);
    assert!(!first.contains("JWT is not valid"), "the provider's words are kept apart: {first}");
    for _ in 0..2 {
        assert_eq!(call!(cis2_flow_next(flow.p() => out)).refused(Status::OauthError), first);
    }
    assert_eq!(answered(&flow).refused(Status::OauthError), first);
    let _ = call!(cis2_flow_take_sign_in(flow.p() => out)).refused(INVALID_STATE);
    assert!(ask!(cis2_flow_request_url(flow.p())).is_blank());
}

#[test]
fn an_error_has_the_provider_s_words_in_fields_of_their_own() {
    let _alone = alone();
    let client = client();
    let begun = begin(&client, ptr::null());
    let flow = sign_in_flow(&client, &begun);
    next(&flow);
    let headers = b"Content-Type: application/json\r\nDate: Thu, 01 Jan 2099 00:00:00 GMT\r\n";
    let body = br#"{"error":"invalid_client","error_description":"JWT is not valid"}"#;
    let mut error = Output::dirty();
    let status = ask!(cis2_flow_supply_response(
        flow.p(),
        401,
        t(&begun.world.token_endpoint),
        b(headers),
        b(body),
        &raw mut error
    ));
    assert_eq!(status, Status::OauthError.number());
    let error: Owned<cis2_error> = Owned(error, ffi::cis2_error_free);
    assert_eq!(seen(ask!(cis2_error_oauth_error(error.p()))), "invalid_client");
    assert_eq!(seen(ask!(cis2_error_oauth_description(error.p()))), "JWT is not valid");
    assert_eq!(ask!(cis2_error_http_status(error.p())), 401);
    assert_eq!(ask!(cis2_error_is_retryable(error.p())), 0);
    assert!(ask!(cis2_error_clock_offset_s(error.p())) > 1_000_000_000);
    assert!(!seen(ask!(cis2_error_remedy(error.p()))).is_empty());
    assert_eq!(ask!(cis2_error_message(error.p())).data, ask!(cis2_error_message(error.p())).data, "made once");
}

#[test]
fn an_answer_from_another_address_is_refused() {
    let _alone = alone();
    let client = client();
    let begun = begin(&client, ptr::null());
    let flow = sign_in_flow(&client, &begun);
    next(&flow);
    let body = provider(&begun.world, &begun.world.token_endpoint);
    let message =
        supply(&flow, "https://elsewhere.example/access_token?x=secret", JSON, &body).refused(Status::FinalUrlMismatch);
    assert!(message.contains("elsewhere.example") && !message.contains("secret"), "{message}");
    let _ = call!(cis2_flow_next(flow.p() => out)).refused(Status::FinalUrlMismatch);
}

#[test]
fn an_encoded_answer_is_refused() {
    let _alone = alone();
    let client = client();
    let begun = begin(&client, ptr::null());
    let flow = sign_in_flow(&client, &begun);
    next(&flow);
    let headers = b"Content-Type: application/json\r\nContent-Encoding: gzip\r\n";
    let _ = supply(&flow, &begun.world.token_endpoint, headers, &[0x1f, 0x8b]).refused(Status::ResponseEncoded);
}

#[test]
fn headers_that_cannot_be_read_end_a_token_request() {
    let _alone = alone();
    let client = client();
    let begun = begin(&client, ptr::null());
    let flow = sign_in_flow(&client, &begun);
    next(&flow);
    let _ = supply(&flow, &begun.world.token_endpoint, b"no colon\r\n", b"{}").refused(Status::HeadersMalformed);
    let _ = call!(cis2_flow_next(flow.p() => out)).refused(Status::HeadersMalformed);
}

#[test]
fn an_answer_over_the_limit_is_refused() {
    let _alone = alone();
    let client = client();
    let begun = begin(&client, ptr::null());
    let flow = sign_in_flow(&client, &begun);
    next(&flow);
    let _ = supply(&flow, &begun.world.token_endpoint, JSON, &vec![b' '; 10 << 20]).refused(Status::ResponseTooLarge);
}

#[test]
fn calls_out_of_order_are_refused_and_change_nothing() {
    let _alone = alone();
    let client = client();
    let flow = authorization(&client);
    assert!(ask!(cis2_flow_request_url(flow.p())).is_blank(), "nothing is shown before next");
    let _ = call!(cis2_flow_take_authorization_request(flow.p() => out)).refused(INVALID_STATE);
    let _ = call!(cis2_flow_take_sign_in(flow.p() => out)).refused(INVALID_STATE);
    next(&flow);
    let url = url_of(&flow);
    supply(&flow, &url, JSON, discovery(&json!({})).as_bytes()).ok();
    assert!(ask!(cis2_flow_request_url(flow.p())).is_blank(), "the request is gone with its answer");
    let _ = supply(&flow, &url, JSON, b"{}").refused(INVALID_STATE);
    let _ = call!(cis2_flow_supply_failure(flow.p(), 201, 0)).refused(INVALID_STATE);
    let _ = call!(cis2_flow_take_sign_in(flow.p() => out)).refused(INVALID_STATE);
    assert_eq!(next(&flow), CIS2_STEP_DONE);
    drop(Owned(give!(cis2_flow_take_authorization_request(flow.p())), ffi::cis2_authorization_request_free));
    let _ = call!(cis2_flow_take_authorization_request(flow.p() => out)).refused(INVALID_STATE);
    assert_eq!(next(&flow), CIS2_STEP_DONE);
}

#[test]
fn a_failure_is_one_of_transport_or_cancelled() {
    let _alone = alone();
    let client = client();
    let flow = authorization(&client);
    next(&flow);
    let before = ask!(cis2_flow_request_url(flow.p()));
    let may_have_left = 1;
    for kind in [0, 1, 100, 199, 214, 300, 416, 999, u32::MAX] {
        let _ = call!(cis2_flow_supply_failure(flow.p(), kind, may_have_left)).refused(INVALID_ARGUMENT);
    }
    for flag in [2, u32::MAX] {
        let _ = call!(cis2_flow_supply_failure(flow.p(), 201, flag)).refused(INVALID_ARGUMENT);
    }
    for http_status in [0, 99, 600, u16::MAX] {
        let supplied = call!(cis2_flow_supply_response(flow.p(), http_status, before, b(JSON), b(b"{}")));
        let _ = supplied.refused(INVALID_ARGUMENT);
    }
    assert_eq!(ask!(cis2_flow_request_url(flow.p())).data, before.data, "the views are still good");
    assert_eq!(seen(before), url_of(&flow));
    let cancelled = u32::try_from(Status::Cancelled.number()).expect("a number");
    for step in [true, false] {
        let outcome = call!(cis2_flow_supply_failure(flow.p(), cancelled, may_have_left));
        // A GET may be asked for once more.
        if step && outcome.status == 0 {
            assert_eq!(next(&flow), CIS2_STEP_SEND);
            continue;
        }
        let _ = outcome.refused(Status::Cancelled);
        break;
    }
    let _ = call!(cis2_flow_next(flow.p() => out)).refused(Status::Cancelled);
}

#[test]
fn a_token_request_that_never_left_is_made_anew() {
    let _alone = alone();
    let client = client();
    let begun = begin(&client, ptr::null());
    let flow = sign_in_flow(&client, &begun);
    next(&flow);
    let assertion = || field(&bytes_seen(ask!(cis2_flow_request_body(flow.p()))), "client_assertion").expect("one");
    let first = assertion();
    let connect = u32::try_from(Status::Connect.number()).expect("a number");
    call!(cis2_flow_supply_failure(flow.p(), connect, 0)).ok();
    assert!(ask!(cis2_flow_request_body(flow.p())).is_blank(), "the spent request is gone");
    assert_eq!(next(&flow), CIS2_STEP_SEND);
    let second = assertion();
    assert_ne!(support::decoded(&first).1["jti"], support::decoded(&second).1["jti"]);
    let _ = call!(cis2_flow_supply_failure(flow.p(), connect, 1)).refused(Status::Connect);
}

#[test]
fn hostile_callbacks_are_refused_before_a_flow_exists() {
    let _alone = alone();
    let client = client();
    let begun = begin(&client, ptr::null());
    let refused = |callback: &str| {
        let callback = begun.world.text(callback);
        call!(cis2_client_begin_sign_in(client.p(), begun.request.p(), t(&callback) => out))
    };
    let _ = refused("code=$code&state=another").refused(Status::StateMismatch);
    let _ = refused("code=$code").refused(Status::StateMissing);
    let _ = refused("code=$code&code=$code&state=$state").refused(Status::CallbackParameterRepeated);
    let _ = refused("").refused(Status::StateMissing);
    let _ = refused("error=access_denied&state=$state").refused(Status::AuthorizationRefused);
    let message = refused("state=$state").refused(Status::CodeMissing);
    assert!(!message.contains(&begun.world.state) && !message.contains(hostile::CODE), "{message}");
}
