//! The authorization endpoint: checks the request as AM does, lets a person pick who they are (or a parameter do it), and
//! goes back to the client with a code.

use crate::clients::Client;
use crate::form::{self, Parameters, has_word};
use crate::people::{Person, Role};
use crate::reply::Reply;
use crate::routes::Asked;
use crate::state::{Challenge, Grant};
use crate::strict::{Judged, Refusal, refuse, shown, table};
use crate::{Shared, pages, random};

/// Each class that `acr_values` may name, with the lowest level that satisfies it.
pub(crate) const ACR_CLASSES: &[(&str, u8)] = &[
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
const DEFAULT_CLASS: &str = "AAL3_ANY";
/// The scopes that CIS2 was seen to know.
pub(crate) const SCOPES: &[&str] = &[
    "associatedorgs",
    "changedrole",
    "email",
    "nationalrbacaccess",
    "nhsperson",
    "openid",
    "organisationalmemberships",
    "professionalmemberships",
    "profile",
    "selectedrole",
];
/// Length of a `code_verifier`, and so of a plain challenge (RFC 7636 §4.1).
const VERIFIER_CHARS: std::ops::RangeInclusive<usize> = 43..=128;

/// Answers an authorization request.
pub(crate) fn answer(shared: &Shared, clients: &[Client], asked: &Asked, now: i64) -> Reply {
    let parameters = Parameters::parse(asked.query.as_bytes());
    let client = match known_client(&parameters, clients) {
        Ok(client) => client,
        // Without a redirect URI that belongs to the client there is nobody to go back to.
        Err(refusal) => return Reply::page(refusal.rule.answer.status, pages::refusal(&refusal)).noting(refusal),
    };
    let redirect_uri = parameters.get("redirect_uri").unwrap_or_default();
    match decide(&parameters, client, now) {
        Ok(Decision::Ask) => Reply::page(200, pages::people(&parameters, &client.client_id)),
        Ok(Decision::Grant(grant)) => {
            let code = random::text(20);
            let mut pairs = vec![("code", code.as_str()), ("iss", shared.addresses.issuer())];
            pairs.extend(parameters.get("state").map(|state| ("state", state)));
            // AM's extras.
            pairs.extend([("client_id", client.client_id.as_str()), ("scope", grant.scope.as_str())]);
            let location = redirect(redirect_uri, &pairs);
            let mut memory = shared.state.lock();
            memory.tidy(now);
            memory.codes.insert(code, *grant);
            Reply::redirect(location)
        }
        Err(refusal) => {
            let description = refusal.description();
            let mut pairs = vec![("error_description", description.as_str()), ("error", refusal.rule.answer.error)];
            // RFC 9207 §2: errors say who speaks, too.
            pairs.push(("iss", shared.addresses.issuer()));
            pairs.extend(parameters.get("state").map(|state| ("state", state)));
            Reply::redirect(redirect(redirect_uri, &pairs)).noting(refusal)
        }
    }
}

enum Decision {
    Ask,
    Grant(Box<Grant>),
}

fn known_client<'c>(parameters: &Parameters, clients: &'c [Client]) -> Judged<&'c Client> {
    if let Some(name) = parameters.repeated() {
        return Err(refuse(table::AUTHORIZE_REPEATED, format!("{} more than once", shown::text(name))));
    }
    let id = parameters.get("client_id").unwrap_or_default();
    let client = clients.iter().find(|client| client.client_id == id);
    let client = client.ok_or_else(|| refuse(table::CLIENT_UNKNOWN, shown::quoted(id)))?;
    let redirect_uri = parameters.get("redirect_uri").unwrap_or_default();
    if !client.knows_redirect(redirect_uri) {
        let found = format!("{}; registered is: {}", shown::address(redirect_uri), client.redirect_uris.join(", "));
        return Err(refuse(table::REDIRECT_URI_UNREGISTERED, found));
    }
    Ok(client)
}

fn decide(parameters: &Parameters, client: &Client, now: i64) -> Judged<Decision> {
    let scope = check_request(parameters)?;
    let challenge = challenge(parameters)?;
    if parameters.get("prompt").is_some_and(|prompt| has_word(prompt, "none")) {
        return Err(refuse(table::LOGIN_REQUIRED, "prompt=none"));
    }
    if parameters.get("simulator_cancel").is_some() {
        return Err(refuse(table::SIGN_IN_CANCELLED, "one who cancelled"));
    }
    let Some(name) = parameters.get("simulator_person") else { return Ok(Decision::Ask) };
    let person = Person::named(name).ok_or_else(|| refuse(table::PERSON_UNKNOWN, shown::quoted(name)))?;
    let acr = satisfied(parameters.filled("acr_values").unwrap_or(DEFAULT_CLASS), person)?;
    Ok(Decision::Grant(Box::new(Grant {
        client_id: client.client_id.clone(),
        redirect_uri: parameters.get("redirect_uri").unwrap_or_default().to_owned(),
        scope: scope.to_owned(),
        nonce: parameters.get("nonce").map(str::to_owned),
        state: parameters.get("state").map(str::to_owned),
        challenge,
        person,
        role: picked_role(parameters, person, scope)?,
        acr,
        issued_at: now,
        used: false,
    })))
}

/// The plain parameters; gives the scope.
fn check_request(parameters: &Parameters) -> Judged<&str> {
    let found = |name: &str| parameters.filled(name).map_or_else(|| "none".to_owned(), shown::quoted);
    if parameters.get("response_type") != Some("code") {
        return Err(refuse(table::RESPONSE_TYPE_WRONG, found("response_type")));
    }
    if parameters.filled("response_mode").is_some_and(|mode| mode != "query") {
        return Err(refuse(table::RESPONSE_MODE_WRONG, found("response_mode")));
    }
    let scope = parameters.get("scope").unwrap_or_default();
    if !has_word(scope, "openid") {
        return Err(refuse(table::SCOPE_WITHOUT_OPENID, found("scope")).naming(scope));
    }
    if let Some(unknown) = scope.split_ascii_whitespace().find(|word| !SCOPES.contains(word)) {
        return Err(refuse(table::SCOPE_UNKNOWN, shown::quoted(unknown)).naming(unknown));
    }
    if parameters.filled("max_age").is_some_and(|age| age.parse::<u32>().is_err()) {
        return Err(refuse(table::MAX_AGE_WRONG, found("max_age")));
    }
    Ok(scope)
}

/// The PKCE challenge, whose form is checked here: with a bad one no verifier could ever fit. Its value is never repeated.
fn challenge(parameters: &Parameters) -> Judged<Option<Challenge>> {
    let method = parameters.filled("code_challenge_method");
    let Some(challenge) = parameters.get("code_challenge") else {
        return match method {
            None => Ok(None),
            Some(_) => Err(refuse(table::CHALLENGE_UNUSABLE, "a method without a challenge")),
        };
    };
    let count = challenge.chars().count();
    let is_text = challenge.chars().all(|c| c.is_ascii_alphanumeric() || "-._~".contains(c));
    match method.unwrap_or("plain") {
        "S256" if is_text && count == 43 => Ok(Some(Challenge::S256(challenge.to_owned()))),
        "plain" if is_text && VERIFIER_CHARS.contains(&count) => Ok(Some(Challenge::Plain(challenge.to_owned()))),
        method @ ("S256" | "plain") => {
            let form = if is_text { "" } else { " with others than A-Z a-z 0-9 - . _ ~" };
            Err(refuse(table::CHALLENGE_UNUSABLE, format!("a {method} challenge of {count} characters{form}")))
        }
        other => Err(refuse(table::CHALLENGE_UNUSABLE, format!("the method {}", shown::text(other)))),
    }
}

/// The first class asked for that this person satisfies, as the ID token will say it.
fn satisfied(asked: &str, person: &Person) -> Judged<&'static str> {
    for asked in asked.split_ascii_whitespace() {
        let Some((class, level)) = ACR_CLASSES.iter().find(|(class, _)| *class == asked) else { continue };
        if person.level < *level || !authenticator_fits(class, person.authenticator) {
            continue;
        }
        // One who was asked for "any" is told which level was reached, not which class was asked for.
        return Ok(match (class.ends_with("_ANY"), person.level) {
            (true, 3) => "AAL3_ANY",
            (true, _) => "AAL2_ANY",
            (false, _) => class,
        });
    }
    let found = format!(
        "acr_values {}, and {} with {} (AAL{})",
        shown::text(asked),
        person.name,
        person.authenticator,
        person.level
    );
    Err(refuse(table::ACR_NOT_REACHED, found))
}

/// A class that names one authenticator is satisfied by that one alone.
fn authenticator_fits(class: &str, authenticator: &str) -> bool {
    match class.split_once('_').map(|(_, rest)| rest) {
        Some("USERPASS") => true,
        Some("SMARTCARD") => authenticator.ends_with("SMARTCARD"),
        Some(rest) => rest.ends_with("ANY") || rest == authenticator,
        None => false,
    }
}

/// The role for the ID token: the one picked, or the first, if the scope asks for one and the person has one.
fn picked_role(parameters: &Parameters, person: &'static Person, scope: &str) -> Result<Option<&'static str>, Refusal> {
    let picked = parameters.get("simulator_role");
    let role: Option<&Role> = match picked {
        None => person.roles.first(),
        Some(id) => Some(person.roles.iter().find(|role| role.id == id).ok_or_else(|| {
            let roles: Vec<&str> = person.roles.iter().map(|role| role.id).collect();
            let found = format!("the role {}, and {} has: {}", shown::text(id), person.name, roles.join(", "));
            refuse(table::PERSON_UNKNOWN, found)
        })?),
    };
    Ok(role.filter(|_| has_word(scope, "selectedrole")).map(|role| role.id))
}

fn redirect(redirect_uri: &str, pairs: &[(&str, &str)]) -> String {
    let separator = if redirect_uri.contains('?') { '&' } else { '?' };
    format!("{redirect_uri}{separator}{}", form::encode(pairs))
}
