//! `cis2 jwks publish`.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::support::{KEY, Run, assert_refused, cis2, cis2_reading, folder, mark, unwrapped, vector};

const PRIVATE_MEMBERS: [&str; 8] = ["d", "dp", "dq", "k", "oth", "p", "q", "qi"];

fn publish(folder: &Path, arguments: &[&str]) -> Run {
    cis2(folder, &[&["jwks", "publish"], arguments].concat())
}

fn thumbprint(name: &str) -> String {
    fs::read_to_string(vector(&format!("{name}.thumbprint"))).expect("a file").trim_end().to_owned()
}

/// The keys of the set that was printed.
fn keys(run: &Run) -> Vec<Value> {
    assert_eq!(run.code, 0, "{}", run.err);
    run.json()["keys"].as_array().expect("a set").clone()
}

/// A private JWK of the vectors, with the names of its private members and their values told to the scan.
fn private_jwk() -> Value {
    let jwk: Value = serde_json::from_slice(&fs::read(vector("private.jwk.json")).expect("a file")).expect("JSON");
    for name in ["d", "p", "q", "dp", "dq", "qi"] {
        mark(jwk[name].as_str().expect("a text"));
    }
    jwk
}

#[test]
fn no_private_member_is_printed_of_any_file() {
    private_jwk();
    let folder = folder();
    fs::write(folder.path().join("password"), "test").expect("it is written");
    for entry in fs::read_dir(vector("")).expect("the vectors are there") {
        let path = entry.expect("an entry").path().display().to_string();
        // Others would be derived for seconds.
        let is_opened = ["rsa2048.encrypted.pem", "p256.encrypted.der"].iter().any(|name| path.ends_with(name));
        let password: &[&str] = if is_opened { &["--password-file", "password"] } else { &[] };
        for algorithm in ["RS256", "ES256", "ES384", "ES512"] {
            let run = publish(folder.path(), &[&[path.as_str(), "--algorithm", algorithm], password].concat());
            assert!(matches!(run.code, 0 | 10) && (run.code == 0) != run.out.is_empty(), "{path}: {}", run.err);
            for private in PRIVATE_MEMBERS {
                let member = format!("\"{private}\"");
                assert!(!run.out.contains(&member) && !run.err.contains(&member), "{path} shows {member}");
            }
            if !run.err.contains("MISMATCH") {
                break;
            }
        }
    }
}

#[test]
fn every_form_of_a_key_is_published_with_its_thumbprint_and_the_said_algorithm() {
    for file in
        ["rsa2048.pkcs1.pem", "rsa2048.pkcs8.der", "rsa2048.public.pem", "public.der", "rsa2048.certificate.pem"]
    {
        let run = publish(folder().path(), &[&vector(file), "--algorithm", "RS512"]);
        let [key] = &keys(&run)[..] else { panic!("{file}: one key") };
        assert_eq!(
            (&key["kid"], &key["alg"], &key["use"]),
            (&thumbprint("rsa2048").into(), &"RS512".into(), &"sig".into())
        );
        assert_eq!(run.err, "", "{file}");
    }
}

#[test]
fn what_is_published_is_what_key_new_wrote() {
    let run = publish(folder().path(), &[&KEY.pem().display().to_string(), "--algorithm", "RS256"]);
    assert_eq!(run.out, fs::read_to_string(KEY.jwks()).expect("the set is there"));
}

#[test]
fn an_encrypted_key_is_published_with_its_password_and_refused_without() {
    let folder = folder();
    fs::write(folder.path().join("password"), "test\n").expect("the file is written");
    let path = vector("rsa2048.encrypted.pem");
    let run = publish(folder.path(), &[&path, "--algorithm", "RS256", "--password-file", "password"]);
    assert_eq!(keys(&run)[0]["kid"], thumbprint("rsa2048"));
    let run = publish(folder.path(), &[&path, "--algorithm", "RS256"]);
    assert_refused(&run, 10, &["KEY_ENCRYPTED", "rsa2048.encrypted.pem: an encrypted", "--password-file"]);
}

#[test]
fn of_a_private_jwk_the_public_half_is_published_and_a_sentence_says_so() {
    let folder = folder();
    fs::write(folder.path().join("key.json"), private_jwk().to_string()).expect("the file is written");
    let run = publish(folder.path(), &["key.json", "--algorithm", "RS256"]);
    assert_eq!(keys(&run)[0]["kid"], "test-key", "its own key id");
    assert!(
        unwrapped(&run.err).contains("key.json holds a private key. Only its public half is published"),
        "{}",
        run.err
    );
    let public = publish(folder.path(), &[&vector("rsa2048.jwk.json")]);
    assert_eq!((&keys(&run)[0]["n"], public.err.as_str()), (&keys(&public)[0]["n"], ""));
}

#[test]
fn a_new_key_joins_the_set_that_is_hosted_already() {
    let folder = folder();
    fs::copy(KEY.jwks(), folder.path().join("jwks.json")).expect("a copy");
    let new = vector("rsa2048.pkcs8.pem");
    let arguments = ["jwks.json", &new, "--algorithm", "RS256", "--out", "jwks.json"];
    assert_refused(&publish(folder.path(), &arguments), 10, &["jwks.json: there already", "--force"]);
    let run = publish(folder.path(), &[&arguments[..], &["--force"]].concat());
    assert_eq!((run.code, run.out.as_str()), (0, "jwks.json: 2 public keys.\n"), "{}", run.err);
    let set: Value =
        serde_json::from_slice(&fs::read(folder.path().join("jwks.json")).expect("it is there")).expect("JSON");
    assert_eq!(
        (&set["keys"][0]["kid"], &set["keys"][1]["kid"]),
        (&KEY.kid.as_str().into(), &thumbprint("rsa2048").into())
    );
    let run = publish(folder.path(), &[&arguments[..], &["--force", "--json"]].concat());
    assert_refused(&Run { out: String::new(), err: run.out, ..run }, 10, &["two keys with the key id"]);
}

#[test]
fn two_keys_with_one_key_id_are_refused() {
    let (rsa, ec) = (vector("rsa2048.pkcs8.pem"), vector("rsa2048.jwk.json"));
    let run = publish(folder().path(), &[&rsa, &ec, "--kid", "test-key", "--kid", "test-key", "--algorithm", "RS256"]);
    assert_refused(&run, 10, &["These keys cannot be published.", "two keys with the key id test-key"]);
    let run = publish(folder().path(), &[&rsa, &rsa, "--algorithm", "RS256"]);
    assert_refused(&run, 10, &["two keys with the key id", "name each key once"]);
}

#[test]
fn key_ids_are_said_for_every_file_or_for_none() {
    let (rsa, other) = (vector("rsa2048.pkcs8.pem"), vector("rsa3072.pem"));
    let said = ["--algorithm", "RS256", "--kid", "-new", "--key-id", "old"];
    let run = publish(folder().path(), &[&[rsa.as_str(), &other], &said[..]].concat());
    assert_eq!(keys(&run).iter().map(|key| key["kid"].clone()).collect::<Vec<_>>(), ["-new", "old"]);
    let run = publish(folder().path(), &[&[rsa.as_str()], &said[..]].concat());
    assert_refused(&run, 2, &["as many --kid as files", "2 for 1 files"]);
    let run = publish(folder().path(), &[&rsa, "--algorithm", "RS256", "--kid", " "]);
    assert_refused(&run, 10, &["KEY_ID_INVALID"]);
}

#[test]
fn a_key_without_algorithm_needs_one_and_a_jwk_keeps_its_own() {
    assert_refused(
        &publish(folder().path(), &[&vector("rsa2048.pkcs8.pem")]),
        2,
        &["--algorithm", "CIS2 takes RS256 or RS512"],
    );
    let run = publish(folder().path(), &[&vector("rsa2048.jwk.json"), "--algorithm", "RS512"]);
    assert_eq!(keys(&run)[0]["alg"], "RS256");
    assert!(unwrapped(&run.err).contains("test-key keeps the RS256"), "{}", run.err);
}

#[test]
fn an_algorithm_that_does_not_fit_is_refused_and_one_that_nobody_registers_is_named() {
    let run = publish(folder().path(), &[&vector("p256.sec1.pem"), "--algorithm", "RS256"]);
    assert_refused(&run, 10, &["KEY_ALGORITHM_MISMATCH", "p256.sec1.pem: an EC key on P-256"]);
    let run = publish(folder().path(), &[&vector("p256.sec1.pem"), "--algorithm", "ES256"]);
    assert_eq!(keys(&run)[0]["crv"], "P-256");
    assert!(unwrapped(&run.err).contains("which neither CIS2 nor the API Platform registers"), "{}", run.err);
}

#[test]
fn a_key_that_nobody_can_register_is_the_refusal_of_all_and_named() {
    let folder = folder();
    let good: Value = serde_json::from_slice(&fs::read(vector("rsa2048.jwk.json")).expect("a file")).expect("JSON");
    for (bad, words) in [
        (json!({"kty": "oct", "k": "c2VjcmV0c2VjcmV0"}), "key 2 of 2: a symmetric key"),
        (json!({"kty": "RSA", "n": "AQAB", "e": "AQAB", "kid": "weak"}), "under 2048 or over 8192 bits (kid weak)"),
        (json!({"kty": "RSA", "n": good["n"], "e": "AQAB", "use": "enc"}), "not for signatures"),
    ] {
        fs::write(folder.path().join("set.json"), json!({ "keys": [good, bad] }).to_string()).expect("it is written");
        let run = publish(folder.path(), &["set.json", "--algorithm", "RS256"]);
        assert_refused(&run, 10, &["These keys cannot be published.", "set.json: ", words]);
    }
    for (file, name) in
        [("rsa1024.pkcs8.pem", "KEY_TOO_SHORT"), ("two-keys.pem", "KEY_SEVERAL"), ("empty.pem", "KEY_EMPTY")]
    {
        let run = publish(folder.path(), &[&vector("rsa2048.jwk.json"), &vector(file), "--algorithm", "RS256"]);
        assert_refused(&run, 10, &[name, file]);
    }
}

#[test]
fn a_set_of_several_keys_takes_no_key_id() {
    let folder = folder();
    let set = json!({"keys": [private_jwk(), private_jwk()]});
    fs::write(folder.path().join("set.json"), set.to_string()).expect("it is written");
    let run = publish(folder.path(), &["set.json", "--algorithm", "RS256", "--kid", "k"]);
    assert_refused(&run, 2, &["files of one key each where --kid is said", "set.json with 2 keys"]);
}

#[test]
fn a_key_may_come_from_standard_input_once() {
    let pem = fs::read(vector("rsa2048.public.pem")).expect("a file");
    let run = cis2_reading(folder().path(), &["jwks", "publish", "-", "--algorithm", "RS256"], &pem);
    assert_eq!(keys(&run)[0]["kid"], thumbprint("rsa2048"));
    let run = cis2_reading(folder().path(), &["jwks", "publish", "-", "-", "--algorithm", "RS256"], &pem);
    assert_refused(&run, 2, &["standard input once"]);
}

#[test]
fn nothing_is_written_if_a_key_is_refused() {
    let folder = folder();
    let run = publish(folder.path(), &[&vector("rsa1024.pkcs8.pem"), "--algorithm", "RS256", "--out", "jwks.json"]);
    assert_eq!(run.code, 10);
    assert!(!folder.path().join("jwks.json").exists());
    assert_eq!(publish(folder.path(), &[&vector("public.der"), "--force"]).code, 2, "--force is about --out");
}
