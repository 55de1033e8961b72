//! [`Traces`]: whether a use of a connection may have left something in its session.

use std::collections::HashMap;

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
    pub(super) fn start(&mut self, effect: impl FnOnce() -> Effect) {
        self.running += 1;
        if self.left {
            return;
        }
        match effect() {
            Effect::OnTransaction(Transaction::Begins) => self.in_transaction = true,
            Effect::OnTransaction(Transaction::GoesOn) | Effect::None => {}
            Effect::OnTransaction(Transaction::Ends) => self.in_transaction = false,
            Effect::Unknown => self.left = true,
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

/// What a statement does to its session.
#[derive(Debug, Clone, Copy)]
pub(super) enum Effect {
    OnTransaction(Transaction),
    None,
    Unknown,
}

/// The effects of the statements of a connection by their texts: the same come again and again.
#[derive(Debug, Default)]
pub(super) struct Effects(HashMap<String, Effect>);

impl Effects {
    /// How many are remembered, and how long their texts are at most.
    const MOST: usize = 1_000;
    const LONGEST: usize = 10_000;

    pub(super) fn of(&mut self, text: String) -> Effect {
        if let Some(effect) = self.0.get(&text) {
            return *effect;
        }
        let effect = match sql::transaction(&text) {
            Some(transaction) => Effect::OnTransaction(transaction),
            None if sql::leaves_nothing(&text) => Effect::None,
            None => Effect::Unknown,
        };
        if self.0.len() < Self::MOST && text.len() <= Self::LONGEST {
            self.0.insert(text, effect);
        }
        effect
    }
}
