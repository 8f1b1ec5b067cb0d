//! The base64 of PEM (RFC 4648 §4), for bytes that are secret: no table is indexed by them, no buffer grows and leaves a
//! copy behind, all is zeroised. Reading is strict: one text for each value.

use zeroize::Zeroizing;

use super::pem::cut_off;
use crate::error::{Error, Result, Status};

/// Characters of a line that is written (RFC 7468 §2).
const LINE_CHARS: usize = 64;

/// Reads base64, character by character.
pub(super) struct Decoder {
    bytes: Zeroizing<Vec<u8>>,
    bits: Zeroizing<u32>,
    symbols: usize,
    padding: usize,
}

impl Decoder {
    /// For a text of at most so many characters.
    pub fn new(chars: usize) -> Self {
        // Room for all of it: a buffer that grows leaves copies behind.
        let bytes = Zeroizing::new(Vec::with_capacity(chars / 4 * 3 + 3));
        Self { bytes, bits: Zeroizing::new(0), symbols: 0, padding: 0 }
    }

    /// Whether the character may stand here.
    pub fn take(&mut self, char: u8) -> bool {
        if char == b'=' {
            // Whether it is the right number is seen at the end: a wrong one means that characters are missing.
            self.padding += 1;
            return self.padding <= 2;
        }
        let value = value_of(char);
        if value < 0 || self.padding > 0 {
            return false;
        }
        *self.bits = *self.bits << 6 | value as u32;
        self.symbols += 1;
        if self.symbols.is_multiple_of(4) {
            self.bytes.extend_from_slice(&self.bits.to_be_bytes()[1..]);
            *self.bits = 0;
        }
        true
    }

    /// The bytes, or what the block of this label lacks.
    pub fn finish(mut self, label: &str) -> Result<Zeroizing<Vec<u8>>> {
        let rest = self.symbols % 4;
        if self.symbols == 0 {
            return Err(cut_off(format!("a {label} block with nothing in it")));
        }
        if !(rest + self.padding).is_multiple_of(4) {
            return Err(cut_off(format!("a {label} block whose base64 ends in the middle: characters are missing")));
        }
        if rest != 0 {
            let bits = *self.bits << (6 * (4 - rest));
            let [_, first, second, third] = bits.to_be_bytes();
            let (kept, left) =
                if rest == 2 { (&[first][..], u32::from(second)) } else { (&[first, second][..], u32::from(third)) };
            if left != 0 {
                return Err(Error::new(Status::KeyBase64Invalid)
                    .found(format!("a {label} block whose last characters are not the end of base64")));
            }
            self.bytes.extend_from_slice(kept);
        }
        Ok(self.bytes)
    }
}

/// The six bits of a symbol, or -1. Arithmetic in place of a table and of branches (after base64ct).
fn value_of(char: u8) -> i32 {
    let char = i32::from(char);
    let within = |low: i32, high: i32, value: i32| ((low - 1 - char) & (char - high - 1)) >> 8 & (value + 1);
    -1 + within(65, 90, char - 65)
        + within(97, 122, char - 71)
        + within(48, 57, char + 4)
        + within(43, 43, 62)
        + within(47, 47, 63)
}

/// The length of what [`encode_lines`] writes, in characters.
pub(super) fn lines_len(bytes: usize) -> usize {
    let chars = bytes.div_ceil(3) * 4;
    chars + chars.div_ceil(LINE_CHARS)
}

/// Appends the base64 of these bytes in lines of 64 characters, each ended by LF.
pub(super) fn encode_lines(bytes: &[u8], text: &mut String) {
    for line in bytes.chunks(LINE_CHARS / 4 * 3) {
        for group in line.chunks(3) {
            let byte = |index: usize| group.get(index).map_or(0, |byte| i32::from(*byte));
            let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
            for place in 0..4 {
                text.push(if place <= group.len() { symbol_of(bits >> (18 - 6 * place) & 63) } else { '=' });
            }
        }
        text.push('\n');
    }
}

/// The symbol of six bits: `A` and what must be added to get from one range of the alphabet into the next.
fn symbol_of(value: i32) -> char {
    let from = |first: i32, more: i32| ((first - 1 - value) >> 8) & more;
    let symbol = 65 + value + from(26, 6) + from(52, -75) + from(62, -15) + from(63, 3);
    char::from(symbol as u8)
}
