//! Which library this is, and what C still owns of it.
#![expect(unsafe_code, reason = "the C edge: exported by name")]

use std::ffi::{CStr, c_char};

use super::{guard, handle};

/// The version of this header: major << 16 | minor. Compare with what `cis2_abi_version` says.
pub const CIS2_ABI_VERSION: u32 = 1;

const VERSION: &CStr = match CStr::from_bytes_with_nul(concat!(env!("CARGO_PKG_VERSION"), "\0").as_bytes()) {
    Ok(version) => version,
    Err(_) => panic!("a version with a NUL in it"),
};

/// The version of the library, such as "0.1.0". Lives for ever. Any thread.
#[unsafe(no_mangle)]
pub extern "C" fn cis2_version() -> *const c_char {
    VERSION.as_ptr()
}

/// The version of the library's interface: major << 16 | minor. Any thread.
///
/// Typically, you will compare it once with `CIS2_ABI_VERSION`: the major number must be the same and the minor number
/// at least as high.
#[unsafe(no_mangle)]
pub extern "C" fn cis2_abi_version() -> u32 {
    CIS2_ABI_VERSION
}

/// How many handles the process has received and not freed, errors included. Any thread.
///
/// Typically, you will expect 0 at the end of a test, and show it as a metric of a server.
#[unsafe(no_mangle)]
pub extern "C" fn cis2_live_objects() -> u64 {
    guard::value(|| Some(handle::live()))
}
