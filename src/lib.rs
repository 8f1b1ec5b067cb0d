//! Sign in with **NHS Care Identity Service 2** (CIS2), and authenticate as a client by `private_key_jwt` anywhere else.
//!
//! # The walk
//!
//! A [`key::SigningKey`] is read from a PEM file. Together with a [`platform::Platform`] row and a handful of options
//! ([`client::Config`]) it makes a [`client::Client`], immutable and shared. The client begins an authorization: a flow that
//! reads the discovery document and ends with a URL for the browser and a sealed text for a cookie. When the browser
//! returns, the client begins a sign-in with the whole callback, which is checked at once. The flow then exchanges the code
//! with a fresh [`assertion`] that can be spent once, finds the provider's key, verifies the ID token and runs the one list
//! of checks in [`identity`]. What comes out is a [`flow::SignIn`]: a validated [`identity::Identity`] and its tokens.
//! Tokens without an identity do not exist.
//!
//! Three sentences hold the walk together. *Only the transport waits*: a flow is a value that says what to send and is given
//! the answer, so the built-in transport, an HTTP client of the host's own and a test are hosts of the same steps. *What may
//! be used once is moved*: a retry cannot resend an assertion, because it no longer has one. *What was checked has another
//! type*: a token is [`jose::jws::Unverified`], then `Verified`, then an `Identity`, and nobody else can make one.
//!
//! ```
//! use cis2::{assertion, clock, jose::Algorithm, key::SigningKey, random};
//!
//! # let pem = include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors/keys/rsa2048.pkcs8.pem"));
//! let key = SigningKey::from_pem(pem, None, "my-kid", Algorithm::Rs512)?;
//! let token_endpoint = "https://am.nhsint.auth-ptl.cis2.spineservices.nhs.uk:443/openam/oauth2/realms/root\
//!                       /realms/NHSIdentity/realms/Healthcare/access_token";
//! let jti = random::jti(&random::SystemRandom)?;
//! let id = "123456789012.apps.supplier";
//! let assertion = assertion::mint_for_audience(&key, id, token_endpoint, 0, clock::now(), &jti)?;
//! assert_eq!(assertion.as_str().split('.').count(), 3);
//!
//! // The mistake that CIS2 answers with "JWT is not valid" is refused here, with the sentence that names the cure.
//! let api_key = "0123456789abcdefghijklmnopqrstuv";
//! let error = assertion::mint_for_audience(&key, api_key, token_endpoint, 0, clock::now(), &jti).unwrap_err();
//! assert!(error.to_string().contains(".apps.supplier"));
//! # Ok::<(), cis2::error::Error>(())
//! ```
//!
//! # The rooms and the walls
//!
//! The modules stand in the order of the data's walk, and each uses only those above it; `tests/rust/architecture.rs`
//! holds that. Built without default features the library has no socket, no runtime and, forbidden by the compiler, no
//! `unsafe`. The feature `https` adds `transport`, the feature `capi` adds `ffi`, the C edge. A feature opens a door,
//! it never changes what a door does.

#![cfg_attr(not(feature = "capi"), forbid(unsafe_code))]

// Ground: used by all, uses nothing.
pub mod error;
pub mod secret;
pub mod exact;
pub mod base64url;
pub mod clock;
pub mod random;
pub mod http;
pub mod event;

// Craft, which knows formats and no OpenID; and data, which knows the NHS and does nothing.
pub mod jose;
pub mod platform;

// Protocol: pure; values in, values out.
pub mod key;
pub mod assertion;
pub mod provider;
pub mod flow;
pub mod identity;

// Assembly.
pub mod client;
#[cfg(feature = "https")]
pub mod transport;

// Edge: thin, the only unsafe.
#[cfg(feature = "capi")]
pub mod ffi;

/// Builds what the hostile vectors describe, for the tests that leave a check out.
#[cfg(test)]
#[path = "../tests/rust/support/hostile.rs"]
mod hostile;
#[cfg(test)]
mod house {
    pub use crate::base64url;
}
