//! What a client assertion says, judged in the order in which ForgeRock AM looks at it. The signature is checked in `key`.

use serde_json::Value;

use super::assertion::Assertion;
use super::{Judged, refuse, shown, table};
use crate::addresses::{Addresses, HOST};
use crate::clients::Client;

/// The longest life that is taken, in seconds. CIS2's own limit is not known; every working client stays below.
const MAX_LIFE_S: i64 = 300;
/// AM forgives so much of `nbf`, and calls an assertion "expired" only past this; its key check has no skew at all.
const AM_SKEW_S: i64 = 300;
/// Client and simulator share one clock, or nearly.
const MAX_IAT_AHEAD_S: i64 = 30;
/// AM takes an `iat` of a day.
const MAX_IAT_AGE_S: i64 = 24 * 3600;
/// A later `exp` than this is one in milliseconds: the year 5138.
const MILLISECONDS: i64 = 100_000_000_000;
/// How a CIS2 client id ends.
pub(crate) const ID_ENDINGS: [&str; 2] = [".apps.supplier", ".apps.national"];

/// Which client this is: `iss` and `sub` are its id, and so is `client_id` if it was sent.
pub(crate) fn client<'c>(assertion: &Assertion, clients: &'c [Client], client_id: Option<&str>) -> Judged<&'c Client> {
    let (iss, sub) = (assertion.text("iss"), assertion.text("sub"));
    for (name, id) in [("iss", iss), ("sub", sub)] {
        // Its value is not repeated: to whom it belongs it may be a credential.
        if let Some(id) = id.filter(|id| !ID_ENDINGS.iter().any(|ending| id.ends_with(ending))) {
            return Err(refuse(
                table::ISS_SUB_API_KEY,
                format!("{name} of {} characters that ends in neither", id.chars().count()),
            ));
        }
    }
    let id = match (iss, sub) {
        (Some(iss), Some(sub)) if iss == sub => sub,
        (Some(iss), Some(sub)) => {
            return Err(refuse(
                table::ISS_SUB_DIFFER,
                format!("iss {} and sub {}", shown::text(iss), shown::text(sub)),
            ));
        }
        (None, _) => return Err(refuse(table::ISS_SUB_DIFFER, "no iss that is a text")),
        (_, None) => return Err(refuse(table::ISS_SUB_DIFFER, "no sub that is a text")),
    };
    if let Some(sent) = client_id.filter(|sent| *sent != id) {
        let found = format!("client_id {}, and iss and sub {}", shown::text(sent), shown::text(id));
        return Err(refuse(table::CLIENT_ID_DIFFERS, found));
    }
    let registered = clients.iter().find(|client| client.client_id == id);
    registered.ok_or_else(|| refuse(table::SUB_UNKNOWN_CLIENT, format!("{}, which is not registered", shown::text(id))))
}

/// The first look at the expiry, before the key.
pub(crate) fn not_long_expired(assertion: &Assertion, now: i64) -> Judged<()> {
    match assertion.seconds("exp").map(|exp| now.saturating_sub(exp)) {
        Some(late) if late > AM_SKEW_S => Err(refuse(table::EXP_LONG_PAST, format!("it {late} s back"))),
        _ => Ok(()),
    }
}

/// The algorithm is the registered one and no other; the header asks for nothing more.
pub(crate) fn algorithm(assertion: &Assertion, client: &Client) -> Judged<()> {
    let alg = assertion.header.get("alg").and_then(Value::as_str).unwrap_or("none");
    if alg.eq_ignore_ascii_case("none") || alg.starts_with("HS") {
        return Err(refuse(table::ALG_NONE_OR_HMAC, shown::text(alg)));
    }
    if alg != client.algorithm {
        let found = format!("{}, and {} is registered", shown::text(alg), client.algorithm);
        return Err(refuse(table::ALG_NOT_REGISTERED, found));
    }
    if assertion.header.contains_key("crit") {
        return Err(refuse(table::CRIT_PRESENT, "it"));
    }
    Ok(())
}

/// The second look at the expiry, inside the key check: without skew.
pub(crate) fn not_expired(assertion: &Assertion, now: i64) -> Judged<()> {
    match assertion.seconds("exp").map(|exp| now.saturating_sub(exp)) {
        Some(late) if late >= 0 => Err(refuse(table::EXP_PAST, format!("it {late} s back"))),
        _ => Ok(()),
    }
}

/// What must be there, and the times, after the key.
pub(crate) fn times(assertion: &Assertion, now: i64) -> Judged<()> {
    let Some(exp) = assertion.seconds("exp") else { return Err(refuse(table::EXP_MISSING, "none")) };
    if assertion.claims.get("aud").is_none() {
        return Err(refuse(table::AUD_MISSING, "none"));
    }
    if exp > MILLISECONDS {
        return Err(refuse(table::EXP_MILLISECONDS, exp.to_string()));
    }
    let ahead = |time: i64| time.saturating_sub(now);
    if ahead(exp) > MAX_LIFE_S {
        return Err(refuse(table::EXP_FAR, format!("{} s", ahead(exp))));
    }
    if let Some(nbf) = assertion.seconds("nbf").filter(|nbf| ahead(*nbf) > AM_SKEW_S) {
        return Err(refuse(table::NBF_AHEAD, format!("{} s", ahead(nbf))));
    }
    match assertion.seconds("iat").map(ahead) {
        Some(iat) if iat > MAX_IAT_AHEAD_S => Err(refuse(table::IAT_AHEAD, format!("{iat} s"))),
        Some(iat) if iat < -MAX_IAT_AGE_S => Err(refuse(table::IAT_OLD, format!("it {} s back", iat.unsigned_abs()))),
        _ => Ok(()),
    }
}

/// The audience, byte for byte, and in what it differs.
pub(crate) fn audience(assertion: &Assertion, addresses: &Addresses) -> Judged<()> {
    let expected = addresses.token_endpoint();
    let aud = match assertion.claims.get("aud") {
        Some(Value::String(aud)) => aud,
        Some(Value::Array(items)) => {
            let same = items.first().is_some_and(|first| items.len() > 1 && items.iter().all(|item| item == first));
            let found = format!("a list of {}{}", items.len(), if same { ", the same each time" } else { "" });
            return Err(refuse(table::AUD_ARRAY, found));
        }
        other => return Err(refuse(table::AUD_OTHER, shown::kind(other.unwrap_or(&Value::Null)))),
    };
    if *aud == expected {
        return Ok(());
    }
    let found = shown::address(aud);
    if *aud == expected.replacen(":443", "", 1) {
        return Err(refuse(table::AUD_LOST_PORT, found));
    }
    if aud.trim_end_matches('/') == addresses.issuer() {
        return Err(refuse(table::AUD_ISSUER, found));
    }
    Err(refuse(table::AUD_OTHER, format!("{found}: {}", difference(aud, &expected))))
}

/// What is other about an address, said in a few words.
fn difference(aud: &str, expected: &str) -> &'static str {
    let host = format!("https://{HOST}");
    let rest = aud.strip_prefix(&host).filter(|rest| rest.starts_with([':', '/']) || rest.is_empty());
    if aud.trim() != aud {
        "white space around it"
    } else if aud.trim_end_matches('/') == expected {
        "a slash at the end"
    } else if aud.starts_with("http://") {
        "http, not https"
    } else if !aud.contains("://") {
        "no scheme"
    } else if rest.is_none() {
        "another host, so perhaps another environment"
    } else if aud.eq_ignore_ascii_case(expected) {
        "capital letters where there are none"
    } else if !aud.ends_with("/access_token") {
        "another path; the endpoint ends in /access_token"
    } else if rest.is_some_and(|rest| !rest.starts_with(":443/")) {
        "another port, or none"
    } else {
        "another path"
    }
}

/// A jti is there. Whether it was seen before is known only once all else is right.
pub(crate) fn has_jti(assertion: &Assertion) -> Judged<()> {
    match assertion.text("jti") {
        None => Err(refuse(table::JTI_MISSING, "none")),
        Some("") => Err(refuse(table::JTI_MISSING, "an empty text")),
        Some(_) => Ok(()),
    }
}
