//! The address of return on this machine (RFC 8252 §7.3): listens on exactly the registered loopback address, hands over
//! each return of the browser, and answers it with a small page that holds nothing of what was received.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, SyncSender};
use std::thread;
use std::time::{Duration, Instant};

use cis2::error::{Error, Status};
use cis2::http::{printable, without_query};
use cis2::secret::SecretText;

use crate::exit::{Exit, Failure, Result};

/// The longest request line with its headers, in bytes; a callback may have 32 KiB.
const MAX_HEAD_BYTES: usize = 64 * 1024;
/// How long a connection may take to say what it wants: browsers open some that they never use.
const READ_TIMEOUT: Duration = Duration::from_secs(10);
/// Returns that wait to be looked at; more are not taken in.
const MAX_WAITING: usize = 8;

/// The registered address, taken apart.
#[derive(Debug, PartialEq, Eq)]
struct Address {
    socket: SocketAddr,
    path: String,
}

/// Waits for the browser.
pub struct Loopback {
    returns: Receiver<Return>,
}

/// The browser has returned.
pub struct Return {
    /// The path and query that it asked for; holds the code.
    pub callback: SecretText,
    browser: TcpStream,
}

/// What the browser is shown.
#[derive(Clone, Copy, Debug)]
pub enum Page {
    /// All is done.
    SignedIn,
    /// Something was refused; the terminal says what.
    Refused,
    /// Not the answer to this sign-in.
    NotThis,
}

impl Loopback {
    /// Listens on the host, port and path of this redirect URI.
    pub fn listen(redirect_uri: &str) -> Result<Self> {
        let address = Address::parse(redirect_uri).ok_or_else(|| not_loopback(redirect_uri))?;
        let listener = TcpListener::bind(address.socket).map_err(|error| not_bound(&address, error.kind()))?;
        let (sender, returns) = mpsc::sync_channel(MAX_WAITING);
        // Ends with the program.
        thread::spawn(move || accept(&listener, &address.path, &sender));
        Ok(Self { returns })
    }

    /// The next return of the browser.
    pub fn wait(&self, deadline: Instant) -> Result<Return> {
        self.returns.recv_timeout(deadline.saturating_duration_since(Instant::now())).map_err(|error| match error {
            RecvTimeoutError::Timeout => Failure::Refused {
                error: Error::new(Status::WaitTimeout)
                    .remedy("begin again, and sign in before the time is over; --timeout gives more of it."),
                exit: Exit::Conversation,
                headline: Some("The browser did not return in time."),
            },
            RecvTimeoutError::Disconnected => Error::new(Status::Internal).found("a listener that ended").into(),
        })
    }
}

impl Return {
    /// Shows the person how it ended.
    pub fn answer(mut self, page: Page) {
        let _ = respond(&mut self.browser, page);
    }
}

impl Address {
    fn parse(redirect_uri: &str) -> Option<Self> {
        let rest = redirect_uri.strip_prefix("http://")?;
        let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        // A browser asks a name for its IPv4 address too; with an IPv6 one alone it would not be reached everywhere.
        let numeric = match authority.strip_prefix("localhost") {
            Some(port) => format!("127.0.0.1{port}"),
            None => authority.to_owned(),
        };
        let has_port = numeric.rsplit_once(':').is_some_and(|(_, port)| !port.is_empty() && !port.ends_with(']'));
        let socket: SocketAddr = if has_port { numeric } else { format!("{numeric}:80") }.parse().ok()?;
        let path = path.split('?').next().unwrap_or_default();
        let path = if path.is_empty() { "/" } else { path };
        (socket.ip().is_loopback() && socket.port() != 0).then(|| Self { socket, path: path.to_owned() })
    }
}

fn not_loopback(redirect_uri: &str) -> Failure {
    Failure::configuration_as(
        "The address of return is not on this machine.",
        Error::new(Status::ConfigInvalid)
            .expected("a redirect URI on this machine, such as http://127.0.0.1:8400/callback")
            .found(printable(redirect_uri, 200))
            .remedy("register such an address beside the others of this client; CIS2 takes http for localhost alone."),
    )
}

fn not_bound(address: &Address, kind: io::ErrorKind) -> Failure {
    let found = match kind {
        io::ErrorKind::AddrInUse => "another program listens there already".to_owned(),
        io::ErrorKind::PermissionDenied => "this user may not listen there (ports below 1024)".to_owned(),
        kind => kind.to_string(),
    };
    Failure::configuration_as(
        "The address of return cannot be listened on.",
        Error::new(Status::ConfigInvalid)
            .expected(format!("{} to be free", address.socket))
            .found(found)
            .remedy("end the other program, or use another registered redirect URI."),
    )
}

/// Each connection has a thread of its own, so that one that says nothing keeps no other waiting.
fn accept(listener: &TcpListener, path: &str, sender: &SyncSender<Return>) {
    for browser in listener.incoming().flatten() {
        let (path, sender) = (path.to_owned(), sender.clone());
        thread::spawn(move || {
            let _ = receive(browser, &path, &sender);
        });
    }
}

fn receive(mut browser: TcpStream, path: &str, sender: &SyncSender<Return>) -> io::Result<()> {
    browser.set_read_timeout(Some(READ_TIMEOUT))?;
    browser.set_write_timeout(Some(READ_TIMEOUT))?;
    let head = read_head(&mut browser)?;
    let Some(target) = target(head.expose(), path) else { return respond(&mut browser, Page::NotThis) };
    let callback = SecretText::new(target.to_owned());
    match sender.try_send(Return { callback, browser }) {
        Ok(()) => Ok(()),
        Err(mpsc::TrySendError::Full(mut left) | mpsc::TrySendError::Disconnected(mut left)) => {
            respond(&mut left.browser, Page::NotThis)
        }
    }
}

fn read_head(browser: &mut TcpStream) -> io::Result<SecretText> {
    let mut head = Vec::with_capacity(MAX_HEAD_BYTES);
    let mut chunk = [0; 4096];
    while !head.windows(4).any(|window| window == b"\r\n\r\n") {
        let length = browser.read(&mut chunk)?;
        if length == 0 || head.len() + length > MAX_HEAD_BYTES {
            return Err(io::ErrorKind::InvalidData.into());
        }
        head.extend_from_slice(&chunk[..length]);
    }
    String::from_utf8(head).map(SecretText::new).map_err(|_| io::ErrorKind::InvalidData.into())
}

/// The target of a `GET` to this path with a query. A page of the browser's own wish (an icon, say) is none.
fn target<'a>(head: &'a str, path: &str) -> Option<&'a str> {
    let target = head.lines().next()?.strip_prefix("GET ")?.split(' ').next()?;
    let (asked, _) = target.split_once('?')?;
    (asked == path).then_some(target)
}

fn respond(browser: &mut TcpStream, page: Page) -> io::Result<()> {
    let (status, title, text) = match page {
        Page::SignedIn => ("200 OK", "Signed in", "You can close this window and go back to the terminal."),
        Page::Refused => ("200 OK", "Not signed in", "The terminal says why. You can close this window."),
        Page::NotThis => ("404 Not Found", "Nothing here", "This is not the answer to the sign-in that is under way."),
    };
    let body = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>{title}</title>\
         <body><h1>{title}</h1><p>{text}</p></body></html>\n"
    );
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {}\r\nCache-Control: no-store\r\n\
         Referrer-Policy: no-referrer\r\nContent-Security-Policy: default-src 'none'\r\n\
         X-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\n",
        body.len()
    );
    browser.write_all(head.as_bytes())?;
    browser.write_all(body.as_bytes())?;
    browser.flush()
}

/// A registered address on this machine as it can be listened on. One without port stands for any (RFC 8252 §7.3): it
/// gets one that is free.
pub fn on_this_machine(redirect_uri: &str) -> Option<String> {
    let address = Address::parse(redirect_uri)?;
    let (scheme, rest) = redirect_uri.split_at("http://".len());
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    if authority.ends_with(&format!(":{}", address.socket.port())) {
        return Some(redirect_uri.to_owned());
    }
    let free = TcpListener::bind((address.socket.ip(), 0)).and_then(|listener| listener.local_addr()).ok()?;
    Some(format!("{scheme}{authority}:{}{path}", free.port()))
}

/// The address without query, for a person.
pub fn shown(redirect_uri: &str) -> String {
    without_query(redirect_uri)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_exactly_the_registered_one() {
        for (uri, socket, path) in [
            ("http://127.0.0.1:8400/callback", "127.0.0.1:8400", "/callback"),
            ("http://localhost:8400/a/b?tenant=1", "127.0.0.1:8400", "/a/b"),
            ("http://[::1]:8400/", "[::1]:8400", "/"),
            ("http://127.0.0.1", "127.0.0.1:80", "/"),
        ] {
            let expected = Address { socket: socket.parse().expect("an address"), path: path.to_owned() };
            assert_eq!(Address::parse(uri), Some(expected), "{uri}");
        }
    }

    #[test]
    fn an_address_elsewhere_is_none() {
        for uri in [
            "https://127.0.0.1:8400/callback",
            "http://192.0.2.1:8400/callback",
            "http://localhost.example:8400/callback",
            "http://0.0.0.0:8400/callback",
            "http://127.0.0.1:0/callback",
        ] {
            assert_eq!(Address::parse(uri), None, "{uri}");
        }
    }

    #[test]
    fn only_a_get_of_the_path_with_a_query_is_a_return() {
        assert_eq!(target("GET /callback?code=x HTTP/1.1\r\n\r\n", "/callback"), Some("/callback?code=x"));
        for head in ["GET /callback HTTP/1.1", "POST /callback?code=x HTTP/1.1", "GET /favicon.ico?v=1 HTTP/1.1", ""] {
            assert_eq!(target(head, "/callback"), None, "{head}");
        }
    }
}
