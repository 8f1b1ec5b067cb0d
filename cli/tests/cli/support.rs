//! Running the program, and a key that all tests share.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::LazyLock;

use serde_json::Value;
use tempfile::TempDir;

/// A client id of the right shape.
pub const CLIENT_ID: &str = "123456789012.apps.supplier";

/// One run of the program.
pub struct Run {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Run {
    /// Standard output as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.out).expect("standard output is one JSON value")
    }
}

/// The program with these arguments, in this folder.
pub fn command<A: AsRef<std::ffi::OsStr>>(folder: &Path, arguments: &[A]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cis2"));
    command.args(arguments).current_dir(folder).stdin(Stdio::null());
    for name in ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"] {
        command.env_remove(name);
    }
    command
}

/// Runs it to its end.
pub fn cis2<A: AsRef<std::ffi::OsStr>>(folder: &Path, arguments: &[A]) -> Run {
    finish(command(folder, arguments))
}

/// Runs it with this standard input.
pub fn cis2_reading(folder: &Path, arguments: &[&str], input: &[u8]) -> Run {
    let mut command = command(folder, arguments);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the program starts");
    // It may end before it has read all.
    let _ = child.stdin.take().expect("its input is piped").write_all(input);
    of(child.wait_with_output().expect("the program ends"))
}

fn finish(mut command: Command) -> Run {
    of(command.output().expect("the program runs"))
}

fn of(output: std::process::Output) -> Run {
    let text = |bytes| String::from_utf8(bytes).expect("the output is UTF-8");
    Run { code: output.status.code().expect("no signal ended it"), out: text(output.stdout), err: text(output.stderr) }
}

/// A new folder.
pub fn folder() -> TempDir {
    tempfile::tempdir().expect("a folder can be made")
}

/// A key that `cis2 key new` made once.
pub struct SharedKey {
    folder: TempDir,
    pub kid: String,
}

impl SharedKey {
    pub fn pem(&self) -> PathBuf {
        self.folder.path().join("cis2-key.pem")
    }

    pub fn jwks(&self) -> PathBuf {
        self.folder.path().join("cis2-jwks.json")
    }

    /// The options that name it and its client.
    pub fn client_options(&self) -> Vec<String> {
        let pem = self.pem().display().to_string();
        ["--client-id", CLIENT_ID, "--key", &pem, "--kid", &self.kid, "--algorithm", "RS256"]
            .map(str::to_owned)
            .to_vec()
    }

    /// A verb with them and with further arguments.
    pub fn arguments(&self, verb: &str, further: &[&str]) -> Vec<String> {
        let further = further.iter().map(|argument| (*argument).to_owned());
        [verb.to_owned()].into_iter().chain(self.client_options()).chain(further).collect()
    }
}

pub static KEY: LazyLock<SharedKey> = LazyLock::new(|| {
    let folder = folder();
    let run = cis2(folder.path(), &["key", "new", "--bits", "2048", "--json"]);
    assert_eq!(run.code, 0, "{}", run.err);
    let kid = run.json()["kid"].as_str().expect("a key id").to_owned();
    let key = SharedKey { folder, kid };
    // The last whole line of the PEM file, part of the private half: if it stands in any log, the key leaked.
    let pem = std::fs::read_to_string(key.pem()).expect("the key is there");
    mark(pem.lines().rev().nth(2).expect("it has a body"));
    key
});

/// Names a secret, so that the scan of all that the tests print looks for it.
pub fn mark(secret: &str) {
    let Some(path) = std::env::var_os("CIS2_TEST_MARKERS") else { return };
    let file = OpenOptions::new().create(true).append(true).open(path);
    file.and_then(|mut file| writeln!(file, "{secret}")).expect("the markers can be written");
}

/// Fails unless the error is told on standard error, with this exit code and these words.
#[track_caller]
pub fn assert_refused(run: &Run, code: i32, words: &[&str]) {
    assert_eq!(run.code, code, "{}", run.err);
    assert_eq!(run.out, "", "a refusal prints no result");
    let text = unwrapped(&run.err);
    for word in words {
        assert!(text.contains(word), "{word:?} is not in: {text}");
    }
}

/// A key file of the library's vectors; the password of the encrypted ones is `test`.
pub fn vector(name: &str) -> String {
    format!("{}/../tests/vectors/keys/{name}", env!("CARGO_MANIFEST_DIR"))
}

/// Text without its line breaks.
pub fn unwrapped(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
