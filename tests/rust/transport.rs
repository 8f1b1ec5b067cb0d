//! The built-in transport against the strict simulator, and against servers that misbehave. The browser's part is played
//! by a GET of the authorization URL that follows no redirect.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use cis2::client::{Client, Config};
use cis2::error::{Error, Result, Status};
use cis2::event::{Level, Listener};
use cis2::flow::SignIn;
use cis2::flow::authorize::AuthorizationParameters;
use cis2::jose::Algorithm;
use cis2::key::SigningKey;
use cis2::platform::Platform;
use cis2::transport::Https;
use cis2_simulator::{Options, Running as Simulator};

use crate::support::{CLIENT_ID, REDIRECT_URI, mark, test_key};

/// A simulator whose files lie in the target folder: one in a static is never dropped, and its files would stay behind.
pub struct Site(Simulator);

impl Site {
    pub fn start(options: Options) -> Self {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let name = format!("simulator-{}", COUNT.fetch_add(1, Ordering::Relaxed));
        let state_dir = Some(std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(name));
        Self(cis2_simulator::Simulator::start(Options { state_dir, ..options }).expect("a simulator"))
    }

    pub fn simulator(&self) -> &Simulator {
        &self.0
    }
}

/// One simulator for all tests of this file.
fn simulator() -> &'static Simulator {
    static SITE: OnceLock<Site> = OnceLock::new();
    SITE.get_or_init(|| Site::start(Options { quiet: true, ..Options::default() })).simulator()
}

fn file(path: &std::path::Path) -> Vec<u8> {
    std::fs::read(path).expect("a file of the simulator")
}

/// A configuration for a simulator's own client, with the platform row that the simulator wrote.
pub fn config_of(simulator: &Simulator) -> Config {
    let ready = simulator.ready();
    let made = ready.client.as_ref().expect("a client");
    let row = String::from_utf8(file(&ready.platform_file)).expect("UTF-8");
    let mut config = Config::new(Platform::from_json(&row).expect("the simulator's row"));
    let key = SigningKey::from_pem(&file(&made.key_file), None, &made.kid, Algorithm::Rs256).expect("a key");
    config.set_client_id(&made.client_id).expect("an id");
    config.set_redirect_uri(&made.redirect_uris[0]).expect("a URI");
    config.set_signing_key(std::sync::Arc::new(key)).expect("a key");
    config.add_root_pem(&file(&ready.ca_file)).expect("a root");
    config.set_connect_to("cis2.localhost:443", &ready.listen.to_string()).expect("an address");
    config
}

fn config() -> Config {
    config_of(simulator())
}

/// What a browser would do with the authorization URL: the callback that comes back.
pub fn browser_of(simulator: &Simulator, url: &str, person: &str) -> String {
    let ready = simulator.ready();
    let output = std::process::Command::new("curl")
        .args(["-sS", "--max-time", "20", "-o", "/dev/null", "-w", "%{redirect_url}", "--cacert"])
        .arg(&ready.ca_file)
        .args(["--resolve", &format!("cis2.localhost:{}:127.0.0.1", ready.listen.port())])
        .arg(format!("{url}&simulator_person={person}"))
        .output()
        .expect("curl");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("UTF-8")
}

fn browser(url: &str, person: &str) -> String {
    browser_of(simulator(), url, person)
}

fn sign_in(client: &Client, parameters: AuthorizationParameters, person: &str) -> Result<SignIn> {
    let https = Https::new(client.transport_options().clone());
    let mut flow = client.begin_authorization(parameters)?;
    https.run_blocking(&mut flow, None)?;
    let request = flow.take_authorization_request()?;
    mark(request.saved().state.expose());
    let mut flow = client.begin_sign_in(&request, &browser(request.url(), person))?;
    https.run_blocking(&mut flow, None)?;
    let sign_in = flow.take_sign_in()?;
    mark(sign_in.tokens().access_token().expose());
    Ok(sign_in)
}

fn scope(scope: &str) -> AuthorizationParameters {
    AuthorizationParameters { scope: Some(scope.to_owned()), ..AuthorizationParameters::default() }
}

#[test]
fn signs_in_at_the_strict_simulator() {
    let client = Client::new(config()).expect("a client");
    let sign_in = sign_in(&client, scope("openid profile selectedrole"), "several-roles").expect("a sign-in");
    assert_eq!(sign_in.identity().subject(), "656005750104");
    assert_eq!(sign_in.identity().selected_role_id(), Some("555254242102"));
    assert_eq!(sign_in.identity().authentication_level(), Some(3));
    assert!(sign_in.identity().issuer().contains(":443/"));
    assert!(sign_in.tokens().refresh_token().is_none(), "CIS2 was never seen to issue one");
}

#[test]
fn requests_are_told_before_and_after_with_host_and_time() {
    let told = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
    let list = std::sync::Arc::clone(&told);
    let mut config = config();
    config.set_events(Listener::new(Level::Debug, move |event| list.lock().expect("a list").push(event.to_string())));
    let client = Client::new(config).expect("a client");
    sign_in(&client, scope("openid"), "one-role").expect("a sign-in");
    let told = told.lock().expect("a list");
    let requests: Vec<&String> = told.iter().filter(|event| event.starts_with("REQUEST_")).collect();
    for (index, purpose) in ["discovery", "token", "keys"].iter().enumerate() {
        let (sent, answered) = (requests[2 * index], requests[2 * index + 1]);
        assert!(sent.ends_with(&format!("purpose={purpose} host=cis2.localhost attempt=1")), "{sent}");
        assert!(answered.contains(&format!("purpose={purpose} host=cis2.localhost attempt=1 http_status=200")));
        assert!(answered.contains(" duration_ms="), "{answered}");
    }
    assert_eq!(requests.len(), 6, "{told:?}");
}

#[test]
fn a_person_without_roles_signs_in_and_has_none() {
    let client = Client::new(config()).expect("a client");
    let sign_in = sign_in(&client, scope("openid selectedrole"), "no-role").expect("a sign-in");
    assert_eq!(sign_in.identity().selected_role_id(), None);
}

#[test]
fn level_2_signs_in_only_where_it_was_asked_for() {
    let client = Client::new(config()).expect("a client");
    let error = sign_in(&client, scope("openid"), "aal2-only").expect_err("a refusal");
    assert_eq!(error.status(), Status::AuthorizationRefused);
    assert_eq!(error.provider_words().error.as_deref(), Some("access_denied"));
    let parameters = AuthorizationParameters { acr_values: Some("AAL2_OR_AAL3_ANY".to_owned()), ..scope("openid") };
    assert_eq!(sign_in_level(&client, parameters), Some(2));
}

fn sign_in_level(client: &Client, parameters: AuthorizationParameters) -> Option<u8> {
    sign_in(client, parameters, "aal2-only").expect("a sign-in").identity().authentication_level()
}

#[test]
fn prompt_login_and_max_age_are_checked_against_a_real_answer() {
    let client = Client::new(config()).expect("a client");
    let parameters =
        AuthorizationParameters { prompt: Some("login".to_owned()), max_age_s: Some(300), ..scope("openid") };
    assert!(sign_in(&client, parameters, "one-role").is_ok());
}

#[test]
fn a_wrong_key_is_refused_as_cis2_does_it_and_the_simulator_says_why() {
    let mut config = config();
    let kid = simulator().ready().client.as_ref().expect("a client").kid.clone();
    let pem = crate::support::read("tests/vectors/keys/rsa2048.pkcs8.pem");
    let wrong = SigningKey::from_pem(pem.as_bytes(), None, &kid, Algorithm::Rs256).expect("a key");
    config.set_signing_key(std::sync::Arc::new(wrong)).expect("a key");
    let error = sign_in(&Client::new(config).expect("a client"), scope("openid"), "one-role").expect_err("a refusal");
    assert_eq!(error.status(), Status::OauthError);
    assert_eq!(error.http_status(), Some(400));
    assert_eq!(error.provider_words().description.as_deref(), Some("JWT is not valid"));
    assert!(error.clock_offset_s().is_some_and(|offset| offset.abs() <= 2), "{error:?}");
    assert!(simulator().reasons().iter().any(|reason| reason.rule == "signature_wrong"));
}

/// The error of a first request to this address.
fn first_request(change: impl FnOnce(&mut Config)) -> Error {
    let mut config = config();
    change(&mut config);
    let client = Client::new(config).expect("a client");
    let mut flow = client.begin_authorization(AuthorizationParameters::default()).expect("a flow");
    Https::new(client.transport_options().clone()).run_blocking(&mut flow, None).expect_err("a refusal")
}

#[test]
fn a_certificate_of_an_unknown_ca_is_refused_and_said_to_be_one() {
    let mut config = Config::new(Platform::from_name("local-simulator").expect("a row"));
    config.set_client_id(CLIENT_ID).expect("an id");
    config.set_redirect_uri(REDIRECT_URI).expect("a URI");
    config.set_signing_key(test_key(Algorithm::Rs256)).expect("a key");
    config.set_connect_to("cis2.localhost:443", &simulator().ready().listen.to_string()).expect("an address");
    let client = Client::new(config).expect("a client");
    let mut flow = client.begin_authorization(AuthorizationParameters::default()).expect("a flow");
    let error = Https::new(client.transport_options().clone()).run_blocking(&mut flow, None).expect_err("a refusal");
    assert_eq!(error.status(), Status::TlsCertificate, "{error}");
    assert!(error.to_string().contains("unknown CA"), "{error}");
}

#[test]
fn a_closed_port_is_no_connection() {
    let closed = TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("an address");
    let error =
        first_request(|config| config.set_connect_to("cis2.localhost:443", &closed.to_string()).expect("an address"));
    assert_eq!(error.status(), Status::Connect, "{error}");
}

#[test]
fn a_name_that_does_not_resolve_is_said_to_be_one() {
    let row =
        Platform::from_name("local-simulator").expect("a row").to_json().replace("cis2.localhost", "cis2.invalid");
    let mut config = Config::new(Platform::from_json(&row).expect("a row"));
    config.set_client_id(CLIENT_ID).expect("an id");
    config.set_redirect_uri(REDIRECT_URI).expect("a URI");
    config.set_signing_key(test_key(Algorithm::Rs256)).expect("a key");
    let client = Client::new(config).expect("a client");
    let mut flow = client.begin_authorization(AuthorizationParameters::default()).expect("a flow");
    let error = Https::new(client.transport_options().clone()).run_blocking(&mut flow, None).expect_err("a refusal");
    assert_eq!(error.status(), Status::Dns, "{error}");
}

/// A server that takes connections, and does this with each.
fn server(behave: impl Fn(std::net::TcpStream) + Send + 'static) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    std::thread::spawn(move || listener.incoming().flatten().for_each(behave));
    address
}

#[test]
fn a_server_that_never_answers_costs_the_time_that_was_set() {
    let kept = std::sync::Mutex::new(Vec::new());
    let address = server(move |stream| kept.lock().expect("a list").push(stream));
    let started = Instant::now();
    let error = first_request(|config| {
        config.set_connect_to("cis2.localhost:443", &address.to_string()).expect("an address");
        config.set_connect_timeout_ms(200).expect("a time");
        config.set_request_timeout_ms(300).expect("a time");
    });
    assert_eq!(error.status(), Status::TransportTimeout, "{error}");
    assert!(started.elapsed() < Duration::from_secs(5));
}

#[test]
fn the_time_of_a_whole_flow_ends_it_too() {
    let kept = std::sync::Mutex::new(Vec::new());
    let address = server(move |stream| kept.lock().expect("a list").push(stream));
    let mut config = config();
    config.set_connect_to("cis2.localhost:443", &address.to_string()).expect("an address");
    let client = Client::new(config).expect("a client");
    let mut flow = client.begin_authorization(AuthorizationParameters::default()).expect("a flow");
    let https = Https::new(client.transport_options().clone());
    let error = https.run_blocking(&mut flow, Some(Duration::from_millis(150))).expect_err("a refusal");
    assert_eq!(error.status(), Status::TransportTimeout, "{error}");
}

#[test]
fn a_server_that_speaks_no_tls_is_said_to_be_one() {
    let address = server(|mut stream| {
        let _ = stream.read(&mut [0; 64]);
        let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
    });
    let error =
        first_request(|config| config.set_connect_to("cis2.localhost:443", &address.to_string()).expect("an address"));
    assert_eq!(error.status(), Status::Tls, "{error}");
}

#[test]
fn a_connection_that_is_closed_at_once_is_lost_or_none() {
    let address = server(drop);
    let error =
        first_request(|config| config.set_connect_to("cis2.localhost:443", &address.to_string()).expect("an address"));
    assert!([Status::Connect, Status::ConnectionLost, Status::Tls].contains(&error.status()), "{error}");
}

#[test]
fn no_message_of_the_transport_holds_a_query_or_the_code() {
    let error = first_request(|config| config.set_connect_to("cis2.localhost:443", "127.0.0.1:1").expect("an address"));
    assert!(!error.to_string().contains('?') || !error.to_string().contains("state="), "{error}");
}
