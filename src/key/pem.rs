//! PEM (RFC 7468, with the headers of RFC 1421): finds the blocks of a text, and decodes and writes their bodies. What
//! people's files have beside the blocks is passed over: a byte order mark, any line ends, "Bag Attributes", text before
//! and after, blanks at the ends of lines. All else is read strictly, and what a block lacks stays with the block, so that
//! a broken certificate does not spoil the key beside it. Decoded bytes are zeroised.

use zeroize::Zeroizing;

use crate::error::{Error, Result, Status};
use crate::http::printable;
use crate::secret::SecretText;

/// Characters of a line that is written (RFC 7468 §2).
const LINE_CHARS: usize = 64;
/// Longest label in a message, in characters.
const MAX_SHOWN_CHARS: usize = 40;
const BEGIN: &str = "-----BEGIN ";
const END: &str = "-----END ";
const DASHES: &str = "-----";
const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// A text and the blocks in it.
pub(super) struct Text<'a> {
    pub blocks: Vec<Block<'a>>,
    /// Whether there is text before the first BEGIN line.
    pub has_text_before: bool,
    /// The first line that looks like a BEGIN or END line and is none; one of a private key goes before others.
    pub stray: Option<Stray>,
}

/// From a BEGIN line to what should be its END line.
pub(super) struct Block<'a> {
    pub label: &'a str,
    body: &'a [u8],
    /// The number of the body's first line, from 1.
    first_line: usize,
    end: End<'a>,
}

enum End<'a> {
    Damaged,
    Matching,
    Missing,
    Other(&'a str),
}

/// A line that looks like a BEGIN or END line and is none.
pub(super) struct Stray {
    kind: StrayKind,
    line: usize,
    pub is_private: bool,
}

#[derive(Clone, Copy, PartialEq)]
enum StrayKind {
    Damaged,
    EndWithoutBegin,
    EscapedLines,
    NotAtLineStart,
    OneLine,
}

enum Line<'a> {
    Begin(&'a str),
    End(&'a str),
    Other,
    Stray(StrayKind),
}

impl<'a> Text<'a> {
    /// Finds the blocks. `text` is without byte order mark.
    pub fn read(text: &'a [u8]) -> Self {
        let mut result = Self { blocks: Vec::new(), has_text_before: false, stray: None };
        let mut lines = Lines::new(text);
        while let Some(line) = lines.next() {
            match kind_of(line) {
                Line::Begin(label) => {
                    let block = Block::read(label, &mut lines);
                    result.blocks.push(block);
                }
                Line::End(label) => result.strays(StrayKind::EndWithoutBegin, lines.number, is_private(label.as_bytes())),
                Line::Stray(kind) => result.strays(kind, lines.number, is_private(line)),
                Line::Other => result.has_text_before |= result.blocks.is_empty() && !line.is_empty(),
            }
        }
        result
    }

    fn strays(&mut self, kind: StrayKind, line: usize, is_private: bool) {
        self.has_text_before |= self.blocks.is_empty();
        if self.stray.as_ref().is_none_or(|stray| is_private && !stray.is_private) {
            self.stray = Some(Stray { kind, line, is_private });
        }
    }
}

impl<'a> Block<'a> {
    fn read(label: &'a str, lines: &mut Lines<'a>) -> Self {
        let (body, first_line) = (lines.rest, lines.number + 1);
        loop {
            let before = *lines;
            let body_so_far = &body[..body.len() - before.rest.len()];
            let block = |end| Self { label, body: body_so_far, first_line, end };
            let Some(line) = lines.next() else {
                return block(End::Missing);
            };
            match kind_of(line) {
                Line::Begin(_) => {
                    *lines = before;
                    return block(End::Missing);
                }
                Line::End(end) if end == label => return block(End::Matching),
                Line::End(end) => return block(End::Other(end)),
                Line::Stray(StrayKind::Damaged) => {
                    // An END line that stops where the file stops was cut; elsewhere somebody changed it.
                    let is_cut = lines.rest.trim_ascii().is_empty()
                        && format!("{END}{label}{DASHES}").as_bytes().starts_with(line);
                    return block(if is_cut { End::Missing } else { End::Damaged });
                }
                Line::Stray(_) | Line::Other => {}
            }
        }
    }

    /// The label, fit for a message.
    pub fn shown_label(&self) -> String {
        printable(self.label, MAX_SHOWN_CHARS)
    }

    /// The value of a header (RFC 1421 §4.4), such as `Proc-Type`.
    pub fn header(&self, name: &str) -> Option<&'a str> {
        let mut values = Lines::new(self.body).map_while(header_of);
        values.find(|(header, _)| header.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    /// The decoded body, or what the block lacks.
    pub fn decode(&self) -> Result<Zeroizing<Vec<u8>>> {
        let label = self.shown_label();
        match &self.end {
            End::Matching => {}
            End::Missing => {
                return Err(cut_off(format!("a {label} block without its END line")));
            }
            End::Damaged => {
                return Err(Error::new(Status::KeyLabelInvalid).found(format!("a {label} block with a damaged END line")));
            }
            End::Other(other) => {
                let other = printable(other, MAX_SHOWN_CHARS);
                return Err(Error::new(Status::KeyLabelInvalid)
                    .found(format!("a block that begins as {label} and ends as {other}")));
            }
        }
        let mut decoder = Decoder::new(self.body.len());
        let mut lines = Lines::new(self.body);
        if Lines::new(self.body).next().and_then(header_of).is_some() {
            // A header block ends with an empty line (RFC 1421 §4.4); without one it is a damaged body.
            if !lines.any(|line| line.is_empty()) {
                lines = Lines::new(self.body);
            }
        }
        while let Some(line) = lines.next() {
            if !line.iter().all(|byte| decoder.take(*byte)) {
                let line = self.first_line + lines.number - 1;
                return Err(Error::new(Status::KeyBase64Invalid)
                    .found(format!("a {label} block with characters in line {line} of the file that cannot be there")));
            }
        }
        decoder.finish(&label)
    }
}

impl Stray {
    /// The refusal of a file in which nothing better was found.
    pub fn refusal(&self) -> Error {
        let (line, of) = (self.line, if self.is_private { " of a private key" } else { "" });
        match self.kind {
            StrayKind::Damaged => Error::new(Status::KeyLabelInvalid)
                .found(format!("a damaged BEGIN or END line{of} in line {line} of the file"))
                .remedy("copy the whole file again; BEGIN and END have five dashes on each side."),
            StrayKind::EndWithoutBegin => cut_off(format!("an END line{of} in line {line} of the file, and no BEGIN line")),
            StrayKind::EscapedLines => Error::new(Status::KeyPemInvalid)
                .found("a PEM text whose line ends are written as the two characters \\ and n")
                .remedy("turn each \\n into a line end; a shell does it with: printf '%b' \"$KEY\" > key.pem"),
            StrayKind::NotAtLineStart => Error::new(Status::KeyPemInvalid)
                .found(format!("other characters before a BEGIN or END line{of}, in line {line} of the file"))
                .remedy("take away quotes and whatever else stands around the PEM text."),
            StrayKind::OneLine => Error::new(Status::KeyPemInvalid)
                .found("a PEM text that lost its line ends")
                .remedy("put BEGIN line, body and END line on lines of their own again, or copy the file anew."),
        }
    }
}

/// Whether the label, or a damaged line, is about a private key.
pub(super) fn is_private(label: &[u8]) -> bool {
    contains(label, b"PRIVATE KEY")
}

/// A PEM text of one block, with LF and 64 columns.
pub(super) fn write(label: &str, der: &[u8]) -> SecretText {
    let chars = der.len().div_ceil(3) * 4;
    // Room for all of it: text that grows leaves copies behind.
    let mut text = String::with_capacity(2 * (BEGIN.len() + label.len() + DASHES.len() + 1) + chars + chars / LINE_CHARS + 1);
    text.extend([BEGIN, label, DASHES, "\n"]);
    for line in der.chunks(LINE_CHARS / 4 * 3) {
        for group in line.chunks(3) {
            let byte = |index: usize| group.get(index).map_or(0, |byte| u32::from(*byte));
            let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
            for place in 0..4 {
                let symbol = ALPHABET[(bits >> (18 - 6 * place) & 63) as usize];
                text.push(if place <= group.len() { symbol.into() } else { '=' });
            }
        }
        text.push('\n');
    }
    text.extend([END, label, DASHES, "\n"]);
    SecretText::new(text)
}

fn kind_of(line: &[u8]) -> Line<'_> {
    if !contains(line, b"--") {
        return Line::Other;
    }
    if let Some(label) = label_between(line, BEGIN) {
        return Line::Begin(label);
    }
    if let Some(label) = label_between(line, END) {
        return Line::End(label);
    }
    let (begins, ends) = (contains(line, BEGIN.trim_end().as_bytes()), contains(line, END.trim_end().as_bytes()));
    if begins && contains(line, b"-----\\n") {
        return Line::Stray(StrayKind::EscapedLines);
    }
    if begins && ends {
        return Line::Stray(StrayKind::OneLine);
    }
    if (begins || ends) && !line.starts_with(b"-") {
        return Line::Stray(StrayKind::NotAtLineStart);
    }
    let upper = line.to_ascii_uppercase();
    let names_one = contains(&upper, b"BEGIN") || contains(&upper, b"END");
    if line.starts_with(b"--") && names_one { Line::Stray(StrayKind::Damaged) } else { Line::Other }
}

/// The label of `-----BEGIN label-----`, if the whole line is that.
fn label_between<'a>(line: &'a [u8], start: &str) -> Option<&'a str> {
    let label = line.strip_prefix(start.as_bytes())?.strip_suffix(DASHES.as_bytes())?;
    let is_label = !label.is_empty()
        && label.trim_ascii() == label
        && label.iter().all(|byte| (b' '..=b'~').contains(byte))
        && !contains(label, b"--");
    is_label.then(|| std::str::from_utf8(label).ok()).flatten()
}

fn header_of(line: &[u8]) -> Option<(&str, &str)> {
    let (name, value) = std::str::from_utf8(line).ok()?.split_once(':')?;
    let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    is_name.then(|| (name, value.trim()))
}

pub(super) fn contains(text: &[u8], part: &[u8]) -> bool {
    text.windows(part.len()).any(|window| window == part)
}

pub(super) fn cut_off(found: String) -> Error {
    Error::new(Status::KeyCutOff).found(found)
}

/// Lines ended by LF, CRLF or CR, without blanks at their ends.
#[derive(Clone, Copy)]
struct Lines<'a> {
    rest: &'a [u8],
    /// Lines read so far.
    number: usize,
}

impl<'a> Lines<'a> {
    fn new(text: &'a [u8]) -> Self {
        Self { rest: text, number: 0 }
    }
}

impl<'a> Iterator for Lines<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        if self.rest.is_empty() {
            return None;
        }
        let end = self.rest.iter().position(|byte| matches!(byte, b'\n' | b'\r')).unwrap_or(self.rest.len());
        let (line, rest) = self.rest.split_at(end);
        self.rest = rest.strip_prefix(b"\r\n").or(rest.get(1..)).unwrap_or_default();
        self.number += 1;
        Some(line.trim_ascii())
    }
}

/// Strict base64 (RFC 4648 §4), without a table that a secret would index.
struct Decoder {
    bytes: Zeroizing<Vec<u8>>,
    bits: Zeroizing<u32>,
    symbols: usize,
    padding: usize,
}

impl Decoder {
    fn new(chars: usize) -> Self {
        // Room for all of it: a buffer that grows leaves copies behind.
        let bytes = Zeroizing::new(Vec::with_capacity(chars / 4 * 3 + 3));
        Self { bytes, bits: Zeroizing::new(0), symbols: 0, padding: 0 }
    }

    /// Whether the character may stand here.
    fn take(&mut self, char: u8) -> bool {
        if char == b'=' {
            self.padding += 1;
            return self.symbols % 4 >= 2 && self.symbols % 4 + self.padding <= 4;
        }
        let value = value_of(char);
        if value < 0 || self.padding > 0 {
            return false;
        }
        *self.bits = *self.bits << 6 | value as u32;
        self.symbols += 1;
        if self.symbols % 4 == 0 {
            self.bytes.extend_from_slice(&self.bits.to_be_bytes()[1..]);
            *self.bits = 0;
        }
        true
    }

    fn finish(mut self, label: &str) -> Result<Zeroizing<Vec<u8>>> {
        let rest = self.symbols % 4;
        if self.symbols == 0 {
            return Err(cut_off(format!("a {label} block with nothing in it")));
        }
        if (rest + self.padding) % 4 != 0 {
            return Err(cut_off(format!("a {label} block whose base64 ends in the middle: characters are missing")));
        }
        if rest != 0 {
            let bits = *self.bits << (6 * (4 - rest));
            let [_, first, second, third] = bits.to_be_bytes();
            let (kept, left) = if rest == 2 { (&[first][..], u32::from(second)) } else { (&[first, second][..], u32::from(third)) };
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
    -1 + within(65, 90, char - 65) + within(97, 122, char - 71) + within(48, 57, char + 4) + within(43, 43, 62) + within(47, 47, 63)
}
