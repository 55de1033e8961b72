//! The functions of `gmail_parsing`: how receipts are parsed, and what comes of it.

pub(super) mod attachments;
mod findings;
pub(super) mod llm;
pub(super) mod merchants;
pub(super) mod receipts;
pub(super) mod reports;
pub(super) mod senders;

use chrono::{DateTime, NaiveDate, SecondsFormat, Timelike, Utc};

use super::answer::Answer;
use crate::types::{GmailConnectionId, GmailSyncJobId};

/// A time as the ISO text that some old answers had in its place.
fn iso_time(time: DateTime<Utc>) -> Answer {
    let digits = if time.nanosecond() == 0 {
        SecondsFormat::Secs
    } else {
        SecondsFormat::Micros
    };
    time.to_rfc3339_opts(digits, false).into()
}

/// A day as the ISO text that some old answers had in its place.
fn iso_day(day: NaiveDate) -> Answer {
    day.to_string().into()
}

/// A text that says something; the old functions took the empty one as none.
fn not_empty(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.is_empty())
}

/// A mailbox; the old functions took 0 as none.
fn mailbox(id: Option<GmailConnectionId>) -> Option<GmailConnectionId> {
    id.filter(|id| id.0 != 0)
}

/// A sync; the old functions took 0 as none.
fn sync_job(id: Option<GmailSyncJobId>) -> Option<GmailSyncJobId> {
    id.filter(|id| id.0 != 0)
}
