//! The command line before it is parsed. Whoever writes `--key "$KEY"` where the variable holds the key itself gives us its
//! text as an argument; the parser would repeat it in its refusal, and so would every message about a file of that name.

use std::ffi::OsString;

use cis2::error::{Error, Status};

use crate::exit::Failure;

/// Fewer characters of base64 are no key.
const MIN_BASE64_CHARS: usize = 64;

/// Refuses arguments of which one is the text of a key or token, without repeating it.
pub fn check(arguments: &[OsString]) -> Result<(), Failure> {
    let texts = arguments.iter().map(|argument| argument.to_string_lossy());
    match texts.filter_map(|text| secret(&text)).next() {
        None => Ok(()),
        Some(what) => Err(Failure::usage(
            Error::new(Status::InvalidArgument)
                .expected("the name of a file, or - for standard input, and never what is in it")
                .found(format!("{what} among the arguments"))
                .remedy(
                    "pipe it in where it is in a variable: printf '%s' \"$KEY\" | cis2 key inspect -. Arguments stand in the \
                     list of processes and in the shell's history: clear that, and think whether somebody has seen it.",
                ),
        )),
    }
}

/// What an argument, or the value of an option in it, is instead of a name.
fn secret(argument: &str) -> Option<&'static str> {
    let value = match argument.split_once('=') {
        Some((name, value)) if name.starts_with("--") => value,
        _ => argument,
    };
    let value = value.trim_start_matches(|c: char| c.is_whitespace() || c == '"' || c == '\'');
    let is_base64 = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '=' | '\\' | '\r' | '\n' | ' ');
    if argument.contains("-----BEGIN") || argument.contains("KEY-----") {
        Some("the text of a PEM file")
    } else if value.starts_with("MI") && value.len() >= MIN_BASE64_CHARS && value.chars().all(is_base64) {
        Some("the base64 of a key")
    } else if value.starts_with('{') && value.contains("\"kty\"") {
        Some("the text of a JWK")
    } else if value.starts_with("eyJ") && matches!(value.split('.').count(), 3 | 5) {
        Some("a token")
    } else {
        None
    }
}
