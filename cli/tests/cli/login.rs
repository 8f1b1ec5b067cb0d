//! `cis2 login` and `cis2 reasons` against the simulator.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use cis2_simulator::{Options, Running, Simulator};
use serde_json::Value;
use tempfile::TempDir;

use crate::support::{KEY, Run, assert_refused, cis2, command, folder, mark, unwrapped};

/// A simulator of one test, with its ready line in a file.
struct Simulated {
    running: Running,
    folder: TempDir,
}

impl Simulated {
    fn start() -> Self {
        let folder = folder();
        let state_dir = Some(folder.path().join("state"));
        let running = Simulator::start(Options { state_dir, quiet: true, ..Options::default() }).expect("it starts");
        let simulated = Self { running, folder };
        std::fs::write(simulated.file("ready.json"), format!("{}\n", simulated.running.ready().to_json()))
            .expect("a file");
        simulated
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn run(&self, verb: &str, further: &[&str]) -> Run {
        cis2(self.folder.path(), &[&[verb, "--ready", "ready.json"], further].concat())
    }

    fn login(&self, person: &str, further: &[&str]) -> Run {
        self.run("login", &[&["--simulator-person", person], further].concat())
    }

    /// The rules by which it refused.
    fn rules(&self) -> Vec<&'static str> {
        self.running.reasons().iter().map(|reason| reason.rule).collect()
    }
}

#[test]
fn a_person_with_several_roles_signs_in_and_is_shown() {
    let simulated = Simulated::start();
    let run = simulated.login("several-roles", &["--scope", "openid selectedrole"]);
    assert_eq!((run.code, run.err.as_str()), (0, ""));
    let text = unwrapped(&run.out);
    for words in ["Signed in at local-simulator", "656005750104", "3 (acr AAL3_ANY)", "555254242102", ":443/openam/"] {
        assert!(text.contains(words), "{words}");
    }
    assert!(!run.out.contains("eyJ"), "no token is printed");
    assert!(simulated.rules().is_empty());
}

#[test]
fn as_json_the_claims_are_printed_without_the_nonce() {
    let claims = Simulated::start().login("one-role", &["--json"]).json();
    assert_eq!(claims["sub"], "656005750105");
    assert!(claims["iss"].as_str().is_some_and(|issuer| issuer.contains(":443/")));
    assert!(claims.get("nonce").is_none());
}

#[test]
fn a_person_without_a_role_signs_in() {
    let run = Simulated::start().login("no-role", &["--scope", "openid selectedrole nationalrbacaccess"]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(unwrapped(&run.out).contains("selected role none"));
}

#[test]
fn a_person_of_level_2_signs_in_only_where_level_2_was_asked_for() {
    let simulated = Simulated::start();
    assert_refused(&simulated.login("aal2-only", &[]), 30, &["AUTHORIZATION_REFUSED", "access_denied"]);
    assert_refused(&simulated.login("aal2-only", &["--acr-values", "AAL3_ANY"]), 30, &["access_denied"]);
    let run = simulated.login("aal2-only", &["--acr-values", "AAL2_OR_AAL3_ANY"]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(run.out.contains("2 (acr AAL2_ANY)"));
}

#[test]
fn a_level_below_the_platform_rows_is_a_refused_token() {
    let simulated = Simulated::start();
    // A row by which AAL2_ANY demands level 3: what the simulator grants is then too little.
    let row = std::fs::read(&simulated.running.ready().platform_file).expect("the row is there");
    let mut row: Value = serde_json::from_slice(&row).expect("JSON");
    row["acr_levels"] = serde_json::json!({ "AAL2_OR_AAL3_ANY": 3, "AAL2_ANY": 2 });
    std::fs::write(simulated.file("row.json"), row.to_string()).expect("the row is written");
    let run = simulated.login("aal2-only", &["--platform-file", "row.json", "--acr-values", "AAL2_OR_AAL3_ANY"]);
    assert_refused(&run, 40, &["level 3", "next"]);
}

#[test]
fn prompt_and_max_age_are_sent_and_proved() {
    let run = Simulated::start().login("one-role", &["--prompt", "login", "--max-age", "300"]);
    assert_eq!(run.code, 0, "{}", run.err);
}

#[test]
fn a_key_that_is_not_the_registered_one_is_refused_and_the_reasons_say_why() {
    let simulated = Simulated::start();
    let key = KEY.pem().display().to_string();
    let run = simulated.login("one-role", &["--key", &key]);
    assert_refused(&run, 30, &["OAUTH_ERROR", "invalid_client: JWT is not valid", "cis2 reasons --ready ready.json"]);
    let run = simulated.run("reasons", &[]);
    assert_eq!(run.code, 0, "{}", run.err);
    let text = unwrapped(&run.out);
    assert!(text.contains("CIS2 says") && text.contains("private key is not its") && text.contains("| AM"), "{text}");
    assert!(run.out.lines().all(|line| line.chars().count() <= 80));
    let all = simulated.run("reasons", &["--json"]).json();
    assert_eq!((&all[0]["rule"], &all[0]["answer"]["error"]), (&"signature_wrong".into(), &"invalid_client".into()));
    let id = all[0]["id"].to_string();
    assert_eq!(simulated.run("reasons", &["--since", &id]).out, "Nothing was refused.\n");
}

#[test]
fn with_json_a_refusal_carries_the_words_of_cis2() {
    let error = Simulated::start().login("one-role", &["--kid", "other", "--json"]);
    assert_eq!((error.code, error.err.as_str()), (30, ""));
    let error = error.json();
    assert_eq!(
        (&error["oauth_error"], &error["oauth_description"]),
        (&"invalid_client".into(), &"JWT is not valid".into())
    );
    assert_eq!((&error["status"], &error["http_status"]), (&300.into(), &400.into()));
}

#[test]
fn a_redirect_uri_that_is_not_registered_is_refused_on_a_page() {
    let run = Simulated::start().login("one-role", &["--redirect-uri", "https://elsewhere.example/"]);
    assert_refused(&run, 30, &["AUTHORIZATION_REFUSED", "redirect_uri_mismatch", "HTTP 400"]);
}

#[test]
fn an_unknown_person_is_refused() {
    let simulated = Simulated::start();
    assert_refused(&simulated.login("nobody", &[]), 30, &["access_denied", "cis2 reasons"]);
    assert_eq!(simulated.rules(), ["person_unknown"]);
}

#[test]
fn an_unknown_ca_ends_in_the_network_family() {
    let simulated = Simulated::start();
    let other = Simulated::start();
    let ca = other.running.ready().ca_file.display().to_string();
    assert_refused(&simulated.login("one-role", &["--ca-file", &ca]), 20, &["TLS_CERTIFICATE", "--ca-file FILE"]);
}

#[test]
fn a_file_without_a_certificate_is_no_ca() {
    let simulated = Simulated::start();
    assert_refused(&simulated.login("one-role", &["--ca-file", "ready.json"]), 10, &["BEGIN CERTIFICATE"]);
    assert_refused(&simulated.login("one-role", &["--ca-file", "none.pem"]), 10, &["no such file"]);
}

#[test]
fn a_simulator_that_is_gone_ends_in_the_network_family() {
    let simulated = Simulated::start();
    let closed = std::net::TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a port");
    let connect_to = format!("cis2.localhost:443:{closed}");
    assert_refused(&simulated.login("one-role", &["--connect-to", &connect_to]), 20, &["CONNECT (201)"]);
    assert_refused(&simulated.login("one-role", &["--connect-to", "cis2.localhost"]), 2, &["HOST:443:ADDRESS:PORT"]);
}

#[test]
fn no_person_is_picked_at_any_other_platform() {
    let run = Simulated::start().login("one-role", &["--platform", "cis2-live"]);
    assert_refused(&run, 10, &["an issuer on cis2.localhost", "in a browser"]);
}

#[test]
fn a_class_that_no_row_knows_and_a_scope_without_openid_are_refused_before_anything_is_sent() {
    let simulated = Simulated::start();
    assert_refused(&simulated.login("one-role", &["--acr-values", "AAL4_ANY"]), 10, &["ACR_UNKNOWN"]);
    assert_refused(&simulated.login("one-role", &["--scope", "oidc"]), 10, &["SCOPE_WITHOUT_OPENID"]);
    assert!(simulated.rules().is_empty());
}

#[test]
fn a_ready_line_that_is_none_is_refused() {
    let simulated = Simulated::start();
    std::fs::write(simulated.file("ready.json"), "Listening on port 8443\n").expect("a file");
    assert_refused(&simulated.login("one-role", &[]), 10, &["the ready line of cis2 simulate"]);
    std::fs::remove_file(simulated.file("ready.json")).expect("it was there");
    assert_refused(&simulated.login("one-role", &[]), 10, &["ready.json: no such file"]);
}

#[test]
fn a_ready_line_saves_typing_for_assertions_too() {
    let shown = Simulated::start().run("assertion", &["--show"]).json();
    assert_eq!(shown["claims"]["iss"], "999999999999.apps.supplier");
    assert!(shown["claims"]["aud"].as_str().is_some_and(|audience| audience.contains("cis2.localhost:443/")));
}

#[test]
fn the_browser_that_returns_signs_in_and_a_stranger_does_not_disturb() {
    let simulated = Simulated::start();
    let mut program = command(
        simulated.folder.path(),
        &["login", "--ready", "ready.json", "--no-browser", "--json", "--timeout", "60"],
    );
    let mut program = program.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
    let mut said = BufReader::new(program.stderr.take().expect("it is piped"));
    let url = line_with(&mut said, "https://");
    let waiting = line_with(&mut said, "http://127.0.0.1:");
    for parameter in ["state=", "nonce="] {
        mark(url.split(parameter).nth(1).and_then(|rest| rest.split('&').next()).expect("it is there"));
    }
    let address =
        waiting.split_whitespace().find_map(|word| word.strip_prefix("http://")).expect("it says where it waits");
    let host = address.split('/').next().expect("a host");

    assert!(browse(host, "/callback?code=stolen&state=guessed").contains("404 Not Found"));
    assert!(browse(host, "/favicon.ico").contains("404 Not Found"));
    let location = pick(&simulated, &format!("{url}&simulator_person=one-role"));
    let target = location.split_once(host).expect("it leads to where the program waits").1;
    mark(target.split("code=").nth(1).and_then(|rest| rest.split('&').next()).expect("it has a code"));
    let page = browse(host, target);
    assert!(page.contains("200 OK") && page.contains("Signed in") && !page.contains("code="));

    let output = program.wait_with_output().expect("it ends");
    assert_eq!(output.status.code(), Some(0));
    let claims: Value = serde_json::from_slice(&output.stdout).expect("standard output is JSON alone");
    assert_eq!(claims["sub"], "656005750105");
}

#[test]
fn a_browser_that_does_not_return_ends_the_waiting() {
    let run = Simulated::start().run("login", &["--no-browser", "--timeout", "1"]);
    assert_eq!(run.code, 30);
    assert!(run.err.contains("The browser did not return in time."));
}

#[test]
fn an_address_that_is_not_here_or_not_free_is_refused_before_anything_is_sent() {
    let simulated = Simulated::start();
    let login = |uri: &str| simulated.run("login", &["--no-browser", "--redirect-uri", uri]);
    assert_refused(&login("https://app.example/callback"), 10, &["not on this machine", "http://127.0.0.1:"]);
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("an address");
    assert_refused(&login(&format!("http://{address}/callback")), 10, &["another program listens there"]);
}

/// The line of what the program says that holds these words.
fn line_with(said: &mut impl BufRead, words: &str) -> String {
    let mut line = String::new();
    while !line.contains(words) {
        line.clear();
        assert_ne!(said.read_line(&mut line).expect("it is readable"), 0, "{words} was not said");
    }
    line.trim().to_owned()
}

/// What a browser would receive from the program.
fn browse(host: &str, target: &str) -> String {
    let mut stream = TcpStream::connect(host).expect("the program listens");
    stream.set_read_timeout(Some(Duration::from_secs(30))).expect("a timeout can be set");
    write!(stream, "GET {target} HTTP/1.1\r\nHost: {host}\r\n\r\n").expect("it can be sent");
    let mut page = String::new();
    stream.read_to_string(&mut page).expect("it answers");
    page
}

/// Where the simulator sends the browser after a person was picked.
fn pick(simulated: &Simulated, url: &str) -> String {
    let ready = simulated.running.ready();
    let client = reqwest::Client::builder()
        .tls_backend_preconfigured(tls(&ready.ca_file))
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .resolve("cis2.localhost", ready.listen);
    let client = client.build().expect("a client can be made");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime can be made");
    let answer = runtime.block_on(client.get(url).send()).expect("the simulator answers");
    answer.headers()["location"].to_str().expect("it is text").to_owned()
}

fn tls(ca_file: &Path) -> rustls::ClientConfig {
    use rustls::pki_types::pem::PemObject;
    let mut roots = rustls::RootCertStore::empty();
    let ca = rustls::pki_types::CertificateDer::from_pem_file(ca_file).expect("the CA is there");
    roots.add(ca).expect("the CA can be trusted");
    let provider = std::sync::Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let builder = rustls::ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    builder.expect("TLS can be set up").with_root_certificates(roots).with_no_client_auth()
}
