//! How the program ends. Each refusal has one exit code, by the family of its status; nothing else exits.

use cis2::error::{Error, Family, Status};

/// The exit codes. They are permanent: scripts stand on them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// Done.
    Done = 0,
    /// The command line cannot be understood.
    Usage = 2,
    /// A key file or an option cannot be used.
    Configuration = 10,
    /// No answer came over the network.
    Transport = 20,
    /// The conversation with the provider went wrong.
    Conversation = 30,
    /// A token or one of its claims was refused.
    Token = 40,
    /// A defect of this program or of what it stands on.
    Internal = 70,
}

/// Why a verb did not do its work.
#[derive(Debug)]
pub enum Failure {
    /// Something was refused. The headline is the status's own sentence, unless there is one that fits better.
    Refused { error: Error, exit: Exit, headline: Option<&'static str> },
    /// A file or an option cannot be used, and that is told already.
    Told,
    /// Whoever reads our output has closed it (`| head`): nothing is wrong and nobody is left to be told.
    ReaderGone,
}

/// What a verb answers.
pub type Result<T> = std::result::Result<T, Failure>;

impl Failure {
    /// The command line asks for something that cannot be.
    pub fn usage(error: Error) -> Self {
        Self::Refused { error, exit: Exit::Usage, headline: None }
    }

    /// A file or an option cannot be used.
    pub fn configuration(error: Error) -> Self {
        Self::Refused { error, exit: Exit::Configuration, headline: None }
    }

    /// The same under a headline of its own: for what happens to this program alone, and so has no status of the library.
    pub fn configuration_as(headline: &'static str, error: Error) -> Self {
        Self::Refused { error, exit: Exit::Configuration, headline: Some(headline) }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let exit = of(error.status());
        Self::Refused { error, exit, headline: None }
    }
}

fn of(status: Status) -> Exit {
    match status.family() {
        Family::Success => Exit::Done,
        Family::Configuration => Exit::Configuration,
        Family::Transport => Exit::Transport,
        Family::Conversation => Exit::Conversation,
        Family::Token => Exit::Token,
        Family::Any => match status {
            Status::InvalidArgument => Exit::Usage,
            _ => Exit::Internal,
        },
    }
}
