//! `Error`, and the one table of statuses: number, name, family, retryable, sentence, remedy.
//!
//! Enters: what a room found wrong. Leaves: an error that answers which check, expected what and found what, whose
//! fault it probably is, and what to do. Refused by construction: secrets. Nobody writes a code, token, assertion, key,
//! state, nonce or verifier into `expected` or `found`; the output scan of the tests holds it.

mod status;
mod table;

use std::fmt;

pub use status::{Family, Status, StatusRow};
pub use table::STATUSES;

/// Longest text of the provider (`error`, `error_description`) that is kept, in bytes.
pub const MAX_PROVIDER_TEXT_BYTES: usize = 1024;

/// The result of all that can be refused here.
pub type Result<T> = std::result::Result<T, Error>;

/// What the provider said, in its own words: cut, escaped, and with whatever looks like a secret replaced.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProviderWords {
    /// `error`.
    pub error: Option<String>,
    /// `error_description`.
    pub description: Option<String>,
}

/// Why something was refused. Compares with `==`, so that tests are exact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error(Box<Fields>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Fields {
    status: Status,
    expected: Option<String>,
    found: Option<String>,
    remedy: Option<String>,
    http_status: Option<u16>,
    provider: ProviderWords,
    clock_offset_s: Option<i64>,
}

impl Error {
    /// An error of this status, with the table's sentence and remedy.
    pub fn new(status: Status) -> Self {
        Self(Box::new(Fields {
            status,
            expected: None,
            found: None,
            remedy: None,
            http_status: None,
            provider: ProviderWords::default(),
            clock_offset_s: None,
        }))
    }

    /// What would have been right. Never a secret.
    pub fn expected(mut self, text: impl Into<String>) -> Self {
        self.0.expected = Some(text.into());
        self
    }

    /// What was there. Never a secret.
    pub fn found(mut self, text: impl Into<String>) -> Self {
        self.0.found = Some(text.into());
        self
    }

    /// A remedy that knows more than the table's.
    pub fn remedy(mut self, text: impl Into<String>) -> Self {
        self.0.remedy = Some(text.into());
        self
    }

    /// The HTTP status of the answer that was refused.
    pub fn with_http_status(mut self, status: u16) -> Self {
        self.0.http_status = Some(status);
        self
    }

    /// The provider's own words.
    pub fn with_provider_words(mut self, words: ProviderWords) -> Self {
        self.0.provider = words;
        self
    }

    /// Server clock minus local clock in seconds, as the answer's `Date` header told.
    pub fn with_clock_offset_s(mut self, offset: Option<i64>) -> Self {
        self.0.clock_offset_s = offset;
        self
    }

    /// Which check refused.
    pub fn status(&self) -> Status {
        self.0.status
    }

    /// What would have been right, if there is more to say than the sentence.
    pub fn expected_text(&self) -> Option<&str> {
        self.0.expected.as_deref()
    }

    /// What was found.
    pub fn found_text(&self) -> Option<&str> {
        self.0.found.as_deref()
    }

    /// What to do next.
    pub fn remedy_text(&self) -> &str {
        self.0.remedy.as_deref().unwrap_or(self.0.status.row().remedy)
    }

    /// The HTTP status of the answer that was refused.
    pub fn http_status(&self) -> Option<u16> {
        self.0.http_status
    }

    /// The provider's own words, kept apart from ours.
    pub fn provider_words(&self) -> &ProviderWords {
        &self.0.provider
    }

    /// Server clock minus local clock in seconds, where an answer told it.
    pub fn clock_offset_s(&self) -> Option<i64> {
        self.0.clock_offset_s
    }

    /// Whether the same call may go well later.
    pub fn is_retryable(&self) -> bool {
        self.0.status.row().retryable
            || self.0.http_status.is_some_and(|status| self.0.status == Status::HttpStatus && status >= 500)
    }
}

/// One line: name, sentence, expected, found, remedy. The provider's words are not in it; they have fields of their own.
impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let row = self.0.status.row();
        write!(f, "{} ({}): {}", row.name, row.status.number(), row.sentence)?;
        if let Some(expected) = &self.0.expected {
            write!(f, " Expected: {expected}.")?;
        }
        if let Some(found) = &self.0.found {
            write!(f, " Found: {found}.")?;
        }
        if let Some(status) = self.0.http_status {
            write!(f, " HTTP status: {status}.")?;
        }
        write!(f, " Next: {}", self.remedy_text())
    }
}

impl std::error::Error for Error {}
