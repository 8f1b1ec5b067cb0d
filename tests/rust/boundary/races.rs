//! Cancel, free and completion, ten thousand times and in every order: one callback each, and nothing left. And what
//! thousands in flight need.

use std::ffi::c_void;
use std::ptr::{self, null_mut};
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;

use cis2::error::Status;
use cis2::ffi::*;
use cis2::transport::MAX_CONNECTIONS;

use super::callbacks::{Lent, PATIENCE, client_of_the_silent, client_that_knows};
use super::threads::client_of_nobody;
use super::*;

const RACES: usize = 10_000;
const THREADS: usize = 4;
const RACES_WITH_SOCKETS: usize = 400;
const IN_FLIGHT: usize = 2_000;

/// One race: how often it was called, and whether the callback frees the operation.
#[derive(Default)]
struct Race {
    calls: AtomicU32,
    frees: bool,
}

unsafe extern "C" fn count(user_data: *mut c_void, operation: *mut cis2_operation, status: cis2_status) {
    // SAFETY: the list of races outlives the client, which was closed.
    let race = unsafe { &*user_data.cast::<Race>() };
    assert!([0, Status::Cancelled.number(), Status::Connect.number()].contains(&status));
    if race.frees {
        ask!(cis2_operation_free(operation));
    }
    race.calls.fetch_add(1, Ordering::SeqCst);
}

/// An order of events that is another one each time, and the same in each run.
fn shuffled(seed: usize) -> usize {
    let mut x = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    x ^= x >> 29;
    x.wrapping_mul(0xbf58_476d_1ce4_e5b9) >> 32
}

/// Starts a flow and does, in the order of `seed`, what a host may do to it at any time.
fn race(client: *mut cis2_client, race: &Race, seed: usize) {
    let mut flow = null_mut();
    let mut operation = null_mut();
    let user_data = ptr::from_ref(race).cast_mut().cast();
    assert_eq!(ask!(cis2_client_begin_authorization(client, ptr::null(), &raw mut flow, null_mut())), 0);
    assert_eq!(ask!(cis2_flow_start(flow, Some(count), user_data, &raw mut operation, null_mut())), 0);
    let kind = shuffled(seed);
    // Where the callback frees the operation, the rest keeps its hands off it.
    if !race.frees {
        match kind % 5 {
            0 => ask!(cis2_operation_cancel(operation)),
            1 => assert_ne!(ask!(cis2_operation_wait(operation, 60_000, null_mut())), Status::WaitTimeout.number()),
            2 => {
                let _ = ask!(cis2_operation_wait(operation, 1, null_mut()));
                ask!(cis2_operation_cancel(operation));
            }
            _ => (),
        }
    }
    if kind & 16 == 0 {
        ask!(cis2_flow_free(flow));
        flow = null_mut();
    }
    if !race.frees {
        ask!(cis2_operation_free(operation));
    }
    ask!(cis2_flow_free(flow));
}

fn races(client: &Owned<cis2_client>, count: usize) {
    let races: Vec<Race> =
        (0..count).map(|index| Race { frees: shuffled(index) & 32 == 0, ..Race::default() }).collect();
    let lent = Lent(client.p());
    thread::scope(|scope| {
        for (thread, share) in races.chunks(count.div_ceil(THREADS)).enumerate() {
            scope.spawn(move || {
                for (index, one) in share.iter().enumerate() {
                    race(lent.p(), one, thread * count + index);
                }
            });
        }
    });
    call!(cis2_client_close(client.p())).ok();
    for (index, race) in races.iter().enumerate() {
        assert_eq!(race.calls.load(Ordering::SeqCst), 1, "race {index}");
    }
}

#[test]
fn ten_thousand_races_of_cancel_free_and_completion_end_in_one_callback_each() {
    let _alone = alone();
    races(&client_that_knows(), RACES);
}

#[test]
fn races_with_sockets_end_in_one_callback_each() {
    let _alone = alone();
    races(&client_of_nobody(), RACES_WITH_SOCKETS);
}

#[test]
fn a_close_that_races_with_starts_leaves_no_callback_behind() {
    let _alone = alone();
    for round in 0..100 {
        let client = client_that_knows();
        let races: Vec<Race> = (0..20).map(|_| Race::default()).collect();
        let lent = Lent(client.p());
        let started = thread::scope(|scope| {
            let starts = scope.spawn(|| {
                let mut started = 0;
                for one in &races {
                    let client = Owned(lent.p(), leave);
                    let (flow, mut operation) = (authorization(&client), null_mut());
                    let user_data = ptr::from_ref(one).cast_mut().cast();
                    let status =
                        ask!(cis2_flow_start(flow.p(), Some(count), user_data, &raw mut operation, null_mut()));
                    assert_eq!(status == 0, !operation.is_null());
                    ask!(cis2_operation_free(operation));
                    started += u32::from(status == 0);
                }
                started
            });
            for _ in 0..round {
                thread::yield_now();
            }
            call!(cis2_client_close(lent.p())).ok();
            let called: u32 = races.iter().map(|race| race.calls.load(Ordering::SeqCst)).sum();
            let started = starts.join().expect("a thread");
            assert_eq!(called, started, "all that was started was called before the close returned");
            started
        });
        assert_eq!(races.iter().map(|race| race.calls.load(Ordering::SeqCst)).sum::<u32>(), started);
    }
}

unsafe extern "C" fn leave<T>(_: *mut T) {}

#[cfg(target_os = "linux")]
#[test]
fn thousands_in_flight_need_no_thread_and_no_socket_each() {
    let _alone = alone();
    let (client, _silent) = client_of_the_silent();
    let count_of = |what: &str| std::fs::read_dir(format!("/proc/self/{what}")).expect("/proc").count();
    let (threads, files) = (count_of("task"), count_of("fd"));
    let races: Vec<Race> = (0..IN_FLIGHT).map(|_| Race::default()).collect();
    let begun = std::time::Instant::now();
    let flows: Vec<_> = races
        .iter()
        .map(|race| {
            let (flow, user_data) = (authorization(&client), ptr::from_ref(race).cast_mut().cast());
            let operation: *mut cis2_operation = give!(cis2_flow_start(flow.p(), Some(count), user_data));
            (flow, Owned(operation, cis2_operation_free))
        })
        .collect();
    assert!(count_of("task") <= threads + 8, "{} threads, {threads} before", count_of("task"));
    assert!(count_of("fd") <= files + MAX_CONNECTIONS + 50, "{} files, {files} before", count_of("fd"));
    call!(cis2_client_close(client.p())).ok();
    drop(flows);
    assert!(begun.elapsed() < PATIENCE, "{:?}", begun.elapsed());
    assert!(races.iter().all(|race| race.calls.load(Ordering::SeqCst) == 1));
}
