//! The client's JWK set: from the client file, or fetched from its `jwks_uri` on this machine.

use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::clients::Client;
use crate::strict::{Refusal, refuse};

/// AM waits so long to connect, and so long to read.
const PATIENCE: Duration = Duration::from_secs(3);
const MAX_BYTES: u64 = 256 * 1024;

/// The set of a client.
pub(crate) async fn of(client: &Client) -> Result<Value, Refusal> {
    let Some(address) = &client.jwks_uri else { return Ok(client.jwks.clone().unwrap_or(Value::Null)) };
    let unreachable =
        |why: &str| refuse("jwks_unreachable", format!("the client's jwks_uri {address} gave no JWK set: {why}"));
    let rest = address
        .strip_prefix("http://")
        .ok_or_else(|| unreachable("the simulator fetches http from this machine only"))?;
    let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
    let host = authority.rsplit_once(':').map_or(authority, |(host, _)| host);
    if !["127.0.0.1", "localhost", "[::1]"].contains(&host) {
        return Err(unreachable("the simulator fetches http from this machine only"));
    }
    let answer = timeout(PATIENCE * 2, fetch(authority, path)).await.map_err(|_| unreachable("no answer in time"))?;
    let answer = answer.map_err(|error| unreachable(&error.to_string()))?;
    let (head, body) = answer.split_once("\r\n\r\n").ok_or_else(|| unreachable("no HTTP answer"))?;
    if !head.starts_with("HTTP/1.") || head.split(' ').nth(1) != Some("200") {
        return Err(unreachable("a status that is not 200"));
    }
    serde_json::from_str(body)
        .map_err(|_| refuse("jwks_unusable", "the client's jwks_uri answered with something that is not JSON"))
}

async fn fetch(authority: &str, path: &str) -> std::io::Result<String> {
    let address = if authority.contains(':') { authority.to_owned() } else { format!("{authority}:80") };
    let mut stream = TcpStream::connect(address).await?;
    // HTTP/1.0: the answer comes whole and ends with the connection.
    stream.write_all(format!("GET /{path} HTTP/1.0\r\nHost: {authority}\r\n\r\n").as_bytes()).await?;
    let mut bytes = Vec::new();
    stream.take(MAX_BYTES).read_to_end(&mut bytes).await?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
