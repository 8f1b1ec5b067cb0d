//! What reaches a flow: discovery document, callback, sealed request and token answer.

use cis2::flow::Step;
use cis2::http::{Headers, Method};
use cis2::provider::discovery::Metadata;
use serde_json::Value;

use super::world::{ACCESS_TOKEN, CODE, ID_TOKEN, World, answer, platform, world};

/// A discovery document: the issuer is the row's, and each address is on its host.
pub fn discovery(bytes: &[u8]) {
    let platform = platform();
    let Ok(metadata) = Metadata::read(bytes, &platform) else { return };
    let document: Value = serde_json::from_slice(bytes).expect("a document in JSON");
    assert_eq!(document["issuer"], platform.issuer.as_str());
    let addresses = [
        ("authorization_endpoint", Some(&metadata.authorization_endpoint)),
        ("jwks_uri", Some(&metadata.jwks_uri)),
        ("token_endpoint", Some(&metadata.token_endpoint)),
        ("userinfo_endpoint", metadata.userinfo_endpoint.as_ref()),
    ];
    for (name, address) in addresses {
        let Some(address) = address else { continue };
        assert_eq!(document[name], address.as_str());
        let authority = address.as_str().strip_prefix("https://").expect("https").split(['/', '?']).next();
        let host = authority.and_then(|authority| authority.split(':').next()).unwrap_or_default();
        assert!(host.eq_ignore_ascii_case("cis2.localhost"), "{address}");
    }
}

/// A callback: only with one state, which is the request's, one code and nothing that must not be beside it.
pub fn callback(bytes: &[u8]) {
    let world = world();
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if world.client.begin_sign_in(&world.request, text).is_err() {
        return;
    }
    let query = match text.find(['?', '=', '&']) {
        Some(at) if text[at..].starts_with('?') => &text[at + 1..],
        _ => text,
    };
    let query = query.split('#').next().unwrap_or_default();
    let pairs: Vec<(String, String)> = query
        .split('&')
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(name, value)| (unescaped(name), unescaped(value)))
        .collect();
    let values = |wanted: &str| -> Vec<&str> {
        pairs.iter().filter(|(name, _)| name == wanted).map(|(_, value)| value.as_str()).collect()
    };
    assert_eq!(values("state"), [world.state()], "not the state of this request");
    assert!(matches!(values("code")[..], [code] if !code.is_empty()), "not one code");
    for name in ["access_token", "error", "id_token"] {
        assert!(values(name).is_empty(), "{name} beside the code");
    }
    assert!(values("iss").iter().all(|issuer| *issuer == world.request.saved().issuer), "of another issuer");
}

/// A sealed request: only the very text that the client sealed opens.
pub fn sealed_request(bytes: &[u8]) {
    let world = world();
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let Ok(request) = world.client.restore_authorization_request(text) else { return };
    assert_eq!(text, world.request.sealed(), "nobody sealed this");
    assert!(request.saved().state.equals(world.state()));
}

/// A token answer: `HTTP/1.1 STATUS ...`, header lines and an empty line where it begins so, else the body of a 200. The good
/// ID token stands for `$id_token`. Who is signed in has that token and its access token; the code is sent once.
pub fn token_answer(bytes: &[u8]) {
    // Fresh each time: what a client has learnt decides what it asks for.
    let world = World::new();
    let callback = format!("code={CODE}&state={}", world.state());
    let mut flow = world.client.begin_sign_in(&world.request, &callback).expect("a callback");
    assert!(asks_with(&flow, Method::Post), "the code is not sent");

    let id_token = world.signed(&world.claims().to_string());
    let (status, head, body) = taken_apart(bytes);
    let Ok(headers) = Headers::parse(head) else { return };
    if answer(&mut flow, status, headers, with_id_token(body, &id_token)).is_err() {
        return;
    }
    let keys = world.key.jwk_set_json();
    while matches!(flow.step(), Ok(Step::Send(_))) {
        assert!(asks_with(&flow, Method::Get), "the code is sent twice");
        if answer(&mut flow, 200, Headers::default(), keys.clone().into_bytes()).is_err() {
            return;
        }
    }
    let sign_in = flow.take_sign_in().expect("a sign-in");
    assert_eq!(status, 200);
    assert!(sign_in.tokens().id_token().equals(&id_token), "nobody signed this");
    assert!(sign_in.tokens().access_token().equals(ACCESS_TOKEN), "not the access token of this ID token");
}

fn asks_with(flow: &cis2::client::Running, method: Method) -> bool {
    matches!(flow.step(), Ok(Step::Send(request)) if request.method == method)
}

fn taken_apart(bytes: &[u8]) -> (u16, &[u8], &[u8]) {
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n").filter(|_| bytes.starts_with(b"HTTP/1.1 "));
    let Some(end) = end else { return (200, b"", bytes) };
    let status = std::str::from_utf8(bytes.get(9..12).unwrap_or_default()).unwrap_or_default();
    (status.parse().unwrap_or(200), &bytes[..end], &bytes[end + 4..])
}

fn with_id_token(body: &[u8], id_token: &str) -> Vec<u8> {
    let name = ID_TOKEN.as_bytes();
    match body.windows(name.len()).position(|found| found == name) {
        Some(at) => [&body[..at], id_token.as_bytes(), &body[at + name.len()..]].concat(),
        None => body.to_vec(),
    }
}

/// A component of a form, read by other means than the library's.
fn unescaped(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        if let Some(hex) = rest.strip_prefix('%').and_then(|rest| rest.get(..2)) {
            bytes.push(u8::from_str_radix(hex, 16).expect("an escape"));
            rest = &rest[3..];
            continue;
        }
        let written = if first == '+' { ' ' } else { first };
        bytes.extend(written.to_string().as_bytes());
        rest = &rest[first.len_utf8()..];
    }
    String::from_utf8(bytes).expect("UTF-8")
}
