//! The hostile tables of `tests/vectors/hostile`, each row through the whole conversation as a host would step it.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::support::hostile::{self, CODE, World, answer_body, key_set, rows};
use crate::support::{self, Canned, NOW, authorized, client_at, drive, ok_json, purpose, status_named, vectors};
use cis2::error::{Error, Result};
use cis2::flow::SignIn;

const CALLBACK: &str = "code=$code&state=$state";

/// Signs in with these answers; the refusal may come from the callback or from the flow.
fn sign_in(
    parameters: &Value,
    metadata: &Value,
    callback: &str,
    answer: impl Fn(&World) -> Canned,
    keys: &str,
) -> Result<SignIn> {
    let client = client_at(NOW);
    let (request, world) = authorized(&client, parameters, metadata);
    let mut flow = client.begin_sign_in(&request, &world.text(callback))?;
    drive(&mut flow, |url, _| match purpose(url) {
        "/access_token" => answer(&world),
        "/connect/jwk_uri" => ok_json(keys),
        _ => panic!("the discovery document is known"),
    })?;
    flow.take_sign_in()
}

fn good_answer(world: &World) -> Canned {
    let id_token = world.id_token(&vectors("hostile/id_tokens.json")["base"], &Value::Null);
    ok_json(answer_body(world, &vectors("hostile/token_answers.json"), &Value::Null, &id_token))
}

fn expect_refusal(name: &str, row: &Value, result: Result<SignIn>) -> Error {
    let error = result.err().unwrap_or_else(|| panic!("{name} was accepted"));
    assert_eq!(error.status(), status_named(row["expect"].as_str().expect("expect")), "{name}: {error}");
    error
}

fn with_callback(row: &Value) -> Result<SignIn> {
    sign_in(
        &json!({}),
        &row["metadata"],
        row["callback"].as_str().expect("a callback"),
        good_answer,
        &key_set(&Value::Null),
    )
}

#[test]
fn accepts_every_good_callback() {
    for (name, row) in rows(&vectors("hostile/callbacks.json"), "good") {
        with_callback(row).unwrap_or_else(|error| panic!("{name}: {error}"));
    }
}

#[test]
fn refuses_every_hostile_callback_with_its_own_status() {
    for (name, row) in rows(&vectors("hostile/callbacks.json"), "rows") {
        let error = expect_refusal(name, row, with_callback(row));
        assert!(!format!("{error} {error:?}").contains(CODE), "{name} says the code");
    }
}

fn with_answer(row: &Value) -> Result<SignIn> {
    let table = vectors("hostile/token_answers.json");
    let answer = |world: &World| {
        let mut odd = json!({});
        if row["at_hash"] == json!(false) {
            odd = json!({"claims": {"at_hash": {"$remove": true}}});
        }
        let id_token = world.id_token(&vectors("hostile/id_tokens.json")["base"], &odd);
        Canned {
            status: row["status"].as_u64().unwrap_or(200) as u16,
            final_url: row["final_url"].as_str().map(|url| world.text(url)),
            headers: row["headers"].as_str().unwrap_or("Content-Type: application/json\r\n").to_owned(),
            body: answer_body(world, &table, row, &id_token),
        }
    };
    sign_in(&json!({}), &json!({}), CALLBACK, answer, &key_set(&Value::Null))
}

#[test]
fn accepts_every_good_token_answer() {
    for (name, row) in rows(&vectors("hostile/token_answers.json"), "good") {
        with_answer(row).unwrap_or_else(|error| panic!("{name}: {error}"));
    }
}

#[test]
fn refuses_every_hostile_token_answer_with_its_own_status() {
    for (name, row) in rows(&vectors("hostile/token_answers.json"), "rows") {
        let error = expect_refusal(name, row, with_answer(row));
        let words = error.provider_words();
        if let Some(expected) = row["words"].as_object() {
            let found = json!({"error": words.error, "description": words.description});
            for (member, text) in expected {
                assert_eq!(&found[member], text, "{name}");
            }
        }
        assert!(!error.to_string().contains("JWT is not valid"), "{name} mixes the provider's words into ours");
    }
}

fn with_id_token(row: &Value) -> Result<SignIn> {
    let table = vectors("hostile/token_answers.json");
    let answer = |world: &World| {
        let id_token = world.id_token(&vectors("hostile/id_tokens.json")["base"], row);
        ok_json(answer_body(world, &table, &Value::Null, &id_token))
    };
    sign_in(&row["parameters"], &json!({}), CALLBACK, answer, &key_set(row))
}

#[test]
fn accepts_every_good_id_token() {
    for (name, row) in rows(&vectors("hostile/id_tokens.json"), "good") {
        with_id_token(row).unwrap_or_else(|error| panic!("{name}: {error}"));
    }
}

#[test]
fn refuses_every_hostile_id_token_with_its_own_status() {
    for (name, row) in rows(&vectors("hostile/id_tokens.json"), "rows") {
        let error = expect_refusal(name, row, with_id_token(row));
        assert!(!format!("{error} {error:?}").contains("eyJ"), "{name} says the token");
    }
}

#[test]
fn every_row_has_a_name_of_its_own_a_status_and_a_check() {
    let mut count = 0;
    for table in ["callbacks", "token_answers", "id_tokens"] {
        let table = vectors(&format!("hostile/{table}.json"));
        let mut names = BTreeSet::new();
        for (name, row) in rows(&table, "rows") {
            assert!(names.insert(name.to_owned()), "{name} stands twice");
            assert!(row["check"].is_string(), "{name} has no check");
            status_named(row["expect"].as_str().expect("expect"));
            count += 1;
        }
    }
    assert!(count >= 60, "only {count} rows");
}

#[test]
fn the_base_token_is_as_long_as_one_of_cis2() {
    let client = client_at(NOW);
    let (_, world) = authorized(&client, &json!({}), &json!({}));
    let token = world.id_token(&vectors("hostile/id_tokens.json")["base"], &Value::Null);
    assert!((1_200..1_700).contains(&token.len()), "{} characters", token.len());
    assert_eq!(support::decoded(&token).0["kid"], hostile::KID);
}
