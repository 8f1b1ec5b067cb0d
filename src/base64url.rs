//! Base64url without padding (RFC 7515 §2), the one encoding that JOSE, PKCE and random values share. Decoding takes
//! exactly one form of each value: padding, white space, `+`, `/` and non-zero trailing bits are refused, because a text
//! with two forms lets a signature cover one and a reader see the other.

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
/// Over the 24 bits of four symbols: what stands there is no symbol.
const INVALID: u32 = 1 << 31;
/// The bits of each symbol in each of four places.
static BITS: [[u32; 256]; 4] = [bits_at(18), bits_at(12), bits_at(6), bits_at(0)];

/// The text of these bytes.
pub fn encode(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    encode_into(bytes, &mut text);
    text
}

/// Appends the text of these bytes.
pub fn encode_into(bytes: &[u8], text: &mut String) {
    let symbol = |value: u32| ALPHABET[(value & 63) as usize];
    // As bytes, because a String takes each character for one that may need several. The buffer stays the same.
    let mut symbols = std::mem::take(text).into_bytes();
    symbols.reserve(bytes.len().div_ceil(3) * 4);
    let mut groups = bytes.chunks_exact(3);
    for group in &mut groups {
        let bits = u32::from(group[0]) << 16 | u32::from(group[1]) << 8 | u32::from(group[2]);
        symbols.extend_from_slice(&[symbol(bits >> 18), symbol(bits >> 12), symbol(bits >> 6), symbol(bits)]);
    }
    match *groups.remainder() {
        [first] => {
            let bits = u32::from(first) << 4;
            symbols.extend_from_slice(&[symbol(bits >> 6), symbol(bits)]);
        }
        [first, second] => {
            let bits = u32::from(first) << 10 | u32::from(second) << 2;
            symbols.extend_from_slice(&[symbol(bits >> 12), symbol(bits >> 6), symbol(bits)]);
        }
        _ => {}
    }
    // Text before, ASCII after it: it is text.
    *text = String::from_utf8(symbols).unwrap_or_default();
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
    let whole = symbols.len() / 4 * 3;
    // Room for the rest too: a buffer that grows leaves a copy behind.
    let mut bytes = Vec::with_capacity(whole + 2);
    bytes.resize(whole, 0);
    let (eights, rest) = symbols.as_chunks::<8>();
    let (fours, rest) = rest.as_chunks::<4>();
    let (of_eights, of_fours) = bytes.split_at_mut(eights.len() * 6);
    // What all symbols have in common is asked once: whether one of them is none.
    let mut seen = 0;
    for ([a, b, c, d, e, f, g, h], out) in eights.iter().zip(of_eights.as_chunks_mut::<6>().0) {
        let (left, right) = (bits([*a, *b, *c, *d]), bits([*e, *f, *g, *h]));
        seen |= left | right;
        out.copy_from_slice(&(u64::from(left) << 24 | u64::from(right)).to_be_bytes()[2..]);
    }
    for (four, out) in fours.iter().zip(of_fours.as_chunks_mut::<3>().0) {
        let bits = bits(*four);
        seen |= bits;
        out.copy_from_slice(&bits.to_be_bytes()[1..]);
    }
    // A rest is filled up with symbols whose bits are 0.
    match *rest {
        [] => {}
        [a, b] => {
            let bits = bits([a, b, b'A', b'A']);
            seen |= bits;
            (bits & 0xffff == 0 || !exact).then(|| bytes.push((bits >> 16) as u8))?;
        }
        [a, b, c] => {
            let bits = bits([a, b, c, b'A']);
            seen |= bits;
            (bits & 0xff == 0 || !exact).then(|| bytes.extend([(bits >> 16) as u8, (bits >> 8) as u8]))?;
        }
        _ => return None,
    }
    (seen & INVALID == 0).then_some(bytes)
}

/// The 24 bits of four symbols, with the bit [`INVALID`] if one of them is none.
fn bits([a, b, c, d]: [u8; 4]) -> u32 {
    let of = |place: usize, symbol: u8| BITS[place][usize::from(symbol)];
    of(0, a) | of(1, b) | of(2, c) | of(3, d)
}

const fn bits_at(shift: u32) -> [u32; 256] {
    let mut bits = [INVALID; 256];
    let mut index = 0;
    while index < ALPHABET.len() {
        bits[ALPHABET[index] as usize] = (index as u32) << shift;
        index += 1;
    }
    bits
}
