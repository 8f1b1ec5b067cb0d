//! A provider that fails, fault by fault of the simulator's table: each gives a typed error, and what can still go well does.

use cis2::client::Client;
use cis2::error::{Result, Status};
use cis2::flow::SignIn;
use cis2::transport::Https;
use cis2_simulator::Options;
use cis2_simulator::faults::{FAULTS, FaultSetting};

use crate::transport::{Site, browser_of, config_of};

/// A sign-in at a simulator of its own, at which these faults are put on once the browser has been there.
fn sign_in_with(faults: &[&str], before: bool) -> Result<SignIn> {
    let site = Site::start(Options { quiet: true, ..Options::default() });
    let set = || {
        let settings = faults.iter().map(|fault| FaultSetting::parse(fault).expect("a fault")).collect();
        site.simulator().set_faults(settings).expect("faults");
    };
    let mut config = config_of(site.simulator());
    config.set_connect_timeout_ms(2_000).expect("a time");
    config.set_request_timeout_ms(2_500).expect("a time");
    let client = Client::new(config).expect("a client");
    let https = Https::new(client.transport_options().clone());
    if before {
        set();
    }
    let mut flow = client.begin_authorization(Default::default())?;
    https.run_blocking(&mut flow, None)?;
    let request = flow.take_authorization_request()?;
    let callback = browser_of(site.simulator(), request.url(), "one-role");
    set();
    let mut flow = client.begin_sign_in(&request, &callback)?;
    https.run_blocking(&mut flow, None)?;
    flow.take_sign_in()
}

fn refused(fault: &str) -> Status {
    sign_in_with(&[fault], false).map(|_| ()).expect_err(fault).status()
}

#[test]
fn each_fault_of_the_token_endpoint_has_its_status() {
    for (fault, expected) in [
        ("cut_off@access_token", &[Status::ConnectionLost][..]),
        ("gzip_bomb@access_token", &[Status::ResponseEncoded]),
        ("hang@access_token", &[Status::TransportTimeout]),
        ("html@access_token", &[Status::ResponseNotJson]),
        ("huge@access_token", &[Status::ResponseTooLarge]),
        ("redirect@access_token", &[Status::RedirectRefused]),
        ("reset@access_token", &[Status::ConnectionLost]),
        ("slow@access_token", &[Status::TransportTimeout]),
        ("status_500@access_token", &[Status::HttpStatus]),
        ("wrong_issuer@access_token", &[Status::IssuerMismatch]),
    ] {
        let found = refused(fault);
        assert!(expected.contains(&found), "{fault}: {found:?}");
    }
}

#[test]
fn each_fault_of_the_key_set_has_its_status() {
    for (fault, expected) in [
        ("cut_off@jwk_uri", Status::ConnectionLost),
        ("gzip_bomb@jwk_uri", Status::ResponseEncoded),
        ("hang@jwk_uri", Status::TransportTimeout),
        ("html@jwk_uri", Status::ResponseNotJson),
        ("huge@jwk_uri", Status::ResponseTooLarge),
        ("redirect@jwk_uri", Status::RedirectRefused),
        ("reset@jwk_uri", Status::ConnectionLost),
        ("status_500@jwk_uri", Status::HttpStatus),
    ] {
        assert_eq!(refused(fault), expected, "{fault}");
    }
}

#[test]
fn a_discovery_document_of_another_issuer_is_refused_before_anybody_is_sent_there() {
    let error = sign_in_with(&["wrong_issuer@discovery"], true).expect_err("a refusal");
    assert_eq!(error.status(), Status::DiscoveryIssuerMismatch);
    assert!(error.to_string().contains(":443"), "{error}");
}

#[test]
fn clocks_apart_are_refused_and_said_to_be_apart() {
    assert_eq!(refused("clock_ahead"), Status::OauthError, "the assertion is long expired there");
    assert_eq!(refused("clock_behind"), Status::OauthError, "the assertion comes from the future there");
    let error = sign_in_with(&["clock_ahead"], false).expect_err("a refusal");
    assert!(error.clock_offset_s().is_some_and(|offset| (3500..3700).contains(&offset)), "{error:?}");
}

#[test]
fn a_read_that_fails_once_is_repeated_and_the_sign_in_goes_well() {
    for fault in ["reset@jwk_uri*1", "cut_off@jwk_uri*1", "odd_key@jwk_uri", "rotated_key"] {
        sign_in_with(&[fault], false).unwrap_or_else(|error| panic!("{fault}: {error}"));
    }
    sign_in_with(&["reset@discovery*1"], true).expect("a sign-in");
}

#[test]
fn every_fault_of_the_table_is_in_one_of_these_tests() {
    let tests = crate::support::read("tests/rust/faults.rs");
    for fault in FAULTS {
        assert!(tests.contains(&format!("\"{}", fault.name)), "no test asks for {}", fault.name);
    }
}
