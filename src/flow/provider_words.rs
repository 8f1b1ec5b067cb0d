//! What the provider says, made fit to be kept and shown: cut, control characters escaped, and whatever looks like a
//! secret or equals one of ours replaced. The words are never part of our own messages.

use crate::error::{MAX_PROVIDER_TEXT_BYTES, ProviderWords};

/// Words without a secret in them.
const REMOVED: &str = "[removed]";
/// A run of token characters of this length that mixes cases and digits is taken for a token.
const TOKEN_CHARS: usize = 20;

/// Takes in `error` and `error_description`; `secrets` are those of ours that the provider might echo.
pub(super) fn words(error: Option<&str>, description: Option<&str>, secrets: &[&str]) -> ProviderWords {
    let clean = |text: &str| clean(text, secrets);
    ProviderWords { error: error.map(clean), description: description.map(clean) }
}

fn clean(text: &str, secrets: &[&str]) -> String {
    let mut text = text.to_owned();
    for secret in secrets.iter().filter(|secret| !secret.is_empty()) {
        text = text.replace(secret, REMOVED);
    }
    let mut result = String::new();
    for run in text.split_inclusive(|c: char| !is_token_char(c)) {
        let (word, end) = match run.char_indices().next_back() {
            Some((at, last)) if !is_token_char(last) => run.split_at(at),
            _ => (run, ""),
        };
        result.push_str(if looks_like_a_token(word) { REMOVED } else { word });
        result.extend(end.chars().flat_map(|c| if c.is_control() { c.escape_default().collect() } else { vec![c] }));
        // Spares work alone: what is beyond is cut off below.
        if result.len() > MAX_PROVIDER_TEXT_BYTES {
            break;
        }
    }
    let mut end = result.len().min(MAX_PROVIDER_TEXT_BYTES);
    while !result.is_char_boundary(end) {
        end -= 1;
    }
    result.truncate(end);
    result
}

fn is_token_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || "-_.~+/=".contains(c)
}

fn looks_like_a_token(word: &str) -> bool {
    let has = |kind: fn(&u8) -> bool| word.as_bytes().iter().any(kind);
    (word.starts_with("eyJ") && word.len() > 10)
        || (word.len() >= TOKEN_CHARS
            && has(u8::is_ascii_digit)
            && has(u8::is_ascii_lowercase)
            && has(u8::is_ascii_uppercase))
}
