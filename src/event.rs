//! `Event`: what may be said aloud, a closed list. Enters: what `client` and `transport` saw. Leaves: a number, a level, a
//! sentence and a few typed fields, for a host's log. Refused by type: secrets. A field is a number, a word of ours, or one
//! of [`Host`], [`Address`] and [`Kid`], which have constructors that leave out what may be secret; there is no free text.

mod table;

use std::fmt;
use std::sync::Arc;

use crate::error::{Error, Result, Status};
use crate::exact::HttpsAddress;
use crate::http::{printable, without_query};
pub use table::{EVENTS, EventId, EventRow};

/// Longest host or key id in an event, in characters.
const MAX_NAME_CHARS: usize = 100;

/// How much an event matters. The numbers are permanent; a listener gets those up to its own.
#[repr(u32)]
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// A person could not sign in, or something is lost.
    Error = 1,
    /// It went on, or was to be refused; somebody should look.
    Warning = 2,
    /// What happens now and then, and is as it should be.
    Info = 3,
    /// Each step.
    Debug = 4,
}

impl Level {
    /// The four, from the one that matters most.
    pub const ALL: [Self; 4] = [Self::Error, Self::Warning, Self::Info, Self::Debug];

    /// The permanent number.
    pub fn number(self) -> u32 {
        self as u32
    }

    /// As it stands in the header, after `CIS2_LEVEL_`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Error => "ERROR",
            Self::Warning => "WARNING",
            Self::Info => "INFO",
            Self::Debug => "DEBUG",
        }
    }

    /// The level of a number.
    pub fn from_number(number: u32) -> Result<Self> {
        Self::ALL.into_iter().find(|level| level.number() == number).ok_or_else(|| {
            Error::new(Status::InvalidArgument)
                .expected("max_level to be a level, 1 (errors alone) to 4 (each step)")
                .found(number.to_string())
        })
    }
}

/// What a request asks the provider for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// The discovery document.
    Discovery,
    /// The key set.
    Keys,
    /// Tokens, for a code.
    Token,
}

impl Purpose {
    fn word(self) -> &'static str {
        match self {
            Self::Discovery => "discovery",
            Self::Keys => "keys",
            Self::Token => "token",
        }
    }
}

/// What a flow is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Conversation {
    /// The address for the browser.
    Authorization,
    /// Who signed in.
    SignIn,
}

impl Conversation {
    fn word(self) -> &'static str {
        match self {
            Self::Authorization => "authorization",
            Self::SignIn => "sign_in",
        }
    }
}

/// The name of a host, and nothing else of an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Host(String);

impl Host {
    /// The host of an https address; a word that says so if it is none.
    pub fn of(url: &str) -> Self {
        Self(HttpsAddress::parse(url).map_or_else(|| "none".to_owned(), |url| printable(url.host, MAX_NAME_CHARS)))
    }
}

/// An address without query and fragment, where secrets may stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address(String);

impl Address {
    /// The address as far as it may be shown.
    pub fn of(url: &str) -> Self {
        Self(without_query(url))
    }
}

/// The id of a key of the provider: public, escaped and cut.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kid(String);

impl Kid {
    /// The id as far as it may be shown.
    pub fn new(kid: &str) -> Self {
        Self(printable(kid, MAX_NAME_CHARS))
    }
}

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
#[expect(missing_docs, reason = "the table says what each event and each field means")]
pub enum Event {
    CallbackRefused { status: Status },
    ClockOffsetLarge { clock_offset_s: i64 },
    DiscoveryRefreshed { host: Host },
    DiscoveryStale { status: Status },
    EventsLost { count: u64 },
    FlowBegun { flow: Conversation },
    FlowCancelled { flow: Conversation },
    FlowDone { flow: Conversation },
    FlowFailed { flow: Conversation, status: Status, http_status: Option<u16> },
    KeyEncryptionWeak { encryption: &'static str },
    KeysRefetched { kid: Option<Kid> },
    KeysRefreshed { key_count: usize, skipped_count: usize },
    KeysStale { status: Status },
    RedirectFollowed { purpose: Purpose, address: Address },
    RequestAnswered { purpose: Purpose, host: Host, attempt: u8, http_status: u16, body_bytes: usize, duration_ms: u64 },
    RequestFailed { purpose: Purpose, host: Host, attempt: u8, status: Status, duration_ms: u64 },
    RequestRepeated { purpose: Purpose, host: Host, attempt: u8 },
    RequestSent { purpose: Purpose, host: Host, attempt: u8 },
}

impl Event {
    /// Which one it is.
    pub fn id(&self) -> EventId {
        match self {
            Self::CallbackRefused { .. } => EventId::CallbackRefused,
            Self::ClockOffsetLarge { .. } => EventId::ClockOffsetLarge,
            Self::DiscoveryRefreshed { .. } => EventId::DiscoveryRefreshed,
            Self::DiscoveryStale { .. } => EventId::DiscoveryStale,
            Self::EventsLost { .. } => EventId::EventsLost,
            Self::FlowBegun { .. } => EventId::FlowBegun,
            Self::FlowCancelled { .. } => EventId::FlowCancelled,
            Self::FlowDone { .. } => EventId::FlowDone,
            Self::FlowFailed { .. } => EventId::FlowFailed,
            Self::KeyEncryptionWeak { .. } => EventId::KeyEncryptionWeak,
            Self::KeysRefetched { .. } => EventId::KeysRefetched,
            Self::KeysRefreshed { .. } => EventId::KeysRefreshed,
            Self::KeysStale { .. } => EventId::KeysStale,
            Self::RedirectFollowed { .. } => EventId::RedirectFollowed,
            Self::RequestAnswered { .. } => EventId::RequestAnswered,
            Self::RequestFailed { .. } => EventId::RequestFailed,
            Self::RequestRepeated { .. } => EventId::RequestRepeated,
            Self::RequestSent { .. } => EventId::RequestSent,
        }
    }

    /// Its row in the table.
    pub fn row(&self) -> &'static EventRow {
        self.id().row()
    }

    /// Name and value of each field that it has, in the order of its row.
    pub fn fields(&self) -> Vec<(Field, Value<'_>)> {
        use Field as F;
        match self {
            Self::CallbackRefused { status } | Self::DiscoveryStale { status } | Self::KeysStale { status } => {
                vec![(F::Status, (*status).into()), (F::StatusName, Value::Word(status.name()))]
            }
            Self::ClockOffsetLarge { clock_offset_s } => vec![(F::ClockOffsetS, Value::Number(*clock_offset_s))],
            Self::DiscoveryRefreshed { host } => vec![(F::Host, Value::Word(&host.0))],
            Self::EventsLost { count } => vec![(F::Count, number(*count))],
            Self::FlowBegun { flow } | Self::FlowCancelled { flow } | Self::FlowDone { flow } => {
                vec![(F::Flow, Value::Word(flow.word()))]
            }
            Self::FlowFailed { flow, status, http_status } => {
                let mut fields = vec![
                    (F::Flow, Value::Word(flow.word())),
                    (F::Status, (*status).into()),
                    (F::StatusName, Value::Word(status.name())),
                ];
                fields.extend(http_status.map(|http_status| (F::HttpStatus, number(http_status))));
                fields
            }
            Self::KeyEncryptionWeak { encryption } => vec![(F::Encryption, Value::Word(encryption))],
            Self::KeysRefetched { kid } => kid.iter().map(|kid| (F::Kid, Value::Word(&kid.0))).collect(),
            Self::KeysRefreshed { key_count, skipped_count } => {
                vec![(F::KeyCount, size(*key_count)), (F::SkippedCount, size(*skipped_count))]
            }
            Self::RedirectFollowed { purpose, address } => {
                vec![(F::Purpose, Value::Word(purpose.word())), (F::Address, Value::Word(&address.0))]
            }
            Self::RequestAnswered { purpose, host, attempt, http_status, body_bytes, duration_ms } => {
                let mut fields = request(*purpose, host, *attempt);
                fields.push((F::HttpStatus, number(*http_status)));
                fields.push((F::BodyBytes, size(*body_bytes)));
                fields.push((F::DurationMs, number(*duration_ms)));
                fields
            }
            Self::RequestFailed { purpose, host, attempt, status, duration_ms } => {
                let mut fields = request(*purpose, host, *attempt);
                fields.push((F::Status, (*status).into()));
                fields.push((F::StatusName, Value::Word(status.name())));
                fields.push((F::DurationMs, number(*duration_ms)));
                fields
            }
            Self::RequestRepeated { purpose, host, attempt } | Self::RequestSent { purpose, host, attempt } => {
                request(*purpose, host, *attempt)
            }
        }
    }
}

/// One line for a log: the sentence, and the fields.
impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let row = self.row();
        write!(f, "{} ({}): {}", row.name, row.id.number(), row.sentence)?;
        self.fields().iter().try_for_each(|(field, value)| write!(f, " {}={value}", field.name()))
    }
}

fn request(purpose: Purpose, host: &Host, attempt: u8) -> Vec<(Field, Value<'_>)> {
    vec![
        (Field::Purpose, Value::Word(purpose.word())),
        (Field::Host, Value::Word(&host.0)),
        (Field::Attempt, number(attempt)),
    ]
}

fn number(number: impl Into<u64>) -> Value<'static> {
    Value::Number(i64::try_from(number.into()).unwrap_or(i64::MAX))
}

fn size(size: usize) -> Value<'static> {
    number(size as u64)
}

/// What a field is called: a closed list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// An address without query.
    Address,
    /// Which attempt at the same request: 1, 2.
    Attempt,
    /// Bytes of the answer's body.
    BodyBytes,
    /// The provider's clock minus this machine's, in seconds.
    ClockOffsetS,
    /// How many events.
    Count,
    /// Milliseconds from the request to its end.
    DurationMs,
    /// What of a file's encryption is weak: `3DES` or `HMAC-SHA-1`.
    Encryption,
    /// `authorization` or `sign_in`.
    Flow,
    /// The name of a host.
    Host,
    /// The HTTP status of the answer.
    HttpStatus,
    /// How many keys of the set can be used.
    KeyCount,
    /// The id of a key of the provider.
    Kid,
    /// `discovery`, `keys` or `token`.
    Purpose,
    /// How many keys of the set cannot be used.
    SkippedCount,
    /// The number of a status of this library.
    Status,
    /// Its name.
    StatusName,
}

impl Field {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Address => "address",
            Self::Attempt => "attempt",
            Self::BodyBytes => "body_bytes",
            Self::ClockOffsetS => "clock_offset_s",
            Self::Count => "count",
            Self::DurationMs => "duration_ms",
            Self::Encryption => "encryption",
            Self::Flow => "flow",
            Self::Host => "host",
            Self::HttpStatus => "http_status",
            Self::KeyCount => "key_count",
            Self::Kid => "kid",
            Self::Purpose => "purpose",
            Self::SkippedCount => "skipped_count",
            Self::Status => "status",
            Self::StatusName => "status_name",
        }
    }
}

/// What a field holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Value<'e> {
    /// A whole number.
    Number(i64),
    /// A word of ours, or what [`Host`], [`Address`] and [`Kid`] let through.
    Word(&'e str),
}

impl From<Status> for Value<'_> {
    fn from(status: Status) -> Self {
        Self::Number(i64::from(status.number()))
    }
}

impl fmt::Display for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => write!(f, "{number}"),
            Self::Word(word) => f.write_str(word),
        }
    }
}

/// Who is told of events. It is called on the thread on which they happen, which must not be kept waiting.
#[derive(Clone)]
pub struct Listener {
    max_level: Level,
    on_event: Arc<dyn Fn(&Event) + Send + Sync>,
}

impl Listener {
    /// A listener for the events up to a level.
    pub fn new(max_level: Level, on_event: impl Fn(&Event) + Send + Sync + 'static) -> Self {
        Self { max_level, on_event: Arc::new(on_event) }
    }

    /// Tells it of an event, if it wants to know.
    pub fn tell(&self, event: &Event) {
        if event.row().level <= self.max_level {
            (self.on_event)(event);
        }
    }
}

impl fmt::Debug for Listener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Listener({})", self.max_level.name())
    }
}
