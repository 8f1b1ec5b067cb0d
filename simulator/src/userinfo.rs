//! The userinfo endpoint: who the person of an access token is, as far as the scope goes.

use crate::Shared;
use crate::form::Parameters;
use crate::reply::Reply;
use crate::routes::Asked;
use crate::state::TOKEN_LIFE_S;
use crate::strict::{Judged, refuse, table};

/// Answers a userinfo request.
pub(crate) fn answer(shared: &Shared, asked: &Asked, now: i64) -> Reply {
    match claims(shared, asked, now) {
        Ok(claims) => Reply::json(200, &claims),
        Err(refusal) => Reply::refused(refusal),
    }
}

fn claims(shared: &Shared, asked: &Asked, now: i64) -> Judged<serde_json::Value> {
    if Parameters::parse(asked.query.as_bytes()).get("access_token").is_some() {
        return Err(refuse(table::TOKEN_IN_URL, "it in the address"));
    }
    let header = asked.authorization.as_deref().ok_or_else(|| refuse(table::TOKEN_MISSING, "no such header"))?;
    let token = match header.split_once(' ') {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("Bearer") => token.trim(),
        _ => return Err(refuse(table::TOKEN_MISSING, "the header with another scheme")),
    };
    let memory = shared.state.lock();
    let Some(session) = memory.sessions.get(token) else {
        let found = if token.starts_with("eyJ") { "a JWT, so perhaps the ID token" } else { "one that is not known" };
        return Err(refuse(table::TOKEN_UNKNOWN, found));
    };
    if session.is_dead {
        return Err(refuse(table::TOKEN_UNKNOWN, "one that died when its code came a second time"));
    }
    let age = now - session.issued_at;
    if age > TOKEN_LIFE_S {
        return Err(refuse(table::TOKEN_EXPIRED, format!("one of {age} s")));
    }
    Ok(session.person.userinfo(&session.scope))
}
