//! Panics, threads and forks. What touches the whole process runs in a process of its own: this binary again, with one
//! test and a word in its environment.

use std::process::{Command, Output as Finished};

use cis2::error::Status;
use cis2::ffi::guard;

use super::callbacks::{Host, client_of_the_silent, on_complete, start};
use super::threads::client_of_nobody;
use super::*;

const CHILD: &str = "CIS2_TEST_CHILD";
const PAYLOAD: &str = "what the panic said";

#[test]
fn a_panic_becomes_a_status_and_an_error() {
    let _alone = alone();
    let mut error = Output::dirty();
    // SAFETY: a place on this stack.
    let status = unsafe { guard::status(&raw mut error, || panic!("{PAYLOAD}")) };
    let message = Outcome::new("guard::status", status, error).refused(Status::Panic);
    assert!(!message.contains(PAYLOAD), "{message}");
    // SAFETY: no place at all.
    let status = unsafe { guard::status(ptr::null_mut(), || panic!("{PAYLOAD}")) };
    assert_eq!(status, Status::Panic.number(), "without an error object");
}

#[test]
fn a_panic_in_an_accessor_gives_nothing() {
    let _alone = alone();
    assert_eq!(guard::value(|| -> Option<u32> { panic!("{PAYLOAD}") }), 0);
    assert!(guard::value(|| -> Option<cis2_str> { panic!("{PAYLOAD}") }).is_blank());
    guard::run(|| panic!("{PAYLOAD}"));
}

#[test]
fn a_panic_prints_its_place_and_nothing_that_it_said() {
    if std::env::var_os(CHILD).is_some() {
        guard::run(|| panic!("{PAYLOAD}"));
        return;
    }
    let finished = again("boundary::process::a_panic_prints_its_place_and_nothing_that_it_said");
    let printed = String::from_utf8_lossy(&finished.stderr).into_owned() + &String::from_utf8_lossy(&finished.stdout);
    assert!(printed.contains("defect at tests/rust/boundary/process.rs:"), "{printed}");
    assert!(!printed.contains(PAYLOAD) && !printed.contains("backtrace"), "{printed}");
}

#[cfg(target_os = "linux")]
#[test]
fn two_threads_are_started_by_the_first_run_and_none_before() {
    if std::env::var_os(CHILD).is_some() {
        let client = client_of_nobody();
        let flow = authorization(&client);
        assert_eq!(super::conversation::next(&flow), CIS2_STEP_SEND);
        assert_eq!(io_threads(), 0, "before");
        let _ = call!(cis2_flow_run(flow.p(), 0)).refused(Status::Connect);
        assert!(io_threads() >= 2, "after: {}", io_threads());
        return;
    }
    again("boundary::process::two_threads_are_started_by_the_first_run_and_none_before");
}

#[cfg(target_os = "linux")]
#[test]
fn a_child_forked_after_the_first_run_is_refused_and_can_do_the_rest() {
    if std::env::var_os(CHILD).is_some() {
        fork_and_run();
        return;
    }
    again("boundary::process::a_child_forked_after_the_first_run_is_refused_and_can_do_the_rest");
}

#[cfg(target_os = "linux")]
fn fork_and_run() {
    let client = client_of_nobody();
    let flow = authorization(&client);
    let _ = call!(cis2_flow_run(flow.p(), 0)).refused(Status::Connect);
    let untouched = authorization(&client);
    // SAFETY: the child calls the library, which locks nothing that another thread of this process holds, and _exit.
    let child = unsafe { libc::fork() };
    if child == 0 {
        // SAFETY: an alarm ends the child that waits for ever, which is what a call without the check would do.
        unsafe { libc::alarm(30) };
        // SAFETY: a handle of this test, and the child's copy is its own.
        let refused = unsafe { cis2::ffi::cis2_flow_run(untouched.p(), 0, ptr::null_mut()) };
        let unchanged = super::conversation::next(&untouched) == CIS2_STEP_SEND;
        let minted = !super::conversation::signed_in(&client).p().is_null();
        let good = refused == Status::InvalidState.number() && unchanged && minted;
        // SAFETY: ends the child without running what belongs to the parent.
        unsafe { libc::_exit(if good { 0 } else { 1 }) };
    }
    let mut status = -1;
    // SAFETY: the child of this process, and a place on this stack.
    assert_eq!(unsafe { libc::waitpid(child, &raw mut status, 0) }, child);
    assert_eq!(status, 0, "the child's exit status");
    let _ = call!(cis2_flow_run(untouched.p(), 0)).refused(Status::Connect);
}

#[cfg(target_os = "linux")]
#[test]
fn a_child_forked_while_operations_run_is_refused_and_does_not_hang() {
    if std::env::var_os(CHILD).is_some() {
        fork_and_start();
        return;
    }
    again("boundary::process::a_child_forked_while_operations_run_is_refused_and_does_not_hang");
}

#[cfg(target_os = "linux")]
fn fork_and_start() {
    let (client, _silent) = client_of_the_silent();
    let (flow, host) = (authorization(&client), Host::new());
    let operation = start(&flow, &host);
    let fresh = authorization(&client);
    // SAFETY: the child calls the library, and _exit.
    let child = unsafe { libc::fork() };
    if child == 0 {
        // SAFETY: an alarm ends the child that waits for ever, which is what a call without the check would do.
        unsafe { libc::alarm(30) };
        let nobody = ptr::null_mut();
        let mut out = Output::dirty();
        let started = ask!(cis2_flow_start(fresh.p(), Some(on_complete), host.user_data(), &raw mut out, nobody));
        let waited = ask!(cis2_operation_wait(operation.p(), 0, nobody));
        let closed = ask!(cis2_client_close(client.p(), nobody));
        ask!(cis2_operation_cancel(operation.p()));
        drop((operation, flow, client));
        let refused = [started, waited, closed] == [Status::InvalidState.number(); 3] && out.is_null();
        let good = refused && host.calls().is_empty();
        // SAFETY: ends the child without running what belongs to the parent.
        unsafe { libc::_exit(if good { 0 } else { 1 }) };
    }
    let mut status = -1;
    // SAFETY: the child of this process, and a place on this stack.
    assert_eq!(unsafe { libc::waitpid(child, &raw mut status, 0) }, child);
    assert_eq!(status, 0, "the child's exit status");
    assert!(host.calls().is_empty(), "the parent's goes on");
    ask!(cis2_operation_cancel(operation.p()));
    assert_eq!(host.status(), Status::Cancelled.number());
}

#[cfg(target_os = "linux")]
#[test]
fn a_callback_thread_is_started_by_the_first_promise_of_one_and_none_before() {
    if std::env::var_os(CHILD).is_some() {
        let client = client_of_nobody();
        let flow = authorization(&client);
        let _ = call!(cis2_flow_run(flow.p(), 0)).refused(Status::Connect);
        assert_eq!(threads_called("cis2-callback"), 0, "before");
        let (flow, host) = (authorization(&client), Host::new());
        let _operation = start(&flow, &host);
        assert_eq!(host.status(), Status::Connect.number());
        assert!((1..=4).contains(&threads_called("cis2-callback")), "after");
        return;
    }
    again("boundary::process::a_callback_thread_is_started_by_the_first_promise_of_one_and_none_before");
}

#[cfg(target_os = "linux")]
fn io_threads() -> usize {
    threads_called("cis2-io")
}

#[cfg(target_os = "linux")]
fn threads_called(expected: &str) -> usize {
    let tasks = std::fs::read_dir("/proc/self/task").expect("/proc");
    let names = tasks.filter_map(|task| std::fs::read_to_string(task.ok()?.path().join("comm")).ok());
    names.filter(|name| name.trim() == expected).count()
}

fn again(test: &str) -> Finished {
    let program = std::env::current_exe().expect("this binary");
    let finished =
        Command::new(program).args(["--exact", test, "--nocapture"]).env(CHILD, "1").output().expect("a child");
    let printed = String::from_utf8_lossy(&finished.stdout);
    assert!(finished.status.success(), "{printed}\n{}", String::from_utf8_lossy(&finished.stderr));
    assert!(printed.contains("1 passed"), "{printed}");
    finished
}
