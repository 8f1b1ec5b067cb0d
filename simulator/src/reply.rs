//! An answer before it becomes HTTP, with the refusal that it stands for, if any.

use serde_json::Value;

use crate::strict::Refusal;

/// What goes back to whoever asked.
pub(crate) struct Reply {
    pub status: u16,
    pub content_type: &'static str,
    pub headers: Vec<(&'static str, String)>,
    pub body: String,
    pub refusal: Option<Refusal>,
}

impl Reply {
    pub(crate) fn json(status: u16, value: &Value) -> Self {
        Self::new(status, "application/json;charset=UTF-8", value.to_string())
    }

    pub(crate) fn page(status: u16, body: String) -> Self {
        Self::new(status, "text/html; charset=utf-8", body)
    }

    pub(crate) fn redirect(location: String) -> Self {
        let mut reply = Self::new(302, "text/plain", String::new());
        reply.headers.push(("Location", location));
        reply
    }

    /// The answer of a refusal, in CIS2's form: the description first.
    pub(crate) fn refused(refusal: Refusal) -> Self {
        let rule = refusal.rule;
        let mut value = serde_json::Map::new();
        value.insert("error_description".to_owned(), rule.description.into());
        value.insert("error".to_owned(), rule.error.into());
        let mut reply = Self::json(rule.status, &Value::Object(value));
        if rule.status == 401 {
            reply.headers.push(("WWW-Authenticate", format!("Bearer realm=\"simulator\", error=\"{}\"", rule.error)));
        }
        if rule.status == 405 {
            reply.headers.push(("Allow", "POST".to_owned()));
        }
        reply.noting(refusal)
    }

    pub(crate) fn noting(mut self, refusal: Refusal) -> Self {
        self.refusal = Some(refusal);
        self
    }

    fn new(status: u16, content_type: &'static str, body: String) -> Self {
        Self { status, content_type, headers: Vec::new(), body, refusal: None }
    }
}
