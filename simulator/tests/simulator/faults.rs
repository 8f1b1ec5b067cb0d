//! Faults on purpose: each does what its row says, as often as it was asked to, and nothing is spoilt otherwise.

use cis2_simulator::faults::{FAULTS, FaultSetting};
use jsonwebtoken::Algorithm;
use serde_json::{Map, Value, json};

use crate::client::{self, Answer};
use crate::world::{REALM, World, object};

fn set(world: &World, faults: &Value) -> Answer {
    let headers = [("Content-Type", "application/json")];
    world.ask("POST", "/simulator/faults", &headers, &json!({"faults": faults}).to_string())
}

/// All bytes that come back for the key set.
fn raw_keys(world: &World) -> Vec<u8> {
    let tls = client::tls(Some(&world.running.ready().ca_file));
    let request = format!("GET {REALM}/connect/jwk_uri HTTP/1.1\r\nHost: cis2.localhost\r\nConnection: close\r\n\r\n");
    client::exchange(&tls, world.running.ready().listen, "cis2.localhost", request.as_bytes()).unwrap_or_default()
}

fn claims(token: &str) -> Value {
    jsonwebtoken::dangerous::insecure_decode::<Value>(token).expect("a JWT").claims
}

#[test]
fn an_answer_is_spoilt_as_its_row_says_and_as_often_as_asked() {
    let world = World::new();
    let good = world.get("/connect/jwk_uri").json();
    for (fault, status, part) in [
        ("gzip_bomb", "200", "content-encoding: gzip"),
        ("html", "200", "Sign in to the network"),
        ("huge", "200", "000000000000"),
        ("redirect", "307", "location: https://elsewhere.localhost/"),
        ("slow", "200", "\"keys\""),
        ("status_500", "500", "Internal Server Error"),
    ] {
        assert_eq!(
            set(&world, &json!([{"fault": fault, "endpoint": "jwk_uri", "times": 1, "seconds": 0}])).status,
            200
        );
        let spoilt = String::from_utf8_lossy(&raw_keys(&world)).into_owned();
        assert!(spoilt.starts_with(&format!("HTTP/1.1 {status} ")), "{fault}: {}", &spoilt[..20]);
        assert!(spoilt.contains(part), "{fault}");
        assert_eq!(world.get("/connect/jwk_uri").json(), good, "{fault} happened twice");
    }
}

#[test]
fn a_connection_ends_before_an_answer_or_in_its_middle() {
    let world = World::new();
    let whole = raw_keys(&world).len();
    set(&world, &json!([{"fault": "reset"}]));
    assert_eq!(raw_keys(&world), b"");
    set(&world, &json!([{"fault": "cut_off"}]));
    let spoilt = raw_keys(&world);
    let head = spoilt.windows(4).position(|window| window == b"\r\n\r\n").expect("a head");
    assert!(spoilt.len() > head + 4, "nothing of the body came");
    assert!(spoilt.len() < whole, "all of it came");
}

#[test]
fn an_answer_that_hangs_keeps_no_other_one_waiting() {
    let world = World::new();
    set(&world, &json!([{"fault": "hang", "endpoint": "discovery"}]));
    let hanging = client::tls(Some(&world.running.ready().ca_file));
    let listen = world.running.ready().listen;
    // It ends with the test's simulator: nobody waits for it.
    std::thread::spawn(move || {
        client::ask(&hanging, listen, "GET", &format!("{REALM}/.well-known/openid-configuration"), &[], "")
    });
    assert_eq!(world.get("/connect/jwk_uri").status, 200);
}

#[test]
fn a_wrong_issuer_is_the_right_one_without_its_port() {
    let mut world = World::new();
    let wrong = world.issuer().replace(":443", "");
    set(&world, &json!([{"fault": "wrong_issuer"}]));
    assert_eq!(world.get("/.well-known/openid-configuration").json()["issuer"], json!(wrong));
    let tokens = world.tokens(&Map::new());
    assert_eq!(claims(tokens["id_token"].as_str().expect("a text"))["iss"], json!(wrong));
}

#[test]
fn a_rotated_key_signs_and_the_old_one_is_gone() {
    let mut world = World::new();
    let kid = |world: &World| world.get("/connect/jwk_uri").json()["keys"][0]["kid"].as_str().map(str::to_owned);
    let before = kid(&world);
    set(&world, &json!([{"fault": "rotated_key"}]));
    let after = kid(&world);
    assert_ne!(before, after);
    let tokens = world.tokens(&Map::new());
    let header = jsonwebtoken::decode_header(tokens["id_token"].as_str().expect("a text")).expect("a header");
    assert_eq!((header.alg, header.kid), (Algorithm::RS256, after));
}

#[test]
fn odd_keys_stand_before_the_right_one() {
    let world = World::new();
    let good = world.get("/connect/jwk_uri").json()["keys"][0].clone();
    set(&world, &json!([{"fault": "odd_key"}]));
    let set = world.get("/connect/jwk_uri").json();
    let keys = set["keys"].as_array().expect("keys");
    assert!(keys.len() > 1);
    assert_eq!(keys.last(), Some(&good));
}

#[test]
fn a_clock_that_is_behind_judges_by_itself_and_comes_back() {
    let mut world = World::new();
    set(&world, &json!([{"fault": "clock_behind", "seconds": 7200}]));
    let (code, assertion) = (world.code(&Map::new()), world.assertion());
    assert_eq!(world.redeem(&world.form(&code, &assertion)).status, 400);
    assert_eq!(world.running.reasons().last().map(|reason| reason.rule), Some("exp_far"));
    set(&world, &json!([]));
    world.tokens(&Map::new());
}

#[test]
fn a_fault_that_is_none_is_refused_with_a_word_and_changes_nothing() {
    let world = World::new();
    set(&world, &json!([{"fault": "html", "endpoint": "jwk_uri"}]));
    for (faults, word) in [
        (json!("html"), "list"),
        (json!([{"fault": "none"}]), "\"none\""),
        (json!([{"fault": "slow", "endpoint": "nowhere"}]), "\"nowhere\""),
        (json!([{"fault": "odd_key", "endpoint": "userinfo"}]), "jwk_uri"),
        (json!([{"fault": "slow", "seconds": "3"}]), "seconds"),
        (json!([{"fault": "slow", "seconds": 86_401}]), "86400"),
        (json!([{"fault": "slow", "times": -1}]), "times"),
        (json!([{"fault": "slow", "more": 1}]), "\"more\""),
    ] {
        let answer = set(&world, &faults);
        assert_eq!(answer.status, 400, "{faults}");
        assert!(answer.body.contains(&word.replace('"', "\\\"")), "{faults}: {}", answer.body);
    }
    assert!(world.get("/connect/jwk_uri").body.contains("Sign in"), "what was on is on");
}

#[test]
fn each_fault_has_a_row_and_can_be_asked_for_on_a_command_line() {
    let world = World::new();
    let known = world.ask("GET", "/simulator/faults", &[], "").json();
    assert_eq!(known["known"].as_array().map(Vec::len), Some(FAULTS.len()));
    for fault in FAULTS {
        assert!(FaultSetting::parse(&format!("{}*1", fault.name)).is_ok(), "{}", fault.name);
        for endpoint in fault.endpoints {
            assert!(FaultSetting::parse(&format!("{}@{endpoint}", fault.name)).is_ok(), "{}", fault.name);
        }
    }
    assert!(FAULTS.is_sorted_by_key(|fault| fault.name));
    assert_eq!(object(known)["faults"], json!([]), "a fault is on that nobody asked for");
}
