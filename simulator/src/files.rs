//! The simulator's folder and the files that a client needs: for the owner alone, and gone at the end unless the caller
//! named the folder.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use serde_json::json;

use crate::ready::MadeClient;
use crate::tokens::FreshKey;
use crate::{Error, random};

/// A folder for the owner alone.
pub(crate) struct StateDir {
    path: PathBuf,
    is_temporary: bool,
}

impl StateDir {
    /// Makes it; a folder that is there already keeps its mode, and its files are still for the owner alone.
    pub(crate) fn make(named: Option<&Path>) -> Result<Self, Error> {
        let (path, is_temporary) = match named {
            Some(path) => (path.to_owned(), false),
            None => (std::env::temp_dir().join(format!("cis2-simulator-{}", random::text(12))), true),
        };
        let made = private_folder().recursive(!is_temporary).create(&path);
        made.map_err(|error| Error::new(format!("the folder {} cannot be made: {error}", path.display())))?;
        let folder = Self { path: path.canonicalize().unwrap_or(path), is_temporary };
        Ok(folder)
    }

    /// Writes a file, new and for the owner alone.
    pub(crate) fn write(&self, name: &str, content: &str) -> Result<PathBuf, Error> {
        let path = self.path.join(name);
        let failed = |error: io::Error| Error::new(format!("{} cannot be written: {error}", path.display()));
        // An older file may have another mode, or be a link: it goes first.
        match fs::remove_file(&path) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(failed(error)),
            _ => {}
        }
        private_file(&path).and_then(|mut file| file.write_all(content.as_bytes())).map_err(failed)?;
        Ok(path)
    }
}

impl Drop for StateDir {
    fn drop(&mut self) {
        if self.is_temporary {
            // What cannot be removed is a temporary folder whose keys open nothing any more.
            let _gone = fs::remove_dir_all(&self.path);
        }
    }
}

fn private_folder() -> DirBuilder {
    #[cfg_attr(not(unix), expect(unused_mut, reason = "the mode is set on Unix alone"))]
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder
}

fn private_file(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
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
