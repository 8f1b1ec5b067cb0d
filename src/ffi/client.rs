//! One client of one platform.
#![expect(unsafe_code, reason = "the C edge: exported by name, reads the caller's pointers")]

use std::sync::Arc;

use super::assertion::cis2_assertion;
use super::authorization_parameters::cis2_authorization_parameters;
use super::authorization_request::cis2_authorization_request;
use super::config::cis2_config;
use super::error::cis2_error;
use super::flow::{Network, cis2_flow};
use super::identity::cis2_identity;
use super::in_flight::InFlight;
use super::key_set::cis2_key_set;
use super::out::Out;
use super::status::cis2_status;
use super::view::{self, cis2_str, peek, shared};
use super::{guard, handle};
use crate::client::Client;
use crate::transport::Https;

/// One client of one platform: key, identity, and what is known of the provider. Immutable; shareable by threads.
pub struct cis2_client {
    client: Client,
    network: Network,
}

impl cis2_client {
    fn new(client: Client, in_flight: Arc<InFlight>) -> Self {
        let transport = Arc::new(Https::new(client.transport_options().clone()));
        Self { client, network: Network { transport, in_flight } }
    }

    /// A handle of a client with other sources, for the tests: freed with `cis2_client_free`.
    #[doc(hidden)]
    pub fn give(client: Client) -> *mut Self {
        handle::give(Self::new(client, Arc::default()))
    }
}

/// Makes a client. All missing options are named in one error.
///
/// `config`: copied; it may be freed or used for another client. Gives a client that you free with `cis2_client_free`.
/// Reads no trust store and sends nothing. Refuses with `CIS2_STATUS_CONFIG_INCOMPLETE`. Many threads.
///
/// Typically, you will make one at start and keep it: what it learns of the provider is kept in it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cis2_client_new(
    config: *const cis2_config,
    out_client: *mut *mut cis2_client,
    out_error: *mut *mut cis2_error,
) -> cis2_status {
    // SAFETY: the conventions in mod.rs: NULL or a living handle, outputs that may be written.
    unsafe {
        guard::status(out_error, || {
            let out = Out::required(out_client, "out_client")?;
            let in_flight = Arc::default();
            let client = Client::new(shared(config, "config")?.of_client(&in_flight))?;
            out.give(cis2_client::new(client, in_flight));
            Ok(())
        })
    }
}

/// Mints an assertion for an endpoint of this client's platform.
///
/// `audience`: becomes `aud`, byte for byte; absent for the one of the platform row, its token endpoint or its issuer.
/// Gives an assertion that you free with `cis2_assertion_free`. Refuses with `CIS2_STATUS_AUDIENCE_FOREIGN` an audience
/// that the platform would not take, and an absent one where the row names none. Many threads.
///
/// Typically, you will not need it: the flows mint their own.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cis2_client_assertion(
    client: *const cis2_client,
    audience: cis2_str,
    out_assertion: *mut *mut cis2_assertion,
    out_error: *mut *mut cis2_error,
) -> cis2_status {
    // SAFETY: the conventions in mod.rs: NULL or a living handle, views that may be read, outputs that may be written.
    unsafe {
        guard::status(out_error, || {
            let out = Out::required(out_assertion, "out_assertion")?;
            let client = shared(client, "client")?;
            out.give(client.client.assertion(view::filled_if(audience, "audience")?)?.into());
            Ok(())
        })
    }
}

/// Validates an ID token that did not come out of a flow of this library, in full.
///
/// `keys`: the provider's. `id_token`: as received. `expectations_json`: an object; `nonce` is required, the text that
/// was sent or null if none was; optional are `access_token`, `acr_values`, `max_age_s`, `login_asked_at` (Unix seconds)
/// and `max_issue_age_s` (default: not looked at).
/// Gives an identity that you free with `cis2_identity_free`. Refuses with one of the statuses from 400 on, one for each
/// check; expectations that cannot be read give `CIS2_STATUS_INVALID_ARGUMENT`. Many threads.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cis2_client_validate_id_token(
    client: *const cis2_client,
    keys: *const cis2_key_set,
    id_token: cis2_str,
    expectations_json: cis2_str,
    out_identity: *mut *mut cis2_identity,
    out_error: *mut *mut cis2_error,
) -> cis2_status {
    // SAFETY: the conventions in mod.rs: NULL or living handles, views that may be read, outputs that may be written.
    unsafe {
        guard::status(out_error, || {
            let out = Out::required(out_identity, "out_identity")?;
            let (client, keys) = (shared(client, "client")?, shared(keys, "keys")?);
            let id_token = view::text(id_token, "id_token")?;
            let expectations = view::text(expectations_json, "expectations_json")?;
            out.give(client.client.validate_id_token(&keys.keys, id_token, expectations)?.into());
            Ok(())
        })
    }
}

/// Opens an authorization request that was sealed by this client, or by one with the same issuer, client id, redirect
/// URI and state secret.
///
/// `sealed`: the whole text. Gives a request that you free with `cis2_authorization_request_free`; its URL is not kept.
/// Refuses with one of `CIS2_STATUS_REQUEST_...`, after 15 minutes with `CIS2_STATUS_REQUEST_EXPIRED`. Many threads.
///
/// Typically, you will call it when the browser returns, with the text from the person's cookie or session, and delete
/// the text there and then.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cis2_client_restore_authorization_request(
    client: *const cis2_client,
    sealed: cis2_str,
    out_request: *mut *mut cis2_authorization_request,
    out_error: *mut *mut cis2_error,
) -> cis2_status {
    // SAFETY: the conventions in mod.rs: NULL or a living handle, views that may be read, outputs that may be written.
    unsafe {
        guard::status(out_error, || {
            let out = Out::required(out_request, "out_request")?;
            let client = shared(client, "client")?;
            out.give(client.client.restore_authorization_request(view::text(sealed, "sealed")?)?.into());
            Ok(())
        })
    }
}

/// Begins an authorization. Sends nothing: the flow says what it needs.
///
/// `parameters`: what to ask for, copied; NULL for the defaults (scope `openid`). Gives a flow that you free with
/// `cis2_flow_free`, and out of which `cis2_flow_take_authorization_request` takes the URL for the browser. Refuses
/// parameters that could not be sent or checked later. Many threads.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cis2_client_begin_authorization(
    client: *const cis2_client,
    parameters: *const cis2_authorization_parameters,
    out_flow: *mut *mut cis2_flow,
    out_error: *mut *mut cis2_error,
) -> cis2_status {
    // SAFETY: the conventions in mod.rs: NULL or living handles, outputs that may be written.
    unsafe {
        guard::status(out_error, || {
            let out = Out::required(out_flow, "out_flow")?;
            let client = shared(client, "client")?;
            let parameters = peek(parameters).map(|given| given.parameters.clone()).unwrap_or_default();
            let running = client.client.begin_authorization(parameters)?;
            out.give(cis2_flow::new(running, client.network.clone()));
            Ok(())
        })
    }
}

/// Begins a sign-in with what the browser brought back. Sends nothing: the flow says what it needs.
///
/// `request`: the one that belongs to this browser. `callback`: the whole URL at which the browser arrived, or its query,
/// or the form body that it posted; not decoded. It is checked here, before anything is sent: `state` in constant time,
/// issuer, repeated parameters.
/// Gives a flow that you free with `cis2_flow_free`, and out of which `cis2_flow_take_sign_in` takes who signed in.
/// Refuses with one of the statuses from 301 on; `CIS2_STATUS_AUTHORIZATION_REFUSED` has the provider's words. Many
/// threads.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cis2_client_begin_sign_in(
    client: *const cis2_client,
    request: *const cis2_authorization_request,
    callback: cis2_str,
    out_flow: *mut *mut cis2_flow,
    out_error: *mut *mut cis2_error,
) -> cis2_status {
    // SAFETY: the conventions in mod.rs: NULL or living handles, views that may be read, outputs that may be written.
    unsafe {
        guard::status(out_error, || {
            let out = Out::required(out_flow, "out_flow")?;
            let (client, request) = (shared(client, "client")?, shared(request, "request")?);
            let running = client.client.begin_sign_in(&request.request, view::text(callback, "callback")?)?;
            out.give(cis2_flow::new(running, client.network.clone()));
            Ok(())
        })
    }
}

/// Cancels all that is under way for a client, and waits until all its callbacks have returned.
///
/// After it none of its callbacks runs or will run: those of operations have come, with `CIS2_STATUS_CANCELLED` or with the
/// outcome that was there first, and events are told no more. Its flows can be stepped by hand and taken from; running or
/// starting one gives `CIS2_STATUS_INVALID_STATE`. A second time it does the same. From inside a callback it cancels, and
/// gives `CIS2_STATUS_INVALID_STATE` instead of waiting for itself. Many threads.
///
/// Typically, you will call it at shutdown, before you free what callbacks use; hold no lock that a callback takes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cis2_client_close(client: *const cis2_client, out_error: *mut *mut cis2_error) -> cis2_status {
    // SAFETY: the conventions in mod.rs: NULL or a living handle.
    unsafe { guard::status(out_error, || shared(client, "client")?.network.in_flight.close()) }
}

/// Frees a client. NULL: does nothing. Never waits; flows and operations that it began go on. Any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cis2_client_free(client: *mut cis2_client) {
    // SAFETY: the conventions in mod.rs: NULL or a handle that is not used again.
    unsafe { guard::run(|| handle::take_back(client)) }
}
