//! NULL in each position of each function.

use std::ffi::c_void;
use std::ptr::{self, null, null_mut};

use cis2::ffi::{self, *};
use serde_json::Value;

use super::conversation::begin;
use super::*;
use crate::support::hostile::key_set;
use crate::support::read;

unsafe extern "C" fn on_event(_: *mut c_void, _: *const cis2_event) {}
unsafe extern "C" fn on_complete(_: *mut c_void, _: *mut cis2_operation, _: cis2_status) {}

/// Each call is refused, with an error object where one is wanted and without where not.
macro_rules! refuse {
    ($($function:ident($($argument:expr),* $(=> $out:tt)?);)*) => {$(
        let message = call!($function($($argument),* $(=> $out)?)).refused(INVALID_ARGUMENT);
        assert!(message.contains("NULL"), "{}: {message}", stringify!($function));
        refuse!(@without $function($($argument),* $(=> $out)?));
    )*};
    (@without $function:ident($($argument:expr),*)) => {
        // SAFETY: handles that the test holds.
        assert_eq!(unsafe { ffi::$function($($argument,)* null_mut()) }, INVALID_ARGUMENT.number());
    };
    (@without $function:ident($($argument:expr),* => out)) => {{
        let mut out = Output::dirty();
        refuse!(@without $function($($argument,)* &raw mut out));
        assert!(Output::is_blank(&out));
    }};
    (@without $function:ident($($argument:expr),* => null)) => {
        refuse!(@without $function($($argument,)* null_mut()))
    };
}

#[test]
fn a_required_pointer_that_is_null_is_refused() {
    let _alone = alone();
    let (key, config, client, parameters) = (key(), config(), client(), parameters());
    let flow = authorization(&client);
    let begun = begin(&client, null());
    let (request, world) = (begun.request, begun.world);
    let keys = Owned(give!(cis2_key_set_from_json(b(key_set(&Value::Null).as_bytes()))), ffi::cis2_key_set_free);
    let sign_in = super::conversation::signed_in(&client);
    let identity = ask!(cis2_sign_in_identity(sign_in.p()));
    let pem = pem();
    let (pem, set, text) = (b(pem.as_bytes()), b(b"{\"keys\":[]}"), t("text"));
    let callback = world.text("code=$code&state=$state");
    let sealed = seen(ask!(cis2_authorization_request_sealed(request.p())));
    let audience = t(&world.token_endpoint);
    let row = crate::support::platform().to_json();

    refuse! {
        cis2_key_from_pem(NO_BYTES, NO_BYTES, text, RS256 => out);
        cis2_key_from_pem(pem, NO_BYTES, NO_TEXT, RS256 => out);
        cis2_key_from_pem(pem, NO_BYTES, text, RS256 => null);
        cis2_key_from_der(NO_BYTES, NO_BYTES, text, RS256 => out);
        cis2_key_from_der(pem, NO_BYTES, NO_TEXT, RS256 => out);
        cis2_key_from_der(pem, NO_BYTES, text, RS256 => null);
        cis2_key_public_jwk(null() => out);
        cis2_key_public_jwk(key.p() => null);
        cis2_key_jwk_set(null() => out);
        cis2_key_jwk_set(key.p() => null);
        cis2_key_thumbprint(null() => out);
        cis2_key_thumbprint(key.p() => null);
        cis2_key_set_from_json(NO_BYTES => out);
        cis2_key_set_from_json(set => null);

        cis2_config_new(SIMULATOR => null);
        cis2_config_from_platform_json(NO_TEXT => out);
        cis2_config_from_platform_json(t(&row) => null);
        cis2_config_set_client_id(null_mut(), text);
        cis2_config_set_client_id(config.p(), NO_TEXT);
        cis2_config_set_redirect_uri(null_mut(), text);
        cis2_config_set_redirect_uri(config.p(), NO_TEXT);
        cis2_config_set_signing_key(null_mut(), key.p());
        cis2_config_set_signing_key(config.p(), null());
        cis2_config_set_id_token_algorithm(null_mut(), RS256);
        cis2_config_set_assertion_lifetime_s(null_mut(), 60);
        cis2_config_set_connect_timeout_ms(null_mut(), 1000);
        cis2_config_set_request_timeout_ms(null_mut(), 1000);
        cis2_config_set_clock_skew_s(null_mut(), 10);
        cis2_config_set_state_secret(null_mut(), b(&[1; 32]));
        cis2_config_set_state_secret(config.p(), NO_BYTES);
        cis2_config_set_previous_state_secret(null_mut(), b(&[1; 32]));
        cis2_config_set_previous_state_secret(config.p(), NO_BYTES);
        cis2_config_add_root_pem(null_mut(), pem);
        cis2_config_add_root_pem(config.p(), NO_BYTES);
        cis2_config_set_proxy(null_mut(), text);
        cis2_config_set_proxy(config.p(), NO_TEXT);
        cis2_config_set_connect_to(null_mut(), text, text);
        cis2_config_set_connect_to(config.p(), NO_TEXT, text);
        cis2_config_set_connect_to(config.p(), text, NO_TEXT);
        cis2_config_set_events(null_mut(), Some(on_event), null_mut(), None, CIS2_LEVEL_DEBUG);
        cis2_config_set_events(config.p(), None, null_mut(), None, CIS2_LEVEL_DEBUG);
        cis2_config_danger_set_issuer(null_mut(), text);
        cis2_config_danger_set_issuer(config.p(), NO_TEXT);
        cis2_config_danger_set_clock_skew_s(null_mut(), 10);
        cis2_config_danger_set_default_level(null_mut(), 1);

        cis2_client_new(null() => out);
        cis2_client_new(config.p() => null);
        cis2_client_close(null());
        cis2_client_assertion(null(), audience => out);
        cis2_client_assertion(client.p(), audience => null);
        cis2_client_validate_id_token(null(), keys.p(), text, text => out);
        cis2_client_validate_id_token(client.p(), null(), text, text => out);
        cis2_client_validate_id_token(client.p(), keys.p(), NO_TEXT, text => out);
        cis2_client_validate_id_token(client.p(), keys.p(), text, NO_TEXT => out);
        cis2_client_validate_id_token(client.p(), keys.p(), text, text => null);
        cis2_client_restore_authorization_request(null(), t(&sealed) => out);
        cis2_client_restore_authorization_request(client.p(), NO_TEXT => out);
        cis2_client_restore_authorization_request(client.p(), t(&sealed) => null);
        cis2_client_begin_authorization(null(), parameters.p() => out);
        cis2_client_begin_authorization(client.p(), parameters.p() => null);
        cis2_client_begin_sign_in(null(), request.p(), t(&callback) => out);
        cis2_client_begin_sign_in(client.p(), null(), t(&callback) => out);
        cis2_client_begin_sign_in(client.p(), request.p(), NO_TEXT => out);
        cis2_client_begin_sign_in(client.p(), request.p(), t(&callback) => null);

        cis2_assertion_mint(null(), t(CLIENT_ID), audience, 60 => out);
        cis2_assertion_mint(key.p(), NO_TEXT, audience, 60 => out);
        cis2_assertion_mint(key.p(), t(CLIENT_ID), NO_TEXT, 60 => out);
        cis2_assertion_mint(key.p(), t(CLIENT_ID), audience, 60 => null);

        cis2_authorization_parameters_new( => null);
        cis2_authorization_parameters_set_scope(null_mut(), text);
        cis2_authorization_parameters_set_scope(parameters.p(), NO_TEXT);
        cis2_authorization_parameters_set_acr_values(null_mut(), text);
        cis2_authorization_parameters_set_acr_values(parameters.p(), NO_TEXT);
        cis2_authorization_parameters_set_max_age_s(null_mut(), 1);
        cis2_authorization_parameters_set_prompt(null_mut(), text);
        cis2_authorization_parameters_set_prompt(parameters.p(), NO_TEXT);
        cis2_authorization_parameters_set_ui_locales(null_mut(), text);
        cis2_authorization_parameters_set_ui_locales(parameters.p(), NO_TEXT);
        cis2_authorization_parameters_set(null_mut(), text, text);
        cis2_authorization_parameters_set(parameters.p(), NO_TEXT, text);
        cis2_authorization_parameters_set(parameters.p(), text, NO_TEXT);

        cis2_flow_run(null_mut(), 0);
        cis2_flow_start(null_mut(), Some(on_complete), null_mut() => out);
        cis2_flow_start(flow.p(), Some(on_complete), null_mut() => null);
        cis2_operation_wait(null_mut(), 1);
        cis2_flow_next(null_mut() => out);
        cis2_flow_next(flow.p() => null);
        cis2_flow_supply_response(null_mut(), 200, text, b(b""), b(b""));
        cis2_flow_supply_response(flow.p(), 200, NO_TEXT, b(b""), b(b""));
        cis2_flow_supply_response(flow.p(), 200, text, NO_BYTES, b(b""));
        cis2_flow_supply_response(flow.p(), 200, text, b(b""), NO_BYTES);
        cis2_flow_supply_failure(null_mut(), 201, 0);
        cis2_flow_take_authorization_request(null_mut() => out);
        cis2_flow_take_authorization_request(flow.p() => null);
        cis2_flow_take_sign_in(null_mut() => out);
        cis2_flow_take_sign_in(flow.p() => null);

        cis2_identity_claim(null(), text => out);
        cis2_identity_claim(identity, NO_TEXT => out);
        cis2_identity_claim(identity, text => null);
    }

    // Whatever was refused has changed nothing.
    drop(client_of(&config));
    drop(begin(&client, parameters.p()).request);
    super::conversation::drive(&flow, |_, _| crate::support::discovery(&serde_json::json!({})).into_bytes());
}

macro_rules! blank {
    ($($function:ident($($argument:expr),*);)*) => {$(
        assert!(Output::is_blank(&ask!($function($($argument),*))), stringify!($function));
    )*};
}

#[test]
fn accessors_on_null_give_nothing() {
    let _alone = alone();
    blank! {
        cis2_error_status(null());
        cis2_error_message(null());
        cis2_error_expected(null());
        cis2_error_found(null());
        cis2_error_remedy(null());
        cis2_error_oauth_error(null());
        cis2_error_oauth_description(null());
        cis2_error_http_status(null());
        cis2_error_is_retryable(null());
        cis2_error_clock_offset_s(null());
        cis2_event_id(null());
        cis2_event_level(null());
        cis2_event_name(null());
        cis2_event_message(null());
        cis2_event_field_count(null());
        cis2_event_field_name(null(), 0);
        cis2_event_field_value(null(), 0);
        cis2_event_field(null(), t("host"));
        cis2_operation_error(null());
        cis2_assertion_text(null());
        cis2_assertion_expires_at(null());
        cis2_authorization_request_url(null());
        cis2_authorization_request_sealed(null());
        cis2_flow_request_method(null());
        cis2_flow_request_url(null());
        cis2_flow_request_header_count(null());
        cis2_flow_request_header_name(null(), 0);
        cis2_flow_request_header_value(null(), 0);
        cis2_flow_request_body(null());
        cis2_sign_in_identity(null());
        cis2_sign_in_tokens(null());
        cis2_tokens_access_token(null());
        cis2_tokens_id_token(null());
        cis2_tokens_refresh_token(null());
        cis2_tokens_scope(null());
        cis2_tokens_expires_at(null());
        cis2_identity_issuer(null());
        cis2_identity_subject(null());
        cis2_identity_acr(null());
        cis2_identity_amr(null());
        cis2_identity_session_id(null());
        cis2_identity_selected_role_id(null());
        cis2_identity_authentication_level(null());
        cis2_identity_identity_level(null());
        cis2_identity_issued_at(null());
        cis2_identity_expires_at(null());
        cis2_identity_authenticated_at(null());
        cis2_identity_claims_json(null());
    }
}

#[test]
fn freeing_null_does_nothing() {
    let _alone = alone();
    ask!(cis2_assertion_free(null_mut()));
    ask!(cis2_authorization_parameters_free(null_mut()));
    ask!(cis2_authorization_request_free(null_mut()));
    ask!(cis2_client_free(null_mut()));
    ask!(cis2_config_free(null_mut()));
    ask!(cis2_error_free(null_mut()));
    ask!(cis2_flow_free(null_mut()));
    ask!(cis2_identity_free(null_mut()));
    ask!(cis2_key_free(null_mut()));
    ask!(cis2_key_set_free(null_mut()));
    ask!(cis2_operation_cancel(null_mut()));
    ask!(cis2_operation_free(null_mut()));
    ask!(cis2_sign_in_free(null_mut()));
}

#[test]
fn an_error_output_is_null_after_success() {
    let _alone = alone();
    let mut error: *mut cis2_error = Output::dirty();
    let mut parameters: *mut cis2_authorization_parameters = Output::dirty();
    assert_eq!(ask!(cis2_authorization_parameters_new(&raw mut parameters, &raw mut error)), 0);
    assert!(error.is_null());
    ask!(cis2_authorization_parameters_free(parameters));
    assert_eq!(ask!(cis2_authorization_parameters_new(&raw mut parameters, ptr::null_mut())), 0, "none is wanted");
    ask!(cis2_authorization_parameters_free(parameters));
}

/// Functions that have no pointer.
const WITHOUT: &[&str] =
    &["cis2_abi_version", "cis2_live_objects", "cis2_status_name", "cis2_status_sentence", "cis2_version"];

#[test]
fn every_function_with_a_pointer_stands_in_this_file() {
    let here = include_str!("nulls.rs");
    for name in read("tests/abi/exports.txt").lines() {
        assert!(here.contains(&format!("{name}(")) || WITHOUT.contains(&name), "{name} is not called with NULL");
    }
}
