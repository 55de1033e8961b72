//! Matching bank transactions to what explains them.

pub mod amazon;
mod assignment;
