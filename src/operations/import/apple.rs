//! Importing App Store purchases.

mod apps;
mod blocks;
mod page;
mod purchase;
mod transactions;

pub use transactions::{import_purchases, refresh_purchases, store_transactions};
