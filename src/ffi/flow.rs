//! A conversation with the provider, stepped.
#![expect(unsafe_code, reason = "the C edge: exported by name, reads the caller's pointers")]

use std::sync::Arc;
use std::time::Duration;

use super::authorization_request::cis2_authorization_request;
use super::error::cis2_error;
use super::out::{Blank, Out};
use super::sign_in::cis2_sign_in;
use super::status::{self, cis2_status};
use super::text::Text;
use super::view::{self, bytes, cis2_bytes, cis2_str, exclusive, peek};
use super::{guard, handle, runtime};
use crate::client::Running;
use crate::error::{Error, Result, Status};
use crate::flow::Step;
use crate::http::Request;
use crate::transport::Https;

/// Send the request that the flow holds, and supply the answer.
pub const CIS2_STEP_SEND: u32 = 1;
/// Reserved: sign bytes with a key that lives elsewhere. No flow asks for it yet.
pub const CIS2_STEP_SIGN: u32 = 2;
/// The outcome is there: take it.
pub const CIS2_STEP_DONE: u32 = 3;

/// A conversation with the provider. It says what it needs next, and ends with one outcome. One thread at a time.
///
/// Run it with `cis2_flow_run`; or step it with an HTTP client of your own: ask `cis2_flow_next`, send the request,
/// supply the answer, until it says `CIS2_STEP_DONE`.
pub struct cis2_flow {
    running: Running,
    transport: Arc<Https>,
    /// The texts of the request that the last `next` showed; gone with the answer.
    shown: Option<Shown>,
}

#[derive(Default)]
struct Shown {
    method: Text,
    url: Text,
    headers: Vec<(Text, Text)>,
}

impl cis2_flow {
    pub(super) fn new(running: Running, transport: Arc<Https>) -> Self {
        Self { running, transport, shown: None }
    }

    fn next(&mut self) -> Result<u32> {
        let Step::Send(request) = self.running.step()? else { return Ok(CIS2_STEP_DONE) };
        let headers = request.headers.iter().map(|_| Default::default()).collect();
        self.shown.get_or_insert_with(|| Shown { headers, ..Shown::default() });
        Ok(CIS2_STEP_SEND)
    }

    /// Steps on, which makes the views of the request void; a call that is refused as such leaves them.
    fn go_on(&mut self, step: impl FnOnce(&mut Running) -> Result<()>) -> Result<()> {
        let outcome = step(&mut self.running);
        let refusal = outcome.as_ref().err().map(Error::status);
        if !matches!(refusal, Some(Status::InvalidArgument | Status::InvalidState)) {
            self.shown = None;
        }
        outcome
    }

    fn pending(&self) -> Option<(&Shown, &Request)> {
        match self.running.step() {
            Ok(Step::Send(request)) => Some((self.shown.as_ref()?, request)),
            _ => None,
        }
    }
}

/// Runs a flow to its end over the built-in transport, waiting on this thread.
///
/// `timeout_ms`: for the whole flow; 0 leaves it to the time of each request. Refuses with whatever ended the flow:
/// statuses from 200 on; and with `CIS2_STATUS_INVALID_STATE` in a child process forked after the first such call. One
/// thread for each flow; different flows may run at once.
///
/// Typically, you will call it on a thread that may wait, then take the outcome.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cis2_flow_run(
    flow: *mut cis2_flow,
    timeout_ms: u32,
    out_error: *mut *mut cis2_error,
) -> cis2_status {
    // SAFETY: the conventions in mod.rs: NULL or a living handle that is this call's alone.
    unsafe {
        guard::status(out_error, || {
            let flow = exclusive(flow, "flow")?;
            let timeout = (timeout_ms != 0).then(|| Duration::from_millis(u64::from(timeout_ms)));
            let transport = Arc::clone(&flow.transport);
            flow.go_on(|running| runtime::block_on(transport.run(running, timeout)))
        })
    }
}

/// Says what the flow needs next.
///
/// `out_step`: `CIS2_STEP_SEND` or `CIS2_STEP_DONE`. A flow that has failed gives the same refusal each time. One thread.
///
/// Typically, you will answer `CIS2_STEP_SEND` by sending the request exactly as it is: no redirects followed, no
/// compression asked for, no cookies, and never twice.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cis2_flow_next(
    flow: *mut cis2_flow,
    out_step: *mut u32,
    out_error: *mut *mut cis2_error,
) -> cis2_status {
    // SAFETY: the conventions in mod.rs: NULL or a living handle that is this call's alone, outputs that may be written.
    unsafe {
        guard::status(out_error, || {
            let out = Out::required(out_step, "out_step")?;
            out.write(exclusive(flow, "flow")?.next()?);
            Ok(())
        })
    }
}

/// `GET` or `POST`; empty unless `cis2_flow_next` said `CIS2_STEP_SEND`. Borrowed until the answer is supplied. Many
/// threads.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cis2_flow_request_method(flow: *const cis2_flow) -> cis2_str {
    // SAFETY: the conventions in mod.rs: NULL or a living handle.
    unsafe {
        guard::value(|| {
            let (shown, request) = peek(flow)?.pending()?;
            Some(shown.method.view(request.method.as_str()))
        })
    }
}

/// The address of the request, byte for byte as the provider published it; empty unless `cis2_flow_next` said
/// `CIS2_STEP_SEND`. Borrowed until the answer is supplied. Many threads.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cis2_flow_request_url(flow: *const cis2_flow) -> cis2_str {
    // SAFETY: the conventions in mod.rs: NULL or a living handle.
    unsafe {
        guard::value(|| {
            let (shown, request) = peek(flow)?.pending()?;
            Some(shown.url.view(&request.url))
        })
    }
}

/// How many header fields the request has. Many threads.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cis2_flow_request_header_count(flow: *const cis2_flow) -> usize {
    // SAFETY: the conventions in mod.rs: NULL or a living handle.
    unsafe { guard::value(|| Some(peek(flow)?.pending()?.1.headers.len())) }
}

/// The name of a header field; empty if there is none of this index. Borrowed until the answer is supplied. Many threads.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cis2_flow_request_header_name(flow: *const cis2_flow, index: usize) -> cis2_str {
    // SAFETY: the conventions in mod.rs: NULL or a living handle.
    unsafe {
        guard::value(|| {
            let (shown, request) = peek(flow)?.pending()?;
            Some(shown.headers.get(index)?.0.view(request.headers.get(index)?.0))
        })
    }
}

/// The value of a header field, which may be secret; empty if there is none of this index. Borrowed until the answer is
/// supplied. Many threads.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cis2_flow_request_header_value(flow: *const cis2_flow, index: usize) -> cis2_str {
    // SAFETY: the conventions in mod.rs: NULL or a living handle.
    unsafe {
        guard::value(|| {
            let (shown, request) = peek(flow)?.pending()?;
            Some(shown.headers.get(index)?.1.view(request.headers.get(index)?.1.expose()))
        })
    }
}

/// The body of the request, which is secret; absent in a `GET`. Borrowed until the answer is supplied. Many threads.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cis2_flow_request_body(flow: *const cis2_flow) -> cis2_bytes {
    // SAFETY: the conventions in mod.rs: NULL or a living handle.
    unsafe {
        guard::value(|| {
            let body = peek(flow)?.pending()?.1.body.as_ref();
            Some(body.map_or(cis2_bytes::BLANK, |body| cis2_bytes::from(body.expose())))
        })
    }
}

/// Supplies the answer to the request.
///
/// `http_status`: 100 to 599. `final_url`: the address that answered; another one than the request's is refused, so that
/// a redirect that was followed is seen. `headers`: as received, `Name: value` lines with CRLF; may be empty. `body`: whole;
/// may be empty. An answer that ends the flow gives the refusal at once, and again from `cis2_flow_next`; without a request
/// that waits, `CIS2_STATUS_INVALID_STATE`. One thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cis2_flow_supply_response(
    flow: *mut cis2_flow,
    http_status: u16,
    final_url: cis2_str,
    headers: cis2_bytes,
    body: cis2_bytes,
    out_error: *mut *mut cis2_error,
) -> cis2_status {
    // SAFETY: the conventions in mod.rs: NULL or a living handle that is this call's alone, views that may be read.
    unsafe {
        guard::status(out_error, || {
            let flow = exclusive(flow, "flow")?;
            let http_status = view::http_status(http_status)?;
            let final_url = view::filled(final_url, "final_url")?;
            let (headers, body) = (bytes(headers, "headers")?, bytes(body, "body")?);
            flow.go_on(|running| running.supply_received(http_status, final_url, headers, body))
        })
    }
}

/// Supplies the news that there is no answer.
///
/// `kind`: a status of the transport family (200 to 299), or `CIS2_STATUS_CANCELLED`. `request_may_have_left`: 0 only if no
/// connection was made, else 1: a code and an assertion are never sent again once they may have left. The flow asks once
/// more, or ends with this status. One thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cis2_flow_supply_failure(
    flow: *mut cis2_flow,
    kind: u32,
    request_may_have_left: u32,
    out_error: *mut *mut cis2_error,
) -> cis2_status {
    // SAFETY: the conventions in mod.rs: NULL or a living handle that is this call's alone.
    unsafe {
        guard::status(out_error, || {
            let flow = exclusive(flow, "flow")?;
            let kind = status::from_number(kind, "kind")?;
            let may_have_left = view::flag(request_may_have_left, "request_may_have_left")?;
            flow.go_on(|running| running.supply_failure(kind, may_have_left))
        })
    }
}

/// Takes the authorization request out of a flow that is done, once.
///
/// Gives a request that you free with `cis2_authorization_request_free`. Before the flow is done, a second time, or out of
/// a flow of another kind: `CIS2_STATUS_INVALID_STATE`. One thread.
///
/// Typically, you will keep its sealed text for the person and send the browser to its URL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cis2_flow_take_authorization_request(
    flow: *mut cis2_flow,
    out_request: *mut *mut cis2_authorization_request,
    out_error: *mut *mut cis2_error,
) -> cis2_status {
    // SAFETY: the conventions in mod.rs: NULL or a living handle that is this call's alone, outputs that may be written.
    unsafe {
        guard::status(out_error, || {
            let out = Out::required(out_request, "out_request")?;
            out.give(exclusive(flow, "flow")?.running.take_authorization_request()?.into());
            Ok(())
        })
    }
}

/// Takes who signed in out of a flow that is done, once.
///
/// Gives a sign-in that you free with `cis2_sign_in_free`. Before the flow is done, a second time, or out of a flow of
/// another kind: `CIS2_STATUS_INVALID_STATE`. One thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cis2_flow_take_sign_in(
    flow: *mut cis2_flow,
    out_sign_in: *mut *mut cis2_sign_in,
    out_error: *mut *mut cis2_error,
) -> cis2_status {
    // SAFETY: the conventions in mod.rs: NULL or a living handle that is this call's alone, outputs that may be written.
    unsafe {
        guard::status(out_error, || {
            let out = Out::required(out_sign_in, "out_sign_in")?;
            out.give(cis2_sign_in::from(&exclusive(flow, "flow")?.running.take_sign_in()?));
            Ok(())
        })
    }
}

/// Frees a flow and overwrites what it holds. NULL: does nothing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cis2_flow_free(flow: *mut cis2_flow) {
    // SAFETY: the conventions in mod.rs: NULL or a handle that is not used again.
    unsafe { guard::run(|| handle::take_back(flow)) }
}
