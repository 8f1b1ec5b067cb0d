//! Platform rows: the strings that CIS2 publishes, and rows of a site's own.

use cis2::error::Status;
use cis2::exact::HttpsAddress;
use cis2::platform::{IdentityKind, Platform};
use serde_json::{Value, json};

#[test]
fn every_row_of_cis2_publishes_its_strings_with_port_443() {
    for row in Platform::all().into_iter().filter(|row| row.identity == IdentityKind::Cis2) {
        assert!(row.issuer.as_str().contains(":443/"), "{}", row.name);
        let token_endpoint = row.token_endpoint.as_ref().expect("an endpoint").as_str();
        assert_eq!(token_endpoint, format!("{}/access_token", row.issuer), "{}", row.name);
        let metadata_url = row.metadata_url.as_ref().expect("an address").as_str();
        assert!(metadata_url.ends_with("/realms/NHSIdentity/realms/Healthcare/.well-known/openid-configuration"));
        let host = HttpsAddress::parse(token_endpoint).expect("an address").host;
        assert!(row.knows_host(host), "{}", row.name);
    }
}

#[test]
fn the_numbers_names_and_hosts_are_permanent() {
    let rows: Vec<(u32, String, String)> =
        Platform::all().into_iter().map(|row| (row.number, row.name, row.hosts.join(","))).collect();
    let expected = [
        (1, "cis2-dev", "am.nhsdev.auth-ptl.cis2.spineservices.nhs.uk"),
        (2, "cis2-integration", "am.nhsint.auth-ptl.cis2.spineservices.nhs.uk"),
        (3, "cis2-deployment", "am.nhsdep.auth-ptl.cis2.spineservices.nhs.uk"),
        (4, "cis2-live", "am.nhsidentity.spineservices.nhs.uk"),
        (10, "api-platform-sandbox", "sandbox.api.service.nhs.uk"),
        (11, "api-platform-dev", "dev.api.service.nhs.uk"),
        (12, "api-platform-integration", "int.api.service.nhs.uk"),
        (13, "api-platform-deployment", "dep.api.service.nhs.uk"),
        (14, "api-platform-live", "api.service.nhs.uk"),
        (100, "local-simulator", "cis2.localhost"),
    ];
    assert_eq!(rows, expected.map(|(number, name, host)| (number, name.to_owned(), host.to_owned())));
}

#[test]
fn every_value_of_a_row_has_a_source_and_a_date() {
    let members = [
        "issuer",
        "metadata_url",
        "token_endpoint",
        "identity",
        "audience_mode",
        "typ",
        "algorithms",
        "id_token_algorithms",
        "assertion_lifetime_s",
        "pkce",
        "acr_levels",
        "default_level",
    ];
    for row in Platform::all() {
        for member in members {
            let source = row.sources.iter().find(|(name, _)| name == member);
            let (_, text) = source.unwrap_or_else(|| panic!("{} has no source for {member}", row.name));
            assert!(text.contains("2026-"), "{}: {member}: {text}", row.name);
        }
    }
}

#[test]
fn the_simulators_row_has_the_habits_of_cis2() {
    let (simulator, live) =
        (Platform::from_name("local-simulator").expect("a row"), Platform::from_name("cis2-live").expect("a row"));
    let habits = |row: &Platform| {
        let mut row: Value = serde_json::from_str(&row.to_json()).expect("JSON");
        for member in ["name", "issuer", "metadata_url", "token_endpoint", "hosts", "sources"] {
            row.as_object_mut().expect("an object").remove(member);
        }
        row
    };
    assert_eq!(habits(&simulator), habits(&live), "no weaker check may hang on the simulator");
}

#[test]
fn a_row_that_is_written_is_read_back_the_same() {
    for row in Platform::all() {
        let mut read = Platform::from_json(&row.to_json()).expect("a row");
        assert_eq!(read.number, 0, "a row from JSON has no permanent number");
        read.number = row.number;
        read.acr_levels.sort();
        let mut row = row;
        row.acr_levels.sort();
        row.sources.sort();
        read.sources.sort();
        assert_eq!(read, row);
    }
}

fn changed(change: impl FnOnce(&mut Value)) -> Result<Platform, String> {
    let mut row: Value =
        serde_json::from_str(&Platform::from_name("cis2-live").expect("a row").to_json()).expect("JSON");
    change(&mut row);
    Platform::from_json(&row.to_string()).map_err(|error| {
        assert_eq!(error.status(), Status::PlatformRowInvalid);
        error.to_string()
    })
}

#[test]
fn each_member_is_checked_and_named() {
    for (member, bad) in [
        ("version", json!(2)),
        ("version", json!("1")),
        ("name", json!("")),
        ("identity", json!("nhs")),
        ("issuer", json!("http://x/")),
        ("issuer", Value::Null),
        ("metadata_url", json!(1)),
        ("token_endpoint", json!("x")),
        ("hosts", json!("x")),
        ("hosts", json!([1])),
        ("audience_mode", json!("both")),
        ("typ", json!("at+jwt")),
        ("algorithms", json!([])),
        ("algorithms", json!(["HS256"])),
        ("algorithms", json!(["none"])),
        ("id_token_algorithms", json!("RS256")),
        ("assertion_lifetime_s", json!(301)),
        ("assertion_lifetime_s", json!(60.5)),
        ("pkce", json!(true)),
        ("acr_levels", json!({"AAL3_ANY": "3"})),
        ("acr_levels", json!([])),
        ("default_level", json!(10)),
        ("default_level", json!(-1)),
        ("sources", json!({"issuer": 1})),
    ] {
        let said = changed(|row| row[member] = bad.clone()).expect_err("a refusal");
        assert!(said.contains(member), "{member} = {bad}: {said}");
    }
}

#[test]
fn an_unknown_member_is_refused_by_name_and_all_faults_are_said_at_once() {
    let said = changed(|row| {
        row["danger"] = json!(true);
        row["pkce"] = json!("maybe");
        row["name"] = json!(7);
    })
    .expect_err("a refusal");
    for word in ["danger", "pkce", "name"] {
        assert!(said.contains(word), "{said}");
    }
}

#[test]
fn a_member_that_is_missing_or_stands_twice_is_refused() {
    let said = changed(|row| drop(row.as_object_mut().expect("an object").remove("issuer"))).expect_err("a refusal");
    assert!(said.contains("issuer must be an https address"), "{said}");
    let row = Platform::from_name("cis2-live").expect("a row").to_json();
    let twice = row.replacen('{', "{\"issuer\": \"https://evil.example\",", 1);
    assert!(Platform::from_json(&twice).expect_err("a refusal").to_string().contains("twice"));
}

#[test]
fn what_is_no_row_is_said_to_be_none() {
    for text in ["", "[]", "{", "{\"a\":", &"x".repeat(70_000)] {
        assert_eq!(Platform::from_json(text).expect_err("a refusal").status(), Status::PlatformRowInvalid);
    }
}

#[test]
fn an_unknown_number_or_name_is_refused_with_those_that_there_are() {
    let said = Platform::from_number(99).expect_err("a refusal");
    assert_eq!(said.status(), Status::PlatformUnknown);
    assert!(said.to_string().contains("cis2-integration"), "{said}");
    assert_eq!(Platform::from_number(0).expect_err("a refusal").status(), Status::PlatformUnknown);
    assert!(Platform::from_name("int").expect_err("a refusal").to_string().contains("cis2-live"));
}
