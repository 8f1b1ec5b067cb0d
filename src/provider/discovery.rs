//! The discovery document (OpenID Connect Discovery 1.0 §3, RFC 8414). Enters: its bytes and the platform row. Leaves:
//! the endpoints, byte for byte. Refused: another issuer, an endpoint that is not https or on an unknown host, and a
//! token endpoint other than the row's, because assertions minted without the network would then name another one.

use crate::error::{Error, Result, Status};
use crate::exact::{self, Exact, HttpsAddress};
use crate::http::printable;
use crate::jose::json::{Object, Refusal, Value};
use crate::platform::Platform;

/// What a flow needs of a discovery document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Metadata {
    /// `issuer`.
    pub issuer: Exact,
    /// `authorization_endpoint`.
    pub authorization_endpoint: Exact,
    /// `token_endpoint`.
    pub token_endpoint: Exact,
    /// `jwks_uri`.
    pub jwks_uri: Exact,
    /// `userinfo_endpoint`.
    pub userinfo_endpoint: Option<Exact>,
    /// `authorization_response_iss_parameter_supported` (RFC 9207 §3).
    pub callback_has_issuer: bool,
}

impl Metadata {
    /// Reads the document and holds it against the row.
    pub fn read(document: &[u8], platform: &Platform) -> Result<Self> {
        let object = Object::parse(document).map_err(refused)?;
        if object.has_repeated_member() {
            return Err(Error::new(Status::ResponseMemberRepeated).found("a discovery document with one"));
        }
        let issuer = text(&object, "issuer")?;
        if issuer != platform.issuer.as_str() {
            return Err(different(Status::DiscoveryIssuerMismatch, platform.issuer.as_str(), issuer));
        }
        let metadata = Self {
            issuer: Exact::new(issuer),
            authorization_endpoint: endpoint(&object, "authorization_endpoint", platform)?,
            token_endpoint: endpoint(&object, "token_endpoint", platform)?,
            jwks_uri: endpoint(&object, "jwks_uri", platform)?,
            userinfo_endpoint: match object.get("userinfo_endpoint") {
                None => None,
                Some(_) => Some(endpoint(&object, "userinfo_endpoint", platform)?),
            },
            callback_has_issuer: match object.get("authorization_response_iss_parameter_supported") {
                None | Some(Value::Bool(false)) => false,
                Some(Value::Bool(true)) => true,
                Some(_) => return Err(missing("authorization_response_iss_parameter_supported", "a boolean")),
            },
        };
        match &platform.token_endpoint {
            Some(expected) if *expected != metadata.token_endpoint => Err(different(
                Status::DiscoveryTokenEndpointMismatch,
                expected.as_str(),
                metadata.token_endpoint.as_str(),
            )),
            _ => Ok(metadata),
        }
    }
}

fn endpoint(object: &Object<'_>, member: &'static str, platform: &Platform) -> Result<Exact> {
    let text = text(object, member)?;
    let address = HttpsAddress::parse(text).ok_or_else(|| {
        Error::new(Status::DiscoveryNotHttps)
            .expected(format!("an https address as {member}"))
            .found(printable(text, 200))
    })?;
    if !platform.knows_host(address.host) {
        return Err(Error::new(Status::DiscoveryHostForeign)
            .expected(format!("{member} on {}", platform.hosts.join(" or ")))
            .found(printable(address.host, 200)));
    }
    Ok(Exact::new(text))
}

fn text<'o>(object: &'o Object<'_>, member: &'static str) -> Result<&'o str> {
    object.str(member).filter(|text| !text.is_empty()).ok_or_else(|| missing(member, "a text"))
}

fn missing(member: &str, expected: &str) -> Error {
    Error::new(Status::DiscoveryInvalid).expected(format!("the member {member}, {expected}"))
}

fn different(status: Status, expected: &str, found: &str) -> Error {
    let shown = printable(found, 300);
    Error::new(status).expected(expected).found(match exact::difference(expected, found) {
        Some(difference) => format!("{shown} ({difference})"),
        None => shown,
    })
}

fn refused(refusal: Refusal) -> Error {
    Error::new(match refusal {
        Refusal::NotJson => Status::ResponseNotJson,
        Refusal::NotAnObject => Status::ResponseMalformed,
        Refusal::TooDeep => Status::ResponseTooDeep,
    })
    .expected("a discovery document")
}
