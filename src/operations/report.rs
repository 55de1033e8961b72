//! Reports over a user's transactions.

mod spending;

pub use spending::{SpendingBy, SpendingLine, SpendingQuery, SpendingReport, spending};
