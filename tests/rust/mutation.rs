//! Good input changed or cut at any place: a typed error, never a panic, never a sign-in; and whatever comes back, the code is
//! sent once and no jti twice.

use std::cell::RefCell;
use std::collections::HashSet;

use cis2::client::Client;
use cis2::error::{Error, Status};
use cis2::flow::authorize::AuthorizationParameters;
use proptest::prelude::*;
use proptest::test_runner::Config;
use serde_json::{Value, json};

use crate::support::hostile::{World, answer_body, key_set};
use crate::support::{NOW, authorized, client_at, decoded, discovery, drive, field, ok_json, purpose, vectors};

/// The answers of a good conversation: discovery document, token answer, key set.
struct Good {
    discovery: Vec<u8>,
    tokens: Vec<u8>,
    keys: Vec<u8>,
}

impl Good {
    fn of(world: &World) -> Self {
        let id_token = world.id_token(&vectors("hostile/id_tokens.json")["base"], &Value::Null);
        Self {
            discovery: discovery(&json!({})).into_bytes(),
            tokens: answer_body(world, &vectors("hostile/token_answers.json"), &Value::Null, &id_token),
            keys: key_set(&Value::Null).into_bytes(),
        }
    }
}

/// A conversation in which one answer is changed. Gives what came of it, after checking what was sent.
fn converse(client: &Client, change: impl Fn(&str, Vec<u8>) -> Vec<u8>) -> Result<(), Error> {
    let mut flow = client.begin_authorization(AuthorizationParameters::default())?;
    drive(&mut flow, |url, _| ok_json(change(purpose(url), discovery(&json!({})).into_bytes())))?;
    let request = flow.take_authorization_request()?;
    let world = crate::support::world(&request);
    let good = Good::of(&world);
    let mut flow = client.begin_sign_in(&request, &world.text("code=$code&state=$state"))?;
    let jtis = RefCell::new(HashSet::new());
    let result = drive(&mut flow, |url, body| match purpose(url) {
        "/access_token" => {
            let assertion = field(body.expect("a form"), "client_assertion").expect("an assertion");
            let new = jtis.borrow_mut().insert(decoded(&assertion).1["jti"].to_string());
            assert!(new, "a jti was sent twice");
            ok_json(change("/access_token", good.tokens.clone()))
        }
        other => ok_json(change(other, good.keys.clone())),
    });
    assert!(jtis.borrow().len() <= 1, "the code was sent {} times", jtis.borrow().len());
    result?;
    flow.take_sign_in().map(|_| ())
}

fn lengths() -> [(&'static str, usize); 3] {
    let client = client_at(NOW);
    let (_, world) = authorized(&client, &json!({}), &json!({}));
    let good = Good::of(&world);
    [
        ("/.well-known/openid-configuration", good.discovery.len()),
        ("/access_token", good.tokens.len()),
        ("/connect/jwk_uri", good.keys.len()),
    ]
}

#[test]
fn each_answer_cut_off_at_every_byte_is_refused_with_a_typed_error() {
    converse(&client_at(NOW), |_, answer| answer).expect("the whole answers are good");
    for (cut, length) in lengths() {
        for at in 0..length {
            // A client of its own each time: what is cached would hide the cut.
            let client = client_at(NOW);
            let error = converse(&client, |purpose, mut answer| {
                if purpose == cut {
                    answer.truncate(at);
                }
                answer
            })
            .expect_err("a refusal");
            assert_eq!(error.status(), Status::ResponseNotJson, "{cut} cut at {at}: {error}");
        }
    }
}

#[test]
fn a_conversation_cut_off_by_the_network_at_any_answer_is_refused() {
    for lost in ["/.well-known/openid-configuration", "/access_token", "/connect/jwk_uri"] {
        let client = client_at(NOW);
        let mut flow = client.begin_authorization(AuthorizationParameters::default()).expect("a flow");
        let mut result = lose(&mut flow, lost, |_| ok_json(discovery(&json!({}))));
        if lost != "/.well-known/openid-configuration" {
            let request = flow.take_authorization_request().expect("a request");
            let world = crate::support::world(&request);
            let good = Good::of(&world);
            let mut flow = client.begin_sign_in(&request, &world.text("code=$code&state=$state")).expect("a callback");
            result = lose(&mut flow, lost, |_| ok_json(good.tokens.clone()));
        }
        assert_eq!(result.expect_err("a refusal").status(), Status::ConnectionLost, "{lost}");
    }
}

/// Drives a flow whose answer of this purpose is lost each time it is asked for.
fn lose(
    flow: &mut cis2::client::Running,
    lost: &str,
    answer: impl Fn(&str) -> crate::support::Canned,
) -> Result<(), Error> {
    loop {
        let url = match flow.step()? {
            cis2::flow::Step::Done => return Ok(()),
            cis2::flow::Step::Send(request) => request.url.clone(),
        };
        if purpose(&url) == lost {
            flow.supply_failure(Status::ConnectionLost, true)?;
            continue;
        }
        let canned = answer(&url);
        let headers = cis2::http::Headers::parse(canned.headers.as_bytes()).expect("headers");
        flow.supply_response(canned.status, &url, headers, canned.body)?;
    }
}

proptest! {
    #![proptest_config(Config { cases: 400, failure_persistence: None, ..Config::default() })]

    #[test]
    fn an_id_token_with_one_character_changed_is_never_accepted(at in 0_usize..2000, with in "[A-Za-z0-9_.=-]") {
        let changed = std::cell::Cell::new(true);
        let result = converse(&client_at(NOW), |purpose, answer| {
            if purpose != "/access_token" {
                return answer;
            }
            let mut body: Value = serde_json::from_slice(&answer).expect("JSON");
            let token = body["id_token"].as_str().expect("a token").to_owned();
            let at = at % token.len();
            let other = format!("{}{with}{}", &token[..at], &token[at + 1..]);
            changed.set(other != token);
            body["id_token"] = json!(other);
            body.to_string().into_bytes()
        });
        prop_assert_eq!(result.is_err(), changed.get());
    }

    #[test]
    fn a_token_answer_with_one_byte_changed_never_signs_anybody_else_in(at in 0_usize..2500, byte in any::<u8>()) {
        let client = client_at(NOW);
        // What may still be accepted is a change outside of what was signed: the scope, the life, a name nobody reads.
        if let Err(error) = converse(&client, |purpose, mut answer| {
            if purpose == "/access_token" {
                let at = at % answer.len();
                answer[at] = byte;
            }
            answer
        }) {
            prop_assert!(error.status() != Status::Internal && error.status() != Status::Panic, "{}", error);
        }
    }

    #[test]
    fn a_callback_of_random_text_is_never_accepted(text in ".{0,200}") {
        let client = client_at(NOW);
        let (request, _) = authorized(&client, &json!({}), &json!({}));
        prop_assert!(client.begin_sign_in(&request, &text).is_err());
    }

    #[test]
    fn a_discovery_document_with_one_byte_changed_never_moves_an_endpoint_to_another_host(at in 0_usize..1000, byte in any::<u8>()) {
        let client = client_at(NOW);
        let mut flow = client.begin_authorization(AuthorizationParameters::default()).expect("a flow");
        let driven = drive(&mut flow, |_, _| {
            let mut document = discovery(&json!({})).into_bytes();
            let at = at % document.len();
            document[at] = byte;
            ok_json(document)
        });
        if driven.is_ok() {
            let request = flow.take_authorization_request().expect("a request");
            let address = cis2::exact::HttpsAddress::parse(request.url()).map(|address| address.host.to_lowercase());
            prop_assert_eq!(address.as_deref(), Some("cis2.localhost"));
        }
    }
}
