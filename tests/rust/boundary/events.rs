//! Events as C hears them: on a thread of the library, one at a time, never from within a call, until the last one; and
//! then what the host gave is given back, once.

use std::ffi::c_void;
use std::ptr::null_mut;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;

use cis2::error::Status;
use cis2::event::EVENTS;
use cis2::ffi::{self, *};
use serde_json::json;

use super::callbacks::{Lent, PATIENCE};
use super::conversation::{begin, drive, sign_in_flow};
use super::*;
use crate::support::hostile::CODE;
use crate::support::{self, mark};

/// One event as C sees it.
#[derive(Clone, Debug)]
struct Seen {
    id: u32,
    level: u32,
    name: String,
    message: String,
    fields: Vec<(String, String)>,
    thread: String,
}

type Act = Box<dyn Fn(u32) + Send + Sync>;

/// What `user_data` points to.
struct Ear {
    heard: Mutex<Vec<Seen>>,
    changed: Condvar,
    inside: AtomicUsize,
    nested: AtomicBool,
    dropped: AtomicUsize,
    act: Act,
}

unsafe extern "C" fn on_event(user_data: *mut c_void, event: *const cis2_event) {
    // SAFETY: a reference that `listen` gave, until it is dropped.
    let ear = unsafe { &*user_data.cast::<Ear>() };
    if ear.inside.fetch_add(1, Ordering::SeqCst) > 0 {
        ear.nested.store(true, Ordering::SeqCst);
    }
    let field = |index| {
        let name = seen(ask!(cis2_event_field_name(event, index)));
        let value = seen(ask!(cis2_event_field_value(event, index)));
        assert_eq!(seen(ask!(cis2_event_field(event, t(&name)))), value);
        (name, value)
    };
    let one = Seen {
        id: ask!(cis2_event_id(event)),
        level: ask!(cis2_event_level(event)),
        name: seen(ask!(cis2_event_name(event))),
        message: seen(ask!(cis2_event_message(event))),
        fields: (0..ask!(cis2_event_field_count(event))).map(field).collect(),
        thread: thread::current().name().unwrap_or_default().to_owned(),
    };
    let end = ask!(cis2_event_field_count(event));
    assert!(ask!(cis2_event_field_name(event, end)).is_blank() && ask!(cis2_event_field(event, t("none"))).is_blank());
    (ear.act)(one.id);
    ear.inside.fetch_sub(1, Ordering::SeqCst);
    ear.heard.lock().expect("a list").push(one);
    ear.changed.notify_all();
}

unsafe extern "C" fn give_back(user_data: *mut c_void) {
    // SAFETY: the reference that `listen` gave, given back once; the test keeps another.
    let ear = unsafe { Arc::from_raw(user_data.cast::<Ear>()) };
    ear.dropped.fetch_add(1, Ordering::SeqCst);
}

fn ear() -> Arc<Ear> {
    ear_that(|_| ())
}

fn ear_that(act: impl Fn(u32) + Send + Sync + 'static) -> Arc<Ear> {
    Arc::new(Ear {
        heard: Mutex::default(),
        changed: Condvar::new(),
        inside: AtomicUsize::new(0),
        nested: AtomicBool::new(false),
        dropped: AtomicUsize::new(0),
        act: Box::new(act),
    })
}

fn listen(config: &Owned<cis2_config>, ear: &Arc<Ear>, level: u32) {
    let user_data = Arc::into_raw(Arc::clone(ear)).cast_mut().cast();
    call!(cis2_config_set_events(config.p(), Some(on_event), user_data, Some(give_back), level)).ok();
}

impl Ear {
    fn names(&self) -> Vec<String> {
        self.heard.lock().expect("a list").iter().map(|one| one.name.clone()).collect()
    }

    fn wait_for(&self, count: usize) {
        let heard = self.heard.lock().expect("a list");
        let (heard, waited) =
            self.changed.wait_timeout_while(heard, PATIENCE, |heard| heard.len() < count).expect("a list");
        assert!(!waited.timed_out(), "{heard:?}");
    }

    fn dropped(&self) -> usize {
        self.dropped.load(Ordering::SeqCst)
    }
}

fn authorize(client: &Owned<cis2_client>) {
    let flow = authorization(client);
    drive(&flow, |_, _| support::discovery(&json!({})).into_bytes());
}

#[test]
fn events_are_told_in_order_with_number_level_sentence_and_fields() {
    let _alone = alone();
    let (config, ear) = (config(), ear());
    listen(&config, &ear, CIS2_LEVEL_DEBUG);
    let client = client_of(&config);
    authorize(&client);
    call!(cis2_client_close(client.p())).ok();
    assert_eq!(ear.names(), ["FLOW_BEGUN", "DISCOVERY_REFRESHED", "FLOW_DONE"]);
    for one in ear.heard.lock().expect("a list").iter() {
        let row = EVENTS.iter().find(|row| row.id.number() == one.id).expect("a row");
        assert_eq!((one.level, one.name.as_str()), (row.level.number(), row.name));
        let mut message = format!("{} ({}): {}", row.name, one.id, row.sentence);
        one.fields.iter().for_each(|(name, value)| message.push_str(&format!(" {name}={value}")));
        assert_eq!(one.message, message);
        assert_eq!(one.thread, "cis2-callback", "never from within a call");
    }
    let refreshed = ear.heard.lock().expect("a list")[1].clone();
    assert_eq!(refreshed.fields, [("host".to_owned(), "cis2.localhost".to_owned())]);
}

#[test]
fn only_events_up_to_the_level_are_told_and_an_unknown_level_is_refused() {
    let _alone = alone();
    let config = config();
    let never = ear();
    let user_data = Arc::as_ptr(&never).cast_mut().cast();
    for level in [0, 5, u32::MAX] {
        let refused = call!(cis2_config_set_events(config.p(), Some(on_event), user_data, Some(give_back), level))
            .refused(INVALID_ARGUMENT);
        assert!(refused.contains("max_level"), "{refused}");
    }
    let ear = ear();
    listen(&config, &ear, CIS2_LEVEL_INFO);
    let client = client_of(&config);
    authorize(&client);
    call!(cis2_client_close(client.p())).ok();
    assert_eq!(ear.names(), ["DISCOVERY_REFRESHED", "FLOW_DONE"]);
    assert_eq!((never.dropped(), never.names().len()), (0, 0), "what was refused was not taken over");
}

#[test]
fn what_the_host_gave_is_given_back_once_after_the_last_use() {
    let _alone = alone();
    let (first, second) = (ear(), ear());
    let config = config();
    listen(&config, &first, CIS2_LEVEL_DEBUG);
    listen(&config, &second, CIS2_LEVEL_DEBUG);
    assert_eq!((first.dropped(), second.dropped()), (1, 0), "the second took its place");
    let client = client_of(&config);
    drop(config);
    let flow = authorization(&client);
    call!(cis2_client_close(client.p())).ok();
    drop(client);
    assert_eq!(second.dropped(), 0, "a flow still holds it");
    drop(flow);
    assert_eq!((first.dropped(), second.dropped()), (1, 1));
    assert!(!second.names().is_empty());
}

#[test]
fn without_a_close_it_is_given_back_as_well() {
    let _alone = alone();
    let ear = ear();
    let config = config();
    listen(&config, &ear, CIS2_LEVEL_DEBUG);
    let client = client_of(&config);
    authorize(&client);
    drop((client, config));
    ear.wait_for(3);
    // It goes with the last event, on another thread.
    let begun = std::time::Instant::now();
    while ear.dropped() == 0 && begun.elapsed() < PATIENCE {
        thread::yield_now();
    }
    assert_eq!(ear.dropped(), 1);
}

#[test]
fn a_listener_is_never_called_from_within_itself_nor_twice_at_once() {
    let _alone = alone();
    let config = config();
    let client: Arc<Mutex<Option<Lent<cis2_client>>>> = Arc::default();
    let (lent, rounds) = (Arc::clone(&client), AtomicUsize::new(0));
    // Each event of the first few begins a flow, which has events of its own.
    let ear = ear_that(move |_| {
        let client = *lent.lock().expect("a client");
        if let (Some(client), true) = (client, rounds.fetch_add(1, Ordering::SeqCst) < 100) {
            let client = Owned(client.p(), leave);
            authorize(&client);
        }
    });
    listen(&config, &ear, CIS2_LEVEL_DEBUG);
    let (one, other) = (client_of(&config), client_of(&config));
    *client.lock().expect("a client") = Some(Lent(one.p()));
    thread::scope(|scope| {
        for client in [Lent(one.p()), Lent(other.p())] {
            scope.spawn(move || {
                let client = Owned(client.p(), leave);
                (0..50).for_each(|_| authorize(&client));
            });
        }
    });
    ear.wait_for(2 * 50 * 2 + 100 * 2);
    *client.lock().expect("a client") = None;
    for client in [&one, &other] {
        call!(cis2_client_close(client.p())).ok();
    }
    assert!(!ear.nested.load(Ordering::SeqCst), "one at a time, though two clients share it");
}

unsafe extern "C" fn leave<T>(_: *mut T) {}

#[test]
fn after_a_close_no_event_is_told_and_inside_one_a_close_does_not_wait() {
    let _alone = alone();
    let config = config();
    let (client, answer) = (Arc::new(Mutex::new(None::<Lent<cis2_client>>)), Arc::new(Mutex::new(None)));
    let (lent, place) = (Arc::clone(&client), Arc::clone(&answer));
    let ear = ear_that(move |_| {
        let client = lent.lock().expect("a client").expect("it is there");
        place.lock().expect("a place").get_or_insert_with(|| ask!(cis2_client_close(client.p(), null_mut())));
    });
    listen(&config, &ear, CIS2_LEVEL_DEBUG);
    let closing = client_of(&config);
    *client.lock().expect("a client") = Some(Lent(closing.p()));
    drop(authorization(&closing));
    ear.wait_for(1);
    assert_eq!(*answer.lock().expect("a place"), Some(INVALID_STATE.number()));
    call!(cis2_client_close(closing.p())).ok();
    let told = ear.names().len();
    authorize(&closing);
    call!(cis2_client_close(closing.p())).ok();
    assert_eq!(ear.names().len(), told);
}

#[test]
fn a_host_that_is_too_slow_is_told_how_much_it_missed() {
    let _alone = alone();
    let config = config();
    let gate: Arc<(Mutex<bool>, Condvar)> = Arc::default();
    let held = Arc::clone(&gate);
    let ear = ear_that(move |_| {
        drop(held.1.wait_while(held.0.lock().expect("a gate"), |open| !*open).expect("a gate"));
    });
    listen(&config, &ear, CIS2_LEVEL_DEBUG);
    let client = client_of(&config);
    let begun = 5_000;
    (0..begun).for_each(|_| drop(authorization(&client)));
    *gate.0.lock().expect("a gate") = true;
    gate.1.notify_all();
    call!(cis2_client_close(client.p())).ok();
    let heard = ear.heard.lock().expect("a list");
    let lost = heard.iter().filter(|one| one.id == CIS2_EVENT_EVENTS_LOST);
    let lost: usize = lost.map(|one| one.fields[0].1.parse::<usize>().expect("a number")).sum();
    let told = heard.iter().filter(|one| one.name == "FLOW_BEGUN").count();
    assert!(lost > 0 && told >= 4096, "{told} told, {lost} lost");
    assert_eq!(told + lost, begun);
}

#[test]
fn requests_and_their_failures_are_told_of_flows_that_run_by_themselves() {
    let _alone = alone();
    let free = std::net::TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("its number");
    let (config, ear) = (config(), ear());
    call!(cis2_config_set_connect_to(config.p(), t("cis2.localhost:443"), t(&free.to_string()))).ok();
    listen(&config, &ear, CIS2_LEVEL_DEBUG);
    let client = client_of(&config);
    let flow = authorization(&client);
    let operation = Owned(give!(cis2_flow_start(flow.p(), None, null_mut())), ffi::cis2_operation_free);
    let _ = call!(cis2_operation_wait(operation.p(), 0)).refused(Status::Connect);
    call!(cis2_client_close(client.p())).ok();
    let (twice, once) = (["REQUEST_SENT", "REQUEST_FAILED"], ["REQUEST_REPEATED"]);
    let expected = [&["FLOW_BEGUN"][..], &twice, &once, &twice, &["FLOW_FAILED"]].concat();
    assert_eq!(ear.names(), expected);
    let failed = ear.heard.lock().expect("a list").last().expect("one").clone();
    assert!(failed.message.ends_with("flow=authorization status=201 status_name=CONNECT"), "{}", failed.message);
}

#[test]
fn no_event_holds_a_secret() {
    let _alone = alone();
    let (config, ear) = (config(), ear());
    listen(&config, &ear, CIS2_LEVEL_DEBUG);
    let client = client_of(&config);
    let begun = begin(&client, std::ptr::null());
    mark(&begun.world.state);
    let flow = sign_in_flow(&client, &begun);
    drop(super::conversation::signed_in(&client));
    call!(cis2_client_close(client.p())).ok();
    drop(flow);
    let said = format!("{:?}", ear.heard.lock().expect("a list"));
    assert!(said.contains("FLOW_DONE"), "{said}");
    for secret in [CODE, &begun.world.state, &begun.world.nonce, "eyJ"] {
        assert!(!said.contains(secret), "{said}");
    }
}
