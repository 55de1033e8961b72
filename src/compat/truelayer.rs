//! The functions of `truelayer`: the bank feed.

pub(super) mod authorisation;
pub(super) mod cards;
pub(super) mod connections;
pub(super) mod events;
pub(super) mod jobs;
pub(super) mod transactions;
