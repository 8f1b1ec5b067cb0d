//! Outputs: made blank at entry, written once, last.
#![expect(unsafe_code, reason = "the C edge: writes to the caller's pointers")]

use std::ptr::{self, NonNull};

use super::handle;
use super::view::{cis2_bytes, cis2_str};
use crate::error::{Error, Result, Status};

/// What stands in an output before it is written, and after a failure.
pub trait Blank {
    /// NULL, empty or 0.
    const BLANK: Self;
}

impl<T> Blank for *mut T {
    const BLANK: Self = ptr::null_mut();
}

impl<T> Blank for *const T {
    const BLANK: Self = ptr::null();
}

impl Blank for cis2_str {
    const BLANK: Self = Self { data: ptr::null(), len: 0 };
}

impl Blank for cis2_bytes {
    const BLANK: Self = Self { data: ptr::null(), len: 0 };
}

macro_rules! blank_numbers {
    ($($number:ty)*) => { $(impl Blank for $number { const BLANK: Self = 0; })* };
}
blank_numbers!(i32 i64 u32 u64 usize);

/// A place of the caller's that is blank and waits to be written.
pub struct Out<T>(NonNull<T>);

impl<T: Blank> Out<T> {
    /// A place that must be there.
    ///
    /// # Safety
    /// `place` is NULL, or valid for writes until the call ends.
    pub unsafe fn required(place: *mut T, name: &str) -> Result<Self> {
        // SAFETY: the caller's promise, passed on.
        unsafe { Self::optional(place) }
            .ok_or_else(|| Error::new(Status::InvalidArgument).expected(format!("{name} not to be NULL")))
    }

    /// A place that may be missing.
    ///
    /// # Safety
    /// `place` is NULL, or valid for writes until the call ends.
    pub unsafe fn optional(place: *mut T) -> Option<Self> {
        let place = NonNull::new(place)?;
        // SAFETY: the caller's promise. What stood there is plain data and is not dropped.
        unsafe { place.write(T::BLANK) };
        Some(Self(place))
    }

    /// Writes it.
    pub fn write(self, value: T) {
        // SAFETY: whoever made this promised that the place is valid for writes.
        unsafe { self.0.write(value) };
    }
}

impl<T: Send> Out<*mut T> {
    /// Hands a handle over.
    pub fn give(self, value: T) {
        self.write(handle::give(value));
    }
}
