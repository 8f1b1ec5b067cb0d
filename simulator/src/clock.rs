//! The simulator's only "now". A test moves it; nobody has to sleep until a code is too old.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// A clock that may be put ahead.
#[derive(Debug, Default)]
pub(crate) struct Clock {
    ahead_s: AtomicI64,
    fault_s: AtomicI64,
}

impl Clock {
    /// Unix seconds.
    #[expect(clippy::disallowed_methods, reason = "the simulator's only now")]
    pub(crate) fn now(&self) -> i64 {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let seconds = i64::try_from(since.as_secs()).unwrap_or(i64::MAX);
        seconds
            .saturating_add(self.ahead_s.load(Ordering::Relaxed))
            .saturating_add(self.fault_s.load(Ordering::Relaxed))
    }

    /// The part of it that is a fault, ahead or behind.
    pub(crate) fn set_fault_s(&self, seconds: i64) {
        self.fault_s.store(seconds, Ordering::Relaxed);
    }

    /// Puts it so many seconds further ahead.
    pub(crate) fn advance(&self, seconds: u32) {
        self.ahead_s.fetch_add(i64::from(seconds), Ordering::Relaxed);
    }
}
