//! `cis2-simulator` as a process: its options, its first line, its end.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Output, Stdio};

use serde_json::Value;

fn program(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cis2-simulator"));
    command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn run(arguments: &[&str]) -> Output {
    program(arguments).stdin(Stdio::null()).output().expect("it runs")
}

/// A running one and its ready line.
fn running(arguments: &[&str]) -> (Child, Value) {
    let mut child = program(arguments).spawn().expect("it runs");
    let mut line = String::new();
    BufReader::new(child.stdout.as_mut().expect("piped")).read_line(&mut line).expect("a line");
    (child, serde_json::from_str(&line).expect("the first line is JSON"))
}

#[test]
fn it_ends_with_the_input_of_whoever_started_it_and_leaves_no_folder() {
    let (mut child, ready) = running(&["--until-stdin-closes"]);
    let ca_file = std::path::PathBuf::from(ready["ca_file"].as_str().expect("a path"));
    assert!(ca_file.exists());
    drop(child.stdin.take());
    assert_eq!(child.wait().expect("it ends").code(), Some(0));
    assert!(!ca_file.exists());
}

#[cfg(unix)]
#[test]
fn it_ends_cleanly_when_it_is_told_to_terminate() {
    let (mut child, ready) = running(&["--port", "0"]);
    let told = Command::new("kill").args(["-TERM", &child.id().to_string()]).status().expect("kill runs");
    assert!(told.success());
    let status = child.wait().expect("it ends");
    let mut said = String::new();
    child.stderr.take().expect("piped").read_to_string(&mut said).expect("text");
    assert_eq!(status.code(), Some(0), "{said}");
    assert!(said.contains("listening on 127.0.0.1:") && !said.contains("PRIVATE"), "{said}");
    assert!(!std::path::Path::new(ready["ca_file"].as_str().expect("a path")).exists());
}

#[test]
fn its_help_names_each_option_and_each_person() {
    let help = run(&["--help"]);
    assert_eq!(help.status.code(), Some(0));
    let text = String::from_utf8(help.stdout).expect("UTF-8");
    for word in
        ["--port", "--clients", "--state-dir", "several-roles", "one-role", "no-role", "aal2-only", "connect_to"]
    {
        assert!(text.contains(word), "{word}");
    }
}

#[test]
fn it_says_what_is_wrong_with_its_options_and_files() {
    // arguments, exit code, words
    let rows: [(&[&str], i32, &str); 5] = [
        (&["--porte", "1"], 2, "--porte"),
        (&["--port"], 2, "--port needs a value"),
        (&["--port", "70000"], 2, "65535"),
        (&["--clients", "there-is-no-such-file.json"], 10, "there-is-no-such-file.json"),
        (&["--state-dir", "/dev/null/folder"], 10, "/dev/null/folder"),
    ];
    for (arguments, code, words) in rows {
        let output = run(arguments);
        let said = String::from_utf8(output.stderr).expect("UTF-8");
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {said}");
        assert!(said.contains(words) && output.stdout.is_empty(), "{arguments:?}: {said}");
    }
}
