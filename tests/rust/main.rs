//! One binary for all tests of the public Rust API. Where does a new test go? Under the room that its sentence is about;
//! a fixed bug goes to `regression`. `tests/README.md` says what the other layers prove.

#![expect(clippy::disallowed_methods, reason = "tests read files and the environment")]

mod support;

// The ground: exact texts, base64url, clock, headers.
mod ground;
// The table of statuses, and what an error says.
mod error;
// The table of events: who says which when, and that none holds a secret.
mod event;
// Platform rows: published strings, and rows of a site's own.
mod platform;

// Strict JSON, beside another reader.
mod json;
// Algorithms, signatures and JWKs: published figures, and openssl on the other side.
mod jose;
// Key files: each form, each refusal.
mod key;
// Public keys of any file, and the JWK set of them.
mod public_key;
// Client assertions: pinned byte by byte, spent once.
mod assertion;
// Flows stepped by hand: what is sent, sent again and kept.
mod flow;
// Authorization requests and callbacks: what may be asked for, and the bounds of each text.
mod authorization;
// The sealed authorization request.
mod saved;
// Who signed in and with which tokens.
mod identity;

// The three tables of hostile callbacks, token answers and ID tokens, through whole conversations.
mod hostile;

// Good input changed or cut at any place.
mod mutation;
// What each reader of foreign bytes promises; the fuzzer's targets are made of the same functions.
mod readers;
// The built-in transport, against the simulator and against servers that misbehave.
#[cfg(feature = "https")]
mod transport;
// A provider that fails, fault by fault of the simulator's table.
#[cfg(feature = "https")]
mod faults;
// Documents that are made from the tables.
mod docs;
// The walls: which room imports which, which crate lives where.
mod architecture;

// The C edge: every function with every bad input, and whole sign-ins as C steps them.
#[cfg(feature = "capi")]
mod boundary;
// The C edge: the header is what the source says.
#[cfg(feature = "capi")]
mod header;
