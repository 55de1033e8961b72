//! `apple_transactions`: App Store purchases.

use bigdecimal::BigDecimal;
use chrono::{DateTime, NaiveDate, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::result::OptionalEmptyChangesetExtension;
use serde::Serialize;

use crate::Result;
use crate::models::one_row;
use crate::schema::apple_transactions;
use crate::types::AppleTransactionId;

/// App Store purchases: a row of `apple_transactions`.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery, QueryableByName, Identifiable, Serialize)]
#[diesel(table_name = apple_transactions, check_for_backend(Pg))]
pub struct AppleTransaction {
    /// Identity.
    pub id: AppleTransactionId,
    /// Apple's order number.
    pub order_id: String,
    /// Day of the purchase as printed.
    pub order_date: NaiveDate,
    /// In `currency`; 0 for a free app.
    pub total_amount: BigDecimal,
    /// ISO 4217 code, three letters.
    pub currency: String,
    /// Names of the apps, joined with ', '.
    pub app_names: String,
    /// Who published them.
    pub publishers: Option<String>,
    /// How many.
    pub item_count: Option<i32>,
    /// Name of the file it was imported from.
    pub source_file: Option<String>,
    /// When the row was made.
    pub created_at: DateTime<Utc>,
}

/// A row for `apple_transactions`; a column left `None` gets the database's default, `Some(None)` none.
#[derive(Debug, Clone, Copy, Insertable)]
#[diesel(table_name = apple_transactions, check_for_backend(Pg))]
#[expect(missing_docs, reason = "the fields are those of `AppleTransaction`")]
pub struct NewAppleTransaction<'a> {
    pub order_id: &'a str,
    pub order_date: NaiveDate,
    pub total_amount: &'a BigDecimal,
    pub currency: &'a str,
    pub app_names: &'a str,
    pub publishers: Option<&'a str>,
    pub item_count: Option<Option<i32>>,
    pub source_file: Option<&'a str>,
}

/// What to change in a row of `apple_transactions`: a column left `None` stays, `Some(None)` empties it.
#[derive(Debug, Clone, Copy, Default, AsChangeset)]
#[diesel(table_name = apple_transactions, check_for_backend(Pg))]
#[expect(missing_docs, reason = "the fields are those of `AppleTransaction`")]
pub struct AppleTransactionChanges<'a> {
    pub order_date: Option<NaiveDate>,
    pub total_amount: Option<&'a BigDecimal>,
    pub currency: Option<&'a str>,
    pub app_names: Option<&'a str>,
    pub publishers: Option<Option<&'a str>>,
    pub item_count: Option<Option<i32>>,
    pub source_file: Option<Option<&'a str>>,
}

impl<'a> NewAppleTransaction<'a> {
    /// A row with what has no default.
    pub const fn new(
        order_id: &'a str,
        order_date: NaiveDate,
        total_amount: &'a BigDecimal,
        currency: &'a str,
        app_names: &'a str,
    ) -> Self {
        Self {
            order_id,
            order_date,
            total_amount,
            currency,
            app_names,
            publishers: None,
            item_count: None,
            source_file: None,
        }
    }

    /// Inserts the row. [`Error::Conflict`](crate::Error::Conflict) where its `order_id` is there already.
    pub fn insert(&self, conn: &mut PgConnection) -> Result<AppleTransaction> {
        Ok(self
            .insert_into(apple_transactions::table)
            .returning(AppleTransaction::as_returning())
            .get_result(conn)?)
    }

    /// Inserts the row unless its `order_id` is there already; `None` then.
    pub fn insert_if_new(&self, conn: &mut PgConnection) -> Result<Option<AppleTransaction>> {
        Ok(self
            .insert_into(apple_transactions::table)
            .on_conflict(apple_transactions::order_id)
            .do_nothing()
            .returning(AppleTransaction::as_returning())
            .get_result(conn)
            .optional()?)
    }
}

impl AppleTransaction {
    /// The purchase with this id, not Apple's order number; [`Error::NotFound`](crate::Error::NotFound) without.
    ///
    /// Takes over `get_apple_transaction_by_id`.
    pub fn find(conn: &mut PgConnection, id: AppleTransactionId) -> Result<Self> {
        Ok(Self::query()
            .filter(apple_transactions::id.eq(id))
            .get_result(conn)?)
    }

    /// The row with this `order_id`, if any.
    pub fn find_by_order_id(conn: &mut PgConnection, order_id: &str) -> Result<Option<Self>> {
        Ok(Self::query()
            .filter(apple_transactions::order_id.eq(order_id))
            .get_result(conn)
            .optional()?)
    }

    /// The order numbers of all purchases, in no order.
    ///
    /// Takes over `get_apple_order_ids`.
    pub fn order_ids(conn: &mut PgConnection) -> Result<Vec<String>> {
        Ok(apple_transactions::table
            .select(apple_transactions::order_id)
            .load(conn)?)
    }

    /// The rows of the days from `first` to `last`, both included. Newest first.
    pub fn list_between(
        conn: &mut PgConnection,
        first: NaiveDate,
        last: NaiveDate,
    ) -> Result<Vec<Self>> {
        Ok(Self::query()
            .filter(apple_transactions::order_date.between(first, last))
            .order((
                apple_transactions::order_date.desc(),
                apple_transactions::id.desc(),
            ))
            .load(conn)?)
    }

    /// Changes the row with this id and gives it as it is then; [`Error::NotFound`](crate::Error::NotFound) without.
    pub fn update(
        conn: &mut PgConnection,
        id: AppleTransactionId,
        changes: &AppleTransactionChanges<'_>,
    ) -> Result<Self> {
        let row = diesel::update(apple_transactions::table.find(id))
            .set(changes)
            .returning(Self::as_returning())
            .get_result(conn)
            .optional_empty_changeset()?;
        row.map_or_else(|| Self::find(conn, id), Ok)
    }

    /// Deletes the row with this id; [`Error::NotFound`](crate::Error::NotFound) without.
    pub fn delete(conn: &mut PgConnection, id: AppleTransactionId) -> Result<()> {
        let deleted = diesel::delete(apple_transactions::table.find(id)).execute(conn)?;
        one_row(deleted)
    }
}
