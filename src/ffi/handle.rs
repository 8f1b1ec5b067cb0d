//! What C holds: boxes, counted as long as C owns them.
#![expect(unsafe_code, reason = "the C edge: takes boxes back from the caller")]

use std::sync::atomic::{AtomicU64, Ordering};

static LIVE: AtomicU64 = AtomicU64::new(0);

/// Hands a value over to C, which frees it from whatever thread.
pub fn give<T: Send>(value: T) -> *mut T {
    LIVE.fetch_add(1, Ordering::Relaxed);
    Box::into_raw(Box::new(value))
}

/// Takes it back. NULL is nothing.
///
/// # Safety
/// `handle` is NULL, or came from [`give`] and is not used again.
pub unsafe fn take_back<T>(handle: *mut T) {
    if handle.is_null() {
        return;
    }
    // SAFETY: the caller's promise; give made it from a box of this type.
    drop(unsafe { Box::from_raw(handle) });
    LIVE.fetch_sub(1, Ordering::Relaxed);
}

/// How many C owns.
pub fn live() -> u64 {
    LIVE.load(Ordering::Relaxed)
}
