//! Each check is needed: with it left out, the hostile row that names it is accepted (or refused by what the row says).
//! Only here can a check be left out.

use serde_json::{Value, json};

use super::{CLAIM_CHECKS, Expectations, Identity, TOKEN_CHECKS, read_claims};
use crate::clock::Timestamp;
use crate::error::Result;
use crate::exact::Exact;
use crate::hostile;
use crate::jose::Algorithm;
use crate::jose::jws::Unverified;
use crate::platform::Platform;
use crate::provider::keys::KeySet;
use crate::secret::SecretText;

const NOW: i64 = 1_795_608_000;

fn world() -> hostile::World {
    let row = Platform::from_name("local-simulator").expect("the row");
    hostile::World {
        now: NOW,
        issuer: row.issuer.as_str().to_owned(),
        client_id: "123456789012.apps.supplier".to_owned(),
        redirect_uri: String::new(),
        token_endpoint: String::new(),
        state: "state".to_owned(),
        nonce: "the nonce of this request".to_owned(),
    }
}

/// `validate` with one check left out.
fn validate_without(left_out: &str, table: &Value, row: &Value) -> Result<Identity> {
    let world = world();
    let platform = Platform::from_name("local-simulator").expect("the row");
    let issuer = Exact::new(world.issuer.clone());
    let nonce = SecretText::new(world.nonce.clone());
    let parameters = &row["parameters"];
    let expected = Expectations {
        issuer: &issuer,
        client_id: &world.client_id,
        algorithm: Algorithm::Rs256,
        nonce: Some(&nonce),
        access_token: Some(hostile::ACCESS_TOKEN),
        max_age_s: parameters["max_age_s"].as_u64().map(|seconds| seconds as u32),
        login_asked_at: (parameters["prompt"] == json!("login")).then_some(Timestamp::from_unix_s(NOW)),
        required_level: platform.required_level(parameters["acr_values"].as_str())?.unwrap_or(platform.default_level),
        acr_levels: &platform.acr_levels,
        clock_skew_s: 30,
        oldest_issue_s: Some(600),
        now: Timestamp::from_unix_s(NOW),
    };
    let token = Unverified::parse(&world.id_token(&table["base"], row))?;
    for (name, check) in TOKEN_CHECKS {
        if *name != left_out {
            check(&token, &expected)?;
        }
    }
    let keys = KeySet::read(hostile::key_set(if left_out == "key" { &Value::Null } else { row }).as_bytes())?;
    let kid = token.header().kid.clone().filter(|_| left_out != "key");
    let candidates = keys.choose(kid.as_deref(), expected.algorithm)?;
    let verified = if left_out == "signature" { token.believe() } else { token.verify(&candidates)? };
    read_claims(verified, &expected, CLAIM_CHECKS.iter().filter(|(name, _)| *name != left_out))
}

#[test]
fn each_check_left_out_lets_its_rows_through() {
    let table = hostile::table(include_str!("../../tests/vectors/hostile/id_tokens.json"));
    let mut exercised = std::collections::BTreeSet::new();
    for (name, row) in hostile::rows(&table, "rows") {
        let check = row["check"].as_str().expect("a check");
        if check == "form" {
            continue;
        }
        let refused = validate_without("", &table, row).expect_err(name);
        assert_eq!(refused.status().name(), row["expect"], "{name}");
        exercised.insert(check.to_owned());
        match (validate_without(check, &table, row), row["without"].as_str()) {
            (Ok(_), None) => {}
            (Err(error), Some(without)) => assert_eq!(error.status().name(), without, "{name} without {check}"),
            (Ok(_), Some(without)) => panic!("{name} without {check} is accepted, and not {without}"),
            (Err(error), None) => panic!("{name} without {check} is still refused: {error}"),
        }
    }
    let listed = TOKEN_CHECKS.iter().map(|(name, _)| *name).chain(CLAIM_CHECKS.iter().map(|(name, _)| *name));
    for name in listed.chain(["key", "signature"]) {
        assert!(exercised.contains(name), "no row shows that {name} is needed");
    }
}
