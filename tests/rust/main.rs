//! One binary for all tests of the public Rust API. Where does a new test go? Under the room that its sentence is about;
//! a fixed bug goes to `regression`. `tests/README.md` says what the other layers prove.

mod support;

// Key files: each form, each refusal.
mod key;
// Client assertions: pinned byte by byte, spent once.
mod assertion;
// Flows stepped by hand: what is sent, sent again and kept.
mod flow;

// The three tables of hostile callbacks, token answers and ID tokens, through whole conversations.
mod hostile;

// The C edge: the header is what the source says.
#[cfg(feature = "capi")]
mod header;
