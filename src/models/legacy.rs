//! Tables of earlier forms of the application.

mod amazon_transaction_match;
mod transaction;
mod truelayer_connection;

pub use amazon_transaction_match::{AmazonTransactionMatch, NewAmazonTransactionMatch};
pub use transaction::{NewTransaction, Transaction, TransactionChanges};
pub use truelayer_connection::{
    NewTrueLayerConnection, TrueLayerConnection, TrueLayerConnectionChanges,
};

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};

use crate::Result;

/// Whether the database still has this table.
pub(crate) fn is_there(conn: &mut PgConnection, table: &str) -> Result<bool> {
    let there = sql::<Bool>("to_regclass(")
        .bind::<Text, _>(table)
        .sql(") IS NOT NULL");
    Ok(diesel::select(there).get_result(conn)?)
}
