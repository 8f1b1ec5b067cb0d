//! Each check of callbacks and token answers is needed: with it left out, the hostile row that names it is accepted (or
//! refused by what the row says). Only here can a check be left out.

use serde_json::Value;

use super::answer::{ANSWER_CHECKS, Answer, Tokens};
use super::callback::{CALLBACK_CHECKS, Callback};
use super::saved::Saved;
use crate::clock::Timestamp;
use crate::error::Result;
use crate::hostile;
use crate::http::{Headers, Response};
use crate::jose::jws::Unverified;
use crate::platform::Platform;
use crate::secret::SecretText;

const NOW: i64 = 1_795_608_000;

fn world() -> hostile::World {
    let row = Platform::from_name("local-simulator").expect("the row");
    hostile::World {
        now: NOW,
        issuer: row.issuer.as_str().to_owned(),
        client_id: "123456789012.apps.supplier".to_owned(),
        redirect_uri: "https://localhost:44358/authorise.aspx".to_owned(),
        token_endpoint: row.token_endpoint.expect("an endpoint").as_str().to_owned(),
        state: "GdV-eYSAnLJ2nqYYs6mpIWvPY2uV29vOK9OqB_hxLGs".to_owned(),
        nonce: "the nonce of this request".to_owned(),
    }
}

fn check_callback_without(left_out: &str, row: &Value) -> Result<SecretText> {
    let world = world();
    let text = |text: &str| SecretText::new(text.to_owned());
    let saved = Saved {
        issuer: world.issuer.clone(),
        client_id: world.client_id.clone(),
        redirect_uri: world.redirect_uri.clone(),
        state: text(&world.state),
        nonce: text(&world.nonce),
        verifier: None,
        scope: "openid".to_owned(),
        acr_values: None,
        max_age_s: None,
        prompt: None,
        callback_has_issuer: row["metadata"]["authorization_response_iss_parameter_supported"] == Value::Bool(true),
        made_at: Timestamp::from_unix_s(NOW),
    };
    let callback = Callback::parse(&world.text(row["callback"].as_str().expect("a callback")))?;
    for (name, check) in CALLBACK_CHECKS {
        if *name != left_out {
            check(&callback, &saved)?;
        }
    }
    Ok(callback.into_code())
}

fn read_answer_without(left_out: &str, table: &Value, row: &Value) -> Result<Tokens> {
    let world = world();
    let tokens = hostile::table(include_str!("../../tests/vectors/hostile/id_tokens.json"));
    let id_token = world.id_token(&tokens["base"], &Value::Null);
    let body = hostile::answer_body(&world, table, row, &id_token);
    let status = row["status"].as_u64().unwrap_or(200) as u16;
    let url = &world.token_endpoint;
    let response = Response::new(url, status, url, Headers::default(), body)?;
    let answer = Answer::parse(&response, &[])?;
    for (name, check) in ANSWER_CHECKS {
        if *name != left_out {
            check(&answer)?;
        }
    }
    let tokens = answer.tokens(Timestamp::from_unix_s(NOW));
    Unverified::parse(tokens.id_token().expose())?;
    Ok(tokens)
}

fn each_row_needs_its_check<T>(table: &Value, names: &[&str], without: impl Fn(&str, &Value) -> Result<T>) {
    let mut exercised = std::collections::BTreeSet::new();
    for (name, row) in hostile::rows(table, "rows") {
        let check = row["check"].as_str().expect("a check");
        if ["form", "transport"].contains(&check) {
            continue;
        }
        let Err(refused) = without("", row) else { panic!("{name} is accepted") };
        assert_eq!(refused.status().name(), row["expect"], "{name}");
        exercised.insert(check.to_owned());
        match (without(check, row), row["without"].as_str()) {
            (Ok(_), None) => {}
            (Err(error), Some(expected)) => assert_eq!(error.status().name(), expected, "{name} without {check}"),
            (Ok(_), Some(expected)) => panic!("{name} without {check} is accepted, and not {expected}"),
            (Err(error), None) => panic!("{name} without {check} is still refused: {error}"),
        }
    }
    for name in names {
        assert!(exercised.contains(*name), "no row shows that {name} is needed");
    }
}

#[test]
fn each_check_of_a_callback_left_out_lets_its_rows_through() {
    let table = hostile::table(include_str!("../../tests/vectors/hostile/callbacks.json"));
    let names: Vec<&str> = CALLBACK_CHECKS.iter().map(|(name, _)| *name).collect();
    each_row_needs_its_check(&table, &names, check_callback_without);
}

#[test]
fn each_check_of_a_token_answer_left_out_lets_its_rows_through() {
    let table = hostile::table(include_str!("../../tests/vectors/hostile/token_answers.json"));
    let names: Vec<&str> = ANSWER_CHECKS.iter().map(|(name, _)| *name).collect();
    each_row_needs_its_check(&table, &names, |left_out, row| read_answer_without(left_out, &table, row));
}
