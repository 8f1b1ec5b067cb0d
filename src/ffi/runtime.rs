//! One runtime for the process: made at the first call that waits for the network, never ended.

use std::future::Future;
use std::process;
use std::time::Duration;

use once_cell::sync::OnceCell;
use tokio::runtime::{Builder, Handle};

use super::guard;
use crate::error::{Error, Result, Status};

/// Threads that look after sockets. What a flow computes runs on the caller's thread.
const IO_THREADS: usize = 2;
/// Most threads that wait for name resolution at once; a further one waits its turn.
const MAX_WAITING_THREADS: usize = 16;
/// How long such a thread stays when there is nothing to resolve.
const IDLE: Duration = Duration::from_secs(10);

struct Runtime {
    tokio: tokio::runtime::Runtime,
    pid: u32,
}

/// Waits on this thread until the future is done.
pub fn block_on<T>(future: impl Future<Output = Result<T>>) -> Result<T> {
    static RUNTIME: OnceCell<Runtime> = OnceCell::new();
    if Handle::try_current().is_ok() {
        // Waiting here would stop what is waited for.
        return Err(invalid_state("a call from a thread that runs no asynchronous tasks"));
    }
    let runtime = RUNTIME.get_or_try_init(make)?;
    if runtime.pid != process::id() {
        return Err(invalid_state("the process that made the first such call")
            .found("a child forked after it, in which the threads of the library are missing")
            .remedy("fork before the first call that uses the network, or exec in the child."));
    }
    runtime.tokio.block_on(future)
}

#[expect(clippy::disallowed_methods, reason = "the runtime of the C edge")]
fn make() -> Result<Runtime> {
    let tokio = Builder::new_multi_thread()
        .worker_threads(IO_THREADS)
        .max_blocking_threads(MAX_WAITING_THREADS)
        .thread_keep_alive(IDLE)
        .thread_name("cis2-io")
        .on_thread_start(guard::mark_thread)
        .enable_all()
        .build()
        .map_err(|_| Error::new(Status::Internal).found("threads that could not be started"))?;
    Ok(Runtime { tokio, pid: process::id() })
}

fn invalid_state(expected: &str) -> Error {
    Error::new(Status::InvalidState).expected(expected)
}
