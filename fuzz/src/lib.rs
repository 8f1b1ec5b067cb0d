//! What each reader of foreign bytes promises. Enters: any bytes. A reader that panics, or accepts what it must not, panics
//! here. The targets of `./build.sh fuzz` look for such bytes; `tests/rust/readers.rs` holds the same promises against every
//! vector, in each run of the tests.

mod conversation;
mod jose;
mod key;
mod platform;
pub mod world;

pub use conversation::{callback, discovery, sealed_request, token_answer};
pub use jose::{expectations, id_token, json, jwk_set, jws};
pub use key::{key_der, key_pem, public_key};
pub use platform::platform_row;

/// What a reader promises of any bytes.
pub type Promise = fn(&[u8]);

/// Every reader with its promise, by name.
pub const READERS: &[(&str, Promise)] = &[
    ("callback", callback),
    ("discovery", discovery),
    ("expectations", expectations),
    ("id_token", id_token),
    ("json", json),
    ("jwk_set", jwk_set),
    ("jws", jws),
    ("key_der", key_der),
    ("key_pem", key_pem),
    ("platform_row", platform_row),
    ("public_key", public_key),
    ("sealed_request", sealed_request),
    ("token_answer", token_answer),
];
