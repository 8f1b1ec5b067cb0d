//! All that is printed: results on standard output, whatever else a person may want to know on standard error. Lines fit
//! 80 columns; colours only on a terminal, and not with `NO_COLOR`. With `--json` a refusal is an object on standard
//! output, in the place of the result.
#![expect(clippy::disallowed_methods, reason = "NO_COLOR and TERM say whether there may be colours")]

use std::io::{self, IsTerminal, Write};

use cis2::clock::Timestamp;
use cis2::error::{Error, Status};
use serde_json::{Map, Value, json};
use time::OffsetDateTime;

use crate::exit::{Exit, Failure, Result};

/// The width that text is wrapped at.
const COLUMNS: usize = 80;

/// Where a verb says things.
#[derive(Clone, Copy, Debug)]
pub struct Output {
    /// `--json`.
    pub json: bool,
    colours: bool,
}

impl Output {
    /// Output for this invocation.
    pub fn new(json: bool) -> Self {
        let unwanted = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty())
            || std::env::var_os("TERM").is_some_and(|value| value == "dumb");
        Self { json, colours: !unwanted }
    }

    /// Whether a person reads standard output.
    pub fn is_terminal(&self) -> bool {
        io::stdout().is_terminal()
    }

    /// Whether a person reads standard error.
    pub fn is_watched() -> bool {
        io::stderr().is_terminal()
    }

    /// Prints a result, as it is.
    pub fn print(&self, text: &str) -> Result<()> {
        let mut out = io::stdout().lock();
        match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
            Ok(()) => Ok(()),
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Err(Failure::ReaderGone),
            Err(error) => Err(Failure::Refused {
                error: Error::new(Status::Internal)
                    .found(error.kind().to_string())
                    .remedy("look at what standard output is connected to."),
                exit: Exit::Internal,
                headline: Some("Standard output cannot be written."),
            }),
        }
    }

    /// Prints a JSON value as the result.
    pub fn print_json(&self, value: &Value) -> Result<()> {
        self.print(&format!("{value:#}\n"))
    }

    /// Says something to the person in front of it. A standard error that is closed stops nobody.
    pub fn say(&self, text: &str) {
        let _ = writeln!(io::stderr().lock(), "{text}");
    }

    /// Says why the verb did not do its work, and gives the exit code.
    pub fn fail(&self, failure: &Failure) -> Exit {
        match failure {
            Failure::ReaderGone => Exit::Done,
            Failure::Told => Exit::Configuration,
            Failure::Refused { error, exit, headline } => {
                let headline = headline.unwrap_or(error.status().row().sentence);
                if self.json {
                    // Whatever becomes of the output, the exit code tells.
                    let _ = self.print_json(&Value::Object(error_members(error, headline)));
                } else {
                    self.say(&self.error_text(error, headline));
                }
                *exit
            }
        }
    }

    /// A headline.
    pub fn bold(&self, text: &str) -> String {
        self.styled(text, "1", io::stdout().is_terminal())
    }

    /// Something that may be overlooked.
    pub fn dim(&self, text: &str) -> String {
        self.styled(text, "2", io::stdout().is_terminal())
    }

    fn styled(&self, text: &str, code: &str, terminal: bool) -> String {
        if self.colours && terminal { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_owned() }
    }

    fn error_text(&self, error: &Error, headline: &str) -> String {
        let row = error.status().row();
        let head = self.styled("cis2:", "1;31", Self::is_watched());
        let words = error.provider_words();
        let provider = match (&words.error, &words.description) {
            (None, None) => None,
            (error, description) => {
                let both = [error.as_deref(), description.as_deref()];
                Some(both.into_iter().flatten().collect::<Vec<_>>().join(": "))
            }
        };
        let rows = [
            ("status", Some(format!("{} ({})", row.name, error.status().number()))),
            ("expected", error.expected_text().map(str::to_owned)),
            ("found", error.found_text().map(str::to_owned)),
            ("they said", provider),
            ("HTTP", error.http_status().map(|status| status.to_string())),
            ("clock", error.clock_offset_s().filter(|offset| *offset != 0).map(clock_text)),
            ("next", Some(error.remedy_text().to_owned())),
        ];
        let rows: Vec<(&str, String)> = rows.into_iter().filter_map(|(label, text)| Some((label, text?))).collect();
        format!("{head} {}\n{}", wrap(headline, 6), fields(&rows).trim_end())
    }
}

/// The members of an error, for programs. A member without value is null.
pub fn error_members(error: &Error, headline: &str) -> Map<String, Value> {
    let row = error.status().row();
    let members = json!({
        "status": error.status().number(),
        "name": row.name,
        "message": headline,
        "expected": error.expected_text(),
        "found": error.found_text(),
        "remedy": error.remedy_text(),
        "oauth_error": error.provider_words().error,
        "oauth_description": error.provider_words().description,
        "http_status": error.http_status(),
        "retryable": error.is_retryable(),
        "clock_offset_s": error.clock_offset_s(),
    });
    members.as_object().cloned().unwrap_or_default()
}

/// One of several: `a, b or c`.
pub fn either(names: &[&str]) -> String {
    match names {
        [] => "none".to_owned(),
        [one] => (*one).to_owned(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
    }
}

fn clock_text(offset_s: i64) -> String {
    let direction = if offset_s > 0 { "ahead of" } else { "behind" };
    format!("the server's is {} s {direction} this machine's", offset_s.unsigned_abs())
}

/// Labels in one column, texts in another, wrapped.
pub fn fields<L: AsRef<str>, T: AsRef<str>>(rows: &[(L, T)]) -> String {
    let width = rows.iter().map(|(label, _)| label.as_ref().chars().count()).max().unwrap_or_default();
    let mut text = String::new();
    for (label, value) in rows {
        let label = label.as_ref();
        let padding = " ".repeat(width - label.chars().count());
        text.push_str(&format!("  {label}{padding}  {}\n", wrap(value.as_ref(), width + 4)));
    }
    text
}

/// Breaks text between words so that it fits beside an indent; a word that is longer stays whole, to be copied.
pub fn wrap(text: &str, indent: usize) -> String {
    let room = COLUMNS.saturating_sub(indent).max(20);
    let mut wrapped = String::new();
    let mut column = 0;
    for word in text.split_whitespace() {
        let length = word.chars().count();
        if column > 0 && column + 1 + length > room {
            wrapped.push('\n');
            wrapped.push_str(&" ".repeat(indent));
            column = 0;
        } else if column > 0 {
            wrapped.push(' ');
            column += 1;
        }
        wrapped.push_str(word);
        column += length;
    }
    wrapped
}

/// Rows of cells under a headline, each cell wrapped within its column.
pub fn table<const N: usize>(heads: [&str; N], widths: [usize; N], rows: &[[String; N]]) -> String {
    let mut text = line(&heads.map(str::to_owned), widths);
    text.push_str(&format!("{}\n", widths.map(|width| "-".repeat(width)).join("-+-")));
    for row in rows {
        let cells: Vec<Vec<String>> = row.iter().zip(widths).map(|(cell, width)| pieces(cell, width)).collect();
        let height = cells.iter().map(Vec::len).max().unwrap_or_default();
        for at in 0..height {
            let cells: Vec<String> = cells.iter().map(|cell| cell.get(at).cloned().unwrap_or_default()).collect();
            text.push_str(&line(&cells, widths));
        }
    }
    text
}

fn line<const N: usize>(cells: &[String], widths: [usize; N]) -> String {
    let cells: Vec<String> = cells.iter().zip(widths).map(|(cell, width)| format!("{cell:<width$}")).collect();
    format!("{}\n", cells.join(" | ").trim_end())
}

/// Text in pieces of a width: broken between words, and within those that are longer.
fn pieces(text: &str, width: usize) -> Vec<String> {
    let mut pieces = Vec::new();
    let mut piece = String::new();
    for word in text.split_whitespace() {
        let used = piece.chars().count();
        if used > 0 && used + 1 + word.chars().count() > width {
            pieces.push(std::mem::take(&mut piece));
        } else if used > 0 {
            piece.push(' ');
        }
        for c in word.chars() {
            if piece.chars().count() == width {
                pieces.push(std::mem::take(&mut piece));
            }
            piece.push(c);
        }
    }
    pieces.push(piece);
    pieces
}

/// Text of another program made fit for a terminal: nothing in it moves the cursor.
pub fn harmless(text: &str, max: usize) -> String {
    text.chars().take(max).map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// A time for people: UTC, to the second.
pub fn time(at: Timestamp) -> String {
    match OffsetDateTime::from_unix_timestamp(at.unix_s()) {
        Ok(time) => {
            let (date, (hour, minute, second)) = (time.date(), time.to_hms());
            format!("{date} {hour:02}:{minute:02}:{second:02} UTC")
        }
        Err(_) => format!("{at} s after 1970"),
    }
}

/// A word of a command line that a shell reads as one.
pub fn shell_word(text: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=@%+,~".contains(c);
    if !text.is_empty() && text.chars().all(is_plain) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_wrapped_beside_its_label_and_long_words_stay_whole() {
        let long = "x".repeat(100);
        let text = fields(&[("found", format!("{} {long} end", "word ".repeat(20)))]);
        let lines: Vec<&str> = text.lines().collect();
        assert!(lines.iter().all(|line| line.len() <= COLUMNS || line.trim() == long), "{text}");
        assert!(lines[1].starts_with("         word"), "{text}");
    }

    #[test]
    fn a_time_is_shown_in_utc() {
        assert_eq!(time(Timestamp::from_unix_s(1_795_613_668)), "2026-11-25 13:34:28 UTC");
        assert_eq!(time(Timestamp::from_unix_s(i64::MAX)), "9223372036854775807 s after 1970");
    }

    #[test]
    fn a_word_with_a_space_is_quoted_for_the_shell() {
        assert_eq!(shell_word("a/b-c.pem"), "a/b-c.pem");
        assert_eq!(shell_word("my key's.pem"), r"'my key'\''s.pem'");
    }
}
