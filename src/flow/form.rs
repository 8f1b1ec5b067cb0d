//! `application/x-www-form-urlencoded`: written once for query and body, read strictly; and a redirect's target.

use zeroize::Zeroizing;

use crate::exact::HttpsAddress;

/// Writes names and values, each encoded once. A space becomes `%20`, which query and body both understand.
pub fn encode<'p>(pairs: impl IntoIterator<Item = (&'p str, &'p str)>) -> String {
    let pairs: Vec<(&str, &str)> = pairs.into_iter().collect();
    // Its whole length from the start: growing would leave copies of secrets behind. No more than that: thousands of flows
    // may hold one each.
    let len = pairs.iter().map(|(name, value)| encoded_len(name) + encoded_len(value) + "=&".len()).sum();
    let mut text = String::with_capacity(len);
    for (name, value) in pairs {
        if !text.is_empty() {
            text.push('&');
        }
        encode_into(name, &mut text);
        text.push('=');
        encode_into(value, &mut text);
    }
    text
}

fn encoded_len(value: &str) -> usize {
    value.bytes().map(|byte| if is_unreserved(byte) { 1 } else { "%20".len() }).sum()
}

/// RFC 3986 §2.3.
fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~".contains(&byte)
}

fn encode_into(value: &str, text: &mut String) {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    for byte in value.bytes() {
        if is_unreserved(byte) {
            text.push(char::from(byte));
        } else {
            text.push('%');
            text.push(char::from(HEX[usize::from(byte >> 4)]));
            text.push(char::from(HEX[usize::from(byte & 15)]));
        }
    }
}

/// Names and values as read; secret until somebody knows better.
pub type Pairs = Vec<(Zeroizing<String>, Zeroizing<String>)>;

/// Reads a query or form body; `None` for a broken escape or text that is not UTF-8.
pub fn decode(text: &str) -> Option<Pairs> {
    text.split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            Some((decode_component(name)?, decode_component(value)?))
        })
        .collect()
}

fn decode_component(text: &str) -> Option<Zeroizing<String>> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(text.len()));
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        rest = tail;
        match first {
            b'+' => bytes.push(b' '),
            b'%' => {
                let (&[high, low], tail) = tail.split_first_chunk::<2>()?;
                let digit = |byte: u8| char::from(byte).to_digit(16);
                bytes.push((digit(high)? * 16 + digit(low)?) as u8);
                rest = tail;
            }
            other => bytes.push(*other),
        }
    }
    String::from_utf8(std::mem::take(&mut *bytes)).ok().map(Zeroizing::new)
}

/// The address that a `Location` names: absolute, or a path on the same origin. The text stays as it is.
pub fn resolve(base: &str, location: &str) -> Option<String> {
    if HttpsAddress::parse(location).is_some() {
        return Some(location.to_owned());
    }
    if !location.starts_with('/') || location.starts_with("//") {
        return None;
    }
    let rest = HttpsAddress::parse(base)?.rest;
    let target = format!("{}{location}", &base[..base.len() - rest.len()]);
    HttpsAddress::parse(&target).is_some().then_some(target)
}
