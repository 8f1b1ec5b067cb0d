//! A client assertion taken apart: three parts of base64url, two JSON objects, no member twice, and the types that AM asks
//! for while it reads the claims. Whether what they say is right is judged in `checks`.

use std::collections::HashSet;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::{Map, Value};

use super::{Judged, refuse, shown, table};

/// An assertion taken apart. It has no `Debug`: until it expires it is a credential.
pub(crate) struct Assertion<'a> {
    /// Header and claims as they were signed.
    pub signed: &'a str,
    /// The signature, base64url.
    pub signature: &'a str,
    pub header: Map<String, Value>,
    pub claims: Map<String, Value>,
}

impl<'a> Assertion<'a> {
    pub(crate) fn parse(text: &'a str) -> Judged<Self> {
        let malformed = |found: String| refuse(table::ASSERTION_MALFORMED, found);
        let parts: Vec<&str> = text.split('.').collect();
        let ([header, claims, signature], Some((signed, _))) = (parts.as_slice(), text.rsplit_once('.')) else {
            return Err(malformed(format!("parts: {}", parts.len())));
        };
        let (header, claims) = (object(header, "header")?, object(claims, "claims")?);
        // An empty one is left to the rule for `alg: none`, which tells more.
        if URL_SAFE_NO_PAD.decode(signature).is_err() {
            return Err(malformed("a signature that is not base64url without padding".to_owned()));
        }
        Ok(Self { signed, signature, header, claims })
    }

    /// AM reads all claims at once: a time or jti of another type throws there, whatever else is right.
    pub(crate) fn check_types(&self) -> Judged<()> {
        for (name, rule) in [("exp", table::EXP_TEXT), ("iat", table::IAT_TEXT), ("nbf", table::NBF_TEXT)] {
            if let Some(value) = self.claims.get(name).filter(|value| !value.is_number()) {
                return Err(refuse(rule, shown::kind(value)));
            }
        }
        match self.claims.get("jti").filter(|value| !value.is_string()) {
            Some(value) => Err(refuse(table::JTI_NOT_TEXT, shown::kind(value))),
            None => Ok(()),
        }
    }

    /// A claim that is a text.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.claims.get(name).and_then(Value::as_str)
    }

    /// A claim that is a number of seconds. A fraction is cut; what is too large for the type becomes its end.
    pub(crate) fn seconds(&self, name: &str) -> Option<i64> {
        let value = self.claims.get(name)?;
        value.as_i64().or_else(|| value.as_f64().map(|number| number as i64))
    }

    /// The jti, which is there once the checks have passed.
    pub(crate) fn jti(&self) -> &str {
        self.text("jti").unwrap_or_default()
    }
}

/// A part of a JWT: base64url without padding, a JSON object, no member twice.
fn object(part: &str, name: &str) -> Judged<Map<String, Value>> {
    let malformed = |what: &str| refuse(table::ASSERTION_MALFORMED, format!("a {name} that is not {what}"));
    let bytes = URL_SAFE_NO_PAD.decode(part).map_err(|_| malformed("base64url without padding"))?;
    let Ok(Value::Object(object)) = serde_json::from_slice(&bytes) else { return Err(malformed("a JSON object")) };
    match repeated_member(&bytes) {
        Some(member) => {
            Err(refuse(table::ASSERTION_MEMBERS_REPEATED, format!("{} twice in the {name}", shown::text(&member))))
        }
        None => Ok(object),
    }
}

/// The first member that stands twice at the top; serde_json keeps the last one and says nothing.
fn repeated_member(json: &[u8]) -> Option<String> {
    struct Names;
    impl<'de> Visitor<'de> for Names {
        type Value = Option<String>;

        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("an object")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let (mut names, mut repeated) = (HashSet::new(), None);
            while let Some((name, _)) = map.next_entry::<String, serde::de::IgnoredAny>()? {
                if !names.insert(name.clone()) {
                    repeated.get_or_insert(name);
                }
            }
            Ok(repeated)
        }
    }
    serde_json::Deserializer::from_slice(json).deserialize_map(Names).ok().flatten()
}
