//! Statuses by their permanent numbers.
#![expect(unsafe_code, reason = "the C edge: exported by name")]

use std::sync::OnceLock;

use super::guard;
use super::text::Text;
use super::view::cis2_str;
use crate::error::{Error, Result, STATUSES, Status};

/// What a function answers: a number of the enumeration of the same name. 0 is success.
pub type cis2_status = i32;

struct Row {
    status: Status,
    name: Text,
    sentence: Text,
}

/// The name of a status as this header writes it, without `CIS2_STATUS_`; empty for an unknown number. Lives for ever.
/// Any thread.
#[unsafe(no_mangle)]
pub extern "C" fn cis2_status_name(status: cis2_status) -> cis2_str {
    guard::value(|| row(status).map(|row| row.name.view(row.status.name())))
}

/// What a status means, as an English sentence; empty for an unknown number. Lives for ever. Any thread.
///
/// Typically, you will prefer `cis2_error_message`, which knows more.
#[unsafe(no_mangle)]
pub extern "C" fn cis2_status_sentence(status: cis2_status) -> cis2_str {
    guard::value(|| row(status).map(|row| row.sentence.view(row.status.row().sentence)))
}

/// The status of a number that the caller passes as a choice.
pub(super) fn from_number(number: u32, name: &str) -> Result<Status> {
    let row = STATUSES.iter().find(|row| i64::from(row.status.number()) == i64::from(number));
    row.map(|row| row.status).ok_or_else(|| {
        Error::new(Status::InvalidArgument)
            .expected(format!("{name} to be a number of a status"))
            .found(number.to_string())
    })
}

fn row(number: cis2_status) -> Option<&'static Row> {
    static ROWS: OnceLock<Vec<Row>> = OnceLock::new();
    let blank = |status| Row { status, name: Text::default(), sentence: Text::default() };
    let rows = ROWS.get_or_init(|| STATUSES.iter().map(|row| blank(row.status)).collect());
    rows.iter().find(|row| row.status.number() == number)
}
