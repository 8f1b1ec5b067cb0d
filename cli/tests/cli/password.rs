//! Encrypted keys and keys in DER, in every verb that takes a key.

use std::fs;
#[cfg(target_os = "linux")]
use std::io::{Read, Write};
#[cfg(target_os = "linux")]
use std::path::Path;
#[cfg(target_os = "linux")]
use std::process::{Command, Stdio};
#[cfg(target_os = "linux")]
use std::time::Duration;

use crate::support::{CLIENT_ID, Run, assert_refused, cis2, cis2_reading, folder, unwrapped, vector};

const ENCRYPTED: &str = "rsa2048.encrypted.pem";

/// Header and claims that this key file signs.
fn assertion<'a>(file: &'a str, further: &[&'a str]) -> Vec<&'a str> {
    let client = ["assertion", "--platform", "cis2-live", "--client-id", CLIENT_ID, "--kid", "k", "--show"];
    [&client, ["--algorithm", "RS256", "--key", file].as_slice(), further].concat()
}

fn with_password(text: &[u8], arguments: &[&str]) -> Run {
    let folder = folder();
    fs::write(folder.path().join("password"), text).expect("the file is written");
    cis2(folder.path(), &[arguments, &["--password-file", "password"]].concat())
}

#[test]
fn an_encrypted_key_signs_with_the_password_of_a_file() {
    for file in [ENCRYPTED, "encrypted.der", "encrypted.scrypt.pem"] {
        let run = with_password(b"test", &assertion(&vector(file), &[]));
        assert_eq!((run.code, run.err.as_str()), (0, ""), "{file}");
        let run = with_password(b"test", &["key", "inspect", &vector(file)]);
        assert_eq!(run.code, 0, "{file}: {}", run.err);
    }
}

#[test]
fn a_line_end_after_the_password_is_none_of_it() {
    for text in [&b"test\n"[..], b"test\r\n", b"\xef\xbb\xbftest\r\n"] {
        let run = with_password(text, &assertion(&vector(ENCRYPTED), &[]));
        assert_eq!(run.code, 0, "{text:?}: {}", run.err);
    }
    assert_refused(&with_password(b"test ", &assertion(&vector(ENCRYPTED), &[])), 10, &["KEY_PASSWORD_WRONG"]);
}

#[test]
fn the_password_may_come_from_standard_input_but_not_with_the_key() {
    let key = vector(ENCRYPTED);
    let run = cis2_reading(folder().path(), &assertion(&key, &["--password-file", "-"]), b"test\n");
    assert_eq!(run.code, 0, "{}", run.err);
    let run = cis2_reading(folder().path(), &assertion("-", &["--password-file", "-"]), b"test\n");
    assert_refused(&run, 2, &["key and password from different places"]);
}

#[test]
fn a_wrong_password_is_refused_and_not_repeated() {
    for arguments in [&assertion(&vector(ENCRYPTED), &[])[..], &["key", "inspect", &vector(ENCRYPTED)]] {
        let run = with_password(b"correct-horse", arguments);
        assert_eq!(run.code, 10);
        assert!(unwrapped(&run.err).contains("KEY_PASSWORD_WRONG (122)"), "{}", run.err);
        assert!(!run.err.contains("correct-horse") && !run.out.contains("correct-horse"));
    }
}

#[test]
fn a_file_that_can_be_no_password_is_refused_before_the_key_is_opened() {
    for (text, words) in [
        (&b""[..], "nothing in it"),
        (b"\n", "nothing in it"),
        (b"one\ntwo\n", "more than one line"),
        (b"\xff\xfet\0e\0s\0t\0", "UTF-16"),
    ] {
        let run = with_password(text, &assertion(&vector(ENCRYPTED), &[]));
        assert_refused(&run, 10, &["A file cannot be used.", words, "on one line"]);
    }
    let run = cis2(folder().path(), &assertion(&vector(ENCRYPTED), &["--password-file", "none"]));
    assert_refused(&run, 10, &["a file with the password of the private key", "found no such file"]);
}

#[test]
fn a_password_in_the_place_of_its_file_is_not_repeated() {
    for arguments in [["--password-file", "correct-horse"], ["--password", "correct-horse"]] {
        let run = cis2(folder().path(), &assertion(&vector(ENCRYPTED), &arguments));
        assert!(run.code != 0 && !run.err.contains("correct-horse"), "{}", run.err);
    }
    let run = cis2(folder().path(), &assertion(&vector(ENCRYPTED), &["--password=correct-horse"]));
    assert!(run.code == 2 && !run.err.contains("correct-horse"), "{}", run.err);
}

#[test]
fn without_a_password_the_refusal_says_how_to_give_it() {
    let run = cis2(folder().path(), &assertion(&vector(ENCRYPTED), &[]));
    assert_refused(&run, 10, &["KEY_ENCRYPTED", "--password-file", "at a terminal", "openssl pkey -in FILE"]);
}

#[test]
fn no_verb_takes_a_password_as_an_argument() {
    let run = cis2(folder().path(), &assertion(&vector(ENCRYPTED), &["--password", "test"]));
    assert_eq!(run.code, 2);
    assert!(run.err.contains("--password-file"), "{}", run.err);
}

#[test]
fn a_key_that_is_not_encrypted_needs_none_and_passes_it_over() {
    assert_eq!(cis2(folder().path(), &assertion(&vector("rsa2048.pkcs8.pem"), &[])).code, 0);
    let run = with_password(b"test", &assertion(&vector("rsa2048.pkcs8.pem"), &[]));
    assert_eq!((run.code, run.err.as_str()), (0, ""));
}

#[test]
fn what_is_weak_about_the_encryption_is_said_and_the_key_is_used() {
    let run = with_password(b"test", &assertion(&vector("encrypted.3des.pem"), &[]));
    assert_eq!(run.code, 0);
    assert!(unwrapped(&run.err).contains("encrypted with 3DES"), "{}", run.err);
}

#[test]
fn a_key_in_der_is_taken_wherever_one_in_pem_is() {
    for file in ["rsa2048.pkcs8.der", "pkcs1.der"] {
        let run = cis2(folder().path(), &assertion(&vector(file), &[]));
        assert_eq!(run.code, 0, "{file}: {}", run.err);
        assert_eq!(cis2(folder().path(), &["key", "inspect", &vector(file)]).code, 0, "{file}");
    }
    let run = cis2(folder().path(), &assertion(&vector("cut.ec.der"), &[]));
    assert_refused(&run, 10, &["KEY_CUT_OFF"]);
}

/// The program at a terminal of its own, which `script` of util-linux makes. This is typed so long after it was asked for.
#[cfg(target_os = "linux")]
fn at_a_terminal(folder: &Path, arguments: &[&str], typed: &str, after: Duration) -> (i32, String) {
    let line = [&[env!("CARGO_BIN_EXE_cis2")], arguments].concat().join(" ");
    let mut script = Command::new("script");
    script.args(["--quiet", "--return", "--command", &line, "/dev/null"]).current_dir(folder);
    script.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = script.spawn().expect("util-linux is there");
    let (mut input, mut output) = (child.stdin.take().expect("a pipe"), child.stdout.take().expect("a pipe"));
    let mut shown = vec![0; 8];
    output.read_exact(&mut shown).expect("it asks");
    std::thread::sleep(after);
    writeln!(input, "{typed}").expect("it reads");
    output.read_to_end(&mut shown).expect("it answers");
    let status = child.wait().expect("it ends");
    (status.code().expect("no signal ended it"), String::from_utf8_lossy(&shown).into_owned())
}

#[cfg(target_os = "linux")]
#[test]
fn at_a_terminal_the_password_is_asked_for_and_not_shown() {
    let folder = folder();
    fs::copy(vector(ENCRYPTED), folder.path().join("key.pem")).expect("a copy");
    let (code, shown) = at_a_terminal(folder.path(), &assertion("key.pem", &[]), "test", Duration::ZERO);
    assert!(code == 0 && shown.starts_with("Password of key.pem: ") && shown.contains("RS256"), "{shown}");
    // The echo is taken away a moment after the question stands there: whoever types faster is seen.
    let mut shown = String::new();
    for after in [100, 400, 1600, 6400] {
        let (code, text) =
            at_a_terminal(folder.path(), &assertion("key.pem", &[]), "correct-horse", Duration::from_millis(after));
        assert!(code == 10 && text.contains("KEY_PASSWORD_WRONG"), "{text}");
        shown = text;
        if !shown.contains("correct-horse") {
            return;
        }
    }
    panic!("{shown}");
}
