//! What the old functions got wrong and the crate gets right, a module a file of the reference.

mod core;
mod enrichment;
mod truelayer;
