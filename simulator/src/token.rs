//! The token endpoint: judges the request, the client and the grant, in AM's order, and issues tokens once.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::assertion::{Assertion, shown};
use crate::clients::Client;
use crate::form::Parameters;
use crate::reply::Reply;
use crate::routes::Asked;
use crate::state::{Grant, Session, TOKEN_LIFE_S};
use crate::strict::{Refusal, refuse};
use crate::{Shared, authorize, jwks, random};

const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

type Judged<T> = Result<T, Refusal>;

/// Answers a token request.
pub(crate) async fn answer(shared: &Shared, clients: &[Client], asked: &Asked, now: i64) -> Reply {
    match exchange(shared, clients, asked, now).await {
        Ok(tokens) => {
            let mut reply = Reply::json(200, &tokens);
            reply.headers.extend([("Cache-Control", "no-store".to_owned()), ("Pragma", "no-cache".to_owned())]);
            reply
        }
        Err(refusal) => Reply::refused(refusal),
    }
}

async fn exchange(shared: &Shared, clients: &[Client], asked: &Asked, now: i64) -> Judged<Value> {
    let form = form(asked)?;
    let (client, jti) = client(shared, clients, &form, asked, now).await?;
    if !shared.state.lock().spend_jti(&client.client_id, &jti, now) {
        return Err(refuse(
            "jti_reused",
            "jti must be new for each request; this one was here before: the same assertion was sent twice",
        ));
    }
    let (code, grant) = grant(shared, client, &form, now)?;
    let access_token = random::text(20);
    let id_token = shared
        .issuer
        .id_token(&shared.urls.issuer, &grant, &code, &access_token, now)
        .map_err(|error| refuse("request_malformed", error.to_string()))?;
    let session = Session { code, person: grant.person, scope: grant.scope.clone(), issued_at: now };
    shared.state.lock().sessions.insert(access_token.clone(), session);
    Ok(json!({
        "access_token": access_token,
        "scope": grant.scope,
        "id_token": id_token,
        "token_type": "Bearer",
        "expires_in": TOKEN_LIFE_S,
    }))
}

fn form(asked: &Asked) -> Judged<Parameters> {
    if asked.method != "POST" {
        return Err(refuse(
            "method_wrong",
            format!("the token endpoint takes POST; this was {}", shown(&asked.method)),
        ));
    }
    let content_type = asked.content_type.as_deref().unwrap_or("none");
    if !content_type.to_ascii_lowercase().starts_with("application/x-www-form-urlencoded") {
        return Err(refuse(
            "content_type_wrong",
            format!("the body must be application/x-www-form-urlencoded, and is {}", shown(content_type)),
        ));
    }
    let form = Parameters::parse(&asked.body);
    if let Some(name) = form.repeated() {
        return Err(refuse("parameters_repeated", format!("the parameter {} stands twice", shown(name))));
    }
    match form.get("grant_type") {
        Some("authorization_code") => Ok(form),
        found => Err(refuse(
            "grant_type_wrong",
            format!("grant_type must be authorization_code, and is {}", shown(found.unwrap_or("missing"))),
        )),
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
    let found = form.get("client_assertion_type").unwrap_or("missing");
    if found != ASSERTION_TYPE {
        return Err(refuse(
            "assertion_type_wrong",
            format!(
                "client_assertion_type must be {ASSERTION_TYPE}, and is {}: AM then looks for a secret",
                shown(found)
            ),
        ));
    }
    let text = form.get("client_assertion").filter(|text| !text.is_empty());
    let assertion =
        Assertion::parse(text.ok_or_else(|| refuse("assertion_missing", "client_assertion must be there"))?)?;
    assertion.check_types()?;
    let client = assertion.client(clients, form.get("client_id"))?;
    assertion.check_not_long_expired(now)?;
    assertion.check_algorithm(client)?;
    assertion.check_signature(client, &jwks::of(client).await?)?;
    assertion.check_times(now)?;
    assertion.check_presence()?;
    if asked.has_authorization {
        return Err(refuse(
            "second_authorization",
            "one method of client authentication is allowed; an Authorization header stands beside the assertion",
        ));
    }
    if form.get("client_secret").is_some() {
        return Err(refuse(
            "secret_beside_assertion",
            "one method of client authentication is allowed; a client_secret stands beside the assertion",
        ));
    }
    assertion.check_audience(&shared.urls)?;
    Ok((client, assertion.jti().to_owned()))
}

/// Redeems the code, once.
fn grant(shared: &Shared, client: &Client, form: &Parameters, now: i64) -> Judged<(String, Grant)> {
    let code =
        form.get("code").filter(|code| !code.is_empty()).ok_or_else(|| refuse("code_missing", "code must be there"))?;
    let redirect_uri =
        form.get("redirect_uri").ok_or_else(|| refuse("redirect_uri_missing", "redirect_uri must be there"))?;
    let mut memory = shared.state.lock();
    let Some(grant) = memory.codes.get_mut(code) else {
        return Err(refuse(
            "code_unknown",
            "code must be one that this server issued; it may be cut off or decoded twice",
        ));
    };
    if grant.used {
        // AM takes back what was issued for a code that comes again.
        let before = memory.sessions.len();
        memory.sessions.retain(|_, session| session.code != code);
        let died = before - memory.sessions.len();
        return Err(refuse(
            "code_used",
            format!("a code is good once; this one came again, and {died} of its tokens died"),
        ));
    }
    if grant.client_id != client.client_id {
        return Err(refuse("code_of_other_client", "the code was issued to another client"));
    }
    if grant.redirect_uri != redirect_uri {
        return Err(refuse(
            "redirect_uri_wrong",
            format!(
                "redirect_uri must be that of the authorization request, {}, and is {}",
                shown(&grant.redirect_uri),
                shown(redirect_uri)
            ),
        ));
    }
    if authorize::is_expired(grant, now) {
        return Err(refuse("code_expired", format!("the code was issued {} s ago", now - grant.issued_at)));
    }
    check_verifier(grant, form.get("code_verifier"))?;
    grant.used = true;
    Ok((code.to_owned(), grant.clone()))
}

fn check_verifier(grant: &Grant, verifier: Option<&str>) -> Judged<()> {
    let (challenge, verifier) = match (&grant.challenge, verifier) {
        (None, None) => return Ok(()),
        (None, Some(_)) => {
            return Err(refuse("verifier_without_challenge", "no code_challenge was sent, and a code_verifier came"));
        }
        (Some(_), None) => {
            return Err(refuse(
                "verifier_missing",
                "a code_challenge was sent, so code_verifier must be there; was the session lost?",
            ));
        }
        (Some(challenge), Some(verifier)) => (challenge, verifier),
    };
    let made = match challenge.0.as_str() {
        "S256" => URL_SAFE_NO_PAD.encode(Sha256::digest(verifier)),
        _ => verifier.to_owned(),
    };
    if made == challenge.1 {
        Ok(())
    } else {
        Err(refuse("verifier_wrong", "code_verifier must be the one whose challenge was sent"))
    }
}
