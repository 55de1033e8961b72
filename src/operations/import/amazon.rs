//! Importing what Amazon exports.

mod line;
mod order;
mod orders;
mod product_names;

pub use orders::import_orders;
