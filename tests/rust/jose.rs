//! Algorithms, signatures and JWKs: the published figures verify, openssl verifies what we sign, and nothing else passes.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use cis2::base64url;
use cis2::jose::algorithm::ALGORITHMS;
use cis2::jose::json::Object;
use cis2::jose::jwk::{ProviderKey, PublicHalf};
use cis2::jose::jws::Unverified;
use cis2::jose::{Algorithm, Curve};
use cis2::key::SigningKey;
use cis2::provider::keys::KeySet;
use proptest::prelude::*;
use proptest::test_runner::Config;
use serde_json::{Value, json};

use crate::support::{root, vectors};

fn key(file: &str, algorithm: Algorithm) -> SigningKey {
    let pem = std::fs::read(root().join("tests/vectors/keys").join(file)).expect("a key file");
    SigningKey::from_pem(&pem, None, "kid", algorithm).expect("a key")
}

/// A test key that fits the algorithm.
fn key_for(algorithm: Algorithm) -> SigningKey {
    let file = match algorithm.curve() {
        None => "rsa2048.pkcs8.pem",
        Some(Curve::P256) => "p256.pkcs8.pem",
        Some(Curve::P384) => "p384.pkcs8.pem",
        Some(Curve::P521) => "p521.pkcs8.pem",
    };
    key(file, algorithm)
}

fn algorithms() -> impl Iterator<Item = Algorithm> {
    ALGORITHMS.iter().map(|row| row.algorithm)
}

fn provider_key(jwk: &Value) -> Result<ProviderKey, &'static str> {
    let text = json!({ "key": jwk }).to_string();
    let object = Object::parse(text.as_bytes()).unwrap_or_else(|_| panic!("JSON"));
    ProviderKey::read(object.get("key").expect("a key"))
}

fn sign(key: &SigningKey) -> String {
    key.sign_compact(&json!({"alg": key.algorithm().name()}).to_string(), "{\"a\":1}").expect("a token")
}

fn verifies(jwk: &Value, token: &str) -> bool {
    let token = Unverified::parse(token).expect("a token");
    let key = provider_key(jwk).expect("a key");
    let algorithm = Algorithm::from_name(&token.header().alg);
    algorithm.and_then(|algorithm| key.for_algorithm(algorithm)).is_some_and(|key| token.verify(&[key]).is_ok())
}

#[test]
fn every_algorithm_has_its_row() {
    let names = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"];
    assert_eq!(ALGORITHMS.iter().map(|row| row.name).collect::<Vec<_>>(), names);
    for (row, number) in ALGORITHMS.iter().zip(1..) {
        assert_eq!((row.number, row.algorithm.row().number), (number, number), "{}", row.name);
        assert_eq!(Algorithm::from_number(number), Some(row.algorithm));
        assert_eq!(Algorithm::from_name(row.name), Some(row.algorithm));
        let curve = row.algorithm.curve();
        assert_eq!(curve.is_some(), row.name.starts_with("ES"));
        assert!(curve.is_none_or(|curve| curve.algorithm() == row.algorithm));
    }
    for name in ["none", "HS256", "ES256K", "EdDSA", "rs256", ""] {
        assert_eq!(Algorithm::from_name(name), None, "{name}");
    }
}

#[test]
fn the_tokens_of_rfc_7515_and_rfc_7520_verify() {
    let mut seen = BTreeSet::new();
    for file in ["rfc7515/signatures.json", "rfc7520/signatures.json"] {
        for row in vectors(file)["rows"].as_array().expect("rows") {
            let token = row["token"].as_str().expect("a token");
            assert!(verifies(&row["key"], token), "{file}, {}", row["source"]);
            let changed = token.replacen(".SXT", ".TXT", 1).replacen(".eyJp", ".eyJq", 1).replacen(".UGF", ".VGF", 1);
            assert!(changed != token && !verifies(&row["key"], &changed), "{file}, {}", row["source"]);
            seen.insert(row["algorithm"].as_str().expect("a name").to_owned());
        }
    }
    assert_eq!(seen.into_iter().collect::<Vec<_>>(), ["ES256", "ES512", "PS384", "RS256"]);
}

#[test]
fn the_thumbprint_is_that_of_rfc_7638_section_3_1() {
    let vector = vectors("rfc7638/thumbprint.json");
    let number = |name: &str| base64url::decode(vector[name].as_str().expect("a text")).expect("base64url");
    let half = PublicHalf::Rsa { modulus: number("n"), exponent: number("e") };
    assert_eq!(half.thumbprint().expect("a thumbprint"), vector["thumbprint"]);
}

#[test]
pub fn openssl_verifies_each_algorithm_with_the_published_key() {
    for algorithm in algorithms() {
        let key = key_for(algorithm);
        let token = sign(&key);
        let pem = key.public_pem().expect("PEM");
        assert!(openssl_verifies(&pem, algorithm, &token), "{algorithm}");
        assert!(!openssl_verifies(&pem, algorithm, &token.replacen('.', ".e", 1)), "{algorithm}: another text");
    }
    let other = key("rsa4096.pkcs8.pem", Algorithm::Rs256).public_pem().expect("PEM");
    assert!(!openssl_verifies(&other, Algorithm::Rs256, &sign(&key_for(Algorithm::Rs256))), "another key verified it");
}

#[test]
fn what_openssl_signs_verifies_with_each_algorithm() {
    for algorithm in algorithms() {
        let key = key_for(algorithm);
        let token = openssl_signs(algorithm);
        let jwk = serde_json::from_str(&key.public_jwk_json()).expect("JSON");
        assert!(verifies(&jwk, &token), "{algorithm}");
    }
}

#[test]
fn a_signature_verifies_with_its_own_algorithm_and_no_other() {
    for signed in algorithms() {
        let key = key_for(signed);
        let token = sign(&key);
        let mut jwk: Value = serde_json::from_str(&key.public_jwk_json()).expect("JSON");
        for said in algorithms() {
            // The header of another algorithm before the same bytes; the key says no algorithm, so that it fits both.
            jwk.as_object_mut().expect("an object").remove("alg");
            let header = base64url::encode(json!({"alg": said.name()}).to_string().as_bytes());
            let (_, rest) = token.split_once('.').expect("a token");
            assert_eq!(verifies(&jwk, &format!("{header}.{rest}")), said == signed, "{signed} as {said}");
        }
    }
}

#[test]
fn an_ecdsa_signature_has_the_fixed_form() {
    for (algorithm, bytes) in [(Algorithm::Es256, 64), (Algorithm::Es384, 96), (Algorithm::Es512, 132)] {
        let key = key_for(algorithm);
        let jwk: Value = serde_json::from_str(&key.public_jwk_json()).expect("JSON");
        for _ in 0..20 {
            let token = sign(&key);
            let (input, signature) = token.rsplit_once('.').expect("a token");
            let signature = base64url::decode(signature).expect("base64url");
            assert_eq!(signature.len(), bytes, "{algorithm}: leading zeros stay");
            let der = base64url::encode(&to_der(&signature));
            assert!(!verifies(&jwk, &format!("{input}.{der}")), "{algorithm}: the form of X.509");
        }
        let zeros = base64url::encode(&vec![0; bytes]);
        let token = sign(&key);
        let (input, _) = token.rsplit_once('.').expect("a token");
        assert!(!verifies(&jwk, &format!("{input}.{zeros}")), "{algorithm}: r and s of 0 (CVE-2022-21449)");
    }
}

#[test]
fn an_ec_key_of_a_provider_is_read_strictly() {
    let good: Value = vectors("keys/p256.jwk.json");
    let changed = |changes: Value| {
        let mut jwk = good.clone();
        for (name, value) in changes.as_object().expect("an object") {
            jwk[name] = value.clone();
        }
        provider_key(&jwk).map(|_| ())
    };
    assert_eq!(changed(json!({})), Ok(()));
    let x = base64url::decode(good["x"].as_str().expect("x")).expect("base64url");
    let long = base64url::encode(&[&[0], x.as_slice()].concat());
    for (changes, reason) in [
        (json!({"crv": "P-384"}), "coordinates"),
        (json!({"crv": "secp256k1"}), "another curve"),
        (json!({"crv": null}), "another curve"),
        (json!({"x": long}), "coordinates"),
        (json!({"y": good["x"]}), "numbers"),
        (json!({"y": null}), "coordinates"),
        (json!({"alg": "ES384"}), "numbers"),
        (json!({"alg": "RS256"}), "numbers"),
        (json!({"alg": "ES256K"}), "another algorithm"),
        (json!({"use": "enc"}), "signatures"),
        (json!({"kty": "RSA"}), "modulus"),
        (json!({"kty": "OKP"}), "neither"),
        (json!({"kty": "oct"}), "neither"),
    ] {
        let refused = changed(changes.clone()).expect_err("a refusal");
        assert!(refused.contains(reason), "{changes}: {refused}");
    }
}

#[test]
fn a_set_may_hold_keys_of_several_types_and_each_algorithm_finds_its_own() {
    let mut keys: Vec<Value> = Vec::new();
    for algorithm in [Algorithm::Rs256, Algorithm::Es256, Algorithm::Es384, Algorithm::Es512] {
        keys.push(serde_json::from_str(&key_for(algorithm).public_jwk_json()).expect("JSON"));
    }
    let set = KeySet::read(json!({"keys": keys}).to_string().as_bytes()).expect("a set");
    for algorithm in [Algorithm::Rs256, Algorithm::Es256, Algorithm::Es384, Algorithm::Es512] {
        // One of them fits, so that no kid is needed.
        let found = set.choose(None, algorithm).expect("a key");
        assert_eq!(found.iter().map(|key| key.algorithm()).collect::<Vec<_>>(), [algorithm]);
        assert!(Unverified::parse(&sign(&key_for(algorithm))).expect("a token").verify(&found).is_ok());
    }
    assert!(set.choose(None, Algorithm::Ps256).is_err(), "its alg says RS256");
}

proptest! {
    #![proptest_config(Config { cases: 200, failure_persistence: None, ..Config::default() })]

    #[test]
    fn a_changed_signature_never_verifies(
        algorithm in proptest::sample::select(vec![Algorithm::Ps256, Algorithm::Es256, Algorithm::Es512]),
        at in any::<proptest::sample::Index>(),
        bit in 0..8_u8,
    ) {
        let key = key_for(algorithm);
        let jwk = serde_json::from_str(&key.public_jwk_json()).expect("JSON");
        let token = sign(&key);
        let (input, signature) = token.rsplit_once('.').expect("a token");
        let mut signature = base64url::decode(signature).expect("base64url");
        let at = at.index(signature.len());
        signature[at] ^= 1 << bit;
        let changed = format!("{input}.{}", base64url::encode(&signature));
        prop_assert!(!verifies(&jwk, &changed), "{algorithm}");
    }
}

fn digest(algorithm: Algorithm) -> &'static str {
    match &algorithm.name()[2..] {
        "256" => "-sha256",
        "384" => "-sha384",
        _ => "-sha512",
    }
}

/// openssl's options for the padding of PSS, with a salt as long as the hash.
fn padding(algorithm: Algorithm) -> &'static [&'static str] {
    if algorithm.name().starts_with("PS") {
        &["-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:digest"]
    } else {
        &[]
    }
}

fn write(folder: &Path, name: &str, content: &[u8]) -> PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, content).expect("a file");
    path
}

/// Has openssl verify a compact JWS.
pub fn openssl_verifies(public_pem: &str, algorithm: Algorithm, token: &str) -> bool {
    let folder = tempfile::tempdir().expect("a folder");
    let (input, signature) = token.rsplit_once('.').expect("a token");
    let signature = base64url::decode(signature).expect("base64url");
    let signature = if algorithm.curve().is_some() { to_der(&signature) } else { signature };
    Command::new("openssl")
        .args(["dgst", digest(algorithm), "-verify"])
        .arg(write(folder.path(), "public.pem", public_pem.as_bytes()))
        .args(padding(algorithm))
        .arg("-signature")
        .arg(write(folder.path(), "signature", &signature))
        .arg(write(folder.path(), "input", input.as_bytes()))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .expect("openssl")
        .success()
}

/// A compact JWS that openssl signed with the test key.
fn openssl_signs(algorithm: Algorithm) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    let file = match algorithm.curve() {
        None => "rsa2048.pkcs8.pem",
        Some(Curve::P256) => "p256.pkcs8.pem",
        Some(Curve::P384) => "p384.pkcs8.pem",
        Some(Curve::P521) => "p521.pkcs8.pem",
    };
    let header = json!({"alg": algorithm.name()}).to_string();
    let input = format!("{}.{}", base64url::encode(header.as_bytes()), base64url::encode(b"{}"));
    let output = Command::new("openssl")
        .args(["dgst", digest(algorithm), "-sign"])
        .arg(root().join("tests/vectors/keys").join(file))
        .args(padding(algorithm))
        .arg(write(folder.path(), "input", input.as_bytes()))
        .output()
        .expect("openssl");
    assert!(output.status.success(), "{algorithm}: openssl cannot sign");
    let signature = match algorithm.curve() {
        Some(curve) => from_der(&output.stdout, curve.coordinate_bytes()),
        None => output.stdout,
    };
    format!("{input}.{}", base64url::encode(&signature))
}

/// r and s side by side as the SEQUENCE that openssl takes.
fn to_der(signature: &[u8]) -> Vec<u8> {
    let (r, s) = signature.split_at(signature.len() / 2);
    let integer = |number: &[u8]| {
        let zeros = number.iter().take_while(|byte| **byte == 0).count();
        let mut content = number[zeros..].to_vec();
        if content.first().is_none_or(|byte| *byte >= 0x80) {
            content.insert(0, 0);
        }
        [vec![2, content.len() as u8], content].concat()
    };
    let content = [integer(r), integer(s)].concat();
    let length = if content.len() < 128 { vec![content.len() as u8] } else { vec![0x81, content.len() as u8] };
    [vec![0x30], length, content].concat()
}

/// The SEQUENCE that openssl writes as r and s side by side.
fn from_der(der: &[u8], bytes: usize) -> Vec<u8> {
    let mut rest = if der[1] == 0x81 { &der[3..] } else { &der[2..] };
    let mut signature = Vec::new();
    for _ in 0..2 {
        let (number, after) = rest[2..].split_at(usize::from(rest[1]));
        let zeros = number.iter().take_while(|byte| **byte == 0).count();
        let number = &number[zeros..];
        signature.extend(vec![0; bytes - number.len()]);
        signature.extend(number);
        rest = after;
    }
    signature
}
