//! `transactions`: old spreadsheet imports (deprecated).

use bigdecimal::BigDecimal;
use chrono::{DateTime, NaiveDate, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::result::OptionalEmptyChangesetExtension;
use serde::Serialize;

use crate::Result;
use crate::models::one_row;
use crate::schema::transactions;
use crate::types::{HuququllahClassification, TransactionId};

/// Old spreadsheet imports (deprecated): a row of `transactions`.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery, Identifiable, Serialize)]
#[diesel(table_name = transactions, check_for_backend(Pg))]
pub struct Transaction {
    /// Identity.
    pub id: TransactionId,
    /// Day.
    pub date: NaiveDate,
    /// The statement's text.
    pub description: String,
    /// Pounds sterling; negative for money out.
    pub amount: BigDecimal,
    /// Name of the category.
    pub category: Option<String>,
    /// Name of the file it was imported from.
    pub source_file: Option<String>,
    /// The shop.
    pub merchant: Option<String>,
    /// Whether it is a necessity.
    pub huququllah_classification: Option<HuququllahClassification>,
    /// When the row was made.
    pub created_at: DateTime<Utc>,
    /// Description of the purchase that explains it.
    pub lookup_description: Option<String>,
}

/// A row for `transactions`; a column left `None` gets the database's default.
#[derive(Debug, Clone, Copy, Insertable)]
#[diesel(table_name = transactions, check_for_backend(Pg))]
#[expect(missing_docs, reason = "the fields are those of `Transaction`")]
pub struct NewTransaction<'a> {
    pub date: NaiveDate,
    pub description: &'a str,
    pub amount: &'a BigDecimal,
    pub category: Option<&'a str>,
    pub source_file: Option<&'a str>,
    pub merchant: Option<&'a str>,
    pub huququllah_classification: Option<HuququllahClassification>,
    pub lookup_description: Option<&'a str>,
}

/// What to change in a row of `transactions`: a column left `None` stays, `Some(None)` empties it.
#[derive(Debug, Clone, Copy, Default, AsChangeset)]
#[diesel(table_name = transactions, check_for_backend(Pg))]
#[expect(missing_docs, reason = "the fields are those of `Transaction`")]
pub struct TransactionChanges<'a> {
    pub date: Option<NaiveDate>,
    pub description: Option<&'a str>,
    pub amount: Option<&'a BigDecimal>,
    pub category: Option<Option<&'a str>>,
    pub source_file: Option<Option<&'a str>>,
    pub merchant: Option<Option<&'a str>>,
    pub huququllah_classification: Option<Option<HuququllahClassification>>,
    pub lookup_description: Option<Option<&'a str>>,
}

impl<'a> NewTransaction<'a> {
    /// A row with what has no default.
    pub const fn new(date: NaiveDate, description: &'a str, amount: &'a BigDecimal) -> Self {
        Self {
            date,
            description,
            amount,
            category: None,
            source_file: None,
            merchant: None,
            huququllah_classification: None,
            lookup_description: None,
        }
    }

    /// Inserts the row.
    pub fn insert(&self, conn: &mut PgConnection) -> Result<Transaction> {
        Ok(self
            .insert_into(transactions::table)
            .returning(Transaction::as_returning())
            .get_result(conn)?)
    }
}

impl Transaction {
    /// The row with this id; [`Error::NotFound`](crate::Error::NotFound) without.
    pub fn find(conn: &mut PgConnection, id: TransactionId) -> Result<Self> {
        Ok(Self::query()
            .filter(transactions::id.eq(id))
            .get_result(conn)?)
    }

    /// The rows of the days from `first` to `last`, both included. Newest first.
    pub fn list_between(
        conn: &mut PgConnection,
        first: NaiveDate,
        last: NaiveDate,
    ) -> Result<Vec<Self>> {
        Ok(Self::query()
            .filter(transactions::date.between(first, last))
            .order((transactions::date.desc(), transactions::id.desc()))
            .load(conn)?)
    }

    /// Changes the row with this id and gives it as it is then; [`Error::NotFound`](crate::Error::NotFound) without.
    pub fn update(
        conn: &mut PgConnection,
        id: TransactionId,
        changes: &TransactionChanges<'_>,
    ) -> Result<Self> {
        let row = diesel::update(transactions::table.find(id))
            .set(changes)
            .returning(Self::as_returning())
            .get_result(conn)
            .optional_empty_changeset()?;
        row.map_or_else(|| Self::find(conn, id), Ok)
    }

    /// Deletes the row with this id; [`Error::NotFound`](crate::Error::NotFound) without.
    pub fn delete(conn: &mut PgConnection, id: TransactionId) -> Result<()> {
        let deleted = diesel::delete(transactions::table.find(id)).execute(conn)?;
        one_row(deleted)
    }
}
