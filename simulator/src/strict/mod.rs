//! Each refusal of the simulator as a row of one table: which rule, where it comes from, what CIS2 would answer, and in a
//! sentence what was expected and what to do. The answer says little, as at CIS2; the reason that goes to the console and
//! to `/simulator/reasons` says all but secrets. The checks of a client assertion stand beside it, in AM's order.

pub(crate) mod assertion;
pub(crate) mod checks;
pub(crate) mod key;
pub(crate) mod shown;
pub(crate) mod table;

pub use table::RULES;

/// Where a rule comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The open-source ForgeRock line that CIS2's AM comes from.
    Am,
    /// Stricter than both, so that a mistake shows.
    Ours,
    /// Seen at CIS2.
    Seen,
}

impl Origin {
    /// As the reasons and the demo print it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Am => "AM",
            Self::Ours => "ours",
            Self::Seen => "seen",
        }
    }
}

/// What the client is told.
#[derive(Clone, Copy, Debug)]
pub struct Answer {
    /// HTTP status; 302 goes back to the redirect URI.
    pub status: u16,
    /// `error`.
    pub error: &'static str,
    /// `error_description`; `{}` stands for the value that AM repeats there.
    pub description: &'static str,
}

/// One row of the table of refusals.
#[derive(Debug)]
pub struct Rule {
    /// The name that tests and reasons use.
    pub id: &'static str,
    /// Where the rule comes from.
    pub origin: Origin,
    /// What the client is told.
    pub answer: Answer,
    /// What should have been there.
    pub expected: &'static str,
    /// What to do.
    pub remedy: &'static str,
}

/// A refusal: its rule, and what was found.
#[derive(Debug)]
pub(crate) struct Refusal {
    pub rule: &'static Rule,
    found: String,
    named: String,
}

pub(crate) type Judged<T> = Result<T, Refusal>;

/// Refuses by a rule of the table. What was found must hold no code, token, assertion, key, verifier or nonce.
pub(crate) fn refuse(rule: &'static Rule, found: impl Into<String>) -> Refusal {
    Refusal { rule, found: found.into(), named: String::new() }
}

impl Refusal {
    /// The value that AM repeats in its description.
    pub(crate) fn naming(mut self, value: &str) -> Self {
        self.named = shown::text(value);
        self
    }

    /// `error_description`.
    pub(crate) fn description(&self) -> String {
        self.rule.answer.description.replace("{}", &self.named)
    }

    /// The true reason, as a sentence.
    pub(crate) fn reason(&self) -> String {
        format!("Expected {}; found {}. What to do: {}.", self.rule.expected, self.found, self.rule.remedy)
    }
}
