//! `amazon_transaction_matches`: which old spreadsheet transaction paid which Amazon order (deprecated).

use bigdecimal::BigDecimal;
use chrono::{DateTime, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use serde::Serialize;

use super::Transaction;
use crate::Result;
use crate::models::amazon::AmazonOrder;
use crate::models::one_row;
use crate::schema::amazon_transaction_matches;
use crate::types::{AmazonOrderId, AmazonTransactionMatchId, TransactionId};

/// Which old spreadsheet transaction paid which Amazon order (deprecated): a row of `amazon_transaction_matches`.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery, Identifiable, Associations, Serialize)]
#[diesel(table_name = amazon_transaction_matches, belongs_to(Transaction, foreign_key = transaction_id), belongs_to(AmazonOrder, foreign_key = amazon_order_id), check_for_backend(Pg))]
pub struct AmazonTransactionMatch {
    /// Identity.
    pub id: AmazonTransactionMatchId,
    /// `transactions.id`.
    pub transaction_id: TransactionId,
    /// `amazon_orders.id`.
    pub amazon_order_id: AmazonOrderId,
    /// 0 to 100.
    pub match_confidence: BigDecimal,
    /// When the match was made.
    pub matched_at: DateTime<Utc>,
}

/// A row for `amazon_transaction_matches`; a column left `None` gets the database's default.
#[derive(Debug, Clone, Copy, Insertable)]
#[diesel(table_name = amazon_transaction_matches, check_for_backend(Pg))]
#[expect(
    missing_docs,
    reason = "the fields are those of `AmazonTransactionMatch`"
)]
pub struct NewAmazonTransactionMatch<'a> {
    pub transaction_id: TransactionId,
    pub amazon_order_id: AmazonOrderId,
    pub match_confidence: &'a BigDecimal,
    pub matched_at: Option<DateTime<Utc>>,
}

impl<'a> NewAmazonTransactionMatch<'a> {
    /// A row with what has no default.
    pub const fn new(
        transaction_id: TransactionId,
        amazon_order_id: AmazonOrderId,
        match_confidence: &'a BigDecimal,
    ) -> Self {
        Self {
            transaction_id,
            amazon_order_id,
            match_confidence,
            matched_at: None,
        }
    }

    /// Inserts the row. [`Error::Conflict`](crate::Error::Conflict) where its `transaction_id` is there already.
    pub fn insert(&self, conn: &mut PgConnection) -> Result<AmazonTransactionMatch> {
        Ok(self
            .insert_into(amazon_transaction_matches::table)
            .returning(AmazonTransactionMatch::as_returning())
            .get_result(conn)?)
    }
}

impl AmazonTransactionMatch {
    /// The row with this id; [`Error::NotFound`](crate::Error::NotFound) without.
    pub fn find(conn: &mut PgConnection, id: AmazonTransactionMatchId) -> Result<Self> {
        Ok(Self::query()
            .filter(amazon_transaction_matches::id.eq(id))
            .get_result(conn)?)
    }

    /// The row with this `transaction_id`, if any.
    pub fn find_by_transaction_id(
        conn: &mut PgConnection,
        transaction_id: TransactionId,
    ) -> Result<Option<Self>> {
        Ok(Self::query()
            .filter(amazon_transaction_matches::transaction_id.eq(transaction_id))
            .get_result(conn)
            .optional()?)
    }

    /// Deletes the row with this id; [`Error::NotFound`](crate::Error::NotFound) without.
    pub fn delete(conn: &mut PgConnection, id: AmazonTransactionMatchId) -> Result<()> {
        let deleted = diesel::delete(amazon_transaction_matches::table.find(id)).execute(conn)?;
        one_row(deleted)
    }
}
