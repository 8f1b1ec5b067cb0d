//! Builds what a row of `tests/vectors/hostile` describes. It is included by the tests of the public API and by the
//! crate's own tests of its lists of checks, so it knows nothing of the library but base64url (by way of `house`).

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{self, KeyPair as _, RsaEncoding, RsaPublicKeyComponents};
use aws_lc_rs::{digest, hmac};
use serde_json::{Map, Value, json};
use std::sync::OnceLock;

use super::house::base64url;

/// The kid that CIS2's documentation shows: standard base64, with all that a careless hand would change.
pub const KID: &str = "b/O6OvVv1+y+WgrH5Ui9WTioLt0=";
pub const SUBJECT: &str = "656005750104";
pub const ACCESS_TOKEN: &str = "9SrRLS-XxM65UGJRlXR_6lqf604";
pub const CODE: &str = "Zk3Vq8mRk0yTj1aBcD2eFg";

/// The values that rows name with a `$`.
pub struct World {
    pub now: i64,
    pub issuer: String,
    pub client_id: String,
    pub redirect_uri: String,
    pub token_endpoint: String,
    pub state: String,
    pub nonce: String,
}

/// The provider's keys: one that it publishes and one that it does not.
pub struct Keys {
    pub main: KeyPair,
    pub other: KeyPair,
}

pub fn keys() -> &'static Keys {
    static KEYS: OnceLock<Keys> = OnceLock::new();
    let generate = || KeyPair::generate(KeySize::Rsa2048).expect("a key");
    KEYS.get_or_init(|| Keys { main: generate(), other: generate() })
}

pub fn table(text: &str) -> Value {
    serde_json::from_str(text).expect("a table of vectors")
}

/// The rows of a list, each with its name.
pub fn rows<'t>(table: &'t Value, list: &str) -> Vec<(&'t str, &'t Value)> {
    let rows = table[list].as_array().expect("a list of rows");
    rows.iter().map(|row| (row["name"].as_str().expect("a name"), row)).collect()
}

impl World {
    /// A text with its names put in.
    pub fn text(&self, text: &str) -> String {
        let swapped = |text: &str| {
            text.chars()
                .map(|c| if c.is_lowercase() { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() })
                .collect()
        };
        let without_port = |text: &str| text.replace(":443/", "/");
        let half = |text: &str| base64url::encode(&digest::digest(&digest::SHA256, text.as_bytes()).as_ref()[..16]);
        // Longer names first: `$state` is the beginning of `$state_cut`.
        let names: &[(&str, String)] = &[
            ("$issuer_without_port", without_port(&self.issuer)),
            ("$issuer_upper", self.issuer.replace("cis2", "CIS2")),
            ("$issuer", self.issuer.clone()),
            ("$state_swapped", swapped(&self.state)),
            ("$state_cut", self.state[..self.state.len() - 1].to_owned()),
            ("$state", self.state.clone()),
            ("$code", CODE.to_owned()),
            ("$client_id", self.client_id.clone()),
            ("$redirect_uri", self.redirect_uri.clone()),
            ("$token_endpoint_without_port", without_port(&self.token_endpoint)),
            ("$token_endpoint", self.token_endpoint.clone()),
            ("$access_token", ACCESS_TOKEN.to_owned()),
            ("$at_hash", half(ACCESS_TOKEN)),
            ("$nonce", self.nonce.clone()),
            ("$sub", SUBJECT.to_owned()),
            ("$kid_swapped", swapped(KID)),
            ("$kid_base64url", KID.replace('/', "_").replace('+', "-").replace('=', "")),
            ("$kid", KID.to_owned()),
        ];
        names.iter().fold(text.to_owned(), |text, (name, value)| text.replace(name, value))
    }

    /// A JSON value with its names and times put in.
    pub fn value(&self, value: &Value) -> Value {
        match value {
            Value::String(text) if text == "$other_jwk" => jwk(&keys().other, KID),
            Value::String(text) => Value::String(self.text(text)),
            Value::Array(items) => items.iter().map(|item| self.value(item)).collect(),
            Value::Object(members) => {
                let plus = |name: &str| members.get(name).and_then(Value::as_i64).map(|seconds| self.now + seconds);
                if let Some(time) = plus("$now") {
                    return json!(time);
                }
                if let Some(time) = plus("$now_text") {
                    return json!(time.to_string());
                }
                if let Some(seconds) = members.get("$now_float").and_then(Value::as_f64) {
                    return json!(self.now as f64 + seconds);
                }
                members.iter().map(|(name, value)| (name.clone(), self.value(value))).collect()
            }
            other => other.clone(),
        }
    }

    /// A base object with a row's changes.
    pub fn changed(&self, base: &Value, changes: &Value) -> Map<String, Value> {
        let mut object = self.value(base).as_object().cloned().expect("an object");
        for (name, change) in changes.as_object().into_iter().flatten() {
            if change["$remove"] == json!(true) {
                object.remove(name);
            } else {
                object.insert(name.clone(), self.value(change));
            }
        }
        object
    }

    /// The ID token of a row.
    pub fn id_token(&self, base: &Value, row: &Value) -> String {
        let inserted = |object: Map<String, Value>, insert: &Value| {
            let text = Value::Object(object).to_string();
            match insert.as_str() {
                Some(insert) => format!("{},{}}}", &text[..text.len() - 1], self.text(insert)),
                None => text,
            }
        };
        let mut header = inserted(self.changed(&base["header"], &row["header"]), &row["insert_header"]);
        let mut payload = inserted(self.changed(&base["claims"], &row["claims"]), &row["insert"]).into_bytes();
        if let Some(text) = row["payload"].as_str() {
            payload = text.as_bytes().to_vec();
        }
        if let Some(text) = row["payload_hex"].as_str() {
            payload = unhex(text);
        }
        let compact = row["compact"].as_str().unwrap_or("exact");
        if compact == "list_as_header" {
            header = format!("[{header}]");
        }
        let mut first = base64url::encode(header.as_bytes());
        let mut second = base64url::encode(&payload);
        match compact {
            "pad_payload" => second.push_str(&"=".repeat(4 - second.len() % 4)),
            "space_in_header" => first.insert(4, ' '),
            "bang_in_header" => first.insert(4, '!'),
            _ => {}
        }
        let input = format!("{first}.{second}");
        let mut third =
            base64url::encode(&signature(row["signature"].as_str().unwrap_or("main_key"), input.as_bytes()));
        match compact {
            "trailing_bits" => {
                let last = third.pop().expect("a signature");
                third.push(char::from(last as u8 + 1));
            }
            "pad_signature" => third.push_str("=="),
            "two_parts" => return input,
            "four_parts" => third.push_str(".x"),
            "opaque" => return ACCESS_TOKEN.to_owned(),
            _ => {}
        }
        format!("{input}.{third}")
    }
}

/// The key set of a row: by default the published key alone.
pub fn key_set(row: &Value) -> String {
    let names: Vec<&str> = match row["keys"].as_array() {
        Some(names) => names.iter().filter_map(Value::as_str).collect(),
        None => vec!["main"],
    };
    json!({ "keys": names.iter().map(|name| named_key(name)).collect::<Vec<_>>() }).to_string()
}

fn named_key(name: &str) -> Value {
    let main = || jwk(&keys().main, KID);
    let with = |member: &str, value: Value| {
        let mut key = main();
        key[member] = value;
        key
    };
    match name {
        "main" => main(),
        "other" => jwk(&keys().other, "another"),
        "other_with_our_kid" => jwk(&keys().other, KID),
        "main_for_encryption" => with("use", json!("enc")),
        "main_for_signing_only" => with("key_ops", json!(["sign"])),
        "main_for_rs512" => with("alg", json!("RS512")),
        "main_for_ps256" => with("alg", json!("PS256")),
        "main_with_exponent_1" => with("e", json!("AQ")),
        "short" => with("n", json!(base64url::encode(&[0xff; 128]))),
        "main_as_oct" => json!({"kty": "oct", "kid": KID, "k": "AAAA"}),
        "main_as_oct_of_another_kid" => json!({"kty": "oct", "kid": "symmetric", "k": "AAAA"}),
        "main_padded" => {
            let n = main()["n"].as_str().expect("n").to_owned();
            with("n", json!(format!("{n}==")))
        }
        "broken" => json!({"kty": "RSA", "kid": "broken", "n": "!", "e": 3}),
        other => panic!("no key is called {other}"),
    }
}

/// The public JWK of a key.
pub fn jwk(key: &KeyPair, kid: &str) -> Value {
    let RsaPublicKeyComponents { n, e } = RsaPublicKeyComponents::<Vec<u8>>::from(key.public_key());
    json!({"kty": "RSA", "kid": kid, "use": "sig", "alg": "RS256", "n": base64url::encode(&n), "e": base64url::encode(&e)})
}

fn signature(kind: &str, input: &[u8]) -> Vec<u8> {
    let sign = |key: &KeyPair, encoding: &'static dyn RsaEncoding, input: &[u8]| {
        let mut bytes = vec![0; key.public_modulus_len()];
        key.sign(encoding, &SystemRandom::new(), input, &mut bytes).expect("a signature");
        bytes
    };
    let Keys { main, other } = keys();
    let main_signature = || sign(main, &signature::RSA_PKCS1_SHA256, input);
    match kind {
        "main_key" | "after" => main_signature(),
        "other_key" => sign(other, &signature::RSA_PKCS1_SHA256, input),
        "rs512" => sign(main, &signature::RSA_PKCS1_SHA512, input),
        "of_other_payload" => sign(main, &signature::RSA_PKCS1_SHA256, &[input, b"x"].concat()),
        "empty" => Vec::new(),
        "cut" => main_signature()[..200].to_vec(),
        "bit_changed" => {
            let mut bytes = main_signature();
            bytes[7] ^= 1;
            bytes
        }
        "hmac_with_public_key" => {
            let key = hmac::Key::new(hmac::HMAC_SHA256, main.public_key().as_ref());
            hmac::sign(&key, input).as_ref().to_vec()
        }
        other => panic!("no signature is called {other}"),
    }
}

pub fn unhex(text: &str) -> Vec<u8> {
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).expect("hex")).collect()
}

/// The token answer of a row, with the ID token that fits its access token.
pub fn answer_body(world: &World, table: &Value, row: &Value, id_token: &str) -> Vec<u8> {
    if let Some(text) = row["body_hex"].as_str() {
        return unhex(text);
    }
    if let Some(text) = row["body"].as_str() {
        return text.as_bytes().to_vec();
    }
    let text = Value::Object(world.changed(&table["base"], &row["change"])).to_string();
    let text = match row["insert"].as_str() {
        Some(insert) => format!("{},{}}}", &text[..text.len() - 1], world.text(insert)),
        None => text,
    };
    text.replace("$id_token", id_token).into_bytes()
}
