//! The queue and its workers: real threads, real processes, a real database.

mod cli;
mod crash;
mod ending;
mod failures;
mod kinds;
mod loss;
mod order;
mod place;
mod plans;
mod queue;
mod schedule;
mod shipped;
