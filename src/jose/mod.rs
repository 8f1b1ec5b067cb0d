//! JOSE: the algorithms, compact JWS, JWK and strict JSON. It knows formats and no OpenID word. The only signing and
//! verifying of the library, with keys that are parsed once and kept, is `jws`.

pub mod algorithm;
pub mod hash;
pub mod json;
pub mod jwk;
pub mod jws;

pub use algorithm::{Algorithm, Curve};
