//! Flows stepped by hand: what is sent, what is sent again, what is kept, and in which order.

use std::cell::RefCell;
use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use cis2::client::{Client, Running, Sources};
use cis2::clock::Timestamp;
use cis2::error::{Error, Status};
use cis2::event::Purpose;
use cis2::flow::Step;
use cis2::flow::authorize::AuthorizationParameters;
use cis2::http::Headers;
use cis2::random::SystemRandom;
use serde_json::{Value, json};

use crate::support::hostile::{CODE, SUBJECT, World, answer_body, key_set};
use crate::support::{
    NOW, authorized, client_at, config, decoded, discovery, drive, field, ok_json, platform, purpose, vectors, world,
};

/// A client whose clock a test moves.
fn client_with_clock() -> (Client, Arc<AtomicI64>) {
    let now = Arc::new(AtomicI64::new(NOW));
    let clock = Arc::clone(&now);
    let sources = Sources {
        now: Box::new(move || Timestamp::from_unix_s(clock.load(Ordering::SeqCst))),
        random: Box::new(SystemRandom),
    };
    (Client::with_sources(config(), sources).expect("a client"), now)
}

fn tokens(world: &World, id_token_row: &Value) -> Vec<u8> {
    let id_token = world.id_token(&vectors("hostile/id_tokens.json")["base"], id_token_row);
    answer_body(world, &vectors("hostile/token_answers.json"), &Value::Null, &id_token)
}

fn at(mut world: World, now: i64) -> World {
    world.now = now;
    world
}

fn begin_sign_in(client: &Client) -> (Running, World) {
    let (request, world) = authorized(client, &json!({}), &json!({}));
    let flow = client.begin_sign_in(&request, &world.text("code=$code&state=$state")).expect("a callback");
    (flow, world)
}

fn url(flow: &Running) -> String {
    match flow.step().expect("a step") {
        Step::Send(request) => request.url.clone(),
        Step::Done => "done".to_owned(),
    }
}

fn sent_assertion(flow: &Running) -> String {
    match flow.step().expect("a step") {
        Step::Send(request) => field(request.body.as_ref().expect("a body").expose(), "client_assertion").expect("one"),
        Step::Done => panic!("nothing is sent"),
    }
}

fn answer(flow: &mut Running, status: u16, headers: &str, body: &[u8]) -> Result<(), Error> {
    let url = url(flow);
    flow.supply_response(status, &url, Headers::parse(headers.as_bytes())?, body.to_vec())
}

#[test]
fn the_authorization_url_has_each_parameter_once_and_fresh_values_each_time() {
    let client = client_at(NOW);
    let parameters = AuthorizationParameters {
        scope: Some("openid nationalrbacaccess".to_owned()),
        acr_values: Some("AAL2_OR_AAL3_ANY".to_owned()),
        max_age_s: Some(300),
        prompt: Some("login".to_owned()),
        ui_locales: Some("en-GB cy".to_owned()),
        further: vec![("vtr".to_owned(), "a&b=c".to_owned())],
    };
    let mut seen = HashSet::new();
    for _ in 0..2 {
        let mut flow = client.begin_authorization(parameters.clone()).expect("a flow");
        drive(&mut flow, |_, _| ok_json(discovery(&json!({})))).expect("discovery");
        let request = flow.take_authorization_request().expect("a request");
        let (endpoint, query) = request.url().split_once('?').expect("a query");
        assert!(endpoint.ends_with(":8443/openam/oauth2/realms/root/realms/NHSIdentity/realms/Healthcare/authorize"));
        let pairs = cis2::flow::form::decode(query).expect("a query");
        let names: Vec<&str> = pairs.iter().map(|(name, _)| name.as_str()).collect();
        let expected = [
            "response_type",
            "client_id",
            "redirect_uri",
            "scope",
            "state",
            "nonce",
            "code_challenge",
            "code_challenge_method",
            "acr_values",
            "max_age",
            "prompt",
            "ui_locales",
            "vtr",
        ];
        assert_eq!(names, expected);
        let value = |name: &str| pairs.iter().find(|(n, _)| n.as_str() == name).expect("a parameter").1.to_string();
        assert_eq!(value("response_type"), "code");
        assert_eq!(value("code_challenge_method"), "S256");
        assert_eq!(value("vtr"), "a&b=c");
        for name in ["state", "nonce", "code_challenge"] {
            assert_eq!(value(name).len(), 43);
            assert!(seen.insert(value(name)), "{name} was used before");
        }
    }
}

#[test]
fn the_pkce_challenge_is_that_of_rfc_7636_appendix_b() {
    let hash = cis2::jose::hash::sha256(b"dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
    assert_eq!(cis2::base64url::encode(&hash), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
}

#[test]
fn parameters_that_are_the_librarys_own_are_refused_by_name() {
    let client = client_at(NOW);
    for name in ["state", "nonce", "response_type", "request_uri", "client_secret"] {
        let further = vec![(name.to_owned(), "x".to_owned())];
        let error =
            client.begin_authorization(AuthorizationParameters { further, ..Default::default() }).expect_err(name);
        assert_eq!(error.status(), Status::InvalidArgument);
        assert!(error.to_string().contains(name), "{error}");
    }
}

#[test]
fn a_scope_without_openid_and_an_unknown_class_are_refused_before_anything_is_sent() {
    let client = client_at(NOW);
    let begin = |scope: &str, acr: &str| {
        let text = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        client
            .begin_authorization(AuthorizationParameters {
                scope: text(scope),
                acr_values: text(acr),
                ..Default::default()
            })
            .map(|_| ())
            .map_err(|error| error.status())
    };
    assert_eq!(begin("oidc profile", ""), Err(Status::ScopeWithoutOpenid));
    assert_eq!(begin("openid2", ""), Err(Status::ScopeWithoutOpenid));
    assert_eq!(begin("", "AAL3_ANYTHING"), Err(Status::AcrUnknown));
    assert_eq!(begin("openid profile", "AAL3_ANY"), Ok(()));
}

#[test]
fn the_code_exchange_sends_the_parameters_of_the_contract_and_no_secret_beside_the_assertion() {
    let client = client_at(NOW);
    let (flow, _) = begin_sign_in(&client);
    let Step::Send(request) = flow.step().expect("a step") else { panic!("nothing is sent") };
    assert_eq!(request.url, platform().token_endpoint.expect("an endpoint").as_str(), ":443 stays");
    let body = request.body.as_ref().expect("a body").expose();
    let pairs = cis2::flow::form::decode(std::str::from_utf8(body).expect("a form")).expect("a form");
    let names: Vec<&str> = pairs.iter().map(|(name, _)| name.as_str()).collect();
    let expected = [
        "grant_type",
        "code",
        "redirect_uri",
        "client_id",
        "client_assertion_type",
        "client_assertion",
        "code_verifier",
    ];
    assert_eq!(names, expected);
    assert_eq!(field(body, "code").as_deref(), Some(CODE));
    assert_eq!(
        field(body, "client_assertion_type").as_deref(),
        Some("urn:ietf:params:oauth:client-assertion-type:jwt-bearer")
    );
    assert_eq!(decoded(&sent_assertion(&flow)).1["aud"], request.url.as_str());
    let headers: Vec<&str> = request.headers.iter().map(|(name, _)| *name).collect();
    assert_eq!(headers, ["Accept", "Content-Type"], "no Authorization");
}

#[test]
fn a_sign_in_asks_for_the_token_then_the_keys_and_is_done() {
    let client = client_at(NOW);
    let (mut flow, world) = begin_sign_in(&client);
    let asked = RefCell::new(Vec::new());
    drive(&mut flow, |url, _| {
        asked.borrow_mut().push(purpose(url));
        match purpose(url) {
            "/access_token" => ok_json(tokens(&world, &Value::Null)),
            _ => ok_json(key_set(&Value::Null)),
        }
    })
    .expect("a sign-in");
    assert_eq!(*asked.borrow(), ["/access_token", "/connect/jwk_uri"]);
    let sign_in = flow.take_sign_in().expect("the outcome");
    assert_eq!(sign_in.identity().subject(), SUBJECT);
    assert_eq!(sign_in.identity().authentication_level(), Some(3));
    assert_eq!(sign_in.identity().selected_role_id(), Some("555254242102"));
    assert_eq!(sign_in.identity().claim("realm").as_deref(), Some("\"/NHSIdentity/Healthcare\""));
    assert_eq!(sign_in.tokens().expires_at(), Some(Timestamp::from_unix_s(NOW + 3599)));
    assert_eq!(flow.take_sign_in().expect_err("once").status(), Status::InvalidState);
}

#[test]
fn an_outcome_of_another_kind_stays_where_it_is() {
    let client = client_at(NOW);
    let mut flow = client.begin_authorization(AuthorizationParameters::default()).expect("a flow");
    assert_eq!(flow.take_authorization_request().expect_err("not yet").status(), Status::InvalidState);
    drive(&mut flow, |_, _| ok_json(discovery(&json!({})))).expect("discovery");
    assert_eq!(flow.take_sign_in().expect_err("another kind").status(), Status::InvalidState);
    flow.take_authorization_request().expect("the outcome");
}

#[test]
fn an_exchange_is_sent_again_only_if_no_connection_was_made_and_then_with_a_new_assertion() {
    let client = client_at(NOW);
    let (mut flow, world) = begin_sign_in(&client);
    let first = sent_assertion(&flow);
    flow.supply_failure(Status::Connect, false).expect("it goes on");
    let second = sent_assertion(&flow);
    assert_ne!(decoded(&first).1["jti"], decoded(&second).1["jti"]);
    answer(&mut flow, 200, "", &tokens(&world, &Value::Null)).expect("it goes on");
    assert_eq!(purpose(&url(&flow)), "/connect/jwk_uri");
}

#[test]
fn an_exchange_that_may_have_left_is_never_sent_again() {
    for kind in [Status::ConnectionLost, Status::TransportTimeout, Status::Connect] {
        let (mut flow, _) = begin_sign_in(&client_at(NOW));
        assert_eq!(flow.supply_failure(kind, true).expect_err("the end").status(), kind);
        assert_eq!(flow.step().expect_err("the same again").status(), kind);
    }
}

#[test]
fn an_exchange_is_sent_twice_at_most_and_not_again_for_a_failure_that_stays() {
    let (mut flow, _) = begin_sign_in(&client_at(NOW));
    flow.supply_failure(Status::Dns, false).expect("once more");
    assert_eq!(flow.supply_failure(Status::Dns, false).expect_err("the end").status(), Status::Dns);
    let (mut flow, _) = begin_sign_in(&client_at(NOW));
    assert_eq!(
        flow.supply_failure(Status::TlsCertificate, false).expect_err("no use").status(),
        Status::TlsCertificate
    );
}

#[test]
fn a_flow_that_is_cancelled_asks_for_nothing_more() {
    let (mut exchange, _) = begin_sign_in(&client_at(NOW));
    assert_eq!(exchange.supply_failure(Status::Cancelled, false).expect_err("the end").status(), Status::Cancelled);
    let mut read = client_at(NOW).begin_authorization(AuthorizationParameters::default()).expect("a flow");
    assert_eq!(read.supply_failure(Status::Cancelled, true).expect_err("the end").status(), Status::Cancelled);
    assert_eq!(read.step().expect_err("the same again").status(), Status::Cancelled);
}

#[test]
fn a_flow_says_what_its_request_is_for_and_which_attempt_it_is() {
    let (mut flow, _) = begin_sign_in(&client_at(NOW));
    assert_eq!(flow.asks_for(), Some((Purpose::Token, 1)));
    flow.supply_failure(Status::Dns, false).expect("once more");
    assert_eq!(flow.asks_for(), Some((Purpose::Token, 2)));
    flow.supply_failure(Status::Dns, false).expect_err("the end");
    assert_eq!(flow.asks_for(), None);
    assert_eq!(flow.supply_failure(Status::Connect, false).expect_err("the first end").status(), Status::Dns);
}

#[test]
fn a_read_that_moved_may_be_repeated_at_its_new_place() {
    let mut flow = client_at(NOW).begin_authorization(AuthorizationParameters::default()).expect("a flow");
    flow.supply_failure(Status::Connect, true).expect("once more");
    answer(&mut flow, 302, "Location: /moved\r\n", b"").expect("it goes on");
    assert_eq!(flow.asks_for(), Some((Purpose::Discovery, 1)));
    flow.supply_failure(Status::Connect, true).expect("once more");
    assert!(url(&flow).ends_with("/moved"));
}

#[test]
fn each_state_of_a_flow_has_a_name() {
    let mut flow = client_at(NOW).begin_authorization(AuthorizationParameters::default()).expect("a flow");
    let named = |flow: &Running, name: &str| assert!(format!("{flow:?}").contains(name), "{flow:?} is not {name}");
    named(&flow, "Flow(asking)");
    answer(&mut flow, 200, "", discovery(&json!({})).as_bytes()).expect("discovery");
    named(&flow, "Flow(done)");
    flow.take_authorization_request().expect("a request");
    named(&flow, "Flow(taken)");
    assert_eq!(flow.supply_failure(Status::Dns, true).expect_err("nothing waits").status(), Status::InvalidState);
    let (mut flow, _) = begin_sign_in(&client_at(NOW));
    flow.supply_failure(Status::Dns, true).expect_err("the end");
    named(&flow, "Flow(failed)");
}

#[test]
fn a_read_is_repeated_once_even_if_it_left() {
    let client = client_at(NOW);
    let mut flow = client.begin_authorization(AuthorizationParameters::default()).expect("a flow");
    flow.supply_failure(Status::ConnectionLost, true).expect("once more");
    assert_eq!(purpose(&url(&flow)), "/.well-known/openid-configuration");
    assert_eq!(
        flow.supply_failure(Status::ConnectionLost, true).expect_err("the end").status(),
        Status::ConnectionLost
    );
}

#[test]
fn a_kind_of_failure_that_is_none_is_refused_and_the_flow_still_waits() {
    let (mut flow, _) = begin_sign_in(&client_at(NOW));
    assert_eq!(
        flow.supply_failure(Status::Expired, false).expect_err("no transport").status(),
        Status::InvalidArgument
    );
    assert_eq!(purpose(&url(&flow)), "/access_token");
}

#[test]
fn a_discovery_document_may_move_within_its_origin_three_times() {
    let client = client_at(NOW);
    let mut flow = client.begin_authorization(AuthorizationParameters::default()).expect("a flow");
    for hop in 0..3 {
        answer(&mut flow, 302, &format!("Location: /moved/{hop}\r\n"), b"").expect("it goes on");
        assert!(url(&flow).ends_with(&format!("cis2.localhost/moved/{hop}")), "{}", url(&flow));
    }
    assert_eq!(
        answer(&mut flow, 302, "Location: /moved/3\r\n", b"").expect_err("the end").status(),
        Status::TooManyRedirects
    );
}

#[test]
fn a_redirect_to_port_443_written_out_is_the_same_origin_and_another_one_is_not() {
    let client = client_at(NOW);
    for (location, expected) in [
        ("https://cis2.localhost:443/x", None),
        ("https://cis2.localhost:444/x", Some(Status::RedirectRefused)),
        ("https://evil.example/x", Some(Status::RedirectRefused)),
        ("http://cis2.localhost/x", Some(Status::RedirectRefused)),
        ("//evil.example/x", Some(Status::RedirectRefused)),
        ("", Some(Status::RedirectRefused)),
    ] {
        let mut flow = client.begin_authorization(AuthorizationParameters::default()).expect("a flow");
        let result = answer(&mut flow, 301, &format!("Location: {location}\r\n"), b"");
        assert_eq!(result.err().map(|error| error.status()), expected, "{location}");
    }
}

#[test]
fn a_discovery_document_that_does_not_fit_the_row_is_refused_with_its_own_status() {
    let issuer = platform().issuer.as_str().to_owned();
    for (changes, expected) in [
        (json!({"issuer": issuer.replace(":443", "")}), Status::DiscoveryIssuerMismatch),
        (json!({"issuer": null}), Status::DiscoveryInvalid),
        (json!({"jwks_uri": null}), Status::DiscoveryInvalid),
        (json!({"jwks_uri": "http://cis2.localhost/keys"}), Status::DiscoveryNotHttps),
        (json!({"jwks_uri": "https://evil.example/keys"}), Status::DiscoveryHostForeign),
        (json!({"userinfo_endpoint": "https://cis2.localhost@evil.example/"}), Status::DiscoveryNotHttps),
        (json!({"authorization_endpoint": "https://cis2.localhost.evil.example/a"}), Status::DiscoveryHostForeign),
        (json!({"token_endpoint": format!("{issuer}/token")}), Status::DiscoveryTokenEndpointMismatch),
        (
            json!({"token_endpoint": format!("{issuer}/access_token").replace(":443", "")}),
            Status::DiscoveryTokenEndpointMismatch,
        ),
        (json!({"authorization_response_iss_parameter_supported": "true"}), Status::DiscoveryInvalid),
    ] {
        let mut flow = client_at(NOW).begin_authorization(AuthorizationParameters::default()).expect("a flow");
        let error = answer(&mut flow, 200, "", discovery(&changes).as_bytes()).expect_err("a refusal");
        assert_eq!(error.status(), expected, "{changes}: {error}");
    }
}

#[test]
fn a_lost_port_in_the_discovery_document_is_named() {
    let changes = json!({"issuer": platform().issuer.as_str().replace(":443", "")});
    let mut flow = client_at(NOW).begin_authorization(AuthorizationParameters::default()).expect("a flow");
    let error = answer(&mut flow, 200, "", discovery(&changes).as_bytes()).expect_err("a refusal");
    assert!(error.to_string().contains("the :443 was lost"), "{error}");
}

/// Counts how often keys are asked for in one sign-in whose token names this kid.
fn keys_asked_for(client: &Client, now: i64, id_token_row: &Value, keys: &str) -> (usize, Result<(), Status>) {
    let mut flow = client.begin_authorization(AuthorizationParameters::default()).expect("a flow");
    drive(&mut flow, |_, _| ok_json(discovery(&json!({})))).expect("discovery");
    let request = flow.take_authorization_request().expect("a request");
    let world = at(world(&request), now);
    let mut flow = client.begin_sign_in(&request, &world.text("code=$code&state=$state")).expect("a callback");
    let asked = RefCell::new(0);
    let result = drive(&mut flow, |url, _| {
        if purpose(url) == "/access_token" {
            return ok_json(tokens(&world, id_token_row));
        }
        *asked.borrow_mut() += 1;
        ok_json(keys)
    });
    (asked.into_inner(), result.map_err(|error| error.status()))
}

#[test]
fn an_unknown_kid_is_asked_for_once_and_then_the_cool_down_holds_by_time_alone() {
    let (client, clock) = client_with_clock();
    let good = key_set(&Value::Null);
    let unknown = json!({"header": {"kid": "rotated"}});
    let known = Value::Null;
    assert_eq!(keys_asked_for(&client, NOW, &known, &good), (1, Ok(())));
    assert_eq!(keys_asked_for(&client, NOW, &known, &good), (0, Ok(())), "kept for an hour");
    assert_eq!(keys_asked_for(&client, NOW, &unknown, "{\"keys\":[]}"), (1, Err(Status::KeyUnknown)), "asked once");
    assert_eq!(
        keys_asked_for(&client, NOW, &known, &good),
        (0, Err(Status::KeyUnknown)),
        "the empty set came, the cool-down holds"
    );
    clock.store(NOW + 59, Ordering::SeqCst);
    assert_eq!(keys_asked_for(&client, NOW + 59, &known, &good).0, 0);
    clock.store(NOW + 60, Ordering::SeqCst);
    assert_eq!(keys_asked_for(&client, NOW + 60, &known, &good), (1, Ok(())));
}

#[test]
fn keys_are_refreshed_ahead_served_stale_for_a_day_and_no_longer() {
    let (client, clock) = client_with_clock();
    let good = key_set(&Value::Null);
    let set = |seconds: i64| {
        clock.store(NOW + seconds, Ordering::SeqCst);
        NOW + seconds
    };
    assert_eq!(keys_asked_for(&client, NOW, &Value::Null, &good), (1, Ok(())));
    let now = set(44 * 60);
    assert_eq!(keys_asked_for(&client, now, &Value::Null, &good), (0, Ok(())), "fresh");
    let now = set(46 * 60);
    assert_eq!(
        keys_asked_for(&client, now, &Value::Null, "broken"),
        (1, Ok(())),
        "the first caller refreshes; the old set serves"
    );
    assert_eq!(keys_asked_for(&client, now, &Value::Null, "broken"), (0, Ok(())), "and only the first");
    let now = set(23 * 3600);
    assert_eq!(keys_asked_for(&client, now, &Value::Null, "broken"), (1, Ok(())), "stale, and better than nothing");
    let now = set(25 * 3600);
    assert_eq!(keys_asked_for(&client, now, &Value::Null, "broken"), (1, Err(Status::ResponseNotJson)));
}

#[test]
fn a_flow_holds_what_it_needs_after_its_client_is_gone() {
    let client = client_at(NOW);
    let (mut flow, world) = begin_sign_in(&client);
    drop(client);
    drive(&mut flow, |url, _| match purpose(url) {
        "/access_token" => ok_json(tokens(&world, &Value::Null)),
        _ => ok_json(key_set(&Value::Null)),
    })
    .expect("a sign-in");
}

#[test]
fn an_error_of_the_provider_keeps_its_words_apart_and_tells_the_clock() {
    let (mut flow, _) = begin_sign_in(&client_at(NOW));
    let body = br#"{"error_description":"JWT is not valid","error":"invalid_client"}"#;
    let error = answer(&mut flow, 400, "Date: Wed, 25 Nov 2026 13:00:00 GMT\r\n", body).expect_err("a refusal");
    assert_eq!(error.status(), Status::OauthError);
    assert_eq!(error.http_status(), Some(400));
    assert_eq!(error.provider_words().error.as_deref(), Some("invalid_client"));
    assert_eq!(error.provider_words().description.as_deref(), Some("JWT is not valid"));
    assert_eq!(error.clock_offset_s(), Some(3600));
    assert!(!error.to_string().contains("JWT is not valid"));
}

/// A short code does not look like a token, so that only knowing it helps.
#[test]
fn a_code_that_the_provider_echoes_is_removed_from_its_words() {
    let client = client_at(NOW);
    let (request, world) = authorized(&client, &json!({}), &json!({}));
    let mut flow = client.begin_sign_in(&request, &world.text("code=short&state=$state")).expect("a callback");
    let body = br#"{"error":"invalid_grant","error_description":"the code short is unknown"}"#;
    let error = answer(&mut flow, 400, "", body).expect_err("a refusal");
    assert_eq!(error.provider_words().description.as_deref(), Some("the code [removed] is unknown"));
}

#[test]
fn nothing_printed_of_a_flow_holds_its_secrets() {
    let client = client_at(NOW);
    let (request, world) = authorized(&client, &json!({}), &json!({}));
    let mut flow = client.begin_sign_in(&request, &world.text("code=$code&state=$state")).expect("a callback");
    let Step::Send(sent) = flow.step().expect("a step") else { panic!("nothing is sent") };
    let printed = format!("{sent:?} {flow:?} {request:?} {client:?}");
    answer(&mut flow, 200, "", &tokens(&world, &Value::Null)).expect("it goes on");
    answer(&mut flow, 200, "", key_set(&Value::Null).as_bytes()).expect("it goes on");
    let sign_in = flow.take_sign_in().expect("the outcome");
    let printed = format!("{printed} {sign_in:?} {:?} {:?}", sign_in.tokens(), sign_in.identity());
    for name in ["Request(POST", "Flow(asking)", "AuthorizationRequest", "{ identity: Identity, tokens: Tokens }"] {
        assert!(printed.contains(name), "{name} is not named in {printed}");
    }
    assert_eq!(format!("{:?}", request.saved()), "Saved");
    assert!(format!("{:?}", client.party()).contains("seal: Seal"));
    for secret in [&world.state, &world.nonce, CODE, crate::support::hostile::ACCESS_TOKEN, "eyJ"] {
        assert!(!printed.contains(secret), "{printed}");
    }
}

#[test]
fn a_body_over_the_limit_is_refused_and_nothing_is_sent_again() {
    let (mut flow, _) = begin_sign_in(&client_at(NOW));
    let error = answer(&mut flow, 200, "", &vec![b' '; 1024 * 1024 + 1]).expect_err("a refusal");
    assert_eq!(error.status(), Status::ResponseTooLarge);
}
