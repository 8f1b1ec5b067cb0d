//! What a client needs to know of a running simulator: the ready line and the platform row.

use std::net::SocketAddr;
use std::path::PathBuf;

use serde_json::{Map, Value, json};

use crate::addresses::{Addresses, HOST};
use crate::authorize::ACR_CLASSES;

/// What a client needs to know; as JSON it is the first line of standard output.
#[derive(Clone, Debug)]
pub struct Ready {
    /// The issuer, with `:443`.
    pub issuer: String,
    /// Where the simulator listens.
    pub listen: SocketAddr,
    /// The address override: `HOST:443:ADDRESS:PORT`, as curl's `--connect-to` takes it.
    pub connect_to: String,
    /// The CA that signed the server's certificate.
    pub ca_file: PathBuf,
    /// The client file, read anew for each request.
    pub clients_file: PathBuf,
    /// The platform row as JSON.
    pub platform_file: PathBuf,
    /// The address of the true reasons.
    pub reasons: String,
    /// The client that was made, if no client file was given.
    pub client: Option<MadeClient>,
}

/// The client that a simulator makes for itself.
#[derive(Clone, Debug)]
pub struct MadeClient {
    /// Its client id.
    pub client_id: String,
    /// Its private key, PKCS#8 in PEM.
    pub key_file: PathBuf,
    /// The key id of its published key.
    pub kid: String,
    /// The registered algorithm.
    pub algorithm: String,
    /// The registered redirect URIs.
    pub redirect_uris: Vec<String>,
}

impl Ready {
    /// The ready line, without its line end.
    pub fn to_json(&self) -> String {
        let mut line = json!({
            "issuer": self.issuer,
            "listen": self.listen.to_string(),
            "connect_to": self.connect_to,
            "ca_file": self.ca_file.display().to_string(),
            "clients_file": self.clients_file.display().to_string(),
            "platform_file": self.platform_file.display().to_string(),
            "reasons": self.reasons,
        });
        if let Some(client) = &self.client {
            line["client"] = json!({
                "client_id": client.client_id,
                "key_file": client.key_file.display().to_string(),
                "kid": client.kid,
                "algorithm": client.algorithm,
                "redirect_uris": client.redirect_uris,
            });
        }
        line.to_string()
    }
}

/// The simulator as a platform row.
pub(crate) fn platform_row(addresses: &Addresses) -> Value {
    let levels: Map<String, Value> =
        ACR_CLASSES.iter().map(|(class, level)| ((*class).to_owned(), json!(level))).collect();
    let source = "written by the local simulator when it started";
    json!({
        "version": 1,
        "name": "local-simulator",
        "identity": "cis2",
        "issuer": addresses.issuer(),
        "metadata_url": addresses.metadata(),
        "token_endpoint": addresses.token_endpoint(),
        "hosts": [HOST],
        "audience_mode": "token_endpoint",
        "typ": "JWT",
        "algorithms": ["RS256", "RS512"],
        "id_token_algorithms": ["RS256"],
        "assertion_lifetime_s": 60,
        "pkce": "always",
        "acr_levels": levels,
        "default_level": 3,
        "sources": {"issuer": source, "metadata_url": source, "token_endpoint": source, "hosts": source},
    })
}
