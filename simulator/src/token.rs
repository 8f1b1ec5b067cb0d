//! The token endpoint: judges the request, the client and the grant, in AM's order, and issues tokens once.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::clients::Client;
use crate::faults::Kind;
use crate::form::Parameters;
use crate::reply::Reply;
use crate::routes::Asked;
use crate::spoilt::without_port;
use crate::state::{CODE_LIFE_S, Challenge, Grant, Session, TOKEN_LIFE_S};
use crate::strict::assertion::Assertion;
use crate::strict::{Judged, checks, key, refuse, shown, table};
use crate::tokens::sha256;
use crate::{Error, Shared, jwks, random};

const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// Answers a token request.
pub(crate) async fn answer(shared: &Shared, clients: &[Client], asked: &Asked, now: i64) -> Reply {
    let reply = match exchange(shared, clients, asked, now).await {
        Ok(Ok(tokens)) => Reply::json(200, &tokens),
        Ok(Err(error)) => {
            shared.say(&error.to_string());
            Reply::json(500, &json!({"error_description": "The tokens could not be made.", "error": "server_error"}))
        }
        Err(refusal) => Reply::refused(refusal),
    };
    reply.with("Cache-Control", "no-store").with("Pragma", "no-cache")
}

/// Judges all there is to judge. What fails after that is the simulator's own fault, and no rule's.
async fn exchange(shared: &Shared, clients: &[Client], asked: &Asked, now: i64) -> Judged<Result<Value, Error>> {
    let form = form(asked)?;
    let (client, jti) = client(shared, clients, &form, asked, now).await?;
    if !shared.state.lock().spend_jti(&client.client_id, &jti, now) {
        return Err(refuse(table::JTI_REUSED, "one that was here before: the same assertion was sent twice"));
    }
    let (code, grant) = redeem(shared, client, &form, now)?;
    let issuer = match &asked.fault {
        Some(fault) if fault.kind() == Kind::WrongIssuer => without_port(shared.addresses.issuer()),
        _ => shared.addresses.issuer().to_owned(),
    };
    Ok(issue(shared, &issuer, code, &grant, now))
}

fn issue(shared: &Shared, issuer: &str, code: String, grant: &Grant, now: i64) -> Result<Value, Error> {
    let access_token = random::text(20);
    let id_token = shared.issuer().id_token(issuer, grant, &code, &access_token, now)?;
    let session = Session { code, person: grant.person, scope: grant.scope.clone(), issued_at: now, is_dead: false };
    shared.state.lock().sessions.insert(access_token.clone(), session);
    Ok(json!({
        "access_token": access_token,
        "scope": grant.scope,
        "id_token": id_token,
        "token_type": "Bearer",
        "expires_in": TOKEN_LIFE_S,
    }))
}

/// The body, as far as it is a form with one grant.
fn form(asked: &Asked) -> Judged<Parameters> {
    let content_type = asked.content_type.as_deref().unwrap_or_default();
    // AM passes over parameters such as a charset; the API Platform does not.
    let media_type = content_type.split(';').next().unwrap_or_default().trim();
    if !media_type.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
        return Err(refuse(table::CONTENT_TYPE_WRONG, shown::quoted(content_type)));
    }
    let form = Parameters::parse(&asked.body);
    if let Some(name) = form.repeated() {
        return Err(refuse(table::PARAMETERS_REPEATED, format!("{} more than once", shown::text(name))));
    }
    match form.filled("grant_type") {
        Some("authorization_code") => Ok(form),
        None => Err(refuse(table::GRANT_TYPE_MISSING, "none")),
        Some(other) => Err(refuse(table::GRANT_TYPE_WRONG, shown::quoted(other)).naming(other)),
    }
}

/// Authenticates the client, and gives the jti to be spent.
async fn client<'c>(
    shared: &Shared,
    clients: &'c [Client],
    form: &Parameters,
    asked: &Asked,
    now: i64,
) -> Judged<(&'c Client, String)> {
    check_method(clients, form, asked)?;
    let text = form.filled("client_assertion").ok_or_else(|| refuse(table::ASSERTION_MISSING, "none"))?;
    let assertion = Assertion::parse(text)?;
    assertion.check_types()?;
    let client = checks::client(&assertion, clients, form.get("client_id"))?;
    checks::not_long_expired(&assertion, now)?;
    checks::algorithm(&assertion, client)?;
    checks::not_expired(&assertion, now)?;
    let kid = key::kid(&assertion)?;
    key::signature(&assertion, client, kid, &jwks::of(client).await?)?;
    checks::times(&assertion, now)?;
    if asked.authorization.is_some() {
        return Err(refuse(table::SECOND_AUTHORIZATION, "an Authorization header beside the assertion"));
    }
    if form.get("client_secret").is_some() {
        return Err(refuse(table::SECRET_BESIDE_ASSERTION, "a client_secret beside the assertion"));
    }
    checks::audience(&assertion, &shared.addresses)?;
    checks::has_jti(&assertion)?;
    Ok((client, assertion.jti().to_owned()))
}

/// Without the right type AM takes the request for one with a secret, which no client here is registered for.
fn check_method(clients: &[Client], form: &Parameters, asked: &Asked) -> Judged<()> {
    let kind = form.filled("client_assertion_type");
    if kind == Some(ASSERTION_TYPE) {
        return Ok(());
    }
    let has_secret = form.filled("client_secret").is_some() || asked.authorization.is_some();
    let is_registered = clients.iter().any(|client| form.get("client_id") == Some(client.client_id.as_str()));
    if kind.is_none() && form.get("client_assertion").is_none() && has_secret && is_registered {
        return Err(refuse(table::SECRET_NOT_ASSERTION, "a secret and no assertion"));
    }
    Err(refuse(table::ASSERTION_TYPE_WRONG, kind.map_or_else(|| "none".to_owned(), shown::quoted)))
}

/// Redeems the code, once.
fn redeem(shared: &Shared, client: &Client, form: &Parameters, now: i64) -> Judged<(String, Grant)> {
    let code = form.filled("code").ok_or_else(|| refuse(table::CODE_MISSING, "none"))?;
    let redirect_uri = form.filled("redirect_uri").ok_or_else(|| refuse(table::REDIRECT_URI_MISSING, "none"))?;
    let verifier = form.filled("code_verifier");
    let mut memory = shared.state.lock();
    let Some(grant) = memory.codes.get(code) else {
        return Err(refuse(table::CODE_UNKNOWN, format!("another one, of {} characters", code.chars().count())));
    };
    if grant.challenge.is_some() && verifier.is_none() {
        return Err(refuse(table::VERIFIER_MISSING, "none"));
    }
    if grant.used {
        let died = memory.kill_tokens(code);
        return Err(refuse(table::CODE_USED, format!("one that was; {died} of its access tokens died of it")));
    }
    if grant.redirect_uri != redirect_uri {
        let found =
            format!("{}, and then it was {}", shown::address(redirect_uri), shown::address(&grant.redirect_uri));
        return Err(refuse(table::REDIRECT_URI_WRONG, found));
    }
    if grant.client_id != client.client_id {
        let found = format!("one that {} asked for, redeemed by {}", grant.client_id, client.client_id);
        return Err(refuse(table::CODE_OF_OTHER_CLIENT, found));
    }
    let age = now - grant.issued_at;
    if age > CODE_LIFE_S {
        return Err(refuse(table::CODE_EXPIRED, format!("one of {age} s")));
    }
    check_verifier(grant.challenge.as_ref(), verifier)?;
    let grant = grant.clone();
    if let Some(kept) = memory.codes.get_mut(code) {
        kept.used = true;
    }
    Ok((code.to_owned(), grant))
}

fn check_verifier(challenge: Option<&Challenge>, verifier: Option<&str>) -> Judged<()> {
    let fits = match (challenge, verifier) {
        (None, None) => return Ok(()),
        (None, Some(_)) => return Err(refuse(table::VERIFIER_WITHOUT_CHALLENGE, "one")),
        (Some(_), None) => return Err(refuse(table::VERIFIER_MISSING, "none")),
        (Some(Challenge::Plain(challenge)), Some(verifier)) => challenge == verifier,
        (Some(Challenge::S256(challenge)), Some(verifier)) => *challenge == URL_SAFE_NO_PAD.encode(sha256(verifier)),
    };
    if fits { Ok(()) } else { Err(refuse(table::VERIFIER_WRONG, "one that does not belong to it")) }
}
