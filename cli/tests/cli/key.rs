//! `cis2 key new` and `cis2 key inspect`.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::support::{KEY, assert_refused, cis2, cis2_reading, folder, unwrapped, vector};

const NEW: [&str; 4] = ["key", "new", "--bits", "2048"];

fn new(folder: &Path, further: &[&str]) -> crate::support::Run {
    cis2(folder, &[NEW.as_slice(), further].concat())
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("the folder is there");
    let mut names: Vec<String> =
        entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[cfg(unix)]
fn mode(path: &Path) -> u32 {
    use std::os::unix::fs::PermissionsExt;
    fs::metadata(path).expect("the file is there").permissions().mode() & 0o777
}

#[test]
fn a_new_key_is_for_the_owner_alone_and_its_jwk_set_holds_the_public_half() {
    let folder = folder();
    let run = new(folder.path(), &["--algorithm", "RS512", "--json"]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert_eq!(names(folder.path()), ["cis2-jwks.json", "cis2-key.pem"]);
    #[cfg(unix)]
    assert_eq!(mode(&folder.path().join("cis2-key.pem")), 0o600);
    let set: serde_json::Value =
        serde_json::from_slice(&fs::read(folder.path().join("cis2-jwks.json")).expect("the set is there"))
            .expect("JSON");
    let key = &set["keys"][0];
    assert_eq!((&key["kid"], &key["alg"], &key["use"]), (&run.json()["kid"], &"RS512".into(), &"sig".into()));
    for private in ["d", "p", "q", "dp", "dq", "qi"] {
        assert!(key.get(private).is_none(), "{private}");
    }
}

#[test]
fn a_new_key_comes_with_what_to_register_and_is_not_printed() {
    let folder = folder();
    let run = new(folder.path(), &[]);
    let text = unwrapped(&run.out);
    for words in [
        "token_endpoint_auth_method private_key_jwt",
        "jwks_uri ",
        "jwks_uri_signing_algorithm RS256",
        "Connection Manager",
        "send the same data to NHS",
        "API Platform is another registration",
        "cis2 assertion --platform",
    ] {
        assert!(text.contains(words), "{words}");
    }
    assert!(!run.out.contains("PRIVATE KEY"));
}

#[test]
fn what_is_there_already_is_not_replaced() {
    for there in ["cis2-key.pem", "cis2-jwks.json"] {
        let folder = folder();
        fs::write(folder.path().join(there), "mine").expect("the file is written");
        assert_refused(&new(folder.path(), &[]), 10, &[there, "there already", "--force"]);
        assert_eq!(fs::read_to_string(folder.path().join(there)).expect("it is there"), "mine");
        assert_eq!(names(folder.path()), [there]);
    }
}

#[test]
fn force_replaces_both_and_keeps_the_mode() {
    let folder = folder();
    for there in ["cis2-key.pem", "cis2-jwks.json"] {
        fs::write(folder.path().join(there), "mine").expect("the file is written");
    }
    assert_eq!(new(folder.path(), &["--force"]).code, 0);
    assert!(fs::read_to_string(folder.path().join("cis2-key.pem")).expect("it is there").contains("PRIVATE KEY"));
    assert_eq!(names(folder.path()), ["cis2-jwks.json", "cis2-key.pem"]);
    #[cfg(unix)]
    assert_eq!(mode(&folder.path().join("cis2-key.pem")), 0o600);
}

#[test]
fn nothing_is_left_behind_when_one_of_the_files_cannot_be_written() {
    for (option, path, words) in [
        ("--jwks", "missing/jwks.json", "no such folder"),
        ("--out", "missing/key.pem", "no such folder"),
        ("--out", ".", "a folder"),
    ] {
        let folder = folder();
        assert_refused(&new(folder.path(), &[option, path]), 10, &[words]);
        assert!(names(folder.path()).is_empty(), "{option} {path}");
    }
}

#[test]
fn one_file_for_key_and_jwk_set_is_refused() {
    assert_refused(&new(folder().path(), &["--out", "x", "--jwks", "x"]), 2, &["two different files"]);
    assert_refused(&new(folder().path(), &["--out", "-"]), 2, &["a file name after --out"]);
}

#[test]
fn inspect_shows_size_thumbprint_and_public_half_of_a_key() {
    let path = KEY.pem().display().to_string();
    let run = cis2(folder().path(), &["key", "inspect", &path]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(run.out.contains("2048 bits") && run.out.contains(&KEY.kid));
    let json = cis2(folder().path(), &["key", "inspect", &path, "--json"]).json();
    assert_eq!((&json["bits"], &json["thumbprint"]), (&2048.into(), &KEY.kid.as_str().into()));
    for member in ["d", "p", "q", "dp", "dq", "qi", "alg"] {
        assert!(json["jwk"].get(member).is_none(), "{member}");
    }
}

#[test]
fn inspect_puts_key_id_and_algorithm_into_the_jwk_when_they_are_said() {
    let path = KEY.pem().display().to_string();
    let arguments = ["key", "inspect", &path, "--kid", "2026-11", "--algorithm", "RS512", "--json"];
    let jwk = &cis2(folder().path(), &arguments).json()["jwk"];
    assert_eq!((&jwk["kid"], &jwk["alg"]), (&"2026-11".into(), &"RS512".into()));
}

#[test]
fn inspect_shows_the_public_half_of_an_ec_key() {
    for (file, curve) in [("p256.sec1.pem", "P-256"), ("p521.pkcs8.pem", "P-521"), ("p256.no-public.pem", "P-256")] {
        let json = cis2(folder().path(), &["--json", "key", "inspect", &vector(file)]).json();
        assert_eq!((&json["jwk"]["kty"], &json["jwk"]["crv"]), (&"EC".into(), &curve.into()), "{file}");
        assert!(json["jwk"].get("d").is_none() && json["jwk"].get("alg").is_none(), "{file}");
    }
}

#[test]
fn inspect_reads_standard_input() {
    let pem = fs::read(KEY.pem()).expect("the key is there");
    let run = cis2_reading(folder().path(), &["key", "inspect", "-"], &pem);
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(run.out.contains(&KEY.kid));
}

#[test]
fn inspect_says_what_a_file_is_that_is_no_private_key() {
    for (file, name, word) in [
        ("empty.pem", "KEY_EMPTY", "empty"),
        ("rsa2048.public.pem", "KEY_IS_PUBLIC", "public key"),
        ("rsa2048.certificate.pem", "KEY_IS_CERTIFICATE", "certificate"),
        ("rsa2048.encrypted.pem", "KEY_ENCRYPTED", "encrypted"),
        ("rsa1024.pkcs8.pem", "KEY_TOO_SHORT", "1024"),
        ("openssh.pem", "KEY_IS_OPEN_SSH", "OpenSSH"),
        ("p256.explicit.pem", "KEY_TYPE_UNSUPPORTED", "written out"),
    ] {
        let path = vector(file);
        let run = cis2(folder().path(), &["key", "inspect", &path]);
        assert_eq!(run.code, 10, "{file}");
        assert!(unwrapped(&run.out).contains(word), "{file}: {}", run.out);
        assert!(run.err.contains(name), "{file}: {}", run.err);
        let json = cis2(folder().path(), &["--json", "key", "inspect", &path]).json();
        assert_eq!(json["name"], name);
    }
}

#[test]
fn inspect_says_for_which_platform_a_key_is_fit() {
    let said = |file: &str| unwrapped(&cis2(folder().path(), &["key", "inspect", &vector(file)]).out);
    for (file, cis2_says, api_platform_says) in [
        ("rsa2048.pkcs8.pem", "yes, registered with RS256 or RS512", "yes, registered with RS512"),
        (
            "p256.sec1.pem",
            "no. It registers RS256 or RS512, for which an RSA key is needed.",
            "no. It registers RS512, for",
        ),
        ("rsa1024.pkcs8.pem", "no. The RSA key is too short.", "no. The RSA key is too short."),
        ("rsa2048.public.pem", "no. The file holds a public key; signing needs the private one.", "no. The file holds"),
    ] {
        let said = said(file);
        assert!(said.contains(&format!(" CIS2 {cis2_says}")), "{file}: {said}");
        assert!(said.contains(&format!(" API Platform {api_platform_says}")), "{file}: {said}");
    }
    assert!(said("rsa2048.pkcs8.pem").contains("algorithms RS256, RS384, RS512, PS256, PS384, PS512 thumbprint"));
    assert!(said("rsa2048.public.pem").contains("Its private half, as PEM or DER, would do, registered with RS256 or"));
    assert!(!said("rsa2048.numbers-changed.pem").contains("would do"));
}

#[test]
fn inspect_lists_the_algorithms_that_fit() {
    for (file, algorithms) in [
        ("rsa2048.pkcs8.pem", json!(["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"])),
        ("p521.pkcs8.pem", json!(["ES512"])),
        ("rsa1024.pkcs8.pem", json!([])),
        ("openssh.pem", Value::Null),
    ] {
        let json = cis2(folder().path(), &["--json", "key", "inspect", &vector(file)]).json();
        assert_eq!(json["algorithms"], algorithms, "{file}");
    }
}

#[test]
fn inspect_tells_the_thumbprint_of_a_public_half_wherever_it_is() {
    let known = fs::read_to_string(vector("rsa2048.thumbprint")).expect("a file");
    for file in [
        "pkcs1.der",
        "rsa2048.public.pem",
        "certificate.der",
        "request.der",
        "private.jwk.json",
        "rsa2048.one-line.pem",
    ] {
        let run = cis2(folder().path(), &["key", "inspect", &vector(file)]);
        assert!(run.out.contains(known.trim_end()), "{file}: {}", run.out);
    }
}

#[test]
fn inspect_names_each_key_of_a_jwk_set_and_what_is_wrong_with_it() {
    let folder = folder();
    let good: Value = serde_json::from_slice(&fs::read(vector("rsa2048.jwk.json")).expect("a file")).expect("JSON");
    let set = json!({"keys": [good, {"kty": "oct", "k": "c2VjcmV0c2VjcmV0", "kid": "odd"}]});
    fs::write(folder.path().join("set.json"), set.to_string()).expect("it is written");
    let run = cis2(folder.path(), &["key", "inspect", "set.json"]);
    let said = unwrapped(&run.out);
    assert_eq!(run.code, 10);
    assert!(said.contains("a JWK set of 2 keys, with private members"), "{said}");
    assert!(said.contains("key 1 RSA, 2048 bits, alg RS256, kid test-key, thumbprint "), "{said}");
    assert!(said.contains("key 2 cannot be used: a symmetric key, which has no public half (kid odd)"), "{said}");
    assert!(!said.contains("c2VjcmV0"));
    let keys = &cis2(folder.path(), &["key", "inspect", "set.json", "--json"]).json()["keys"];
    assert_eq!((&keys[0]["kid"], &keys[0]["alg"]), (&"test-key".into(), &"RS256".into()));
    assert!(keys[1]["unusable"].is_string());
}

#[test]
fn inspect_as_json_tells_what_is_known_of_a_refused_file_and_the_error() {
    let run = cis2(folder().path(), &["--json", "key", "inspect", &vector("rsa2048.certificate.pem")]);
    assert_eq!((run.code, run.err.as_str()), (10, ""));
    let json = run.json();
    assert_eq!((&json["name"], &json["status"]), (&"KEY_IS_CERTIFICATE".into(), &107.into()));
    assert_eq!((&json["bits"], &json["jwk"]["kty"]), (&2048.into(), &"RSA".into()));
    assert_eq!((&json["cis2"]["fit"], &json["cis2"]["algorithms"]), (&false.into(), &json!(["RS256", "RS512"])));
    let json = cis2(folder().path(), &["--json", "key", "inspect", &vector("rsa2048.pkcs8.pem")]).json();
    assert_eq!((&json["api_platform"]["fit"], json.get("name")), (&true.into(), None));
}

#[test]
fn inspect_looks_into_an_encrypted_key_with_its_password_and_names_weak_encryption() {
    let folder = folder();
    fs::write(folder.path().join("password"), "test\n").expect("it is written");
    for (file, key, weak) in [
        ("p256.encrypted.der", "key EC, P-256", false),
        ("rsa2048.encrypted.pem", "key RSA, 2048 bits", false),
        ("encrypted.3des.pem", "key RSA, 2048 bits", true),
    ] {
        let run = cis2(folder.path(), &["key", "inspect", &vector(file), "--password-file", "password"]);
        let said = unwrapped(&run.out);
        assert_eq!(run.code, 0, "{file}: {}", run.err);
        assert!(said.contains(key) && said.contains("encrypted with PBES2"), "{said}");
        assert_eq!(said.contains("should not be used any more"), weak, "{said}");
    }
}

#[test]
fn what_a_refused_key_file_is_told_to_do_can_be_done_on_this_command_line() {
    for (file, words) in [
        ("rsa2048.public.pem", "cis2 jwks publish FILE"),
        ("rsa2048.jwks.json", "cis2 jwks publish FILE"),
        ("zeros.bin", "openssl asn1parse -inform DER"),
        ("store.jks", "keytool"),
        ("cut.ec.der", "byte for byte"),
        ("token.txt", "a token and no key"),
    ] {
        let run = cis2(folder().path(), &["key", "inspect", &vector(file)]);
        let said = unwrapped(&run.err);
        assert!(run.code == 10 && said.contains(words) && !said.contains("from_der"), "{file}: {said}");
    }
}

#[test]
fn inspect_shows_no_private_member_of_any_file() {
    for entry in fs::read_dir(vector("")).expect("the vectors are there") {
        let path = entry.expect("an entry").path().display().to_string();
        let run = cis2(folder().path(), &["key", "inspect", &path]);
        assert!(matches!(run.code, 0 | 10), "{path}");
        // The end of a private key is its CRT coefficient; the modulus near its beginning is public.
        let bytes = fs::read(&path).expect("a file");
        let text = String::from_utf8_lossy(&bytes);
        let key = ["PRIVATE KEY-----", "RSA PRIVATE KEY-----"]
            .iter()
            .find_map(|label| text.rsplit_once(&format!("-----END {label}")));
        if let Some(line) = key.and_then(|(key, _)| key.lines().rev().find(|line| line.len() == 64)) {
            assert!(!run.out.contains(line) && !run.err.contains(line), "{path}");
        }
        if run.code == 0 {
            let jwk = &cis2(folder().path(), &["key", "inspect", &path, "--json"]).json()["jwk"];
            let names: Vec<&str> = jwk.as_object().expect("an object").keys().map(String::as_str).collect();
            let private = names.iter().find(|name| ["d", "p", "q", "dp", "dq", "qi", "oth", "k"].contains(name));
            assert_eq!(private, None, "{path}");
        }
    }
}

#[test]
fn a_file_that_cannot_be_a_key_is_refused_before_it_is_read() {
    let folder = folder();
    fs::create_dir(folder.path().join("keys")).expect("the folder is made");
    fs::write(folder.path().join("large.pem"), vec![b'x'; 10 * 1024 * 1024]).expect("the file is written");
    for (path, words) in [
        ("none.pem", "no such file"),
        ("keys", "a folder"),
        ("large.pem", "more than 1048576 bytes"),
        #[cfg(unix)]
        ("/dev/zero", "a pipe or a device"),
    ] {
        assert_refused(&cis2(folder.path(), &["key", "inspect", path]), 10, &[words, "expected", "next"]);
        assert_refused(
            &cis2(
                folder.path(),
                &[
                    "assertion",
                    "--key",
                    path,
                    "--kid",
                    "k",
                    "--algorithm",
                    "RS256",
                    "--platform",
                    "cis2-live",
                    "--client-id",
                    crate::support::CLIENT_ID,
                ],
            ),
            10,
            &[words, "expected", "next"],
        );
    }
}

#[test]
fn a_key_of_ten_megabytes_is_refused_from_standard_input_too() {
    let run = cis2_reading(folder().path(), &["key", "inspect", "-"], &vec![b'x'; 10 * 1024 * 1024]);
    assert_refused(&run, 10, &["KEY_TOO_LARGE", "standard input: more than 1048576 bytes"]);
}

#[cfg(unix)]
#[test]
fn a_named_pipe_is_refused_instead_of_waited_for() {
    let folder = folder();
    let made = std::process::Command::new("mkfifo").arg(folder.path().join("pipe")).status();
    assert!(made.is_ok_and(|status| status.success()), "mkfifo works");
    assert_refused(
        &cis2(folder.path(), &["key", "inspect", "pipe"]),
        10,
        &["a pipe or a device", "write - as the path"],
    );
}
