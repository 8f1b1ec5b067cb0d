//! What goes where, and how it ends.

use std::process::Stdio;

use crate::support::{KEY, assert_refused, cis2, command, folder, vector};

#[test]
fn with_json_a_refusal_is_one_object_on_standard_output() {
    let run = cis2(folder().path(), &["--json", "platforms", "nowhere"]);
    assert_eq!((run.code, run.err.as_str()), (10, ""));
    let json = run.json();
    let names: Vec<&str> = json.as_object().expect("an object").keys().map(String::as_str).collect();
    let expected = [
        "status",
        "name",
        "message",
        "expected",
        "found",
        "remedy",
        "oauth_error",
        "oauth_description",
        "http_status",
        "retryable",
        "clock_offset_s",
    ];
    assert_eq!(names, expected);
    assert_eq!(
        (&json["status"], &json["name"], &json["found"]),
        (&152.into(), &"PLATFORM_UNKNOWN".into(), &"nowhere".into())
    );
}

#[test]
fn with_json_a_command_line_that_is_not_understood_is_an_object_too() {
    let run = cis2(folder().path(), &["login", "--json", "--nonsense"]);
    assert_eq!((run.code, &run.json()["name"], run.err.as_str()), (2, &"INVALID_ARGUMENT".into(), ""));
    assert!(run.json()["found"].as_str().is_some_and(|found| found.contains("--nonsense")));
}

#[test]
fn the_text_of_a_key_or_token_as_an_argument_is_refused_and_not_repeated() {
    let text = |file| std::fs::read_to_string(vector(file)).expect("a file");
    let pem = text("p256.pkcs8.pem");
    let body = pem.lines().filter(|line| !line.starts_with('-')).collect::<String>();
    let token = format!("eyJhbGciOiJSUzI1NiJ9.e30.{}", "A".repeat(64));
    for (secret, what) in [
        (&pem, "the text of a PEM file"),
        (&body, "the base64 of a key"),
        (&text("private.jwk.json"), "the text of a JWK"),
        (&token, "a token"),
    ] {
        let with_equals = format!("--key={secret}");
        for arguments in [&["key", "inspect", secret][..], &["assertion", "--key", secret], &["login", &with_equals]] {
            let run = cis2(folder().path(), arguments);
            assert_refused(&run, 2, &[what, "among the arguments", "cis2 key inspect -"]);
            let json = cis2(folder().path(), &[arguments, &["--json"]].concat());
            assert_eq!((json.code, &json.json()["name"], json.err.as_str()), (2, &"INVALID_ARGUMENT".into(), ""));
            for part in secret.as_bytes().chunks_exact(24).map(String::from_utf8_lossy) {
                assert!(!run.err.contains(&*part) && !json.out.contains(&*part), "{what} is repeated");
            }
        }
    }
    // What the shell makes of it without quotes.
    let words: Vec<&str> = ["key", "inspect"].into_iter().chain(pem.split_whitespace()).collect();
    assert_refused(&cis2(folder().path(), &words), 2, &["the text of a PEM file"]);
}

#[test]
fn an_unknown_verb_is_a_usage_error() {
    assert_refused(&cis2(folder().path(), &["sign-in"]), 2, &["unrecognized subcommand"]);
}

#[test]
fn a_reader_that_has_gone_is_no_error() {
    let folder = folder();
    let mut program = command(folder.path(), &["platforms", "cis2-integration", "--json"]);
    let (reader, writer) = std::io::pipe().expect("a pipe can be made");
    drop(reader);
    let output = program.stdout(writer).stderr(Stdio::piped()).output().expect("the program runs");
    assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(0), b"".as_slice()));
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_at_standard_output_is_told() {
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").expect("the device is there");
    let folder = folder();
    let mut program = command(folder.path(), &["platforms"]);
    let output = program.stdout(full).stderr(Stdio::piped()).output().expect("the program runs");
    assert_eq!(output.status.code(), Some(70));
    assert!(String::from_utf8_lossy(&output.stderr).contains("Standard output cannot be written."));
}

#[test]
fn there_are_no_colours_where_no_terminal_is() {
    for arguments in [&["platforms"][..], &["platforms", "nowhere"], &["--help"]] {
        let run = cis2(folder().path(), arguments);
        assert!(!run.out.contains('\x1b') && !run.err.contains('\x1b'), "{arguments:?}");
    }
}

#[test]
fn no_line_for_a_person_is_wider_than_80_columns_unless_it_is_one_word() {
    let folder = folder();
    let pem = KEY.pem().display().to_string();
    for arguments in [
        &["platforms"][..],
        &["platforms", "cis2-live"],
        &["platforms", "nowhere"],
        &["key", "new", "--bits", "2048"],
        &["key", "new", "--bits", "2048"],
        &["key", "inspect", &pem],
        &["key", "inspect", "none.pem"],
    ] {
        let run = cis2(folder.path(), arguments);
        for line in run.out.lines().chain(run.err.lines()) {
            let words = line.split_whitespace().filter(|word| word.len() < 50).count();
            assert!(line.chars().count() <= 80 || words < 3, "{arguments:?}: {line}");
        }
    }
}
