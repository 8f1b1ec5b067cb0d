//! What to ask for in an authorization.
#![expect(unsafe_code, reason = "the C edge: exported by name, reads the caller's pointers")]

use super::error::cis2_error;
use super::out::Out;
use super::status::cis2_status;
use super::view::{cis2_str, exclusive, filled, text};
use super::{guard, handle};
use crate::flow::authorize::AuthorizationParameters;

/// What to ask for in an authorization. Mutable: one thread at a time.
pub struct cis2_authorization_parameters {
    pub(super) parameters: AuthorizationParameters,
}

/// Makes the default parameters: scope `openid`, and the platform's own assurance level.
///
/// Gives parameters that you free with `cis2_authorization_parameters_free`. What they are set to is judged by
/// `cis2_client_begin_authorization`, which knows the platform. Any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cis2_authorization_parameters_new(
    out_parameters: *mut *mut cis2_authorization_parameters,
    out_error: *mut *mut cis2_error,
) -> cis2_status {
    // SAFETY: the conventions in mod.rs: outputs that may be written.
    unsafe {
        guard::status(out_error, || {
            let out = Out::required(out_parameters, "out_parameters")?;
            out.give(cis2_authorization_parameters { parameters: AuthorizationParameters::default() });
            Ok(())
        })
    }
}

/// Optional; default `openid`. `scope`: separated by spaces; `openid` must be among them. One thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cis2_authorization_parameters_set_scope(
    parameters: *mut cis2_authorization_parameters,
    scope: cis2_str,
    out_error: *mut *mut cis2_error,
) -> cis2_status {
    // SAFETY: the conventions in mod.rs: NULL or a living handle that is this call's alone, views that may be read.
    unsafe {
        guard::status(out_error, || {
            let parameters = exclusive(parameters, "parameters")?;
            parameters.parameters.scope = Some(text(scope, "scope")?.to_owned());
            Ok(())
        })
    }
}

/// Optional; default none, and then the platform's own assurance level must be reached. `acr_values`: classes such as
/// `AAL2_OR_AAL3_ANY`, separated by spaces. The identity must reach the lowest of them. One thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cis2_authorization_parameters_set_acr_values(
    parameters: *mut cis2_authorization_parameters,
    acr_values: cis2_str,
    out_error: *mut *mut cis2_error,
) -> cis2_status {
    // SAFETY: the conventions in mod.rs: NULL or a living handle that is this call's alone, views that may be read.
    unsafe {
        guard::status(out_error, || {
            let parameters = exclusive(parameters, "parameters")?;
            parameters.parameters.acr_values = Some(text(acr_values, "acr_values")?.to_owned());
            Ok(())
        })
    }
}

/// Optional; default any. `max_age_s`: how long ago the person may have authenticated, in seconds; the ID token is held
/// against it. One thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cis2_authorization_parameters_set_max_age_s(
    parameters: *mut cis2_authorization_parameters,
    max_age_s: u32,
    out_error: *mut *mut cis2_error,
) -> cis2_status {
    // SAFETY: the conventions in mod.rs: NULL or a living handle that is this call's alone.
    unsafe {
        guard::status(out_error, || {
            exclusive(parameters, "parameters")?.parameters.max_age_s = Some(max_age_s);
            Ok(())
        })
    }
}

/// Optional; default none. `prompt`: such as `login`; the ID token is held against it. One thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cis2_authorization_parameters_set_prompt(
    parameters: *mut cis2_authorization_parameters,
    prompt: cis2_str,
    out_error: *mut *mut cis2_error,
) -> cis2_status {
    // SAFETY: the conventions in mod.rs: NULL or a living handle that is this call's alone, views that may be read.
    unsafe {
        guard::status(out_error, || {
            let parameters = exclusive(parameters, "parameters")?;
            parameters.parameters.prompt = Some(text(prompt, "prompt")?.to_owned());
            Ok(())
        })
    }
}

/// Optional; default none. `ui_locales`: language tags (BCP 47), separated by spaces. One thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cis2_authorization_parameters_set_ui_locales(
    parameters: *mut cis2_authorization_parameters,
    ui_locales: cis2_str,
    out_error: *mut *mut cis2_error,
) -> cis2_status {
    // SAFETY: the conventions in mod.rs: NULL or a living handle that is this call's alone, views that may be read.
    unsafe {
        guard::status(out_error, || {
            let parameters = exclusive(parameters, "parameters")?;
            parameters.parameters.ui_locales = Some(text(ui_locales, "ui_locales")?.to_owned());
            Ok(())
        })
    }
}

/// Optional. Adds a further parameter by its name; each name once, and none that this library sets itself or that has a
/// setter of its own. One thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cis2_authorization_parameters_set(
    parameters: *mut cis2_authorization_parameters,
    name: cis2_str,
    value: cis2_str,
    out_error: *mut *mut cis2_error,
) -> cis2_status {
    // SAFETY: the conventions in mod.rs: NULL or a living handle that is this call's alone, views that may be read.
    unsafe {
        guard::status(out_error, || {
            let parameters = exclusive(parameters, "parameters")?;
            let pair = (filled(name, "name")?.to_owned(), filled(value, "value")?.to_owned());
            parameters.parameters.further.push(pair);
            Ok(())
        })
    }
}

/// Frees parameters. NULL: does nothing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cis2_authorization_parameters_free(parameters: *mut cis2_authorization_parameters) {
    // SAFETY: the conventions in mod.rs: NULL or a handle that is not used again.
    unsafe { guard::run(|| handle::take_back(parameters)) }
}
