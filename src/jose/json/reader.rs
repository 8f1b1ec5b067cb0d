//! The reader: one pass over the text, texts borrowed from it where no escape stands in them.

use std::borrow::Cow;
use std::collections::HashSet;

use super::{MAX_DEPTH, Members, Refusal, Value, same};

/// Beyond so many members a set finds repetitions; below it, looking along the list is faster.
const SMALL_OBJECT: usize = 32;
/// A member of a token with its name, about: for room at once.
const USUAL_MEMBER_BYTES: usize = 24;

type Read<T> = Result<T, Refusal>;

/// Where the reading stands.
pub(super) struct Reader<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
    repeated: bool,
}

impl<'a> Reader<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, at: 0, depth: 0, repeated: false }
    }

    /// The value that the whole text is, and whether a member stands twice in it.
    pub(super) fn whole(mut self) -> Read<(Value<'a>, bool)> {
        let mut value = Value::Null;
        self.skip_white_space();
        self.value(&mut value)?;
        self.skip_white_space();
        if self.at == self.text.len() { Ok((value, self.repeated)) } else { Err(Refusal::NotJson) }
    }

    /// Writes the value to the place where it stays: moved there, each would wait for its own bytes.
    fn value(&mut self, place: &mut Value<'a>) -> Read<()> {
        *place = match self.peek() {
            Some(b'"') => Value::String(self.string()?),
            Some(b'{') => Value::Object(self.nested(Self::object)?),
            Some(b'[') => Value::Array(self.nested(Self::array)?),
            Some(b'-' | b'0'..=b'9') => self.number()?,
            Some(b't') => self.word("true", Value::Bool(true))?,
            Some(b'f') => self.word("false", Value::Bool(false))?,
            Some(b'n') => self.word("null", Value::Null)?,
            _ => return Err(Refusal::NotJson),
        };
        Ok(())
    }

    fn nested<T>(&mut self, read: impl FnOnce(&mut Self) -> Read<T>) -> Read<T> {
        if self.depth == MAX_DEPTH {
            return Err(Refusal::TooDeep);
        }
        self.depth += 1;
        self.at += 1;
        let value = read(self)?;
        self.depth -= 1;
        Ok(value)
    }

    /// RFC 8259 §4, after the brace.
    fn object(&mut self) -> Read<Members<'a>> {
        let room = if self.depth == 1 { (self.text.len() / USUAL_MEMBER_BYTES).min(SMALL_OBJECT) } else { 0 };
        let mut members: Members<'a> = Vec::with_capacity(room);
        let mut names = Names::default();
        self.skip_white_space();
        if self.skip(b'}') {
            return Ok(members);
        }
        loop {
            let (name, value) = members.push_mut((Cow::Borrowed(""), Value::Null));
            self.skip_white_space();
            *name = self.string()?;
            self.skip_white_space();
            self.expect(b':')?;
            self.skip_white_space();
            self.value(value)?;
            self.repeated |= names.hold_last_of(&members);
            self.skip_white_space();
            if self.skip(b'}') {
                return Ok(members);
            }
            self.expect(b',')?;
        }
    }

    /// RFC 8259 §5, after the bracket.
    fn array(&mut self) -> Read<Vec<Value<'a>>> {
        let mut items = Vec::new();
        self.skip_white_space();
        if self.skip(b']') {
            return Ok(items);
        }
        loop {
            self.skip_white_space();
            self.value(items.push_mut(Value::Null))?;
            self.skip_white_space();
            if self.skip(b']') {
                return Ok(items);
            }
            self.expect(b',')?;
        }
    }

    /// RFC 8259 §6. A number that no double can hold is none.
    fn number(&mut self) -> Read<Value<'a>> {
        let start = self.at;
        self.skip(b'-');
        if !self.skip(b'0') {
            self.digits()?;
        }
        let integer_end = self.at;
        if self.skip(b'.') {
            self.digits()?;
        }
        if self.skip(b'e') || self.skip(b'E') {
            let _sign = self.skip(b'+') || self.skip(b'-');
            self.digits()?;
        }
        let text = &self.text[start..self.at];
        if let (true, Ok(integer)) = (self.at == integer_end, text.parse()) {
            return Ok(Value::Integer(integer));
        }
        text.parse().ok().filter(|float: &f64| float.is_finite()).map(Value::Float).ok_or(Refusal::NotJson)
    }

    fn digits(&mut self) -> Read<()> {
        let count = self.rest().iter().take_while(|byte| byte.is_ascii_digit()).count();
        self.at += count;
        if count > 0 { Ok(()) } else { Err(Refusal::NotJson) }
    }

    /// RFC 8259 §7. Borrowed, unless an escape stands in it.
    #[inline]
    fn string(&mut self) -> Read<Cow<'a, str>> {
        self.expect(b'"')?;
        let plain = self.plain()?;
        if self.skip(b'"') { Ok(Cow::Borrowed(plain)) } else { self.rest_of_string(plain).map(Cow::Owned) }
    }

    /// From the first escape on.
    #[cold]
    fn rest_of_string(&mut self, plain: &str) -> Read<String> {
        let mut text = plain.to_owned();
        while !self.skip(b'"') {
            self.expect(b'\\')?;
            text.push(self.escaped()?);
            text.push_str(self.plain()?);
        }
        Ok(text)
    }

    /// What stands for itself, up to a quotation mark or an escape.
    fn plain(&mut self) -> Read<&'a str> {
        let start = self.at;
        self.at += plain_len(self.rest());
        match self.peek() {
            Some(b'"' | b'\\') => Ok(&self.text[start..self.at]),
            _ => Err(Refusal::NotJson),
        }
    }

    /// The character of an escape, after its backslash.
    fn escaped(&mut self) -> Read<char> {
        let letter = self.peek().ok_or(Refusal::NotJson)?;
        self.at += 1;
        match letter {
            b'"' | b'\\' | b'/' => Ok(char::from(letter)),
            b'b' => Ok('\u{8}'),
            b'f' => Ok('\u{c}'),
            b'n' => Ok('\n'),
            b'r' => Ok('\r'),
            b't' => Ok('\t'),
            b'u' => self.escaped_unit(),
            _ => Err(Refusal::NotJson),
        }
    }

    /// One UTF-16 unit in four digits, or a pair of them; half a pair is no character.
    fn escaped_unit(&mut self) -> Read<char> {
        let first = self.unit()?;
        let second = if (0xd800..0xdc00).contains(&first) {
            self.expect(b'\\')?;
            self.expect(b'u')?;
            Some(self.unit()?)
        } else {
            None
        };
        let mut characters = char::decode_utf16([first].into_iter().chain(second));
        match (characters.next(), characters.next()) {
            (Some(Ok(character)), None) => Ok(character),
            _ => Err(Refusal::NotJson),
        }
    }

    fn unit(&mut self) -> Read<u16> {
        let digits = self.rest().get(..4).ok_or(Refusal::NotJson)?;
        self.at += digits.len();
        digits.iter().try_fold(0, |unit, digit| {
            let value = char::from(*digit).to_digit(16).ok_or(Refusal::NotJson)?;
            Ok(unit << 4 | value as u16)
        })
    }

    fn word(&mut self, word: &str, value: Value<'a>) -> Read<Value<'a>> {
        if !self.rest().starts_with(word.as_bytes()) {
            return Err(Refusal::NotJson);
        }
        self.at += word.len();
        Ok(value)
    }

    fn skip_white_space(&mut self) {
        while self.peek().is_some_and(is_white_space) {
            self.at += 1;
        }
    }

    fn expect(&mut self, byte: u8) -> Read<()> {
        if self.skip(byte) { Ok(()) } else { Err(Refusal::NotJson) }
    }

    fn skip(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn rest(&self) -> &'a [u8] {
        &self.text.as_bytes()[self.at..]
    }
}

fn is_white_space(byte: u8) -> bool {
    byte <= b' ' && matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}

/// The names of one object, to notice one that stands twice.
#[derive(Default)]
struct Names<'a> {
    marks: u64,
    set: HashSet<Cow<'a, str>>,
}

impl<'a> Names<'a> {
    /// Whether the last member has the name of one before it.
    fn hold_last_of(&mut self, members: &Members<'a>) -> bool {
        let Some(((name, _), before)) = members.split_last() else { return false };
        if before.len() < SMALL_OBJECT {
            let mark = mark(name);
            let perhaps = self.marks & mark != 0;
            self.marks |= mark;
            return perhaps && before.iter().any(|(member, _)| same(member, name));
        }
        if self.set.is_empty() {
            self.set.extend(before.iter().map(|(member, _)| member.clone()));
        }
        !self.set.insert(name.clone())
    }
}

/// One bit of 64: names with different ones differ. The claims of a CIS2 token have one each, but for a few.
fn mark(name: &str) -> u64 {
    let [first, second, .., last] = *name.as_bytes() else { return 1 };
    let sum = usize::from(first) + usize::from(second) + 7 * (usize::from(last) + name.len());
    1 << (sum % 64)
}

/// How many bytes stand before the first quotation mark, backslash or control character; eight are looked at at once.
fn plain_len(bytes: &[u8]) -> usize {
    let (words, rest) = bytes.as_chunks::<8>();
    for (index, word) in words.iter().enumerate() {
        let special = special_bytes(u64::from_le_bytes(*word));
        if special != 0 {
            return index * 8 + special.trailing_zeros() as usize / 8;
        }
    }
    let is_plain = |byte: &&u8| !matches!(byte, b'"' | b'\\' | ..0x20);
    words.len() * 8 + rest.iter().take_while(is_plain).count()
}

/// The highest bit of the first byte that is a quotation mark, a backslash or a control character. Bits of later bytes say
/// nothing: what a subtraction borrows reaches them.
fn special_bytes(word: u64) -> u64 {
    const EACH: u64 = u64::MAX / 0xff;
    let below = |word: u64, limit: u8| word.wrapping_sub(EACH * u64::from(limit)) & !word;
    let equal = |byte: u8| below(word ^ (EACH * u64::from(byte)), 1);
    (below(word, 0x20) | equal(b'"') | equal(b'\\')) & (EACH << 7)
}
