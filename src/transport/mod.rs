//! The built-in transport: the only socket, TLS, proxy and environment variable of the library. It runs flows; it decides
//! nothing about protocol and sends nothing again of its own accord.

mod failure;
mod https;

pub use https::{Https, MAX_CONNECTIONS};
