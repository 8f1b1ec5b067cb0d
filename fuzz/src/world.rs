//! One client of the local simulator's row, whose time stands still and whose random values are the same in each run: bytes
//! that broke a promise break it again. It signs with ES256, because RSA would be most of what a target does.

use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, OnceLock};

use cis2::client::{Client, Config, Running, Sources};
use cis2::clock::Timestamp;
use cis2::error::Result;
use cis2::flow::Step;
use cis2::flow::authorize::{AuthorizationParameters, AuthorizationRequest};
use cis2::http::Headers;
use cis2::jose::Algorithm;
use cis2::key::SigningKey;
use cis2::platform::Platform;
use cis2::provider::keys::KeySet;
use cis2::random::Random;
use cis2::secret::Secret;
use serde_json::{Value, json};

/// 2026-11-25T12:00:00Z, at which the clock stands.
pub const NOW: i64 = 1_795_608_000;
/// How far clocks may be apart, in seconds.
pub const SKEW_S: i64 = 30;
/// The client.
pub const CLIENT_ID: &str = "123456789012.apps.supplier";
/// Where the browser returns to.
pub const REDIRECT_URI: &str = "https://localhost:44358/authorise.aspx";
/// The code of every callback.
pub const CODE: &str = "Zk3Vq8mRk0yTj1aBcD2eFg";
/// The only access token that fits the good ID token.
pub const ACCESS_TOKEN: &str = "9SrRLS-XxM65UGJRlXR_6lqf604";
/// What stands for the good ID token in the bytes of a token answer.
pub const ID_TOKEN: &str = "$id_token";

const ACCESS_TOKEN_HASH: &str = "PpJVC8uJ5pdSJt8IOP4_ag";
const KEY: &[u8] = include_bytes!("../../tests/vectors/keys/p256.pkcs8.pem");

/// A client in the middle of a sign-in.
pub struct World {
    /// The client.
    pub client: Client,
    /// The authorization that it began.
    pub request: AuthorizationRequest,
    /// The provider's key; the client signs with the same one.
    pub key: Arc<SigningKey>,
    /// The provider's key set.
    pub keys: KeySet,
}

/// The world, made once.
pub fn world() -> &'static World {
    static WORLD: OnceLock<World> = OnceLock::new();
    WORLD.get_or_init(World::new)
}

/// The row.
pub fn platform() -> Platform {
    let mut platform = Platform::from_name("local-simulator").expect("the row");
    platform.algorithms = vec![Algorithm::Es256];
    platform.id_token_algorithms = vec![Algorithm::Es256];
    platform
}

/// The provider's documents.
pub fn discovery_document() -> Value {
    let issuer = platform().issuer.as_str().to_owned();
    json!({
        "issuer": issuer,
        "authorization_endpoint": "https://cis2.localhost:8443/authorize",
        "token_endpoint": format!("{issuer}/access_token"),
        "userinfo_endpoint": format!("{issuer}/userinfo"),
        "jwks_uri": format!("{issuer}/connect/jwk_uri"),
    })
}

impl World {
    /// A world of its own, for a promise in which what the client has learnt matters.
    pub fn new() -> Self {
        let key = Arc::new(SigningKey::from_pem(KEY, None, "kid", Algorithm::Es256).expect("the key"));
        let mut config = Config::new(platform());
        config.set_client_id(CLIENT_ID).expect("the client id");
        config.set_redirect_uri(REDIRECT_URI).expect("the redirect URI");
        config.set_signing_key(Arc::clone(&key)).expect("the key");
        config.set_id_token_algorithm(Algorithm::Es256);
        config.set_clock_skew_s(SKEW_S as u32).expect("the skew");
        config.set_state_secret(Secret::new(vec![7; 32])).expect("the secret");
        let random = Box::new(Counted(AtomicU8::new(0)));
        let sources = Sources { now: Box::new(|| Timestamp::from_unix_s(NOW)), random };
        let client = Client::with_sources(config, sources).expect("a client");
        let mut flow = client.begin_authorization(AuthorizationParameters::default()).expect("a flow");
        answer(&mut flow, 200, Headers::default(), discovery_document().to_string().into_bytes()).expect("discovery");
        let request = flow.take_authorization_request().expect("a request");
        let keys = KeySet::read(key.jwk_set_json().as_bytes()).expect("the key set");
        Self { client, request, key, keys }
    }

    /// A token of the provider with this payload.
    pub fn signed(&self, payload: &str) -> String {
        self.key.sign_compact(r#"{"alg":"ES256","kid":"kid","typ":"JWT"}"#, payload).expect("a token")
    }

    /// The nonce of the request.
    pub fn nonce(&self) -> &str {
        self.request.saved().nonce.expose()
    }

    /// The state of the request.
    pub fn state(&self) -> &str {
        self.request.saved().state.expose()
    }

    /// The claims of the good ID token.
    pub fn claims(&self) -> Value {
        json!({
            "iss": platform().issuer.as_str(),
            "sub": "656005750104",
            "aud": CLIENT_ID,
            "azp": CLIENT_ID,
            "exp": NOW + 3600,
            "iat": NOW - 1,
            "auth_time": NOW - 5,
            "nonce": self.nonce(),
            "acr": "AAL3_ANY",
            "authentication_assurance_level": "3",
            "at_hash": ACCESS_TOKEN_HASH,
        })
    }
}

impl Default for World {
    fn default() -> Self {
        Self::new()
    }
}

/// Brings an answer from the address that was asked.
pub fn answer(flow: &mut Running, status: u16, headers: Headers, body: Vec<u8>) -> Result<()> {
    let Step::Send(request) = flow.step()? else { panic!("nothing was asked") };
    let url = request.url.clone();
    flow.supply_response(status, &url, headers, body)
}

/// Another value each time, and the same ones in each run.
struct Counted(AtomicU8);

impl Random for Counted {
    fn fill(&self, bytes: &mut [u8]) -> Result<()> {
        bytes.fill(self.0.fetch_add(1, Ordering::Relaxed));
        Ok(())
    }
}
