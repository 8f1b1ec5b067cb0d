//! What the caller passes, looked at before it is believed.
#![expect(unsafe_code, reason = "the C edge: reads the caller's memory")]

use std::ffi::{CStr, c_char};
use std::slice;
use std::sync::Arc;

use crate::error::{Error, Result, Status};

/// As the `len` of a `cis2_str`: the text ends in a NUL.
pub const CIS2_LEN_NUL: usize = SIZE_MAX;
/// By its name in C, because cbindgen writes the name and not the value.
const SIZE_MAX: usize = usize::MAX;

/// Borrowed UTF-8 text. `data` NULL: absent. `data` not NULL and `len` 0: empty.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct cis2_str {
    /// The first byte.
    pub data: *const c_char,
    /// How many bytes; `CIS2_LEN_NUL` in a text that you pass if it ends in a NUL.
    pub len: usize,
}

/// Borrowed bytes: files, secrets, bodies. `data` NULL: absent. `data` not NULL and `len` 0: empty.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct cis2_bytes {
    /// The first byte.
    pub data: *const u8,
    /// How many bytes.
    pub len: usize,
}

impl From<&[u8]> for cis2_bytes {
    fn from(bytes: &[u8]) -> Self {
        Self { data: bytes.as_ptr(), len: bytes.len() }
    }
}

/// A handle that is read. `Sync`, because const in C means that many threads may do so at once.
///
/// # Safety
/// `handle` is NULL, or came from `handle::give` (or lies in such a one) and outlives the call.
pub unsafe fn shared<'a, T: Sync>(handle: *const T, name: &str) -> Result<&'a T> {
    // SAFETY: the caller's promise, passed on.
    unsafe { peek(handle) }.ok_or_else(|| missing(name))
}

/// A handle that an accessor reads.
///
/// # Safety
/// As for [`shared`].
pub unsafe fn peek<'a, T: Sync>(handle: *const T) -> Option<&'a T> {
    // SAFETY: the caller's promise: it points to a value of this type, which nobody changes during the call.
    unsafe { handle.as_ref() }
}

/// A handle that the library shares with C, kept for the call: another thread may free it meanwhile.
///
/// # Safety
/// `handle` is NULL, or came from `handle::give_shared` and was not freed before the call, or is lent to a callback.
pub unsafe fn kept<T: Send + Sync>(handle: *const T, name: &str) -> Result<Arc<T>> {
    if handle.is_null() {
        return Err(missing(name));
    }
    // SAFETY: the caller's promise: it is the address in a reference that is alive.
    unsafe {
        Arc::increment_strong_count(handle);
        Ok(Arc::from_raw(handle))
    }
}

/// A handle that is changed.
///
/// # Safety
/// As for [`shared`], and no other thread uses it during the call.
pub unsafe fn exclusive<'a, T: Send>(handle: *mut T, name: &str) -> Result<&'a mut T> {
    // SAFETY: the caller's promise: it points to a value of this type, which is this call's alone.
    unsafe { handle.as_mut() }.ok_or_else(|| missing(name))
}

/// Text that must be there. Whether it may be empty is the house's decision.
///
/// # Safety
/// `text.data` is NULL, or valid for reads of `text.len` bytes (up to a NUL, for `CIS2_LEN_NUL`) until the call ends.
pub unsafe fn text<'a>(text: cis2_str, name: &str) -> Result<&'a str> {
    if text.data.is_null() {
        return Err(missing(name));
    }
    let bytes = if text.len == CIS2_LEN_NUL {
        // SAFETY: the caller's promise: it ends in a NUL.
        unsafe { CStr::from_ptr(text.data) }.to_bytes()
    } else {
        check_length(text.len, name)?;
        // SAFETY: the caller's promise; not NULL, and the length was checked.
        unsafe { slice::from_raw_parts(text.data.cast(), text.len) }
    };
    str::from_utf8(bytes).map_err(|error| {
        invalid(format!("{name} to be UTF-8")).found(format!("a byte that is none at offset {}", error.valid_up_to()))
    })
}

/// Text that must be there and hold something.
///
/// # Safety
/// As for [`text`].
pub unsafe fn filled<'a>(value: cis2_str, name: &str) -> Result<&'a str> {
    // SAFETY: the caller's promise, passed on.
    match unsafe { text(value, name) }? {
        "" => Err(invalid(format!("{name} not to be empty"))),
        text => Ok(text),
    }
}

/// Text that may be absent, and holds something if it is there.
///
/// # Safety
/// As for [`text`].
pub unsafe fn filled_if<'a>(value: cis2_str, name: &str) -> Result<Option<&'a str>> {
    if value.data.is_null() {
        return Ok(None);
    }
    // SAFETY: the caller's promise, passed on.
    unsafe { filled(value, name) }.map(Some)
}

/// Bytes that must be there.
///
/// # Safety
/// `bytes.data` is NULL, or valid for reads of `bytes.len` bytes until the call ends.
pub unsafe fn bytes<'a>(bytes: cis2_bytes, name: &str) -> Result<&'a [u8]> {
    // SAFETY: the caller's promise, passed on.
    unsafe { bytes_if(bytes, name) }?.ok_or_else(|| missing(name))
}

/// Bytes that may be absent.
///
/// # Safety
/// As for [`bytes`].
pub unsafe fn bytes_if<'a>(bytes: cis2_bytes, name: &str) -> Result<Option<&'a [u8]>> {
    if bytes.data.is_null() {
        return Ok(None);
    }
    check_length(bytes.len, name)?;
    // SAFETY: the caller's promise; not NULL, and the length was checked.
    Ok(Some(unsafe { slice::from_raw_parts(bytes.data, bytes.len) }))
}

/// A function that must be there.
pub fn required<T>(function: Option<T>, name: &str) -> Result<T> {
    function.ok_or_else(|| missing(name))
}

/// A yes or no.
pub fn flag(number: u32, name: &str) -> Result<bool> {
    match number {
        0 => Ok(false),
        1 => Ok(true),
        _ => Err(invalid(format!("{name} to be 0 or 1")).found(number.to_string())),
    }
}

/// Three digits (RFC 9110 §15). 0 is what many HTTP clients say when there was no answer at all.
pub fn http_status(number: u16) -> Result<u16> {
    match number {
        100..=599 => Ok(number),
        _ => Err(invalid("http_status to be 100 to 599".to_owned()).found(number.to_string())),
    }
}

fn check_length(len: usize, name: &str) -> Result<()> {
    // Rust's slices may not be longer; nothing that long can be in memory.
    if isize::try_from(len).is_ok() {
        return Ok(());
    }
    Err(invalid(format!("{name} to have a length that can be")).found(len.to_string()))
}

fn missing(name: &str) -> Error {
    invalid(format!("{name} not to be NULL"))
}

fn invalid(expected: String) -> Error {
    Error::new(Status::InvalidArgument).expected(expected)
}
