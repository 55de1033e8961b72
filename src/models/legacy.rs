//! Tables of earlier forms of the application.

mod amazon_transaction_match;
mod transaction;
mod truelayer_connection;

pub use amazon_transaction_match::{AmazonTransactionMatch, NewAmazonTransactionMatch};
pub use transaction::{NewTransaction, Transaction, TransactionChanges};
pub use truelayer_connection::{
    NewTrueLayerConnection, TrueLayerConnection, TrueLayerConnectionChanges,
};
