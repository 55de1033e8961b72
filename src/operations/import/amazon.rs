//! Importing what Amazon exports and what its Business API answers.

mod business_line_items;
mod business_orders;
mod line;
mod order;
mod orders;
mod product_names;
mod returns;

pub use business_line_items::store_business_line_items;
pub use business_orders::store_business_orders;
pub use orders::{import_orders, store_orders};
pub use returns::store_returns;
