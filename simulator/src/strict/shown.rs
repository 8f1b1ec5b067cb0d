//! Text of another party for a reason: escaped, cut, and never a credential.

use serde_json::Value;

const MAX_CHARS: usize = 160;

/// The text, unless it looks like a token or a key; what is too long is cut.
pub(crate) fn text(text: &str) -> String {
    let count = text.chars().count();
    if text.contains("eyJ") || text.contains("PRIVATE KEY") {
        return format!("a text of {count} characters that looks like a token or a key");
    }
    let cut: String = text.chars().take(MAX_CHARS).flat_map(char::escape_debug).collect();
    if count > MAX_CHARS { format!("{cut}… ({count} characters)") } else { cut }
}

/// The text in quotes, so that an empty one is seen.
pub(crate) fn quoted(found: &str) -> String {
    if found.is_empty() { "an empty text".to_owned() } else { format!("\"{}\"", text(found)) }
}

/// An address without its query, where a code may stand.
pub(crate) fn address(address: &str) -> String {
    match address.split_once(['?', '#']) {
        Some((before, _)) => format!("{} with a query", text(before)),
        None => text(address),
    }
}

/// What kind of JSON this is, with its value where that is harmless.
pub(crate) fn kind(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(flag) => flag.to_string(),
        Value::Number(number) => format!("the number {}", text(&number.to_string())),
        Value::String(found) if found.is_empty() => "an empty text".to_owned(),
        Value::String(found) => format!("the text {}", quoted(found)),
        Value::Array(items) => format!("a list of {}", items.len()),
        Value::Object(_) => "an object".to_owned(),
    }
}
