//! `cis2 simulate` as a process, and the walk of the help: start it, sign in, ask it.

use std::fs::{self, File};
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::support::{CLIENT_ID, KEY, assert_refused, cis2, command, folder};

/// Ended with the test, whatever becomes of it.
struct Process(Child);

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn simulate(folder: &std::path::Path, further: &[&str]) -> Process {
    let ready = File::create(folder.join("ready.json")).expect("a file can be made");
    let mut program = command(folder, &[&["simulate", "--state-dir", "state"], further].concat());
    Process(program.stdout(ready).stderr(Stdio::null()).spawn().expect("it starts"))
}

/// The ready line, once it is there.
fn ready(folder: &std::path::Path) -> Value {
    let patience = Instant::now() + Duration::from_secs(30);
    loop {
        let text = fs::read_to_string(folder.join("ready.json")).expect("the file is there");
        if let Some((line, _)) = text.split_once('\n') {
            return serde_json::from_str(line).expect("the first line is JSON");
        }
        assert!(Instant::now() < patience, "no ready line came");
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn a_login_waits_for_the_ready_line_of_a_simulator_that_is_starting() {
    let folder = folder();
    let _process = simulate(folder.path(), &[]);
    // At once, as in `cis2 simulate > ready.json & cis2 login --ready ready.json`.
    let run = cis2(folder.path(), &["login", "--ready", "ready.json", "--simulator-person", "one-role"]);
    assert_eq!(run.code, 0, "{}", run.err);
}

#[test]
fn the_ready_line_has_the_decided_members() {
    let folder = folder();
    let _process = simulate(folder.path(), &[]);
    let ready = ready(folder.path());
    let names: Vec<&str> = ready.as_object().expect("an object").keys().map(String::as_str).collect();
    let decided = ["issuer", "listen", "connect_to", "ca_file", "clients_file", "platform_file", "reasons", "client"];
    assert_eq!(names, decided);
    assert!(ready["connect_to"].as_str().is_some_and(|text| text.starts_with("cis2.localhost:443:127.0.0.1:")));
}

#[test]
fn a_client_of_ones_own_is_registered_by_its_file() {
    let folder = folder();
    let jwks: Value = serde_json::from_slice(&fs::read(KEY.jwks()).expect("the set is there")).expect("JSON");
    let client = serde_json::json!({
        "client_id": CLIENT_ID, "redirect_uris": ["https://app.example/callback"], "jwks": jwks, "algorithm": "RS256",
    });
    fs::write(folder.path().join("clients.json"), serde_json::json!({ "clients": [client] }).to_string())
        .expect("a file");
    let _process = simulate(folder.path(), &["--clients", "clients.json"]);

    let further = ["--ready", "ready.json", "--simulator-person", "one-role"];
    let registered = [further.as_slice(), &["--redirect-uri", "https://app.example/callback"]].concat();
    let run = cis2(folder.path(), &KEY.arguments("login", &registered));
    assert_eq!(run.code, 0, "{}", run.err);
    // Its ready line names no client, so the options have to.
    let run = cis2(folder.path(), &[&["login"], further.as_slice()].concat());
    assert_refused(&run, 10, &["CONFIG_INCOMPLETE"]);
}

#[test]
fn what_keeps_it_from_starting_is_named() {
    let folder = folder();
    let run = cis2(folder.path(), &["simulate", "--clients", "none.json"]);
    assert_refused(&run, 10, &["The simulator cannot run.", "none.json"]);
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = taken.local_addr().expect("an address").port().to_string();
    assert_refused(&cis2(folder.path(), &["simulate", "--port", &port]), 10, &["cannot be listened on"]);
    assert_refused(&cis2(folder.path(), &["simulate", "--port", "65536"]), 2, &["65536"]);
}
