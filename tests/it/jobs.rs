//! The queue and its workers: real threads, real processes, a real database.

mod cli;
mod crash;
mod ending;
mod failures;
pub(crate) mod kinds;
mod loss;
mod order;
pub(crate) mod place;
mod plans;
mod queue;
mod schedule;
mod shipped;
