//! The simulator's folder and the files that a client needs: for the owner alone, and gone at the end unless the caller
//! named the folder.

use std::fs::{self, DirBuilder, OpenOptions};
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::tokens::FreshKey;
use crate::{Error, HOST, MadeClient, REALM, authorize, random};

/// A folder for the owner alone.
pub(crate) struct StateDir {
    path: PathBuf,
    is_ours: bool,
}

impl StateDir {
    pub(crate) fn make(named: Option<&Path>) -> Result<Self, Error> {
        let (path, is_ours) = match named {
            Some(path) => (path.to_owned(), false),
            None => (std::env::temp_dir().join(format!("cis2-simulator-{}", random::text(9))), true),
        };
        let made = DirBuilder::new().recursive(!is_ours).mode(0o700).create(&path);
        made.map_err(|error| Error::new(format!("the folder {} cannot be made: {error}", path.display())))?;
        let path = path.canonicalize().unwrap_or(path);
        Ok(Self { path, is_ours })
    }

    /// Writes a file, new and for the owner alone.
    pub(crate) fn write(&self, name: &str, content: &str) -> Result<PathBuf, Error> {
        let path = self.path.join(name);
        let failed = |error: std::io::Error| Error::new(format!("{} cannot be written: {error}", path.display()));
        // An older file may have another mode: it goes first.
        match fs::remove_file(&path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(failed(error)),
            _ => {}
        }
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path).map_err(failed)?;
        file.write_all(content.as_bytes()).map_err(failed)?;
        Ok(path)
    }
}

impl Drop for StateDir {
    fn drop(&mut self) {
        if self.is_ours {
            // What cannot be removed is a temporary folder without value.
            let _gone = fs::remove_dir_all(&self.path);
        }
    }
}

/// One client with a fresh key, and the client file that registers it.
pub(crate) fn make_client(folder: &StateDir) -> Result<(PathBuf, MadeClient), Error> {
    let key = FreshKey::generate()?;
    let kid = key.thumbprint();
    let client = MadeClient {
        client_id: "999999999999.apps.supplier".to_owned(),
        key_file: folder.write("client-key.pem", &key.pem)?,
        kid: kid.clone(),
        algorithm: "RS256".to_owned(),
        redirect_uris: vec![
            "https://localhost:44358/authorise.aspx".to_owned(),
            "http://127.0.0.1/callback".to_owned(),
        ],
    };
    let file = json!({"clients": [{
        "client_id": client.client_id,
        "redirect_uris": client.redirect_uris,
        "jwks": {"keys": [key.jwk(&kid, "RS256")]},
        "algorithm": client.algorithm,
    }]});
    Ok((folder.write("clients.json", &format!("{file:#}\n"))?, client))
}

/// The simulator as a platform row.
pub(crate) fn platform_row(issuer: &str) -> Value {
    let levels: serde_json::Map<String, Value> =
        authorize::ACR_LEVELS.iter().map(|(class, level)| ((*class).to_owned(), json!(level))).collect();
    json!({
        "version": 1,
        "name": "local-simulator",
        "identity": "cis2",
        "issuer": issuer,
        "metadata_url": format!("https://{HOST}:443{REALM}/.well-known/openid-configuration"),
        "token_endpoint": format!("{issuer}/access_token"),
        "hosts": [HOST],
        "audience_mode": "token_endpoint",
        "typ": "JWT",
        "algorithms": ["RS256", "RS512"],
        "id_token_algorithms": ["RS256"],
        "assertion_lifetime_s": 60,
        "pkce": "always",
        "acr_levels": levels,
        "default_level": 3,
        "sources": {"issuer": "written by the simulator when it started"},
    })
}
