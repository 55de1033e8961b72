//! Importing what Amazon exports and what its Business API answers.

mod business_import;
mod business_line_items;
mod business_orders;
mod business_record;
mod line;
mod order_lines;
mod orders;
mod product_names;
mod returns;

pub use business_import::{import_business_orders, refresh_business_orders};
pub use business_line_items::store_business_line_items;
pub use business_orders::store_business_orders;
pub use orders::{import_orders, refresh_orders, store_orders};
pub use returns::{import_returns, refresh_returns, store_returns};
