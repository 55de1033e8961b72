//! The merchants of bank transactions.

use diesel::prelude::*;
use diesel::sql_types::{Array, Integer, Nullable, Text};

use super::{TrueLayerTransaction, TrueLayerTransactionChanges};
use crate::Result;
use crate::types::{TrueLayerTransactionId, UserId};

impl TrueLayerTransaction {
    /// Names the merchant of a transaction of the owner, or takes the name away;
    /// [`Error::NotFound`](crate::Error::NotFound) without the transaction.
    ///
    /// Takes over `update_truelayer_transaction_merchant`.
    pub fn set_merchant_name(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        id: TrueLayerTransactionId,
        name: Option<&str>,
    ) -> Result<()> {
        let changes = TrueLayerTransactionChanges {
            merchant_name: Some(name),
            ..TrueLayerTransactionChanges::default()
        };
        Self::update(conn, owner, id, &changes).map(drop)
    }

    /// Names the merchants of many transactions of the owner in one statement and says how many there were.
    ///
    /// Of several names for one transaction the last is taken.
    pub fn set_merchant_names(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        names: &[(TrueLayerTransactionId, Option<&str>)],
    ) -> Result<usize> {
        let owner: Option<UserId> = owner.into();
        let (ids, names): (Vec<_>, Vec<_>) = names.iter().copied().unzip();
        let statement = diesel::sql_query(include_str!("set_merchant_names.sql"))
            .bind::<Array<Integer>, _>(ids)
            .bind::<Array<Nullable<Text>>, _>(names)
            .bind::<Nullable<Integer>, _>(owner);
        Ok(statement.execute(conn)?)
    }
}
