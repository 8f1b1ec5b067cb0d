//! From a connection to an answer: reads the request within its limits, finds the endpoint, says refusals aloud.

use std::net::SocketAddr;
use std::time::{Duration, UNIX_EPOCH};

use http_body_util::{BodyExt, Full, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::header::{AUTHORIZATION, CONTENT_TYPE};
use hyper::{Request, Response};
use serde_json::{Value, json};
use tokio::time::timeout;

use crate::addresses::REALM;
use crate::clients::{self, Client};
use crate::form::Parameters;
use crate::reply::Reply;
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
}

/// Answers one request, and says a refusal aloud.
pub(crate) async fn answer(request: Request<Incoming>, peer: SocketAddr, shared: &Shared) -> Response<Full<Bytes>> {
    let now = shared.now();
    let (reply, endpoint) = match read(request).await {
        Ok(asked) => route(&asked, peer, shared, now).await,
        Err(refusal) => (Reply::refused(refusal), "simulator"),
    };
    if let Some(refusal) = &reply.refusal {
        let reason = shared.reasons.note(refusal, endpoint, now);
        shared.say(&format!("refused at {} [{}, {}]: {}", reason.endpoint, reason.rule, reason.origin, reason.reason));
    }
    response(reply, now)
}

async fn read(request: Request<Incoming>) -> Judged<Asked> {
    let (parts, body) = request.into_parts();
    let header = |name| parts.headers.get(name).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
    let body = timeout(PATIENCE, Limited::new(body, MAX_BODY_BYTES).collect())
        .await
        .map_err(|_| refuse(table::REQUEST_MALFORMED, "a body that did not come in time"))?
        .map_err(|_| refuse(table::REQUEST_MALFORMED, "a body that is longer or was cut off"))?
        .to_bytes();
    Ok(Asked {
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
        "jwk_uri" => Reply::json(200, shared.issuer.jwks()),
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

/// The simulator's own endpoint, for whoever is on this machine.
fn own(asked: &Asked, peer: SocketAddr, shared: &Shared) -> Reply {
    if asked.path == "/favicon.ico" {
        // A browser asks for it by itself: no mistake, so no reason.
        return Reply::json(404, &json!({}));
    }
    if asked.path != "/simulator/reasons" || !peer.ip().is_loopback() {
        return Reply::refused(refuse(table::PATH_UNKNOWN, shown::quoted(&asked.path)));
    }
    let since = Parameters::parse(asked.query.as_bytes()).get("since").and_then(|id| id.parse().ok()).unwrap_or(0);
    let reasons: Vec<Value> = shared.reasons.since(since).iter().map(|reason| reason.to_json()).collect();
    Reply::json(200, &json!(reasons)).with("Cache-Control", "no-store")
}

fn response(reply: Reply, now: i64) -> Response<Full<Bytes>> {
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
    builder.body(Full::new(Bytes::from(reply.body))).unwrap_or_else(|_| {
        // A value that cannot stand in a header comes from the client file: a redirect URI with a line break.
        let mut response = Response::new(Full::new(Bytes::from_static(b"a value cannot stand in a header")));
        *response.status_mut() = hyper::StatusCode::INTERNAL_SERVER_ERROR;
        response
    })
}
