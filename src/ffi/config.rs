//! The options of a client.
#![expect(unsafe_code, reason = "the C edge: exported by name, reads the caller's pointers")]

use std::ffi::c_void;
use std::sync::Arc;

use super::error::cis2_error;
use super::event::{Listener, cis2_drop_fn, cis2_event_fn};
use super::in_flight::InFlight;
use super::key::{algorithm_of, cis2_key};
use super::out::Out;
use super::status::cis2_status;
use super::view::{bytes, cis2_bytes, cis2_str, exclusive, required, shared, text};
use super::{guard, handle};
use crate::client::Config;
use crate::event::Level;
use crate::platform::Platform;
use crate::secret::Secret;

/// CIS2 dev, Healthcare realm.
pub const CIS2_PLATFORM_CIS2_DEV: u32 = 1;
/// CIS2 integration.
pub const CIS2_PLATFORM_CIS2_INTEGRATION: u32 = 2;
/// CIS2 deployment.
pub const CIS2_PLATFORM_CIS2_DEPLOYMENT: u32 = 3;
/// CIS2 live.
pub const CIS2_PLATFORM_CIS2_LIVE: u32 = 4;
/// NHS API Platform, sandbox.
pub const CIS2_PLATFORM_API_PLATFORM_SANDBOX: u32 = 10;
/// NHS API Platform, development.
pub const CIS2_PLATFORM_API_PLATFORM_DEV: u32 = 11;
/// NHS API Platform, integration.
pub const CIS2_PLATFORM_API_PLATFORM_INTEGRATION: u32 = 12;
/// NHS API Platform, deployment.
pub const CIS2_PLATFORM_API_PLATFORM_DEPLOYMENT: u32 = 13;
/// NHS API Platform, live.
pub const CIS2_PLATFORM_API_PLATFORM_LIVE: u32 = 14;
/// The simulator of this project, on this machine.
pub const CIS2_PLATFORM_LOCAL_SIMULATOR: u32 = 100;

/// The options of a client, while it is made. Mutable: one thread at a time.
///
/// An option that is refused keeps the value that it had.
pub struct cis2_config {
    config: Config,
    listener: Option<Arc<Listener>>,
}

impl cis2_config {
    fn new(platform: Platform) -> Self {
        Self { config: Config::new(platform), listener: None }
    }

    /// The options of one client, which has its own place with the listener.
    pub(super) fn of_client(&self, in_flight: &Arc<InFlight>) -> Config {
        let mut config = self.config.clone();
        if let Some(listener) = &self.listener {
            config.set_events(listener.of_client(in_flight));
        }
        config
    }
}

/// Makes a configuration for one of the platforms that this library knows.
///
/// `platform`: a `CIS2_PLATFORM_...`. Gives a configuration that you free with `cis2_config_free`. Refuses with
/// `CIS2_STATUS_PLATFORM_UNKNOWN`. Any thread.
///
/// Typically, you will set client id, redirect URI and signing key, make a client, and free it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cis2_config_new(
    platform: u32,
    out_config: *mut *mut cis2_config,
    out_error: *mut *mut cis2_error,
) -> cis2_status {
    // SAFETY: the conventions in mod.rs: outputs that may be written.
    unsafe {
        guard::status(out_error, || {
            let out = Out::required(out_config, "out_config")?;
            out.give(cis2_config::new(Platform::from_number(platform)?));
            Ok(())
        })
    }
}

/// Makes a configuration for a platform of your own, described as JSON.
///
/// `row`: in the form that `cis2 platforms --json` prints. Gives a configuration that you free with `cis2_config_free`.
/// Refuses with `CIS2_STATUS_PLATFORM_ROW_INVALID`, which names all faults at once. Any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cis2_config_from_platform_json(
    row: cis2_str,
    out_config: *mut *mut cis2_config,
    out_error: *mut *mut cis2_error,
) -> cis2_status {
    // SAFETY: the conventions in mod.rs: views that may be read, outputs that may be written.
    unsafe {
        guard::status(out_error, || {
            let out = Out::required(out_config, "out_config")?;
            out.give(cis2_config::new(Platform::from_json(text(row, "row")?)?));
            Ok(())
        })
    }
}

/// Required. `client_id`: yours at this platform. One of another kind is refused with
/// `CIS2_STATUS_CLIENT_ID_IS_API_KEY` or `CIS2_STATUS_CLIENT_ID_IS_CIS2`, and a sentence that names the right one. One
/// thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cis2_config_set_client_id(
    config: *mut cis2_config,
    client_id: cis2_str,
    out_error: *mut *mut cis2_error,
) -> cis2_status {
    // SAFETY: the conventions in mod.rs: NULL or a living handle that is this call's alone, views that may be read.
    unsafe {
        guard::status(out_error, || {
            let config = exclusive(config, "config")?;
            config.config.set_client_id(text(client_id, "client_id")?)
        })
    }
}

/// Required. `redirect_uri`: as registered, byte for byte: https, or http on a loopback host. One thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cis2_config_set_redirect_uri(
    config: *mut cis2_config,
    redirect_uri: cis2_str,
    out_error: *mut *mut cis2_error,
) -> cis2_status {
    // SAFETY: the conventions in mod.rs: NULL or a living handle that is this call's alone, views that may be read.
    unsafe {
        guard::status(out_error, || {
            let config = exclusive(config, "config")?;
            config.config.set_redirect_uri(text(redirect_uri, "redirect_uri")?)
        })
    }
}

/// Required. `key`: signs assertions; the configuration keeps it. One whose algorithm the platform cannot register is
/// refused with `CIS2_STATUS_ALGORITHM_NOT_ACCEPTED`. One thread for the configuration, many for the key.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cis2_config_set_signing_key(
    config: *mut cis2_config,
    key: *const cis2_key,
    out_error: *mut *mut cis2_error,
) -> cis2_status {
    // SAFETY: the conventions in mod.rs: NULL or a living handle that is this call's alone, views that may be read.
    unsafe {
        guard::status(out_error, || {
            let config = exclusive(config, "config")?;
            config.config.set_signing_key(Arc::clone(&shared(key, "key")?.key))
        })
    }
}

/// Optional; default the platform's, RS256 at CIS2. `algorithm`: the `CIS2_ALGORITHM_...` that is registered for your
/// ID tokens; no other is accepted. One thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cis2_config_set_id_token_algorithm(
    config: *mut cis2_config,
    algorithm: u32,
    out_error: *mut *mut cis2_error,
) -> cis2_status {
    // SAFETY: the conventions in mod.rs: NULL or a living handle that is this call's alone, views that may be read.
    unsafe {
        guard::status(out_error, || {
            let config = exclusive(config, "config")?;
            config.config.set_id_token_algorithm(algorithm_of(algorithm)?);
            Ok(())
        })
    }
}

/// Optional; default the platform's, 60. `assertion_lifetime_s`: 10 to 300 seconds. One thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cis2_config_set_assertion_lifetime_s(
    config: *mut cis2_config,
    assertion_lifetime_s: u32,
    out_error: *mut *mut cis2_error,
) -> cis2_status {
    // SAFETY: the conventions in mod.rs: NULL or a living handle that is this call's alone, views that may be read.
    unsafe {
        guard::status(out_error, || {
            let config = exclusive(config, "config")?;
            config.config.set_assertion_lifetime_s(assertion_lifetime_s)
        })
    }
}

/// Optional; default 5,000. `connect_timeout_ms`: time to connect, TLS included, 100 to 300,000 milliseconds. One
/// thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cis2_config_set_connect_timeout_ms(
    config: *mut cis2_config,
    connect_timeout_ms: u32,
    out_error: *mut *mut cis2_error,
) -> cis2_status {
    // SAFETY: the conventions in mod.rs: NULL or a living handle that is this call's alone, views that may be read.
    unsafe {
        guard::status(out_error, || {
            let config = exclusive(config, "config")?;
            config.config.set_connect_timeout_ms(connect_timeout_ms)
        })
    }
}

/// Optional; default 15,000. `request_timeout_ms`: time for a whole request, 100 to 300,000 milliseconds. One thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cis2_config_set_request_timeout_ms(
    config: *mut cis2_config,
    request_timeout_ms: u32,
    out_error: *mut *mut cis2_error,
) -> cis2_status {
    // SAFETY: the conventions in mod.rs: NULL or a living handle that is this call's alone, views that may be read.
    unsafe {
        guard::status(out_error, || {
            let config = exclusive(config, "config")?;
            config.config.set_request_timeout_ms(request_timeout_ms)
        })
    }
}

/// Optional; default 30. `clock_skew_s`: how far clocks may be apart, 0 to 120 seconds. One thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cis2_config_set_clock_skew_s(
    config: *mut cis2_config,
    clock_skew_s: u32,
    out_error: *mut *mut cis2_error,
) -> cis2_status {
    // SAFETY: the conventions in mod.rs: NULL or a living handle that is this call's alone, views that may be read.
    unsafe {
        guard::status(out_error, || {
            let config = exclusive(config, "config")?;
            config.config.set_clock_skew_s(clock_skew_s)
        })
    }
}

/// Optional; default a random one of each client. `state_secret`: 32 bytes that seal saved authorization requests;
/// copied. One thread.
///
/// Typically, you will give the same to all your servers, so that a person may return to another one.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cis2_config_set_state_secret(
    config: *mut cis2_config,
    state_secret: cis2_bytes,
    out_error: *mut *mut cis2_error,
) -> cis2_status {
    // SAFETY: the conventions in mod.rs: NULL or a living handle that is this call's alone, views that may be read.
    unsafe {
        guard::status(out_error, || {
            let config = exclusive(config, "config")?;
            config.config.set_state_secret(Secret::new(bytes(state_secret, "state_secret")?.to_vec()))
        })
    }
}

/// Optional; default none. `previous_state_secret`: the 32 bytes that sealed before the current ones: they open and
/// seal no more, so that secrets can be changed while people sign in. One thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cis2_config_set_previous_state_secret(
    config: *mut cis2_config,
    previous_state_secret: cis2_bytes,
    out_error: *mut *mut cis2_error,
) -> cis2_status {
    // SAFETY: the conventions in mod.rs: NULL or a living handle that is this call's alone, views that may be read.
    unsafe {
        guard::status(out_error, || {
            let config = exclusive(config, "config")?;
            config
                .config
                .set_previous_state_secret(Secret::new(bytes(previous_state_secret, "previous_state_secret")?.to_vec()))
        })
    }
}

/// Optional; default none. `root_pem`: a PEM file of certificates to trust beside the system's. One thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cis2_config_add_root_pem(
    config: *mut cis2_config,
    root_pem: cis2_bytes,
    out_error: *mut *mut cis2_error,
) -> cis2_status {
    // SAFETY: the conventions in mod.rs: NULL or a living handle that is this call's alone, views that may be read.
    unsafe {
        guard::status(out_error, || {
            let config = exclusive(config, "config")?;
            config.config.add_root_pem(bytes(root_pem, "root_pem")?)
        })
    }
}

/// Optional; default what the environment says (`HTTPS_PROXY`, `NO_PROXY`). `proxy`: its http or https address, which
/// may hold credentials. One thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cis2_config_set_proxy(
    config: *mut cis2_config,
    proxy: cis2_str,
    out_error: *mut *mut cis2_error,
) -> cis2_status {
    // SAFETY: the conventions in mod.rs: NULL or a living handle that is this call's alone, views that may be read.
    unsafe {
        guard::status(out_error, || {
            let config = exclusive(config, "config")?;
            config.config.set_proxy(text(proxy, "proxy")?)
        })
    }
}

/// Optional; default none. Connects to an address in the place of a host, like curl's `--connect-to`: names, TLS checks
/// and all that is sent stay as they are. `host_port`: such as `cis2.localhost:443`. `address_port`: such as
/// `127.0.0.1:8443`. One thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cis2_config_set_connect_to(
    config: *mut cis2_config,
    host_port: cis2_str,
    address_port: cis2_str,
    out_error: *mut *mut cis2_error,
) -> cis2_status {
    // SAFETY: the conventions in mod.rs: NULL or a living handle that is this call's alone, views that may be read.
    unsafe {
        guard::status(out_error, || {
            let config = exclusive(config, "config")?;
            config.config.set_connect_to(text(host_port, "host_port")?, text(address_port, "address_port")?)
        })
    }
}

/// Optional; default nobody. Tells what happens: requests, documents of the provider, how flows end.
///
/// `on_event`: called for each event up to `max_level`, a `CIS2_LEVEL_...`, of each client made from this configuration; one
/// at a time, in order, on a thread of the library, a little later than it happened, never from within a call of yours.
/// `user_data`: handed to it. `drop`: called with it exactly once, after the last event, when the configuration, its
/// clients and their flows are freed, or other events were set: from within the call that frees the last of them, or on a
/// thread of the library; NULL if you need none. After a refusal neither is ever called. One thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cis2_config_set_events(
    config: *mut cis2_config,
    on_event: cis2_event_fn,
    user_data: *mut c_void,
    drop: cis2_drop_fn,
    max_level: u32,
    out_error: *mut *mut cis2_error,
) -> cis2_status {
    // SAFETY: the conventions in mod.rs: NULL or a living handle that is this call's alone.
    unsafe {
        guard::status(out_error, || {
            let config = exclusive(config, "config")?;
            let (on_event, max_level) = (required(on_event, "on_event")?, Level::from_number(max_level)?);
            config.listener = Some(Arc::new(Listener::new(on_event, user_data, drop, max_level)));
            Ok(())
        })
    }
}

/// Weakens the check of the issuer: expects another one than the platform's. `issuer`: an https address, byte for byte.
/// One thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cis2_config_danger_set_issuer(
    config: *mut cis2_config,
    issuer: cis2_str,
    out_error: *mut *mut cis2_error,
) -> cis2_status {
    // SAFETY: the conventions in mod.rs: NULL or a living handle that is this call's alone, views that may be read.
    unsafe {
        guard::status(out_error, || {
            let config = exclusive(config, "config")?;
            config.config.danger_set_issuer(text(issuer, "issuer")?)
        })
    }
}

/// Weakens the checks of times: more than 120 seconds of skew. `clock_skew_s`: up to a day. One thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cis2_config_danger_set_clock_skew_s(
    config: *mut cis2_config,
    clock_skew_s: u32,
    out_error: *mut *mut cis2_error,
) -> cis2_status {
    // SAFETY: the conventions in mod.rs: NULL or a living handle that is this call's alone, views that may be read.
    unsafe {
        guard::status(out_error, || {
            let config = exclusive(config, "config")?;
            config.config.danger_set_clock_skew_s(clock_skew_s)
        })
    }
}

/// Weakens the check of assurance: the level that must be reached when no `acr_values` are sent. `level`: 0 to 3. One
/// thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cis2_config_danger_set_default_level(
    config: *mut cis2_config,
    level: u32,
    out_error: *mut *mut cis2_error,
) -> cis2_status {
    // SAFETY: the conventions in mod.rs: NULL or a living handle that is this call's alone, views that may be read.
    unsafe {
        guard::status(out_error, || {
            let config = exclusive(config, "config")?;
            config.config.danger_set_default_level(level)
        })
    }
}

/// Frees a configuration and overwrites its secrets. NULL: does nothing. Clients made from it keep what they need.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cis2_config_free(config: *mut cis2_config) {
    // SAFETY: the conventions in mod.rs: NULL or a handle that is not used again.
    unsafe { guard::run(|| handle::take_back(config)) }
}
