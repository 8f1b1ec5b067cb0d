//! What C holds: boxes, counted as long as C owns them.
#![expect(unsafe_code, reason = "the C edge: takes boxes back from the caller")]

use std::sync::Arc;
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

/// Hands a reference over to C. The library keeps others, so it lives at the same address until the last one goes.
pub fn give_shared<T: Send + Sync>(value: Arc<T>) -> *mut T {
    LIVE.fetch_add(1, Ordering::Relaxed);
    Arc::into_raw(value).cast_mut()
}

/// Takes C's reference back. NULL is nothing.
///
/// # Safety
/// `handle` is NULL, or came from [`give_shared`] and is not used again.
pub unsafe fn take_back_shared<T>(handle: *mut T) -> Option<Arc<T>> {
    if handle.is_null() {
        return None;
    }
    LIVE.fetch_sub(1, Ordering::Relaxed);
    // SAFETY: the caller's promise; give_shared made it from a reference of this type.
    Some(unsafe { Arc::from_raw(handle) })
}

/// How many C owns.
pub fn live() -> u64 {
    LIVE.load(Ordering::Relaxed)
}
