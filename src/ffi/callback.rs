//! The threads that call the host: a few of their own, which may be kept waiting. Not those of the runtime, which look
//! after the sockets of all flows; and not tokio's pool for blocking work, where names are resolved: a callback that waited
//! there for another flow could wait for its own place.
#![expect(unsafe_code, reason = "the C edge: keeps the host's pointers")]

use std::cell::Cell;
use std::collections::VecDeque;
use std::ffi::c_void;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use super::{guard, runtime};
use crate::error::{Error, Result, Status};

/// Most callbacks that run at once. The first thread stays for ever, so that a callback that was promised finds one.
const MAX_THREADS: usize = 4;
/// How long the others stay when there is nothing to call.
const IDLE: Duration = Duration::from_secs(10);

/// What the host gave to be handed back to it.
#[derive(Clone, Copy)]
pub struct UserData(pub *mut c_void);
// SAFETY: it is never looked at. The head of the header says on which threads the host gets it back.
unsafe impl Send for UserData {}
// SAFETY: as above.
unsafe impl Sync for UserData {}

/// One call of the host.
pub type Job = Box<dyn FnOnce() + Send>;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    /// A thread of the host.
    Host,
    /// One that looks after sockets, and must never be kept waiting.
    Io,
    /// One that calls the host.
    Callback,
}

thread_local! {
    static ROLE: Cell<Role> = const { Cell::new(Role::Host) };
}

/// Marks a thread of the runtime.
pub fn mark_io_thread() {
    guard::mark_thread();
    ROLE.set(Role::Io);
}

/// Whether the host must not be called here.
pub fn on_io_thread() -> bool {
    ROLE.get() == Role::Io
}

/// Refuses to wait, inside a callback, for something that may need this very callback to return.
pub fn refuse_inside(what: &str) -> Result<()> {
    if ROLE.get() == Role::Host {
        return Ok(());
    }
    Err(Error::new(Status::InvalidState)
        .expected(format!("{what} outside callbacks"))
        .found("a call from a callback, which would wait for itself")
        .remedy("let another thread wait, or go on in the callback of what is waited for."))
}

struct Pool {
    state: Mutex<State>,
    work: Condvar,
}

struct State {
    jobs: VecDeque<Job>,
    threads: usize,
    idle: usize,
}

static POOL: Pool =
    Pool { state: Mutex::new(State { jobs: VecDeque::new(), threads: 0, idle: 0 }), work: Condvar::new() };

/// Makes sure that there is a thread, before a callback is promised.
pub fn ensure() -> Result<()> {
    let mut state = POOL.lock();
    if state.threads == 0 && !state.start_thread() {
        return Err(Error::new(Status::Internal).found("a thread that could not be started"));
    }
    Ok(())
}

/// Calls the host soon, on another thread. Gives the call back if there is no thread and none can be had.
pub fn post(job: Job) -> std::result::Result<(), Job> {
    let mut state = POOL.lock();
    // A thread that was woken counts as idle until it wakes: so the calls that wait are counted, too.
    if state.jobs.len() >= state.idle && state.threads < MAX_THREADS && !state.start_thread() && state.threads == 0 {
        return Err(job);
    }
    state.jobs.push_back(job);
    drop(state);
    POOL.work.notify_one();
    Ok(())
}

impl Pool {
    fn lock(&self) -> MutexGuard<'_, State> {
        // Nothing in here can panic half way.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn serve(&self) {
        guard::mark_thread();
        ROLE.set(Role::Callback);
        let mut state = self.lock();
        loop {
            if let Some(job) = state.jobs.pop_front() {
                drop(state);
                guard::run(job);
                state = self.lock();
                continue;
            }
            state.idle += 1;
            let (woken, waited) = self.work.wait_timeout(state, IDLE).unwrap_or_else(PoisonError::into_inner);
            state = woken;
            state.idle -= 1;
            if waited.timed_out() && state.jobs.is_empty() && state.threads > 1 {
                state.threads -= 1;
                return;
            }
        }
    }
}

impl State {
    fn start_thread(&mut self) -> bool {
        runtime::settle_here();
        let started = thread::Builder::new().name("cis2-callback".to_owned()).spawn(|| POOL.serve()).is_ok();
        self.threads += usize::from(started);
        started
    }
}
