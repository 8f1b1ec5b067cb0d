//! An answer on its way out, and what a fault makes of it.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use http_body_util::Full;
use hyper::body::{Body as HttpBody, Bytes, Frame, SizeHint};
use serde_json::{Value, json};

use crate::faults::{FaultSetting, Kind};
use crate::reply::Reply;

/// Twice the megabyte that careful clients stop at, and four times over.
const HUGE_BYTES: usize = 8 * 1024 * 1024;
/// Matches of the gzip bomb; each is 258 bytes long.
const BOMB_MATCHES: u32 = 130_100;
/// CRC-32 of one byte and so many matches, all zero.
const BOMB_CRC: u32 = 0x8ee7_7782;
const LOGIN_PAGE: &str = "<!doctype html><title>Sign in</title><h1>Sign in to the network</h1>\n";
const ERROR_PAGE: &str = "<!doctype html><title>500</title><h1>Internal Server Error</h1>\n";

/// A body, whole or cut off.
pub(crate) enum Body {
    Whole(Full<Bytes>),
    CutOff { promised: u64, sent: Option<Bytes>, paused: bool },
}

/// A connection that ends on purpose.
#[derive(Debug)]
pub(crate) struct Broken;

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("broken on purpose")
    }
}

impl std::error::Error for Broken {}

impl Body {
    pub(crate) fn whole(bytes: impl Into<Bytes>) -> Self {
        Self::Whole(Full::new(bytes.into()))
    }

    /// The first half of it, after which the connection ends.
    fn cut_off(bytes: Vec<u8>) -> Self {
        let promised = bytes.len() as u64;
        let mut half = Bytes::from(bytes);
        half.truncate(half.len() / 2);
        Self::CutOff { promised, sent: Some(half), paused: false }
    }
}

impl HttpBody for Body {
    type Data = Bytes;
    type Error = Broken;

    fn poll_frame(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Broken>>> {
        match self.get_mut() {
            Self::Whole(body) => Pin::new(body).poll_frame(context).map_err(|never| match never {}),
            Self::CutOff { sent, paused, .. } => match sent.take() {
                Some(half) => Poll::Ready(Some(Ok(Frame::data(half)))),
                // One pause, in which hyper writes what it has; after an error it writes no more.
                None if !*paused => {
                    *paused = true;
                    context.waker().wake_by_ref();
                    Poll::Pending
                }
                None => Poll::Ready(Some(Err(Broken))),
            },
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Whole(body) => body.size_hint(),
            Self::CutOff { promised, .. } => SizeHint::with_exact(*promised),
        }
    }
}

/// The reply as this fault leaves it, and its body.
pub(crate) async fn spoil(setting: &FaultSetting, mut reply: Reply) -> Result<(Reply, Body), Broken> {
    match setting.kind() {
        Kind::Hang => std::future::pending::<()>().await,
        Kind::Slow => tokio::time::sleep(Duration::from_secs(setting.seconds().into())).await,
        Kind::Reset => return Err(Broken),
        Kind::CutOff => {
            let body = Body::cut_off(std::mem::take(&mut reply.body).into_bytes());
            return Ok((reply, body));
        }
        Kind::GzipBomb => {
            reply.headers.push(("Content-Encoding", "gzip".to_owned()));
            return Ok((reply, Body::whole(gzip_bomb())));
        }
        Kind::Html => reply = Reply::page(200, LOGIN_PAGE.to_owned()),
        Kind::Status500 => reply = Reply::page(500, ERROR_PAGE.to_owned()),
        Kind::Huge => reply = Reply::json(200, &json!({"padding": "0".repeat(HUGE_BYTES)})),
        Kind::Redirect => {
            reply = Reply::redirect("https://elsewhere.localhost/".to_owned());
            reply.status = 307;
        }
        Kind::OddKey => change(&mut reply, |document| {
            if let Some(keys) = document.get_mut("keys").and_then(Value::as_array_mut) {
                keys.splice(0..0, odd_keys());
            }
        }),
        Kind::WrongIssuer => change(&mut reply, |document| {
            if let Some(issuer) = document.get("issuer").and_then(Value::as_str).map(without_port) {
                document["issuer"] = json!(issuer);
            }
        }),
        // These are no matter of one answer.
        Kind::ClockAhead | Kind::ClockBehind | Kind::RotatedKey => {}
    }
    Ok(whole(reply))
}

/// The reply as it is, and its body.
pub(crate) fn whole(mut reply: Reply) -> (Reply, Body) {
    let body = Body::whole(std::mem::take(&mut reply.body));
    (reply, body)
}

/// An address as a URL class leaves it.
pub(crate) fn without_port(address: &str) -> String {
    address.replacen(":443", "", 1)
}

fn change(reply: &mut Reply, how: impl FnOnce(&mut Value)) {
    if let Ok(mut document) = serde_json::from_str(&reply.body) {
        how(&mut document);
        reply.body = document.to_string();
    }
}

fn odd_keys() -> Vec<Value> {
    vec![
        json!({"kty": "unknown", "kid": "odd-1", "x": "AA"}),
        json!({"kty": "oct", "kid": "odd-2", "k": "AAAAAAAAAAAAAAAAAAAAAA"}),
        json!({"kty": "RSA", "kid": "odd-3", "use": "sig", "n": "AQAB", "e": "AQAB"}),
        json!({"kty": "EC", "crv": "P-256", "use": "sig"}),
        json!("no object"),
    ]
}

/// A gzip of zeros, written by hand: one literal, and then matches of 258 bytes at distance 1, 13 bits each.
fn gzip_bomb() -> Vec<u8> {
    let mut bytes = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
    let (mut pending, mut count) = (0_u64, 0_u32);
    let mut put = |bytes: &mut Vec<u8>, value: u64, bits: u32| {
        pending |= value << count;
        count += bits;
        while count >= 8 {
            bytes.push(pending as u8);
            pending >>= 8;
            count -= 8;
        }
    };
    // The last block, with the fixed codes of RFC 1951 §3.2.6; codes are written with their first bit first.
    put(&mut bytes, 0b011, 3);
    put(&mut bytes, reversed(0b0011_0000, 8), 8);
    for _ in 0..BOMB_MATCHES {
        put(&mut bytes, reversed(0b1100_0101, 8), 8);
        put(&mut bytes, 0, 5);
    }
    // End of the block, and zeros up to the next byte.
    put(&mut bytes, 0, 7);
    put(&mut bytes, 0, 7);
    bytes.extend(BOMB_CRC.to_le_bytes());
    bytes.extend((BOMB_MATCHES * 258 + 1).to_le_bytes());
    bytes
}

fn reversed(code: u8, bits: u32) -> u64 {
    u64::from(code.reverse_bits() >> (8 - bits))
}

#[cfg(test)]
mod tests {
    use super::gzip_bomb;

    #[test]
    fn the_bomb_is_small_and_promises_much() {
        let bomb = gzip_bomb();
        assert!(bomb.len() < 256 * 1024, "{} bytes", bomb.len());
        let size = bomb.last_chunk::<4>().map(|bytes| u32::from_le_bytes(*bytes));
        assert!(size.is_some_and(|size| size > 32 * 1024 * 1024), "{size:?}");
    }
}
