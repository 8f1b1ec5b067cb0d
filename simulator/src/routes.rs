//! From a connection to an answer: reads the request within its limits, finds the endpoint, says refusals aloud.

use std::net::SocketAddr;
use std::time::{Duration, UNIX_EPOCH};

use http_body_util::{BodyExt, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::header::{AUTHORIZATION, CONTENT_TYPE};
use hyper::{Request, Response};
use serde_json::{Value, json};
use tokio::time::timeout;

use crate::addresses::REALM;
use crate::clients::{self, Client};
use crate::faults::FaultSetting;
use crate::form::Parameters;
use crate::reply::Reply;
use crate::spoilt::{self, Body, Broken};
use crate::strict::{Judged, Refusal, refuse, shown, table};
use crate::{Shared, authorize, token, userinfo};

const MAX_BODY_BYTES: usize = 64 * 1024;
/// How long a body may take.
const PATIENCE: Duration = Duration::from_secs(20);

/// What an endpoint sees of a request. No `Debug`: codes, assertions and tokens are in it.
pub(crate) struct Asked {
    method: String,
    path: String,
    pub query: String,
    pub content_type: Option<String>,
    pub authorization: Option<String>,
    pub body: Bytes,
    /// What is to go wrong with the answer, on purpose.
    pub fault: Option<FaultSetting>,
}

/// Answers one request, says a refusal aloud, and lets a fault have its way if one is on.
pub(crate) async fn answer(
    request: Request<Incoming>,
    peer: SocketAddr,
    shared: &Shared,
) -> Result<Response<Body>, Broken> {
    let now = shared.now();
    let ((reply, endpoint), fault) = match read(request, shared).await {
        Ok(asked) => (route(&asked, peer, shared, now).await, asked.fault),
        Err(refusal) => ((Reply::refused(refusal), "simulator"), None),
    };
    if let Some(refusal) = &reply.refusal {
        let reason = shared.reasons.note(refusal, endpoint, now);
        shared.say(&format!("refused at {} [{}, {}]: {}", reason.endpoint, reason.rule, reason.origin, reason.reason));
    }
    match fault {
        Some(fault) => {
            shared.say(&format!("spoils {endpoint} on purpose: {}", fault.name()));
            spoilt::spoil(&fault, reply).await.map(|(reply, body)| response(reply, body, now))
        }
        None => {
            let (reply, body) = spoilt::whole(reply);
            Ok(response(reply, body, now))
        }
    }
}

async fn read(request: Request<Incoming>, shared: &Shared) -> Judged<Asked> {
    let (parts, body) = request.into_parts();
    let header = |name| parts.headers.get(name).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
    let body = timeout(PATIENCE, Limited::new(body, MAX_BODY_BYTES).collect())
        .await
        .map_err(|_| refuse(table::REQUEST_MALFORMED, "a body that did not come in time"))?
        .map_err(|_| refuse(table::REQUEST_MALFORMED, "a body that is longer or was cut off"))?
        .to_bytes();
    let endpoint = parts.uri.path().strip_prefix(REALM).and_then(endpoint);
    Ok(Asked {
        fault: endpoint.and_then(|(name, _)| shared.faults.take(name)),
        method: parts.method.to_string(),
        path: parts.uri.path().to_owned(),
        query: parts.uri.query().unwrap_or_default().to_owned(),
        content_type: header(CONTENT_TYPE),
        authorization: header(AUTHORIZATION),
        body,
    })
}

/// The answer, and the name of the endpoint that gave it.
async fn route(asked: &Asked, peer: SocketAddr, shared: &Shared, now: i64) -> (Reply, &'static str) {
    let Some((endpoint, method)) = asked.path.strip_prefix(REALM).and_then(endpoint) else {
        return (own(asked, peer, shared), "simulator");
    };
    if asked.method != method {
        let refusal = refuse(table::METHOD_WRONG, shown::quoted(&asked.method));
        let refusal = refusal.naming(&format!("{method} found: {}", asked.method));
        return (Reply::refused(refusal).with("Allow", method), endpoint);
    }
    let reply = match endpoint {
        "discovery" => Reply::json(200, &shared.addresses.discovery()),
        "jwk_uri" => Reply::json(200, shared.issuer().jwks()),
        "userinfo" => userinfo::answer(shared, asked, now),
        _ => match registered(shared) {
            Ok(clients) if endpoint == "authorize" => authorize::answer(shared, &clients, asked, now),
            Ok(clients) => token::answer(shared, &clients, asked, now).await,
            Err(refusal) => Reply::refused(refusal),
        },
    };
    (reply, endpoint)
}

/// Name and method of the endpoint at this path below the realm.
fn endpoint(path: &str) -> Option<(&'static str, &'static str)> {
    Some(match path {
        "/.well-known/openid-configuration" => ("discovery", "GET"),
        "/access_token" => ("access_token", "POST"),
        "/authorize" => ("authorize", "GET"),
        "/connect/jwk_uri" => ("jwk_uri", "GET"),
        "/userinfo" => ("userinfo", "GET"),
        _ => return None,
    })
}

fn registered(shared: &Shared) -> Result<Vec<Client>, Refusal> {
    clients::read(&shared.clients_file).map_err(|error| refuse(table::CLIENTS_FILE_UNUSABLE, error.to_string()))
}

/// The simulator's own endpoints, for whoever is on this machine.
fn own(asked: &Asked, peer: SocketAddr, shared: &Shared) -> Reply {
    let is_local = peer.ip().is_loopback();
    match (asked.path.as_str(), asked.method.as_str()) {
        ("/simulator/reasons", "GET") if is_local => {
            let since = Parameters::parse(asked.query.as_bytes());
            let since = since.get("since").and_then(|id| id.parse().ok()).unwrap_or(0);
            let reasons: Vec<Value> = shared.reasons.since(since).iter().map(|reason| reason.to_json()).collect();
            Reply::json(200, &json!(reasons)).with("Cache-Control", "no-store")
        }
        // A browser asks for it by itself: no mistake, so no reason.
        ("/favicon.ico", _) => Reply::json(404, &json!({})),
        ("/simulator/faults", "GET") if is_local => Reply::json(200, &shared.faults.to_json()),
        ("/simulator/faults", "POST") if is_local => set_faults(asked, shared),
        _ => Reply::refused(refuse(table::PATH_UNKNOWN, shown::quoted(&asked.path))),
    }
}

fn set_faults(asked: &Asked, shared: &Shared) -> Reply {
    let set = FaultSetting::list_from_json(&String::from_utf8_lossy(&asked.body));
    match set.and_then(|settings| shared.set_faults(settings)) {
        Ok(()) => Reply::json(200, &shared.faults.to_json()),
        // No rule of CIS2's: this is between the simulator and whoever sets it up.
        Err(error) => Reply::json(400, &json!({"error_description": error.to_string(), "error": "invalid_request"})),
    }
}

fn response(reply: Reply, body: Body, now: i64) -> Response<Body> {
    let date = httpdate::fmt_http_date(UNIX_EPOCH + Duration::from_secs(u64::try_from(now).unwrap_or_default()));
    let mut builder = Response::builder()
        .status(reply.status)
        .header("Date", date)
        .header("Content-Type", reply.content_type)
        .header("X-Content-Type-Options", "nosniff")
        .header("Referrer-Policy", "no-referrer")
        .header("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'");
    for (name, value) in reply.headers {
        builder = builder.header(name, value);
    }
    builder.body(body).unwrap_or_else(|_| {
        // A value that cannot stand in a header comes from the client file: a redirect URI with a line break.
        let mut response = Response::new(Body::whole(Bytes::from_static(b"a value cannot stand in a header")));
        *response.status_mut() = hyper::StatusCode::INTERNAL_SERVER_ERROR;
        response
    })
}
