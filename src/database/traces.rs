//! [`Traces`]: whether a use of a connection may have left something in its session.

use crate::sql::{self, Transaction};

/// What the statements of one use of a connection may have left.
#[derive(Debug, Default)]
pub(super) struct Traces {
    /// A statement was not known to leave nothing.
    left: bool,
    in_transaction: bool,
    /// How many statements have not come to their end.
    running: i64,
}

impl Traces {
    /// Takes note of a statement.
    pub(super) fn start(&mut self, text: impl FnOnce() -> String) {
        self.running += 1;
        if self.left {
            return;
        }
        let text = text();
        match sql::transaction(&text) {
            Some(Transaction::Begins) => self.in_transaction = true,
            Some(Transaction::GoesOn) => {}
            Some(Transaction::Ends) => self.in_transaction = false,
            None => self.left = !sql::leaves_nothing(&text),
        }
    }

    /// Takes note of a statement's end.
    pub(super) fn finish(&mut self) {
        self.running -= 1;
    }

    /// Whether there may be any.
    pub(super) fn are_there(&self) -> bool {
        self.left || self.in_transaction || self.running != 0
    }
}
