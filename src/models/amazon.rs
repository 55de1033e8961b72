//! Amazon orders, refunds, Business orders, and the payments they are matched to.

pub(crate) mod business_connection;
mod business_line_item;
mod business_match;
mod business_order;
mod order;
pub(crate) mod order_return;
mod transaction_match;

pub use business_connection::{
    AmazonBusinessConnection, AmazonBusinessConnectionChanges, NewAmazonBusinessConnection,
};
pub use business_line_item::{
    AmazonBusinessLineItem, AmazonBusinessLineItemChanges, NewAmazonBusinessLineItem,
};
pub use business_match::{
    NewTrueLayerAmazonBusinessMatch, TrueLayerAmazonBusinessMatch,
    TrueLayerAmazonBusinessMatchChanges,
};
pub use business_order::{AmazonBusinessOrder, AmazonBusinessOrderChanges, NewAmazonBusinessOrder};
pub use order::{AmazonOrder, AmazonOrderChanges, NewAmazonOrder};
pub use order_return::{AmazonReturn, AmazonReturnChanges, NewAmazonReturn};
pub use transaction_match::{
    NewTrueLayerAmazonTransactionMatch, TrueLayerAmazonTransactionMatch,
    TrueLayerAmazonTransactionMatchChanges,
};
