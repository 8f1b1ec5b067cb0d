//! From a connection to an answer: reads the request within its limits, finds the endpoint, says refusals aloud.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use http_body_util::{BodyExt, Full, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::header::{AUTHORIZATION, CONTENT_TYPE};
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::{TokioIo, TokioTimer};
use serde_json::{Value, json};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;

use crate::reply::Reply;
use crate::strict::{Refusal, refuse};
use crate::{REALM, Shared, authorize, clients, now, token};

const MAX_BODY_BYTES: usize = 64 * 1024;
const PATIENCE: Duration = Duration::from_secs(20);

/// What an endpoint sees of a request.
pub(crate) struct Asked {
    pub method: String,
    path: String,
    query: String,
    pub content_type: Option<String>,
    pub has_authorization: bool,
    authorization: Option<String>,
    pub body: Bytes,
}

/// Takes connections until the task is dropped.
pub(crate) async fn serve(listener: TcpListener, acceptor: TlsAcceptor, shared: Arc<Shared>) {
    loop {
        let Ok((stream, peer)) = listener.accept().await else { continue };
        let (acceptor, shared) = (acceptor.clone(), Arc::clone(&shared));
        tokio::spawn(async move { connection(stream, peer, acceptor, shared).await });
    }
}

async fn connection(stream: TcpStream, peer: SocketAddr, acceptor: TlsAcceptor, shared: Arc<Shared>) {
    let stream = match timeout(PATIENCE, acceptor.accept(stream)).await {
        Ok(Ok(stream)) => stream,
        Ok(Err(error)) => {
            shared.say(&format!("a TLS handshake failed: {error}"));
            return;
        }
        Err(_) => return,
    };
    let service = service_fn(move |request| {
        let shared = Arc::clone(&shared);
        async move { Ok::<_, std::convert::Infallible>(answer(request, peer, &shared).await) }
    });
    // A connection that ends early is the client's matter.
    let _ended = hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(PATIENCE)
        .serve_connection(TokioIo::new(stream), service)
        .await;
}

async fn answer(request: Request<Incoming>, peer: SocketAddr, shared: &Shared) -> Response<Full<Bytes>> {
    let (reply, endpoint) = match read(request).await {
        Ok(asked) => route(&asked, peer, shared).await,
        Err(refusal) => (Reply::refused(refusal), "simulator"),
    };
    if let Some(refusal) = &reply.refusal {
        let reason = shared.state.lock().note(refusal, endpoint, now());
        shared.say(&format!("refused at {}: {} [{}, {}]", reason.endpoint, reason.reason, reason.rule, reason.origin));
    }
    response(reply)
}

async fn read(request: Request<Incoming>) -> Result<Asked, Refusal> {
    let (parts, body) = request.into_parts();
    let header = |name| parts.headers.get(name).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
    let body = timeout(PATIENCE, Limited::new(body, MAX_BODY_BYTES).collect())
        .await
        .map_err(|_| refuse("request_malformed", "the body did not come in time"))?
        .map_err(|_| refuse("request_malformed", format!("a body of at most {MAX_BODY_BYTES} bytes is read")))?
        .to_bytes();
    Ok(Asked {
        method: parts.method.to_string(),
        path: parts.uri.path().to_owned(),
        query: parts.uri.query().unwrap_or_default().to_owned(),
        content_type: header(CONTENT_TYPE),
        has_authorization: parts.headers.contains_key(AUTHORIZATION),
        authorization: header(AUTHORIZATION),
        body,
    })
}

async fn route(asked: &Asked, peer: SocketAddr, shared: &Shared) -> (Reply, &'static str) {
    let Some(endpoint) = asked.path.strip_prefix(REALM) else {
        return (own(asked, peer, shared), "simulator");
    };
    let now = now();
    match endpoint {
        "/.well-known/openid-configuration" => (Reply::json(200, &shared.urls.discovery()), "discovery"),
        "/connect/jwk_uri" => (Reply::json(200, shared.issuer.jwks()), "jwk_uri"),
        "/userinfo" => (userinfo(asked, shared, now), "userinfo"),
        "/authorize" | "/access_token" => {
            let clients = match clients::read(&shared.clients_file) {
                Ok(clients) => clients,
                Err(error) => {
                    shared.say(&error.to_string());
                    return (
                        Reply::json(500, &json!({"error_description": error.to_string(), "error": "server_error"})),
                        "simulator",
                    );
                }
            };
            if endpoint == "/authorize" {
                (authorize::answer(shared, &clients, &asked.query, now), "authorize")
            } else {
                (token::answer(shared, &clients, asked, now).await, "access_token")
            }
        }
        _ => (
            Reply::json(
                404,
                &json!({"error_description": "There is no such endpoint here. The token endpoint ends in /access_token.", "error": "not_found"}),
            ),
            "simulator",
        ),
    }
}

/// The simulator's own endpoint, for whoever is on this machine.
fn own(asked: &Asked, peer: SocketAddr, shared: &Shared) -> Reply {
    if asked.path != "/simulator/reasons" || !peer.ip().is_loopback() {
        let text = "There is nothing here. The realm of this simulator begins at ";
        return Reply::json(404, &json!({"error_description": format!("{text}{REALM}"), "error": "not_found"}));
    }
    let since = asked.query.strip_prefix("since=").and_then(|id| id.parse().ok()).unwrap_or(0);
    let reasons: Vec<Value> = shared.state.lock().reasons_since(since).iter().map(|reason| reason.to_json()).collect();
    Reply::json(200, &json!(reasons))
}

fn userinfo(asked: &Asked, shared: &Shared, now: i64) -> Reply {
    let refused = |rule, reason: &str| Reply::refused(refuse(rule, reason));
    if asked.query.contains("access_token=") {
        return refused("token_in_url", "an access token must never be in a URL; send it in the Authorization header");
    }
    let Some(token) = asked.authorization.as_deref().and_then(|header| header.strip_prefix("Bearer ")) else {
        return refused("token_missing", "the header Authorization: Bearer must be there");
    };
    let memory = shared.state.lock();
    match memory.sessions.get(token) {
        None => refused(
            "token_unknown",
            "the access token must be one that was issued here and not taken back; an ID token is none",
        ),
        Some(session) if now - session.issued_at > crate::state::TOKEN_LIFE_S => {
            refused("token_expired", "the access token is expired")
        }
        Some(session) => Reply::json(200, &session.person.userinfo(&session.scope)),
    }
}

fn response(reply: Reply) -> Response<Full<Bytes>> {
    let date =
        httpdate::fmt_http_date(std::time::UNIX_EPOCH + Duration::from_secs(u64::try_from(now()).unwrap_or_default()));
    let mut builder = Response::builder()
        .status(reply.status)
        .header("Date", date)
        .header("Content-Type", reply.content_type)
        .header("X-Content-Type-Options", "nosniff")
        .header("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'");
    for (name, value) in reply.headers {
        builder = builder.header(name, value);
    }
    builder.body(Full::new(Bytes::from(reply.body))).unwrap_or_else(|_| {
        // A header that cannot be one came in with the request, in a state or redirect URI.
        let mut response =
            Response::new(Full::new(Bytes::from_static(b"a value of the request cannot stand in a header")));
        *response.status_mut() = hyper::StatusCode::BAD_REQUEST;
        response
    })
}
