//! A conversation with the provider, stepped.
#![expect(unsafe_code, reason = "the C edge: exported by name, reads the caller's pointers")]

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::authorization_request::cis2_authorization_request;
use super::error::cis2_error;
use super::in_flight::{Cancel, InFlight, Place};
use super::operation::carry;
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
/// Run it with `cis2_flow_run`; start it with `cis2_flow_start`; or step it with an HTTP client of your own: ask
/// `cis2_flow_next`, send the request, supply the answer, until it says `CIS2_STEP_DONE`.
pub struct cis2_flow {
    slot: Arc<Slot>,
    network: Network,
    /// The texts of the request that the last `next` showed; gone with the answer.
    shown: Option<Shown>,
}

/// What a flow has of its client to use the network with.
#[derive(Clone)]
pub(super) struct Network {
    pub(super) transport: Arc<Https>,
    pub(super) in_flight: Arc<InFlight>,
}

#[derive(Default)]
struct Shown {
    method: Text,
    url: Text,
    headers: Vec<(Text, Text)>,
}

/// Where a flow is kept, by its handle and by the operation that it is away in.
pub(super) struct Slot(Mutex<Whereabouts>);

enum Whereabouts {
    Here(Running),
    /// Something runs it, and can be asked to end.
    Away(Arc<Cancel>),
    /// It was left half done by a defect of this library.
    Lost(Error),
}

impl Slot {
    /// Does something with the flow, if it is here.
    fn with<T>(&self, act: impl FnOnce(&mut Running) -> Result<T>) -> Result<T> {
        match &mut *self.lock() {
            Whereabouts::Here(running) => act(running),
            Whereabouts::Away(_) => Err(is_away()),
            Whereabouts::Lost(error) => Err(error.clone()),
        }
    }

    fn leave(&self, cancel: &Arc<Cancel>) -> Result<Running> {
        let mut whereabouts = self.lock();
        match std::mem::replace(&mut *whereabouts, Whereabouts::Away(Arc::clone(cancel))) {
            Whereabouts::Here(running) => Ok(running),
            other => {
                let refusal = if let Whereabouts::Lost(error) = &other { error.clone() } else { is_away() };
                *whereabouts = other;
                Err(refusal)
            }
        }
    }

    /// Brings it back, unless it is half done.
    pub(super) fn put(&self, running: Option<Running>, outcome: &Result<()>) {
        let back = match (running, outcome) {
            (_, Err(error)) if matches!(error.status(), Status::Internal | Status::Panic) => {
                Whereabouts::Lost(error.clone())
            }
            (Some(running), _) => Whereabouts::Here(running),
            (None, _) => Whereabouts::Lost(Error::new(Status::Internal)),
        };
        let left = std::mem::replace(&mut *self.lock(), back);
        drop(left);
    }

    /// Asks what runs it to end.
    fn cancel(&self) {
        // Out of the lock first: who is woken may want it.
        let cancel = match &*self.lock() {
            Whereabouts::Away(cancel) => Arc::clone(cancel),
            _ => return,
        };
        cancel.request();
    }

    fn lock(&self) -> MutexGuard<'_, Whereabouts> {
        // A panic in here leaves a flow half done: the caller frees it and looks at it no more.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn is_away() -> Error {
    Error::new(Status::InvalidState)
        .expected("a flow that does not run")
        .remedy("wait for its operation, or cancel it.")
}

impl cis2_flow {
    pub(super) fn new(running: Running, network: Network) -> Self {
        Self { slot: Arc::new(Slot(Mutex::new(Whereabouts::Here(running)))), network, shown: None }
    }

    pub(super) fn slot(&self) -> Arc<Slot> {
        Arc::clone(&self.slot)
    }

    pub(super) fn network(&self) -> &Network {
        &self.network
    }

    /// Lets the flow out to be run, which makes the views of the request void.
    pub(super) fn leave(&mut self, cancel: &Arc<Cancel>) -> Result<(Running, Place)> {
        let place = self.network.in_flight.enter(cancel)?;
        let running = self.slot.leave(cancel)?;
        self.shown = None;
        Ok((running, place))
    }

    fn run(&mut self, timeout: Option<Duration>) -> Result<()> {
        let runtime = runtime::get()?.for_waiting()?;
        let cancel = Arc::default();
        let (mut running, place) = self.leave(&cancel)?;
        let outcome = runtime.block_on(carry(&mut running, &self.network.transport, timeout, &cancel));
        self.slot.put(Some(running), &outcome);
        drop(place);
        outcome
    }

    fn next(&mut self) -> Result<u32> {
        let slot = self.slot();
        slot.with(|running| {
            let Step::Send(request) = running.step()? else { return Ok(CIS2_STEP_DONE) };
            let headers = request.headers.iter().map(|_| Default::default()).collect();
            self.shown.get_or_insert_with(|| Shown { headers, ..Shown::default() });
            Ok(CIS2_STEP_SEND)
        })
    }

    /// Steps on, which makes the views of the request void; a call that is refused as such leaves them.
    fn go_on(&mut self, step: impl FnOnce(&mut Running) -> Result<()>) -> Result<()> {
        let outcome = self.slot.with(step);
        let refusal = outcome.as_ref().err().map(Error::status);
        if !matches!(refusal, Some(Status::InvalidArgument | Status::InvalidState)) {
            self.shown = None;
        }
        outcome
    }

    /// Looks at the request that was shown.
    fn pending<T>(&self, look: impl FnOnce(&Shown, &Request) -> Option<T>) -> Option<T> {
        let shown = self.shown.as_ref()?;
        let seen = self.slot.with(|running| match running.step()? {
            Step::Send(request) => Ok(look(shown, request)),
            Step::Done => Ok(None),
        });
        seen.ok().flatten()
    }
}

impl Drop for cis2_flow {
    fn drop(&mut self) {
        // In a forked child the lock may never open, and there is nothing to end.
        if !runtime::forked() {
            self.slot.cancel();
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
            let timeout = (timeout_ms != 0).then(|| Duration::from_millis(u64::from(timeout_ms)));
            exclusive(flow, "flow")?.run(timeout)
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
    unsafe { guard::value(|| peek(flow)?.pending(|shown, request| Some(shown.method.view(request.method.as_str())))) }
}

/// The address of the request, byte for byte as the provider published it; empty unless `cis2_flow_next` said
/// `CIS2_STEP_SEND`. Borrowed until the answer is supplied. Many threads.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cis2_flow_request_url(flow: *const cis2_flow) -> cis2_str {
    // SAFETY: the conventions in mod.rs: NULL or a living handle.
    unsafe { guard::value(|| peek(flow)?.pending(|shown, request| Some(shown.url.view(&request.url)))) }
}

/// How many header fields the request has. Many threads.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cis2_flow_request_header_count(flow: *const cis2_flow) -> usize {
    // SAFETY: the conventions in mod.rs: NULL or a living handle.
    unsafe { guard::value(|| peek(flow)?.pending(|_, request| Some(request.headers.len()))) }
}

/// The name of a header field; empty if there is none of this index. Borrowed until the answer is supplied. Many threads.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cis2_flow_request_header_name(flow: *const cis2_flow, index: usize) -> cis2_str {
    // SAFETY: the conventions in mod.rs: NULL or a living handle.
    unsafe {
        guard::value(|| {
            peek(flow)?.pending(|shown, request| Some(shown.headers.get(index)?.0.view(request.headers.get(index)?.0)))
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
            peek(flow)?.pending(|shown, request| {
                Some(shown.headers.get(index)?.1.view(request.headers.get(index)?.1.expose()))
            })
        })
    }
}

/// The body of the request, which is secret; absent in a `GET`. Borrowed until the answer is supplied. Many threads.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cis2_flow_request_body(flow: *const cis2_flow) -> cis2_bytes {
    // SAFETY: the conventions in mod.rs: NULL or a living handle.
    unsafe {
        guard::value(|| {
            let bytes = |request: &Request| request.body.as_ref().map(|body| cis2_bytes::from(body.expose()));
            peek(flow)?.pending(|_, request| Some(bytes(request).unwrap_or(cis2_bytes::BLANK)))
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
            out.give(exclusive(flow, "flow")?.slot.with(Running::take_authorization_request)?.into());
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
            out.give(cis2_sign_in::from(&exclusive(flow, "flow")?.slot.with(Running::take_sign_in)?));
            Ok(())
        })
    }
}

/// Frees a flow and overwrites what it holds. NULL: does nothing. If it runs, it is cancelled; never waits, and the callback
/// of its operation still comes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cis2_flow_free(flow: *mut cis2_flow) {
    // SAFETY: the conventions in mod.rs: NULL or a handle that is not used again.
    unsafe { guard::run(|| handle::take_back(flow)) }
}
