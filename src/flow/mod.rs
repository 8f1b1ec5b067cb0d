//! The conversations with the provider, as values that are stepped. A flow says what it needs next ([`Step`]); its host
//! carries the request to the network and brings back the answer, or the news that there is none. Time, randomness and
//! answers are arguments, so that nothing here waits. What answers a request is judged by the flow that asked.

pub mod answer;
pub mod authorize;
pub mod callback;
pub mod form;
mod provider_words;
pub mod relying_party;
pub mod saved;
mod sign_in;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use crate::clock::Timestamp;
use crate::error::{Error, Result, Status};
use crate::event::{self, Event, Kid};
use crate::exact::HttpsAddress;
use crate::http::{Method, Request, Response, without_query};
use crate::provider::discovery::Metadata;
use crate::provider::keys::KeySet;
use crate::provider::{Cached, Provider};
use crate::random::Random;
pub use answer::Tokens;
use authorize::{AuthorizationParameters, AuthorizationRequest};
use relying_party::RelyingParty;
pub use sign_in::SignIn;
use sign_in::SigningIn;

/// Most redirects of a discovery document or key set, all within one origin.
pub const MAX_REDIRECTS: u8 = 3;
/// How often a request is sent at most. A POST is sent again only if no connection was ever made.
pub const MAX_TRIES: u8 = 2;

/// What a flow needs next. The numbers at the C boundary are permanent: 1 send, 2 is kept for a signature, 3 done.
#[derive(Debug)]
pub enum Step<'f> {
    /// Send this request exactly as it is, and bring back the answer.
    Send(&'f Request),
    /// The outcome is there.
    Done,
}

/// What a step is given by its client.
pub struct Surroundings<'a> {
    /// What the client is.
    pub party: &'a RelyingParty,
    /// What it knows of its provider.
    pub provider: &'a Provider,
    /// The time.
    pub now: Timestamp,
    /// Fresh random values.
    pub random: &'a dyn Random,
}

/// One conversation.
pub struct Flow {
    state: State,
    metadata: Option<Arc<Metadata>>,
    /// What happened since it was last asked. A flow tells nobody: its client does.
    events: Vec<Event>,
}

enum State {
    /// A request waits for its answer.
    Asking(Box<Asking>),
    /// The outcome waits to be taken.
    Done(Outcome),
    /// The outcome was taken.
    Taken,
    /// It ended with this refusal.
    Failed(Error),
}

struct Asking {
    request: Request,
    purpose: Purpose,
    tries: u8,
    redirects: u8,
    conversation: Conversation,
}

/// Why a request was sent, and what to fall back on.
enum Purpose {
    Discovery { stale: Option<Arc<Metadata>> },
    Keys { stale: Option<Arc<KeySet>>, unknown: Option<UnknownKey> },
    Token,
}

/// The key set is asked for although it is fresh, because a token names a key that is not in it.
struct UnknownKey {
    kid: Option<Kid>,
}

impl Purpose {
    fn kind(&self) -> event::Purpose {
        match self {
            Self::Discovery { .. } => event::Purpose::Discovery,
            Self::Keys { .. } => event::Purpose::Keys,
            Self::Token => event::Purpose::Token,
        }
    }
}

/// What the flow is for.
enum Conversation {
    Authorization(Box<AuthorizationParameters>),
    SignIn(Box<SigningIn>),
}

/// What a flow ends with.
pub enum Outcome {
    /// Where to send the browser, and what to keep until it returns.
    Authorization(Box<AuthorizationRequest>),
    /// Who signed in.
    SignIn(Box<SignIn>),
}

/// What a conversation needs next.
enum Next {
    Ask(Request, Purpose),
    Done(Outcome),
}

impl Flow {
    /// Begins an authorization: discovery if it is not known, then the URL.
    pub fn begin_authorization(parameters: AuthorizationParameters, around: &Surroundings<'_>) -> Result<Self> {
        parameters.check(around.party)?;
        Ok(Self::begin(Conversation::Authorization(Box::new(parameters)), around))
    }

    /// Begins a sign-in with the whole callback: it is checked here and now, before anything is sent.
    pub fn begin_sign_in(request: &saved::Saved, callback: &str, around: &Surroundings<'_>) -> Result<Self> {
        let signing_in = SigningIn::begin(request, callback, around)?;
        Ok(Self::begin(Conversation::SignIn(Box::new(signing_in)), around))
    }

    fn begin(conversation: Conversation, around: &Surroundings<'_>) -> Self {
        let mut flow = Self { state: State::Taken, metadata: None, events: Vec::new() };
        flow.go_on(conversation, around);
        flow
    }

    /// What the flow needs next; the refusal it ended with, as often as it is asked.
    pub fn step(&self) -> Result<Step<'_>> {
        match &self.state {
            State::Asking(asking) => Ok(Step::Send(&asking.request)),
            State::Done(_) | State::Taken => Ok(Step::Done),
            State::Failed(error) => Err(error.clone()),
        }
    }

    /// What the request that waits is for, and which attempt it is.
    pub fn asks_for(&self) -> Option<(event::Purpose, u8)> {
        match &self.state {
            State::Asking(asking) => Some((asking.purpose.kind(), asking.tries)),
            _ => None,
        }
    }

    /// What happened since this was last asked.
    pub fn take_events(&mut self) -> Vec<Event> {
        std::mem::take(&mut self.events)
    }

    /// Takes the answer to the request that [`Flow::step`] named.
    pub fn supply_response(&mut self, response: Response, around: &Surroundings<'_>) -> Result<()> {
        let asking = self.take_asking()?;
        match self.judge(asking, response, around) {
            Ok(conversation) => {
                if let Some(conversation) = conversation {
                    self.go_on(conversation, around);
                }
            }
            Err(error) => self.state = State::Failed(error),
        }
        self.step().map(|_| ())
    }

    /// Takes the news that there is no answer, and whether the request may have left this machine. Only a request that
    /// never left may be a POST that is sent again, and then with a new assertion.
    pub fn supply_failure(
        &mut self,
        failure: Error,
        request_may_have_left: bool,
        around: &Surroundings<'_>,
    ) -> Result<()> {
        let asking = self.take_asking()?;
        self.fall_back(asking, failure, request_may_have_left, around);
        self.step().map(|_| ())
    }

    /// The outcome, once.
    pub fn take(&mut self) -> Result<Outcome> {
        match std::mem::replace(&mut self.state, State::Taken) {
            State::Done(outcome) => Ok(outcome),
            other => {
                self.state = other;
                Err(Error::new(Status::InvalidState)
                    .expected("a flow that is done and whose outcome was not taken yet"))
            }
        }
    }

    /// Puts an outcome back that the caller did not ask for.
    pub(crate) fn put_back(&mut self, outcome: Outcome) {
        self.state = State::Done(outcome);
    }

    fn take_asking(&mut self) -> Result<Box<Asking>> {
        match std::mem::replace(&mut self.state, State::Taken) {
            State::Asking(asking) => Ok(asking),
            State::Failed(error) => {
                self.state = State::Failed(error.clone());
                Err(error)
            }
            other => {
                self.state = other;
                Err(Error::new(Status::InvalidState).expected("a flow that waits for an answer"))
            }
        }
    }

    /// Steps the conversation on until it needs the network or is done.
    fn go_on(&mut self, mut conversation: Conversation, around: &Surroundings<'_>) {
        self.state = match self.next(&mut conversation, around) {
            Ok(Next::Done(outcome)) => State::Done(outcome),
            Ok(Next::Ask(request, purpose)) => {
                if let Purpose::Keys { unknown: Some(UnknownKey { kid }), .. } = &purpose {
                    self.events.push(Event::KeysRefetched { kid: kid.clone() });
                }
                State::Asking(Box::new(Asking { request, purpose, tries: 1, redirects: 0, conversation }))
            }
            Err(error) => State::Failed(error),
        };
    }

    fn next(&mut self, conversation: &mut Conversation, around: &Surroundings<'_>) -> Result<Next> {
        let metadata = match &self.metadata {
            Some(metadata) => Arc::clone(metadata),
            None => match around.provider.metadata(around.now) {
                Cached::Have(metadata) => Arc::clone(self.metadata.insert(metadata)),
                Cached::Ask(stale) => {
                    let url = around.party.platform.metadata_url.as_ref().ok_or_else(no_metadata_url)?;
                    return Ok(Next::Ask(Request::get_json(url.as_str()), Purpose::Discovery { stale }));
                }
            },
        };
        match conversation {
            Conversation::Authorization(parameters) => {
                let request = authorize::request(parameters, &metadata, around)?;
                Ok(Next::Done(Outcome::Authorization(Box::new(request))))
            }
            Conversation::SignIn(signing_in) => signing_in.next(&metadata, around),
        }
    }

    /// Judges an answer. `None`: the same request goes to another address.
    fn judge(
        &mut self,
        mut asking: Box<Asking>,
        response: Response,
        around: &Surroundings<'_>,
    ) -> Result<Option<Conversation>> {
        if (300..400).contains(&response.status) {
            match self.redirect(&mut asking, &response) {
                Ok(()) => {
                    self.state = State::Asking(asking);
                    return Ok(None);
                }
                Err(error) => return self.fall_back_or_fail(*asking, error).map(Some),
            }
        }
        let failure = match &asking.purpose {
            Purpose::Token => {
                let Conversation::SignIn(signing_in) = &mut asking.conversation else { return Err(no_such_answer()) };
                signing_in.take_answer(&response, around)?;
                return Ok(Some(asking.conversation));
            }
            Purpose::Discovery { .. } => expect_ok(&response)
                .and_then(|()| Metadata::read(response.body(), &around.party.platform))
                .map(|metadata| {
                    self.events.push(Event::DiscoveryRefreshed { host: event::Host::of(&asking.request.url) });
                    let metadata = Arc::clone(self.metadata.insert(Arc::new(metadata)));
                    around.provider.keep_metadata(metadata, around.now);
                }),
            Purpose::Keys { .. } => expect_ok(&response).and_then(|()| KeySet::read(response.body())).map(|keys| {
                let keys = Arc::new(keys);
                let (key_count, skipped_count) = (keys.key_count(), keys.skipped_count());
                self.events.push(Event::KeysRefreshed { key_count, skipped_count });
                around.provider.keep_keys(Arc::clone(&keys), around.now);
                asking.conversation.take_keys(keys);
            }),
        };
        match failure {
            Ok(()) => Ok(Some(asking.conversation)),
            Err(error) => self.fall_back_or_fail(*asking, error).map(Some),
        }
    }

    /// A discovery document or key set may lie elsewhere within its origin; nothing else is ever redirected.
    fn redirect(&mut self, asking: &mut Asking, response: &Response) -> Result<()> {
        let location = response.header("location").unwrap_or_default();
        let refuse = |status: Status| {
            Error::new(status)
                .with_http_status(response.status)
                .found(format!("a redirect to {}", without_query(location)))
        };
        if matches!(asking.purpose, Purpose::Token) {
            return Err(refuse(Status::RedirectRefused));
        }
        let target = form::resolve(&asking.request.url, location).ok_or_else(|| refuse(Status::RedirectRefused))?;
        let same_origin = matches!((HttpsAddress::parse(&asking.request.url), HttpsAddress::parse(&target)),
            (Some(from), Some(to)) if from.same_origin(&to));
        if !same_origin {
            return Err(refuse(Status::RedirectRefused).expected("a redirect within the same origin"));
        }
        if asking.redirects == MAX_REDIRECTS {
            return Err(refuse(Status::TooManyRedirects).expected(format!("at most {MAX_REDIRECTS}")));
        }
        let address = event::Address::of(&target);
        self.events.push(Event::RedirectFollowed { purpose: asking.purpose.kind(), address });
        asking.redirects += 1;
        asking.tries = 1;
        asking.request = Request::get_json(&target);
        Ok(())
    }

    fn fall_back(&mut self, mut asking: Box<Asking>, failure: Error, may_have_left: bool, around: &Surroundings<'_>) {
        // Who cancels wants no more of it: neither another request nor an older document.
        if failure.status() == Status::Cancelled {
            self.state = State::Failed(failure);
            return;
        }
        let may_repeat = asking.request.method == Method::Get || !may_have_left;
        let will_help = failure.is_retryable();
        if may_repeat && will_help && asking.tries < MAX_TRIES {
            asking.tries += 1;
            self.events.push(Event::RequestRepeated {
                purpose: asking.purpose.kind(),
                host: event::Host::of(&asking.request.url),
                attempt: asking.tries,
            });
            if matches!(asking.purpose, Purpose::Token) {
                // The assertion in the old request is spent: the next one is made anew.
                let tries = asking.tries;
                self.go_on(asking.conversation, around);
                if let State::Asking(again) = &mut self.state {
                    again.tries = tries;
                }
                return;
            }
            self.state = State::Asking(asking);
            return;
        }
        match self.fall_back_or_fail(*asking, failure) {
            Ok(conversation) => self.go_on(conversation, around),
            Err(error) => self.state = State::Failed(error),
        }
    }

    /// An older document serves where a newer one cannot be had.
    fn fall_back_or_fail(&mut self, asking: Asking, failure: Error) -> Result<Conversation> {
        let mut conversation = asking.conversation;
        match asking.purpose {
            Purpose::Discovery { stale: Some(metadata) } => {
                self.events.push(Event::DiscoveryStale { status: failure.status() });
                self.metadata = Some(metadata);
            }
            Purpose::Keys { stale: Some(keys), .. } => {
                self.events.push(Event::KeysStale { status: failure.status() });
                conversation.take_keys(keys);
            }
            _ => return Err(failure),
        }
        Ok(conversation)
    }
}

impl Conversation {
    fn take_keys(&mut self, keys: Arc<KeySet>) {
        if let Self::SignIn(signing_in) = self {
            signing_in.take_keys(keys);
        }
    }
}

impl std::fmt::Debug for Flow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self.state {
            State::Asking(_) => "Flow(asking)",
            State::Done(_) => "Flow(done)",
            State::Taken => "Flow(taken)",
            State::Failed(_) => "Flow(failed)",
        })
    }
}

fn expect_ok(response: &Response) -> Result<()> {
    if response.status == 200 {
        return Ok(());
    }
    Err(Error::new(Status::HttpStatus).expected("200").with_http_status(response.status))
}

fn no_metadata_url() -> Error {
    Error::new(Status::ConfigInvalid)
        .expected("a platform row with a metadata_url, for a flow that begins with discovery")
}

fn no_such_answer() -> Error {
    Error::new(Status::Internal).found("a token answer in a flow without token request")
}
