//! Key files: what becomes of each, and that nothing else becomes of it.

use std::process::{Command, Stdio};

use cis2::error::{Error, Result, Status};
use cis2::jose::{Algorithm, jwk};
use cis2::key::generate::generate_rsa;
use cis2::key::{SigningKey, check_key_id};
use proptest::prelude::*;
use proptest::test_runner::Config;

use crate::support::{decoded, read, root, status_named, test_key, vectors};

fn bytes(file: &str) -> Vec<u8> {
    std::fs::read(root().join("tests/vectors/keys").join(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
}

fn load(file: &[u8]) -> Result<SigningKey> {
    SigningKey::from_pem(file, None, "kid", Algorithm::Rs256)
}

fn refusal(file: &[u8]) -> Error {
    load(file).expect_err("a refusal")
}

#[test]
fn each_file_of_the_table_becomes_what_its_row_says() {
    let table = vectors("keys/cases.json");
    for row in table["rows"].as_array().expect("rows") {
        let file = row["file"].as_str().expect("a file");
        let result = load(&bytes(file));
        if row["expect"] == "ok" {
            result.unwrap_or_else(|error| panic!("{file}: {error}"));
            continue;
        }
        let error = result.err().unwrap_or_else(|| panic!("{file} was accepted"));
        assert_eq!(error.status(), status_named(row["expect"].as_str().expect("a status")), "{file}: {error}");
        for words in row["says"].as_array().expect("words") {
            let words = words.as_str().expect("words");
            assert!(error.to_string().contains(words), "{file} does not say {words:?}: {error}");
        }
    }
}

#[test]
fn all_forms_of_one_key_are_the_same_key() {
    let thumbprint = load(&bytes("rsa2048.pkcs8.pem")).expect("a key").thumbprint().expect("a thumbprint");
    for form in ["pkcs1", "crlf", "bom", "bag-attributes", "bundle", "escaped", "one-line"] {
        let key = load(&bytes(&format!("rsa2048.{form}.pem"))).expect("a key");
        assert_eq!(key.thumbprint().expect("a thumbprint"), thumbprint, "{form}");
    }
}

#[test]
fn refuses_a_file_of_10_mb_and_says_the_limit() {
    let error = refusal(&vec![b'x'; 10_000_000]);
    assert_eq!(error.status(), Status::KeyTooLarge);
    assert!(error.to_string().contains("1048576"), "{error}");
}

#[test]
fn refuses_a_key_of_16384_bits_without_computing_with_it() {
    // Only the modulus is looked at: the other numbers are none.
    let mut integer = vec![0x02, 0x82, 0x08, 0x01, 0x00];
    integer.extend([0xff; 2048]);
    let mut content = vec![0x02, 0x01, 0x00];
    content.extend(&integer);
    (0..7).for_each(|_| content.extend([0x02, 0x01, 0x03]));
    let mut der = vec![0x30, 0x82, (content.len() >> 8) as u8, content.len() as u8];
    der.extend(content);
    let mut body = cis2::base64url::encode(&der).replace('-', "+").replace('_', "/");
    while body.len() % 4 != 0 {
        body.push('=');
    }
    let pem = format!("-----BEGIN RSA PRIVATE KEY-----\n{body}\n-----END RSA PRIVATE KEY-----\n");
    assert_eq!(refusal(pem.as_bytes()).status(), Status::KeyTooLong);
}

#[test]
fn refuses_what_cannot_be_a_key_id_and_leaves_the_rest_as_it_is() {
    for bad in ["", "a\nb", " a", "a ", &"x".repeat(257)] {
        assert_eq!(check_key_id(bad).expect_err("a refusal").status(), Status::KeyIdInvalid, "{bad:?}");
    }
    let kid = "b/O6OvVv1+y+WgrH5Ui9WTioLt0=";
    let key = SigningKey::from_pem(&bytes("rsa2048.pkcs8.pem"), None, kid, Algorithm::Rs512).expect("a key");
    let token = key.sign_compact(&format!("{{\"alg\":\"RS512\",\"kid\":\"{}\"}}", key.key_id()), "{}").expect("a token");
    assert_eq!(decoded(&token).0["kid"], kid);
    assert!(key.public_jwk_json().expect("a JWK").contains(kid));
}

#[test]
fn the_thumbprint_is_that_of_rfc_7638_section_3_1() {
    let vector = vectors("rfc7638/thumbprint.json");
    let number = |name: &str| cis2::base64url::decode(vector[name].as_str().expect("a text")).expect("base64url");
    assert_eq!(jwk::thumbprint(&number("n"), &number("e")).expect("a thumbprint"), vector["thumbprint"]);
}

#[test]
fn the_published_set_has_no_private_member() {
    let set: serde_json::Value = serde_json::from_str(&test_key(Algorithm::Rs256).jwk_set_json().expect("a set")).expect("JSON");
    let key = set["keys"][0].as_object().expect("a key");
    let mut names: Vec<&str> = key.keys().map(String::as_str).collect();
    names.sort_unstable();
    assert_eq!(names, ["alg", "e", "kid", "kty", "n", "use"]);
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
    assert_eq!(generate_rsa(1024).expect_err("a refusal").status(), Status::InvalidArgument);
}

#[test]
fn nothing_printed_of_a_key_holds_a_part_of_it() {
    let pem = read("tests/vectors/keys/rsa2048.pkcs8.pem");
    let line = pem.lines().nth(10).expect("a line");
    let key = load(pem.as_bytes()).expect("a key");
    let described = cis2::key::describe::describe(pem.as_bytes());
    assert!(!format!("{key:?} {described:?} {described}").contains(line));
    for row in vectors("keys/cases.json")["rows"].as_array().expect("rows") {
        let file = bytes(row["file"].as_str().expect("a file"));
        if let Err(error) = load(&file) {
            assert!(!format!("{error} {error:?}").contains(line), "{}", row["file"]);
        }
    }
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
    fn a_key_file_cut_anywhere_inside_is_refused(at in 0_usize..1680) {
        let file = bytes("rsa2048.pkcs8.pem");
        prop_assert!(load(&file[..at.min(file.len() - 30)]).is_err());
    }
}
