//! Importing what Amazon exports.

mod line;
mod order;

mod product_names;
