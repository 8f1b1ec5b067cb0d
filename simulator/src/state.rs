//! What the simulator remembers: codes, access tokens and jtis. All of it in memory, all of it bounded.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::people::Person;

/// How long a code is good for, in seconds.
pub(crate) const CODE_LIFE_S: i64 = 120;
/// How long an access token is good for, in seconds, as CIS2 says it.
pub(crate) const TOKEN_LIFE_S: i64 = 3599;
/// How many codes, tokens or jtis are kept before old ones are let go.
const MAX_KEPT: usize = 50_000;
/// Older ones are let go then, in seconds.
const KEPT_S: i64 = 2 * 3600;
const TIDY_EVERY_S: i64 = 60;

/// What a code stands for. No `Debug`: it holds a nonce and a challenge.
#[derive(Clone)]
pub(crate) struct Grant {
    pub client_id: String,
    pub redirect_uri: String,
    pub scope: String,
    pub nonce: Option<String>,
    pub state: Option<String>,
    pub challenge: Option<Challenge>,
    pub person: &'static Person,
    pub role: Option<&'static str>,
    pub acr: &'static str,
    pub issued_at: i64,
    pub used: bool,
}

/// A PKCE challenge.
#[derive(Clone)]
pub(crate) enum Challenge {
    Plain(String),
    S256(String),
}

/// What an access token stands for.
pub(crate) struct Session {
    pub code: String,
    pub person: &'static Person,
    pub scope: String,
    pub issued_at: i64,
    /// Its code was used again.
    pub is_dead: bool,
}

/// The memory of one simulator.
#[derive(Default)]
pub(crate) struct State(Mutex<Memory>);

#[derive(Default)]
pub(crate) struct Memory {
    pub codes: HashMap<String, Grant>,
    pub sessions: HashMap<String, Session>,
    jtis: HashMap<(String, String), i64>,
    tidied_at: i64,
}

impl State {
    pub(crate) fn lock(&self) -> MutexGuard<'_, Memory> {
        // Each change is whole before the lock is given back: a poisoned one guards a good state.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Memory {
    /// Notes a jti; false if it was there already.
    pub(crate) fn spend_jti(&mut self, client_id: &str, jti: &str, now: i64) -> bool {
        self.jtis.insert((client_id.to_owned(), jti.to_owned()), now).is_none()
    }

    /// Takes back what was issued for a code; says how many tokens that were.
    pub(crate) fn kill_tokens(&mut self, code: &str) -> usize {
        let alive = self.sessions.values_mut().filter(|session| session.code == code && !session.is_dead);
        alive.map(|session| session.is_dead = true).count()
    }

    /// Lets go of what is old, once there is much of it, and then only now and then: it looks at everything. A jti is kept
    /// longer than any assertion may live.
    pub(crate) fn tidy(&mut self, now: i64) {
        let most = self.codes.len().max(self.sessions.len()).max(self.jtis.len());
        if most < MAX_KEPT || now - self.tidied_at < TIDY_EVERY_S {
            return;
        }
        self.tidied_at = now;
        self.codes.retain(|_, grant| now - grant.issued_at < KEPT_S);
        self.sessions.retain(|_, session| now - session.issued_at < KEPT_S);
        self.jtis.retain(|_, at| now - *at < KEPT_S);
    }
}
