//! The provider as its documents describe it: [`discovery`] and [`keys`], and the only cache of the library. A cache
//! never waits: it answers with what it has or says that a document must be asked for.

pub mod discovery;
pub mod keys;

use std::sync::{Arc, Mutex, MutexGuard};

use crate::clock::Timestamp;
use discovery::Metadata;
use keys::KeySet;

/// A document younger than this is served as it is, in seconds. Past it, one caller refreshes ahead.
pub const REFRESH_AFTER_S: i64 = 45 * 60;
/// A document older than this is asked for again by every caller, in seconds. CIS2: up to an hour is reasonable.
pub const FRESH_S: i64 = 60 * 60;
/// A document not older than this is served when asking for it failed, in seconds.
pub const STALE_S: i64 = 24 * 60 * 60;
/// After a refetch for an unknown `kid` none happens for so many seconds, whatever the refetch brought.
pub const COOL_DOWN_S: i64 = 60;

/// What one client knows of its provider. Shared by all flows of the client; the last answer wins.
#[derive(Debug, Default)]
pub struct Provider {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    metadata: Kept<Metadata>,
    keys: Kept<KeySet>,
    refetched_at: Option<Timestamp>,
}

/// A document, when it came, and when somebody last set out to refresh it ahead.
#[derive(Debug)]
struct Kept<T> {
    document: Option<(Arc<T>, Timestamp)>,
    refreshing_since: Option<Timestamp>,
}

impl<T> Default for Kept<T> {
    fn default() -> Self {
        Self { document: None, refreshing_since: None }
    }
}

/// What the cache answers.
#[derive(Debug)]
pub enum Cached<T> {
    /// Use this one.
    Have(Arc<T>),
    /// Ask for it; if that fails, this older one may be used.
    Ask(Option<Arc<T>>),
}

impl Provider {
    /// The discovery document.
    pub fn metadata(&self, now: Timestamp) -> Cached<Metadata> {
        self.lock().metadata.answer(now)
    }

    /// Keeps a discovery document that came just now.
    pub fn keep_metadata(&self, metadata: Arc<Metadata>, now: Timestamp) {
        self.lock().metadata.keep(metadata, now);
    }

    /// The key set.
    pub fn keys(&self, now: Timestamp) -> Cached<KeySet> {
        self.lock().keys.answer(now)
    }

    /// Keeps a key set that came just now.
    pub fn keep_keys(&self, keys: Arc<KeySet>, now: Timestamp) {
        self.lock().keys.keep(keys, now);
    }

    /// Whether the key set may be asked for again because a `kid` is not in it. Who is told yes must ask: the
    /// cool-down begins now and is kept by time alone, even if the answer is empty or never comes.
    pub fn may_refetch(&self, now: Timestamp) -> bool {
        let mut state = self.lock();
        let cool = state.refetched_at.is_none_or(|at| !(0..COOL_DOWN_S).contains(&now.seconds_since(at)));
        if cool {
            state.refetched_at = Some(now);
        }
        cool
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Nothing in here can panic half way; a poisoned lock would still guard a whole state.
        self.state.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

impl<T> Kept<T> {
    fn answer(&mut self, now: Timestamp) -> Cached<T> {
        let Some((document, came_at)) = &self.document else { return Cached::Ask(None) };
        let age_s = now.seconds_since(*came_at);
        if (0..REFRESH_AFTER_S).contains(&age_s) {
            return Cached::Have(Arc::clone(document));
        }
        if (REFRESH_AFTER_S..FRESH_S).contains(&age_s) {
            let refreshing = self.refreshing_since.is_some_and(|since| now.seconds_since(since) < COOL_DOWN_S);
            if refreshing {
                return Cached::Have(Arc::clone(document));
            }
            self.refreshing_since = Some(now);
        }
        // A clock that went back makes the age unknown: ask, and fall back on what there is.
        Cached::Ask((age_s < STALE_S).then(|| Arc::clone(document)))
    }

    fn keep(&mut self, document: Arc<T>, now: Timestamp) {
        self.document = Some((document, now));
        self.refreshing_since = None;
    }
}
