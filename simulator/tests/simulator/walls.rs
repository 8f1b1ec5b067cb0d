//! What keeps the simulator local: its certificate, its files, its limits; and what is read anew.

use std::io::{Read, Write};
use std::net::TcpListener;

use cis2_simulator::{HOST, Options, Simulator};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use serde_json::{Map, Value, json};
use time::{Date, Month};

use crate::client;
use crate::world::{KEYS, REALM, World, object, read, start};

#[test]
fn a_client_without_the_ca_does_not_come_in() {
    let running = start(Options::default());
    let answer = client::exchange(&client::tls(None), running.ready().listen, HOST, b"GET / HTTP/1.1\r\n\r\n");
    assert!(answer.is_err(), "an unknown CA was taken");
}

#[test]
fn the_ca_is_good_for_its_own_host_and_a_few_days_alone() {
    const NAME_CONSTRAINTS: &[u8] = &[0x06, 0x03, 0x55, 0x1d, 0x1e];
    let running = start(Options::default());
    let ca = CertificateDer::from_pem_file(&running.ready().ca_file).expect("a certificate");
    let at =
        ca.windows(NAME_CONSTRAINTS.len()).position(|window| window == NAME_CONSTRAINTS).expect("name constraints");
    // permittedSubtrees [0] { GeneralSubtree { dNSName [2] "cis2.localhost" } }, and no excluded ones.
    let mut permitted = vec![0xa0, HOST.len() as u8 + 4, 0x30, HOST.len() as u8 + 2, 0x82, HOST.len() as u8];
    permitted.extend(HOST.as_bytes());
    assert!(ca[at..].windows(permitted.len()).take(16).any(|window| window == permitted), "other constraints");
    let times: Vec<Date> =
        ca.windows(15).filter(|window| window[..2] == [0x17, 0x0d]).map(|window| utc(&window[2..])).collect();
    assert_eq!(times.len(), 2);
    assert!((times[1] - times[0]).whole_days() <= 7, "{times:?}");
    let other =
        client::exchange(&client::tls(Some(&running.ready().ca_file)), running.ready().listen, "localhost", b"");
    assert!(other.is_err(), "the certificate is good for another name");
}

fn utc(text: &[u8]) -> Date {
    let number = |at: usize| i32::from(text[at] - b'0') * 10 + i32::from(text[at + 1] - b'0');
    let month = Month::try_from(number(2) as u8).expect("a month");
    Date::from_calendar_date(2000 + number(0), month, number(4) as u8).expect("a date")
}

#[test]
fn two_starts_have_two_cas_and_two_keys() {
    let (one, two) = (start(Options::default()), start(Options::default()));
    assert_ne!(read(&one.ready().ca_file), read(&two.ready().ca_file));
    let kid = |running: &cis2_simulator::Running| running.ready().client.as_ref().expect("a client").kid.clone();
    assert_ne!(kid(&one), kid(&two));
}

#[cfg(unix)]
#[test]
fn the_files_are_for_their_owner_alone_and_gone_at_the_end() {
    use std::os::unix::fs::PermissionsExt;
    let running = start(Options::default());
    let ready = running.ready().clone();
    let client = ready.client.as_ref().expect("a client");
    let folder = ready.ca_file.parent().expect("a folder").to_path_buf();
    let mode = |path: &std::path::Path| std::fs::metadata(path).expect("it is there").permissions().mode() & 0o777;
    assert_eq!(mode(&folder), 0o700);
    for file in [&ready.ca_file, &ready.clients_file, &ready.platform_file, &client.key_file] {
        assert_eq!(mode(file), 0o600, "{}", file.display());
    }
    drop(running);
    assert!(!folder.exists(), "{} is still there", folder.display());
}

#[cfg(unix)]
#[test]
fn a_named_folder_is_kept_and_an_older_file_in_it_does_not_keep_its_mode() {
    use std::os::unix::fs::PermissionsExt;
    let parent = tempfile::tempdir().expect("a folder");
    let folder = parent.path().join("state");
    std::fs::create_dir(&folder).expect("made");
    std::fs::write(folder.join("client-key.pem"), "old").expect("written");
    std::fs::set_permissions(folder.join("client-key.pem"), std::fs::Permissions::from_mode(0o644)).expect("set");
    let running = start(Options { state_dir: Some(folder.clone()), ..Options::default() });
    let key_file = running.ready().client.as_ref().expect("a client").key_file.clone();
    drop(running);
    assert_eq!(std::fs::metadata(&key_file).expect("kept").permissions().mode() & 0o777, 0o600);
    assert_ne!(read(&key_file), "old");
}

#[test]
fn the_ready_line_and_the_platform_row_say_what_a_client_needs() {
    let running = start(Options::default());
    let line = running.ready().to_json();
    assert!(!line.contains('\n'));
    let ready: Value = serde_json::from_str(&line).expect("JSON");
    let names: Vec<&String> = ready.as_object().expect("an object").keys().collect();
    let expected = ["issuer", "listen", "connect_to", "ca_file", "clients_file", "platform_file", "reasons", "client"];
    assert_eq!(names, expected);
    let listen = running.ready().listen;
    assert!(listen.ip().is_loopback());
    assert_eq!(ready["connect_to"], json!(format!("cis2.localhost:443:127.0.0.1:{}", listen.port())));
    assert_eq!(ready["reasons"], json!(format!("https://cis2.localhost:{}/simulator/reasons", listen.port())));
    let row: Value = serde_json::from_str(&read(&running.ready().platform_file)).expect("JSON");
    assert_eq!(row["token_endpoint"], json!(format!("{}/access_token", running.ready().issuer)));
    assert_eq!((&row["acr_levels"]["AAL3_ANY"], &row["acr_levels"]["AAL2_TOTP"]), (&json!(3), &json!(2)));
    let pem = read(&running.ready().client.as_ref().expect("a client").key_file);
    assert!(!line.contains(&pem[60..100]) && !format!("{:?} {running:?}", running.ready()).contains(&pem[60..100]));
}

#[test]
fn a_changed_client_file_holds_from_the_next_request_on() {
    let mut world = World::new();
    let added = "https://localhost:5001/signin-oidc";
    let changes = object(json!({"redirect_uri": added}));
    assert_eq!(world.authorize(&changes).status, 400);
    world.register(&object(json!({"redirect_uris": [added]})));
    assert_eq!(world.authorize(&changes).status, 302);
    world.register(&Map::new());
    world.tokens(&Map::new());
}

#[test]
fn a_client_file_that_cannot_be_used_is_told_at_the_start_with_its_member() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("clients.json");
    let good = json!({
        "client_id": "1.apps.supplier", "redirect_uris": ["https://localhost/"], "jwks": {"keys": []}, "algorithm": "RS256",
    });
    let rows = [
        ("client_id", json!("0123456789abcdefghijklmnopqrstuv"), "clients[0].client_id"),
        ("redirect_uris", json!([]), "clients[0].redirect_uris"),
        ("redirect_uris", json!(["http://example.com/"]), "clients[0].redirect_uris[0]"),
        ("redirect_uris", json!(["https://localhost/\r\nX: y"]), "clients[0].redirect_uris[0]"),
        ("jwks", json!("text"), "clients[0].jwks"),
        ("jwks_uri", json!("https://localhost/jwks"), "clients[0] must have either jwks or jwks_uri"),
        ("algorithm", json!(null), "clients[0].algorithm"),
        ("secret", json!("x"), "a member \"secret\""),
    ];
    for (member, value, words) in rows {
        let mut client = good.clone();
        client[member] = value;
        std::fs::write(&file, json!({"clients": [client]}).to_string()).expect("written");
        let options = Options { clients_file: Some(file.clone()), ..Options::default() };
        let error = Simulator::start(options).expect_err("it is refused").to_string();
        assert!(error.contains("clients.json") && error.contains(words), "{error}");
    }
    let missing = Options { clients_file: Some(folder.path().join("none.json")), ..Options::default() };
    assert!(Simulator::start(missing).expect_err("it is refused").to_string().contains("none.json"));
}

#[test]
fn a_key_set_is_fetched_from_its_address_on_this_machine() {
    let mut world = World::new();
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = format!("http://{}/jwks", listener.local_addr().expect("an address"));
    let body = json!({"keys": [KEYS.jwk]}).to_string();
    let served = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().expect("the simulator comes");
        let mut request = [0; 1024];
        let length = stream.read(&mut request).expect("a request");
        stream.write_all(format!("HTTP/1.0 200 OK\r\n\r\n{body}").as_bytes()).expect("sent");
        String::from_utf8_lossy(&request[..length]).into_owned()
    });
    world.register(&object(json!({"jwks": null, "jwks_uri": address})));
    world.tokens(&Map::new());
    assert!(served.join().expect("served").starts_with("GET /jwks HTTP/1.0\r\n"));
}

#[test]
fn hostile_input_gets_an_answer_and_the_next_request_too() {
    let mut world = World::new();
    let listen = world.running.ready().listen;
    let tls = client::tls(Some(&world.running.ready().ca_file));
    let form = "Content-Type: application/x-www-form-urlencoded\r\n";
    let post = |headers: &str, body: &str| {
        format!(
            "POST {REALM}/access_token HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{headers}Content-Length: {}\r\n\r\n{body}",
            body.len()
        )
    };
    let deep = format!(
        "client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer&grant_type=authorization_code&client_assertion={}.e30.AA",
        "W1tb".repeat(10_000)
    );
    let hostile = [
        "\0\0\0\0".to_owned(),
        "GET / HTTP/1.1\r\n\r\n".to_owned(),
        format!("GET {REALM}/authorize?%00%ff%zz=%&&&=&a=b HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"),
        format!("GET {REALM}/authorize?{} HTTP/1.1\r\nHost: x\r\n\r\n", "a".repeat(200_000)),
        format!("GET {REALM}/userinfo HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: \u{fe}\r\n\r\n"),
        post(form, &"&".repeat(60_000)),
        post(form, &"a=b&".repeat(15_000)),
        post(form, &deep),
        post(form, "grant_type=authorization_code&client_assertion=%ff%fe"),
    ];
    for request in &hostile {
        let answer = client::exchange(&tls, listen, HOST, request.as_bytes());
        if let Ok(answer) = answer {
            let status = String::from_utf8_lossy(&answer).split(' ').nth(1).unwrap_or_default().to_owned();
            assert!(!status.starts_with('5') && status != "200", "{status} to {:.80}", request);
        }
    }
    world.tokens(&Map::new());
}

#[test]
fn a_simulator_may_start_and_end_inside_async_code() {
    #[expect(clippy::disallowed_methods, reason = "a test's own runtime")]
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    runtime.block_on(async {
        let running = start(Options::default());
        assert_ne!(running.ready().listen.port(), 0);
    });
}

#[test]
fn a_port_that_is_taken_is_told() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = taken.local_addr().expect("an address").port();
    let error = Simulator::start(Options { port, ..Options::default() }).expect_err("it is taken").to_string();
    assert!(error.contains(&format!("127.0.0.1:{port}")), "{error}");
}
