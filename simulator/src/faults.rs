//! Faults on purpose, so that any client's tests can see what they do with a provider that fails. Each is a row of one
//! table; which are on is said on the command line, in a file, or by `POST /simulator/faults` from this machine. None
//! is on unless somebody asks for it, and none makes the simulator accept what it would refuse.

use std::sync::{Mutex, PoisonError};

use serde_json::{Value, json};

use crate::Error;

/// The endpoints that can be spoilt.
const ENDPOINTS: &[&str] = &["access_token", "authorize", "discovery", "jwk_uri", "userinfo"];
/// The members of a setting in JSON.
const MEMBERS: &[&str] = &["endpoint", "fault", "seconds", "times"];
/// The largest `seconds`: a day.
const MAX_SECONDS: u32 = 86_400;

/// What is spoilt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    ClockAhead,
    ClockBehind,
    CutOff,
    GzipBomb,
    Hang,
    Html,
    Huge,
    OddKey,
    Redirect,
    Reset,
    RotatedKey,
    Slow,
    Status500,
    WrongIssuer,
}

/// One row of the table of faults.
#[derive(Debug)]
pub struct Fault {
    /// The name by which it is asked for.
    pub name: &'static str,
    /// What it does.
    pub does: &'static str,
    /// Where it can be; nowhere means that it belongs to no endpoint.
    pub endpoints: &'static [&'static str],
    /// What `seconds` is if it is not given; 0 where it means nothing.
    pub seconds: u32,
    pub(crate) kind: Kind,
}

macro_rules! faults {
    ($($name:literal $kind:ident at $endpoints:expr, seconds $seconds:literal, does $does:literal;)*) => {
        /// All faults, alphabetical.
        pub const FAULTS: &[Fault] =
            &[$(Fault { name: $name, does: $does, endpoints: $endpoints, seconds: $seconds, kind: Kind::$kind }),*];
    };
}

faults! {
    "clock_ahead" ClockAhead at &[], seconds 3600, does "the simulator's clock is that many seconds ahead: Date, iat, exp and what it judges";
    "clock_behind" ClockBehind at &[], seconds 3600, does "the simulator's clock is that many seconds behind";
    "cut_off" CutOff at ENDPOINTS, seconds 0, does "half of the promised body, and then the end of the connection";
    "gzip_bomb" GzipBomb at ENDPOINTS, seconds 0, does "a body of 200 KiB under Content-Encoding: gzip that unfolds to 32 MiB";
    "hang" Hang at ENDPOINTS, seconds 0, does "no answer, ever";
    "html" Html at ENDPOINTS, seconds 0, does "status 200 and a page, as from a proxy that wants a login";
    "huge" Huge at ENDPOINTS, seconds 0, does "a body of 8 MiB that is one JSON object";
    "odd_key" OddKey at &["jwk_uri"], seconds 0, does "other keys before the right one: unknown, symmetric, short, without members, no object at all";
    "redirect" Redirect at ENDPOINTS, seconds 0, does "status 307 to another host";
    "reset" Reset at ENDPOINTS, seconds 0, does "the end of the connection in place of an answer; the request was carried out";
    "rotated_key" RotatedKey at &[], seconds 0, does "a new key signs from now on, and the old one is gone from the JWK set";
    "slow" Slow at ENDPOINTS, seconds 3, does "the right answer, that many seconds late";
    "status_500" Status500 at ENDPOINTS, seconds 0, does "status 500 and a page; the request was carried out";
    "wrong_issuer" WrongIssuer at &["access_token", "discovery"], seconds 0, does "the issuer without :443, in the discovery document or in the ID token";
}

/// A fault that is asked for.
#[derive(Clone, Debug)]
pub struct FaultSetting {
    fault: &'static Fault,
    /// `None`: all endpoints of the row.
    endpoint: Option<&'static str>,
    seconds: u32,
    /// How often it still happens; `None`: until it is taken away.
    times: Option<u32>,
}

impl FaultSetting {
    /// Reads `NAME`, `NAME@ENDPOINT`, and either with `*TIMES` behind it: the form of the command line.
    pub fn parse(word: &str) -> Result<Self, Error> {
        let (rest, times) = match word.split_once('*') {
            Some((rest, times)) => {
                (rest, Some(times.parse().map_err(|_| Error::new(format!("{word}: {times} is no number")))?))
            }
            None => (word, None),
        };
        let (name, endpoint) = rest.split_once('@').map_or((rest, None), |(name, endpoint)| (name, Some(endpoint)));
        Self::new(name, endpoint, None, times)
    }

    /// Reads `{"faults": [{"fault", "endpoint", "seconds", "times"}]}`; all but the first may be absent.
    pub fn list_from_json(text: &str) -> Result<Vec<Self>, Error> {
        let value: Value = serde_json::from_str(text).map_err(|error| Error::new(format!("no JSON: {error}")))?;
        let list = value.get("faults").and_then(Value::as_array);
        let list = list.ok_or_else(|| Error::new("an object with a list \"faults\" is wanted"))?;
        list.iter().enumerate().map(|(at, value)| Self::from_json(value, &format!("faults[{at}]"))).collect()
    }

    fn from_json(value: &Value, place: &str) -> Result<Self, Error> {
        let wrong = |what: &str| Error::new(format!("{place}{what}"));
        let object = value.as_object().ok_or_else(|| wrong(" must be an object"))?;
        if let Some(name) = object.keys().find(|name| !MEMBERS.contains(&name.as_str())) {
            return Err(wrong(&format!(" has a member {name:?}; known are {}", MEMBERS.join(", "))));
        }
        let number = |name: &str| match object.get(name) {
            None => Ok(None),
            Some(value) => value.as_u64().and_then(|number| u32::try_from(number).ok()).map(Some).ok_or(()),
        };
        let name = object.get("fault").and_then(Value::as_str).ok_or_else(|| wrong(" must have a text \"fault\""))?;
        let endpoint = match object.get("endpoint") {
            None => None,
            Some(value) => Some(value.as_str().ok_or_else(|| wrong(": endpoint must be a text"))?),
        };
        let seconds = number("seconds").map_err(|()| wrong(": seconds must be a whole number"))?;
        let times = number("times").map_err(|()| wrong(": times must be a whole number"))?;
        Self::new(name, endpoint, seconds, times).map_err(|error| wrong(&format!(": {error}")))
    }

    fn new(name: &str, endpoint: Option<&str>, seconds: Option<u32>, times: Option<u32>) -> Result<Self, Error> {
        let names = || FAULTS.iter().map(|fault| fault.name).collect::<Vec<_>>().join(", ");
        let fault = FAULTS.iter().find(|fault| fault.name == name);
        let fault = fault.ok_or_else(|| Error::new(format!("no fault is called {name:?}; there are {}", names())))?;
        let endpoint = match endpoint {
            None => None,
            Some(asked) => Some(*fault.endpoints.iter().find(|endpoint| **endpoint == asked).ok_or_else(|| {
                let where_ =
                    if fault.endpoints.is_empty() { "at no endpoint".to_owned() } else { fault.endpoints.join(", ") };
                Error::new(format!("{name} cannot be at {asked:?}; it can be: {where_}"))
            })?),
        };
        let seconds = seconds.unwrap_or(fault.seconds);
        if seconds > MAX_SECONDS {
            return Err(Error::new(format!("{name}: seconds is at most {MAX_SECONDS}")));
        }
        Ok(Self { fault, endpoint, seconds, times })
    }

    fn to_json(&self) -> Value {
        json!({"fault": self.fault.name, "endpoint": self.endpoint, "seconds": self.seconds, "times": self.times})
    }

    pub(crate) fn kind(&self) -> Kind {
        self.fault.kind
    }

    pub(crate) fn name(&self) -> &'static str {
        self.fault.name
    }

    pub(crate) fn seconds(&self) -> u32 {
        self.seconds
    }

    fn is_at(&self, endpoint: &str) -> bool {
        self.times != Some(0)
            && match self.endpoint {
                Some(asked) => asked == endpoint,
                None => self.fault.endpoints.contains(&endpoint),
            }
    }
}

/// The faults that are on.
#[derive(Debug, Default)]
pub(crate) struct Faults(Mutex<Vec<FaultSetting>>);

impl Faults {
    /// Puts these in the place of those that were on.
    pub(crate) fn set(&self, settings: Vec<FaultSetting>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = settings;
    }

    /// The first fault that is on at this endpoint, which has then happened once more.
    pub(crate) fn take(&self, endpoint: &str) -> Option<FaultSetting> {
        let mut settings = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let setting = settings.iter_mut().find(|setting| setting.is_at(endpoint))?;
        setting.times = setting.times.map(|times| times.saturating_sub(1));
        Some(setting.clone())
    }

    /// What is on, and what there is.
    pub(crate) fn to_json(&self) -> Value {
        let settings = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = FAULTS.iter().map(|fault| {
            json!({"fault": fault.name, "does": fault.does, "endpoints": fault.endpoints, "seconds": fault.seconds})
        });
        json!({
            "faults": settings.iter().map(FaultSetting::to_json).collect::<Vec<_>>(),
            "known": known.collect::<Vec<_>>(),
        })
    }
}

/// How many seconds these put the clock ahead.
pub(crate) fn clock_ahead_s(settings: &[FaultSetting]) -> i64 {
    let ahead = |setting: &FaultSetting| match setting.kind() {
        Kind::ClockAhead => i64::from(setting.seconds),
        Kind::ClockBehind => -i64::from(setting.seconds),
        _ => 0,
    };
    settings.iter().map(ahead).sum()
}
