//! A flow that runs on the library's threads.
#![expect(unsafe_code, reason = "the C edge: exported by name, reads the caller's pointers, calls the host")]

use std::ffi::c_void;
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::{Arc, Condvar, Mutex, OnceLock, PoisonError};
use std::task::Poll;
use std::time::{Duration, Instant};

use super::callback::{self, UserData};
use super::error::cis2_error;
use super::flow::{Network, Slot, cis2_flow};
use super::in_flight::{Cancel, Place};
use super::out::Out;
use super::status::cis2_status;
use super::view::{exclusive, kept, peek};
use super::{guard, handle, runtime};
use crate::client::Running;
use crate::error::{Error, Result, Status};
use crate::transport::Https;

/// Called once for each operation that was started, with what `cis2_flow_start` was given, on a thread of the library.
///
/// `operation`: borrowed until the callback returns, even if it was freed. `status`: how the flow ended; 0 if its outcome
/// can be taken, `CIS2_STATUS_CANCELLED` if it was cancelled first. It must return, and neither throw nor unwind.
pub type cis2_completion_fn =
    Option<unsafe extern "C" fn(user_data: *mut c_void, operation: *mut cis2_operation, status: cis2_status)>;

/// A flow that runs on the library's threads. Any thread may use it, also several at once.
pub struct cis2_operation {
    cancel: Arc<Cancel>,
    /// Nothing while it runs; then why it failed, or nothing.
    outcome: OnceLock<Option<Box<cis2_error>>>,
    /// Whether the callback has returned.
    settled: Mutex<bool>,
    changed: Condvar,
}

/// Starts a flow on the library's threads, and returns at once.
///
/// `on_complete`: called exactly once after this has returned 0, whatever happens, from a thread of the library that may
/// be kept waiting; never before `out_operation` is written. NULL if you only wait. `user_data`: handed to it.
/// Gives an operation that you free with `cis2_operation_free`. Until the outcome is there, all other functions on the flow
/// give `CIS2_STATUS_INVALID_STATE`; then it is taken out of the flow, as after `cis2_flow_run`, in the callback or later.
/// Refuses with `CIS2_STATUS_INVALID_STATE` a flow that runs, one of a client that is closed, and a call in a process that
/// was forked after the first such call; then there is no operation and no callback. One thread.
///
/// Typically, you will keep the flow in what `user_data` points to, and take the outcome in the callback.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cis2_flow_start(
    flow: *mut cis2_flow,
    on_complete: cis2_completion_fn,
    user_data: *mut c_void,
    out_operation: *mut *mut cis2_operation,
    out_error: *mut *mut cis2_error,
) -> cis2_status {
    // SAFETY: the conventions in mod.rs: NULL or a living handle that is this call's alone, outputs that may be written.
    unsafe {
        guard::status(out_error, || {
            let out = Out::required(out_operation, "out_operation")?;
            start(exclusive(flow, "flow")?, Host { on_complete, user_data: UserData(user_data) }, out)
        })
    }
}

/// Waits until an operation is over and its callback has returned.
///
/// `timeout_ms`: at most so long; 0 for as long as it takes. Gives how the flow ended: 0 if its outcome can be taken;
/// `CIS2_STATUS_WAIT_TIMEOUT` if it still runs, which it goes on doing. Refuses with `CIS2_STATUS_INVALID_STATE` a call from
/// inside a callback. Any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cis2_operation_wait(
    operation: *mut cis2_operation,
    timeout_ms: u32,
    out_error: *mut *mut cis2_error,
) -> cis2_status {
    // SAFETY: the conventions in mod.rs: NULL or a living handle.
    unsafe {
        guard::status(out_error, || {
            let operation = kept(operation, "operation")?;
            operation.wait((timeout_ms != 0).then(|| Duration::from_millis(u64::from(timeout_ms))))
        })
    }
}

/// Asks an operation to end. It never waits; the callback still comes, with `CIS2_STATUS_CANCELLED` or with the outcome
/// that was there first. A second time, and after the end, it does nothing. Any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cis2_operation_cancel(operation: *mut cis2_operation) {
    // SAFETY: the conventions in mod.rs: NULL or a living handle.
    unsafe {
        guard::run(|| {
            if let Ok(operation) = kept(operation, "operation") {
                operation.cancel.request();
            }
        });
    }
}

/// Why an operation failed; NULL while it runs and if it did not fail. Borrowed from the operation: do not free it. Any
/// thread.
///
/// Typically, you will ask it in the callback, for a log.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cis2_operation_error(operation: *const cis2_operation) -> *const cis2_error {
    // SAFETY: the conventions in mod.rs: NULL or a living handle.
    unsafe { guard::value(|| Some(&raw const **peek(operation)?.outcome.get()?.as_ref()?)) }
}

/// Gives up an operation, at any time, inside its callback too. NULL: does nothing. If it runs, it is cancelled; the
/// callback still comes. Any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cis2_operation_free(operation: *mut cis2_operation) {
    // SAFETY: the conventions in mod.rs: NULL or a handle that is not used again.
    unsafe {
        guard::run(|| {
            if let Some(operation) = handle::take_back_shared(operation) {
                operation.cancel.request();
            }
        });
    }
}

impl cis2_operation {
    fn wait(&self, timeout: Option<Duration>) -> Result<()> {
        callback::refuse_inside("a wait for an operation")?;
        runtime::refuse_fork()?;
        let deadline = timeout.and_then(|timeout| Instant::now().checked_add(timeout));
        let mut settled = self.settled.lock().unwrap_or_else(PoisonError::into_inner);
        while !*settled {
            settled = match deadline {
                None => self.changed.wait(settled).unwrap_or_else(PoisonError::into_inner),
                Some(deadline) => {
                    let left = deadline.saturating_duration_since(Instant::now());
                    if left.is_zero() {
                        return Err(Error::new(Status::WaitTimeout));
                    }
                    self.changed.wait_timeout(settled, left).unwrap_or_else(PoisonError::into_inner).0
                }
            };
        }
        match self.outcome.get() {
            Some(Some(error)) => Err(error.error().clone()),
            _ => Ok(()),
        }
    }

    fn settle(&self) {
        *self.settled.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.changed.notify_all();
    }
}

/// Whom to call.
struct Host {
    on_complete: cis2_completion_fn,
    user_data: UserData,
}

fn start(flow: &mut cis2_flow, host: Host, out: Out<*mut cis2_operation>) -> Result<()> {
    let runtime = runtime::get()?;
    if host.on_complete.is_some() {
        callback::ensure()?;
    }
    let cancel = Arc::new(Cancel::default());
    let (running, place) = flow.leave(&cancel)?;
    let operation = Arc::new(cis2_operation {
        cancel: Arc::clone(&cancel),
        outcome: OnceLock::new(),
        settled: Mutex::new(false),
        changed: Condvar::new(),
    });
    out.write(handle::give_shared(Arc::clone(&operation)));
    let Network { transport, .. } = flow.network();
    let promise = Promise(Some(Due { operation, host, slot: flow.slot(), place }));
    runtime.spawn(task(running, Arc::clone(transport), cancel, promise));
    Ok(())
}

async fn task(mut running: Running, transport: Arc<Https>, cancel: Arc<Cancel>, promise: Promise) {
    let outcome = carry(&mut running, &transport, None, &cancel).await;
    promise.keep(running, outcome);
}

/// Runs a flow to its end, or until it is cancelled; what was there first counts. A panic is an outcome, too.
pub(super) async fn carry(
    running: &mut Running,
    transport: &Https,
    timeout: Option<Duration>,
    cancel: &Cancel,
) -> Result<()> {
    let outcome = {
        let mut run = pin!(transport.run(running, timeout));
        let mut cancelled = pin!(cancel.requested());
        poll_fn(|context| {
            guard::poll(|| match run.as_mut().poll(context) {
                Poll::Pending => cancelled.as_mut().poll(context).map(|()| Ok(None)),
                Poll::Ready(outcome) => Poll::Ready(outcome.map(Some)),
            })
        })
        .await?
    };
    match outcome {
        Some(()) => Ok(()),
        None => guard::call(|| running.supply_error(Error::new(Status::Cancelled), true)),
    }
}

/// The promise to call the host once. Who drops it without keeping it keeps it with `INTERNAL`: so there is no way to
/// forget it.
struct Promise(Option<Due>);

struct Due {
    operation: Arc<cis2_operation>,
    host: Host,
    slot: Arc<Slot>,
    place: Place,
}

impl Promise {
    fn keep(mut self, running: Running, outcome: Result<()>) {
        if let Some(due) = self.0.take() {
            due.settle(Some(running), outcome);
        }
    }
}

impl Drop for Promise {
    fn drop(&mut self) {
        if let Some(due) = self.0.take() {
            due.settle(None, Err(Error::new(Status::Internal).found("an operation that nobody brought to its end")));
        }
    }
}

impl Due {
    /// Brings it to its end: where the host is called, on a thread that may be kept waiting.
    fn settle(self, running: Option<Running>, outcome: Result<()>) {
        if self.host.on_complete.is_none() {
            return self.finish(running, outcome);
        }
        // There is a thread: `start` made sure of it, and the first one stays for ever.
        if let Err(job) = callback::post(Box::new(move || self.finish(running, outcome))) {
            job();
        }
    }

    fn finish(self, running: Option<Running>, outcome: Result<()>) {
        let Self { operation, host, slot, place } = self;
        slot.put(running, &outcome);
        // If the flow was freed, what it holds is overwritten here.
        drop(slot);
        let status = outcome.as_ref().err().map_or(Status::Ok, Error::status).number();
        // Nobody else sets it.
        let _ = operation.outcome.set(outcome.err().map(|error| Box::new(error.into())));
        if let Some(on_complete) = host.on_complete {
            let borrowed = Arc::as_ptr(&operation).cast_mut();
            // SAFETY: the host's promise: a function of this type that neither throws nor unwinds. No lock is held, and
            // this reference keeps the operation.
            guard::outside(|| unsafe { on_complete(host.user_data.0, borrowed, status) });
        }
        operation.settle();
        drop(operation);
        // Last: who waits for the client finds nothing of this operation left.
        drop(place);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicI32, Ordering};

    use super::*;
    use crate::client::{Client, Config};
    use crate::flow::authorize::AuthorizationParameters;
    use crate::jose::Algorithm;
    use crate::key::SigningKey;
    use crate::platform::Platform;

    unsafe extern "C" fn note(user_data: *mut c_void, _: *mut cis2_operation, status: cis2_status) {
        // SAFETY: the test's own number, which it waits for.
        unsafe { &*user_data.cast::<AtomicI32>() }.fetch_add(status, Ordering::SeqCst);
    }

    fn flow() -> cis2_flow {
        let pem = include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors/keys/rsa2048.pkcs8.pem"));
        let key = SigningKey::from_pem(pem, None, "kid", Algorithm::Rs256).expect("a key");
        let mut config = Config::new(Platform::from_name("local-simulator").expect("a row"));
        config.set_client_id("123456789012.apps.supplier").expect("an id");
        config.set_redirect_uri("https://rp.example/callback").expect("a URI");
        config.set_signing_key(Arc::new(key)).expect("a key");
        let client = Client::new(config).expect("a client");
        let transport = Arc::new(Https::new(client.transport_options().clone()));
        let running = client.begin_authorization(AuthorizationParameters::default()).expect("a flow");
        cis2_flow::new(running, Network { transport, in_flight: Arc::default() })
    }

    #[test]
    fn a_promise_that_is_dropped_is_kept_with_internal() {
        let called = AtomicI32::new(0);
        let mut flow = flow();
        let cancel = Arc::default();
        let (running, place) = flow.leave(&cancel).expect("it leaves");
        let operation = Arc::new(cis2_operation {
            cancel,
            outcome: OnceLock::new(),
            settled: Mutex::new(false),
            changed: Condvar::new(),
        });
        let user_data = UserData((&raw const called).cast_mut().cast());
        let host = Host { on_complete: Some(note), user_data };
        let promise = Promise(Some(Due { operation: Arc::clone(&operation), host, slot: flow.slot(), place }));
        drop(running);
        drop(promise);
        assert_eq!(operation.wait(None).expect_err("a failure").status(), Status::Internal);
        assert_eq!(called.load(Ordering::SeqCst), Status::Internal.number(), "called once");
        assert_eq!(flow.leave(&Arc::default()).err().map(|error| error.status()), Some(Status::Internal));
        flow.network().in_flight.close().expect("nothing is left");
    }
}
