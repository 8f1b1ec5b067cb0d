//! Who frees what, in which order, and how long views live.

use std::ptr;

use cis2::error::Status;
use cis2::ffi::{self, *};
use serde_json::Value;

use super::conversation::{begin, drive, next, sign_in_flow, signed_in, url_of};
use super::*;
use crate::support::{self, CLIENT_ID, platform};

#[test]
fn live_objects_counts_every_handle_and_every_error() {
    let _alone = alone();
    let start = cis2_live_objects();
    let key = key();
    assert_eq!(cis2_live_objects(), start + 1);
    let config = config();
    assert_eq!(cis2_live_objects(), start + 2);
    let mut error = Output::dirty();
    assert_ne!(ask!(cis2_config_set_clock_skew_s(config.p(), 999, &raw mut error)), 0);
    assert_eq!(cis2_live_objects(), start + 3);
    assert_eq!(ask!(cis2_error_status(error)), Status::ConfigInvalid.number());
    ask!(cis2_error_free(error));
    assert_ne!(ask!(cis2_config_set_clock_skew_s(config.p(), 999, ptr::null_mut())), 0);
    assert_eq!(cis2_live_objects(), start + 2, "no error object that nobody asked for");
    drop((key, config));
    assert_eq!(cis2_live_objects(), start);
}

#[test]
fn parts_of_a_sign_in_are_not_counted() {
    let _alone = alone();
    let client = client();
    let before = cis2_live_objects();
    let sign_in = signed_in(&client);
    let _ = (ask!(cis2_sign_in_identity(sign_in.p())), ask!(cis2_sign_in_tokens(sign_in.p())));
    assert_eq!(cis2_live_objects(), before + 1);
}

#[test]
fn handles_may_be_freed_in_any_order() {
    let _alone = alone();
    let key = key();
    let config = config();
    call!(cis2_config_set_signing_key(config.p(), key.p())).ok();
    drop(key);
    let client = client_of(&config);
    drop(config);
    let begun = begin(&client, ptr::null());
    let flow = sign_in_flow(&client, &begun);
    drop(client);
    assert_eq!(next(&flow), CIS2_STEP_SEND);
    assert_eq!(url_of(&flow), begun.world.token_endpoint);
}

#[test]
fn what_was_passed_is_copied() {
    let _alone = alone();
    let config = Owned(give!(cis2_config_new(SIMULATOR)), ffi::cis2_config_free);
    let mut id = CLIENT_ID.to_owned();
    call!(cis2_config_set_client_id(config.p(), t(&id))).ok();
    id.replace_range(.., "overwritten");
    call!(cis2_config_set_redirect_uri(config.p(), t("http://localhost:1/"))).ok();
    call!(cis2_config_set_signing_key(config.p(), key().p())).ok();
    let parameters = parameters();
    let client = client_of(&config);
    let begun = begin(&client, parameters.p());
    assert_eq!(begun.world.client_id, CLIENT_ID);
}

#[test]
fn views_of_claims_stay_good_while_others_are_asked_for() {
    let _alone = alone();
    let client = client();
    let sign_in = signed_in(&client);
    let identity = ask!(cis2_sign_in_identity(sign_in.p()));
    let first: cis2_str = give!(cis2_identity_claim(identity, t("sub")));
    let text = seen(first);
    let claims: Value = serde_json::from_str(&seen(ask!(cis2_identity_claims_json(identity)))).expect("JSON");
    for name in claims.as_object().expect("an object").keys() {
        let view: cis2_str = give!(cis2_identity_claim(identity, t(name)));
        let json: Value = serde_json::from_str(&seen(view)).expect("JSON");
        assert_eq!(json, claims[name], "{name}");
    }
    assert_eq!(seen(first), text);
    let again: cis2_str = give!(cis2_identity_claim(identity, t("sub")));
    assert_eq!(again.data, first.data, "made once");
}

#[test]
fn a_minted_assertion_says_what_it_was_asked_to() {
    let _alone = alone();
    let key = key();
    let endpoint = platform().token_endpoint.expect("an endpoint");
    let mint = || {
        let assertion = give!(cis2_assertion_mint(key.p(), t(CLIENT_ID), t(endpoint.as_str()), 0));
        Owned(assertion, ffi::cis2_assertion_free)
    };
    let (one, other) = (mint(), mint());
    let (header, claims) = support::decoded(&seen(ask!(cis2_assertion_text(one.p()))));
    assert_eq!((header["alg"].as_str(), header["kid"].as_str()), (Some("RS256"), Some("test-key")));
    assert_eq!(claims["aud"].as_str(), Some(endpoint.as_str()), ":443 stays");
    assert_eq!(claims["exp"].as_i64().expect("exp") - claims["iat"].as_i64().expect("iat"), 60);
    assert_eq!(claims["exp"].as_i64(), Some(ask!(cis2_assertion_expires_at(one.p()))));
    let (_, second) = support::decoded(&seen(ask!(cis2_assertion_text(other.p()))));
    assert_ne!(claims["jti"], second["jti"]);
    let lost = endpoint.as_str().replace(":443", "");
    let refused =
        call!(cis2_assertion_mint(key.p(), t(CLIENT_ID), t(&lost), 0 => out)).refused(Status::AudienceForeign);
    assert!(refused.contains(":443"), "{refused}");
}

#[test]
fn a_key_shows_its_public_half_alone() {
    let _alone = alone();
    let key = key();
    let jwk: Value = serde_json::from_str(&seen(give!(cis2_key_public_jwk(key.p())))).expect("JSON");
    let set: Value = serde_json::from_str(&seen(give!(cis2_key_jwk_set(key.p())))).expect("JSON");
    assert_eq!(set["keys"][0], jwk);
    for private in ["d", "p", "q", "dp", "dq", "qi", "oth"] {
        assert!(jwk.get(private).is_none(), "{private}");
    }
    assert_eq!((jwk["kid"].as_str(), jwk["alg"].as_str()), (Some("test-key"), Some("RS256")));
    assert_eq!(seen(give!(cis2_key_thumbprint(key.p()))).len(), 43);
}

#[test]
fn files_that_are_no_private_key_are_refused_each_with_its_own_status() {
    let _alone = alone();
    let refused = |file: &str| {
        let bytes = std::fs::read(support::root().join("tests/vectors/keys").join(file)).expect("a vector");
        call!(cis2_key_from_pem(b(&bytes), NO_BYTES, t("k"), RS256 => out))
    };
    let _ = refused("rsa2048.public.pem").refused(Status::KeyIsPublic);
    let _ = refused("rsa2048.certificate.pem").refused(Status::KeyIsCertificate);
    let _ = refused("rsa2048.cut-off.pem").refused(Status::KeyCutOff);
    let _ = refused("rsa1024.pkcs8.pem").refused(Status::KeyTooShort);
    let large = vec![b'A'; 10 << 20];
    let _ = call!(cis2_key_from_pem(b(&large), NO_BYTES, t("k"), RS256 => out)).refused(Status::KeyTooLarge);
}

#[test]
fn a_key_is_read_from_der_and_with_its_password_as_from_pem() {
    let _alone = alone();
    let file = |name: &str| std::fs::read(support::root().join("tests/vectors/keys").join(name)).expect("a vector");
    let expected = support::read("tests/vectors/keys/rsa2048.thumbprint");
    let (plain, encrypted, pem) = (file("rsa2048.pkcs8.der"), file("encrypted.der"), file("rsa2048.encrypted.pem"));
    let keys = [
        give!(cis2_key_from_der(b(&plain), NO_BYTES, t("k"), RS256)),
        give!(cis2_key_from_der(b(&encrypted), b(b"test"), t("k"), RS256)),
        give!(cis2_key_from_pem(b(&pem), b(b"test"), t("k"), RS256)),
    ];
    for key in keys.map(|key| Owned(key, ffi::cis2_key_free)) {
        assert_eq!(seen(give!(cis2_key_thumbprint(key.p()))), expected.trim_end());
    }
    let from_der = |file: &[u8], password| call!(cis2_key_from_der(b(file), password, t("k"), RS256 => out));
    let _ = from_der(&encrypted, NO_BYTES).refused(Status::KeyEncrypted);
    let _ = from_der(&encrypted, b(b"wrong")).refused(Status::KeyPasswordWrong);
    let _ = from_der(&encrypted, b(b"")).refused(Status::KeyPasswordWrong);
    let _ = from_der(&pem, b(b"test")).refused(Status::KeyIsPem);
    let es256 = call!(cis2_key_from_der(b(&plain), NO_BYTES, t("k"), CIS2_ALGORITHM_ES256 => out));
    let _ = es256.refused(Status::KeyAlgorithmMismatch);
}

#[test]
fn a_flow_may_be_freed_at_any_step() {
    let _alone = alone();
    let client = client();
    drop(authorization(&client));
    let asked = authorization(&client);
    next(&asked);
    drop(asked);
    let done = authorization(&client);
    drive(&done, |_, _| support::discovery(&serde_json::json!({})).into_bytes());
    drop(done);
}
