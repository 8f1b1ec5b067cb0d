//! The client file, read anew for each request, so that a test can change a registration while the simulator runs.

#![expect(clippy::disallowed_methods, reason = "the client file is read here")]

use std::path::Path;

use serde::Deserialize;
use serde_json::Value;

use crate::Error;

/// Largest client file, in bytes.
const MAX_BYTES: u64 = 1024 * 1024;

/// One registered client.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Client {
    pub client_id: String,
    pub redirect_uris: Vec<String>,
    #[serde(default)]
    pub jwks: Option<Value>,
    #[serde(default)]
    pub jwks_uri: Option<String>,
    pub algorithm: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ClientFile {
    clients: Vec<Client>,
}

/// All clients of the file, or what is wrong with it.
pub(crate) fn read(path: &Path) -> Result<Vec<Client>, Error> {
    let fault = |what: String| Error::new(format!("the client file {}: {what}", path.display()));
    let size = std::fs::metadata(path).map_err(|error| fault(error.to_string()))?.len();
    if size > MAX_BYTES {
        return Err(fault(format!("{size} bytes, at most {MAX_BYTES} are read")));
    }
    let text = std::fs::read_to_string(path).map_err(|error| fault(error.to_string()))?;
    let file: ClientFile = serde_json::from_str(&text).map_err(|error| fault(error.to_string()))?;
    for client in &file.clients {
        let id = &client.client_id;
        if !["RS256", "RS512"].contains(&client.algorithm.as_str()) {
            return Err(fault(format!("algorithm of {id} must be RS256 or RS512")));
        }
        if client.jwks.is_some() == client.jwks_uri.is_some() {
            return Err(fault(format!("{id} must have either jwks or jwks_uri")));
        }
        if client.redirect_uris.is_empty() {
            return Err(fault(format!("redirect_uris of {id} is empty")));
        }
    }
    Ok(file.clients)
}

impl Client {
    /// Whether this redirect URI is registered: byte for byte. A registered `http://127.0.0.1/...` without port stands
    /// for any port (RFC 8252 §7.3), because a native application cannot choose one.
    pub(crate) fn knows_redirect(&self, redirect_uri: &str) -> bool {
        self.redirect_uris.iter().any(|registered| {
            registered == redirect_uri
                || registered
                    .strip_prefix("http://127.0.0.1/")
                    .is_some_and(|path| without_port(redirect_uri) == Some(format!("/{path}")))
        })
    }
}

fn without_port(redirect_uri: &str) -> Option<String> {
    let rest = redirect_uri.strip_prefix("http://127.0.0.1:")?;
    let (port, path) = rest.split_once('/')?;
    port.parse::<u16>().ok().map(|_| format!("/{path}"))
}
