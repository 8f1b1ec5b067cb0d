//! Base64url without padding (RFC 7515 §2), the one encoding that JOSE, PKCE and random values share. Decoding takes
//! exactly one form of each value: padding, white space, `+`, `/` and non-zero trailing bits are refused, because a text
//! with two forms lets a signature cover one and a reader see the other.

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const INVALID: u8 = 0xff;
const VALUES: [u8; 256] = values();

/// The text of these bytes.
pub fn encode(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    encode_into(bytes, &mut text);
    text
}

/// Appends the text of these bytes.
pub fn encode_into(bytes: &[u8], text: &mut String) {
    let symbol = |value: u32| ALPHABET[(value & 63) as usize] as char;
    let mut groups = bytes.chunks_exact(3);
    for group in &mut groups {
        let bits = u32::from(group[0]) << 16 | u32::from(group[1]) << 8 | u32::from(group[2]);
        text.extend([symbol(bits >> 18), symbol(bits >> 12), symbol(bits >> 6), symbol(bits)]);
    }
    match *groups.remainder() {
        [first] => {
            let bits = u32::from(first) << 4;
            text.extend([symbol(bits >> 6), symbol(bits)]);
        }
        [first, second] => {
            let bits = u32::from(first) << 10 | u32::from(second) << 2;
            text.extend([symbol(bits >> 12), symbol(bits >> 6), symbol(bits)]);
        }
        _ => {}
    }
}

/// The bytes of this text, or `None` if it is not in the one exact form.
pub fn decode(text: &str) -> Option<Vec<u8>> {
    decode_symbols(text.as_bytes(), true)
}

/// The bytes of a text in a looser form (padding, white space, the other alphabet, non-zero trailing bits). It serves
/// to say that a token is one, but not an exact one; nothing read this way is ever accepted.
pub fn decode_loosely(text: &str) -> Option<Vec<u8>> {
    let symbols: Vec<u8> = text
        .bytes()
        .filter(|byte| *byte != b'=' && !byte.is_ascii_whitespace())
        .map(|byte| match byte {
            b'+' => b'-',
            b'/' => b'_',
            other => other,
        })
        .collect();
    decode_symbols(&symbols, false)
}

fn decode_symbols(symbols: &[u8], exact: bool) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(symbols.len() / 4 * 3 + 2);
    let mut groups = symbols.chunks_exact(4);
    for group in &mut groups {
        let bits = bits(group)?;
        bytes.extend([(bits >> 16) as u8, (bits >> 8) as u8, bits as u8]);
    }
    match groups.remainder() {
        [] => {}
        rest @ [_, _] => {
            let bits = bits(rest)?;
            (bits & 0xf == 0 || !exact).then(|| bytes.push((bits >> 4) as u8))?;
        }
        rest @ [_, _, _] => {
            let bits = bits(rest)?;
            (bits & 0x3 == 0 || !exact).then(|| bytes.extend([(bits >> 10) as u8, (bits >> 2) as u8]))?;
        }
        _ => return None,
    }
    Some(bytes)
}

fn bits(symbols: &[u8]) -> Option<u32> {
    let mut bits = 0;
    for symbol in symbols {
        let value = VALUES[usize::from(*symbol)];
        if value == INVALID {
            return None;
        }
        bits = bits << 6 | u32::from(value);
    }
    Some(bits)
}

const fn values() -> [u8; 256] {
    let mut values = [INVALID; 256];
    let mut index = 0;
    while index < ALPHABET.len() {
        values[ALPHABET[index] as usize] = index as u8;
        index += 1;
    }
    values
}
