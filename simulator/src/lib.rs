//! A strict local CIS2, in the image of ForgeRock AM, that says why it refuses.
//!
//! The walk: [`Simulator::start`] makes a CA and a leaf for `cis2.localhost` (`tls`), a key that signs ID tokens (`tokens`),
//! and, if no client file is given, one client with a fresh key; it writes the files that a client needs into a folder of
//! its own and listens on 127.0.0.1. A request comes in (`routes`) and goes to one of the endpoints that CIS2 has:
//! discovery, `authorize` (who are you? `pages`, `people`), `access_token` (`token`, `assertion`), `userinfo` and the key
//! set. Each refusal is a row of one table (`strict`): what CIS2 would answer, and where the rule comes from. The answer
//! says as little as CIS2 does; the true reason goes to the console and to `/simulator/reasons`.
//!
//! All published strings carry `:443`, whatever port is open: clients come by an address override, and so a lost `:443`
//! is seen. It judges with means of its own and shares no code with the library `cis2`: a judge who uses the defendant's
//! law book acquits every misreading.

mod assertion;
mod authorize;
mod clients;
mod files;
mod form;
mod jwks;
mod pages;
mod people;
mod random;
mod reply;
mod routes;
mod state;
pub mod strict;
mod tls;
mod token;
mod tokens;

use std::fmt;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use files::StateDir;
pub use state::Reason;
use state::State;
use tokens::Issuer;

/// The only host of the simulator; every browser resolves it to loopback.
pub const HOST: &str = "cis2.localhost";
const REALM: &str = "/openam/oauth2/realms/root/realms/NHSIdentity/realms/Healthcare";

/// How a simulator is started.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The port on 127.0.0.1; 0 takes any that is free.
    pub port: u16,
    /// The client file, read anew for each request. Without it one client is made, with a fresh key.
    pub clients_file: Option<PathBuf>,
    /// Where the simulator's files go. Without it a fresh folder, which is removed at the end.
    pub state_dir: Option<PathBuf>,
    /// Says nothing on standard error.
    pub quiet: bool,
}

/// Why a simulator could not be started.
#[derive(Debug)]
pub struct Error(String);

impl Error {
    fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Error {}

/// What a client needs to know; printed as the first line of standard output.
#[derive(Clone, Debug)]
pub struct Ready {
    /// The issuer, with `:443`.
    pub issuer: String,
    /// Where the simulator listens.
    pub listen: SocketAddr,
    /// The address override: `HOST:443:ADDRESS:PORT`, as curl's `--connect-to` takes it.
    pub connect_to: String,
    /// The CA that signed the server's certificate.
    pub ca_file: PathBuf,
    /// The client file.
    pub clients_file: PathBuf,
    /// The platform row as JSON.
    pub platform_file: PathBuf,
    /// The address of the true reasons.
    pub reasons: String,
    /// The client that was made, if no client file was given.
    pub client: Option<MadeClient>,
}

/// The client that a simulator makes for itself.
#[derive(Clone, Debug)]
pub struct MadeClient {
    /// Its client id.
    pub client_id: String,
    /// Its private key, PKCS#8 in PEM.
    pub key_file: PathBuf,
    /// The key id of its published key.
    pub kid: String,
    /// The registered algorithm.
    pub algorithm: String,
    /// The registered redirect URIs.
    pub redirect_uris: Vec<String>,
}

impl Ready {
    /// The ready line, without its line end.
    pub fn to_json(&self) -> String {
        let mut line = json!({
            "issuer": self.issuer,
            "listen": self.listen.to_string(),
            "connect_to": self.connect_to,
            "ca_file": self.ca_file,
            "clients_file": self.clients_file,
            "platform_file": self.platform_file,
            "reasons": self.reasons,
        });
        if let Some(client) = &self.client {
            line["client"] = json!({
                "client_id": client.client_id,
                "key_file": client.key_file,
                "kid": client.kid,
                "algorithm": client.algorithm,
                "redirect_uris": client.redirect_uris,
            });
        }
        line.to_string()
    }
}

/// What all connections share.
struct Shared {
    urls: Urls,
    issuer: Issuer,
    state: State,
    clients_file: PathBuf,
    quiet: bool,
}

impl Shared {
    fn say(&self, text: &str) {
        if !self.quiet {
            eprintln!("cis2 simulator: {text}");
        }
    }
}

/// The published strings.
struct Urls {
    issuer: String,
    port: u16,
}

impl Urls {
    fn token_endpoint(&self) -> String {
        format!("{}/access_token", self.issuer)
    }

    fn discovery(&self) -> Value {
        let issuer = &self.issuer;
        let classes: Vec<&str> = authorize::ACR_LEVELS.iter().map(|(class, _)| *class).collect();
        json!({
            "issuer": issuer,
            // A browser has no address override: this one address has the port that is really open.
            "authorization_endpoint": format!("https://{HOST}:{}{REALM}/authorize", self.port),
            "token_endpoint": self.token_endpoint(),
            "userinfo_endpoint": format!("{issuer}/userinfo"),
            "jwks_uri": format!("{issuer}/connect/jwk_uri"),
            "scopes_supported": ["openid", "profile", "email", "nhsperson", "nationalrbacaccess", "associatedorgs", "selectedrole"],
            "acr_values_supported": classes,
            "response_types_supported": ["code"],
            "grant_types_supported": ["authorization_code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": [
                "PS384", "ES384", "RS384", "HS256", "HS512", "ES256", "RS256", "HS384", "ES512", "PS256", "PS512", "RS512",
            ],
            "token_endpoint_auth_methods_supported": ["private_key_jwt"],
            "token_endpoint_auth_signing_alg_values_supported": ["RS256", "RS512"],
            "code_challenge_methods_supported": ["plain", "S256"],
        })
    }
}

/// Starts simulators.
#[derive(Debug)]
pub struct Simulator;

/// A simulator that runs on threads of its own until it is dropped.
pub struct Running {
    ready: Ready,
    shared: Arc<Shared>,
    // Fields are dropped in this order: first the connections end, then the files go.
    _runtime: tokio::runtime::Runtime,
    _state_dir: StateDir,
}

impl fmt::Debug for Running {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Running({})", self.ready.listen)
    }
}

impl Simulator {
    /// Starts one; it answers when this returns.
    #[expect(clippy::disallowed_methods, reason = "the simulator's own threads, beside whatever the caller has")]
    pub fn start(options: Options) -> Result<Running, Error> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .thread_name("cis2-simulator")
            .enable_all()
            .build()
            .map_err(|error| Error::new(format!("no threads: {error}")))?;
        let listener = runtime
            .block_on(TcpListener::bind((Ipv4Addr::LOCALHOST, options.port)))
            .map_err(|error| Error::new(format!("127.0.0.1:{} cannot be listened on: {error}", options.port)))?;
        let listen = listener.local_addr().map_err(|error| Error::new(error.to_string()))?;
        let issuer = format!("https://{HOST}:443{REALM}");
        let (ca, tls) = tls::make()?;
        let state_dir = StateDir::make(options.state_dir.as_deref())?;
        let ca_file = state_dir.write("ca.pem", &ca)?;
        let platform_file = state_dir.write("platform.json", &format!("{:#}\n", files::platform_row(&issuer)))?;
        let (clients_file, client) = match options.clients_file {
            Some(file) => {
                clients::read(&file)?;
                (file, None)
            }
            None => files::make_client(&state_dir).map(|(file, client)| (file, Some(client)))?,
        };
        let ready = Ready {
            issuer: issuer.clone(),
            listen,
            connect_to: format!("{HOST}:443:{listen}"),
            ca_file,
            clients_file: clients_file.clone(),
            platform_file,
            reasons: format!("https://{HOST}:{}/simulator/reasons", listen.port()),
            client,
        };
        let urls = Urls { issuer, port: listen.port() };
        let shared = Arc::new(Shared {
            urls,
            issuer: Issuer::new()?,
            state: State::default(),
            clients_file,
            quiet: options.quiet,
        });
        runtime.spawn(routes::serve(listener, TlsAcceptor::from(tls), Arc::clone(&shared)));
        Ok(Running { ready, shared, _runtime: runtime, _state_dir: state_dir })
    }
}

impl Running {
    /// What a client needs to know.
    pub fn ready(&self) -> &Ready {
        &self.ready
    }

    /// The last refusals, the newest last.
    pub fn reasons(&self) -> Vec<Reason> {
        self.shared.state.lock().reasons_since(0)
    }

    /// Waits until the process is told to end (SIGINT or SIGTERM).
    pub fn wait(&self) -> Result<(), Error> {
        self._runtime.block_on(async {
            let kind = tokio::signal::unix::SignalKind::terminate();
            let mut terminate = tokio::signal::unix::signal(kind).map_err(|error| Error::new(error.to_string()))?;
            tokio::select! {
                _ = terminate.recv() => {}
                _ = tokio::signal::ctrl_c() => {}
            }
            Ok(())
        })
    }
}

/// Starts a simulator, prints its ready line, and waits until the process is told to end.
pub fn serve_forever(options: Options) -> Result<(), Error> {
    use std::io::Write;
    let running = Simulator::start(options)?;
    let mut out = std::io::stdout();
    let printed = writeln!(out, "{}", running.ready().to_json()).and_then(|()| out.flush());
    printed.map_err(|error| Error::new(format!("the ready line could not be printed: {error}")))?;
    let issuer = &running.ready().issuer;
    running.shared.say(&format!("listening on {} as {issuer}; refusals follow, Ctrl-C stops", running.ready().listen));
    running.wait()
}

#[expect(clippy::disallowed_methods, reason = "the simulator's only now")]
fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
}
