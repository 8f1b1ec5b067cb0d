//! Key files: what becomes of each, and that nothing else becomes of it.

use std::collections::BTreeSet;
use std::process::Command;

use cis2::error::{Error, Result, STATUSES, Status};
use cis2::jose::Algorithm;
use cis2::key::describe::{FileKind, describe};
use cis2::key::generate::generate_rsa;
use cis2::key::{SigningKey, check_key_id};
use proptest::prelude::*;
use proptest::test_runner::Config;
use serde_json::{Value, json};

use crate::support::{decoded, read, root, status_named, test_key, vectors};

fn bytes(file: &str) -> Vec<u8> {
    std::fs::read(root().join("tests/vectors/keys").join(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
}

fn load(file: &[u8]) -> Result<SigningKey> {
    SigningKey::from_pem(file, None, "kid", Algorithm::Rs256)
}

/// Reads the file of a row as the row says: as PEM or DER, with a password and an algorithm.
fn load_row(row: &Value) -> Result<SigningKey> {
    let file = bytes(row["file"].as_str().expect("a file"));
    load_as(row, &file)
}

fn load_as(row: &Value, file: &[u8]) -> Result<SigningKey> {
    let read = if row["form"] == "der" { SigningKey::from_der } else { SigningKey::from_pem };
    read(file, row["password"].as_str().map(str::as_bytes), "kid", algorithm_of(row))
}

fn algorithm_of(row: &Value) -> Algorithm {
    Algorithm::from_name(row["algorithm"].as_str().unwrap_or("RS256")).expect("an algorithm")
}

/// The rows whose files are read as PEM with RS256 and without a password.
fn plain_rows() -> Vec<Value> {
    let is_plain = |row: &Value| ["form", "password", "algorithm"].iter().all(|member| row.get(member).is_none());
    rows().into_iter().filter(is_plain).collect()
}

fn rows() -> Vec<Value> {
    vectors("keys/cases.json")["rows"].as_array().expect("rows").clone()
}

fn texts(list: &Value) -> impl Iterator<Item = &str> {
    list.as_array().expect("a list").iter().map(|text| text.as_str().expect("a text"))
}

fn refusal(file: &[u8]) -> Error {
    load(file).expect_err("a refusal")
}

#[test]
fn each_file_of_the_table_becomes_what_its_row_says() {
    let wrong: Vec<String> = rows().iter().filter_map(what_is_wrong).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn what_is_wrong(row: &Value) -> Option<String> {
    let file = row["file"].as_str().expect("a file");
    let error = match (load_row(row), row["expect"] == "ok") {
        (Ok(_), true) => return None,
        (Ok(_), false) => return Some(format!("{row} was accepted")),
        (Err(error), true) => return Some(format!("{row}: {error}")),
        (Err(error), false) => error,
    };
    if error.status() != status_named(row["expect"].as_str().expect("a status")) {
        return Some(format!("{file} is not {}: {error}", row["expect"]));
    }
    let unsaid = texts(&row["says"]).find(|words| !error.to_string().contains(words));
    unsaid.map(|words| format!("{file} does not say {words:?}: {error}"))
}

#[test]
fn every_file_of_the_folder_has_its_row() {
    let rows = rows();
    let listed: BTreeSet<&str> = rows.iter().map(|row| row["file"].as_str().expect("a file")).collect();
    let calls = rows.iter().map(|row| ["file", "form", "password", "algorithm"].map(|member| row[member].to_string()));
    assert_eq!(calls.collect::<BTreeSet<_>>().len(), rows.len(), "two rows read the same file in the same way");
    let others = ["README.md", "cases.json", "generate.sh"];
    let there: BTreeSet<String> = std::fs::read_dir(root().join("tests/vectors/keys"))
        .expect("the folder")
        .map(|entry| entry.expect("an entry").file_name().into_string().expect("a name"))
        .filter(|name| !others.contains(&name.as_str()) && !name.ends_with(".thumbprint"))
        .collect();
    assert_eq!(there.iter().map(String::as_str).collect::<BTreeSet<_>>(), listed);
}

#[test]
fn every_status_of_key_files_is_reached() {
    let reached: BTreeSet<String> =
        rows().iter().map(|row| row["expect"].as_str().expect("a status").to_owned()).collect();
    for row in STATUSES.iter().filter(|row| (100..150).contains(&row.status.number())) {
        // These two are about the call: a file of more than 1 MiB, and the key id.
        let elsewhere = matches!(row.status, Status::KeyTooLarge | Status::KeyIdInvalid);
        assert!(elsewhere || reached.contains(row.name), "no file gives {}", row.name);
    }
}

#[test]
fn a_door_for_any_file_takes_what_the_door_of_its_form_takes_and_refuses_the_same() {
    for row in rows() {
        let file = bytes(row["file"].as_str().expect("a file"));
        let is_der = row["form"] == "der";
        // Of the two rows of one file the one of its own form counts.
        let rejected_form = ["KEY_BINARY", "KEY_IS_PEM"].contains(&row["expect"].as_str().expect("a status"));
        if rejected_form || !is_der && file.first() == Some(&b'0') {
            continue;
        }
        let password = row["password"].as_str().map(str::as_bytes);
        let any = SigningKey::from_pem_or_der(&file, password, "kid", algorithm_of(&row));
        match (any, load_row(&row)) {
            (Ok(any), Ok(key)) => assert_eq!(any.thumbprint(), key.thumbprint(), "{row}"),
            (any, key) => assert_eq!(any.err(), key.err(), "{row}"),
        }
    }
}

#[test]
fn all_files_that_hold_a_test_key_give_that_key() {
    let others = ["rsa2056.pem", "rsa3072.pem", "rsa4096.pkcs8.pem"];
    for row in rows().into_iter().filter(|row| row["expect"] == "ok") {
        let name = row["key"].as_str().unwrap_or("rsa2048");
        let key = load_row(&row).expect("a key");
        assert_eq!(key.algorithm(), algorithm_of(&row));
        if name != "other" && !others.contains(&row["file"].as_str().expect("a file")) {
            let known = read(&format!("tests/vectors/keys/{name}.thumbprint"));
            assert_eq!(key.thumbprint().expect("a thumbprint"), known.trim_end(), "{row}");
        }
    }
}

#[test]
fn a_key_says_what_is_weak_about_its_encryption() {
    for (file, weakness) in [
        ("encrypted.3des.pem", Some("3DES")),
        ("encrypted.aes128-sha1.pem", Some("HMAC-SHA-1")),
        ("rsa2048.encrypted.pem", None),
        ("encrypted.scrypt.pem", None),
        ("rsa2048.pkcs8.pem", None),
    ] {
        let key = SigningKey::from_pem(&bytes(file), Some(b"test"), "kid", Algorithm::Rs256).expect("a key");
        assert_eq!(key.weak_encryption(), weakness, "{file}");
    }
}

#[test]
fn what_would_cost_too_much_is_refused_before_anything_is_derived() {
    let start = std::time::Instant::now();
    for row in rows().into_iter().filter(|row| row["expect"] == "KEY_DERIVATION_TOO_COSTLY") {
        let with = load_row(&row).expect_err("a refusal");
        let without = load(&bytes(row["file"].as_str().expect("a file"))).expect_err("a refusal");
        assert_eq!(with, without, "a password changes nothing");
    }
    assert!(start.elapsed().as_millis() < 1000, "{:?}", start.elapsed());
}

#[test]
fn takes_a_file_of_one_mebibyte_and_refuses_one_byte_more() {
    let mut file = bytes("rsa2048.pkcs8.pem");
    file.resize(1024 * 1024, b'#');
    assert!(load(&file).is_ok());
    file.push(b'#');
    assert_eq!(refusal(&file).status(), Status::KeyTooLarge);
}

#[test]
fn what_describe_says_is_what_from_pem_does() {
    for row in plain_rows() {
        let file = bytes(row["file"].as_str().expect("a file"));
        let description = describe(&file);
        let usable = description.kind == FileKind::PrivateKey;
        match load(&file) {
            Ok(key) => {
                assert!(usable, "{}: {description}", row["file"]);
                assert_eq!(description.bits(), Some(key.bits()));
                assert_eq!(description.thumbprint(), key.thumbprint().ok());
            }
            // Only computing shows it; and only the caller says the algorithm.
            Err(error) if usable => assert!(
                error.to_string().contains("do not belong together") || error.status() == Status::KeyAlgorithmMismatch,
                "{error}"
            ),
            Err(error) => {
                assert!(
                    description.to_string().starts_with(error.found_text().expect("words")),
                    "{}: {description}",
                    row["file"]
                )
            }
        }
    }
}

#[test]
fn describe_finds_the_public_half_wherever_it_is_in_the_open() {
    let thumbprint = read("tests/vectors/keys/rsa2048.thumbprint");
    let files = [
        "rsa2048.pkcs8.pem",
        "rsa2048.pkcs8.der",
        "pkcs1.der",
        "rsa2048.public.pem",
        "rsa2048.public.pkcs1.pem",
        "public.der",
        "rsa2048.certificate.pem",
        "certificate.der",
        "rsa2048.csr.pem",
        "request.der",
        "rsa2048.jwk.json",
    ];
    for file in files {
        assert_eq!(describe(&bytes(file)).thumbprint().as_deref(), Some(thumbprint.trim_end()), "{file}");
    }
    let jwk = vectors("keys/rsa2048.jwk.json");
    let half = describe(&bytes("rsa2048.certificate.pem")).public_half().expect("numbers").clone();
    assert_eq!(half.to_jwk("test-key", Algorithm::Rs256), jwk);
    let thumbprint = read("tests/vectors/keys/p256.thumbprint");
    for file in
        ["p256.pkcs8.pem", "p256.sec1.pem", "p256.pkcs8.der", "p256.sec1.der", "p256.public.pem", "p256.jwk.json"]
    {
        assert_eq!(describe(&bytes(file)).thumbprint().as_deref(), Some(thumbprint.trim_end()), "{file}");
    }
}

#[test]
fn describe_says_what_is_odd_about_a_file() {
    for (file, says) in [
        (
            "good.byte-order-mark-crlf-pkcs1.pem",
            "an RSA private key of 2048 bits, PKCS#1 (RSA PRIVATE KEY); a UTF-8 byte order mark in front; lines end with CRLF",
        ),
        ("good.cr.pem", "an RSA private key of 2048 bits, PKCS#8 (PRIVATE KEY); lines end with CR"),
        (
            "rsa2048.bag-attributes.pem",
            "an RSA private key of 2048 bits, PKCS#8 (PRIVATE KEY); blocks: CERTIFICATE, PRIVATE KEY; text before the first block",
        ),
        (
            "rsa2048.escaped.pem",
            "an RSA private key of 2048 bits, PKCS#8 (PRIVATE KEY); its line ends were lost on the way",
        ),
        (
            "rsa2048.encrypted.pem",
            "an encrypted private key, PKCS#8 (ENCRYPTED PRIVATE KEY); encrypted with PBES2, AES-256-CBC, PBKDF2 with HMAC-SHA-256, 2048 rounds",
        ),
        ("encrypted.pbes1.pem", "an encrypted private key, PKCS#8 (ENCRYPTED PRIVATE KEY), PBES1 with SHA-1 and 3DES"),
        (
            "encrypted.scrypt.pem",
            "an encrypted private key, PKCS#8 (ENCRYPTED PRIVATE KEY); encrypted with PBES2, AES-256-CBC, scrypt with N=1024, r=8, p=1",
        ),
        ("p384.sec1.pem", "an EC private key on P-384, SEC1 (EC PRIVATE KEY)"),
        (
            "p256.with-parameters.pem",
            "an EC private key on P-256, SEC1 (EC PRIVATE KEY); blocks: EC PARAMETERS, EC PRIVATE KEY",
        ),
        (
            "rsa2048.encrypted-legacy.pem",
            "a private key that is encrypted in OpenSSL's old way (Proc-Type: 4,ENCRYPTED); encrypted with AES-128-CBC",
        ),
        ("rsa2048.public.pem", "a public key (PUBLIC KEY) (RSA, 2048 bits)"),
        ("rsa2048.csr.pem", "a certificate signing request (CERTIFICATE REQUEST) (RSA, 2048 bits)"),
        ("pkcs1.der", "a private key in DER, PKCS#1 (RSA, 2048 bits)"),
        ("p256.sec1.der", "a private key in DER, SEC1 (EC, P-256)"),
        ("rsa2048.jwk.json", "a public JWK, without the private members (RSA, 2048 bits)"),
        ("private.jwk.json", "a private JWK (RSA, 2048 bits)"),
        ("rsa2048.jwks.json", "a JWK set of 1 key"),
    ] {
        assert_eq!(describe(&bytes(file)).to_string(), says, "{file}");
    }
}

#[test]
fn a_key_can_be_shared_by_threads() {
    fn shared<T: Send + Sync + 'static>(_: &T) {}
    shared(&*test_key(Algorithm::Rs256));
}

#[test]
fn refuses_a_file_of_10_mb_and_says_the_limit() {
    let error = refusal(&vec![b'x'; 10_000_000]);
    assert_eq!(error.status(), Status::KeyTooLarge);
    assert!(error.to_string().contains("1048576"), "{error}");
}

#[test]
fn refuses_what_cannot_be_a_key_id_and_leaves_the_rest_as_it_is() {
    for bad in ["", "a\nb", " a", "a ", &"x".repeat(257)] {
        assert_eq!(check_key_id(bad).expect_err("a refusal").status(), Status::KeyIdInvalid, "{bad:?}");
    }
    let kid = "b/O6OvVv1+y+WgrH5Ui9WTioLt0=";
    let key = SigningKey::from_pem(&bytes("rsa2048.pkcs8.pem"), None, kid, Algorithm::Rs512).expect("a key");
    let token =
        key.sign_compact(&format!("{{\"alg\":\"RS512\",\"kid\":\"{}\"}}", key.key_id()), "{}").expect("a token");
    assert_eq!(decoded(&token).0["kid"], kid);
    assert!(key.public_jwk_json().contains(kid));
}

#[test]
fn what_is_published_is_the_public_half_and_nothing_else() {
    let key = SigningKey::from_pem(&bytes("rsa2048.pkcs1.pem"), None, "test-key", Algorithm::Rs256).expect("a key");
    let jwk = vectors("keys/rsa2048.jwk.json");
    // Byte for byte, and so in this order; the vector is not made by this library.
    assert_eq!(key.public_jwk_json(), jwk.to_string());
    assert_eq!(key.jwk_set_json() + "\n", read("tests/vectors/keys/rsa2048.jwks.json"));
    assert_eq!(key.public_pem().expect("PEM"), read("tests/vectors/keys/rsa2048.public.pem"));
    let key = SigningKey::from_pem(&bytes("p256.sec1.pem"), None, "test-key", Algorithm::Es256).expect("a key");
    assert_eq!(key.public_jwk_json(), vectors("keys/p256.jwk.json").to_string());
    assert_eq!(key.public_pem().expect("PEM"), read("tests/vectors/keys/p256.public.pem"));
}

#[test]
fn a_fresh_key_is_read_back_and_is_another_each_time() {
    let key = |bits| load(generate_rsa(bits).expect("a key").expose().as_bytes()).expect("a key");
    assert_eq!(key(2048).bits(), 2048);
    assert_ne!(key(2048).thumbprint().expect("a thumbprint"), key(2048).thumbprint().expect("a thumbprint"));
    for bits in [0, 1024, 2047, 16384] {
        assert_eq!(generate_rsa(bits).expect_err("a refusal").status(), Status::InvalidArgument, "{bits}");
    }
}

#[test]
fn a_fresh_key_is_pem_as_openssl_writes_it() {
    let pem = generate_rsa(2048).expect("a key");
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("key.pem");
    std::fs::write(&path, pem.expose()).expect("a file");
    let openssl =
        Command::new("openssl").args(["pkcs8", "-topk8", "-nocrypt", "-in"]).arg(&path).output().expect("openssl");
    // Compared and not shown: a difference must not print a key.
    assert!(openssl.status.success() && openssl.stdout == pem.expose().as_bytes());
}

#[test]
fn nothing_said_of_a_file_holds_a_part_of_a_key() {
    for row in rows() {
        let file = bytes(row["file"].as_str().expect("a file"));
        let described = describe(&file);
        let mut said = format!("{described:?} {described}");
        match load_as(&row, &file) {
            Ok(key) => said += &format!("{key:?}"),
            Err(error) => said += &format!("{error} {error:?}"),
        }
        // Half a line of a PEM body, with the numbers of the public half (which may be said) in another alphabet.
        let file = String::from_utf8_lossy(&file);
        let parts = file.split(|char: char| !(char.is_ascii_alphanumeric() || "+/".contains(char)));
        let long = parts.flat_map(|part| part.as_bytes().chunks_exact(24)).map(String::from_utf8_lossy);
        for part in long.filter(|part| part.contains(['+', '/']) || file.contains("PRIVATE KEY")) {
            assert!(!said.contains(&*part), "{}", row["file"]);
        }
    }
    assert_eq!(format!("{:?}", test_key(Algorithm::Rs512)), "SigningKey(RS512, 2048 bits)");
    assert_eq!(format!("{:?}", generate_rsa(2048).expect("a key")), "SecretText");
}

#[test]
fn a_key_that_is_given_as_key_id_is_not_said_again() {
    let pem = read("tests/vectors/keys/ed25519.pkcs8.pem");
    let error = check_key_id(&pem).expect_err("a refusal");
    assert_eq!(error.status(), Status::KeyIdInvalid);
    assert!(!error.to_string().contains(pem.lines().nth(1).expect("a line")), "the key id was said");
}

type Changes = Vec<(proptest::sample::Index, u8, u8)>;

/// Bytes to replace, take out and put in.
fn changes() -> impl Strategy<Value = Changes> {
    proptest::collection::vec((any::<proptest::sample::Index>(), any::<u8>(), 0..3_u8), 1..6)
}

fn change(file: &mut Vec<u8>, changes: Changes) {
    for (at, byte, kind) in changes {
        match kind {
            _ if file.is_empty() => file.push(byte),
            0 => {
                let at = at.index(file.len());
                file[at] = byte;
            }
            1 => {
                file.remove(at.index(file.len()));
            }
            _ => file.insert(at.index(file.len()), byte),
        }
    }
}

fn is_known(thumbprint: &str) -> bool {
    let known = ["rsa2048", "p256", "p384", "p521"];
    known.iter().any(|name| read(&format!("tests/vectors/keys/{name}.thumbprint")).trim_end() == thumbprint)
}

/// Whether the derivation that a description tells of is soon done.
fn is_cheap(description: &str) -> bool {
    let rounds = description.split(' ').rev().skip_while(|word| !word.starts_with("rounds")).nth(1);
    rounds.is_none_or(|rounds| rounds.parse::<u64>().is_ok_and(|rounds| rounds < 5000))
}

proptest! {
    #![proptest_config(Config { cases: 300, failure_persistence: None, ..Config::default() })]

    #[test]
    fn random_bytes_are_never_a_key(file in proptest::collection::vec(any::<u8>(), 0..600)) {
        prop_assert!(load(&file).is_err());
    }

    #[test]
    fn a_changed_key_file_is_refused_or_the_same_key(at in 0_usize..1700, byte in any::<u8>()) {
        let mut file = bytes("rsa2048.pkcs8.pem");
        let at = at % file.len();
        file[at] = byte;
        if let Ok(key) = load(&file) {
            let same = load(&bytes("rsa2048.pkcs8.pem")).expect("a key");
            prop_assert_eq!(key.thumbprint(), same.thumbprint());
        }
    }

    #[test]
    fn any_file_with_some_bytes_changed_is_refused_or_the_same_key(
        row in proptest::sample::select(rows()),
        changes in changes(),
    ) {
        let mut file = bytes(row["file"].as_str().expect("a file"));
        // Without the password: what a changed file would make the derivation cost is not for this test to pay.
        let row = json!({"form": row["form"], "algorithm": row["algorithm"]});
        let before = load_as(&row, &file).ok().and_then(|key| key.thumbprint().ok());
        change(&mut file, changes);
        describe(&file).to_string();
        if let Ok(key) = load_as(&row, &file) {
            let found = key.thumbprint().expect("a thumbprint");
            prop_assert!(Some(&found) == before.as_ref() || is_known(&found), "another key");
        }
    }

    #[test]
    fn a_changed_ec_key_is_refused_or_the_same_key(
        file in proptest::sample::select(vec!["p256.pkcs8.der", "p256.sec1.der", "p256.sec1.pem", "p521.sec1.pem"]),
        changes in changes(),
    ) {
        let form = if file.ends_with("der") { "der" } else { "pem" };
        let row = json!({"form": form, "algorithm": if file.starts_with("p256") { "ES256" } else { "ES512" }});
        let mut file = bytes(file);
        change(&mut file, changes);
        if let Ok(key) = load_as(&row, &file) {
            prop_assert!(is_known(&key.thumbprint().expect("a thumbprint")), "another key");
        }
    }

    #[test]
    fn a_changed_encrypted_key_is_refused_or_the_same_key(
        file in proptest::sample::select(vec!["p256.encrypted.der", "p256.encrypted.pem"]),
        changes in changes(),
    ) {
        let row = json!({"form": if file.ends_with("der") { "der" } else { "pem" }, "algorithm": "ES256", "password": "test"});
        let mut file = bytes(file);
        change(&mut file, changes);
        // One round in the file: a change that asks for many is refused or costs nothing here.
        if is_cheap(&describe(&file).to_string())
            && let Ok(key) = load_as(&row, &file)
        {
            prop_assert!(is_known(&key.thumbprint().expect("a thumbprint")), "another key");
        }
    }

    #[test]
    fn a_key_file_cut_anywhere_inside_is_refused(at in 0_usize..1680) {
        let file = bytes("rsa2048.pkcs8.pem");
        prop_assert!(load(&file[..at.min(file.len() - 30)]).is_err());
    }
}
