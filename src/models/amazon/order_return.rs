//! `amazon_returns`: refunds from the returns export.

use bigdecimal::BigDecimal;
use chrono::{DateTime, NaiveDate, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::result::OptionalEmptyChangesetExtension;
use serde::Serialize;

use crate::Result;
use crate::models::one_row;
use crate::models::truelayer::TrueLayerTransaction;
use crate::schema::amazon_returns;
use crate::types::{AmazonReturnId, TrueLayerTransactionId};

/// Refunds from the returns export: a row of `amazon_returns`.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery, Identifiable, Associations, Serialize)]
#[diesel(table_name = amazon_returns, belongs_to(TrueLayerTransaction, foreign_key = original_transaction_id), check_for_backend(Pg))]
pub struct AmazonReturn {
    /// Identity.
    pub id: AmazonReturnId,
    /// Amazon's order number; the order may be unknown.
    pub order_id: String,
    /// Amazon's id of the refund.
    pub reversal_id: String,
    /// Day of the refund, UTC.
    pub refund_completion_date: NaiveDate,
    /// ISO 4217 code, three letters.
    pub currency: String,
    /// In `currency`.
    pub amount_refunded: BigDecimal,
    /// As exported.
    pub status: Option<String>,
    /// As exported.
    pub disbursement_type: Option<String>,
    /// Name of the file it was imported from.
    pub source_file: Option<String>,
    /// The payment.
    pub original_transaction_id: Option<TrueLayerTransactionId>,
    /// The refund's credit.
    pub refund_transaction_id: Option<TrueLayerTransactionId>,
    /// When the row was made.
    pub created_at: DateTime<Utc>,
}

/// A row for `amazon_returns`; a column left `None` gets the database's default.
#[derive(Debug, Clone, Copy, Insertable)]
#[diesel(table_name = amazon_returns, check_for_backend(Pg))]
#[expect(missing_docs, reason = "the fields are those of `AmazonReturn`")]
pub struct NewAmazonReturn<'a> {
    pub order_id: &'a str,
    pub reversal_id: &'a str,
    pub refund_completion_date: NaiveDate,
    pub currency: &'a str,
    pub amount_refunded: &'a BigDecimal,
    pub status: Option<&'a str>,
    pub disbursement_type: Option<&'a str>,
    pub source_file: Option<&'a str>,
    pub original_transaction_id: Option<TrueLayerTransactionId>,
    pub refund_transaction_id: Option<TrueLayerTransactionId>,
}

/// What to change in a row of `amazon_returns`: a column left `None` stays, `Some(None)` empties it.
#[derive(Debug, Clone, Copy, Default, AsChangeset)]
#[diesel(table_name = amazon_returns, check_for_backend(Pg))]
#[expect(missing_docs, reason = "the fields are those of `AmazonReturn`")]
pub struct AmazonReturnChanges<'a> {
    pub order_id: Option<&'a str>,
    pub refund_completion_date: Option<NaiveDate>,
    pub currency: Option<&'a str>,
    pub amount_refunded: Option<&'a BigDecimal>,
    pub status: Option<Option<&'a str>>,
    pub disbursement_type: Option<Option<&'a str>>,
    pub source_file: Option<Option<&'a str>>,
    pub original_transaction_id: Option<Option<TrueLayerTransactionId>>,
    pub refund_transaction_id: Option<Option<TrueLayerTransactionId>>,
}

impl<'a> NewAmazonReturn<'a> {
    /// A row with what has no default.
    pub const fn new(
        order_id: &'a str,
        reversal_id: &'a str,
        refund_completion_date: NaiveDate,
        currency: &'a str,
        amount_refunded: &'a BigDecimal,
    ) -> Self {
        Self {
            order_id,
            reversal_id,
            refund_completion_date,
            currency,
            amount_refunded,
            status: None,
            disbursement_type: None,
            source_file: None,
            original_transaction_id: None,
            refund_transaction_id: None,
        }
    }

    /// Inserts the row. [`Error::Conflict`](crate::Error::Conflict) where its `reversal_id` is there already.
    pub fn insert(&self, conn: &mut PgConnection) -> Result<AmazonReturn> {
        Ok(self
            .insert_into(amazon_returns::table)
            .returning(AmazonReturn::as_returning())
            .get_result(conn)?)
    }

    /// Inserts the row unless its `reversal_id` is there already; `None` then.
    pub fn insert_if_new(&self, conn: &mut PgConnection) -> Result<Option<AmazonReturn>> {
        Ok(self
            .insert_into(amazon_returns::table)
            .on_conflict(amazon_returns::reversal_id)
            .do_nothing()
            .returning(AmazonReturn::as_returning())
            .get_result(conn)
            .optional()?)
    }
}

impl AmazonReturn {
    /// The row with this id; [`Error::NotFound`](crate::Error::NotFound) without.
    pub fn find(conn: &mut PgConnection, id: AmazonReturnId) -> Result<Self> {
        Ok(Self::query()
            .filter(amazon_returns::id.eq(id))
            .first(conn)?)
    }

    /// The row with this `reversal_id`, if any.
    pub fn find_by_reversal_id(conn: &mut PgConnection, reversal_id: &str) -> Result<Option<Self>> {
        Ok(Self::query()
            .filter(amazon_returns::reversal_id.eq(reversal_id))
            .first(conn)
            .optional()?)
    }

    /// The rows of the order with this number.
    pub fn list_for_order(conn: &mut PgConnection, order_id: &str) -> Result<Vec<Self>> {
        Ok(Self::query()
            .filter(amazon_returns::order_id.eq(order_id))
            .order(amazon_returns::id)
            .load(conn)?)
    }

    /// Changes the row with this id and gives it as it is then; [`Error::NotFound`](crate::Error::NotFound) without.
    pub fn update(
        conn: &mut PgConnection,
        id: AmazonReturnId,
        changes: &AmazonReturnChanges<'_>,
    ) -> Result<Self> {
        let row = diesel::update(amazon_returns::table.find(id))
            .set(changes)
            .returning(Self::as_returning())
            .get_result(conn)
            .optional_empty_changeset()?;
        row.map_or_else(|| Self::find(conn, id), Ok)
    }

    /// Deletes the row with this id; [`Error::NotFound`](crate::Error::NotFound) without.
    pub fn delete(conn: &mut PgConnection, id: AmazonReturnId) -> Result<()> {
        let deleted = diesel::delete(amazon_returns::table.find(id)).execute(conn)?;
        one_row(deleted)
    }
}
