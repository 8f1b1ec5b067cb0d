//! One runtime for the process: made at the first call that uses the network, never ended.

use std::future::Future;
use std::process;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use once_cell::sync::OnceCell;
use tokio::runtime::{Builder, Handle};

use super::callback;
use crate::error::{Error, Result, Status};

/// Threads that look after sockets, and step the flows that were started.
const IO_THREADS: usize = 2;
/// Most threads that wait for name resolution at once; a further one waits its turn.
const MAX_WAITING_THREADS: usize = 16;
/// How long such a thread stays when there is nothing to resolve.
const IDLE: Duration = Duration::from_secs(10);

/// The process in which the library's threads live; 0 before there is any.
static HOME: AtomicU32 = AtomicU32::new(0);

/// What runs flows.
pub struct Runtime(tokio::runtime::Runtime);

impl Runtime {
    /// The runtime, for a caller that may wait on this thread.
    pub fn for_waiting(&self) -> Result<&Self> {
        if Handle::try_current().is_ok() {
            // Waiting here would stop what is waited for.
            return Err(invalid_state("a call from a thread that runs no asynchronous tasks"));
        }
        Ok(self)
    }

    /// Waits on this thread until the future is done.
    pub fn block_on<T>(&self, future: impl Future<Output = T>) -> T {
        self.0.block_on(future)
    }

    /// Leaves the future to the library's threads.
    pub fn spawn(&self, future: impl Future<Output = ()> + Send + 'static) {
        self.0.spawn(future);
    }
}

/// The runtime, made if this is the first call.
pub fn get() -> Result<&'static Runtime> {
    static RUNTIME: OnceCell<Runtime> = OnceCell::new();
    refuse_fork()?;
    RUNTIME.get_or_try_init(make)
}

/// Notes that threads of the library live in this process from now on.
pub fn settle_here() {
    // The first one stays: a child has none of its threads.
    let _ = HOME.compare_exchange(0, process::id(), Ordering::SeqCst, Ordering::SeqCst);
}

/// Whether this is a child, forked after the library's threads were started. There a lock may be held for ever by a
/// thread that is not there.
pub fn forked() -> bool {
    let home = HOME.load(Ordering::SeqCst);
    home != 0 && home != process::id()
}

/// The refusal in such a child.
pub fn refuse_fork() -> Result<()> {
    if !forked() {
        return Ok(());
    }
    Err(invalid_state("the process that made the first such call")
        .found("a child forked after it, in which the threads of the library are missing")
        .remedy("fork before the first call that uses the network, or exec in the child."))
}

#[expect(clippy::disallowed_methods, reason = "the runtime of the C edge")]
fn make() -> Result<Runtime> {
    settle_here();
    let tokio = Builder::new_multi_thread()
        .worker_threads(IO_THREADS)
        .max_blocking_threads(MAX_WAITING_THREADS)
        .thread_keep_alive(IDLE)
        .thread_name("cis2-io")
        .on_thread_start(callback::mark_io_thread)
        .enable_all()
        .build()
        .map_err(|_| Error::new(Status::Internal).found("threads that could not be started"))?;
    Ok(Runtime(tokio))
}

fn invalid_state(expected: &str) -> Error {
    Error::new(Status::InvalidState).expected(expected)
}
