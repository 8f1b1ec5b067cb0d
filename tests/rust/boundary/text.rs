//! Text, bytes and numbers: absent, empty, ill-formed, too long, ended by NUL, out of range.

use std::ptr;

use cis2::error::{STATUSES, Status};
use cis2::ffi::{self, *};
use serde_json::json;

use super::conversation::{begin, signed_in};
use super::*;
use crate::support::hostile::key_set;
use crate::support::{CLIENT_ID, platform, vectors};

/// A lone continuation byte after a good one.
const BAD: cis2_str = cis2_str { data: b"a\x80".as_ptr().cast(), len: 2 };
const TOO_LONG: cis2_str = cis2_str { data: b"a".as_ptr().cast(), len: usize::MAX - 1 };
const TOO_MANY: cis2_bytes = cis2_bytes { data: b"a".as_ptr(), len: usize::MAX };

macro_rules! refuse {
    ($words:expr; $($function:ident($($argument:expr),* $(=> $out:tt)?);)*) => {$(
        let message = call!($function($($argument),* $(=> $out)?)).refused(INVALID_ARGUMENT);
        assert!(message.contains($words), "{}: {message}", stringify!($function));
    )*};
}

macro_rules! refuse_text {
    ($words:expr, $bad:expr) => {{
        let _alone = alone();
        let (key, config, client, parameters) = (key(), config(), client(), parameters());
        let flow = authorization(&client);
        let request = begin(&client, ptr::null()).request;
        let keys = Owned(give!(cis2_key_set_from_json(b(key_set(&json!(null)).as_bytes()))), ffi::cis2_key_set_free);
        let sign_in = signed_in(&client);
        let identity = ask!(cis2_sign_in_identity(sign_in.p()));
        let pem = pem();
        let (bad, text) = ($bad, t("text"));
        refuse! { $words;
            cis2_key_from_pem(b(pem.as_bytes()), NO_BYTES, bad, RS256 => out);
            cis2_key_from_der(b(pem.as_bytes()), NO_BYTES, bad, RS256 => out);
            cis2_config_from_platform_json(bad => out);
            cis2_config_set_client_id(config.p(), bad);
            cis2_config_set_redirect_uri(config.p(), bad);
            cis2_config_set_proxy(config.p(), bad);
            cis2_config_set_connect_to(config.p(), bad, text);
            cis2_config_set_connect_to(config.p(), text, bad);
            cis2_config_danger_set_issuer(config.p(), bad);
            cis2_client_assertion(client.p(), bad => out);
            cis2_client_validate_id_token(client.p(), keys.p(), bad, text => out);
            cis2_client_validate_id_token(client.p(), keys.p(), text, bad => out);
            cis2_client_restore_authorization_request(client.p(), bad => out);
            cis2_client_begin_sign_in(client.p(), request.p(), bad => out);
            cis2_assertion_mint(key.p(), bad, text, 60 => out);
            cis2_assertion_mint(key.p(), text, bad, 60 => out);
            cis2_authorization_parameters_set_scope(parameters.p(), bad);
            cis2_authorization_parameters_set_acr_values(parameters.p(), bad);
            cis2_authorization_parameters_set_prompt(parameters.p(), bad);
            cis2_authorization_parameters_set_ui_locales(parameters.p(), bad);
            cis2_authorization_parameters_set(parameters.p(), bad, text);
            cis2_authorization_parameters_set(parameters.p(), text, bad);
            cis2_flow_supply_response(flow.p(), 200, bad, b(b""), b(b""));
            cis2_identity_claim(identity, bad => out);
        }
    }};
}

#[test]
fn text_that_is_not_utf_8_is_refused_everywhere() {
    refuse_text!("UTF-8", BAD);
}

#[test]
fn text_longer_than_memory_is_refused_everywhere() {
    refuse_text!("length", TOO_LONG);
}

#[test]
fn a_field_of_an_event_is_not_found_by_a_text_that_is_none() {
    let event = cis2_event::from(cis2::event::Event::EventsLost { count: 3 });
    assert_eq!(seen(ask!(cis2_event_field(&raw const event, t("count")))), "3");
    for bad in [BAD, TOO_LONG, NO_TEXT, t("")] {
        let value = ask! {
            cis2_event_field(&raw const event, bad)
        };
        assert!(value.is_blank());
    }
}

#[test]
fn every_function_that_takes_text_stands_in_this_file() {
    let header = crate::support::read("include/cis2.h");
    let here = include_str!("text.rs");
    let mut functions = 0;
    for prototype in header.split(";\n").filter_map(|item| item.rsplit_once("*/\n").map(|(_, prototype)| prototype)) {
        let Some((name, parameters)) = prototype.split_once('(') else { continue };
        let mut parameters = parameters.split(',').map(str::trim);
        if !parameters.any(|parameter| parameter.starts_with("cis2_str ") && !parameter.contains('*')) {
            continue;
        }
        let name = name.rsplit([' ', '*']).next().expect("a name");
        functions += 1;
        assert!(here.contains(&format!("            {name}(")), "{name} is not called with ill-formed text");
    }
    assert!(functions >= 20, "the prototypes were read: {functions}");
}

#[test]
fn bytes_longer_than_memory_are_refused() {
    let _alone = alone();
    let (config, client, pem) = (config(), client(), pem());
    let flow = authorization(&client);
    refuse! { "length";
        cis2_key_from_pem(TOO_MANY, NO_BYTES, t("k"), RS256 => out);
        cis2_key_from_pem(b(pem.as_bytes()), TOO_MANY, t("k"), RS256 => out);
        cis2_key_from_der(TOO_MANY, NO_BYTES, t("k"), RS256 => out);
        cis2_key_from_der(b(pem.as_bytes()), TOO_MANY, t("k"), RS256 => out);
        cis2_key_set_from_json(TOO_MANY => out);
        cis2_config_set_state_secret(config.p(), TOO_MANY);
        cis2_config_set_previous_state_secret(config.p(), TOO_MANY);
        cis2_config_add_root_pem(config.p(), TOO_MANY);
        cis2_flow_supply_response(flow.p(), 200, t("https://x"), TOO_MANY, b(b""));
        cis2_flow_supply_response(flow.p(), 200, t("https://x"), b(b""), TOO_MANY);
    }
}

#[test]
fn empty_values_are_refused_with_the_status_of_the_value() {
    let _alone = alone();
    let (key, config, client, pem) = (key(), config(), client(), pem());
    let request = begin(&client, ptr::null()).request;
    let keys = Owned(give!(cis2_key_set_from_json(b(b"{\"keys\":[]}"))), ffi::cis2_key_set_free);
    let flow = authorization(&client);
    let (no, empty) = (t(""), b(b""));
    let refusals = [
        (call!(cis2_key_from_pem(empty, NO_BYTES, t("k"), RS256 => out)), Status::KeyEmpty),
        (call!(cis2_key_from_pem(b(pem.as_bytes()), NO_BYTES, no, RS256 => out)), Status::KeyIdInvalid),
        (call!(cis2_key_from_der(empty, NO_BYTES, t("k"), RS256 => out)), Status::KeyEmpty),
        (call!(cis2_key_from_der(b(pem.as_bytes()), NO_BYTES, no, RS256 => out)), Status::KeyIdInvalid),
        (call!(cis2_key_set_from_json(empty => out)), Status::ResponseNotJson),
        (call!(cis2_config_from_platform_json(no => out)), Status::PlatformRowInvalid),
        (call!(cis2_config_set_client_id(config.p(), no)), Status::ConfigInvalid),
        (call!(cis2_config_set_redirect_uri(config.p(), no)), Status::ConfigInvalid),
        (call!(cis2_config_set_state_secret(config.p(), empty)), Status::ConfigInvalid),
        (call!(cis2_config_set_previous_state_secret(config.p(), empty)), Status::ConfigInvalid),
        (call!(cis2_config_add_root_pem(config.p(), empty)), Status::ConfigInvalid),
        (call!(cis2_config_set_proxy(config.p(), no)), Status::ConfigInvalid),
        (call!(cis2_config_set_connect_to(config.p(), no, t("127.0.0.1:1"))), Status::ConfigInvalid),
        (call!(cis2_config_set_connect_to(config.p(), t("h:443"), no)), Status::ConfigInvalid),
        (call!(cis2_config_danger_set_issuer(config.p(), no)), Status::ConfigInvalid),
        (call!(cis2_client_assertion(client.p(), no => out)), INVALID_ARGUMENT),
        (
            call!(cis2_client_validate_id_token(client.p(), keys.p(), no, t(r#"{"nonce":null}"#) => out)),
            Status::TokenMalformed,
        ),
        (call!(cis2_client_validate_id_token(client.p(), keys.p(), no, no => out)), INVALID_ARGUMENT),
        (call!(cis2_client_restore_authorization_request(client.p(), no => out)), Status::RequestMalformed),
        (call!(cis2_client_begin_sign_in(client.p(), request.p(), no => out)), Status::StateMissing),
        (call!(cis2_assertion_mint(key.p(), no, t("https://h"), 60 => out)), INVALID_ARGUMENT),
        (call!(cis2_assertion_mint(key.p(), t("c"), no, 60 => out)), INVALID_ARGUMENT),
        (call!(cis2_flow_supply_response(flow.p(), 200, no, empty, empty)), INVALID_ARGUMENT),
    ];
    for (outcome, status) in refusals {
        let _ = outcome.refused(status);
    }
}

#[test]
fn empty_parameters_are_refused_where_they_would_be_sent() {
    let _alone = alone();
    let client = client();
    type Setter =
        unsafe extern "C" fn(*mut cis2_authorization_parameters, cis2_str, *mut *mut cis2_error) -> cis2_status;
    let setters: [(Setter, Status); 4] = [
        (ffi::cis2_authorization_parameters_set_scope, Status::ScopeWithoutOpenid),
        (ffi::cis2_authorization_parameters_set_acr_values, INVALID_ARGUMENT),
        (ffi::cis2_authorization_parameters_set_prompt, INVALID_ARGUMENT),
        (ffi::cis2_authorization_parameters_set_ui_locales, INVALID_ARGUMENT),
    ];
    for (setter, status) in setters {
        let parameters = parameters();
        // SAFETY: a handle that the test holds.
        assert_eq!(unsafe { setter(parameters.p(), t(""), ptr::null_mut()) }, 0);
        let _ = call!(cis2_client_begin_authorization(client.p(), parameters.p() => out)).refused(status);
    }
    let parameters = parameters();
    let _ = call!(cis2_authorization_parameters_set(parameters.p(), t(""), t("v"))).refused(INVALID_ARGUMENT);
    let _ = call!(cis2_authorization_parameters_set(parameters.p(), t("n"), t(""))).refused(INVALID_ARGUMENT);
}

#[test]
fn absent_is_absent_whatever_the_length_says() {
    let _alone = alone();
    let config = config();
    for len in [0, 5, CIS2_LEN_NUL] {
        let absent = cis2_str { data: ptr::null(), len };
        let _ = call!(cis2_config_set_client_id(config.p(), absent)).refused(INVALID_ARGUMENT);
        let no_password = cis2_bytes { data: ptr::null(), len };
        let key = give!(cis2_key_from_pem(b(pem().as_bytes()), no_password, t("k"), RS256));
        drop(Owned(key, ffi::cis2_key_free));
    }
}

#[test]
fn text_may_end_in_a_nul_instead_of_a_length() {
    let _alone = alone();
    let config = config();
    let id = format!("{CLIENT_ID}\0 and what stands behind is not read");
    let ended = cis2_str { data: id.as_ptr().cast(), len: CIS2_LEN_NUL };
    call!(cis2_config_set_client_id(config.p(), ended)).ok();
    let inside = t(&id);
    let _ = call!(cis2_config_set_client_id(config.p(), inside)).refused(Status::ConfigInvalid);
    // Bytes have no such end.
    let bytes = cis2_bytes { data: id.as_ptr(), len: CIS2_LEN_NUL };
    let _ = call!(cis2_config_add_root_pem(config.p(), bytes)).refused(INVALID_ARGUMENT);
}

#[test]
fn a_nul_inside_a_claim_is_kept_by_its_length() {
    let _alone = alone();
    let client = client();
    let begun = begin(&client, ptr::null());
    let keys = Owned(give!(cis2_key_set_from_json(b(key_set(&json!(null)).as_bytes()))), ffi::cis2_key_set_free);
    let odd = json!({"claims": {"sid": "a\u{0}b"}});
    let token = begun.world.id_token(&vectors("hostile/id_tokens.json")["base"], &odd);
    let expectations = json!({"nonce": begun.world.nonce}).to_string();
    let identity = Owned(
        give!(cis2_client_validate_id_token(client.p(), keys.p(), t(&token), t(&expectations))),
        ffi::cis2_identity_free,
    );
    assert_eq!(ask!(cis2_identity_session_id(identity.p())).len, 3);
    assert_eq!(seen(ask!(cis2_identity_session_id(identity.p()))), "a\0b");
}

#[test]
fn unknown_numbers_are_refused() {
    let _alone = alone();
    let (config, pem) = (config(), pem());
    for number in [0, 10, 11, 256, u32::MAX] {
        let key = call!(cis2_key_from_pem(b(pem.as_bytes()), NO_BYTES, t("k"), number => out));
        let message = key.refused(INVALID_ARGUMENT);
        assert!(message.contains("algorithm") && message.contains(&number.to_string()), "{message}");
        let _ = call!(cis2_key_from_der(b(pem.as_bytes()), NO_BYTES, t("k"), number => out)).refused(INVALID_ARGUMENT);
        let _ = call!(cis2_config_set_id_token_algorithm(config.p(), number)).refused(INVALID_ARGUMENT);
    }
    for number in [0, 5, 99, 101, u32::MAX] {
        let _ = call!(cis2_config_new(number => out)).refused(Status::PlatformUnknown);
    }
    call!(cis2_config_danger_set_default_level(config.p(), 3)).ok();
    for level in [4, 255, 256, 259, u32::MAX] {
        let _ = call!(cis2_config_danger_set_default_level(config.p(), level)).refused(Status::ConfigInvalid);
    }
}

#[test]
fn numbers_out_of_their_bounds_are_refused_and_keep_what_was_there() {
    let _alone = alone();
    let config = config();
    call!(cis2_config_set_assertion_lifetime_s(config.p(), 300)).ok();
    call!(cis2_config_set_clock_skew_s(config.p(), 120)).ok();
    call!(cis2_config_danger_set_clock_skew_s(config.p(), 121)).ok();
    call!(cis2_config_set_connect_timeout_ms(config.p(), 100)).ok();
    call!(cis2_config_set_request_timeout_ms(config.p(), 300_000)).ok();
    call!(cis2_config_set_proxy(config.p(), t("http://proxy.example:3128"))).ok();
    call!(cis2_config_set_connect_to(config.p(), t("cis2.localhost:443"), t("127.0.0.1:8443"))).ok();
    call!(cis2_config_danger_set_issuer(config.p(), t(platform().issuer.as_str()))).ok();
    for number in [0, 9, 301, u32::MAX] {
        let _ = call!(cis2_config_set_assertion_lifetime_s(config.p(), number)).refused(Status::ConfigInvalid);
    }
    let _ = call!(cis2_config_set_clock_skew_s(config.p(), 121)).refused(Status::ConfigInvalid);
    let _ = call!(cis2_config_danger_set_clock_skew_s(config.p(), 86_401)).refused(Status::ConfigInvalid);
    for number in [0, 99, 300_001] {
        let _ = call!(cis2_config_set_connect_timeout_ms(config.p(), number)).refused(Status::ConfigInvalid);
        let _ = call!(cis2_config_set_request_timeout_ms(config.p(), number)).refused(Status::ConfigInvalid);
    }
    let client = client_of(&config);
    let endpoint = platform().token_endpoint.expect("an endpoint");
    let assertion = Owned(give!(cis2_client_assertion(client.p(), t(endpoint.as_str()))), ffi::cis2_assertion_free);
    let claims = crate::support::decoded(&seen(ask!(cis2_assertion_text(assertion.p())))).1;
    assert_eq!(claims["exp"].as_i64().expect("exp") - claims["iat"].as_i64().expect("iat"), 300);
}

#[test]
fn statuses_are_named_and_unknown_ones_are_not() {
    let _alone = alone();
    for row in STATUSES {
        assert_eq!(seen(cis2_status_name(row.status.number())), row.name);
        assert_eq!(seen(cis2_status_sentence(row.status.number())), row.sentence);
    }
    for number in [-1, 10, 99, 1000, i32::MIN, i32::MAX] {
        assert!(cis2_status_name(number).is_blank() && cis2_status_sentence(number).is_blank());
    }
}

#[test]
fn the_version_is_text() {
    // SAFETY: text of the library that ends in a NUL and lives for ever.
    let version = unsafe { std::ffi::CStr::from_ptr(cis2_version()) };
    assert_eq!(version.to_str(), Ok(env!("CARGO_PKG_VERSION")));
}

#[test]
fn a_platform_row_of_one_s_own_is_read() {
    let _alone = alone();
    let row = platform().to_json();
    drop(Owned(give!(cis2_config_from_platform_json(t(&row))), ffi::cis2_config_free));
    let broken = row.replace("\"version\": 1", "\"version\": 2").replace("always", "sometimes");
    let message = call!(cis2_config_from_platform_json(t(&broken) => out)).refused(Status::PlatformRowInvalid);
    assert!(message.contains("version") && message.contains("pkce"), "all faults at once: {message}");
}

#[test]
fn the_wrong_identity_is_refused_with_the_right_one_s_name() {
    let _alone = alone();
    let config = config();
    let api_key = "0123456789abcdef0123456789abcdef";
    let message = call!(cis2_config_set_client_id(config.p(), t(api_key))).refused(Status::ClientIdIsApiKey);
    assert!(message.contains(".apps.supplier") && !message.contains(api_key), "{message}");
}

#[test]
fn what_is_missing_is_named_at_once() {
    let _alone = alone();
    let config = Owned(give!(cis2_config_new(SIMULATOR)), ffi::cis2_config_free);
    let message = call!(cis2_client_new(config.p() => out)).refused(Status::ConfigIncomplete);
    for name in ["client_id", "redirect_uri", "signing_key"] {
        assert!(message.contains(name), "{message}");
    }
}
