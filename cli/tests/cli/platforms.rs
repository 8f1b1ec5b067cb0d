//! `cis2 platforms`.

use crate::support::{KEY, assert_refused, cis2, folder, unwrapped};

#[test]
fn the_list_names_every_row_with_its_number() {
    let run = cis2(folder().path(), &["platforms"]);
    assert_eq!(run.code, 0);
    for row in ["1 cis2-dev", "2 cis2-integration", "3 cis2-deployment", "4 cis2-live", "100 local-simulator"] {
        assert!(unwrapped(&run.out).contains(row), "{row}");
    }
}

#[test]
fn a_row_shows_the_issuer_with_its_port_and_a_source_with_its_date() {
    let run = cis2(folder().path(), &["platforms", "cis2-integration"]);
    assert_eq!(run.code, 0);
    assert!(run.out.contains(":443/openam/"));
    assert!(unwrapped(&run.out).contains("CIS2 documentation, Discovery"));
    assert!(run.out.contains("2026-"));
}

#[test]
fn a_row_as_json_is_a_platform_file() {
    let folder = folder();
    let row = cis2(folder.path(), &["platforms", "cis2-integration", "--json"]);
    assert_eq!((row.code, row.json()["version"].as_i64()), (0, Some(1)));
    std::fs::write(folder.path().join("row.json"), row.out).expect("the row is written");
    let run = cis2(folder.path(), &KEY.arguments("assertion", &["--platform-file", "row.json", "--show"]));
    assert_eq!(run.code, 0, "{}", run.err);
    assert_eq!(
        run.json()["claims"]["aud"],
        cis2(folder.path(), &["platforms", "cis2-integration", "--json"]).json()["token_endpoint"]
    );
}

#[test]
fn the_list_as_json_has_every_row() {
    let run = cis2(folder().path(), &["platforms", "--json"]);
    let names: Vec<String> = run
        .json()
        .as_array()
        .expect("an array")
        .iter()
        .map(|row| row["name"].as_str().unwrap_or("").to_owned())
        .collect();
    let expected = [
        "cis2-dev",
        "cis2-integration",
        "cis2-deployment",
        "cis2-live",
        "api-platform-sandbox",
        "api-platform-dev",
        "api-platform-integration",
        "api-platform-deployment",
        "api-platform-live",
        "local-simulator",
    ];
    assert_eq!(names, expected);
}

#[test]
fn an_unknown_name_is_refused_with_the_known_ones() {
    let run = cis2(folder().path(), &["platforms", "cis2-production"]);
    assert_refused(&run, 10, &["PLATFORM_UNKNOWN (152)", "cis2-live", "found cis2-production"]);
}

#[test]
fn a_platform_file_with_an_unknown_member_is_refused_by_its_name() {
    let folder = folder();
    let row =
        cis2(folder.path(), &["platforms", "cis2-live", "--json"]).out.replacen("\"name\"", "\"nome\": 1, \"name\"", 1);
    std::fs::write(folder.path().join("row.json"), row).expect("the row is written");
    let run = cis2(folder.path(), &KEY.arguments("assertion", &["--platform-file", "row.json", "--show"]));
    assert_refused(&run, 10, &["PLATFORM_ROW_INVALID", "nome"]);
}
