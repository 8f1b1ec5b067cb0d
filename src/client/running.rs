//! A flow together with the client that began it: what a host steps.

use super::Client;
use crate::error::{Error, Family, Result, Status};
use crate::event::{Conversation, Event, Purpose};
use crate::flow::authorize::AuthorizationRequest;
use crate::flow::{Flow, Outcome, SignIn, Step};
use crate::http::{Headers, Response};

/// A conversation under way. One thread at a time. It holds what it needs: the client may be dropped first.
#[derive(Debug)]
pub struct Running {
    flow: Flow,
    client: Client,
    conversation: Conversation,
    told: Told,
}

/// What was said of this flow, and is said once.
#[derive(Debug, Default)]
struct Told {
    clock_offset: bool,
    end: bool,
}

impl Running {
    pub(super) fn new(flow: Flow, conversation: Conversation, client: Client) -> Self {
        client.tell(|| Event::FlowBegun { flow: conversation });
        let mut running = Self { flow, client, conversation, told: Told::default() };
        running.tell_events();
        running
    }

    /// The client that began it.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// What it needs next.
    pub fn step(&self) -> Result<Step<'_>> {
        self.flow.step()
    }

    /// What the request that waits is for, and which attempt it is.
    pub fn asks_for(&self) -> Option<(Purpose, u8)> {
        self.flow.asks_for()
    }

    /// Brings the answer to the request that [`Running::step`] named: status, the address that answered (another one
    /// than asked is refused), headers and the whole body.
    pub fn supply_response(&mut self, status: u16, final_url: &str, headers: Headers, body: Vec<u8>) -> Result<()> {
        let url = match self.flow.step()? {
            Step::Send(request) => request.url.clone(),
            Step::Done => return Err(Error::new(Status::InvalidState).expected("a flow that waits for an answer")),
        };
        let around = self.client.around();
        let outcome = match Response::new(&url, status, final_url, headers, body) {
            Ok(response) => {
                let offset_s = response.clock_offset_s(around.now);
                let large = offset_s.filter(|offset_s| offset_s.unsigned_abs() > u64::from(around.party.clock_skew_s));
                if let (Some(clock_offset_s), false) = (large, self.told.clock_offset) {
                    self.told.clock_offset = true;
                    self.client.tell(|| Event::ClockOffsetLarge { clock_offset_s });
                }
                self.flow.supply_response(response, &around)
            }
            // The answer itself is unfit: the request left, so nothing that was sent may be sent again.
            Err(error) => self.flow.supply_failure(error, true, &around),
        };
        self.tell_events();
        outcome
    }

    /// The same with the header block as received. One that cannot be read is an answer that is unfit.
    pub fn supply_received(&mut self, status: u16, final_url: &str, header_block: &[u8], body: &[u8]) -> Result<()> {
        match Headers::parse(header_block) {
            Ok(headers) => self.supply_response(status, final_url, headers, body.to_vec()),
            Err(error) => self.supply_error(error, true),
        }
    }

    /// Brings the news that there is no answer. `kind` is a status of the transport family, or `Cancelled`;
    /// `request_may_have_left` is false only if no connection was made.
    pub fn supply_failure(&mut self, kind: Status, request_may_have_left: bool) -> Result<()> {
        if kind.family() != Family::Transport && kind != Status::Cancelled {
            return Err(Error::new(Status::InvalidArgument)
                .expected("a status of the transport family (200 to 299) or CANCELLED as the kind of failure")
                .found(kind.name()));
        }
        self.supply_error(Error::new(kind), request_may_have_left)
    }

    /// The same with an error that says more.
    pub fn supply_error(&mut self, error: Error, request_may_have_left: bool) -> Result<()> {
        let around = self.client.around();
        let outcome = self.flow.supply_failure(error, request_may_have_left, &around);
        self.tell_events();
        outcome
    }

    /// The authorization request, once.
    pub fn take_authorization_request(&mut self) -> Result<AuthorizationRequest> {
        match self.flow.take()? {
            Outcome::Authorization(request) => Ok(*request),
            other => self.not_this(other, "an authorization"),
        }
    }

    /// The sign-in, once.
    pub fn take_sign_in(&mut self) -> Result<SignIn> {
        match self.flow.take()? {
            Outcome::SignIn(sign_in) => Ok(*sign_in),
            other => self.not_this(other, "a sign-in"),
        }
    }

    /// Tells what happened in the flow, and once how it ended.
    fn tell_events(&mut self) {
        for event in self.flow.take_events() {
            self.client.tell(|| event);
        }
        if self.told.end {
            return;
        }
        let flow = self.conversation;
        match self.flow.step() {
            Ok(Step::Send(_)) => return,
            Ok(Step::Done) => self.client.tell(|| Event::FlowDone { flow }),
            Err(error) if error.status() == Status::Cancelled => self.client.tell(|| Event::FlowCancelled { flow }),
            Err(error) => self.client.tell(|| Event::FlowFailed {
                flow,
                status: error.status(),
                http_status: error.http_status(),
            }),
        }
        self.told.end = true;
    }

    fn not_this<T>(&mut self, outcome: Outcome, expected: &str) -> Result<T> {
        self.flow.put_back(outcome);
        Err(Error::new(Status::InvalidState).expected(format!("a flow that is {expected}")))
    }
}
