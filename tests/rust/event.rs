//! What may be said aloud: the table of events, who says which when, and that none holds a secret.

use std::sync::{Arc, Mutex};

use cis2::client::{Client, Running, Sources};
use cis2::clock::Timestamp;
use cis2::error::Status;
use cis2::event::{Address, Conversation, EVENTS, Event, EventId, Field, Host, Kid, Level, Listener, Purpose};
use cis2::flow::Step;
use cis2::flow::authorize::AuthorizationParameters;
use cis2::http::Headers;
use cis2::jose::Algorithm;
use cis2::key::SigningKey;
use cis2::random::SystemRandom;
use serde_json::{Value, json};

use crate::support::hostile::{ACCESS_TOKEN, CODE, World, answer_body, key_set};
use crate::support::{NOW, authorized, config, discovery, drive, ok_json, purpose, read, vectors};

type Told = Arc<Mutex<Vec<Event>>>;

/// A client that is listened to, and whose clock a test moves.
fn client_of(level: Level) -> (Client, Told, Arc<Mutex<i64>>) {
    let (told, now) = (Told::default(), Arc::new(Mutex::new(NOW)));
    let (list, clock) = (Arc::clone(&told), Arc::clone(&now));
    let mut config = config();
    config.set_events(Listener::new(level, move |event| list.lock().expect("a list").push(event.clone())));
    let sources = Sources {
        now: Box::new(move || Timestamp::from_unix_s(*clock.lock().expect("a time"))),
        random: Box::new(SystemRandom),
    };
    (Client::with_sources(config, sources).expect("a client"), told, now)
}

/// The names of what was told since it was last asked.
fn names(told: &Told) -> Vec<&'static str> {
    std::mem::take(&mut *told.lock().expect("a list")).iter().map(|event| event.row().name).collect()
}

fn begin(client: &Client) -> (Running, World) {
    let (request, world) = authorized(client, &json!({}), &json!({}));
    (client.begin_sign_in(&request, &world.text("code=$code&state=$state")).expect("a callback"), world)
}

fn tokens(world: &World, id_token_row: &Value) -> Vec<u8> {
    let id_token = world.id_token(&vectors("hostile/id_tokens.json")["base"], id_token_row);
    answer_body(world, &vectors("hostile/token_answers.json"), &Value::Null, &id_token)
}

fn answer(flow: &mut Running, status: u16, headers: &str, body: &str) {
    let Step::Send(request) = flow.step().expect("a step") else { panic!("nothing is asked for") };
    let url = request.url.clone();
    let headers = Headers::parse(headers.as_bytes()).expect("headers");
    let _ = flow.supply_response(status, &url, headers, body.as_bytes().to_vec());
}

/// One of each, with all its fields.
fn samples() -> Vec<Event> {
    let host = || Host::of("https://cis2.localhost:443/a?b=c");
    let (purpose, attempt, status, flow) = (Purpose::Keys, 2, Status::Connect, Conversation::SignIn);
    vec![
        Event::RequestSent { purpose, host: host(), attempt },
        Event::RequestAnswered { purpose, host: host(), attempt, http_status: 200, body_bytes: 1330, duration_ms: 12 },
        Event::RequestFailed { purpose, host: host(), attempt, status, duration_ms: 5000 },
        Event::RequestRepeated { purpose, host: host(), attempt },
        Event::RedirectFollowed { purpose, address: Address::of("https://cis2.localhost/keys?x=y#z") },
        Event::DiscoveryRefreshed { host: host() },
        Event::DiscoveryStale { status },
        Event::KeysRefreshed { key_count: 3, skipped_count: 1 },
        Event::KeysRefetched { kid: Some(Kid::new("b/O6OvVv1+y")) },
        Event::KeysStale { status },
        Event::ClockOffsetLarge { clock_offset_s: -3600 },
        Event::FlowBegun { flow },
        Event::FlowDone { flow },
        Event::FlowFailed { flow, status: Status::OauthError, http_status: Some(400) },
        Event::FlowCancelled { flow },
        Event::CallbackRefused { status: Status::StateMismatch },
        Event::KeyEncryptionWeak { encryption: "3DES" },
        Event::EventsLost { count: 7 },
    ]
}

#[test]
fn the_table_has_a_row_for_each_event_in_the_order_of_its_number() {
    let numbers: Vec<u32> = EVENTS.iter().map(|row| row.id.number()).collect();
    assert!(numbers.is_sorted_by(|a, b| a < b), "{numbers:?}");
    let of_samples: Vec<EventId> = samples().iter().map(Event::id).collect();
    assert_eq!(of_samples, EVENTS.iter().map(|row| row.id).collect::<Vec<_>>(), "one sample of each");
    for row in EVENTS {
        assert_eq!(row.id.row().name, row.name);
        assert!(row.name.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_'), "{}", row.name);
        assert!(row.sentence.ends_with('.'), "{}", row.name);
    }
    // Permanent: who changes one of these breaks the hosts that know it.
    assert_eq!(numbers, [1, 2, 3, 4, 5, 20, 21, 22, 23, 24, 25, 40, 41, 42, 43, 44, 60, 80]);
    assert_eq!(Level::ALL.map(Level::number), [1, 2, 3, 4]);
}

#[test]
fn an_event_has_the_fields_of_its_row_in_that_order() {
    for event in samples() {
        let names: Vec<Field> = event.fields().iter().map(|(field, _)| *field).collect();
        assert_eq!(names, event.row().fields, "{}", event.row().name);
    }
    let without = Event::FlowFailed { flow: Conversation::SignIn, status: Status::Connect, http_status: None };
    assert!(without.fields().iter().all(|(field, _)| *field != Field::HttpStatus), "what is not there is left out");
}

#[test]
fn an_event_is_one_line_for_a_log() {
    let failed = Event::FlowFailed { flow: Conversation::SignIn, status: Status::OauthError, http_status: Some(400) };
    assert_eq!(
        failed.to_string(),
        "FLOW_FAILED (42): A flow ended with a refusal. flow=sign_in status=300 status_name=OAUTH_ERROR http_status=400"
    );
    for event in samples() {
        assert!(!event.to_string().contains('\n'), "{event}");
    }
}

#[test]
fn host_address_and_kid_leave_out_what_may_be_secret() {
    let text = |event: Event| event.to_string();
    let secret = "s3cr3t";
    let url = format!("https://user@cis2.localhost/{secret}");
    for shown in [
        text(Event::DiscoveryRefreshed { host: Host::of(&format!("https://cis2.localhost/{secret}?{secret}")) }),
        text(Event::DiscoveryRefreshed { host: Host::of(&url) }),
        text(Event::RedirectFollowed {
            purpose: Purpose::Keys,
            address: Address::of(&format!("https://a.example/p?state={secret}#{secret}")),
        }),
    ] {
        assert!(!shown.contains(secret), "{shown}");
    }
    let kid = text(Event::KeysRefetched { kid: Some(Kid::new(&format!("a\nb\u{202e}{}", "c".repeat(500)))) });
    assert!(kid.len() < 300 && !kid.contains('\n') && !kid.contains('\u{202e}'), "{kid}");
}

#[test]
fn a_sign_in_tells_its_story() {
    let (client, told, _) = client_of(Level::Debug);
    let (mut flow, world) = begin(&client);
    assert_eq!(names(&told), ["FLOW_BEGUN", "DISCOVERY_REFRESHED", "FLOW_DONE", "FLOW_BEGUN"]);
    drive(&mut flow, |url, _| match purpose(url) {
        "/access_token" => ok_json(tokens(&world, &Value::Null)),
        _ => ok_json(key_set(&Value::Null)),
    })
    .expect("a sign-in");
    let keys = told.lock().expect("a list")[0].clone();
    assert_eq!(names(&told), ["KEYS_REFRESHED", "FLOW_DONE"]);
    assert!(matches!(keys, Event::KeysRefreshed { key_count: 1.., .. }), "{keys}");
    drop(flow.take_sign_in());
    assert_eq!(names(&told), Vec::<&str>::new(), "how a flow ended is said once");
}

#[test]
fn a_client_with_a_weakly_encrypted_key_warns_of_it() {
    for (file, encryption) in [("encrypted.3des.pem", Some("3DES")), ("rsa2048.encrypted.pem", None)] {
        let told = Told::default();
        let list = Arc::clone(&told);
        let mut config = config();
        config.set_events(Listener::new(Level::Warning, move |event| list.lock().expect("a list").push(event.clone())));
        let pem = read(&format!("tests/vectors/keys/{file}"));
        let key = SigningKey::from_pem(pem.as_bytes(), Some(b"test"), "test-1", Algorithm::Rs256).expect("a key");
        config.set_signing_key(Arc::new(key)).expect("a configuration");
        Client::new(config).expect("a client");
        let expected: Vec<Event> =
            encryption.map(|encryption| Event::KeyEncryptionWeak { encryption }).into_iter().collect();
        assert_eq!(*told.lock().expect("a list"), expected, "{file}");
    }
}

#[test]
fn a_listener_gets_events_up_to_its_level() {
    let of = |level| {
        let (client, told, _) = client_of(level);
        let (mut flow, _) = begin(&client);
        answer(&mut flow, 400, "", r#"{"error":"invalid_client"}"#);
        names(&told)
    };
    assert_eq!(of(Level::Error), ["FLOW_FAILED"]);
    assert_eq!(of(Level::Warning), ["FLOW_FAILED"]);
    assert_eq!(of(Level::Info), ["DISCOVERY_REFRESHED", "FLOW_DONE", "FLOW_FAILED"]);
    assert_eq!(of(Level::Debug).len(), 5);
}

#[test]
fn what_is_sent_again_redirected_and_cancelled_is_told() {
    let (client, told, _) = client_of(Level::Info);
    let mut flow = client.begin_authorization(AuthorizationParameters::default()).expect("a flow");
    flow.supply_failure(Status::Connect, true).expect("once more");
    answer(&mut flow, 302, "Location: /elsewhere?with=query\r\n", "");
    let redirect = told.lock().expect("a list").last().expect("one").to_string();
    assert!(redirect.ends_with("purpose=discovery address=https://cis2.localhost/elsewhere"), "{redirect}");
    assert_eq!(names(&told), ["REQUEST_REPEATED", "REDIRECT_FOLLOWED"]);
    let _ = flow.supply_failure(Status::Cancelled, true);
    assert_eq!(names(&told), ["FLOW_CANCELLED"]);
    let (mut flow, _) = begin(&client);
    names(&told);
    flow.supply_failure(Status::Dns, false).expect("once more");
    assert_eq!(names(&told), ["REQUEST_REPEATED"]);
    let _ = flow.supply_failure(Status::Dns, false);
    assert_eq!(names(&told), ["FLOW_FAILED"]);
}

#[test]
fn an_unknown_key_and_older_documents_are_told() {
    let (client, told, now) = client_of(Level::Info);
    let sign_in = |row: &Value, keys_status: u16, discovery_status: u16| {
        let moment = *now.lock().expect("a time");
        let mut flow = client.begin_authorization(AuthorizationParameters::default()).expect("a flow");
        while let Step::Send(_) = flow.step().expect("a step") {
            answer(&mut flow, discovery_status, "", &discovery(&json!({})));
        }
        let request = flow.take_authorization_request().expect("a request");
        let world = World { now: moment, ..crate::support::world(&request) };
        let mut flow = client.begin_sign_in(&request, &world.text("code=$code&state=$state")).expect("a callback");
        while let Ok(Step::Send(request)) = flow.step() {
            match purpose(&request.url) {
                "/access_token" => {
                    answer(&mut flow, 200, "", std::str::from_utf8(&tokens(&world, row)).expect("JSON"));
                }
                "/connect/jwk_uri" => answer(&mut flow, keys_status, "", &key_set(&Value::Null)),
                _ => answer(&mut flow, discovery_status, "", &discovery(&json!({}))),
            }
        }
        names(&told)
    };
    let whole = ["DISCOVERY_REFRESHED", "FLOW_DONE", "KEYS_REFRESHED", "FLOW_DONE"];
    assert_eq!(sign_in(&Value::Null, 200, 200), whole);
    assert_eq!(sign_in(&Value::Null, 200, 200), ["FLOW_DONE", "FLOW_DONE"], "what is known is not told");
    let unknown = json!({ "header": { "kid": "another" } });
    assert_eq!(sign_in(&unknown, 200, 200), ["FLOW_DONE", "KEYS_REFETCHED", "KEYS_REFRESHED", "FLOW_FAILED"]);
    *now.lock().expect("a time") += 2 * 3600;
    let stale = ["DISCOVERY_STALE", "FLOW_DONE", "DISCOVERY_STALE", "KEYS_STALE", "FLOW_DONE"];
    assert_eq!(sign_in(&Value::Null, 503, 503), stale);
}

#[test]
fn a_clock_that_is_wrong_is_told_once_in_a_flow() {
    let (client, told, _) = client_of(Level::Warning);
    // 2026-11-25T12:00:00Z is the time of the client.
    let mut flow = client.begin_authorization(AuthorizationParameters::default()).expect("a flow");
    answer(&mut flow, 302, "Location: /a\r\nDate: Wed, 25 Nov 2026 12:00:30 GMT\r\n", "");
    assert_eq!(names(&told), Vec::<&str>::new(), "within the skew");
    answer(&mut flow, 302, "Location: /b\r\nDate: Wed, 25 Nov 2026 11:00:00 GMT\r\n", "");
    let event = told.lock().expect("a list")[0].clone();
    assert_eq!(event, Event::ClockOffsetLarge { clock_offset_s: -3600 });
    answer(&mut flow, 200, "Date: Wed, 25 Nov 2026 11:00:00 GMT\r\n", &discovery(&json!({})));
    assert_eq!(names(&told), ["CLOCK_OFFSET_LARGE"]);
}

#[test]
fn a_callback_that_is_refused_is_told_with_its_status_alone() {
    let (client, told, _) = client_of(Level::Warning);
    let (request, world) = authorized(&client, &json!({}), &json!({}));
    client.begin_sign_in(&request, &world.text("code=$code&state=$state_cut")).expect_err("a refusal");
    let event = told.lock().expect("a list")[0].to_string();
    assert!(event.ends_with("status=305 status_name=STATE_MISMATCH"), "{event}");
}

#[test]
fn no_event_of_a_conversation_holds_a_secret() {
    let (client, told, _) = client_of(Level::Debug);
    let (mut flow, world) = begin(&client);
    let token_answer = tokens(&world, &Value::Null);
    answer(&mut flow, 200, "", std::str::from_utf8(&token_answer).expect("JSON"));
    answer(&mut flow, 200, "", &key_set(&Value::Null));
    let (mut refused, _) = begin(&client);
    answer(&mut refused, 400, "", &format!(r#"{{"error":"{CODE}","error_description":"{}"}}"#, world.state));
    let said: String = told.lock().expect("a list").iter().map(|event| format!("{event}\n{event:?}\n")).collect();
    assert!(said.contains("FLOW_DONE") && said.contains("FLOW_FAILED"), "{said}");
    for secret in [CODE, ACCESS_TOKEN, &world.state, &world.nonce, "eyJ"] {
        assert!(!said.contains(secret), "{said}");
    }
}
