//! The functions of `gmail`: mailboxes, their receipts and the transactions that paid them.

pub(super) mod authorisation;
pub(super) mod connections;
pub(super) mod jobs;
mod mail_argument;
pub(super) mod mails;
pub(super) mod matches;
mod receipt_answer;
mod receipt_argument;
pub(super) mod receipts;
