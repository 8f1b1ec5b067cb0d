//! Operations: each sentence of the header about callbacks. The provider is one that is known already (the flow is done at
//! once), one that nobody is (CONNECT), or one that never says a word (the flow hangs).

use std::ffi::c_void;
use std::net::TcpListener;
use std::ptr::{self, null_mut};
use std::sync::atomic::{AtomicBool, AtomicPtr, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use cis2::client::{Client, Sources};
use cis2::clock::Timestamp;
use cis2::error::Status;
use cis2::ffi::{self, *};
use cis2::random::SystemRandom;

use super::conversation::{begin, next, url_of};
use super::threads::client_of_nobody;
use super::*;
use crate::support::{self, NOW};

const OK: cis2_status = 0;
const CANCELLED: cis2_status = Status::Cancelled as cis2_status;
const CONNECT: cis2_status = Status::Connect as cis2_status;
/// For what never happens in a test that passes.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// A pointer that a test hands to another thread.
pub struct Lent<T>(pub *mut T);

impl<T> Clone for Lent<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Lent<T> {}

// SAFETY: operations and clients may be used by any thread; that is what is tested here.
unsafe impl<T> Send for Lent<T> {}
// SAFETY: as above.
unsafe impl<T> Sync for Lent<T> {}

impl<T> Lent<T> {
    pub fn p(self) -> *mut T {
        self.0
    }
}

type Act = Box<dyn Fn(*mut cis2_operation, cis2_status) + Send + Sync>;

/// What `user_data` points to: counts, and does what the test wants done inside the callback.
pub struct Host {
    heard: Arc<Heard>,
    act: Act,
}

#[derive(Default)]
struct Heard {
    called: Mutex<Vec<cis2_status>>,
    changed: Condvar,
}

pub unsafe extern "C" fn on_complete(user_data: *mut c_void, operation: *mut cis2_operation, status: cis2_status) {
    // SAFETY: the test keeps it until the callback was called.
    let host = unsafe { &*user_data.cast::<Host>() };
    let heard = Arc::clone(&host.heard);
    (host.act)(operation, status);
    // From here on the test may go on, and end.
    heard.called.lock().unwrap_or_else(PoisonError::into_inner).push(status);
    heard.changed.notify_all();
}

impl Host {
    pub fn new() -> Self {
        Self::acting(|_, _| ())
    }

    pub fn acting(act: impl Fn(*mut cis2_operation, cis2_status) + Send + Sync + 'static) -> Self {
        Self { heard: Arc::default(), act: Box::new(act) }
    }

    pub fn user_data(&self) -> *mut c_void {
        ptr::from_ref(self).cast_mut().cast()
    }

    pub fn calls(&self) -> Vec<cis2_status> {
        self.heard.called.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The status of the first call, waited for.
    pub fn status(&self) -> cis2_status {
        let called = self.heard.called.lock().unwrap_or_else(PoisonError::into_inner);
        let (called, waited) =
            self.heard.changed.wait_timeout_while(called, PATIENCE, |called| called.is_empty()).expect("a lock");
        assert!(!waited.timed_out(), "no callback came");
        called[0]
    }
}

pub fn start(flow: &Owned<cis2_flow>, host: &Host) -> Owned<cis2_operation> {
    let operation = give!(cis2_flow_start(flow.p(), Some(on_complete), host.user_data()));
    Owned(operation, ffi::cis2_operation_free)
}

fn start_without(flow: &Owned<cis2_flow>) -> Owned<cis2_operation> {
    Owned(give!(cis2_flow_start(flow.p(), None, null_mut())), ffi::cis2_operation_free)
}

fn wait(operation: &Owned<cis2_operation>) -> Outcome {
    call!(cis2_operation_wait(operation.p(), 0))
}

/// A client that knows its provider: its authorizations are done at once.
pub fn client_that_knows() -> Owned<cis2_client> {
    let client = client();
    drop(begin(&client, ptr::null()));
    client
}

/// A client of a provider that takes connections and never says a word.
pub fn client_of_the_silent() -> (Owned<cis2_client>, TcpListener) {
    let silent = TcpListener::bind("127.0.0.1:0").expect("a port");
    let config = config();
    let address = silent.local_addr().expect("its number").to_string();
    call!(cis2_config_set_connect_to(config.p(), t("cis2.localhost:443"), t(&address))).ok();
    call!(cis2_config_set_connect_timeout_ms(config.p(), 300_000)).ok();
    call!(cis2_config_set_request_timeout_ms(config.p(), 300_000)).ok();
    (client_of(&config), silent)
}

fn take(flow: &Owned<cis2_flow>) -> Owned<cis2_authorization_request> {
    Owned(give!(cis2_flow_take_authorization_request(flow.p())), ffi::cis2_authorization_request_free)
}

#[test]
fn a_start_that_is_refused_calls_nobody() {
    let _alone = alone();
    let (client, _silent) = client_of_the_silent();
    let (flow, host, never) = (authorization(&client), Host::new(), Host::new());
    let operation = start(&flow, &host);
    let _ = call!(cis2_flow_start(flow.p(), Some(on_complete), never.user_data() => out)).refused(INVALID_STATE);
    ask!(cis2_operation_cancel(operation.p()));
    assert_eq!(host.status(), CANCELLED);
    call!(cis2_client_close(client.p())).ok();
    let other = authorization(&client);
    let _ = call!(cis2_flow_start(other.p(), Some(on_complete), never.user_data() => out)).refused(INVALID_STATE);
    assert!(never.calls().is_empty());
}

#[test]
fn the_callback_comes_once_with_the_outcome_or_why_there_is_none() {
    let _alone = alone();
    let (done, failed) = (client_that_knows(), client_of_nobody());
    for (client, expected) in [(&done, OK), (&failed, CONNECT)] {
        let (flow, host) = (authorization(client), Host::new());
        let operation = start(&flow, &host);
        assert_eq!(host.status(), expected);
        let outcome = wait(&operation);
        if expected == OK {
            outcome.ok();
            drop(take(&flow));
        } else {
            let message = outcome.refused(Status::Connect);
            assert!(message.contains("refused"), "{message}");
            let _ = call!(cis2_flow_next(flow.p() => out)).refused(Status::Connect);
        }
        call!(cis2_client_close(client.p())).ok();
        assert_eq!(host.calls(), [expected], "once");
    }
}

#[test]
fn the_callback_comes_on_a_thread_of_the_library_and_finds_the_operation_written() {
    let _alone = alone();
    let client = client_that_knows();
    for _ in 0..200 {
        let written: Arc<AtomicPtr<cis2_operation>> = Arc::default();
        let place = Arc::clone(&written);
        let right = Arc::new(AtomicBool::new(false));
        let answer = Arc::clone(&right);
        let host = Host::acting(move |operation, _| {
            let on_ours = thread::current().name() == Some("cis2-callback");
            answer.store(on_ours && place.load(Ordering::SeqCst) == operation, Ordering::SeqCst);
        });
        let flow = authorization(&client);
        call!(cis2_flow_start(flow.p(), Some(on_complete), host.user_data(), written.as_ptr())).ok();
        host.status();
        ask!(cis2_operation_free(written.load(Ordering::SeqCst)));
        assert!(right.load(Ordering::SeqCst));
    }
}

#[test]
fn without_a_callback_one_waits() {
    let _alone = alone();
    let (done, failed) = (client_that_knows(), client_of_nobody());
    let flow = authorization(&done);
    let operation = start_without(&flow);
    wait(&operation).ok();
    wait(&operation).ok();
    assert!(ask!(cis2_operation_error(operation.p())).is_null());
    drop(take(&flow));
    let flow = authorization(&failed);
    let operation = start_without(&flow);
    let _ = wait(&operation).refused(Status::Connect);
    let error = ask!(cis2_operation_error(operation.p()));
    assert_eq!(ask!(cis2_error_status(error)), CONNECT);
}

#[test]
fn while_it_runs_every_other_function_on_its_flow_is_refused() {
    let _alone = alone();
    let (client, _silent) = client_of_the_silent();
    let flow = authorization(&client);
    assert_eq!(next(&flow), CIS2_STEP_SEND);
    let url = url_of(&flow);
    let operation = start_without(&flow);
    let _ = call!(cis2_flow_run(flow.p(), 0)).refused(INVALID_STATE);
    let _ = call!(cis2_flow_start(flow.p(), None, null_mut() => out)).refused(INVALID_STATE);
    let _ = call!(cis2_flow_next(flow.p() => out)).refused(INVALID_STATE);
    let _ = call!(cis2_flow_supply_response(flow.p(), 200, t(&url), b(b""), b(b"{}"))).refused(INVALID_STATE);
    let _ = call!(cis2_flow_supply_failure(flow.p(), 201, 0)).refused(INVALID_STATE);
    let _ = call!(cis2_flow_take_authorization_request(flow.p() => out)).refused(INVALID_STATE);
    let _ = call!(cis2_flow_take_sign_in(flow.p() => out)).refused(INVALID_STATE);
    assert!(ask!(cis2_flow_request_url(flow.p())).is_blank());
    assert!(ask!(cis2_flow_request_method(flow.p())).is_blank());
    assert!(ask!(cis2_flow_request_body(flow.p())).is_blank());
    assert_eq!(ask!(cis2_flow_request_header_count(flow.p())), 0);
    assert!(ask!(cis2_operation_error(operation.p())).is_null(), "not before its end");
    ask!(cis2_operation_cancel(operation.p()));
    let _ = wait(&operation).refused(Status::Cancelled);
    let _ = call!(cis2_flow_next(flow.p() => out)).refused(Status::Cancelled);
}

#[test]
fn the_outcome_is_taken_in_the_callback_and_only_once() {
    let _alone = alone();
    let client = client_that_knows();
    let flow = authorization(&client);
    let lent = Lent(flow.p());
    let taken: Arc<AtomicPtr<cis2_authorization_request>> = Arc::default();
    let place = Arc::clone(&taken);
    let host = Host::acting(move |_, _| {
        // The flow is this callback's alone: the test waits for it.
        let _ = ask!(cis2_flow_take_authorization_request(lent.p(), place.as_ptr(), null_mut()));
    });
    let _operation = start(&flow, &host);
    assert_eq!(host.status(), OK);
    let request = Owned(taken.load(Ordering::SeqCst), ffi::cis2_authorization_request_free);
    assert!(seen(ask!(cis2_authorization_request_url(request.p()))).starts_with("https://"));
    let _ = call!(cis2_flow_take_authorization_request(flow.p() => out)).refused(INVALID_STATE);
}

#[test]
fn an_outcome_that_nobody_takes_is_not_lost_to_anybody() {
    let _alone = alone();
    let client = client_that_knows();
    let (flow, host) = (authorization(&client), Host::new());
    drop(start(&flow, &host));
    host.status();
    drop((client, flow));
}

#[test]
fn cancelling_is_a_wish_that_may_be_repeated_and_may_come_too_late() {
    let _alone = alone();
    let (client, _silent) = client_of_the_silent();
    let (flow, host) = (authorization(&client), Host::new());
    let operation = start(&flow, &host);
    let lent = Lent(operation.p());
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(move || ask!(cis2_operation_cancel(lent.p())));
        }
    });
    assert_eq!(host.status(), CANCELLED);
    ask!(cis2_operation_cancel(operation.p()));
    let _ = wait(&operation).refused(Status::Cancelled);
    assert_eq!(host.calls(), [CANCELLED]);

    let knows = client_that_knows();
    let (flow, host) = (authorization(&knows), Host::new());
    let operation = start(&flow, &host);
    host.status();
    ask!(cis2_operation_cancel(operation.p()));
    wait(&operation).ok();
    drop(take(&flow));
}

#[test]
fn an_operation_that_is_freed_is_cancelled_and_its_callback_comes_with_the_same_address() {
    let _alone = alone();
    let (client, _silent) = client_of_the_silent();
    let seen_there = Arc::new((AtomicPtr::new(null_mut()), AtomicUsize::new(0)));
    let there = Arc::clone(&seen_there);
    let host = Host::acting(move |operation, _| {
        there.0.store(operation, Ordering::SeqCst);
        let error = ask!(cis2_operation_error(operation));
        there.1.store(ask!(cis2_error_status(error)) as usize, Ordering::SeqCst);
    });
    let flow = authorization(&client);
    let operation = start(&flow, &host);
    let address = operation.p();
    drop(operation);
    assert_eq!(host.status(), CANCELLED);
    assert_eq!(seen_there.0.load(Ordering::SeqCst), address);
    assert_eq!(seen_there.1.load(Ordering::SeqCst), CANCELLED as usize, "it can be asked although it was freed");
}

#[test]
fn an_operation_may_be_freed_inside_its_callback() {
    let _alone = alone();
    let (done, failed) = (client_that_knows(), client_of_nobody());
    for client in [&done, &failed] {
        let host = Host::acting(|operation, _| ask!(cis2_operation_free(operation)));
        let flow = authorization(client);
        let _: *mut cis2_operation = give!(cis2_flow_start(flow.p(), Some(on_complete), host.user_data()));
        host.status();
    }
    for client in [&done, &failed] {
        call!(cis2_client_close(client.p())).ok();
    }
}

#[test]
fn a_flow_that_is_freed_while_it_runs_is_cancelled_and_the_callback_comes() {
    let _alone = alone();
    let (client, _silent) = client_of_the_silent();
    let (flow, host) = (authorization(&client), Host::new());
    let operation = start(&flow, &host);
    drop(flow);
    assert_eq!(host.status(), CANCELLED);
    let _ = wait(&operation).refused(Status::Cancelled);
}

#[test]
fn a_flow_may_be_freed_inside_the_callback() {
    let _alone = alone();
    let client = client_that_knows();
    let flow = authorization(&client);
    let lent = Lent(flow.p());
    let host = Host::acting(move |_, _| ask!(cis2_flow_free(lent.p())));
    std::mem::forget(flow);
    let mut operation = null_mut();
    call!(cis2_flow_start(lent.p(), Some(on_complete), host.user_data(), &raw mut operation)).ok();
    assert_eq!(host.status(), OK);
    ask!(cis2_operation_free(operation));
}

#[test]
fn a_client_that_is_freed_ends_nothing() {
    let _alone = alone();
    let (client, silent) = client_of_the_silent();
    let (flow, host) = (authorization(&client), Host::new());
    let operation = start(&flow, &host);
    drop(client);
    let _ = call!(cis2_operation_wait(operation.p(), 50)).refused(Status::WaitTimeout);
    assert!(host.calls().is_empty());
    // It goes on: when the provider hangs up, it says so.
    for stream in silent.incoming().take(2) {
        drop(stream);
    }
    assert_eq!(host.status(), CONNECT);
}

#[test]
fn a_wait_ends_with_its_time_and_the_operation_goes_on() {
    let _alone = alone();
    let (client, _silent) = client_of_the_silent();
    let (flow, host) = (authorization(&client), Host::new());
    let operation = start(&flow, &host);
    for _ in 0..3 {
        let _ = call!(cis2_operation_wait(operation.p(), 1)).refused(Status::WaitTimeout);
    }
    assert!(host.calls().is_empty());
    ask!(cis2_operation_cancel(operation.p()));
    let _ = call!(cis2_operation_wait(operation.p(), 60_000)).refused(Status::Cancelled);
    assert_eq!(host.calls(), [CANCELLED], "a wait ends after the callback");
}

#[test]
fn many_threads_wait_for_one_operation() {
    let _alone = alone();
    let (client, _silent) = client_of_the_silent();
    let (flow, host) = (authorization(&client), Host::new());
    let operation = start(&flow, &host);
    let lent = Lent(operation.p());
    thread::scope(|scope| {
        let threads: Vec<_> =
            (0..4).map(|_| scope.spawn(move || ask!(cis2_operation_wait(lent.p(), 0, null_mut())))).collect();
        ask!(cis2_operation_cancel(lent.p()));
        threads.into_iter().for_each(|thread| assert_eq!(thread.join().expect("a thread"), CANCELLED));
    });
    assert_eq!(host.calls(), [CANCELLED]);
}

#[test]
fn a_wait_or_a_close_inside_a_callback_is_answered_and_not_waited() {
    let _alone = alone();
    let client = client_that_knows();
    let (silent, _listener) = client_of_the_silent();
    let (flow, host) = (authorization(&silent), Host::new());
    let other = start(&flow, &host);
    let (lent, lent_client) = (Lent(other.p()), Lent(silent.p()));
    let answers: Arc<Mutex<Vec<cis2_status>>> = Arc::default();
    let list = Arc::clone(&answers);
    let asking = Host::acting(move |operation, _| {
        for operation in [operation, lent.p()] {
            list.lock().expect("a list").push(ask!(cis2_operation_wait(operation, 0, null_mut())));
        }
        list.lock().expect("a list").push(ask!(cis2_client_close(lent_client.p(), null_mut())));
    });
    let done = authorization(&client);
    let _operation = start(&done, &asking);
    assert_eq!(asking.status(), OK);
    assert_eq!(*answers.lock().expect("a list"), [INVALID_STATE.number(); 3]);
    assert_eq!(host.status(), CANCELLED, "closing has cancelled all the same");
    let late = authorization(&silent);
    let _ = call!(cis2_flow_start(late.p(), None, null_mut() => out)).refused(INVALID_STATE);
    call!(cis2_client_close(silent.p())).ok();
}

#[test]
fn after_a_close_no_callback_runs_or_will_run() {
    let _alone = alone();
    let (client, _silent) = client_of_the_silent();
    let hosts: Vec<Host> = (0..50).map(|_| Host::new()).collect();
    let flows: Vec<_> = hosts.iter().map(|_| authorization(&client)).collect();
    let operations: Vec<_> = flows.iter().zip(&hosts).map(|(flow, host)| start(flow, host)).collect();
    let (blocking, lent) = (authorization(&client), Lent(client.p()));
    let lent_flow = Lent(blocking.p());
    thread::scope(|scope| {
        let run = scope.spawn(move || ask!(cis2_flow_run(lent_flow.p(), 0, null_mut())));
        // The run is refused if it comes after the close, and cancelled if it was there before.
        call!(cis2_client_close(lent.p())).ok();
        assert_eq!(hosts.iter().map(Host::calls).collect::<Vec<_>>(), vec![[CANCELLED]; 50]);
        let status = run.join().expect("a run");
        assert!([CANCELLED, INVALID_STATE.number()].contains(&status), "{status}");
    });
    call!(cis2_client_close(client.p())).ok();
    let _ = call!(cis2_flow_run(blocking.p(), 0));
    let fresh = authorization(&client);
    let _ = call!(cis2_flow_run(fresh.p(), 0)).refused(INVALID_STATE);
    assert_eq!(next(&fresh), CIS2_STEP_SEND, "by hand it goes on");
    drop((operations, flows));
    assert!(hosts.iter().all(|host| host.calls().len() == 1));
}

#[test]
fn a_close_drains_its_own_client_and_leaves_others() {
    let _alone = alone();
    let ((one, _first), (other, _second)) = (client_of_the_silent(), client_of_the_silent());
    let (flow, host) = (authorization(&one), Host::new());
    let (other_flow, other_host) = (authorization(&other), Host::new());
    let (_first, operation) = (start(&flow, &host), start(&other_flow, &other_host));
    call!(cis2_client_close(one.p())).ok();
    assert_eq!((host.calls(), other_host.calls()), (vec![CANCELLED], vec![]));
    drop(operation);
    assert_eq!(other_host.status(), CANCELLED);
}

#[test]
fn callbacks_that_are_kept_waiting_do_not_stop_the_flows_and_a_wait_includes_them() {
    let _alone = alone();
    let (client, failed) = (client_that_knows(), client_of_nobody());
    let gate: Arc<(Mutex<(usize, bool)>, Condvar)> = Arc::default();
    let flows: Vec<_> = (0..4).map(|_| authorization(&client)).collect();
    let hosts: Vec<Host> = (0..4)
        .map(|_| {
            let gate = Arc::clone(&gate);
            Host::acting(move |_, _| {
                let mut state = gate.0.lock().expect("a gate");
                state.0 += 1;
                gate.1.notify_all();
                drop(gate.1.wait_while(state, |state| !state.1).expect("a gate"));
            })
        })
        .collect();
    let operations: Vec<_> = flows.iter().zip(&hosts).map(|(flow, host)| start(flow, host)).collect();
    let state = gate.0.lock().expect("a gate");
    let (mut state, waited) = gate.1.wait_timeout_while(state, PATIENCE, |state| state.0 < 4).expect("a gate");
    assert!(!waited.timed_out(), "four callbacks run at once");
    for operation in &operations {
        // The outcome is there; the callback has not returned.
        assert!(ask!(cis2_operation_error(operation.p())).is_null());
        let _ = call!(cis2_operation_wait(operation.p(), 5)).refused(Status::WaitTimeout);
    }
    // All callback threads are kept; a flow without a callback, and a blocking one, come to their ends.
    let flow = authorization(&failed);
    let _ = wait(&start_without(&flow)).refused(Status::Connect);
    let flow = authorization(&failed);
    let _ = call!(cis2_flow_run(flow.p(), 0)).refused(Status::Connect);
    state.1 = true;
    gate.1.notify_all();
    drop(state);
    operations.iter().for_each(|operation| wait(operation).ok());
}

#[test]
fn a_callback_may_run_flows_of_its_own() {
    let _alone = alone();
    let (client, failed) = (client_that_knows(), client_of_nobody());
    let lent = Lent(failed.p());
    let host = Host::acting(move |_, _| {
        let failed = Owned(lent.p(), leave);
        let flow = authorization(&failed);
        let _ = call!(cis2_flow_run(flow.p(), 0)).refused(Status::Connect);
        let other = authorization(&failed);
        drop(start_without(&other));
    });
    let flow = authorization(&client);
    let _operation = start(&flow, &host);
    assert_eq!(host.status(), OK);
    call!(cis2_client_close(failed.p())).ok();
}

unsafe extern "C" fn leave<T>(_: *mut T) {}

/// A client whose clock can be made to panic, and that nobody answers.
fn client_with_a_defect() -> (Owned<cis2_client>, Arc<AtomicBool>) {
    let broken = Arc::new(AtomicBool::new(false));
    let closed = TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("its number");
    let mut config = support::config();
    config.set_connect_to("cis2.localhost:443", &closed.to_string()).expect("an address");
    let flag = Arc::clone(&broken);
    let now = move || {
        assert!(!flag.load(Ordering::SeqCst), "a defect of the tests");
        Timestamp::from_unix_s(NOW)
    };
    let sources = Sources { now: Box::new(now), random: Box::new(SystemRandom) };
    let client = cis2_client::give(Client::with_sources(config, sources).expect("a client"));
    (Owned(client, ffi::cis2_client_free), broken)
}

#[test]
fn a_defect_while_it_runs_is_an_outcome_too() {
    let _alone = alone();
    let (client, broken) = client_with_a_defect();
    let (flow, host) = (authorization(&client), Host::new());
    let (waited, run) = (authorization(&client), authorization(&client));
    broken.store(true, Ordering::SeqCst);
    let operation = start(&flow, &host);
    assert_eq!(host.status(), Status::Panic.number());
    let message = wait(&operation).refused(Status::Panic);
    assert!(!message.contains("a defect of the tests"), "{message}");
    let _ = wait(&start_without(&waited)).refused(Status::Panic);
    let _ = call!(cis2_flow_run(run.p(), 0)).refused(Status::Panic);
    broken.store(false, Ordering::SeqCst);
    for flow in [&flow, &waited, &run] {
        let _ = call!(cis2_flow_next(flow.p() => out)).refused(Status::Panic);
        let _ = call!(cis2_flow_start(flow.p(), None, null_mut() => out)).refused(Status::Panic);
        let _ = call!(cis2_flow_take_sign_in(flow.p() => out)).refused(Status::Panic);
    }
    call!(cis2_client_close(client.p())).ok();
    assert_eq!(host.calls().len(), 1);
}
