//! An answer before it becomes HTTP, with the refusal that it stands for, if any.

use serde_json::{Value, json};

use crate::strict::Refusal;

/// What goes back to whoever asked. No `Debug`: tokens and codes go out in it.
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
        Self::new(302, "text/plain;charset=UTF-8", String::new()).with("Location", &location)
    }

    /// The answer of a refusal, in CIS2's form: the description first.
    pub(crate) fn refused(refusal: Refusal) -> Self {
        let answer = refusal.rule.answer;
        let body = json!({"error_description": refusal.description(), "error": answer.error});
        let reply = Self::json(answer.status, &body).noting(refusal);
        match answer.status {
            401 => reply.with("WWW-Authenticate", &format!("Bearer realm=\"NHSIdentity\", error=\"{}\"", answer.error)),
            _ => reply,
        }
    }

    /// With a further header.
    pub(crate) fn with(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }

    /// Standing for this refusal.
    pub(crate) fn noting(mut self, refusal: Refusal) -> Self {
        self.refusal = Some(refusal);
        self
    }

    fn new(status: u16, content_type: &'static str, body: String) -> Self {
        Self { status, content_type, headers: Vec::new(), body, refusal: None }
    }
}
