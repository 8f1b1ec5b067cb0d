//! PEM (RFC 7468, with the headers of RFC 1421): finds the blocks of a text, and decodes and writes their bodies. What
//! people's files have beside the blocks is passed over: a byte order mark, any line ends, "Bag Attributes", text before
//! and after, blanks at the ends of lines. All else is read strictly, and what a block lacks stays with the block, so that
//! a broken certificate does not spoil the key beside it. Decoded bytes are zeroised.

use zeroize::Zeroizing;

use super::base64::{self, Decoder};
use crate::error::{Error, Result, Status};
use crate::http::printable;
use crate::secret::SecretText;

/// Longest label that is looked for within a line, in characters.
const MAX_LABEL_CHARS: usize = 80;
/// Longest label in a message, in characters.
const MAX_SHOWN_CHARS: usize = 40;
const BEGIN: &str = "-----BEGIN ";
const END: &str = "-----END ";
const DASHES: &str = "-----";

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
    /// The number of the body's first line, from 1; none in a text whose lines were restored.
    first_line: Option<usize>,
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
    /// It shares its line with other characters.
    Crowded,
    Damaged,
    EndWithoutBegin,
}

enum Line<'a> {
    Begin(&'a str),
    End(&'a str),
    Other,
    Stray(StrayKind),
}

impl<'a> Text<'a> {
    /// Finds the blocks of a text as [`with_lines_restored`] gives it: its line numbers are not the file's.
    pub fn read_restored(text: &'a [u8]) -> Self {
        let mut result = Self::read(text);
        result.blocks.iter_mut().for_each(|block| block.first_line = None);
        result
    }

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
                Line::End(label) => {
                    result.strays(StrayKind::EndWithoutBegin, lines.number, is_private(label.as_bytes()))
                }
                Line::Stray(kind) => result.strays(kind, lines.number, is_private(line)),
                Line::Other => result.has_text_before |= result.blocks.is_empty() && !line.is_empty(),
            }
        }
        result
    }

    /// Whether there is the block of a private key from BEGIN line to END line.
    pub fn has_private_block(&self) -> bool {
        self.blocks.iter().any(|block| is_private(block.label.as_bytes()) && !matches!(block.end, End::Missing))
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
        let (body, first_line) = (lines.rest, Some(lines.number + 1));
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
                return Err(
                    Error::new(Status::KeyLabelInvalid).found(format!("a {label} block with a damaged END line"))
                );
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
                let place = self
                    .first_line
                    .map_or(String::new(), |first| format!(" in line {} of the file", first + lines.number - 1));
                return Err(Error::new(Status::KeyBase64Invalid)
                    .found(format!("a {label} block with characters that cannot be there{place}")));
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
            StrayKind::Crowded => Error::new(Status::KeyPemInvalid)
                .found(format!("other characters beside a BEGIN or END line{of}, in line {line} of the file"))
                .remedy("take away quotes and whatever else stands around the PEM text."),
            StrayKind::Damaged => Error::new(Status::KeyLabelInvalid)
                .found(format!("a damaged BEGIN or END line{of} in line {line} of the file"))
                .remedy("copy the whole file again; BEGIN and END have five dashes on each side."),
            StrayKind::EndWithoutBegin => {
                cut_off(format!("an END line{of} in line {line} of the file, and no BEGIN line"))
            }
        }
    }
}

/// The text with its lines put right again, where they were lost on the way: line ends written as `\n` in an environment
/// variable or in JSON, all of it on one line, quotes around it. `None` if nothing is to be put right.
pub(super) fn with_lines_restored(text: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    if !Lines::new(text).any(|line| matches!(kind_of(line), Line::Stray(StrayKind::Crowded))) {
        return None;
    }
    // Room for all of it: a buffer that grows leaves copies behind. A delimiter takes more room than its two line ends.
    let mut lines = Zeroizing::new(Vec::with_capacity(2 * text.len() + 2));
    let mut rest = text;
    let mut is_body = false;
    while let Some(first) = rest.first() {
        let delimiter =
            [BEGIN, END].iter().find_map(|start| delimiter_at(rest, start).map(|length| (length, *start == BEGIN)));
        if let Some((length, begins)) = delimiter {
            let (line, after) = rest.split_at(length);
            lines.push(b'\n');
            lines.extend_from_slice(line);
            lines.push(b'\n');
            (rest, is_body) = (after, begins);
        } else if let Some(after) = rest.strip_prefix(b"\\n").or(rest.strip_prefix(b"\\r")) {
            lines.push(b'\n');
            rest = after;
        } else {
            // Where line ends became blanks.
            lines.push(if is_body && *first == b' ' { b'\n' } else { *first });
            rest = &rest[1..];
        }
    }
    Some(lines)
}

/// The length of the BEGIN or END line that the text begins with, whatever follows it.
fn delimiter_at(text: &[u8], start: &str) -> Option<usize> {
    let label = text.strip_prefix(start.as_bytes())?;
    let end = label.windows(DASHES.len()).take(MAX_LABEL_CHARS).position(|window| window == DASHES.as_bytes())?;
    let length = start.len() + end + DASHES.len();
    label_between(&text[..length], start).map(|_| length)
}

/// Whether the label, or a damaged line, is about a private key.
pub(super) fn is_private(label: &[u8]) -> bool {
    contains(label, b"PRIVATE KEY")
}

/// A PEM text of one block, with LF and 64 columns.
pub(super) fn write(label: &str, der: &[u8]) -> SecretText {
    // Room for all of it: text that grows leaves copies behind.
    let delimiters = 2 * (BEGIN.len() + label.len() + DASHES.len() + 1);
    let mut text = String::with_capacity(delimiters + base64::lines_len(der.len()));
    text.extend([BEGIN, label, DASHES, "\n"]);
    base64::encode_lines(der, &mut text);
    text.extend([END, label, DASHES, "\n"]);
    SecretText::new(text)
}

fn kind_of(line: &[u8]) -> Line<'_> {
    // Word processors make long dashes of two short ones.
    let has_long_dash = ["\u{2013}", "\u{2014}"].iter().any(|dash| line.starts_with(dash.as_bytes()));
    if !contains(line, b"--") && !has_long_dash {
        return Line::Other;
    }
    if let Some(label) = label_between(line, BEGIN) {
        return Line::Begin(label);
    }
    if let Some(label) = label_between(line, END) {
        return Line::End(label);
    }
    let (begins, ends) = (contains(line, BEGIN.trim_end().as_bytes()), contains(line, END.trim_end().as_bytes()));
    let is_followed = delimiter_at(line, BEGIN).or(delimiter_at(line, END)).is_some();
    if is_followed || (begins || ends) && !line.starts_with(b"-") {
        return Line::Stray(StrayKind::Crowded);
    }
    // In any case of the letters, and without a copy: a body may follow in the same line.
    let names = |word: &[u8]| line.windows(word.len()).any(|window| window.eq_ignore_ascii_case(word));
    let names_one = names(b"BEGIN") || names(b"END");
    if (line.starts_with(b"--") || has_long_dash) && names_one { Line::Stray(StrayKind::Damaged) } else { Line::Other }
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
