//! Who signed in and with which tokens: each value is that of the answer, and a limit is where it is said to be.

use std::cell::RefCell;

use cis2::clock::Timestamp;
use cis2::error::{Error, Status};
use cis2::flow::SignIn;
use serde_json::{Value, json};

use crate::support::hostile::{ACCESS_TOKEN, KID, SUBJECT, World, answer_body, key_set};
use crate::support::{NOW, authorized, client_at, decoded, drive, ok_json, platform, purpose, vectors};

/// A sign-in with these changes of the claims and of the token answer.
fn sign_in(claims: &Value, change: &Value) -> Result<(SignIn, String), Error> {
    let client = client_at(NOW);
    let (request, world) = authorized(&client, &json!({}), &json!({}));
    let mut flow = client.begin_sign_in(&request, &world.text("code=$code&state=$state"))?;
    let sent = RefCell::new(String::new());
    drive(&mut flow, |url, _| match purpose(url) {
        "/access_token" => ok_json(answer(&world, claims, change, &mut sent.borrow_mut())),
        _ => ok_json(key_set(&Value::Null)),
    })?;
    Ok((flow.take_sign_in()?, sent.into_inner()))
}

fn answer(world: &World, claims: &Value, change: &Value, sent: &mut String) -> Vec<u8> {
    *sent = world.id_token(&vectors("hostile/id_tokens.json")["base"], &json!({ "claims": claims }));
    answer_body(world, &vectors("hostile/token_answers.json"), &json!({ "change": change }), sent)
}

#[test]
fn the_identity_has_each_claim_of_the_token() {
    let claims =
        json!({"amr": ["N3_SMARTCARD", 7, "pin"], "id_assurance_level": "2", "authentication_assurance_level": 3});
    let (sign_in, sent) = sign_in(&claims, &json!({})).expect("a sign-in");
    let identity = sign_in.identity();
    assert_eq!(identity.issuer(), platform().issuer.as_str());
    assert_eq!(identity.subject(), SUBJECT);
    assert_eq!(identity.acr(), Some("AAL3_ANY"));
    assert_eq!(identity.amr(), ["N3_SMARTCARD", "pin"]);
    assert_eq!(identity.session_id(), Some("d3f8b1de-6a4e-4c39-8d0e-2b6f0a8c9e11"));
    assert_eq!(identity.selected_role_id(), Some("555254242102"));
    assert_eq!((identity.authentication_level(), identity.identity_level()), (Some(3), Some(2)));
    let times = [identity.issued_at(), identity.authenticated_at(), identity.expires_at()];
    assert_eq!(times, [NOW - 1, NOW - 5, NOW + 3600].map(|time| Some(Timestamp::from_unix_s(time))));
    assert_eq!(identity.claim("realm").as_deref(), Some("\"/NHSIdentity/Healthcare\""));
    assert_eq!(identity.claim("nothing"), None);
    let (header, claims) = decoded(&sent);
    assert_eq!(header["kid"], KID);
    assert_eq!(serde_json::from_str::<Value>(identity.claims_json()).expect("JSON"), claims);
    assert!(identity.id_token().equals(&sent));
}

#[test]
fn what_a_token_leaves_out_the_identity_leaves_out() {
    let remove = json!({"$remove": true});
    let names = ["acr", "amr", "auth_time", "id_assurance_level", "selected_roleid", "sid"];
    let claims: Value = names.iter().map(|name| ((*name).to_owned(), remove.clone())).collect();
    let (sign_in, _) = sign_in(&claims, &json!({})).expect("a sign-in");
    let identity = sign_in.identity();
    assert_eq!((identity.acr(), identity.session_id(), identity.selected_role_id()), (None, None, None));
    assert_eq!((identity.identity_level(), identity.authenticated_at()), (None, None));
    assert!(identity.amr().is_empty());
}

#[test]
fn the_tokens_are_those_of_the_answer() {
    let change = json!({"refresh_token": "a refresh token", "scope": "openid profile"});
    let (with, sent) = sign_in(&json!({}), &change).expect("a sign-in");
    let tokens = with.tokens();
    assert!(tokens.access_token().equals(ACCESS_TOKEN) && tokens.id_token().equals(&sent));
    assert!(tokens.refresh_token().is_some_and(|token| token.equals("a refresh token")));
    assert_eq!(tokens.scope(), Some("openid profile"));
    assert_eq!(tokens.expires_at(), Some(Timestamp::from_unix_s(NOW + 3599)));

    let remove = json!({"$remove": true});
    let (without, _) =
        sign_in(&json!({}), &json!({"expires_in": remove, "refresh_token": "", "scope": remove})).expect("a sign-in");
    let tokens = without.tokens();
    assert!(tokens.refresh_token().is_none(), "an empty one is none");
    assert_eq!((tokens.scope(), tokens.expires_at()), (None, None));
}

#[test]
fn a_token_has_64_kib_and_not_a_character_more() {
    let no_hash = json!({"at_hash": {"$remove": true}});
    let with = |name: &str, length: usize| sign_in(&no_hash, &json!({ name: "x".repeat(length) })).map(|_| ());
    with("access_token", 64 * 1024).expect("the longest");
    assert_eq!(with("access_token", 64 * 1024 + 1).expect_err("one more").status(), Status::AccessTokenMissing);
    // No JWS, but not too long either.
    assert_eq!(with("id_token", 64 * 1024).expect_err("the longest").status(), Status::TokenMalformed);
    assert_eq!(with("id_token", 64 * 1024 + 1).expect_err("one more").status(), Status::IdTokenMissing);
}

#[test]
fn a_refusal_says_of_what_type_the_claim_was() {
    for (claims, found) in [
        (json!({"iss": {"$remove": true}}), "nothing"),
        (json!({"iss": 7}), "a number"),
        (json!({"sub": ["x"]}), "an array"),
        (json!({"acr": null}), "null"),
    ] {
        let error = sign_in(&claims, &json!({})).expect_err("a refusal");
        assert_eq!(error.found_text(), Some(found), "{claims}");
    }
}

/// What is kept of the provider's `error_description`.
fn said(description: &str) -> String {
    let change = json!({"error": "invalid_client", "error_description": description});
    let error = sign_in(&json!({}), &change).expect_err("a refusal");
    error.provider_words().description.clone().expect("a description")
}

#[test]
fn what_looks_like_a_token_is_removed_from_the_providers_words() {
    let mixed = |length: usize| "aB3".chars().cycle().take(length).collect::<String>();
    for (text, kept) in [
        ("JWT is not valid.".to_owned(), "JWT is not valid.".to_owned()),
        // The beginning of each JOSE header in base64url; a short word may begin so.
        ("x eyJhbGciOiJ, y".to_owned(), "x [removed], y".to_owned()),
        ("eyJ4567890".to_owned(), "eyJ4567890".to_owned()),
        ("eyJ45678901".to_owned(), "[removed]".to_owned()),
        // Twenty characters of both cases and digits; a name in one case or without digits is none.
        (mixed(20), "[removed]".to_owned()),
        (mixed(19), mixed(19)),
        ("a".repeat(30) + "1", "a".repeat(30) + "1"),
        ("A".repeat(30) + "1", "A".repeat(30) + "1"),
        ("aA".repeat(20), "aA".repeat(20)),
        (format!("({})", mixed(24)), "([removed])".to_owned()),
        ("a\u{1b}[31mb\r\nc".to_owned(), "a\\u{1b}[31mb\\r\\nc".to_owned()),
    ] {
        assert_eq!(said(&text), kept, "{text}");
    }
}

#[test]
fn the_providers_words_are_cut_at_1024_bytes_between_two_characters() {
    let words = |length: usize| "a b ".chars().cycle().take(length).collect::<String>();
    assert_eq!(said(&words(1024)), words(1024));
    assert_eq!(said(&words(5000)), words(1024));
    // The euro sign has three bytes, of which the last would be the 1025th.
    assert_eq!(said(&(words(1022) + "\u{20ac} more")), words(1022));
    assert_eq!(said(&(words(1021) + "\u{20ac} more")), words(1021) + "\u{20ac}");
}
