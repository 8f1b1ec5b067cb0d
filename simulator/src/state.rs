//! What the simulator remembers: codes, access tokens, jtis and the last refusals. All of it in memory, all of it bounded.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::{Value, json};

use crate::people::Person;
use crate::strict::Refusal;

/// How long a code is good for, in seconds.
pub(crate) const CODE_LIFE_S: i64 = 120;
/// How long an access token is good for, in seconds, as CIS2 says it.
pub(crate) const TOKEN_LIFE_S: i64 = 3599;
/// How many refusals are kept.
const MAX_REASONS: usize = 1000;
/// How many codes, tokens and jtis are kept before old ones are let go.
const MAX_KEPT: usize = 200_000;
/// Codes, tokens and jtis older than this are let go, in seconds.
const KEPT_S: i64 = 2 * 3600;

/// What a code stands for.
#[derive(Clone)]
pub(crate) struct Grant {
    pub client_id: String,
    pub redirect_uri: String,
    pub scope: String,
    pub nonce: Option<String>,
    pub state: Option<String>,
    pub challenge: Option<(String, String)>,
    pub person: &'static Person,
    pub role: Option<&'static str>,
    pub acr: &'static str,
    pub issued_at: i64,
    pub used: bool,
}

/// What an access token stands for.
#[derive(Clone)]
pub(crate) struct Session {
    pub code: String,
    pub person: &'static Person,
    pub scope: String,
    pub issued_at: i64,
}

/// One refusal, for whoever wants to know.
#[derive(Clone, Debug)]
pub struct Reason {
    /// Counts up from 1.
    pub id: u64,
    /// When, in Unix seconds.
    pub at: i64,
    /// The rule of the table.
    pub rule: &'static str,
    /// `seen`, `AM` or `ours`.
    pub origin: &'static str,
    /// `authorize`, `access_token` or `userinfo`.
    pub endpoint: &'static str,
    /// What was answered: HTTP status, `error`, `error_description`.
    pub answer: (u16, &'static str, &'static str),
    /// What was expected and found, without secrets.
    pub reason: String,
}

impl Reason {
    /// As `/simulator/reasons` gives it.
    pub fn to_json(&self) -> Value {
        let (status, error, description) = self.answer;
        json!({
            "id": self.id,
            "at": self.at,
            "rule": self.rule,
            "origin": self.origin,
            "endpoint": self.endpoint,
            "answer": { "status": status, "error": error, "error_description": description },
            "reason": self.reason,
        })
    }
}

/// The memory of one simulator.
#[derive(Default)]
pub(crate) struct State(Mutex<Memory>);

#[derive(Default)]
pub(crate) struct Memory {
    pub codes: HashMap<String, Grant>,
    pub sessions: HashMap<String, Session>,
    jtis: HashMap<(String, String), i64>,
    reasons: VecDeque<Reason>,
    next_reason: u64,
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

    /// Notes a refusal.
    pub(crate) fn note(&mut self, refusal: &Refusal, endpoint: &'static str, now: i64) -> Reason {
        self.next_reason += 1;
        let rule = refusal.rule;
        let reason = Reason {
            id: self.next_reason,
            at: now,
            rule: rule.id,
            origin: rule.origin.as_str(),
            endpoint,
            answer: (rule.status, rule.error, rule.description),
            reason: refusal.reason.clone(),
        };
        if self.reasons.len() == MAX_REASONS {
            self.reasons.pop_front();
        }
        self.reasons.push_back(reason.clone());
        reason
    }

    /// The refusals after this one.
    pub(crate) fn reasons_since(&self, id: u64) -> Vec<Reason> {
        self.reasons.iter().filter(|reason| reason.id > id).cloned().collect()
    }

    /// Lets go of what is old, once there is much of it.
    pub(crate) fn tidy(&mut self, now: i64) {
        if self.codes.len().max(self.sessions.len()).max(self.jtis.len()) < MAX_KEPT {
            return;
        }
        self.codes.retain(|_, grant| now - grant.issued_at < KEPT_S);
        self.sessions.retain(|_, session| now - session.issued_at < KEPT_S);
        self.jtis.retain(|_, at| now - *at < KEPT_S);
    }
}
