//! The token answer (RFC 6749 §5, OIDC Core 3.1.3.3). Enters: a response. Leaves: [`Tokens`], whose ID token nobody has
//! believed yet. Refused: everything that is not 200 with a JSON object that has what was asked for, each with a status
//! of its own; the provider's words are kept apart.

use std::fmt;

use super::provider_words;
use crate::clock::Timestamp;
use crate::error::{Error, Result, Status};
use crate::http::{Response, printable};
use crate::jose::json::{Object, Refusal, Value};
use crate::secret::SecretText;

/// Longest token, in characters.
pub const MAX_TOKEN_CHARS: usize = 64 * 1024;
/// The longest life that an `expires_in` may say: ten years, in seconds. More is a unit mistaken.
const MAX_EXPIRES_IN_S: i64 = 10 * 366 * 24 * 3600;

/// One check of a token answer.
pub(super) type AnswerCheck = fn(&Answer<'_>) -> Result<()>;

/// All that is checked, in this order.
pub(super) const ANSWER_CHECKS: &[(&str, AnswerCheck)] = &[
    ("http_status", http_status),
    ("repeated_member", repeated_member),
    ("error_member", error_member),
    ("access_token", access_token),
    ("token_type", token_type),
    ("expires_in", expires_in),
    ("id_token", id_token),
];

/// What the provider issued. The tokens are zeroised when dropped.
#[derive(Clone)]
pub struct Tokens {
    access_token: SecretText,
    id_token: SecretText,
    refresh_token: Option<SecretText>,
    scope: Option<String>,
    expires_at: Option<Timestamp>,
}

impl Tokens {
    /// The access token: for the `Authorization` header alone, never for a URL.
    pub fn access_token(&self) -> &SecretText {
        &self.access_token
    }

    /// The ID token as received.
    pub fn id_token(&self) -> &SecretText {
        &self.id_token
    }

    /// The refresh token. CIS2 was not seen to issue one.
    pub fn refresh_token(&self) -> Option<&SecretText> {
        self.refresh_token.as_ref()
    }

    /// `scope`, where the provider says what it granted.
    pub fn scope(&self) -> Option<&str> {
        self.scope.as_deref()
    }

    /// When the access token expires, where the provider says it.
    pub fn expires_at(&self) -> Option<Timestamp> {
        self.expires_at
    }
}

impl fmt::Debug for Tokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Tokens")
    }
}

/// A token answer under examination.
pub(super) struct Answer<'a> {
    status: u16,
    object: Object<'a>,
    secrets: &'a [&'a str],
}

/// Reads a token answer; `secrets` are those of ours that the provider might echo.
pub(super) fn read(response: &Response, secrets: &[&str], now: Timestamp) -> Result<Tokens> {
    let offset_s = response.clock_offset_s(now);
    let judged = Answer::parse(response, secrets).and_then(|answer| {
        for (_, check) in ANSWER_CHECKS {
            check(&answer)?;
        }
        Ok(answer.tokens(now))
    });
    judged.map_err(|error| error.with_clock_offset_s(offset_s))
}

impl<'a> Answer<'a> {
    pub(super) fn parse(response: &'a Response, secrets: &'a [&'a str]) -> Result<Self> {
        let status = response.status;
        let object = Object::parse(response.body()).map_err(|refusal| {
            // A gateway's page with an error status says more by its status than by not being JSON.
            let status_first = status != 200 && refusal == Refusal::NotJson;
            let error = Error::new(match refusal {
                _ if status_first => Status::HttpStatus,
                Refusal::NotJson => Status::ResponseNotJson,
                Refusal::NotAnObject => Status::ResponseMalformed,
                Refusal::TooDeep => Status::ResponseTooDeep,
            });
            let content = response.header("content-type").map_or("no content type", |content| content);
            error.expected("a JSON object with status 200").found(printable(content, 100)).with_http_status(status)
        })?;
        Ok(Self { status, object, secrets })
    }

    pub(super) fn tokens(&self, now: Timestamp) -> Tokens {
        let secret = |name: &str| self.object.str(name).map(|text| SecretText::new(text.to_owned()));
        let absent = || SecretText::new(String::new());
        Tokens {
            access_token: secret("access_token").unwrap_or_else(absent),
            id_token: secret("id_token").unwrap_or_else(absent),
            refresh_token: secret("refresh_token").filter(|token| !token.expose().is_empty()),
            scope: self.object.str("scope").map(|scope| printable(scope, 2000)),
            expires_at: seconds(self.object.get("expires_in")).ok().flatten().map(|seconds| now.plus_s(seconds)),
        }
    }

    fn refuse(&self, status: Status) -> Error {
        Error::new(status).with_http_status(self.status)
    }

    fn token(&self, name: &str) -> std::result::Result<(), &'static str> {
        match self.object.get(name) {
            None | Some(Value::Null) => Err("nothing"),
            Some(Value::String(token)) if token.is_empty() => Err("an empty text"),
            Some(Value::String(token)) if token.len() > MAX_TOKEN_CHARS => Err("a text longer than 64 KiB"),
            Some(Value::String(_)) => Ok(()),
            Some(other) => Err(other.type_name()),
        }
    }

    fn provider_refusal(&self, status: Status) -> Error {
        let words = provider_words::words(self.object.str("error"), self.object.str("error_description"), self.secrets);
        self.refuse(status).with_provider_words(words)
    }
}

/// RFC 6749 §5.1, §5.2: 200, or an error in the provider's words.
fn http_status(answer: &Answer<'_>) -> Result<()> {
    if answer.status == 200 {
        return Ok(());
    }
    if answer.object.get("error").is_some() {
        return Err(answer.provider_refusal(Status::OauthError));
    }
    Err(answer.refuse(Status::HttpStatus).expected("200"))
}

/// RFC 6749 §5.1 and RFC 8259 §4: names are unique, or two readers see two answers.
fn repeated_member(answer: &Answer<'_>) -> Result<()> {
    if answer.object.has_repeated_member() { Err(answer.refuse(Status::ResponseMemberRepeated)) } else { Ok(()) }
}

/// An error with status 200 is an error.
fn error_member(answer: &Answer<'_>) -> Result<()> {
    match answer.object.get("error") {
        None | Some(Value::Null) => Ok(()),
        Some(_) => Err(answer.provider_refusal(Status::OauthErrorInSuccess)),
    }
}

/// RFC 6749 §5.1: `access_token` is required. It goes into a header (RFC 6750 §2.1), so it has no white space.
fn access_token(answer: &Answer<'_>) -> Result<()> {
    let is_graphic = |token: &str| token.bytes().all(|byte| byte.is_ascii_graphic());
    answer
        .token("access_token")
        .and_then(|()| {
            let fits = answer.object.str("access_token").is_some_and(is_graphic);
            if fits { Ok(()) } else { Err("a text with white space or other characters that no token has") }
        })
        .map_err(|found| answer.refuse(Status::AccessTokenMissing).found(found))
}

/// RFC 6749 §5.1: `token_type` is required, in any case; only Bearer can be used.
fn token_type(answer: &Answer<'_>) -> Result<()> {
    match answer.object.get("token_type") {
        Some(Value::String(found)) if found.eq_ignore_ascii_case("Bearer") => Ok(()),
        Some(Value::String(found)) => {
            Err(answer.refuse(Status::TokenTypeRefused).expected("Bearer").found(printable(found, 40)))
        }
        found => Err(answer
            .refuse(Status::TokenTypeRefused)
            .expected("Bearer")
            .found(found.map_or("nothing", Value::type_name))),
    }
}

/// RFC 6749 §5.1: seconds; the API Platform writes them as a text.
fn expires_in(answer: &Answer<'_>) -> Result<()> {
    seconds(answer.object.get("expires_in"))
        .map(|_| ())
        .map_err(|found| answer.refuse(Status::ExpiresInMalformed).expected("a whole number of seconds").found(found))
}

/// OIDC Core 3.1.3.3: `id_token` is required. What it says is judged by `identity`.
fn id_token(answer: &Answer<'_>) -> Result<()> {
    answer.token("id_token").map_err(|found| answer.refuse(Status::IdTokenMissing).found(found))
}

fn seconds(value: Option<&Value<'_>>) -> std::result::Result<Option<i64>, &'static str> {
    let seconds = match value {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::Integer(seconds)) => *seconds,
        Some(Value::String(text)) if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) => {
            text.parse().map_err(|_| "a number too large")?
        }
        Some(other) => return Err(other.type_name()),
    };
    if (0..=MAX_EXPIRES_IN_S).contains(&seconds) { Ok(Some(seconds)) } else { Err("a number out of bounds") }
}
