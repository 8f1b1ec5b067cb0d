//! The table of refusals: each row of `refusals.json` changes one thing of a good request, and says which rule must see it
//! and what the client must be told. Its fields:
//!
//! * `endpoint`: what is asked; `access_token` when absent. `header`, `claims`: changes to the assertion; `claims_end`: text
//!   before the last brace of the claims; `key`: `own`, `other` or `none`; `assertion`: a text in its place.
//! * `form`, `form_end`, `headers`, `body`, `method`, `path`, `query`: changes to the request. `token`: which access token.
//! * `register`, `clients`: changes to the first client, or the whole text of the client file.
//! * `first`: what happens before, `redeem` (the same code) or `send` (the same assertion); `advance_s`: how long it takes.
//! * `rule`, `origin`, `status`, `error`, `error_description`: what must come of it; `says`: a part of the reason.

use std::collections::BTreeSet;

use cis2_simulator::strict::RULES;
use serde_json::{Map, Value, json};

use crate::client::Answer;
use crate::world::{NONCE, REALM, VERIFIER, Values, World, changed, encoded, filled, object, sign};

const TABLE: &str = include_str!("refusals.json");

fn rows() -> Vec<Value> {
    let rows: Value = serde_json::from_str(TABLE).expect("the table is JSON");
    rows.as_array().expect("a list").clone()
}

/// What a row says under this name, with its words filled in.
fn values(world: &World, row: &Value, name: &str) -> Values {
    row.get(name).map_or_else(Map::new, |value| object(filled(world, value)))
}

/// The request of a row: its answer, and the secrets that were in it.
fn perform(world: &mut World, row: &Value) -> (Answer, Vec<String>) {
    if let Some(changes) = row.get("register") {
        world.register(&object(filled(world, changes)));
    }
    match row["endpoint"].as_str().unwrap_or("access_token") {
        "access_token" => token_request(world, row),
        "authorize" => {
            let changes = values(world, row, "query");
            let mut query = encoded(&changed(world.authorization(), &changes));
            query.push_str(row["query_end"].as_str().unwrap_or_default());
            if let Some(text) = row["clients"].as_str() {
                world.write_clients(text);
            }
            (world.get(&format!("/authorize?{query}")), Vec::new())
        }
        "userinfo" => userinfo_request(world, row),
        _ => {
            let text = |name: &str, or: &str| row[name].as_str().unwrap_or(or).to_owned();
            let body = "x".repeat(row["body_bytes"].as_u64().unwrap_or_default() as usize);
            (world.ask(&text("method", "GET"), &text("path", "/").replace("$realm", REALM), &[], &body), Vec::new())
        }
    }
}

fn token_request(world: &mut World, row: &Value) -> (Answer, Vec<String>) {
    let code = world.code(&values(world, row, "query"));
    let first = world.assertion();
    let mut access_token = None;
    if row["first"] == "redeem" {
        access_token = world.redeem(&world.form(&code, &first)).json()["access_token"].as_str().map(str::to_owned);
    }
    world.advance(row["advance_s"].as_u64().unwrap_or_default() as u32);
    let header = changed(world.header(), &values(world, row, "header"));
    let claims = changed(world.claims(), &values(world, row, "claims"));
    let mut claims = json!(claims).to_string();
    if let Some(end) = row["claims_end"].as_str() {
        claims.insert_str(claims.len() - 1, end);
    }
    let signed = sign(&json!(header).to_string(), &claims, row["key"].as_str().unwrap_or("own"));
    let assertion = row["assertion"].as_str().map_or(signed, str::to_owned);
    if row["first"] == "send" {
        let other = world.code(&Map::new());
        assert_eq!(world.redeem(&world.form(&other, &assertion)).status, 200, "the first use is good");
    }
    let form = changed(world.form(&code, &assertion), &values(world, row, "form"));
    let mut body = encoded(&form);
    body.push_str(row["form_end"].as_str().unwrap_or_default());
    if let Some(text) = row["body"].as_str() {
        body = text.to_owned();
    }
    let headers = object(json!({"Content-Type": "application/x-www-form-urlencoded"}));
    let headers = changed(headers, &values(world, row, "headers"));
    let headers: Vec<(&str, &str)> =
        headers.iter().map(|(name, value)| (name.as_str(), value.as_str().expect("text"))).collect();
    let answer = world.ask("POST", &format!("{REALM}/access_token"), &headers, &body);
    (answer, [Some(code), Some(assertion), access_token].into_iter().flatten().collect())
}

fn userinfo_request(world: &mut World, row: &Value) -> (Answer, Vec<String>) {
    let tokens = world.tokens(&Map::new());
    let text = |name: &str| tokens[name].as_str().expect("a text").to_owned();
    let (access_token, id_token) = (text("access_token"), text("id_token"));
    world.advance(row["advance_s"].as_u64().unwrap_or_default() as u32);
    let header = match row["token"].as_str().expect("which token") {
        "access_token" => format!("Bearer {access_token}"),
        "id_token" => format!("Bearer {id_token}"),
        "basic" => "Basic bm90OmE=".to_owned(),
        "in_url" => {
            let path = format!("{REALM}/userinfo?access_token={access_token}");
            return (world.ask("GET", &path, &[], ""), vec![access_token]);
        }
        "none" => return (world.get("/userinfo"), Vec::new()),
        other => panic!("no token {other}"),
    };
    (world.ask("GET", &format!("{REALM}/userinfo"), &[("Authorization", &header)], ""), vec![access_token, id_token])
}

/// What the client was told: in the body, on the page, or in the redirect.
fn told(answer: &Answer) -> (String, String) {
    if answer.status == 302 {
        let parameter = |name| answer.parameter(name).unwrap_or_default();
        assert_eq!(parameter("state"), "a state & more", "the state comes back");
        assert!(answer.parameter("code").is_none(), "no code comes with an error");
        return (parameter("error"), parameter("error_description"));
    }
    assert!(answer.body.starts_with("{\"error_description\":"), "the description is first: {}", answer.body);
    let (body, text) = (answer.json(), |value: &Value| value.as_str().unwrap_or_default().to_owned());
    assert_eq!(body.as_object().map(Map::len), Some(2), "nothing more is told: {body}");
    (text(&body["error"]), text(&body["error_description"]))
}

fn check(world: &mut World, row: &Value) -> Result<(), String> {
    world.register(&Map::new());
    let before = world.running.reasons().len();
    let (answer, mut secrets) = perform(world, row);
    let reasons = world.running.reasons();
    let [reason] = &reasons[before..] else {
        return Err(format!("{} refusals: {} {}", reasons.len() - before, answer.status, answer.body));
    };
    if row["rule"] != reason.rule {
        return Err(format!("{} refused: {}", reason.rule, reason.reason));
    }
    let expected = (&row["origin"], &row["status"], &row["error"], &row["error_description"]);
    let noted = (&json!(reason.origin), &json!(reason.status), &json!(reason.error), &json!(reason.error_description));
    if expected != noted {
        return Err(format!("{noted:?}"));
    }
    if json!(answer.status) != row["status"] {
        return Err(format!("the HTTP status was {}", answer.status));
    }
    if answer.header("content-type").is_some_and(|kind| kind.starts_with("text/html")) {
        if !answer.body.contains(reason.error) {
            return Err("the page does not say the error".to_owned());
        }
    } else if told(&answer) != (reason.error.to_owned(), reason.error_description.clone()) {
        return Err(format!("told was {:?}", told(&answer)));
    }
    secrets.extend([VERIFIER.to_owned(), NONCE.to_owned()]);
    if secrets.iter().any(|secret| secret.len() > 8 && reason.reason.contains(secret.as_str())) {
        return Err(format!("a secret is in the reason: {}", reason.reason));
    }
    match row["says"].as_str() {
        Some(part) if !reason.reason.contains(part) => {
            Err(format!("the reason does not say {part:?}: {}", reason.reason))
        }
        _ => Ok(()),
    }
}

#[test]
fn each_row_is_refused_by_its_rule_and_told_as_cis2_does_it() {
    let (rows, mut world) = (rows(), World::new());
    let faults: Vec<String> = rows
        .iter()
        .filter_map(|row| check(&mut world, row).err().map(|fault| format!("{}: {fault}", row["name"])))
        .collect();
    assert!(faults.is_empty(), "{} of {} rows:\n{}", faults.len(), rows.len(), faults.join("\n"));
}

#[test]
fn no_rule_of_the_simulator_is_without_a_row() {
    let rows = rows();
    let rowed: BTreeSet<&str> = rows.iter().filter_map(|row| row["rule"].as_str()).collect();
    let known: BTreeSet<&str> = RULES.iter().map(|rule| rule.id).collect();
    assert_eq!(known.len(), RULES.len(), "two rules have one name");
    assert_eq!(known.difference(&rowed).collect::<Vec<_>>(), Vec::<&&str>::new(), "no row reaches these");
    assert_eq!(rowed.difference(&known).collect::<Vec<_>>(), Vec::<&&str>::new(), "these are no rules");
}

#[test]
fn no_two_rows_have_one_name() {
    let rows = rows();
    let names: BTreeSet<&str> = rows.iter().filter_map(|row| row["name"].as_str()).collect();
    assert_eq!(names.len(), rows.len());
}

#[test]
fn the_endpoint_of_reasons_says_what_the_console_says() {
    let mut world = World::new();
    let code = world.code(&Map::new());
    let assertion = world.assertion();
    let mut form = world.form(&code, &assertion);
    form["redirect_uri"] = json!("https://localhost:44358/other");
    for _ in 0..2 {
        let assertion = world.assertion();
        form["client_assertion"] = json!(assertion);
        world.redeem(&form);
    }
    let all = world.ask("GET", "/simulator/reasons", &[], "").json();
    let ours: Vec<Value> = world.running.reasons().iter().map(cis2_simulator::Reason::to_json).collect();
    assert_eq!(all, json!(ours));
    assert_eq!((&all[0]["id"], &all[1]["id"]), (&json!(1), &json!(2)));
    let names: Vec<&String> = all[0].as_object().expect("an object").keys().collect();
    assert_eq!(names, ["id", "at", "rule", "origin", "endpoint", "answer", "reason"]);
    assert_eq!(all[0]["answer"]["error"], json!("invalid_grant"));
    let later = world.ask("GET", "/simulator/reasons?since=1", &[], "").json();
    assert_eq!(later, json!([all[1]]));
}
