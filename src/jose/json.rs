//! Strict JSON objects (RFC 8259): whole input, UTF-8 only, bounded depth, and a repeated member is noticed, because
//! two readers of `{"sub":"a","sub":"b"}` may see two persons.

mod reader;

use std::borrow::Cow;

use reader::Reader;

/// Deepest nesting of arrays and objects.
pub const MAX_DEPTH: usize = 32;

/// Why a text is no strict JSON object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Not JSON, or not UTF-8.
    NotJson,
    /// JSON, but no object.
    NotAnObject,
    /// Nested deeper than [`MAX_DEPTH`].
    TooDeep,
}

/// A JSON object that borrows from its text.
#[derive(Debug)]
pub struct Object<'a> {
    members: Members<'a>,
    repeated: bool,
}

type Members<'a> = Vec<(Cow<'a, str>, Value<'a>)>;

/// A JSON value that borrows from its text.
#[derive(Clone, Debug, PartialEq)]
pub enum Value<'a> {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Integer(i64),
    /// Any other number.
    Float(f64),
    /// A string.
    String(Cow<'a, str>),
    /// An array.
    Array(Vec<Value<'a>>),
    /// An object.
    Object(Members<'a>),
}

impl<'a> Object<'a> {
    /// Reads a text that holds one object and nothing else. Repeated members are read too; ask
    /// [`Object::has_repeated_member`].
    pub fn parse(text: &'a [u8]) -> Result<Self, Refusal> {
        let text = std::str::from_utf8(text).map_err(|_| Refusal::NotJson)?;
        let (value, repeated) = Reader::new(text).whole()?;
        match value {
            Value::Object(members) => Ok(Self { members, repeated }),
            _ => Err(Refusal::NotAnObject),
        }
    }

    /// Whether a member stands twice, at any depth.
    pub fn has_repeated_member(&self) -> bool {
        self.repeated
    }

    /// The member of this name; of a repeated one the last, as most readers do.
    pub fn get(&self, name: &str) -> Option<&Value<'a>> {
        find(&self.members, name)
    }

    /// The string member of this name.
    pub fn str(&self, name: &str) -> Option<&str> {
        self.get(name).and_then(Value::as_str)
    }

    /// The object as a value.
    pub fn into_value(self) -> Value<'a> {
        Value::Object(self.members)
    }

    /// The names in their order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.members.iter().map(|(name, _)| name.as_ref())
    }
}

impl<'a> Value<'a> {
    /// The text of a string.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    /// The items of an array.
    pub fn as_array(&self) -> Option<&[Value<'a>]> {
        match self {
            Self::Array(items) => Some(items),
            _ => None,
        }
    }

    /// The member of an object.
    pub fn get(&self, name: &str) -> Option<&Value<'a>> {
        match self {
            Self::Object(members) => find(members, name),
            _ => None,
        }
    }

    /// The JSON type, for error texts that must not show the value.
    pub fn type_name(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "a boolean",
            Self::Integer(_) | Self::Float(_) => "a number",
            Self::String(_) => "a string",
            Self::Array(_) => "an array",
            Self::Object(_) => "an object",
        }
    }
}

fn find<'m, 'a>(members: &'m [(Cow<'a, str>, Value<'a>)], name: &str) -> Option<&'m Value<'a>> {
    members.iter().rev().find(|(member, _)| same(member, name)).map(|(_, value)| value)
}

/// Half the claims of a token have names of three letters: the last one tells most of them apart without a call.
fn same(a: &str, b: &str) -> bool {
    a.len() == b.len() && a.as_bytes().last() == b.as_bytes().last() && a == b
}

impl serde::Serialize for Value<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Bool(value) => serializer.serialize_bool(*value),
            Self::Integer(value) => serializer.serialize_i64(*value),
            Self::Float(value) => serializer.serialize_f64(*value),
            Self::String(value) => serializer.serialize_str(value),
            Self::Array(items) => serializer.collect_seq(items),
            Self::Object(members) => serializer.collect_map(members.iter().map(|(name, value)| (name, value))),
        }
    }
}
