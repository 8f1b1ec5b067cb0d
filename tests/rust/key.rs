//! Key files: what becomes of each, and that nothing else becomes of it.

use std::collections::BTreeSet;
use std::process::{Command, Stdio};

use cis2::error::{Error, Result, STATUSES, Status};
use cis2::jose::{Algorithm, jwk};
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
    let error = match (load(&bytes(file)), row["expect"] == "ok") {
        (Ok(_), true) => return None,
        (Ok(_), false) => return Some(format!("{file} was accepted")),
        (Err(error), true) => return Some(format!("{file}: {error}")),
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
    assert_eq!(listed.len(), rows.len(), "a file has two rows");
    let others = ["README.md", "cases.json", "generate.sh", "rsa2048.thumbprint"];
    let there: BTreeSet<String> = std::fs::read_dir(root().join("tests/vectors/keys"))
        .expect("the folder")
        .map(|entry| entry.expect("an entry").file_name().into_string().expect("a name"))
        .filter(|name| !others.contains(&name.as_str()))
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
fn all_files_that_hold_the_test_key_give_that_key() {
    let thumbprint = read("tests/vectors/keys/rsa2048.thumbprint");
    let others = ["rsa2056.pem", "rsa3072.pem", "rsa4096.pkcs8.pem"];
    let good = rows().into_iter().filter(|row| row["expect"] == "ok");
    for file in good.map(|row| row["file"].as_str().expect("a file").to_owned()) {
        let found = load(&bytes(&file)).expect("a key").thumbprint().expect("a thumbprint");
        assert_eq!(found == thumbprint.trim_end(), !others.contains(&file.as_str()), "{file}");
    }
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
    for row in rows() {
        let file = bytes(row["file"].as_str().expect("a file"));
        let description = describe(&file);
        let usable = description.kind == FileKind::PrivateKey;
        match load(&file) {
            Ok(key) => {
                assert!(usable, "{}: {description}", row["file"]);
                assert_eq!(description.bits(), Some(key.bits()));
                assert_eq!(description.thumbprint(), key.thumbprint().ok());
            }
            // Only computing shows it.
            Err(error) if usable => assert!(error.to_string().contains("do not belong together"), "{error}"),
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
    ];
    for file in files {
        assert_eq!(describe(&bytes(file)).thumbprint().as_deref(), Some(thumbprint.trim_end()), "{file}");
    }
    let jwk = vectors("keys/rsa2048.jwk.json");
    let (n, e) = describe(&bytes("rsa2048.certificate.pem")).public_numbers().expect("numbers");
    assert_eq!((json!(n), json!(e)), (jwk["n"].clone(), jwk["e"].clone()));
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
            "an encrypted private key, PKCS#8 (ENCRYPTED PRIVATE KEY); encrypted with PBES2, AES-256-CBC",
        ),
        (
            "encrypted.pbes1.pem",
            "an encrypted private key, PKCS#8 (ENCRYPTED PRIVATE KEY); encrypted with PBES1 with SHA-1 and 3DES",
        ),
        (
            "rsa2048.encrypted-legacy.pem",
            "a private key that is encrypted in OpenSSL's old way (Proc-Type: 4,ENCRYPTED); encrypted with AES-128-CBC",
        ),
        ("rsa2048.public.pem", "a public key (PUBLIC KEY) (RSA, 2048 bits)"),
    ] {
        assert_eq!(describe(&bytes(file)).to_string(), says, "{file}");
    }
}

#[test]
fn an_encrypted_key_is_refused_with_a_password_too() {
    let load = |file, password| SigningKey::from_pem(&bytes(file), Some(password), "kid", Algorithm::Rs256);
    let refused = load("rsa2048.encrypted.pem", b"test".as_slice()).expect_err("a refusal");
    assert_eq!(refused.status(), Status::KeyEncrypted);
    assert!(load("rsa2048.pkcs8.pem", b"not needed".as_slice()).is_ok());
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
fn the_thumbprint_is_that_of_rfc_7638_section_3_1() {
    let vector = vectors("rfc7638/thumbprint.json");
    let number = |name: &str| cis2::base64url::decode(vector[name].as_str().expect("a text")).expect("base64url");
    assert_eq!(jwk::thumbprint(&number("n"), &number("e")).expect("a thumbprint"), vector["thumbprint"]);
}

#[test]
fn what_is_published_is_the_public_half_and_nothing_else() {
    let key = SigningKey::from_pem(&bytes("rsa2048.pkcs1.pem"), None, "test-key", Algorithm::Rs256).expect("a key");
    let jwk = vectors("keys/rsa2048.jwk.json");
    // Byte for byte, and so in this order; the vector is not made by this library.
    assert_eq!(key.public_jwk_json(), jwk.to_string());
    assert_eq!(key.jwk_set_json() + "\n", read("tests/vectors/keys/rsa2048.jwks.json"));
    assert_eq!(key.public_pem().expect("PEM"), read("tests/vectors/keys/rsa2048.public.pem"));
}

#[test]
fn openssl_verifies_a_signature_with_the_published_key() {
    for (algorithm, digest) in [(Algorithm::Rs256, "-sha256"), (Algorithm::Rs512, "-sha512")] {
        let key = test_key(algorithm);
        let token = key.sign_compact("{}", "{\"a\":1}").expect("a token");
        assert!(openssl_verifies(&key.public_pem().expect("PEM"), digest, &token), "{algorithm}");
        let other = load(&bytes("rsa4096.pkcs8.pem")).expect("a key");
        assert!(!openssl_verifies(&other.public_pem().expect("PEM"), digest, &token), "another key verified it");
    }
}

/// Has openssl verify a compact JWS.
pub fn openssl_verifies(public_pem: &str, digest: &str, token: &str) -> bool {
    let folder = tempfile::tempdir().expect("a folder");
    let file = |name: &str, content: &[u8]| {
        let path = folder.path().join(name);
        std::fs::write(&path, content).expect("a file");
        path
    };
    let (input, signature) = token.rsplit_once('.').expect("a token");
    let key = file("public.pem", public_pem.as_bytes());
    let signature = file("signature", &cis2::base64url::decode(signature).expect("base64url"));
    let input = file("input", input.as_bytes());
    Command::new("openssl")
        .args(["dgst", digest, "-verify"])
        .args([&key])
        .arg("-signature")
        .args([&signature, &input])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .expect("openssl")
        .success()
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
        match load(&file) {
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
        file in proptest::sample::select(rows()),
        changes in proptest::collection::vec((any::<proptest::sample::Index>(), any::<u8>(), 0..3_u8), 1..6),
    ) {
        let mut file = bytes(file["file"].as_str().expect("a file"));
        let before = load(&file).ok().and_then(|key| key.thumbprint().ok());
        for (at, byte, kind) in changes {
            match kind {
                _ if file.is_empty() => file.push(byte),
                0 => { let at = at.index(file.len()); file[at] = byte }
                1 => { file.remove(at.index(file.len())); }
                _ => file.insert(at.index(file.len()), byte),
            }
        }
        describe(&file).to_string();
        if let Ok(key) = load(&file) {
            let found = key.thumbprint().expect("a thumbprint");
            let known = read("tests/vectors/keys/rsa2048.thumbprint");
            prop_assert!(Some(&found) == before.as_ref() || found == known.trim_end(), "another key");
        }
    }

    #[test]
    fn a_key_file_cut_anywhere_inside_is_refused(at in 0_usize..1680) {
        let file = bytes("rsa2048.pkcs8.pem");
        prop_assert!(load(&file[..at.min(file.len() - 30)]).is_err());
    }
}
