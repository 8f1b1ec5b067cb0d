//! What the tests share: a frozen clock, a client of the local simulator's row, a provider in memory, and the vectors.

pub mod hostile;

/// What `hostile` may know of the library.
pub mod house {
    pub use cis2::base64url;
}

use std::path::{Path, PathBuf};
use std::sync::Arc;

use cis2::client::{Client, Config, Running, Sources};
use cis2::clock::Timestamp;
use cis2::error::{Result, Status};
use cis2::flow::Step;
use cis2::flow::authorize::{AuthorizationParameters, AuthorizationRequest};
use cis2::http::{Headers, Method};
use cis2::jose::Algorithm;
use cis2::key::SigningKey;
use cis2::platform::Platform;
use cis2::random::SystemRandom;
use cis2::secret::Secret;
use serde_json::{Value, json};

use hostile::World;

/// 2026-11-25T12:00:00Z: the moment at which the clock of most tests stands.
pub const NOW: i64 = 1_795_608_000;
pub const CLIENT_ID: &str = "123456789012.apps.supplier";
pub const REDIRECT_URI: &str = "https://localhost:44358/authorise.aspx";
pub const STATE_SECRET: [u8; 32] = *b"a state secret of thirty-two byt";

pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_path_buf()
}

pub fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

pub fn vectors(path: &str) -> Value {
    hostile::table(&read(&format!("tests/vectors/{path}")))
}

pub fn test_key(algorithm: Algorithm) -> Arc<SigningKey> {
    let pem = read("tests/vectors/keys/rsa2048.pkcs8.pem");
    Arc::new(SigningKey::from_pem(pem.as_bytes(), None, "test-key", algorithm).expect("the test key"))
}

pub fn platform() -> Platform {
    Platform::from_name("local-simulator").expect("the row")
}

pub fn config() -> Config {
    let mut config = Config::new(platform());
    config.set_client_id(CLIENT_ID).expect("the client id");
    config.set_redirect_uri(REDIRECT_URI).expect("the redirect URI");
    config.set_signing_key(test_key(Algorithm::Rs256)).expect("the key");
    config.set_state_secret(Secret::new(STATE_SECRET.to_vec())).expect("the secret");
    config
}

/// A client whose clock stands still.
pub fn client_at(now: i64) -> Client {
    client_with(config(), now)
}

pub fn client_with(config: Config, now: i64) -> Client {
    let sources = Sources { now: Box::new(move || Timestamp::from_unix_s(now)), random: Box::new(SystemRandom) };
    Client::with_sources(config, sources).expect("a client")
}

/// One answer of the provider in memory.
pub struct Canned {
    pub status: u16,
    pub final_url: Option<String>,
    pub headers: String,
    pub body: Vec<u8>,
}

pub fn ok_json(body: impl Into<Vec<u8>>) -> Canned {
    Canned { status: 200, final_url: None, headers: "Content-Type: application/json\r\n".to_owned(), body: body.into() }
}

/// The discovery document of the local simulator's row.
pub fn discovery(changes: &Value) -> String {
    let issuer = platform().issuer.as_str().to_owned();
    let mut document = json!({
        "issuer": issuer,
        "authorization_endpoint": "https://cis2.localhost:8443/openam/oauth2/realms/root/realms/NHSIdentity/realms/Healthcare/authorize",
        "token_endpoint": format!("{issuer}/access_token"),
        "userinfo_endpoint": format!("{issuer}/userinfo"),
        "jwks_uri": format!("{issuer}/connect/jwk_uri"),
    });
    for (name, value) in changes.as_object().into_iter().flatten() {
        document[name] = value.clone();
    }
    document.to_string()
}

/// Which document a request asks for.
pub fn purpose(url: &str) -> &'static str {
    ["/.well-known/openid-configuration", "/access_token", "/connect/jwk_uri"]
        .into_iter()
        .find(|end| url.ends_with(end))
        .unwrap_or("elsewhere")
}

/// Steps a flow to its end over a provider in memory.
pub fn drive(flow: &mut Running, mut answer: impl FnMut(&str, Option<&[u8]>) -> Canned) -> Result<()> {
    loop {
        let (url, canned) = match flow.step()? {
            Step::Done => return Ok(()),
            Step::Send(request) => {
                let body = request.body.as_ref().map(Secret::expose);
                assert_eq!(request.method == Method::Post, body.is_some(), "a POST has a body, a GET has none");
                (request.url.clone(), answer(&request.url, body))
            }
        };
        let headers = match Headers::parse(canned.headers.as_bytes()) {
            Ok(headers) => headers,
            Err(error) => {
                flow.supply_error(error, true)?;
                continue;
            }
        };
        flow.supply_response(canned.status, canned.final_url.as_deref().unwrap_or(&url), headers, canned.body)?;
    }
}

/// An authorization that was begun, and the values that rows name.
pub fn authorized(client: &Client, parameters: &Value, metadata: &Value) -> (AuthorizationRequest, World) {
    let text = |name: &str| parameters[name].as_str().map(str::to_owned);
    let parameters = AuthorizationParameters {
        acr_values: text("acr_values"),
        prompt: text("prompt"),
        max_age_s: parameters["max_age_s"].as_u64().map(|seconds| seconds as u32),
        ..AuthorizationParameters::default()
    };
    let mut flow = client.begin_authorization(parameters).expect("an authorization");
    drive(&mut flow, |_, _| ok_json(discovery(metadata))).expect("discovery");
    let request = flow.take_authorization_request().expect("a request");
    let world = world(&request);
    [&world.state, &world.nonce, hostile::CODE, hostile::ACCESS_TOKEN].into_iter().for_each(mark);
    (request, world)
}

pub fn world(request: &AuthorizationRequest) -> World {
    World {
        now: NOW,
        issuer: request.saved().issuer.clone(),
        client_id: CLIENT_ID.to_owned(),
        redirect_uri: REDIRECT_URI.to_owned(),
        token_endpoint: platform().token_endpoint.expect("an endpoint").as_str().to_owned(),
        state: request.saved().state.expose().to_owned(),
        nonce: request.saved().nonce.expose().to_owned(),
    }
}

/// Names a secret of the tests to whoever scans their output (`tools/scan.sh`): it must never be printed.
pub fn mark(secret: &str) {
    use std::io::Write;
    let Some(path) = std::env::var_os("CIS2_TEST_MARKERS") else { return };
    let file = std::fs::OpenOptions::new().create(true).append(true).open(path);
    // One write, so that tests on other threads do not come between.
    file.and_then(|mut file| file.write_all(format!("{secret}\n").as_bytes())).expect("the markers can be written");
}

/// The value of a form field in a body that was sent.
pub fn field(body: &[u8], name: &str) -> Option<String> {
    let body = std::str::from_utf8(body).expect("a form");
    let pairs = cis2::flow::form::decode(body).expect("a form");
    pairs.iter().find(|(found, _)| found.as_str() == name).map(|(_, value)| value.to_string())
}

/// Header and claims of a token, unverified.
pub fn decoded(token: &str) -> (Value, Value) {
    let mut parts = token.split('.').map(|part| cis2::base64url::decode(part).expect("base64url"));
    let mut json = || serde_json::from_slice(&parts.next().expect("a part")).expect("JSON");
    (json(), json())
}

pub fn status_named(name: &str) -> Status {
    let row = cis2::error::STATUSES.iter().find(|row| row.name == name);
    row.unwrap_or_else(|| panic!("no status is called {name}")).status
}
