//! App Store purchases with the payments they are matched to.

use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::{Date, Integer, Nullable};
use serde::Serialize;

use super::AppleTransaction;
use crate::Result;
use crate::types::{TrueLayerTransactionId, UserId};

/// A purchase, and which payment it is matched to.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName, Serialize)]
pub struct MatchedAppleTransaction {
    /// The purchase.
    #[diesel(embed)]
    pub purchase: AppleTransaction,
    /// The owner's transaction that was matched to it last, if any.
    #[diesel(sql_type = Nullable<Integer>)]
    pub matched_bank_transaction_id: Option<TrueLayerTransactionId>,
}

impl MatchedAppleTransaction {
    /// The purchases of the days from `first` to `last`, both included, each once; `None` is no limit. Newest first, those of
    /// one day by id, the greatest first. Purchases have no owner; the matches shown are the owner's.
    ///
    /// Takes over `get_apple_transactions`.
    pub fn list(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        first: Option<NaiveDate>,
        last: Option<NaiveDate>,
    ) -> Result<Vec<Self>> {
        Ok(
            diesel::sql_query(include_str!("list_matched_transactions.sql"))
                .bind::<Nullable<Integer>, _>(owner.into())
                .bind::<Nullable<Date>, _>(first)
                .bind::<Nullable<Date>, _>(last)
                .load(conn)?,
        )
    }
}
