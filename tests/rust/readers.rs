//! What each reader of foreign bytes promises, held against every vector. `./build.sh fuzz` looks for other bytes, and begins
//! with these (`CIS2_WRITE_SEEDS` names the folder that they are written into). Bytes that once broke a promise lie in
//! `tests/vectors/readers`, a folder for each reader.

#[path = "../../fuzz/src/lib.rs"]
mod promises;

use std::path::Path;

use serde_json::{Value, json};

use crate::support::hostile::{self, World, answer_body, key_set, rows};
use crate::support::{read, root, vectors};
use cis2::jose::Algorithm;
use cis2::platform::Platform;
use promises::READERS;
use promises::world::{CLIENT_ID, CODE, ID_TOKEN, NOW, REDIRECT_URI, discovery_document, platform, world};

/// Files of keys larger than this teach a fuzzer nothing.
const MAX_SEED_BYTES: usize = 16 * 1024;

type Seeds = Vec<(String, Vec<u8>)>;

/// The values that rows name, of the world of the promises.
fn named_values() -> World {
    World {
        now: NOW,
        issuer: platform().issuer.as_str().to_owned(),
        client_id: CLIENT_ID.to_owned(),
        redirect_uri: REDIRECT_URI.to_owned(),
        token_endpoint: platform().token_endpoint.expect("an endpoint").as_str().to_owned(),
        state: world().state().to_owned(),
        nonce: world().nonce().to_owned(),
    }
}

/// Good and hostile rows of a table, each made into bytes.
fn table(name: &str, bytes: impl Fn(&Value, &Value) -> Option<Vec<u8>>) -> Seeds {
    let table = vectors(&format!("hostile/{name}.json"));
    let all = ["good", "rows"].into_iter().flat_map(|list| rows(&table, list));
    all.filter_map(|(name, row)| Some((name.to_owned(), bytes(&table, row)?))).collect()
}

/// The files of a folder of vectors; none where the folder is not there.
fn files(folder: &Path) -> Seeds {
    let entries = std::fs::read_dir(folder).into_iter().flatten();
    let paths = entries.map(|entry| entry.expect("an entry").path());
    let named = paths.filter(|path| path.is_file()).map(|path| {
        let name = path.file_name().and_then(|name| name.to_str()).expect("a name").to_owned();
        (name, std::fs::read(&path).expect("a file"))
    });
    named.filter(|(_, bytes)| bytes.len() <= MAX_SEED_BYTES).collect()
}

fn key_files() -> Seeds {
    let about = ["README.md", "cases.json", "generate.sh"];
    files(&root().join("tests/vectors/keys")).into_iter().filter(|(name, _)| !about.contains(&name.as_str())).collect()
}

fn tokens() -> Seeds {
    let mut seeds = table("id_tokens", |table, row| Some(named_values().id_token(&table["base"], row).into_bytes()));
    for file in ["rfc7515", "rfc7520"] {
        for row in vectors(&format!("{file}/signatures.json"))["rows"].as_array().expect("rows") {
            seeds.push((file.to_owned() + &row["source"].to_string(), row["token"].as_str().expect("a token").into()));
        }
    }
    seeds.push(("good".to_owned(), world().signed(&world().claims().to_string()).into_bytes()));
    seeds
}

fn payloads() -> Seeds {
    let payload = |token: Vec<u8>| {
        let token = String::from_utf8(token).expect("a text");
        cis2::base64url::decode(token.split('.').nth(1)?)
    };
    let seeds = tokens().into_iter();
    seeds.filter_map(|(name, token)| Some((name, payload(token)?))).collect()
}

fn key_sets() -> Seeds {
    let mut seeds = table("id_tokens", |_, row| row["keys"].is_array().then(|| key_set(row).into_bytes()));
    seeds.push(("ours".to_owned(), world().key.jwk_set_json().into_bytes()));
    let rfc = vectors("rfc7515/signatures.json");
    let keys: Vec<&Value> = rfc["rows"].as_array().expect("rows").iter().map(|row| &row["key"]).collect();
    seeds.push(("rfc7515".to_owned(), json!({ "keys": keys }).to_string().into_bytes()));
    seeds
}

fn token_answers() -> Seeds {
    table("token_answers", |table, row| {
        let body = answer_body(&named_values(), table, row, ID_TOKEN);
        let status = row["status"].as_u64().unwrap_or(200);
        let headers = row["headers"].as_str().unwrap_or("Content-Type: application/json\r\n");
        Some([format!("HTTP/1.1 {status} X\r\n{headers}\r\n").as_bytes(), &body].concat())
    })
}

fn discovery_documents() -> Seeds {
    let change = |(name, value): (&str, Value)| {
        let mut document = discovery_document();
        document[name] = value;
        (name.to_owned(), document.to_string().into_bytes())
    };
    let changes = [
        ("authorization_response_iss_parameter_supported", json!(true)),
        ("issuer", json!("https://cis2.localhost:8443/other")),
        ("jwks_uri", json!("https://evil.example/keys")),
        ("token_endpoint", json!("http://cis2.localhost/")),
        ("userinfo_endpoint", json!("https://cis2.localhost@evil.example/")),
        ("x", json!([{"y": null}, 1.5, -1, "\u{fffd}"])),
    ];
    changes.into_iter().map(change).collect()
}

fn expectations() -> Seeds {
    let texts = [
        json!({"nonce": null}),
        json!({"nonce": world().nonce(), "access_token": hostile::ACCESS_TOKEN, "acr_values": "AAL3_ANY", "max_age_s": 60}),
        json!({"nonce": world().nonce(), "login_asked_at": NOW - 10, "max_issue_age_s": 600}),
        json!({"nonce": "another"}),
        json!({}),
    ];
    texts.iter().enumerate().map(|(at, text)| (at.to_string(), text.to_string().into_bytes())).collect()
}

/// All that a reader is shown: what its vectors hold, and what once broke its promise.
fn seeds(reader: &str) -> Seeds {
    let mut seeds = match reader {
        "callback" => table("callbacks", |_, row| Some(named_values().text(row["callback"].as_str()?).into_bytes())),
        "discovery" => discovery_documents(),
        "expectations" => expectations(),
        "id_token" => payloads(),
        "json" => [payloads(), token_answers(), key_sets(), discovery_documents()].concat(),
        "jwk_set" => key_sets(),
        "jws" => tokens(),
        "key_der" | "key_pem" => key_files(),
        "platform_row" => {
            Platform::all().into_iter().map(|row| (row.name.clone(), row.to_json().into_bytes())).collect()
        }
        "public_key" => [key_files(), key_sets()].concat(),
        "sealed_request" => vec![("ours".to_owned(), world().request.sealed().as_bytes().to_vec())],
        "token_answer" => token_answers(),
        other => panic!("no seeds for {other}"),
    };
    seeds.extend(files(&root().join("tests/vectors/readers").join(reader)));
    seeds
}

#[test]
fn each_reader_keeps_its_promise_for_every_vector() {
    for (reader, promise) in READERS {
        let seeds = seeds(reader);
        assert!(!seeds.is_empty(), "{reader} is shown nothing");
        for (name, bytes) in &seeds {
            let kept = std::panic::catch_unwind(|| promise(bytes));
            assert!(kept.is_ok(), "{reader} breaks its promise for {name}");
        }
        if let Some(folder) = std::env::var_os("CIS2_WRITE_SEEDS") {
            let folder = Path::new(&folder).join(reader);
            std::fs::create_dir_all(&folder).expect("a folder");
            for (place, (_, bytes)) in seeds.iter().enumerate() {
                std::fs::write(folder.join(format!("seed-{place}")), bytes).expect("a file");
            }
        }
    }
}

/// Else a target would show nothing but that refusing does not panic.
#[test]
fn some_seeds_are_accepted_so_that_promises_about_what_is_accepted_are_tried() {
    let world = world();
    let good = world.signed(&world.claims().to_string());
    let expected = json!({"nonce": world.nonce(), "access_token": hostile::ACCESS_TOKEN}).to_string();
    world.client.validate_id_token(&world.keys, &good, &expected).expect("the good token");
    let accepted = payloads().into_iter().filter(|(_, payload)| {
        let token = world.signed(std::str::from_utf8(payload).unwrap_or_default());
        world.client.validate_id_token(&world.keys, &token, &expected).is_ok()
    });
    assert!(accepted.count() >= 3, "no payload is accepted");
    world.client.restore_authorization_request(world.request.sealed()).expect("the sealed request");
    world.client.begin_sign_in(&world.request, &format!("code={CODE}&state={}", world.state())).expect("a callback");
    assert_eq!(world.key.algorithm(), Algorithm::Es256);
}

#[test]
fn each_reader_is_a_target_of_the_fuzzer() {
    let manifest = read("fuzz/Cargo.toml");
    let targets: Vec<&str> = manifest
        .lines()
        .filter_map(|line| line.strip_prefix("name = \"")?.strip_suffix('"'))
        .filter(|name| *name != "cis2-fuzz")
        .collect();
    assert_eq!(targets, READERS.iter().map(|(name, _)| *name).collect::<Vec<_>>());
    for target in targets {
        assert!(
            read(&format!("fuzz/targets/{target}.rs")).contains(&format!("cis2_fuzz::{target}(bytes)")),
            "{target}"
        );
    }
}
