//! The one table of events. Header, `docs/events.md` and the bindings are made or checked from it.

use super::{Field, Level};

/// Which event. The numbers are permanent: a retired one is never used again.
#[repr(u32)]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[expect(missing_docs, reason = "the table says it")]
pub enum EventId {
    // 1-19: requests
    RequestSent = 1,
    RequestAnswered = 2,
    RequestFailed = 3,
    RequestRepeated = 4,
    RedirectFollowed = 5,

    // 20-39: what is known of the provider
    DiscoveryRefreshed = 20,
    DiscoveryStale = 21,
    KeysRefreshed = 22,
    KeysRefetched = 23,
    KeysStale = 24,
    ClockOffsetLarge = 25,

    // 40-59: flows
    FlowBegun = 40,
    FlowDone = 41,
    FlowFailed = 42,
    FlowCancelled = 43,
    CallbackRefused = 44,

    // 60-79: keys and options
    KeyEncryptionWeak = 60,

    // 80-99: the events themselves
    EventsLost = 80,
}

/// What there is to say of an event.
#[derive(Debug)]
pub struct EventRow {
    /// Which one.
    pub id: EventId,
    /// As it stands in the header, after `CIS2_EVENT_`.
    pub name: &'static str,
    /// How much it matters.
    pub level: Level,
    /// What happened.
    pub sentence: &'static str,
    /// The fields that it may have, in this order.
    pub fields: &'static [Field],
}

/// The one table of events, in the order of their numbers.
pub const EVENTS: &[EventRow] = &[
    EventRow {
        id: EventId::RequestSent,
        name: "REQUEST_SENT",
        level: Level::Debug,
        sentence: "The built-in transport sends a request.",
        fields: &[Field::Purpose, Field::Host, Field::Attempt],
    },
    EventRow {
        id: EventId::RequestAnswered,
        name: "REQUEST_ANSWERED",
        level: Level::Debug,
        sentence: "The whole answer is there, whatever it says.",
        fields: &[Field::Purpose, Field::Host, Field::Attempt, Field::HttpStatus, Field::BodyBytes, Field::DurationMs],
    },
    EventRow {
        id: EventId::RequestFailed,
        name: "REQUEST_FAILED",
        level: Level::Warning,
        sentence: "A request got no answer that can be used.",
        fields: &[Field::Purpose, Field::Host, Field::Attempt, Field::Status, Field::StatusName, Field::DurationMs],
    },
    EventRow {
        id: EventId::RequestRepeated,
        name: "REQUEST_REPEATED",
        level: Level::Info,
        sentence: "A request that failed is to be sent once more; a POST only because it never left.",
        fields: &[Field::Purpose, Field::Host, Field::Attempt],
    },
    EventRow {
        id: EventId::RedirectFollowed,
        name: "REDIRECT_FOLLOWED",
        level: Level::Info,
        sentence: "A document of the provider lies elsewhere within its origin.",
        fields: &[Field::Purpose, Field::Address],
    },
    EventRow {
        id: EventId::DiscoveryRefreshed,
        name: "DISCOVERY_REFRESHED",
        level: Level::Info,
        sentence: "The discovery document was read.",
        fields: &[Field::Host],
    },
    EventRow {
        id: EventId::DiscoveryStale,
        name: "DISCOVERY_STALE",
        level: Level::Warning,
        sentence: "A new discovery document could not be had, for this status; the older one serves.",
        fields: &[Field::Status, Field::StatusName],
    },
    EventRow {
        id: EventId::KeysRefreshed,
        name: "KEYS_REFRESHED",
        level: Level::Info,
        sentence: "The provider's key set was read.",
        fields: &[Field::KeyCount, Field::SkippedCount],
    },
    EventRow {
        id: EventId::KeysRefetched,
        name: "KEYS_REFETCHED",
        level: Level::Info,
        sentence: "A token names a key that is not in the key set, which is asked for anew.",
        fields: &[Field::Kid],
    },
    EventRow {
        id: EventId::KeysStale,
        name: "KEYS_STALE",
        level: Level::Warning,
        sentence: "A new key set could not be had, for this status; the older one serves.",
        fields: &[Field::Status, Field::StatusName],
    },
    EventRow {
        id: EventId::ClockOffsetLarge,
        name: "CLOCK_OFFSET_LARGE",
        level: Level::Warning,
        sentence: "The provider's clock and this machine's are further apart than the skew that is allowed.",
        fields: &[Field::ClockOffsetS],
    },
    EventRow {
        id: EventId::FlowBegun,
        name: "FLOW_BEGUN",
        level: Level::Debug,
        sentence: "A flow was begun.",
        fields: &[Field::Flow],
    },
    EventRow {
        id: EventId::FlowDone,
        name: "FLOW_DONE",
        level: Level::Info,
        sentence: "A flow has its outcome.",
        fields: &[Field::Flow],
    },
    EventRow {
        id: EventId::FlowFailed,
        name: "FLOW_FAILED",
        level: Level::Error,
        sentence: "A flow ended with a refusal.",
        fields: &[Field::Flow, Field::Status, Field::StatusName, Field::HttpStatus],
    },
    EventRow {
        id: EventId::FlowCancelled,
        name: "FLOW_CANCELLED",
        level: Level::Info,
        sentence: "A flow was cancelled by the caller.",
        fields: &[Field::Flow],
    },
    EventRow {
        id: EventId::CallbackRefused,
        name: "CALLBACK_REFUSED",
        level: Level::Warning,
        sentence: "What a browser brought back was refused before anything was sent.",
        fields: &[Field::Status, Field::StatusName],
    },
    EventRow {
        id: EventId::KeyEncryptionWeak,
        name: "KEY_ENCRYPTION_WEAK",
        level: Level::Warning,
        sentence: "A client was made with a key whose file is weakly encrypted; encrypt it anew.",
        fields: &[Field::Encryption],
    },
    EventRow {
        id: EventId::EventsLost,
        name: "EVENTS_LOST",
        level: Level::Warning,
        sentence: "The host took events too slowly; so many were left out here.",
        fields: &[Field::Count],
    },
];

impl EventId {
    /// The permanent number.
    pub fn number(self) -> u32 {
        self as u32
    }

    /// Its row in the table.
    pub fn row(self) -> &'static EventRow {
        // A test holds that each has one.
        EVENTS.iter().find(|row| row.id == self).unwrap_or(&EVENTS[0])
    }
}
