//! What one client has under way, so that it can be cancelled and waited for: operations, blocking runs, and events that
//! wait to be told.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use super::{callback, runtime};
use crate::error::{Error, Result, Status};

/// The wish that something ends. Any thread, any time, as often as one likes.
#[derive(Default)]
pub struct Cancel {
    requested: AtomicBool,
    wake: Notify,
}

impl Cancel {
    /// Wishes it.
    pub fn request(&self) {
        // In a forked child there is nobody to wake, and a lock that may never open.
        if !runtime::forked() && !self.requested.swap(true, Ordering::SeqCst) {
            self.wake.notify_one();
        }
    }

    /// Waits for the wish.
    pub async fn requested(&self) {
        while !self.requested.load(Ordering::SeqCst) {
            self.wake.notified().await;
        }
    }
}

/// What one client has under way.
#[derive(Default)]
pub struct InFlight {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    closed: bool,
    next: u64,
    cancels: HashMap<u64, Arc<Cancel>>,
    events: usize,
}

impl InFlight {
    /// Takes a place for something that can be cancelled. A closed client has none.
    pub fn enter(self: &Arc<Self>, cancel: &Arc<Cancel>) -> Result<Place> {
        let mut state = self.lock();
        if state.closed {
            return Err(Error::new(Status::InvalidState).expected("a client that is not closed"));
        }
        state.next += 1;
        let number = state.next;
        state.cancels.insert(number, Arc::clone(cancel));
        Ok(Place { in_flight: Arc::clone(self), number: Some(number) })
    }

    /// Takes a place for an event; none if the client is closed.
    pub fn announce(self: &Arc<Self>) -> Option<Place> {
        let mut state = self.lock();
        if state.closed {
            return None;
        }
        state.events += 1;
        Some(Place { in_flight: Arc::clone(self), number: None })
    }

    /// Cancels all, lets nothing more in, and waits until every place was given up; from a callback it does not wait.
    pub fn close(&self) -> Result<()> {
        runtime::refuse_fork()?;
        let mut state = self.lock();
        state.closed = true;
        let cancels: Vec<_> = state.cancels.values().cloned().collect();
        drop(state);
        cancels.iter().for_each(|cancel| cancel.request());
        callback::refuse_inside("a wait for the callbacks of a client")?;
        let mut state = self.lock();
        while state.events > 0 || !state.cancels.is_empty() {
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        Ok(())
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Nothing in here can panic half way.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One thing under way; given up when it is dropped.
pub struct Place {
    in_flight: Arc<InFlight>,
    number: Option<u64>,
}

impl Drop for Place {
    fn drop(&mut self) {
        // In a forked child nobody waits, and the lock may never open.
        if runtime::forked() {
            return;
        }
        let mut state = self.in_flight.lock();
        match self.number {
            Some(number) => drop(state.cancels.remove(&number)),
            None => state.events -= 1,
        }
        if state.events == 0 && state.cancels.is_empty() {
            self.in_flight.changed.notify_all();
        }
    }
}
