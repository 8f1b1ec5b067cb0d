//! One function for each check, in the order of the lists in `identity`. Each knows one rule and has statuses of its
//! own. A number or a text of the wrong JSON type is refused, never read as if it were absent.

use super::Expectations;
use crate::base64url;
use crate::clock::Timestamp;
use crate::error::{Error, Result, Status};
use crate::exact;
use crate::http::printable;
use crate::jose::hash;
use crate::jose::json::{Object, Value};
use crate::jose::jws::Unverified;
use crate::secret::SecretText;

/// Longest `sub`, in characters (OIDC Core 2).
const MAX_SUBJECT_CHARS: usize = 255;
/// The last second of the year 9999: a later time is none.
const LAST_TIME_S: f64 = 253_402_300_799.0;

pub type TokenCheck = fn(&Unverified, &Expectations<'_>) -> Result<()>;
pub type ClaimCheck = fn(&Object<'_>, &Expectations<'_>) -> Result<()>;

/// RFC 7515 §2: base64url without padding, white space or other additional characters.
pub fn exact_form(token: &Unverified, _: &Expectations<'_>) -> Result<()> {
    if token.is_exact() { Ok(()) } else { Err(Error::new(Status::TokenNotExact)) }
}

/// RFC 7515 §4: the member names of a header must be unique.
pub fn header_members(token: &Unverified, _: &Expectations<'_>) -> Result<()> {
    if token.has_repeated_member() {
        Err(Error::new(Status::TokenMemberRepeated).found("one in the header"))
    } else {
        Ok(())
    }
}

/// OIDC Core 3.1.3.7, item 7: the algorithm is the registered one, never the token's choice.
pub fn algorithm(token: &Unverified, expected: &Expectations<'_>) -> Result<()> {
    let found = &token.header().alg;
    if *found == expected.algorithm.name() {
        return Ok(());
    }
    Err(Error::new(Status::AlgorithmRefused).expected(expected.algorithm.name()).found(printable(found, 40)))
}

/// RFC 8725 §3.11: a token of another kind (`at+jwt`, `logout+jwt`) is not an ID token.
pub fn typ(token: &Unverified, _: &Expectations<'_>) -> Result<()> {
    match token.header().typ.as_deref() {
        None => Ok(()),
        // RFC 7515 §4.1.9: media types have no case, and `application/` may be left out.
        Some(typ) if typ.eq_ignore_ascii_case("JWT") || typ.eq_ignore_ascii_case("application/jwt") => Ok(()),
        Some(typ) => Err(Error::new(Status::TypeRefused).expected("JWT or none").found(printable(typ, 40))),
    }
}

/// RFC 7515 §4.1.11: who does not understand an extension in `crit` must refuse; we understand none.
pub fn critical(token: &Unverified, _: &Expectations<'_>) -> Result<()> {
    if token.header().has_crit { Err(Error::new(Status::CriticalRefused)) } else { Ok(()) }
}

/// RFC 7519 §4: claim names must be unique.
pub fn members(claims: &Object<'_>, _: &Expectations<'_>) -> Result<()> {
    if claims.has_repeated_member() {
        Err(Error::new(Status::TokenMemberRepeated).found("one in the payload"))
    } else {
        Ok(())
    }
}

/// OIDC Core 3.1.3.7, item 2: byte for byte, `:443` included.
pub fn issuer(claims: &Object<'_>, expected: &Expectations<'_>) -> Result<()> {
    let wanted = expected.issuer.as_str();
    let refuse = |found: String| Err(Error::new(Status::IssuerMismatch).expected(wanted).found(found));
    match claims.get("iss") {
        Some(Value::String(found)) if found == wanted => Ok(()),
        Some(Value::String(found)) => refuse(match exact::difference(wanted, found) {
            Some(difference) => format!("{} ({difference})", printable(found, 300)),
            None => printable(found, 300),
        }),
        found => refuse(type_of(found)),
    }
}

/// OIDC Core 2: `sub` is required, a text of at most 255 ASCII characters.
pub fn subject(claims: &Object<'_>, _: &Expectations<'_>) -> Result<()> {
    let refuse = |found: String| {
        Err(Error::new(Status::SubjectMalformed).expected("1 to 255 printable ASCII characters").found(found))
    };
    match claims.get("sub") {
        Some(Value::String(sub)) if sub.is_empty() => refuse("an empty text".to_owned()),
        Some(Value::String(sub)) if sub.len() > MAX_SUBJECT_CHARS => refuse(format!("{} characters", sub.len())),
        Some(Value::String(sub)) if !sub.bytes().all(|byte| byte.is_ascii_graphic()) => {
            refuse("other characters".to_owned())
        }
        Some(Value::String(_)) => Ok(()),
        found => refuse(type_of(found)),
    }
}

/// OIDC Core 3.1.3.7, item 3: this client is an audience.
pub fn audience(claims: &Object<'_>, expected: &Expectations<'_>) -> Result<()> {
    let refuse = |found: String| Err(Error::new(Status::AudienceMismatch).expected(expected.client_id).found(found));
    match claims.get("aud") {
        Some(Value::String(found)) if found == expected.client_id => Ok(()),
        Some(Value::String(found)) => refuse(printable(found, 200)),
        Some(Value::Array(items)) if items.iter().any(|item| item.as_str() == Some(expected.client_id)) => Ok(()),
        Some(Value::Array(items)) => refuse(format!("a list of {} others", items.len())),
        found => refuse(type_of(found)),
    }
}

/// OIDC Core 3.1.3.7, item 3: no audience that this client does not trust; it trusts none but itself.
pub fn further_audiences(claims: &Object<'_>, expected: &Expectations<'_>) -> Result<()> {
    let Some(Value::Array(items)) = claims.get("aud") else { return Ok(()) };
    match items.iter().find(|item| item.as_str() != Some(expected.client_id)) {
        None => Ok(()),
        Some(other) => Err(Error::new(Status::AudienceUntrusted)
            .expected(format!("{} alone", expected.client_id))
            .found(other.as_str().map_or_else(|| other.type_name().to_owned(), |text| printable(text, 200)))),
    }
}

/// OIDC Core 3.1.3.7, item 4: several audiences need an `azp`.
pub fn authorized_party_present(claims: &Object<'_>, _: &Expectations<'_>) -> Result<()> {
    let several = matches!(claims.get("aud"), Some(Value::Array(items)) if items.len() > 1);
    if several && claims.get("azp").is_none() { Err(Error::new(Status::AuthorizedPartyMissing)) } else { Ok(()) }
}

/// OIDC Core 3.1.3.7, item 5: an `azp` is this client, with a single audience too.
pub fn authorized_party(claims: &Object<'_>, expected: &Expectations<'_>) -> Result<()> {
    match claims.get("azp") {
        None => Ok(()),
        Some(Value::String(azp)) if azp == expected.client_id => Ok(()),
        found => Err(Error::new(Status::AuthorizedPartyMismatch)
            .expected(expected.client_id)
            .found(found.and_then(Value::as_str).map_or_else(|| type_of(found), |text| printable(text, 200)))),
    }
}

/// OIDC Core 3.1.3.7, item 9: the current time is before `exp`.
pub fn expiry(claims: &Object<'_>, expected: &Expectations<'_>) -> Result<()> {
    let exp = time(claims, "exp", Status::ExpiryMalformed)?
        .ok_or_else(|| Error::new(Status::ExpiryMalformed).found("nothing"))?;
    let late_s = expected.now.seconds_since(exp);
    if late_s < expected.clock_skew_s {
        return Ok(());
    }
    Err(Error::new(Status::Expired)
        .expected(format!("an exp after {} less {} s of skew", expected.now, expected.clock_skew_s))
        .found(format!("{exp}, {late_s} s ago")))
}

/// RFC 7519 §4.1.5: the current time is not before `nbf`.
pub fn not_before(claims: &Object<'_>, expected: &Expectations<'_>) -> Result<()> {
    match time(claims, "nbf", Status::NotBeforeMalformed)? {
        Some(nbf) if nbf.seconds_since(expected.now) > expected.clock_skew_s => {
            Err(ahead(Status::NotYetValid, nbf, expected))
        }
        _ => Ok(()),
    }
}

/// OIDC Core 2: `iat` is required, and nothing is issued in the future.
pub fn issued_at(claims: &Object<'_>, expected: &Expectations<'_>) -> Result<()> {
    let iat = time(claims, "iat", Status::IssuedAtMalformed)?
        .ok_or_else(|| Error::new(Status::IssuedAtMalformed).found("nothing"))?;
    if iat.seconds_since(expected.now) > expected.clock_skew_s {
        return Err(ahead(Status::IssuedInFuture, iat, expected));
    }
    Ok(())
}

/// OIDC Core 3.1.3.7, item 10: a token of a fresh exchange was not issued long ago.
pub fn age(claims: &Object<'_>, expected: &Expectations<'_>) -> Result<()> {
    let (Some(oldest_s), Ok(Some(iat))) = (expected.oldest_issue_s, time(claims, "iat", Status::IssuedAtMalformed))
    else {
        return Ok(());
    };
    let age_s = expected.now.seconds_since(iat);
    if age_s <= oldest_s.saturating_add(expected.clock_skew_s) {
        return Ok(());
    }
    Err(Error::new(Status::IssuedTooLongAgo)
        .expected(format!("at most {oldest_s} s ago"))
        .found(format!("{age_s} s ago")))
}

/// OIDC Core 3.1.3.7, item 11: the nonce that was sent. Never shown.
pub fn nonce(claims: &Object<'_>, expected: &Expectations<'_>) -> Result<()> {
    let Some(sent) = expected.nonce else { return Ok(()) };
    match claims.get("nonce") {
        None => Err(Error::new(Status::NonceMissing)),
        Some(Value::String(found)) if sent.equals(found) => Ok(()),
        Some(_) => Err(Error::new(Status::NonceMismatch)),
    }
}

/// OIDC Core 2: `auth_time` is required once `max_age` was sent, and `prompt=login` can be checked by nothing else.
pub fn auth_time(claims: &Object<'_>, expected: &Expectations<'_>) -> Result<()> {
    let needed = expected.max_age_s.is_some() || expected.login_asked_at.is_some();
    match time(claims, "auth_time", Status::AuthTimeMalformed)? {
        None if needed => Err(Error::new(Status::AuthTimeMalformed).found("nothing")),
        Some(at) if at.seconds_since(expected.now) > expected.clock_skew_s => {
            Err(ahead(Status::AuthTimeInFuture, at, expected))
        }
        _ => Ok(()),
    }
}

/// OIDC Core 3.1.2.1: not more than `max_age` since the person authenticated.
pub fn max_age(claims: &Object<'_>, expected: &Expectations<'_>) -> Result<()> {
    let (Some(max_age_s), Some(at)) = (expected.max_age_s, authenticated_at(claims)) else { return Ok(()) };
    let age_s = expected.now.seconds_since(at);
    if age_s <= i64::from(max_age_s) + expected.clock_skew_s {
        return Ok(());
    }
    Err(Error::new(Status::AuthenticationTooOld)
        .expected(format!("at most {max_age_s} s ago"))
        .found(format!("{age_s} s ago")))
}

/// CIS2: the browser can take `prompt=login` out of the request, so the time of authentication must show it.
pub fn repeated_authentication(claims: &Object<'_>, expected: &Expectations<'_>) -> Result<()> {
    let (Some(asked_at), Some(at)) = (expected.login_asked_at, authenticated_at(claims)) else { return Ok(()) };
    let before_s = asked_at.seconds_since(at);
    if before_s <= expected.clock_skew_s {
        return Ok(());
    }
    Err(Error::new(Status::AuthenticationNotRepeated)
        .expected("an auth_time after the request")
        .found(format!("{before_s} s before it")))
}

/// OIDC Core 3.1.3.7, item 12: a class that is known must stand for the level asked for. A class that is not known says
/// nothing; the level claim decides.
pub fn acr(claims: &Object<'_>, expected: &Expectations<'_>) -> Result<()> {
    let refuse = |found: String| {
        Err(Error::new(Status::AcrTooLow)
            .expected(format!("a class of level {}", expected.required_level))
            .found(found))
    };
    match claims.get("acr") {
        None => Ok(()),
        Some(Value::String(acr)) => match expected.acr_levels.iter().find(|(name, _)| name == acr) {
            Some((_, level)) if *level < expected.required_level => {
                refuse(format!("{}, level {level}", printable(acr, 60)))
            }
            _ => Ok(()),
        },
        found => refuse(type_of(found)),
    }
}

/// CIS2: the level is compared as a number, never the class by equality; it comes as a text or a number.
pub fn assurance(claims: &Object<'_>, expected: &Expectations<'_>) -> Result<()> {
    let level = level(claims).ok_or_else(|| {
        Error::new(Status::AssuranceMissing)
            .expected("authentication_assurance_level, 0 to 9")
            .found(claims.get("authentication_assurance_level").map_or("nothing", Value::type_name))
    })?;
    if level >= expected.required_level {
        return Ok(());
    }
    Err(Error::new(Status::AssuranceTooLow)
        .expected(format!("level {} or higher", expected.required_level))
        .found(format!("level {level}")))
}

/// OIDC Core 3.1.3.8: an `at_hash` fits the access token that came beside it.
pub fn access_token_hash(claims: &Object<'_>, expected: &Expectations<'_>) -> Result<()> {
    let (Some(access_token), Some(found)) = (expected.access_token, claims.get("at_hash")) else { return Ok(()) };
    let half = hash::left_half(expected.algorithm.row().hash, access_token.as_bytes());
    let wanted = SecretText::new(base64url::encode(&half));
    match found.as_str() {
        Some(found) if wanted.equals(found) => Ok(()),
        _ => Err(Error::new(Status::AccessTokenHashMismatch)),
    }
}

/// The assurance level as CIS2 says it: a digit, in a text or as a number.
pub fn level(claims: &Object<'_>) -> Option<u8> {
    digit(claims.get("authentication_assurance_level")?)
}

/// One digit, in a text or as a number.
pub fn digit(value: &Value<'_>) -> Option<u8> {
    match value {
        Value::Integer(level @ 0..=9) => Some(*level as u8),
        Value::String(text) => match text.as_bytes() {
            [digit @ b'0'..=b'9'] => Some(digit - b'0'),
            _ => None,
        },
        _ => None,
    }
}

/// `auth_time`, where it is a time.
pub fn authenticated_at(claims: &Object<'_>) -> Option<Timestamp> {
    time(claims, "auth_time", Status::AuthTimeMalformed).ok().flatten()
}

/// A NumericDate (RFC 7519 §2): a JSON number between 1970 and 9999; a fraction of a second is cut.
pub fn time(claims: &Object<'_>, member: &str, malformed: Status) -> Result<Option<Timestamp>> {
    let seconds = match claims.get(member) {
        None => return Ok(None),
        Some(Value::Integer(seconds)) => *seconds as f64,
        Some(Value::Float(seconds)) => *seconds,
        Some(other) => return Err(Error::new(malformed).expected("a number of seconds").found(other.type_name())),
    };
    if !(0.0..=LAST_TIME_S).contains(&seconds) {
        return Err(Error::new(malformed).expected("a time between 1970 and 9999, in seconds").found("another number"));
    }
    Ok(Some(Timestamp::from_unix_s(seconds as i64)))
}

fn ahead(status: Status, at: Timestamp, expected: &Expectations<'_>) -> Error {
    let ahead_s = at.seconds_since(expected.now);
    Error::new(status)
        .expected(format!("a time not after {} plus {} s of skew", expected.now, expected.clock_skew_s))
        .found(format!("{at}, {ahead_s} s ahead"))
}

fn type_of(value: Option<&Value<'_>>) -> String {
    value.map_or("nothing", Value::type_name).to_owned()
}
