//! `amazon_returns`: refunds from the returns export.

use bigdecimal::BigDecimal;
use chrono::{DateTime, NaiveDate, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::result::OptionalEmptyChangesetExtension;
use serde::Serialize;

use crate::Result;
use crate::models::truelayer::TrueLayerTransaction;
use crate::models::truelayer::transaction;
use crate::models::{Filter, given, one_row, owned};
use crate::schema::amazon_returns;
use crate::types::{AmazonReturnId, TrueLayerTransactionId, UserId};

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

/// Rows that are linked to a user's transactions or to none, or all.
pub(crate) fn owned_by(owner: Option<UserId>) -> Filter<amazon_returns::table> {
    owned(owner, |owner| {
        let original = amazon_returns::original_transaction_id;
        let refund = amazon_returns::refund_transaction_id;
        let is_his_payment = original
            .assume_not_null()
            .eq_any(transaction::ids_of(owner));
        let is_his_credit = refund.assume_not_null().eq_any(transaction::ids_of(owner));
        original
            .is_null()
            .or(is_his_payment)
            .and(refund.is_null().or(is_his_credit))
            .nullable()
    })
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
            .get_result(conn)?)
    }

    /// The row with this `reversal_id`, if any.
    pub fn find_by_reversal_id(conn: &mut PgConnection, reversal_id: &str) -> Result<Option<Self>> {
        Ok(Self::query()
            .filter(amazon_returns::reversal_id.eq(reversal_id))
            .get_result(conn)
            .optional()?)
    }

    /// The refunds of the order with this number, or all. Latest first, those of one day by id, the greatest first.
    ///
    /// Takes over `get_amazon_returns`.
    pub fn list(conn: &mut PgConnection, order_id: Option<&str>) -> Result<Vec<Self>> {
        let order_id = order_id.map(str::to_owned);
        Ok(Self::query()
            .filter(given(order_id, |order_id| {
                amazon_returns::order_id.eq(order_id).nullable()
            }))
            .order((
                amazon_returns::refund_completion_date.desc(),
                amazon_returns::id.desc(),
            ))
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
