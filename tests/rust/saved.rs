//! The sealed authorization request: only the same client opens it, for 15 minutes, and nobody can read or change it.

use cis2::client::Config;
use cis2::error::Status;
use cis2::flow::authorize::AuthorizationParameters;
use cis2::platform::Platform;
use cis2::secret::Secret;
use proptest::prelude::*;
use proptest::test_runner::Config as Runs;
use serde_json::json;

use crate::support::{NOW, authorized, client_at, client_with, config, discovery, drive, ok_json};

fn sealed() -> String {
    authorized(&client_at(NOW), &json!({"prompt": "login", "max_age_s": 300}), &json!({})).0.sealed().to_owned()
}

fn open(config: Config, now: i64, sealed: &str) -> Result<(), Status> {
    client_with(config, now).restore_authorization_request(sealed).map(|_| ()).map_err(|error| error.status())
}

#[test]
fn the_same_client_opens_it_and_finds_all_that_was_sent() {
    let (request, _) = authorized(&client_at(NOW), &json!({"prompt": "login", "max_age_s": 300}), &json!({}));
    let restored = client_at(NOW).restore_authorization_request(request.sealed()).expect("a request");
    let (saved, sent) = (restored.saved(), request.saved());
    assert!(saved.state.equals(sent.state.expose()) && saved.nonce.equals(sent.nonce.expose()));
    assert_eq!(saved.verifier.as_ref().map(|v| v.expose().len()), Some(43));
    assert_eq!((saved.max_age_s, saved.prompt.as_deref(), saved.made_at), (Some(300), Some("login"), sent.made_at));
}

#[test]
fn it_is_fit_for_a_cookie_and_shows_nothing() {
    let text = sealed();
    assert!(text.starts_with("1.") && text.len() <= 2048, "{} bytes", text.len());
    assert!(text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte)));
    assert_ne!(text, sealed(), "each seal has a nonce of its own");
}

#[test]
fn it_opens_for_15_minutes() {
    let text = sealed();
    assert_eq!(open(config(), NOW + 900, &text), Ok(()));
    assert_eq!(open(config(), NOW + 901, &text), Err(Status::RequestExpired));
    assert_eq!(open(config(), NOW - 30, &text), Ok(()), "within the skew");
    assert_eq!(open(config(), NOW - 31, &text), Err(Status::RequestFromFuture));
}

#[test]
fn another_secret_does_not_open_it_and_a_rotated_one_does() {
    let text = sealed();
    let with = |current: [u8; 32], previous: Option<[u8; 32]>| {
        let mut config = config();
        config.set_state_secret(Secret::new(current.to_vec())).expect("a secret");
        if let Some(previous) = previous {
            config.set_previous_state_secret(Secret::new(previous.to_vec())).expect("a secret");
        }
        config
    };
    assert_eq!(open(with([7; 32], None), NOW, &text), Err(Status::RequestSealForeign));
    assert_eq!(open(with([7; 32], Some(crate::support::STATE_SECRET)), NOW, &text), Ok(()));
    let newer =
        authorized(&client_with(with([7; 32], Some(crate::support::STATE_SECRET)), NOW), &json!({}), &json!({}));
    assert_eq!(open(config(), NOW, newer.0.sealed()), Err(Status::RequestSealForeign), "the newer secret seals");
}

#[test]
fn another_client_id_redirect_uri_or_issuer_does_not_open_it() {
    let text = sealed();
    let mut other_id = config();
    other_id.set_client_id("999.apps.national").expect("an id");
    let mut other_redirect = config();
    other_redirect.set_redirect_uri("https://localhost:44358/authorise").expect("a URI");
    let mut other_issuer = config();
    other_issuer.danger_set_issuer("https://cis2.localhost/other").expect("an issuer");
    for config in [other_id, other_redirect, other_issuer] {
        assert_eq!(open(config, NOW, &text), Err(Status::RequestClientForeign));
    }
}

#[test]
fn a_secret_has_32_bytes() {
    for length in [0, 31, 33] {
        let error = config().set_state_secret(Secret::new(vec![1; length])).expect_err("a refusal");
        assert_eq!(error.status(), Status::ConfigInvalid);
        assert!(error.to_string().contains(&format!("{length} bytes")), "{error}");
    }
}

#[test]
fn what_is_no_sealed_request_is_said_to_be_none() {
    for text in ["", "1.", "2.AAAA", "1.A", "1.AAAA AAAA", "1.AAAAAAAA", &format!("1.{}", "A".repeat(4000))] {
        assert_eq!(open(config(), NOW, text), Err(Status::RequestMalformed), "{text:.20}");
    }
}

#[test]
fn parameters_that_do_not_fit_into_2_kib_are_refused_before_anything_is_sent_away() {
    let mut config = Config::new(Platform::from_name("local-simulator").expect("a row"));
    config.set_client_id(crate::support::CLIENT_ID).expect("an id");
    config.set_redirect_uri(&format!("https://localhost/{}", "x".repeat(1500))).expect("a URI");
    config.set_signing_key(crate::support::test_key(cis2::jose::Algorithm::Rs256)).expect("a key");
    let mut flow = client_with(config, NOW).begin_authorization(Default::default()).expect("a flow");
    let error = drive(&mut flow, |_, _| ok_json(discovery(&json!({}))));
    assert_eq!(error.expect_err("a refusal").status(), Status::RequestTooLarge);
}

#[test]
fn the_longest_that_is_sealed_is_opened() {
    let with_long_redirect = || {
        let mut config = config();
        config.set_redirect_uri(&format!("https://localhost/{}", "x".repeat(400))).expect("a URI");
        config
    };
    let sealed = |scope_bytes: usize| {
        let scope = Some(format!("openid {}", "x".repeat(scope_bytes)));
        let client = client_with(with_long_redirect(), NOW);
        let mut flow = client.begin_authorization(AuthorizationParameters { scope, ..Default::default() })?;
        drive(&mut flow, |_, _| ok_json(discovery(&json!({}))))?;
        flow.take_authorization_request()
    };
    let longest = (500..1000).rev().find_map(|bytes| sealed(bytes).ok()).expect("one that fits");
    assert_eq!(longest.sealed().len(), 2048);
    assert_eq!(open(with_long_redirect(), NOW, longest.sealed()), Ok(()));
}

#[test]
fn a_request_from_the_future_says_by_how_much() {
    let error = client_at(NOW - 31).restore_authorization_request(&sealed()).expect_err("a refusal");
    assert_eq!(error.found_text(), Some("one made 31 s ahead"));
}

proptest! {
    #![proptest_config(Runs { cases: 200, failure_persistence: None, ..Runs::default() })]

    #[test]
    fn a_changed_character_never_opens(at in 0_usize..400, byte in b'!'..b'~') {
        let text = sealed();
        let mut bytes = text.clone().into_bytes();
        let at = at % bytes.len();
        prop_assume!(bytes[at] != byte);
        bytes[at] = byte;
        prop_assert!(open(config(), NOW, std::str::from_utf8(&bytes).expect("ASCII")).is_err());
    }
}
