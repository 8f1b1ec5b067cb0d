//! Sign in with NHS Care Identity Service 2. Draft of the front page.
#![cfg_attr(not(feature = "capi"), forbid(unsafe_code))]

// ground: used by all, uses nothing
pub mod error;
pub mod secret;
pub mod exact;
pub mod base64url;
pub mod clock;
pub mod random;
pub mod http;
// craft and data
pub mod jose;
pub mod platform;
// protocol: pure; values in, values out
pub mod key;
pub mod assertion;
pub mod provider;
pub mod flow;
pub mod identity;
// assembly
pub mod client;
#[cfg(feature = "https")]
pub mod transport;
// edge: thin; the only unsafe
#[cfg(feature = "capi")]
pub mod ffi;
