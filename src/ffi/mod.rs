//! cis2: sign in with NHS Care Identity Service 2, from C.
//!
//! Order in which to read: this text; `cis2_str`, `cis2_bytes` and the statuses; `cis2_key`, `cis2_config` and
//! `cis2_client`, which are made once; `cis2_flow`, which is made for each sign-in, and `cis2_operation`, in which it runs by
//! itself; `cis2_sign_in`, `cis2_identity` and `cis2_tokens`, which come out of it; `cis2_event`, for a log. What follows holds for every function.
//!
//! Success and failure
//!
//! - A function that can fail gives a `cis2_status`: 0 (`CIS2_STATUS_OK`) or why it failed. One number is one cause, and
//!   no number ever gets another meaning. New ones may come: treat an unknown one by its family (1 to 99 the call, 100 to
//!   199 key and configuration, 200 to 299 transport, 300 to 399 the conversation, 400 to 499 a token was refused).
//! - Outputs are the last parameters, the error output after them. At entry, pointers given for output are set to NULL,
//!   views to empty and numbers to 0; they are written once, on success. There are no in/out parameters.
//! - `out_error` may be NULL. If it is not, it receives an error object after each status other than 0, which you free
//!   with `cis2_error_free`, and NULL after 0.
//! - A required pointer that is NULL gives `CIS2_STATUS_INVALID_ARGUMENT`. A call that is refused for its own parameters,
//!   or because it comes out of order (`CIS2_STATUS_INVALID_STATE`), has changed nothing.
//! - Accessors, which give a value and no status, give the empty view, NULL or 0 where there is nothing to give, and when
//!   they are called on NULL.
//! - A defect of this library that panics is caught: `CIS2_STATUS_PANIC`, or nothing from an accessor. Standard error
//!   gets one line with the place in the source, never what the panic said. Free what the call was given.
//! - Memory that cannot be had ends the process; `CIS2_STATUS_OUT_OF_MEMORY` is reserved.
//!
//! Ownership
//!
//! - What a function gives through `out_...` as a pointer to a handle is yours; each type has its `_free`. Freeing NULL
//!   does nothing. Freeing twice, and using what was freed, is an error of the caller that cannot be detected.
//! - A handle holds what it needs. The order in which handles are freed does not matter: a key may go before the
//!   configuration, a client before its flows.
//! - What a function returns as a view or as a pointer to const is borrowed from the handle it was asked of, and lives as
//!   long as this handle, unless the function says less.
//! - What you pass is borrowed for the call: it is copied where it is kept.
//! - Buffers that held a secret (key, code, token, assertion, sealed request) are overwritten when they are freed.
//! - `cis2_live_objects` counts the handles that you have not freed yet, errors too.
//!
//! Text, bytes and numbers
//!
//! - Text is UTF-8 in a `cis2_str`, everything else is a `cis2_bytes`. `data` NULL is absent, whatever `len` says: refused
//!   with `CIS2_STATUS_INVALID_ARGUMENT` unless the parameter may be absent. `data` with `len` 0 is empty: refused where a
//!   value is needed, with the status of that value. Text that is not UTF-8 gives `CIS2_STATUS_INVALID_ARGUMENT`.
//! - `len` may be `CIS2_LEN_NUL` in a `cis2_str` if the text ends in a NUL.
//! - Text that you receive is also followed by a NUL, for `printf`; `len` is authoritative, because a NUL may stand inside.
//! - Choices are numbers (`CIS2_ALGORITHM_...`, `CIS2_LEVEL_...`, `CIS2_PLATFORM_...`, `CIS2_STEP_...`) in a `uint32_t`,
//!   which is checked.
//! - Times are Unix seconds in an `int64_t`, 0 for unknown. Durations are unsigned, in the unit that the name says.
//!
//! Threads, processes
//!
//! - A parameter that is a pointer to const may be used by many threads at once. One that is not const is used by one
//!   thread at a time, whichever it is; but an operation by any threads at once. Any thread may free. No handle may be freed
//!   while another thread is inside a call on it; but an operation may. The last words of each function say which it is: any
//!   thread, many threads (const), one thread.
//! - `cis2_flow_run`, `cis2_operation_wait` and `cis2_client_close` alone wait. The first call that runs or starts a flow
//!   starts two threads, named `cis2-io`, for the process, which never end, and for a while others of that name where a host
//!   name must be resolved. The first start with a callback, or the first event, starts one named `cis2-callback`, which
//!   never ends, and for a while up to three others. The library cannot be unloaded. Everything else does no input or
//!   output and starts no thread.
//! - A process that was forked after that cannot use the network: `cis2_flow_run`, `cis2_flow_start`, `cis2_operation_wait`
//!   and `cis2_client_close` give `CIS2_STATUS_INVALID_STATE` there, and nothing is called back. Everything else works.
//!
//! Callbacks
//!
//! - `cis2_flow_start` that does not give 0 has changed nothing: there is no operation and no callback.
//! - Once it has given 0, its callback comes exactly once: after success, failure, cancellation or a defect of this library
//!   alike; on a thread of the library that may be kept waiting, never from within `cis2_flow_start` or any other call of
//!   yours, never while the library holds a lock. `out_operation` is written before.
//! - While an operation runs, every other function on its flow gives `CIS2_STATUS_INVALID_STATE`. The outcome then stays in
//!   the flow until it is taken. A flow may be freed while it runs: that cancels it.
//! - `cis2_operation_cancel` is a wish: the callback comes with `CIS2_STATUS_CANCELLED`, or with the outcome that was there
//!   first. `cis2_operation_free` gives up your reference and cancels; the callback comes all the same, so that you can
//!   always release what `user_data` points to. The operation that the callback gets is good until it returns.
//! - `cis2_client_close` cancels all that is under way for a client, and waits: after it none of its callbacks runs or will
//!   run. `cis2_client_free` never waits, and ends nothing.
//! - In a callback everything may be called, freeing included. `cis2_operation_wait` and `cis2_client_close` do not wait
//!   there, but give `CIS2_STATUS_INVALID_STATE`. At most four callbacks run at once in a process: one that waits for
//!   another callback may wait for ever.
//! - Events are told in order, one at a time for each configuration on which they were set, a little later than they
//!   happened. No event holds a request or an answer.
//! - A callback that throws, unwinds or jumps out is a defect of the host: the process ends, if it is lucky.
#![expect(clippy::missing_safety_doc, reason = "the conventions above are the safety section of every function")]
#![expect(non_camel_case_types, reason = "C's names, so that one grep finds a type in all languages")]

#[doc(hidden)]
pub mod guard;
mod callback;
mod handle;
mod in_flight;
mod out;
mod runtime;
mod text;
mod view;

mod assertion;
mod authorization_parameters;
mod authorization_request;
mod client;
mod config;
mod error;
mod event;
mod flow;
mod identity;
mod key;
mod key_set;
mod operation;
mod sign_in;
mod status;
mod tokens;
mod version;

pub use assertion::*;
pub use authorization_parameters::*;
pub use authorization_request::*;
pub use client::*;
pub use config::*;
pub use error::*;
pub use event::*;
pub use flow::*;
pub use identity::*;
pub use key::*;
pub use key_set::*;
pub use operation::*;
pub use sign_in::*;
pub use status::*;
pub use tokens::*;
pub use version::*;
pub use view::{CIS2_LEN_NUL, cis2_bytes, cis2_str};
