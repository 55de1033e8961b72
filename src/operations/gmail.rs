//! Mailboxes, their receipts and the bank transactions that these explain.
//!
//! Writers lock first the mailbox, then the receipts, then the bank transactions, each in the order of their keys, and
//! change matches and sources last; so they go one after the other and never wait for each other in a circle.

pub mod aliases;
pub mod attachment_link;
pub mod connections;
mod forgetting;
pub mod matches;
pub mod receipts;
pub mod retention;
pub mod retries;
pub mod statistics;
pub mod sync_jobs;
