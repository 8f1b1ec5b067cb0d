//! The callback (OIDC Core 3.1.2.5, RFC 9207, RFC 9700). Enters: the whole URL, its query or a form body, undecoded.
//! Leaves: the code. Refused: repeated parameters, another state, another issuer, an error with or without a code, a
//! token in the URL. State comes before all that the provider may say, for without it the callback is nobody's answer.

use super::form::{self, Pairs};
use super::provider_words;
use super::saved::Saved;
use crate::error::{Error, Result, Status};
use crate::exact;
use crate::http::printable;
use crate::secret::SecretText;

/// Longest callback, in bytes.
pub const MAX_CALLBACK_BYTES: usize = 32 * 1024;

/// One check of a callback.
pub(super) type CallbackCheck = fn(&Callback, &Saved) -> Result<()>;

/// All that is checked, in this order.
pub(super) const CALLBACK_CHECKS: &[(&str, CallbackCheck)] = &[
    ("repeated_parameter", repeated_parameter),
    ("state", state),
    ("issuer_present", issuer_present),
    ("issuer", issuer),
    ("error", error),
    ("token_present", token_present),
    ("code", code),
];

/// The parameters of a callback. Nothing prints them: there is no `Debug`.
pub(super) struct Callback(Pairs);

impl Callback {
    /// Takes the whole callback apart.
    pub(super) fn parse(callback: &str) -> Result<Self> {
        let malformed = |found: &str| Error::new(Status::CallbackMalformed).found(found);
        if callback.len() > MAX_CALLBACK_BYTES {
            return Err(malformed("more than 32 KiB"));
        }
        if callback.chars().any(char::is_control) {
            return Err(malformed("a control character"));
        }
        // A `?` before the first `=` ends a path; any later one belongs to a value.
        let query = match callback.find(['?', '=', '&']) {
            Some(at) if callback.as_bytes()[at] == b'?' => &callback[at + 1..],
            _ => callback,
        };
        let query = query.split('#').next().unwrap_or_default();
        let pairs = form::decode(query).ok_or_else(|| malformed("a broken escape or text that is not UTF-8"))?;
        if pairs.iter().any(|(name, value)| name.chars().chain(value.chars()).any(char::is_control)) {
            return Err(malformed("a control character"));
        }
        Ok(Self(pairs))
    }

    /// The first parameter of this name.
    fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(found, _)| found.as_str() == name).map(|(_, value)| value.as_str())
    }

    /// The code, to be lent to one exchange.
    pub(super) fn into_code(self) -> SecretText {
        SecretText::new(self.get("code").unwrap_or_default().to_owned())
    }
}

/// Checks the whole callback against the saved request and gives the code.
pub(super) fn check(callback: &str, saved: &Saved) -> Result<SecretText> {
    let callback = Callback::parse(callback)?;
    for (_, check) in CALLBACK_CHECKS {
        check(&callback, saved)?;
    }
    Ok(callback.into_code())
}

/// RFC 6749 §3.1: parameters must not stand twice.
fn repeated_parameter(callback: &Callback, _: &Saved) -> Result<()> {
    let repeated =
        callback.0.iter().enumerate().find(|(index, (name, _))| callback.0[..*index].iter().any(|(n, _)| n == name));
    match repeated {
        None => Ok(()),
        Some((_, (name, _))) => Err(Error::new(Status::CallbackParameterRepeated).found(printable(name, 60))),
    }
}

/// RFC 6749 §10.12: the state of this browser's request. Never shown.
fn state(callback: &Callback, saved: &Saved) -> Result<()> {
    match callback.get("state") {
        None | Some("") => Err(Error::new(Status::StateMissing)),
        Some(found) if saved.state.equals(found) => Ok(()),
        Some(_) => Err(Error::new(Status::StateMismatch)),
    }
}

/// RFC 9207 §2.4: where the provider announces `iss`, a callback without it is not the provider's.
fn issuer_present(callback: &Callback, saved: &Saved) -> Result<()> {
    if saved.callback_has_issuer && callback.get("iss").is_none() {
        return Err(Error::new(Status::CallbackIssuerMissing).expected(saved.issuer.as_str()));
    }
    Ok(())
}

/// RFC 9207 §2.4: an `iss` that is there is the issuer, byte for byte, announced or not.
fn issuer(callback: &Callback, saved: &Saved) -> Result<()> {
    match callback.get("iss") {
        Some(found) if found != saved.issuer => {
            let shown = printable(found, 300);
            Err(Error::new(Status::CallbackIssuerMismatch).expected(saved.issuer.as_str()).found(
                match exact::difference(&saved.issuer, found) {
                    Some(difference) => format!("{shown} ({difference})"),
                    None => shown,
                },
            ))
        }
        _ => Ok(()),
    }
}

/// RFC 6749 §4.1.2.1: an error, with or without a code beside it.
fn error(callback: &Callback, saved: &Saved) -> Result<()> {
    let Some(error) = callback.get("error") else { return Ok(()) };
    let secrets = [saved.state.expose(), saved.nonce.expose(), callback.get("code").unwrap_or_default()];
    let words = provider_words::words(Some(error), callback.get("error_description"), &secrets);
    Err(Error::new(Status::AuthorizationRefused).with_provider_words(words))
}

/// RFC 9700 §2.1.2: only a code was asked for; a token beside it was put there by somebody else.
fn token_present(callback: &Callback, _: &Saved) -> Result<()> {
    match ["access_token", "id_token"].iter().find(|name| callback.get(name).is_some()) {
        Some(name) => Err(Error::new(Status::CallbackTokenPresent).found(*name)),
        None => Ok(()),
    }
}

/// RFC 6749 §4.1.2: the code.
fn code(callback: &Callback, _: &Saved) -> Result<()> {
    match callback.get("code") {
        None | Some("") => Err(Error::new(Status::CodeMissing)),
        Some(_) => Ok(()),
    }
}
