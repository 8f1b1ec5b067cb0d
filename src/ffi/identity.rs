//! Who signed in.
#![expect(unsafe_code, reason = "the C edge: exported by name, reads the caller's pointers")]

use super::error::cis2_error;
use super::out::Out;
use super::status::cis2_status;
use super::text::{Text, TextBlock, Texts};
use super::view::{self, cis2_str, peek, shared};
use super::{guard, handle};
use crate::error::{Error, Status};
use crate::http::printable;
use crate::identity::Identity;

/// Who signed in: the claims of an ID token that passed all checks. Immutable; shareable by threads.
///
/// Part of a sign-in, and then freed with it; or your own, if it came from `cis2_client_validate_id_token`.
pub struct cis2_identity {
    identity: Identity,
    texts: TextBlock<5>,
    claims_json: Text,
    claims: Texts,
}

// The places of the texts in their block.
const ISSUER: usize = 0;
const SUBJECT: usize = 1;
const ACR: usize = 2;
const SESSION_ID: usize = 3;
const SELECTED_ROLE_ID: usize = 4;

impl cis2_identity {
    fn text(&self, index: usize) -> cis2_str {
        let identity = &self.identity;
        self.texts.view(index, || {
            [
                Some(identity.issuer()),
                Some(identity.subject()),
                identity.acr(),
                identity.session_id(),
                identity.selected_role_id(),
            ]
        })
    }
}

impl From<Identity> for cis2_identity {
    fn from(identity: Identity) -> Self {
        Self { identity, texts: TextBlock::default(), claims_json: Text::default(), claims: Texts::default() }
    }
}

/// `iss`, byte for byte. Many threads.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cis2_identity_issuer(identity: *const cis2_identity) -> cis2_str {
    // SAFETY: the conventions in mod.rs: NULL or a living handle.
    unsafe { guard::value(|| Some(peek(identity)?.text(ISSUER))) }
}

/// `sub`: the person's UID, 12 digits at CIS2. Many threads.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cis2_identity_subject(identity: *const cis2_identity) -> cis2_str {
    // SAFETY: the conventions in mod.rs: NULL or a living handle.
    unsafe { guard::value(|| Some(peek(identity)?.text(SUBJECT))) }
}

/// `acr`: the authentication class that was satisfied; empty if the token has none. Many threads.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cis2_identity_acr(identity: *const cis2_identity) -> cis2_str {
    // SAFETY: the conventions in mod.rs: NULL or a living handle.
    unsafe { guard::value(|| Some(peek(identity)?.text(ACR))) }
}

/// `sid`: the provider's session, which a back-channel logout names; empty if the token has none. Many threads.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cis2_identity_session_id(identity: *const cis2_identity) -> cis2_str {
    // SAFETY: the conventions in mod.rs: NULL or a living handle.
    unsafe { guard::value(|| Some(peek(identity)?.text(SESSION_ID))) }
}

/// `selected_roleid`: the role that the person picked; empty for many, because a person may have no roles. Many
/// threads.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cis2_identity_selected_role_id(identity: *const cis2_identity) -> cis2_str {
    // SAFETY: the conventions in mod.rs: NULL or a living handle.
    unsafe { guard::value(|| Some(peek(identity)?.text(SELECTED_ROLE_ID))) }
}

/// All claims as received, one JSON object. Many threads.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cis2_identity_claims_json(identity: *const cis2_identity) -> cis2_str {
    // SAFETY: the conventions in mod.rs: NULL or a living handle.
    unsafe {
        guard::value(|| {
            let identity = peek(identity)?;
            Some(identity.claims_json.view(identity.identity.claims_json()))
        })
    }
}

/// `authentication_assurance_level`, 1 to 3; 0 if unknown. Many threads.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cis2_identity_authentication_level(identity: *const cis2_identity) -> u32 {
    // SAFETY: the conventions in mod.rs: NULL or a living handle.
    unsafe { guard::value(|| peek(identity)?.identity.authentication_level().map(u32::from)) }
}

/// `id_assurance_level`, 1 to 3; 0 if the token says so or nothing. Many threads.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cis2_identity_identity_level(identity: *const cis2_identity) -> u32 {
    // SAFETY: the conventions in mod.rs: NULL or a living handle.
    unsafe { guard::value(|| peek(identity)?.identity.identity_level().map(u32::from)) }
}

/// `iat`. Many threads.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cis2_identity_issued_at(identity: *const cis2_identity) -> i64 {
    // SAFETY: the conventions in mod.rs: NULL or a living handle.
    unsafe { guard::value(|| Some(peek(identity)?.identity.issued_at()?.unix_s())) }
}

/// `exp`. Many threads.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cis2_identity_expires_at(identity: *const cis2_identity) -> i64 {
    // SAFETY: the conventions in mod.rs: NULL or a living handle.
    unsafe { guard::value(|| Some(peek(identity)?.identity.expires_at()?.unix_s())) }
}

/// `auth_time`: when the person authenticated; 0 if the token does not say. Many threads.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cis2_identity_authenticated_at(identity: *const cis2_identity) -> i64 {
    // SAFETY: the conventions in mod.rs: NULL or a living handle.
    unsafe { guard::value(|| Some(peek(identity)?.identity.authenticated_at()?.unix_s())) }
}

/// `amr`: how the person authenticated, a JSON array of texts; empty if the token has none. Many threads.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cis2_identity_amr(identity: *const cis2_identity) -> cis2_str {
    // SAFETY: the conventions in mod.rs: NULL or a living handle.
    unsafe {
        guard::value(|| {
            let identity = peek(identity)?;
            identity.claims.view_of("amr", || identity.claim("amr")).ok()
        })
    }
}

/// Any claim as JSON text: a text comes with its quotes.
///
/// `name`: such as `nhsid_nrbac_roles`. `out_json`: borrowed from the identity. A claim that the token does not have
/// gives `CIS2_STATUS_NOT_FOUND`. Many threads.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cis2_identity_claim(
    identity: *const cis2_identity,
    name: cis2_str,
    out_json: *mut cis2_str,
    out_error: *mut *mut cis2_error,
) -> cis2_status {
    // SAFETY: the conventions in mod.rs: NULL or a living handle, views that may be read, outputs that may be written.
    unsafe {
        guard::status(out_error, || {
            let out = Out::required(out_json, "out_json")?;
            let identity = shared(identity, "identity")?;
            let name = view::filled(name, "name")?;
            out.write(identity.claims.view_of(name, || identity.claim(name))?);
            Ok(())
        })
    }
}

/// Frees an identity that came from `cis2_client_validate_id_token`, and never one that is part of a sign-in. NULL: does
/// nothing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cis2_identity_free(identity: *mut cis2_identity) {
    // SAFETY: the conventions in mod.rs: NULL or a handle that is not used again.
    unsafe { guard::run(|| handle::take_back(identity)) }
}

impl cis2_identity {
    fn claim(&self, name: &str) -> crate::error::Result<String> {
        self.identity
            .claim(name)
            .ok_or_else(|| Error::new(Status::NotFound).expected("a claim of the token").found(printable(name, 60)))
    }
}
