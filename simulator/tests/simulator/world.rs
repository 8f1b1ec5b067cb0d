//! A simulator with two clients of one key, and the right way through it, of which a test changes one thing.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, LazyLock};
use std::time::{SystemTime, UNIX_EPOCH};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cis2_simulator::{Options, Running, Simulator};
use jsonwebtoken::{Algorithm, EncodingKey};
use rustls::ClientConfig;
use serde_json::{Map, Value, json};

use crate::client::{self, Answer};

pub const REALM: &str = "/openam/oauth2/realms/root/realms/NHSIdentity/realms/Healthcare";
pub const CLIENT_ID: &str = "999999999999.apps.supplier";
pub const OTHER_CLIENT_ID: &str = "111111111111.apps.national";
pub const REDIRECT_URI: &str = "https://localhost:44358/authorise.aspx";
pub const VERIFIER: &str = "a-verifier-of-forty-three-or-more-characters-0123";
pub const NONCE: &str = "a-nonce-that-is-a-secret-too";

/// A key and its pair, made once by a simulator, and another key.
pub struct Keys {
    pub pem: String,
    pub jwk: Value,
    other_pem: String,
}

pub static KEYS: LazyLock<Keys> = LazyLock::new(|| {
    let made = || {
        let running = start(Options::default());
        let client = running.ready().client.clone().expect("a client");
        let file: Value = serde_json::from_str(&read(&running.ready().clients_file)).expect("JSON");
        (read(&client.key_file), file["clients"][0]["jwks"]["keys"][0].clone())
    };
    let ((pem, jwk), (other_pem, _)) = (made(), made());
    Keys { pem, jwk, other_pem }
});

pub fn read(path: &std::path::Path) -> String {
    #[expect(clippy::disallowed_methods, reason = "tests read files")]
    std::fs::read_to_string(path).expect("a file")
}

pub fn start(options: Options) -> Running {
    Simulator::start(Options { quiet: true, ..options }).expect("a simulator")
}

pub fn hash(text: &str) -> String {
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, text.as_bytes());
    URL_SAFE_NO_PAD.encode(digest)
}

/// Names and values, `null` being none.
pub type Values = Map<String, Value>;

pub struct World {
    pub running: Running,
    tls: Arc<ClientConfig>,
    clients_file: PathBuf,
    ahead_s: i64,
    next: u32,
    _folder: tempfile::TempDir,
}

impl World {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let clients_file = folder.path().join("clients.json");
        std::fs::write(&clients_file, clients(&Map::new()).to_string()).expect("written");
        let running = start(Options { clients_file: Some(clients_file.clone()), ..Options::default() });
        let tls = client::tls(Some(&running.ready().ca_file));
        Self { running, tls, clients_file, ahead_s: 0, next: 0, _folder: folder }
    }

    /// Changes members of the first client.
    pub fn register(&self, changes: &Values) {
        self.write_clients(&clients(changes).to_string());
    }

    pub fn write_clients(&self, text: &str) {
        std::fs::write(&self.clients_file, text).expect("written");
    }

    pub fn advance(&mut self, seconds: u32) {
        self.ahead_s += i64::from(seconds);
        self.running.advance_clock(seconds);
    }

    pub fn now(&self) -> i64 {
        #[expect(clippy::disallowed_methods, reason = "tests have a clock")]
        let since = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970");
        since.as_secs() as i64 + self.ahead_s
    }

    pub fn issuer(&self) -> &str {
        &self.running.ready().issuer
    }

    pub fn token_endpoint(&self) -> String {
        format!("{}/access_token", self.issuer())
    }

    pub fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        let headers: Vec<_> = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        client::ask(&self.tls, self.running.ready().listen, method, path, &headers, body)
    }

    pub fn get(&self, endpoint: &str) -> Answer {
        self.ask("GET", &format!("{REALM}{endpoint}"), &[], "")
    }

    /// The parameters of a good authorization request.
    pub fn authorization(&self) -> Values {
        object(json!({
            "response_type": "code", "client_id": CLIENT_ID, "redirect_uri": REDIRECT_URI,
            "scope": "openid profile selectedrole", "state": "a state & more", "nonce": NONCE,
            "code_challenge": hash(VERIFIER), "code_challenge_method": "S256", "simulator_person": "several-roles",
        }))
    }

    pub fn authorize(&self, changes: &Values) -> Answer {
        let parameters = changed(self.authorization(), changes);
        self.get(&format!("/authorize?{}", encoded(&parameters)))
    }

    /// A code for a request with these changes.
    pub fn code(&self, changes: &Values) -> String {
        let answer = self.authorize(changes);
        answer.parameter("code").unwrap_or_else(|| panic!("no code: {} {:?}", answer.status, answer.header("location")))
    }

    pub fn header(&self) -> Values {
        object(json!({"alg": "RS256", "kid": KEYS.jwk["kid"], "typ": "JWT"}))
    }

    /// The claims of a good assertion.
    pub fn claims(&mut self) -> Values {
        self.next += 1;
        let (now, jti) = (self.now(), format!("assertion-{}", self.next));
        let aud = self.token_endpoint();
        object(json!({"iss": CLIENT_ID, "sub": CLIENT_ID, "aud": aud, "exp": now + 60, "iat": now, "jti": jti}))
    }

    pub fn assertion(&mut self) -> String {
        sign(&json!(self.header()).to_string(), &json!(self.claims()).to_string(), "own")
    }

    /// The form of a good token request.
    pub fn form(&self, code: &str, assertion: &str) -> Values {
        object(json!({
            "grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT_URI, "client_id": CLIENT_ID,
            "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            "client_assertion": assertion, "code_verifier": VERIFIER,
        }))
    }

    pub fn redeem(&self, form: &Values) -> Answer {
        let headers = [("Content-Type", "application/x-www-form-urlencoded")];
        self.ask("POST", &format!("{REALM}/access_token"), &headers, &encoded(form))
    }

    /// The tokens of a good sign-in with these changes to its authorization request.
    pub fn tokens(&mut self, changes: &Values) -> Value {
        let (code, assertion) = (self.code(changes), self.assertion());
        let answer = self.redeem(&self.form(&code, &assertion));
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.json()
    }

    pub fn userinfo(&self, access_token: &str) -> Answer {
        self.ask("GET", &format!("{REALM}/userinfo"), &[("Authorization", &format!("Bearer {access_token}"))], "")
    }
}

fn clients(changes: &Values) -> Value {
    let client = |id: &str| {
        object(json!({
            "client_id": id, "redirect_uris": [REDIRECT_URI, "http://127.0.0.1/callback"],
            "jwks": {"keys": [KEYS.jwk]}, "algorithm": "RS256",
        }))
    };
    json!({"clients": [changed(client(CLIENT_ID), changes), client(OTHER_CLIENT_ID)]})
}

/// An assertion of just these texts. `key` is `own`, `other` or `none`.
pub fn sign(header: &str, claims: &str, key: &str) -> String {
    let input = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims));
    let pem = match key {
        "own" => &KEYS.pem,
        "other" => &KEYS.other_pem,
        "none" => return format!("{input}."),
        other => panic!("no key {other}"),
    };
    let algorithm = if header.contains("RS512") { Algorithm::RS512 } else { Algorithm::RS256 };
    let key = EncodingKey::from_rsa_pem(pem.as_bytes()).expect("a key");
    format!("{input}.{}", jsonwebtoken::crypto::sign(input.as_bytes(), &key, algorithm).expect("a signature"))
}

pub fn object(value: Value) -> Values {
    match value {
        Value::Object(object) => object,
        other => panic!("not an object: {other}"),
    }
}

/// With these members in their place; `null` takes one away.
pub fn changed(mut values: Values, changes: &Values) -> Values {
    for (name, value) in changes {
        match value {
            Value::Null => drop(values.shift_remove(name)),
            value => drop(values.insert(name.clone(), value.clone())),
        }
    }
    values
}

pub fn encoded(values: &Values) -> String {
    let mut form = form_urlencoded::Serializer::new(String::new());
    for (name, value) in values {
        form.append_pair(name, value.as_str().unwrap_or_else(|| panic!("{name} is no text")));
    }
    form.finish()
}

/// What a word of the table stands for: `$now+60`, `$issuer`, ...; other values are themselves.
pub fn filled(world: &World, value: &Value) -> Value {
    match value {
        Value::Array(items) => items.iter().map(|item| filled(world, item)).collect(),
        Value::Object(members) => members.iter().map(|(name, value)| (name.clone(), filled(world, value))).collect(),
        Value::String(text) if text.starts_with("$now") => {
            let offset = text.trim_start_matches("$now");
            json!(world.now() + if offset.is_empty() { 0 } else { offset.parse::<i64>().expect("an offset") })
        }
        Value::String(text) if text.contains('$') => {
            let endpoint = world.token_endpoint();
            let words: BTreeMap<&str, String> = BTreeMap::from([
                ("$endpoint_without_port", endpoint.replace(":443", "")),
                ("$endpoint", endpoint.clone()),
                ("$issuer", world.issuer().to_owned()),
                ("$kid", KEYS.jwk["kid"].as_str().expect("a kid").to_owned()),
                ("$modulus", KEYS.jwk["n"].as_str().expect("n").to_owned()),
                ("$short_modulus", URL_SAFE_NO_PAD.encode([0xc5; 128])),
            ]);
            // The longest word first, so that `$endpoint` does not eat a part of another.
            let mut names: Vec<_> = words.keys().collect();
            names.sort_by_key(|name| std::cmp::Reverse(name.len()));
            json!(names.iter().fold(text.clone(), |text, name| text.replace(*name, &words[*name])))
        }
        other => other.clone(),
    }
}
