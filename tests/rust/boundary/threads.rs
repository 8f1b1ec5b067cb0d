//! Const means many threads; the blocking run.

use std::net::TcpListener;
use std::ptr;
use std::sync::Barrier;
use std::thread;

use cis2::error::Status;
use cis2::ffi::*;

use super::conversation::{begin, signed_in};
use super::*;

const THREADS: usize = 8;

/// A pointer to const, which the header allows many threads to use.
struct Shared<T>(*const T);
// SAFETY: that is what is tested here.
unsafe impl<T> Sync for Shared<T> {}

impl<T> Shared<T> {
    fn get(&self) -> *const T {
        self.0
    }
}

/// A client whose host is at a port where nobody listens.
pub fn client_of_nobody() -> Owned<cis2_client> {
    let free = TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("its number");
    let config = config();
    call!(cis2_config_set_connect_to(config.p(), t("cis2.localhost:443"), t(&free.to_string()))).ok();
    client_of(&config)
}

#[test]
fn many_threads_sign_in_with_one_client() {
    let _alone = alone();
    let client = client();
    let lent = Shared(client.p().cast_const());
    thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                // A handle of this thread's own view of the client; freed by nobody here.
                let client = Owned(lent.get().cast_mut(), leave);
                drop(signed_in(&client));
                drop(begin(&client, ptr::null()).request);
            });
        }
    });
}

#[test]
fn many_threads_read_one_identity() {
    let _alone = alone();
    let client = client();
    let sign_in = signed_in(&client);
    let identity = Shared(ask!(cis2_sign_in_identity(sign_in.p())));
    let start = Barrier::new(THREADS);
    let seen_by_all: Vec<(usize, usize)> = thread::scope(|scope| {
        let ask = || {
            start.wait();
            let claim: cis2_str = give!(cis2_identity_claim(identity.get(), t("acr")));
            assert_eq!(seen(claim), "\"AAL3_ANY\"");
            let subject = ask!(cis2_identity_subject(identity.get()));
            (claim.data as usize, subject.data as usize)
        };
        let threads: Vec<_> = (0..THREADS).map(|_| scope.spawn(ask)).collect();
        threads.into_iter().map(|thread| thread.join().expect("a thread")).collect()
    });
    assert!(seen_by_all.iter().all(|views| *views == seen_by_all[0]), "all see the same text");
}

#[test]
fn many_flows_run_at_once_and_each_says_that_nobody_listens() {
    let _alone = alone();
    let client = client_of_nobody();
    let lent = Shared(client.p().cast_const());
    thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                let client = Owned(lent.get().cast_mut(), leave);
                let flow = authorization(&client);
                let message = call!(cis2_flow_run(flow.p(), 0)).refused(Status::Connect);
                assert!(message.contains("refused"), "{message}");
                let _ = call!(cis2_flow_run(flow.p(), 5_000)).refused(Status::Connect);
                let _ = call!(cis2_flow_next(flow.p() => out)).refused(Status::Connect);
            });
        }
    });
}

#[test]
fn the_time_of_a_whole_flow_is_kept() {
    let _alone = alone();
    // It accepts in the kernel and never says a word.
    let silent = TcpListener::bind("127.0.0.1:0").expect("a port");
    let config = config();
    let address = silent.local_addr().expect("its number").to_string();
    call!(cis2_config_set_connect_to(config.p(), t("cis2.localhost:443"), t(&address))).ok();
    let client = client_of(&config);
    let flow = authorization(&client);
    let begun = std::time::Instant::now();
    let _ = call!(cis2_flow_run(flow.p(), 200)).refused(Status::TransportTimeout);
    assert!(begun.elapsed() < std::time::Duration::from_secs(4), "{:?}", begun.elapsed());
}

#[test]
fn a_run_inside_a_runtime_is_answered() {
    let _alone = alone();
    let client = client_of_nobody();
    let flow = authorization(&client);
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    runtime.block_on(async {
        let _ = call!(cis2_flow_run(flow.p(), 0)).refused(INVALID_STATE);
    });
    assert_eq!(super::conversation::next(&flow), CIS2_STEP_SEND, "nothing has changed");
}

unsafe extern "C" fn leave<T>(_: *mut T) {}
