//! The client file, read anew for each request, so that a registration can be changed while the simulator runs. What is
//! wrong with it is said with file and member.

#![expect(clippy::disallowed_methods, reason = "the client file is read here")]

use std::path::Path;

use serde_json::{Map, Value};

use crate::Error;
use crate::strict::checks::ID_ENDINGS;

/// Largest client file, in bytes.
const MAX_BYTES: u64 = 1024 * 1024;
const FILE_MEMBERS: &[&str] = &["clients"];
const CLIENT_MEMBERS: &[&str] = &["algorithm", "client_id", "jwks", "jwks_uri", "redirect_uris"];

/// One registered client.
pub(crate) struct Client {
    pub client_id: String,
    pub redirect_uris: Vec<String>,
    pub keys: Keys,
    /// `RS256` or `RS512`: CIS2 registers one of the two.
    pub algorithm: String,
}

/// Where the client's public keys are.
pub(crate) enum Keys {
    Set(Value),
    Uri(String),
}

/// All clients of the file, or what is wrong with it.
pub(crate) fn read(path: &Path) -> Result<Vec<Client>, Error> {
    let fault = |what: String| Error::new(format!("client file {}: {what}", path.display()));
    let size = std::fs::metadata(path).map_err(|error| fault(error.to_string()))?.len();
    if size > MAX_BYTES {
        return Err(fault(format!("{size} bytes, and at most {MAX_BYTES} are read")));
    }
    let text = std::fs::read_to_string(path).map_err(|error| fault(error.to_string()))?;
    let file: Value = serde_json::from_str(&text).map_err(|error| fault(format!("no JSON: {error}")))?;
    clients(&file).map_err(fault)
}

fn clients(file: &Value) -> Result<Vec<Client>, String> {
    let file = object(file, "the file", FILE_MEMBERS)?;
    let list = file.get("clients").and_then(Value::as_array).ok_or("\"clients\" must be a list")?;
    let mut clients: Vec<Client> = Vec::new();
    for (at, value) in list.iter().enumerate() {
        let client = client(value, &format!("clients[{at}]"))?;
        if clients.iter().any(|other| other.client_id == client.client_id) {
            return Err(format!("clients[{at}].client_id: {} stands there twice", client.client_id));
        }
        clients.push(client);
    }
    Ok(clients)
}

fn client(value: &Value, place: &str) -> Result<Client, String> {
    let client = object(value, place, CLIENT_MEMBERS)?;
    let text = |name: &str| {
        let value = client.get(name).and_then(Value::as_str);
        value.map(str::to_owned).ok_or_else(|| format!("{place}.{name} must be a text"))
    };
    let client_id = text("client_id")?;
    if !ID_ENDINGS.iter().any(|ending| client_id.ends_with(ending)) {
        return Err(format!("{place}.client_id must end in {}, as CIS2's do", ID_ENDINGS.join(" or ")));
    }
    let algorithm = text("algorithm")?;
    if !["RS256", "RS512"].contains(&algorithm.as_str()) {
        return Err(format!("{place}.algorithm must be RS256 or RS512: CIS2 registers one of the two"));
    }
    let keys = match (client.get("jwks"), client.get("jwks_uri")) {
        (Some(set), None) if set.is_object() => Keys::Set(set.clone()),
        (Some(_), None) => return Err(format!("{place}.jwks must be an object")),
        (None, Some(_)) => Keys::Uri(text("jwks_uri")?),
        _ => return Err(format!("{place} must have either jwks or jwks_uri")),
    };
    Ok(Client { client_id, redirect_uris: redirect_uris(client, place)?, keys, algorithm })
}

fn redirect_uris(client: &Map<String, Value>, place: &str) -> Result<Vec<String>, String> {
    let list = client.get("redirect_uris").and_then(Value::as_array).filter(|list| !list.is_empty());
    let list = list.ok_or_else(|| format!("{place}.redirect_uris must be a list with at least one address"))?;
    let checked = list.iter().enumerate().map(|(at, value)| {
        let uri = value.as_str().filter(|uri| {
            let native =
                ["http://127.0.0.1", "http://localhost", "http://[::1]"].iter().any(|start| uri.starts_with(start));
            (uri.starts_with("https://") || native)
                && uri.bytes().all(|byte| byte.is_ascii_graphic())
                && !uri.contains('#')
        });
        let wanted = "must be an https address, or http on loopback for a native application, without a fragment";
        uri.map(str::to_owned).ok_or_else(|| format!("{place}.redirect_uris[{at}] {wanted}"))
    });
    checked.collect()
}

/// An object that has no other members than these.
fn object<'v>(value: &'v Value, place: &str, members: &[&str]) -> Result<&'v Map<String, Value>, String> {
    let object = value.as_object().ok_or_else(|| format!("{place} must be an object"))?;
    match object.keys().find(|name| !members.contains(&name.as_str())) {
        Some(name) => Err(format!("{place} has a member {name:?}; known are {}", members.join(", "))),
        None => Ok(object),
    }
}

impl Client {
    /// Whether this redirect URI is registered: byte for byte. A registered `http://127.0.0.1/...` without port stands
    /// for any port (RFC 8252 §7.3; ours, not CIS2's), because a native application cannot choose one.
    pub(crate) fn knows_redirect(&self, redirect_uri: &str) -> bool {
        let portless = without_port(redirect_uri);
        self.redirect_uris.iter().any(|known| known == redirect_uri || Some(known) == portless.as_ref())
    }
}

fn without_port(redirect_uri: &str) -> Option<String> {
    let rest = redirect_uri.strip_prefix("http://127.0.0.1:")?;
    let (port, path) = rest.split_once('/')?;
    let is_port = port.bytes().all(|byte| byte.is_ascii_digit()) && port.parse::<u16>().is_ok_and(|port| port != 0);
    is_port.then(|| format!("http://127.0.0.1/{path}"))
}
