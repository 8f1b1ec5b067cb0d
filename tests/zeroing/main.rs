//! Nothing that is freed still holds a secret. An allocator looks at each block that this process gives back, for the
//! bytes of the test key (as text and as number), of code, verifier, state, nonce and tokens.
//!
//! A binary of its own: an allocator is one for the whole process, and the tests here watch one at a time. What the test
//! itself holds of a secret is never freed. aws-lc has an allocator of its own, which overwrites what it frees.

#![expect(unsafe_code, reason = "an allocator is unsafe by nature")]
#![expect(clippy::disallowed_methods, reason = "tests read files")]

#[path = "../rust/support/mod.rs"]
#[expect(dead_code, reason = "the tests of the public API use the rest of it")]
mod support;

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::sync::atomic::{AtomicPtr, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use cis2::client::Running;
use cis2::error::Status;
use cis2::flow::Step;
use cis2::flow::authorize::AuthorizationParameters;
use cis2::http::Headers;
use cis2::jose::Algorithm;
use cis2::key::SigningKey;
use serde_json::{Value, json};

use support::hostile::{ACCESS_TOKEN, CODE, answer_body, key_set};
use support::{NOW, client_at, discovery, vectors};

struct Watching;

#[global_allocator]
static ALLOCATOR: Watching = Watching;

/// What is looked for; leaked, so that it stays where it is.
static NEEDLES: AtomicPtr<Vec<(&'static str, Vec<u8>)>> = AtomicPtr::new(std::ptr::null_mut());
thread_local! {
    /// Whether this thread is watched: other tests may free what they read themselves.
    static WATCHES: Cell<bool> = const { Cell::new(false) };
}
static FOUND: AtomicUsize = AtomicUsize::new(0);
/// Which needle was found last, by its place in the list, plus one.
static FOUND_NEEDLE: AtomicUsize = AtomicUsize::new(0);

// SAFETY: all is left to the system's allocator; a block is only read before it is given back, and while it is ours.
unsafe impl GlobalAlloc for Watching {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // Zeroed, so that a block never holds what somebody else left in it.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        if WATCHES.get() {
            look(unsafe { std::slice::from_raw_parts(block, layout.size()) });
        }
        unsafe { System.dealloc(block, layout) }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // Moving always, so that growing leaves its old block behind as it may anywhere.
        let Ok(new_layout) = Layout::from_size_align(size, layout.align()) else { return std::ptr::null_mut() };
        let moved = unsafe { System.alloc_zeroed(new_layout) };
        if !moved.is_null() {
            unsafe { std::ptr::copy_nonoverlapping(block, moved, layout.size().min(size)) };
            unsafe { self.dealloc(block, layout) };
        }
        moved
    }
}

fn look(block: &[u8]) {
    let needles = NEEDLES.load(Ordering::Acquire);
    if needles.is_null() {
        return;
    }
    // SAFETY: the list was leaked by `watch` and is never changed.
    let needles = unsafe { &*needles };
    for (index, (_, needle)) in needles.iter().enumerate() {
        if block.windows(needle.len()).any(|window| window == needle.as_slice()) {
            FOUND.fetch_add(1, Ordering::Relaxed);
            FOUND_NEEDLE.store(index + 1, Ordering::Relaxed);
        }
    }
}

/// Watches what is freed while this runs, and names the secret that was found in it.
fn watch(needles: Vec<(&'static str, Vec<u8>)>, what: impl FnOnce()) -> Option<&'static str> {
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    let _alone: MutexGuard<'_, ()> = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    FOUND.store(0, Ordering::Relaxed);
    let needles: &'static Vec<(&'static str, Vec<u8>)> = Box::leak(Box::new(needles));
    NEEDLES.store(std::ptr::from_ref(needles).cast_mut(), Ordering::Release);
    WATCHES.set(true);
    what();
    WATCHES.set(false);
    (FOUND.load(Ordering::Relaxed) > 0).then(|| needles[FOUND_NEEDLE.load(Ordering::Relaxed) - 1].0)
}

fn leaked(bytes: Vec<u8>) -> &'static [u8] {
    Box::leak(bytes.into_boxed_slice())
}

/// A key file, and parts of it as text and as bytes.
fn key_needles(file: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    let text = std::str::from_utf8(file).expect("PEM");
    let body: String = text.lines().filter(|line| !line.contains("-----")).collect();
    let der = {
        let mut unpadded = body.replace('+', "-").replace('/', "_");
        unpadded.truncate(unpadded.trim_end_matches('=').len());
        cis2::base64url::decode(&unpadded).expect("base64")
    };
    let middle = der.len() * 2 / 3;
    vec![
        ("a line of the PEM file", text.lines().nth(15).expect("a line").as_bytes().to_vec()),
        ("the private numbers", der[middle..middle + 32].to_vec()),
    ]
}

#[test]
fn the_watch_sees_a_secret_that_is_freed() {
    let secret = leaked(b"a secret that nobody overwrites".to_vec());
    let found = watch(vec![("it", secret.to_vec())], || drop(std::hint::black_box(secret.to_vec())));
    assert_eq!(found, Some("it"), "a watch that sees nothing proves nothing");
    let found = watch(vec![("it", secret.to_vec())], || drop(cis2::secret::Secret::new(secret.to_vec())));
    assert_eq!(found, None);
}

#[test]
fn reading_using_and_dropping_a_key_leaves_nothing_of_it() {
    for name in ["rsa2048.pkcs8.pem", "rsa2048.pkcs1.pem", "rsa2048.crlf.pem", "rsa2048.one-line.pem"] {
        let file = leaked(std::fs::read(support::root().join("tests/vectors/keys").join(name)).expect("a file"));
        let pem = if name.contains("pkcs1") {
            file
        } else {
            leaked(std::fs::read(support::root().join("tests/vectors/keys/rsa2048.pkcs8.pem")).expect("a file"))
        };
        let found = watch(key_needles(pem), || {
            let key = SigningKey::from_pem(file, None, "kid", Algorithm::Rs256).expect("a key");
            drop(key.sign_compact("{}", "{}").expect("a token"));
            drop(key.jwk_set_json());
            drop(cis2::key::describe::describe(file));
        });
        assert_eq!(found, None, "{name}");
    }
}

#[test]
fn a_key_that_is_refused_leaves_nothing_of_it() {
    for name in ["rsa2048.cut-off.pem", "rsa2048.bad-base64.pem", "rsa2048.numbers-changed.pem", "two-keys.pem"] {
        let file = leaked(std::fs::read(support::root().join("tests/vectors/keys").join(name)).expect("a file"));
        let whole = std::fs::read(support::root().join("tests/vectors/keys/rsa2048.pkcs8.pem")).expect("a file");
        let found = watch(key_needles(&whole), || {
            drop(SigningKey::from_pem(file, None, "kid", Algorithm::Rs256).expect_err("a refusal"));
        });
        assert_eq!(found, None, "{name}");
    }
}

/// What a host would send, read and then given away; nothing of it is copied here.
fn answer(flow: &mut Running, body: Vec<u8>) -> Result<(), cis2::error::Error> {
    let url = match flow.step()? {
        Step::Send(request) => request.url.clone(),
        Step::Done => panic!("nothing is sent"),
    };
    flow.supply_response(200, &url, Headers::default(), body)
}

/// A whole sign-in, in which the ID token has these changes; every secret of it is watched.
fn watched_sign_in(id_token_row: &Value) -> (Option<&'static str>, Option<Status>) {
    let client = client_at(NOW);
    let mut flow = client.begin_authorization(AuthorizationParameters::default()).expect("a flow");
    answer(&mut flow, discovery(&json!({})).into_bytes()).expect("discovery");
    let request = flow.take_authorization_request().expect("a request");
    let world = support::world(&request);
    let verifier = request.saved().verifier.as_ref().expect("a verifier").expose().to_owned();
    let id_token = world.id_token(&vectors("hostile/id_tokens.json")["base"], id_token_row);
    let tokens = answer_body(&world, &vectors("hostile/token_answers.json"), &Value::Null, &id_token);
    let callback = leaked(world.text("code=$code&state=$state").into_bytes());
    let callback = std::str::from_utf8(callback).expect("a callback");
    let needles = vec![
        ("the code", CODE.as_bytes().to_vec()),
        ("the verifier", verifier.clone().into_bytes()),
        ("the state", world.state.clone().into_bytes()),
        ("the nonce", world.nonce.clone().into_bytes()),
        ("the access token", ACCESS_TOKEN.as_bytes().to_vec()),
        ("the ID token", id_token.as_bytes()[200..260].to_vec()),
    ];
    let sealed = request.sealed().to_owned();
    let keys = key_set(&Value::Null).into_bytes();
    let mut refused = None;
    let found = watch(needles, || {
        let restored = client.restore_authorization_request(&sealed).expect("a request");
        let mut flow = client.begin_sign_in(&restored, callback).expect("a callback");
        let result = answer(&mut flow, tokens).and_then(|()| answer(&mut flow, keys));
        refused = result.err().map(|error| error.status());
        if refused.is_none() {
            let sign_in = flow.take_sign_in().expect("a sign-in");
            drop(sign_in.identity().claim("sub"));
            drop(sign_in);
        }
        drop(flow);
        drop(restored);
        drop(request);
    });
    std::mem::forget((world, verifier, id_token));
    (found, refused)
}

#[test]
fn a_whole_sign_in_leaves_no_secret_behind() {
    assert_eq!(watched_sign_in(&Value::Null), (None, None));
}

#[test]
fn a_refused_sign_in_leaves_no_secret_behind() {
    for (row, status) in [
        (json!({"claims": {"aud": "another"}}), Status::AudienceMismatch),
        (json!({"signature": "other_key"}), Status::SignatureInvalid),
        (json!({"header": {"kid": "nobody"}}), Status::KeyUnknown),
    ] {
        assert_eq!(watched_sign_in(&row), (None, Some(status)), "{row}");
    }
}
