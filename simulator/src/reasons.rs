//! The true reasons of the last refusals, for whoever is on this machine.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use serde_json::{Value, json};

use crate::strict::Refusal;

/// How many refusals are kept.
const MAX_KEPT: usize = 1000;

/// One refusal: what the client was told, and what was really wrong.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Reason {
    /// Counts up from 1.
    pub id: u64,
    /// When, in Unix seconds.
    pub at: i64,
    /// The rule of the table, see [`RULES`](crate::strict::RULES).
    pub rule: &'static str,
    /// Where the rule comes from: `seen`, `AM` or `ours`.
    pub origin: &'static str,
    /// The endpoint that refused: `authorize`, `access_token`, `userinfo`, ...
    pub endpoint: &'static str,
    /// HTTP status of the answer; 302 went back to the redirect URI.
    pub status: u16,
    /// `error` of the answer.
    pub error: &'static str,
    /// `error_description` of the answer.
    pub error_description: String,
    /// What was expected, what was found, what to do. No code, token, assertion, key, verifier or nonce is in it.
    pub reason: String,
}

impl Reason {
    /// As `/simulator/reasons` gives it.
    pub fn to_json(&self) -> Value {
        json!({
            "id": self.id,
            "at": self.at,
            "rule": self.rule,
            "origin": self.origin,
            "endpoint": self.endpoint,
            "answer": {"status": self.status, "error": self.error, "error_description": self.error_description},
            "reason": self.reason,
        })
    }
}

/// The last refusals, the newest last.
#[derive(Default)]
pub(crate) struct Reasons(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    last_id: u64,
    list: VecDeque<Reason>,
}

impl Reasons {
    /// Notes a refusal.
    pub(crate) fn note(&self, refusal: &Refusal, endpoint: &'static str, now: i64) -> Reason {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.last_id += 1;
        let reason = Reason {
            id: kept.last_id,
            at: now,
            rule: refusal.rule.id,
            origin: refusal.rule.origin.as_str(),
            endpoint,
            status: refusal.rule.answer.status,
            error: refusal.rule.answer.error,
            error_description: refusal.description(),
            reason: refusal.reason(),
        };
        if kept.list.len() == MAX_KEPT {
            kept.list.pop_front();
        }
        kept.list.push_back(reason.clone());
        reason
    }

    /// The refusals after the one of this number.
    pub(crate) fn since(&self, id: u64) -> Vec<Reason> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.list.iter().filter(|reason| reason.id > id).cloned().collect()
    }
}
