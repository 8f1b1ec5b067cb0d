//! The authorization endpoint: checks the request as AM does, lets a person pick who they are (or a parameter do it), and
//! goes back to the client with a code.

use crate::clients::Client;
use crate::form::{self, Parameters};
use crate::pages;
use crate::people::{PEOPLE, Person};
use crate::random;
use crate::reply::Reply;
use crate::state::{CODE_LIFE_S, Grant};
use crate::strict::{Refusal, refuse};
use crate::{Shared, assertion};

/// The lowest level that satisfies each class.
pub(crate) const ACR_LEVELS: &[(&str, u8)] = &[
    ("AAL1_USERPASS", 1),
    ("AAL2_ANY", 2),
    ("AAL2_NHSMAIL", 2),
    ("AAL2_OR_AAL3_ANY", 2),
    ("AAL2_TOTP", 2),
    ("AAL3_ANY", 3),
    ("AAL3_CIS2_SMARTCARD", 3),
    ("AAL3_FIDO2", 3),
    ("AAL3_IOS", 3),
    ("AAL3_N3_SMARTCARD", 3),
    ("AAL3_SMARTCARD", 3),
];
/// What must be reached when no class is asked for.
const DEFAULT_LEVEL: u8 = 3;

/// Answers an authorization request.
pub(crate) fn answer(shared: &Shared, clients: &[Client], query: &str, now: i64) -> Reply {
    let parameters = Parameters::parse(query.as_bytes());
    let client = match known_client(&parameters, clients) {
        Ok(client) => client,
        // Without a redirect URI that belongs to the client there is nobody to go back to.
        Err(refusal) => return Reply::page(refusal.rule.status, pages::refusal(&refusal)).noting(refusal),
    };
    let redirect_uri = parameters.get("redirect_uri").unwrap_or_default();
    match decide(&parameters, client, now) {
        Ok(Decision::Ask) => Reply::page(200, pages::people(&parameters, &client.client_id)),
        Ok(Decision::Grant(grant)) => {
            let code = random::text(20);
            let state = parameters.get("state");
            let mut pairs = vec![("code", code.as_str()), ("iss", shared.urls.issuer.as_str())];
            pairs.extend(state.map(|state| ("state", state)));
            pairs.extend([("client_id", client.client_id.as_str()), ("scope", grant.scope.as_str())]);
            let location = redirect(redirect_uri, &pairs);
            let mut memory = shared.state.lock();
            memory.tidy(now);
            memory.codes.insert(code, *grant);
            Reply::redirect(location)
        }
        Err(refusal) => {
            let mut pairs = vec![("error_description", refusal.rule.description), ("error", refusal.rule.error)];
            pairs.extend(parameters.get("state").map(|state| ("state", state)));
            Reply::redirect(redirect(redirect_uri, &pairs)).noting(refusal)
        }
    }
}

enum Decision {
    Ask,
    Grant(Box<Grant>),
}

fn known_client<'c>(parameters: &Parameters, clients: &'c [Client]) -> Result<&'c Client, Refusal> {
    let id = parameters.get("client_id").unwrap_or_default();
    let client = clients.iter().find(|client| client.client_id == id).ok_or_else(|| {
        refuse("client_unknown", format!("client_id must be one of the client file, and is {}", assertion::shown(id)))
    })?;
    let redirect_uri = parameters.get("redirect_uri").unwrap_or_default();
    if !client.knows_redirect(redirect_uri) {
        return Err(refuse(
            "redirect_uri_unregistered",
            format!(
                "redirect_uri must be registered, byte for byte ({}), and is {}",
                client.redirect_uris.join(", "),
                assertion::shown(redirect_uri)
            ),
        ));
    }
    Ok(client)
}

fn decide(parameters: &Parameters, client: &Client, now: i64) -> Result<Decision, Refusal> {
    if let Some(name) = parameters.repeated() {
        return Err(refuse("request_malformed", format!("the parameter {} stands twice", assertion::shown(name))));
    }
    let response_type = parameters.get("response_type").unwrap_or_default();
    if response_type != "code" {
        return Err(refuse(
            "response_type_wrong",
            format!("response_type must be code, and is {}", assertion::shown(response_type)),
        ));
    }
    let scope = parameters.get("scope").unwrap_or_default();
    if !scope.split_ascii_whitespace().any(|word| word == "openid") {
        return Err(refuse(
            "scope_without_openid",
            format!("scope must hold openid (not oidc), and is {}", assertion::shown(scope)),
        ));
    }
    let challenge = match (parameters.get("code_challenge"), parameters.get("code_challenge_method").unwrap_or("plain"))
    {
        (None, _) => None,
        (Some(challenge), method @ ("S256" | "plain")) => Some((method.to_owned(), challenge.to_owned())),
        (Some(_), other) => {
            return Err(refuse(
                "challenge_method_unknown",
                format!("code_challenge_method must be S256, and is {}", assertion::shown(other)),
            ));
        }
    };
    if parameters.get("prompt") == Some("none") {
        return Err(refuse("login_required", "prompt=none needs a session, and the simulator keeps none"));
    }
    let required = required_level(parameters.get("acr_values"))?;
    let Some(name) = parameters.get("simulator_person") else { return Ok(Decision::Ask) };
    let person = Person::named(name).ok_or_else(|| {
        let names: Vec<&str> = PEOPLE.iter().map(|person| person.name).collect();
        refuse(
            "person_unknown",
            format!("simulator_person must be one of {}, and is {}", names.join(", "), assertion::shown(name)),
        )
    })?;
    if person.level < required {
        return Err(refuse(
            "acr_not_reached",
            format!("level {required} is asked for, and {} reaches level {}", person.name, person.level),
        ));
    }
    Ok(Decision::Grant(Box::new(Grant {
        client_id: client.client_id.clone(),
        redirect_uri: parameters.get("redirect_uri").unwrap_or_default().to_owned(),
        scope: scope.to_owned(),
        nonce: parameters.get("nonce").map(str::to_owned),
        state: parameters.get("state").map(str::to_owned),
        challenge,
        person,
        role: role(parameters, person, scope)?,
        acr: if person.level == 3 { "AAL3_ANY" } else { "AAL2_ANY" },
        issued_at: now,
        used: false,
    })))
}

fn required_level(acr_values: Option<&str>) -> Result<u8, Refusal> {
    let mut lowest = None;
    for class in acr_values.unwrap_or_default().split_ascii_whitespace() {
        let level = ACR_LEVELS.iter().find(|(name, _)| *name == class).map(|(_, level)| *level).ok_or_else(|| {
            refuse(
                "acr_unknown",
                format!("acr_values names a class that CIS2 was never seen to know: {}", assertion::shown(class)),
            )
        })?;
        lowest = Some(lowest.map_or(level, |lowest: u8| lowest.min(level)));
    }
    Ok(lowest.unwrap_or(DEFAULT_LEVEL))
}

fn role(parameters: &Parameters, person: &'static Person, scope: &str) -> Result<Option<&'static str>, Refusal> {
    if !scope.split_ascii_whitespace().any(|word| word == "selectedrole") {
        return Ok(None);
    }
    match parameters.get("simulator_role") {
        None => Ok(person.roles.first().map(|role| role.id)),
        Some(id) => {
            person.roles.iter().find(|role| role.id == id).map(|role| Some(role.id)).ok_or_else(|| {
                refuse("person_unknown", format!("{} has no role {}", person.name, assertion::shown(id)))
            })
        }
    }
}

fn redirect(redirect_uri: &str, pairs: &[(&str, &str)]) -> String {
    let separator = if redirect_uri.contains('?') { '&' } else { '?' };
    format!("{redirect_uri}{separator}{}", form::encode(pairs))
}

/// Whether a code is still good.
pub(crate) fn is_expired(grant: &Grant, now: i64) -> bool {
    now - grant.issued_at > CODE_LIFE_S
}
