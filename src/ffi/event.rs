//! What happened, for the host's log: events are queued where they happen and told on the library's callback threads.
#![expect(unsafe_code, reason = "the C edge: exported by name, reads the caller's pointers, calls the host")]

use std::collections::VecDeque;
use std::ffi::c_void;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::callback::{self, UserData};
use super::in_flight::{InFlight, Place};
use super::text::Text;
use super::view::{cis2_str, peek, text};
use super::{guard, runtime};
use crate::event::{self, Event, Level};

/// A person could not sign in, or something is lost.
pub const CIS2_LEVEL_ERROR: u32 = 1;
/// It went on, or was to be refused; somebody should look.
pub const CIS2_LEVEL_WARNING: u32 = 2;
/// What happens now and then, and is as it should be.
pub const CIS2_LEVEL_INFO: u32 = 3;
/// Each step.
pub const CIS2_LEVEL_DEBUG: u32 = 4;

/// The built-in transport sends a request.
pub const CIS2_EVENT_REQUEST_SENT: u32 = 1;
/// The whole answer is there, whatever it says.
pub const CIS2_EVENT_REQUEST_ANSWERED: u32 = 2;
/// A request got no answer that can be used.
pub const CIS2_EVENT_REQUEST_FAILED: u32 = 3;
/// A request that failed is to be sent once more; a POST only because it never left.
pub const CIS2_EVENT_REQUEST_REPEATED: u32 = 4;
/// A document of the provider lies elsewhere within its origin.
pub const CIS2_EVENT_REDIRECT_FOLLOWED: u32 = 5;
/// The discovery document was read.
pub const CIS2_EVENT_DISCOVERY_REFRESHED: u32 = 20;
/// A new discovery document could not be had, for this status; the older one serves.
pub const CIS2_EVENT_DISCOVERY_STALE: u32 = 21;
/// The provider's key set was read.
pub const CIS2_EVENT_KEYS_REFRESHED: u32 = 22;
/// A token names a key that is not in the key set, which is asked for anew.
pub const CIS2_EVENT_KEYS_REFETCHED: u32 = 23;
/// A new key set could not be had, for this status; the older one serves.
pub const CIS2_EVENT_KEYS_STALE: u32 = 24;
/// The provider's clock and this machine's are further apart than the skew that is allowed.
pub const CIS2_EVENT_CLOCK_OFFSET_LARGE: u32 = 25;
/// A flow was begun.
pub const CIS2_EVENT_FLOW_BEGUN: u32 = 40;
/// A flow has its outcome.
pub const CIS2_EVENT_FLOW_DONE: u32 = 41;
/// A flow ended with a refusal.
pub const CIS2_EVENT_FLOW_FAILED: u32 = 42;
/// A flow was cancelled by the caller.
pub const CIS2_EVENT_FLOW_CANCELLED: u32 = 43;
/// What a browser brought back was refused before anything was sent.
pub const CIS2_EVENT_CALLBACK_REFUSED: u32 = 44;
/// A client was made with a key whose file is weakly encrypted; encrypt it anew.
pub const CIS2_EVENT_KEY_ENCRYPTION_WEAK: u32 = 60;
/// The host took events too slowly; so many were left out here.
pub const CIS2_EVENT_EVENTS_LOST: u32 = 80;

/// Most events that wait to be told to one listener. A host that is slower than that is told how many it missed.
const MAX_WAITING: usize = 4096;
/// How many are told in one go before other callbacks have their turn.
const BATCH: usize = 64;

/// Called for each event up to the level that was asked for, on a thread of the library, one at a time.
///
/// `event`: borrowed until the callback returns. It must return, and neither throw nor unwind.
pub type cis2_event_fn = Option<unsafe extern "C" fn(user_data: *mut c_void, event: *const cis2_event)>;

/// Called once, after the last use of `user_data`.
pub type cis2_drop_fn = Option<unsafe extern "C" fn(user_data: *mut c_void)>;

/// Something that happened: a number, a level, a sentence and a few fields. Immutable. `docs/events.md` has all of them. No
/// text of it holds a key, code, token, assertion, state, nonce or verifier.
pub struct cis2_event {
    event: Event,
    name: Text,
    message: Text,
    fields: Vec<Field>,
}

struct Field {
    name: &'static str,
    value: String,
    name_text: Text,
    value_text: Text,
}

impl From<Event> for cis2_event {
    fn from(event: Event) -> Self {
        let of = |(field, value): (event::Field, event::Value<'_>)| Field {
            name: field.name(),
            value: value.to_string(),
            name_text: Text::default(),
            value_text: Text::default(),
        };
        let fields = event.fields().into_iter().map(of).collect();
        Self { event, name: Text::default(), message: Text::default(), fields }
    }
}

/// Which event: a `CIS2_EVENT_...`, or one of a later version. Many threads.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cis2_event_id(event: *const cis2_event) -> u32 {
    // SAFETY: the conventions in mod.rs: NULL or a living handle.
    unsafe { guard::value(|| Some(peek(event)?.event.id().number())) }
}

/// How much it matters: a `CIS2_LEVEL_...`. Many threads.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cis2_event_level(event: *const cis2_event) -> u32 {
    // SAFETY: the conventions in mod.rs: NULL or a living handle.
    unsafe { guard::value(|| Some(peek(event)?.event.row().level.number())) }
}

/// Its name, as this header writes it after `CIS2_EVENT_`. Many threads.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cis2_event_name(event: *const cis2_event) -> cis2_str {
    // SAFETY: the conventions in mod.rs: NULL or a living handle.
    unsafe {
        guard::value(|| {
            let event = peek(event)?;
            Some(event.name.view(event.event.row().name))
        })
    }
}

/// All in one line, for a log: name and number, what happened, the fields. Many threads.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cis2_event_message(event: *const cis2_event) -> cis2_str {
    // SAFETY: the conventions in mod.rs: NULL or a living handle.
    unsafe {
        guard::value(|| {
            let event = peek(event)?;
            event.message.view_of(|| Ok(event.event.to_string())).ok()
        })
    }
}

/// How many fields it has. Many threads.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cis2_event_field_count(event: *const cis2_event) -> usize {
    // SAFETY: the conventions in mod.rs: NULL or a living handle.
    unsafe { guard::value(|| Some(peek(event)?.fields.len())) }
}

/// The name of a field; empty if there is none of this index. Many threads.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cis2_event_field_name(event: *const cis2_event, index: usize) -> cis2_str {
    // SAFETY: the conventions in mod.rs: NULL or a living handle.
    unsafe {
        guard::value(|| {
            let field = peek(event)?.fields.get(index)?;
            Some(field.name_text.view(field.name))
        })
    }
}

/// The value of a field, as text: digits or a word; empty if there is none of this index. Many threads.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cis2_event_field_value(event: *const cis2_event, index: usize) -> cis2_str {
    // SAFETY: the conventions in mod.rs: NULL or a living handle.
    unsafe {
        guard::value(|| {
            let field = peek(event)?.fields.get(index)?;
            Some(field.value_text.view(&field.value))
        })
    }
}

/// The value of the field of this name; empty if it has none. Many threads.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cis2_event_field(event: *const cis2_event, name: cis2_str) -> cis2_str {
    // SAFETY: the conventions in mod.rs: NULL or a living handle, a view that may be read.
    unsafe {
        guard::value(|| {
            let name = text(name, "name").ok()?;
            let field = peek(event)?.fields.iter().find(|field| field.name == name)?;
            Some(field.value_text.view(&field.value))
        })
    }
}

/// The host's function and data, and the events that wait for it. When the last reference goes, the data is given back.
pub(super) struct Listener {
    max_level: Level,
    on_event: unsafe extern "C" fn(*mut c_void, *const cis2_event),
    user_data: UserData,
    drop: cis2_drop_fn,
    queue: Mutex<Queue>,
}

#[derive(Default)]
struct Queue {
    waiting: VecDeque<(Event, Place)>,
    lost: u64,
    /// Whether a thread is at it, or will be: so one event is told at a time.
    delivering: bool,
}

impl Listener {
    pub(super) fn new(
        on_event: unsafe extern "C" fn(*mut c_void, *const cis2_event),
        user_data: *mut c_void,
        drop: cis2_drop_fn,
        max_level: Level,
    ) -> Self {
        Self { max_level, on_event, user_data: UserData(user_data), drop, queue: Mutex::default() }
    }

    /// The listener of one client: what it is told can be waited for.
    pub(super) fn of_client(self: &Arc<Self>, in_flight: &Arc<InFlight>) -> event::Listener {
        let (listener, in_flight) = (Arc::clone(self), Arc::clone(in_flight));
        event::Listener::new(self.max_level, move |event| listener.push(event, &in_flight))
    }

    fn push(self: &Arc<Self>, event: &Event, in_flight: &Arc<InFlight>) {
        // In a forked child there is no thread to tell it.
        if runtime::forked() {
            return;
        }
        let Some(place) = in_flight.announce() else { return };
        let mut queue = self.lock();
        if queue.waiting.len() >= MAX_WAITING {
            queue.lost += 1;
            drop(queue);
            return;
        }
        queue.waiting.push_back((event.clone(), place));
        if std::mem::replace(&mut queue.delivering, true) {
            return;
        }
        drop(queue);
        self.schedule(None);
    }

    fn schedule(self: &Arc<Self>, place: Option<Place>) {
        let listener = Arc::clone(self);
        if callback::post(Box::new(move || listener.deliver(place))).is_err() {
            // No thread can be had: what cannot be told is left out.
            let mut queue = self.lock();
            queue.delivering = false;
            let left_out = std::mem::take(&mut queue.waiting);
            queue.lost += left_out.len() as u64;
            drop(queue);
            drop(left_out);
        }
    }

    /// Tells what waits, in order. `place` is that of the event told last: it is given up after the listener, so that
    /// who waited for the client finds the listener let go.
    fn deliver(self: Arc<Self>, mut place: Option<Place>) {
        for _ in 0..BATCH {
            let Some((event, its_place)) = self.next() else {
                drop(self);
                drop(place);
                return;
            };
            if its_place.is_some() {
                place = its_place;
            }
            if event.row().level <= self.max_level {
                let event = cis2_event::from(event);
                // SAFETY: the host's promise: a function of this type that neither throws nor unwinds. No lock is held.
                guard::outside(|| unsafe { (self.on_event)(self.user_data.0, &raw const event) });
            }
        }
        self.schedule(place);
    }

    fn next(&self) -> Option<(Event, Option<Place>)> {
        let mut queue = self.lock();
        if queue.lost > 0 {
            let count = std::mem::take(&mut queue.lost);
            return Some((Event::EventsLost { count }, None));
        }
        let next = queue.waiting.pop_front();
        queue.delivering = next.is_some();
        next.map(|(event, place)| (event, Some(place)))
    }

    fn lock(&self) -> MutexGuard<'_, Queue> {
        // Nothing in here can panic half way.
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        let Some(drop) = self.drop else { return };
        let user_data = self.user_data;
        // SAFETY: the host's promise: a function of this type that neither throws nor unwinds.
        let call: callback::Job = Box::new(move || guard::outside(|| unsafe { drop({ user_data }.0) }));
        if !callback::on_io_thread() {
            return call();
        }
        if let Err(call) = callback::post(call) {
            call();
        }
    }
}
