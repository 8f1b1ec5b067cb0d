//! A strict local CIS2, in the image of ForgeRock AM, that says why it refuses.
//!
//! The walk: [`Simulator::start`] makes a CA and a leaf for `cis2.localhost` (`tls`), a key that signs ID tokens (`tokens`)
//! and, if no client file is given, one client with a fresh key; it writes what a client needs into a folder of its own
//! (`files`, `ready`) and listens on 127.0.0.1 (`server`; `serve` for a process). A request comes in (`routes`) and goes to one of the endpoints
//! that CIS2 has: discovery (`addresses`), `authorize` (who are you? `pages`, `people`), `access_token` (`token`),
//! `userinfo` and the key set. Registered clients are read anew for each request (`clients`, `jwks`).
//!
//! Each refusal is a row of one table ([`strict`]): what CIS2 would answer, where the rule comes from, what was expected
//! and what to do. The answer says as little as CIS2 does; the true reason goes to standard error and to
//! `/simulator/reasons` (`reasons`), and never holds a code, token, assertion, key, verifier or nonce.
//!
//! A client's tests may ask for [`faults`]: they spoil answers (`spoilt`), and none of them is on unless it is asked for.
//!
//! All published strings carry `:443`, whatever port is open: clients come by an address override, and so a lost `:443`
//! is seen. The simulator judges with means of its own and shares no code with the library `cis2`: a judge who uses the
//! defendant's law book acquits every misreading.
//!
//! ```
//! let running = cis2_simulator::Simulator::start(cis2_simulator::Options { quiet: true, ..Default::default() })?;
//! assert!(running.ready().connect_to.starts_with("cis2.localhost:443:127.0.0.1:"));
//! assert!(running.reasons().is_empty());
//! # Ok::<(), cis2_simulator::Error>(())
//! ```

mod addresses;
mod authorize;
mod clients;
mod clock;
pub mod faults;
mod files;
mod form;
mod jwks;
mod pages;
mod people;
mod random;
mod ready;
mod reasons;
mod reply;
mod routes;
mod serve;
mod server;
mod spoilt;
mod state;
pub mod strict;
mod tls;
mod token;
mod tokens;
mod userinfo;

use std::fmt;
use std::io::Write;
use std::net::{Ipv4Addr, TcpListener};
use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};

use tokio::runtime::{Builder, Runtime};

use addresses::Addresses;
pub use addresses::HOST;
use clock::Clock;
use faults::{FaultSetting, Faults, Kind};
use files::StateDir;
pub use ready::{MadeClient, Ready};
pub use reasons::Reason;
use reasons::Reasons;
pub use serve::{Signals, serve_forever, serve_until_stdin_closes};
use state::State;
use tokens::Issuer;

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

/// Starts simulators.
#[derive(Debug)]
pub struct Simulator;

/// A simulator that runs on threads of its own until it is dropped.
pub struct Running {
    ready: Ready,
    shared: Arc<Shared>,
    runtime: Option<Runtime>,
    _state_dir: StateDir,
}

/// What all connections share.
struct Shared {
    addresses: Addresses,
    issuer: RwLock<Arc<Issuer>>,
    state: State,
    reasons: Reasons,
    clients_file: PathBuf,
    quiet: bool,
    clock: Clock,
    faults: Faults,
}

impl Simulator {
    /// Starts one; connections are taken when this returns. It may be called from anywhere, async code too.
    pub fn start(options: Options) -> Result<Running, Error> {
        let (listener, listen) = listen(options.port)?;
        let addresses = Addresses::new(listen.port());
        let (ca, tls) = tls::make()?;
        let state_dir = StateDir::make(options.state_dir.as_deref())?;
        let ca_file = state_dir.write("ca.pem", &ca)?;
        let row = format!("{:#}\n", ready::platform_row(&addresses));
        let platform_file = state_dir.write("platform.json", &row)?;
        let (clients_file, client) = match options.clients_file {
            // Read once now, so that a bad file is told at the start and not at the first request.
            Some(file) => clients::read(&file).map(|_| (file, None))?,
            None => files::make_client(&state_dir).map(|(file, client)| (file, Some(client)))?,
        };
        let ready = Ready {
            issuer: addresses.issuer().to_owned(),
            listen,
            connect_to: format!("{HOST}:443:{listen}"),
            ca_file,
            clients_file: clients_file.clone(),
            platform_file,
            reasons: addresses.reasons(),
            client,
        };
        let shared = Arc::new(Shared {
            addresses,
            issuer: RwLock::new(Arc::new(Issuer::new()?)),
            state: State::default(),
            reasons: Reasons::default(),
            clients_file,
            quiet: options.quiet,
            clock: Clock::default(),
            faults: Faults::default(),
        });
        let runtime = runtime()?;
        runtime.spawn(server::serve(listener, tls, Arc::clone(&shared)));
        Ok(Running { ready, shared, runtime: Some(runtime), _state_dir: state_dir })
    }
}

fn listen(port: u16) -> Result<(TcpListener, std::net::SocketAddr), Error> {
    let failed = |error| Error::new(format!("127.0.0.1:{port} cannot be listened on: {error}"));
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).map_err(failed)?;
    listener.set_nonblocking(true).map_err(failed)?;
    let listen = listener.local_addr().map_err(failed)?;
    Ok((listener, listen))
}

#[expect(clippy::disallowed_methods, reason = "the simulator's own threads, beside whatever the caller has")]
fn runtime() -> Result<Runtime, Error> {
    let mut builder = Builder::new_multi_thread();
    let built = builder.worker_threads(2).thread_name("cis2-simulator").enable_all().build();
    built.map_err(|error| Error::new(format!("the simulator's threads cannot be started: {error}")))
}

impl Running {
    /// What a client needs to know.
    pub fn ready(&self) -> &Ready {
        &self.ready
    }

    /// The last refusals, the newest last.
    pub fn reasons(&self) -> Vec<Reason> {
        self.shared.reasons.since(0)
    }

    /// Puts these faults in the place of those that were on; an empty list takes all away.
    pub fn set_faults(&self, settings: Vec<FaultSetting>) -> Result<(), Error> {
        self.shared.set_faults(settings)
    }

    /// Puts the simulator's clock so many seconds ahead, so that a test sees a code or a token expire without waiting.
    pub fn advance_clock(&self, seconds: u32) {
        self.shared.clock.advance(seconds);
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // A runtime must not be dropped inside another one; in the background it may be.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

impl fmt::Debug for Running {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Running({})", self.ready.listen)
    }
}

impl Shared {
    fn say(&self, text: &str) {
        if !self.quiet {
            // A console that is gone is no reason to stop.
            let _said = writeln!(std::io::stderr(), "cis2 simulator: {text}");
        }
    }

    fn set_faults(&self, settings: Vec<FaultSetting>) -> Result<(), Error> {
        if settings.iter().any(|setting| setting.kind() == Kind::RotatedKey) {
            let fresh = Arc::new(Issuer::new()?);
            *self.issuer.write().unwrap_or_else(PoisonError::into_inner) = fresh;
        }
        self.clock.set_fault_s(faults::clock_ahead_s(&settings));
        self.faults.set(settings);
        Ok(())
    }

    /// The key that signs now.
    fn issuer(&self) -> Arc<Issuer> {
        Arc::clone(&self.issuer.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn now(&self) -> i64 {
        self.clock.now()
    }
}
