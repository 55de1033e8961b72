//! `account_mappings`: friendly names for sort code + account number.

use chrono::{DateTime, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::result::OptionalEmptyChangesetExtension;
use serde::Serialize;

use crate::Result;
use crate::models::one_row;
use crate::schema::account_mappings;
use crate::types::AccountMappingId;

/// Friendly names for sort code + account number: a row of `account_mappings`.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery, Identifiable, Serialize)]
#[diesel(table_name = account_mappings, check_for_backend(Pg))]
pub struct AccountMapping {
    /// Identity.
    pub id: AccountMappingId,
    /// Six digits without hyphens.
    pub sort_code: String,
    /// Eight digits without spaces.
    pub account_number: String,
    /// What to call the account.
    pub friendly_name: String,
    /// When the row was made.
    pub created_at: DateTime<Utc>,
}

/// A row for `account_mappings`.
#[derive(Debug, Clone, Copy, Insertable, AsChangeset)]
#[diesel(table_name = account_mappings, check_for_backend(Pg))]
#[expect(missing_docs, reason = "the fields are those of `AccountMapping`")]
pub struct NewAccountMapping<'a> {
    pub sort_code: &'a str,
    pub account_number: &'a str,
    pub friendly_name: &'a str,
}

/// What to change in a row of `account_mappings`: a column left `None` stays.
#[derive(Debug, Clone, Copy, Default, AsChangeset)]
#[diesel(table_name = account_mappings, check_for_backend(Pg))]
#[expect(missing_docs, reason = "the fields are those of `AccountMapping`")]
pub struct AccountMappingChanges<'a> {
    pub friendly_name: Option<&'a str>,
}

impl NewAccountMapping<'_> {
    /// Inserts the row. [`Error::Conflict`](crate::Error::Conflict) where its `sort_code` and `account_number` are there already.
    pub fn insert(&self, conn: &mut PgConnection) -> Result<AccountMapping> {
        Ok(self
            .insert_into(account_mappings::table)
            .returning(AccountMapping::as_returning())
            .get_result(conn)?)
    }

    /// Inserts the row unless its `sort_code` and `account_number` are there already; `None` then.
    ///
    /// Takes over `add_account_mapping`.
    pub fn insert_if_new(&self, conn: &mut PgConnection) -> Result<Option<AccountMapping>> {
        Ok(self
            .insert_into(account_mappings::table)
            .on_conflict((
                account_mappings::sort_code,
                account_mappings::account_number,
            ))
            .do_nothing()
            .returning(AccountMapping::as_returning())
            .get_result(conn)
            .optional()?)
    }

    /// Inserts the row, or changes what is given in the one with the same `sort_code` and `account_number`.
    pub fn upsert(&self, conn: &mut PgConnection) -> Result<AccountMapping> {
        Ok(self
            .insert_into(account_mappings::table)
            .on_conflict((
                account_mappings::sort_code,
                account_mappings::account_number,
            ))
            .do_update()
            .set(self)
            .returning(AccountMapping::as_returning())
            .get_result(conn)?)
    }
}

impl AccountMapping {
    /// The row with this id; [`Error::NotFound`](crate::Error::NotFound) without.
    pub fn find(conn: &mut PgConnection, id: AccountMappingId) -> Result<Self> {
        Ok(Self::query()
            .filter(account_mappings::id.eq(id))
            .get_result(conn)?)
    }

    /// The row with this `sort_code` and `account_number`, if any; both are compared exactly.
    ///
    /// Takes over `get_account_mapping_by_details`.
    pub fn find_by_sort_code_and_account_number(
        conn: &mut PgConnection,
        sort_code: &str,
        account_number: &str,
    ) -> Result<Option<Self>> {
        Ok(Self::query()
            .filter(account_mappings::sort_code.eq(sort_code))
            .filter(account_mappings::account_number.eq(account_number))
            .get_result(conn)
            .optional()?)
    }

    /// All rows. By `friendly_name` and `id`.
    ///
    /// Takes over `get_all_account_mappings`.
    pub fn list(conn: &mut PgConnection) -> Result<Vec<Self>> {
        Ok(Self::query()
            .order((account_mappings::friendly_name, account_mappings::id))
            .load(conn)?)
    }

    /// Changes the row with this id and gives it as it is then; [`Error::NotFound`](crate::Error::NotFound) without.
    ///
    /// Takes over `update_account_mapping`.
    pub fn update(
        conn: &mut PgConnection,
        id: AccountMappingId,
        changes: &AccountMappingChanges<'_>,
    ) -> Result<Self> {
        let row = diesel::update(account_mappings::table.find(id))
            .set(changes)
            .returning(Self::as_returning())
            .get_result(conn)
            .optional_empty_changeset()?;
        row.map_or_else(|| Self::find(conn, id), Ok)
    }

    /// Deletes the row with this id; [`Error::NotFound`](crate::Error::NotFound) without.
    ///
    /// Takes over `delete_account_mapping`.
    pub fn delete(conn: &mut PgConnection, id: AccountMappingId) -> Result<()> {
        let deleted = diesel::delete(account_mappings::table.find(id)).execute(conn)?;
        one_row(deleted)
    }
}
