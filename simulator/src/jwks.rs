//! The client's JWK set: from the client file, or fetched from its `jwks_uri` on this machine.

use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::clients::{Client, Keys};
use crate::strict::{Judged, refuse, shown, table};

/// OpenAM waits so long to connect, and so long to read.
const PATIENCE: Duration = Duration::from_secs(3);
const MAX_BYTES: u64 = 256 * 1024;

/// The set of a client. AM keeps it and asks again for an unknown kid; here it is read anew each time.
pub(crate) async fn of(client: &Client) -> Judged<Value> {
    let address = match &client.keys {
        Keys::Set(set) => return Ok(set.clone()),
        Keys::Uri(address) => address,
    };
    let unreachable = |why: &str| refuse(table::JWKS_UNREACHABLE, format!("at {}: {why}", shown::address(address)));
    let (authority, path) = local(address).ok_or_else(|| {
        unreachable("an address that the simulator does not fetch; it takes http on 127.0.0.1, [::1] or localhost only")
    })?;
    let answer = timeout(PATIENCE * 2, fetch(authority, path)).await.map_err(|_| unreachable("no answer in time"))?;
    let answer = answer.map_err(|error| unreachable(&shown::text(&error.to_string())))?;
    let (head, body) = answer.split_once("\r\n\r\n").ok_or_else(|| unreachable("something that is not HTTP"))?;
    match head.split_ascii_whitespace().nth(1) {
        Some("200") => {}
        Some(status) => return Err(unreachable(&format!("the status {}", shown::text(status)))),
        None => return Err(unreachable("something that is not HTTP")),
    }
    serde_json::from_str(body).map_err(|_| refuse(table::JWKS_UNUSABLE, "an answer that is not JSON"))
}

/// Host and path of an address on this machine.
fn local(address: &str) -> Option<(&str, &str)> {
    let rest = address.strip_prefix("http://")?;
    let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
    let host =
        authority.rsplit_once(':').map_or(authority, |(host, port)| if port.contains(']') { authority } else { host });
    ["127.0.0.1", "localhost", "[::1]"].contains(&host).then_some((authority, path))
}

async fn fetch(authority: &str, path: &str) -> std::io::Result<String> {
    let has_port = authority.rsplit_once(':').is_some_and(|(_, port)| !port.contains(']'));
    let address = if has_port { authority.to_owned() } else { format!("{authority}:80") };
    let mut stream = TcpStream::connect(address).await?;
    // HTTP/1.0: the answer comes whole and ends with the connection.
    let request = format!("GET /{path} HTTP/1.0\r\nHost: {authority}\r\nAccept: application/json\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut bytes = Vec::new();
    stream.take(MAX_BYTES).read_to_end(&mut bytes).await?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
