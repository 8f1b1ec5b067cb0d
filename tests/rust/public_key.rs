//! Public keys of any file, and the JWK set that is made of them.

use cis2::error::Status;
use cis2::jose::Algorithm;
use cis2::key::PublicKey;
use cis2::key::publish::jwk_set_json;
use serde_json::{Value, json};

use crate::support::{read, root, vectors};

fn bytes(name: &str) -> Vec<u8> {
    std::fs::read(root().join("tests/vectors/keys").join(name)).expect("a file")
}

fn all_of(name: &str) -> Vec<PublicKey> {
    PublicKey::all_of(&bytes(name), Some(b"test")).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn refusal(file: &[u8]) -> String {
    let error = PublicKey::all_of(file, None).expect_err("a refusal");
    assert_eq!(error.status(), Status::ConfigInvalid, "{error}");
    error.to_string()
}

/// The public RSA key of the vectors as a JWK with these members changed.
fn jwk(changes: &Value) -> Vec<u8> {
    let mut jwk = vectors("keys/rsa2048.jwk.json");
    for (name, value) in changes.as_object().expect("members") {
        jwk[name] = value.clone();
    }
    jwk.to_string().into_bytes()
}

#[test]
fn every_form_of_a_key_gives_the_same_public_half() {
    let thumbprint = read("tests/vectors/keys/rsa2048.thumbprint");
    for file in [
        "rsa2048.pkcs8.pem",
        "rsa2048.pkcs1.pem",
        "rsa2048.encrypted.pem",
        "rsa2048.escaped.pem",
        "rsa2048.bundle.pem",
        "rsa2048.pkcs8.der",
        "pkcs1.der",
        "encrypted.der",
        "rsa2048.public.pem",
        "rsa2048.public.pkcs1.pem",
        "public.der",
        "rsa2048.certificate.pem",
        "rsa2048.csr.pem",
        "private.jwk.json",
        "rsa2048.jwk.json",
        "rsa2048.jwks.json",
    ] {
        let [key] = &all_of(file)[..] else { panic!("{file} holds one key") };
        assert_eq!(key.thumbprint().expect("a thumbprint"), thumbprint.trim_end(), "{file}");
    }
    for (name, files) in [
        (
            "p256",
            &["p256.pkcs8.pem", "p256.no-public.pem", "p256.encrypted.der", "p256.public.pem", "p256.jwk.json"][..],
        ),
        ("p384", &["p384.sec1.pem"]),
        ("p521", &["p521.pkcs8.pem"]),
    ] {
        let thumbprint = read(&format!("tests/vectors/keys/{name}.thumbprint"));
        for file in files {
            assert_eq!(all_of(file)[0].thumbprint().expect("a thumbprint"), thumbprint.trim_end(), "{file}");
        }
    }
}

#[test]
fn a_jwk_keeps_its_key_id_and_algorithm_and_loses_its_private_members() {
    let [key] = &all_of("private.jwk.json")[..] else { panic!("one key") };
    assert!(key.was_private() && !all_of("rsa2048.jwk.json")[0].was_private());
    let jwk = key.to_jwk();
    let names: Vec<&str> = jwk.as_object().expect("an object").keys().map(String::as_str).collect();
    assert_eq!(names, ["kty", "n", "e", "kid", "use"], "and no algorithm, which it does not name");
    assert_eq!(all_of("rsa2048.jwk.json")[0].to_jwk(), vectors("keys/rsa2048.jwk.json"));
}

#[test]
fn a_jwk_that_nobody_could_register_is_refused_in_words() {
    for (changes, words) in [
        (json!({"kty": "oct", "k": "AAAA"}), "a symmetric key"),
        (json!({"kty": "OKP"}), "neither RSA nor EC"),
        (json!({"kty": "XYZ"}), "neither RSA nor EC"),
        (json!({"use": "enc"}), "not for signatures"),
        (json!({"key_ops": ["decrypt"]}), "neither sign nor verify"),
        (json!({"alg": "RSA-OAEP"}), "another algorithm"),
        (json!({"alg": "ES256"}), "does not fit the algorithm"),
        (json!({"n": "AQAB"}), "under 2048"),
        (json!({"e": "AQ"}), "exponent"),
        (json!({"kid": ""}), "a kid that can be none"),
        (json!({"kid": 7}), "a kid that can be none"),
    ] {
        let refusal = refusal(&jwk(&changes));
        assert!(refusal.contains(words), "{changes}: {refusal}");
    }
    assert!(refusal(&jwk(&json!({"use": "enc", "kid": "old"}))).contains("(kid old)"));
    assert!(refusal(br#"{"kty":"RSA","kty":"RSA"}"#).contains("stands twice"));
    let other_point = bytes("p256.jwk.json");
    let mut other_point: Value = serde_json::from_slice(&other_point).expect("JSON");
    other_point["x"] = other_point["y"].clone();
    assert!(refusal(other_point.to_string().as_bytes()).contains("numbers are none"));
}

#[test]
fn one_key_of_a_set_that_cannot_be_registered_is_the_refusal_of_all() {
    let [good, bad] = [jwk(&json!({})), jwk(&json!({"use": "enc"}))].map(|jwk| String::from_utf8(jwk).expect("JSON"));
    let words = refusal(format!(r#"{{"keys":[{good},{bad}]}}"#).as_bytes());
    assert!(words.contains("key 2 of 2") && words.contains("not for signatures"), "{words}");
    assert!(refusal(br#"{"keys":[]}"#).contains("without keys"));
}

#[test]
fn a_weak_or_other_public_key_in_pem_is_refused_and_so_is_a_file_of_several() {
    assert!(refusal(&bytes("public-and-certificate.pem")).contains("does not say one such key"));
    let short = "-----BEGIN PUBLIC KEY-----
MFwwDQYJKoZIhvcNAQEBBQADSwAwSAJBALgrNFHJKddgMtN7t4Q7LXPbLiEu6dFZ
3Z3GVKtn09fLtrFmyHOdfoZX9xQecITJOAC+VtyNMzUYbHVkmLn0oYUCAwEAAQ==
-----END PUBLIC KEY-----
";
    assert!(refusal(short.as_bytes()).contains("under 2048"));
    let ssh = refusal(&bytes("openssh.public"));
    assert!(ssh.contains("a public key of SSH") && ssh.contains("ssh-keygen -e -m PKCS8"), "{ssh}");
}

#[test]
fn what_holds_no_public_key_is_refused_with_the_status_of_the_file() {
    for (file, status) in [
        ("empty.pem", Status::KeyEmpty),
        ("rsa1024.pkcs8.pem", Status::KeyTooShort),
        ("rsa2048.encrypted.pem", Status::KeyEncrypted),
        ("rsa2048.numbers-changed.pem", Status::KeyDamaged),
        ("rsa2048.p12", Status::KeyIsPkcs12),
        ("two-keys.pem", Status::KeySeveral),
    ] {
        assert_eq!(PublicKey::all_of(&bytes(file), None).expect_err("a refusal").status(), status, "{file}");
    }
}

#[test]
fn a_key_is_published_under_the_key_id_and_the_algorithm_that_are_said() {
    let key = |file: &str, key_id: &str, algorithm| {
        all_of(file).remove(0).with_key_id(key_id).and_then(|key| key.with_algorithm(algorithm))
    };
    let rsa = key("rsa2048.pkcs8.pem", "test-key", Algorithm::Rs256).expect("it fits");
    let ec = key("p256.sec1.pem", "ec", Algorithm::Es256).expect("it fits");
    let set: Value = serde_json::from_str(&jwk_set_json(&[rsa.clone(), ec]).expect("a set")).expect("JSON");
    assert_eq!(set["keys"][0], vectors("keys/rsa2048.jwk.json"));
    assert_eq!((&set["keys"][1]["kid"], &set["keys"][1]["alg"]), (&"ec".into(), &"ES256".into()));
    assert_eq!(jwk_set_json(&[rsa]).expect("a set").trim(), read("tests/vectors/keys/rsa2048.jwks.json").trim());
    let refused = |file, key_id, algorithm| key(file, key_id, algorithm).expect_err("a refusal").status();
    assert_eq!(refused("p256.sec1.pem", "k", Algorithm::Rs256), Status::KeyAlgorithmMismatch);
    assert_eq!(refused("p256.sec1.pem", "k", Algorithm::Es384), Status::KeyCurveMismatch);
    assert_eq!(refused("p256.sec1.pem", " k", Algorithm::Es256), Status::KeyIdInvalid);
}

#[test]
fn a_set_needs_a_key_id_of_its_own_and_an_algorithm_for_each_key() {
    let words = |keys: &[PublicKey]| jwk_set_json(keys).expect_err("a refusal").to_string();
    let whole = all_of("rsa2048.jwk.json").remove(0);
    let without = all_of("rsa2048.public.pem").remove(0);
    assert!(words(std::slice::from_ref(&without)).contains("a key id for each key"));
    let without = without.with_key_id("other").expect("a key id");
    assert!(words(&[whole.clone(), without]).contains("an algorithm for each key"));
    let words = words(&[whole.clone(), whole]);
    assert!(words.contains("two keys with the key id test-key"), "{words}");
}

#[test]
fn a_public_key_fits_the_algorithms_of_its_type_and_curve() {
    let names = |file| {
        let fitting = all_of(file)[0].fitting_algorithms();
        fitting.into_iter().map(Algorithm::name).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(names("rsa2048.public.pem"), "RS256 RS384 RS512 PS256 PS384 PS512");
    assert_eq!(names("p384.sec1.pem"), "ES384");
}
