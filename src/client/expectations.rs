//! The expectations for an ID token that came another way than by a flow, as JSON.

use crate::clock::Timestamp;
use crate::error::{Error, Result, Status};
use crate::flow::relying_party::RelyingParty;
use crate::http::printable;
use crate::identity::Expectations;
use crate::jose::json::{Object, Value};
use crate::secret::SecretText;

const MEMBERS: &[&str] = &["access_token", "acr_values", "login_asked_at", "max_age_s", "max_issue_age_s", "nonce"];

/// What the caller wants of the token.
pub(super) struct Wanted {
    nonce: Option<SecretText>,
    access_token: Option<SecretText>,
    acr_values: Option<String>,
    max_age_s: Option<u32>,
    max_issue_age_s: Option<u32>,
    login_asked_at: Option<Timestamp>,
}

impl Wanted {
    pub(super) fn read(json: &str) -> Result<Self> {
        let object = Object::parse(json.as_bytes()).map_err(|_| invalid("a JSON object of expectations".to_owned()))?;
        if object.has_repeated_member() {
            return Err(invalid("expectations that name no member twice".to_owned()));
        }
        if let Some(name) = object.names().find(|name| !MEMBERS.contains(name)) {
            return Err(invalid(format!("expectations among {}", MEMBERS.join(", "))).found(printable(name, 40)));
        }
        // Leaving the nonce out must be said: forgetting it would leave the check out in silence.
        if object.get("nonce").is_none() {
            return Err(invalid("the member nonce: the text that was sent, or null if none was".to_owned()));
        }
        let text = |name: &str| match object.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) if !text.is_empty() => Ok(Some(text.to_string())),
            Some(_) => Err(invalid(format!("{name} to be a text that is not empty"))),
        };
        let number = |name: &str| match object.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::Integer(number)) if *number >= 0 => Ok(Some(*number)),
            Some(_) => Err(invalid(format!("{name} to be a number of seconds"))),
        };
        let seconds = |name: &str| -> Result<Option<u32>> {
            number(name)?
                .map(|number| u32::try_from(number).map_err(|_| invalid(format!("{name} to be a number of seconds"))))
                .transpose()
        };
        Ok(Self {
            nonce: text("nonce")?.map(SecretText::new),
            access_token: text("access_token")?.map(SecretText::new),
            acr_values: text("acr_values")?,
            max_age_s: seconds("max_age_s")?,
            max_issue_age_s: seconds("max_issue_age_s")?,
            login_asked_at: number("login_asked_at")?.map(Timestamp::from_unix_s),
        })
    }

    pub(super) fn expectations<'a>(&'a self, party: &'a RelyingParty, now: Timestamp) -> Result<Expectations<'a>> {
        let required_level = party.platform.required_level(self.acr_values.as_deref())?.unwrap_or(party.default_level);
        Ok(Expectations {
            issuer: &party.platform.issuer,
            client_id: &party.client_id,
            algorithm: party.id_token_algorithm,
            nonce: self.nonce.as_ref(),
            access_token: self.access_token.as_ref().map(SecretText::expose),
            max_age_s: self.max_age_s,
            login_asked_at: self.login_asked_at,
            required_level,
            acr_levels: &party.platform.acr_levels,
            clock_skew_s: i64::from(party.clock_skew_s),
            oldest_issue_s: self.max_issue_age_s.map(i64::from),
            now,
        })
    }
}

fn invalid(expected: String) -> Error {
    Error::new(Status::InvalidArgument).expected(expected)
}
