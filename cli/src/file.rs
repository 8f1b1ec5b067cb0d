//! Files in and out. In: a plain file or standard input, never more than a limit. Out: whole or not at all, and in the
//! place of nothing that is there already unless that was said. Each fault says what was expected, found and to do.
#![expect(clippy::disallowed_methods, reason = "the command line opens files, so that the library need not")]

use std::fs::{self, File, OpenOptions};
use std::io::{self, IsTerminal, Read, Write};
use std::path::{Path, PathBuf};

use cis2::error::{Error, Status};
use cis2::http::printable;
use cis2::secret::Secret;

use crate::exit::{Failure, Result};

/// The largest file that is read, in bytes.
pub const MAX_BYTES: usize = 1024 * 1024;
/// The name that means standard input.
pub const STANDARD_INPUT: &str = "-";
/// Mode of a file that everybody may read.
pub const MODE_PUBLIC: u32 = 0o644;
/// Names tried for a file under construction, before giving up.
const TEMPORARY_NAMES: u32 = 100;

/// What a file is meant to hold.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// Faults of the simulator.
    Faults,
    /// A private key.
    Key,
    /// The password of a private key.
    Password,
    /// A platform row.
    PlatformRow,
    /// A key of which the public half is asked for.
    PublicKey,
    /// The ready line of the simulator.
    ReadyLine,
    /// Trusted certificates.
    Roots,
}

impl Kind {
    fn expected(self) -> &'static str {
        match self {
            Self::Faults => "a file with faults as JSON (cis2 simulate --help shows the form)",
            Self::Key => "a PEM or DER file with a private key",
            Self::Password => "a file with the password of the private key",
            Self::PlatformRow => "a file with a platform row as JSON (cis2 platforms NAME --json)",
            Self::PublicKey => "a file with a key: private or public in PEM or DER, a certificate, a JWK or a JWK set",
            Self::ReadyLine => "a file with the first line that cis2 simulate prints",
            Self::Roots => "a PEM file with the certificates to trust",
        }
    }

    fn refuse(self, path: &Path, found: &str) -> Error {
        let error = Error::new(Status::ConfigInvalid).expected(self.expected());
        match self {
            // Whoever takes the option for another gives the password itself.
            Self::Password => error.found(found),
            _ => error.found(format!("{}: {found}", shown(path))),
        }
    }
}

/// Reads a file, or standard input where the path is `-`.
pub fn read(path: &Path, kind: Kind) -> Result<Secret> {
    read_or_error(path, kind).map_err(unread)
}

/// Reads a file that must be text.
pub fn read_text(path: &Path, kind: Kind) -> Result<String> {
    let bytes = read(path, kind)?;
    let not_text = || kind.refuse(path, "not UTF-8 text").remedy("save the file as UTF-8.");
    let text = std::str::from_utf8(bytes.expose()).map_err(|_| unread(not_text()))?;
    // Windows editors begin UTF-8 with a mark.
    Ok(text.strip_prefix('\u{feff}').unwrap_or(text).to_owned())
}

fn read_or_error(path: &Path, kind: Kind) -> std::result::Result<Secret, Error> {
    if path.as_os_str() == STANDARD_INPUT {
        let input = io::stdin().lock();
        if input.is_terminal() {
            let _ = writeln!(io::stderr(), "Reading from standard input; Ctrl-D ends it.");
        }
        return read_limited(input, path, kind);
    }
    // Before it is opened: opening a named pipe waits for whoever writes into it.
    let metadata = fs::metadata(path).map_err(|error| unreadable(path, kind, &error))?;
    if metadata.is_dir() {
        return Err(kind.refuse(path, "a folder").remedy("name the file in it."));
    }
    if !metadata.is_file() {
        let remedy = "give a plain file; to pipe something in, write - as the path.";
        return Err(kind.refuse(path, "a pipe or a device").remedy(remedy));
    }
    if metadata.len() > MAX_BYTES as u64 {
        return Err(too_large(path, kind));
    }
    let file = File::open(path).map_err(|error| unreadable(path, kind, &error))?;
    read_limited(file, path, kind)
}

/// Reads into room that was made before: growing would leave copies of a key behind.
fn read_limited(input: impl Read, path: &Path, kind: Kind) -> std::result::Result<Secret, Error> {
    let mut bytes = Vec::with_capacity(MAX_BYTES + 1);
    let result = input.take(MAX_BYTES as u64 + 1).read_to_end(&mut bytes);
    let bytes = Secret::new(bytes);
    result.map_err(|error| unreadable(path, kind, &error))?;
    if bytes.expose().len() > MAX_BYTES {
        return Err(too_large(path, kind));
    }
    Ok(bytes)
}

/// The refusal of a file for what is in it.
pub fn refused(path: &Path, kind: Kind, found: &str, remedy: &str) -> Failure {
    unread(kind.refuse(path, found).remedy(remedy))
}

fn unread(error: Error) -> Failure {
    Failure::configuration_as("A file cannot be used.", error)
}

fn unreadable(path: &Path, kind: Kind, error: &io::Error) -> Error {
    let (found, remedy) = match error.kind() {
        io::ErrorKind::NotFound => ("no such file".to_owned(), "look at the path and at the folder you are in."),
        io::ErrorKind::PermissionDenied => {
            ("no permission to read it".to_owned(), "run as the user it belongs to, or let this one read it.")
        }
        other => (other.to_string(), "look at the path and at the file system it is on."),
    };
    kind.refuse(path, &found).remedy(remedy)
}

fn too_large(path: &Path, kind: Kind) -> Error {
    let status = if matches!(kind, Kind::Key | Kind::PublicKey) { Status::KeyTooLarge } else { Status::ConfigInvalid };
    Error::new(status)
        .expected(format!("{}, at most 1 MiB", kind.expected()))
        .found(format!("{}: more than {MAX_BYTES} bytes", shown(path)))
        .remedy("name another file: none of this kind is so large.")
}

/// A path for messages.
pub fn shown(path: &Path) -> String {
    if path.as_os_str() == STANDARD_INPUT {
        "standard input".to_owned()
    } else {
        printable(&path.display().to_string(), 200)
    }
}

/// A file that is written in full beside its target, and then takes the target's place in one step. Dropped before that,
/// it leaves nothing.
pub struct Staged {
    temporary: PathBuf,
    target: PathBuf,
}

impl Staged {
    /// Writes the contents beside the target, with these permissions.
    pub fn write(target: &Path, contents: &[u8], mode: u32) -> Result<Self> {
        let failed = |error: io::Error| unwritable(target, &error);
        let name = target.file_name().ok_or_else(|| failed(io::ErrorKind::IsADirectory.into()))?;
        let mut attempts = (0..TEMPORARY_NAMES).map(|number| {
            let temporary = format!(".{}.{}-{number}.new", name.display(), std::process::id());
            let temporary = target.with_file_name(temporary);
            (create_new(&temporary, mode), temporary)
        });
        let is_taken = |error: &io::Error| error.kind() == io::ErrorKind::AlreadyExists;
        let (file, temporary) = attempts
            .find(|(file, _)| !file.as_ref().is_err_and(is_taken))
            .ok_or_else(|| failed(io::ErrorKind::AlreadyExists.into()))?;
        let mut file = file.map_err(failed)?;
        let staged = Self { temporary, target: target.to_owned() };
        file.write_all(contents).and_then(|()| file.sync_all()).map_err(failed)?;
        Ok(staged)
    }

    /// Takes the target's place; whatever is there stays unless `replace` says otherwise.
    pub fn publish(self, replace: bool) -> Result<()> {
        let result = if replace {
            fs::rename(&self.temporary, &self.target)
        } else {
            match fs::hard_link(&self.temporary, &self.target) {
                // A file system without hard links.
                Err(error) if error.kind() != io::ErrorKind::AlreadyExists && !self.target.exists() => {
                    fs::rename(&self.temporary, &self.target)
                }
                result => result,
            }
        };
        result.map_err(|error| unwritable(&self.target, &error))
    }
}

impl Drop for Staged {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.temporary);
    }
}

/// Takes back a file that was published a moment ago.
pub fn remove(path: &Path) {
    let _ = fs::remove_file(path);
}

/// Refuses a target that is a folder, or that is there although nothing may be replaced.
pub fn check_target(path: &Path, replace: bool) -> Result<()> {
    match fs::symlink_metadata(path) {
        Ok(metadata) if metadata.is_dir() => Err(unwritable(path, &io::ErrorKind::IsADirectory.into())),
        Ok(_) if !replace => Err(unwritable(path, &io::ErrorKind::AlreadyExists.into())),
        _ => Ok(()),
    }
}

fn unwritable(path: &Path, error: &io::Error) -> Failure {
    let (found, remedy) = match error.kind() {
        io::ErrorKind::AlreadyExists => (
            "there already".to_owned(),
            "name another file, or say --force to replace it: what was there is then gone for good.",
        ),
        io::ErrorKind::IsADirectory => ("a folder".to_owned(), "name a file in it."),
        io::ErrorKind::NotFound => ("no such folder".to_owned(), "make the folder first, or name another."),
        io::ErrorKind::PermissionDenied => {
            ("no permission to write there".to_owned(), "name a folder in which this user may write.")
        }
        kind => (kind.to_string(), "look at the path and the file system it is on."),
    };
    let error = Error::new(Status::ConfigInvalid).expected("a path at which a file can be made");
    Failure::configuration_as(
        "A file cannot be written.",
        error.found(format!("{}: {found}", shown(path))).remedy(remedy),
    )
}

fn create_new(path: &Path, mode: u32) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, mode);
    #[cfg(not(unix))]
    let _ = mode;
    options.open(path)
}
