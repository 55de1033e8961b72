//! Matching bank transactions to what explains them.

pub mod amazon;
pub mod amazon_business;
pub mod apple;
mod assignment;
pub mod gmail;
mod store;
mod vendor;
