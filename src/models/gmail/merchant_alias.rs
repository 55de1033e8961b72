//! `gmail_merchant_aliases`: bank name / receipt name pairs of one merchant.

use chrono::{DateTime, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::result::OptionalEmptyChangesetExtension;
use serde::Serialize;

use super::sql_functions::lower;
use crate::Result;
use crate::models::one_row;
use crate::schema::gmail_merchant_aliases;
use crate::types::GmailMerchantAliasId;

/// Bank name / receipt name pairs of one merchant: a row of `gmail_merchant_aliases`.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery, Identifiable, Serialize)]
#[diesel(table_name = gmail_merchant_aliases, check_for_backend(Pg))]
pub struct GmailMerchantAlias {
    /// Identity.
    pub id: GmailMerchantAliasId,
    /// Name on bank statements.
    pub bank_name: String,
    /// Name on receipts.
    pub receipt_name: String,
    /// Name of both, lower-case.
    pub normalized_name: String,
    /// Whether it is in use.
    pub is_active: bool,
    /// How often it was applied.
    pub usage_count: i32,
    /// When the row was made.
    pub created_at: DateTime<Utc>,
}

/// A row for `gmail_merchant_aliases`; a column left `None` gets the database's default.
#[derive(Debug, Clone, Copy, Insertable)]
#[diesel(table_name = gmail_merchant_aliases, check_for_backend(Pg))]
#[expect(missing_docs, reason = "the fields are those of `GmailMerchantAlias`")]
pub struct NewGmailMerchantAlias<'a> {
    pub bank_name: &'a str,
    pub receipt_name: &'a str,
    pub normalized_name: &'a str,
    pub is_active: Option<bool>,
    pub usage_count: Option<i32>,
}

/// What to change in a row of `gmail_merchant_aliases`: a column left `None` stays.
#[derive(Debug, Clone, Copy, Default, AsChangeset)]
#[diesel(table_name = gmail_merchant_aliases, check_for_backend(Pg))]
#[expect(missing_docs, reason = "the fields are those of `GmailMerchantAlias`")]
pub struct GmailMerchantAliasChanges<'a> {
    pub bank_name: Option<&'a str>,
    pub receipt_name: Option<&'a str>,
    pub normalized_name: Option<&'a str>,
    pub is_active: Option<bool>,
    pub usage_count: Option<i32>,
}

impl<'a> NewGmailMerchantAlias<'a> {
    /// A row with what has no default.
    pub const fn new(bank_name: &'a str, receipt_name: &'a str, normalized_name: &'a str) -> Self {
        Self {
            bank_name,
            receipt_name,
            normalized_name,
            is_active: None,
            usage_count: None,
        }
    }

    /// Inserts the row.
    pub fn insert(&self, conn: &mut PgConnection) -> Result<GmailMerchantAlias> {
        Ok(self
            .insert_into(gmail_merchant_aliases::table)
            .returning(GmailMerchantAlias::as_returning())
            .get_result(conn)?)
    }
}

impl GmailMerchantAlias {
    /// The row with this id; [`Error::NotFound`](crate::Error::NotFound) without.
    pub fn find(conn: &mut PgConnection, id: GmailMerchantAliasId) -> Result<Self> {
        Ok(Self::query()
            .filter(gmail_merchant_aliases::id.eq(id))
            .get_result(conn)?)
    }

    /// All rows. By `bank_name`.
    pub fn list(conn: &mut PgConnection) -> Result<Vec<Self>> {
        Ok(Self::query()
            .order(gmail_merchant_aliases::bank_name)
            .load(conn)?)
    }

    /// The aliases in use. By id.
    pub fn list_active(conn: &mut PgConnection) -> Result<Vec<Self>> {
        Ok(Self::query()
            .filter(gmail_merchant_aliases::is_active)
            .order(gmail_merchant_aliases::id)
            .load(conn)?)
    }

    /// The alias in use whose whole `receipt_name`, or else `normalized_name`, is this one in whatever case; of several the
    /// one with the lowest id. The empty name has none. [`list_active`](Self::list_active) gives them all at once.
    ///
    /// Takes over `get_gmail_merchant_alias`.
    pub fn find_active(conn: &mut PgConnection, name: &str) -> Result<Option<Self>> {
        if name.is_empty() {
            return Ok(None);
        }
        let on_receipts = || lower(gmail_merchant_aliases::receipt_name).eq(lower(name));
        let normalized = lower(gmail_merchant_aliases::normalized_name).eq(lower(name));
        Ok(Self::query()
            .filter(on_receipts().or(normalized))
            .filter(gmail_merchant_aliases::is_active)
            .order((on_receipts().desc(), gmail_merchant_aliases::id))
            .first(conn)
            .optional()?)
    }

    /// Changes the row with this id and gives it as it is then; [`Error::NotFound`](crate::Error::NotFound) without.
    pub fn update(
        conn: &mut PgConnection,
        id: GmailMerchantAliasId,
        changes: &GmailMerchantAliasChanges<'_>,
    ) -> Result<Self> {
        let row = diesel::update(gmail_merchant_aliases::table.find(id))
            .set(changes)
            .returning(Self::as_returning())
            .get_result(conn)
            .optional_empty_changeset()?;
        row.map_or_else(|| Self::find(conn, id), Ok)
    }

    /// Deletes the row with this id; [`Error::NotFound`](crate::Error::NotFound) without.
    pub fn delete(conn: &mut PgConnection, id: GmailMerchantAliasId) -> Result<()> {
        let deleted = diesel::delete(gmail_merchant_aliases::table.find(id)).execute(conn)?;
        one_row(deleted)
    }
}
