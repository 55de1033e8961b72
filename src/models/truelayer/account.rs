//! `truelayer_accounts`: bank accounts discovered on a connection.

use chrono::{DateTime, Utc};
use diesel::dsl;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::result::OptionalEmptyChangesetExtension;
use serde::Serialize;
use serde_json::Value;

use super::BankConnection;
use super::bank_connection;
use crate::Result;
use crate::models::{Filter, Ids, one_row, owned};
use crate::schema::truelayer_accounts;
use crate::types::{BankConnectionId, TrueLayerAccountId, UserId};

/// Bank accounts discovered on a connection: a row of `truelayer_accounts`.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery, Identifiable, Associations, Serialize)]
#[diesel(table_name = truelayer_accounts, belongs_to(BankConnection, foreign_key = connection_id), check_for_backend(Pg))]
pub struct TrueLayerAccount {
    /// Identity.
    pub id: TrueLayerAccountId,
    /// The connection it was found on.
    pub connection_id: BankConnectionId,
    /// TrueLayer's id of the account, opaque.
    pub account_id: String,
    /// `TRANSACTION`, `SAVINGS`, `BUSINESS_TRANSACTION` or `BUSINESS_SAVINGS`.
    pub account_type: String,
    /// The bank's name for it.
    pub display_name: String,
    /// ISO 4217 code, three letters.
    pub currency: String,
    /// `{number, sort_code, iban, swift_bic}` as TrueLayer sent it.
    pub account_number_json: Option<Value>,
    /// `{provider_id, display_name, …}` as TrueLayer sent it.
    pub provider_data: Option<Value>,
    /// When it was last fetched in full.
    pub last_synced_at: Option<DateTime<Utc>>,
    /// When the row was made.
    pub created_at: DateTime<Utc>,
    /// When the row last changed; kept by a trigger.
    pub updated_at: DateTime<Utc>,
    /// Everything up to this instant has been stored; the next incremental import starts here.
    pub last_synced_at_incremental: Option<DateTime<Utc>>,
}

/// A row for `truelayer_accounts`; a column left `None` gets the database's default.
#[derive(Debug, Clone, Copy, Insertable, AsChangeset)]
#[diesel(table_name = truelayer_accounts, check_for_backend(Pg))]
#[expect(missing_docs, reason = "the fields are those of `TrueLayerAccount`")]
pub struct NewTrueLayerAccount<'a> {
    pub connection_id: BankConnectionId,
    pub account_id: &'a str,
    pub account_type: &'a str,
    pub display_name: &'a str,
    pub currency: &'a str,
    pub account_number_json: Option<&'a Value>,
    pub provider_data: Option<&'a Value>,
    pub last_synced_at: Option<DateTime<Utc>>,
    pub last_synced_at_incremental: Option<DateTime<Utc>>,
}

/// What to change in a row of `truelayer_accounts`: a column left `None` stays, `Some(None)` empties it.
#[derive(Debug, Clone, Copy, Default, AsChangeset)]
#[diesel(table_name = truelayer_accounts, check_for_backend(Pg))]
#[expect(missing_docs, reason = "the fields are those of `TrueLayerAccount`")]
pub struct TrueLayerAccountChanges<'a> {
    pub account_type: Option<&'a str>,
    pub display_name: Option<&'a str>,
    pub currency: Option<&'a str>,
    pub account_number_json: Option<Option<&'a Value>>,
    pub provider_data: Option<Option<&'a Value>>,
    pub last_synced_at: Option<Option<DateTime<Utc>>>,
    pub last_synced_at_incremental: Option<Option<DateTime<Utc>>>,
}

/// Rows that belong to a user, or all.
pub(crate) fn owned_by(owner: Option<UserId>) -> Filter<truelayer_accounts::table> {
    owned(owner, |owner| {
        truelayer_accounts::connection_id
            .eq_any(bank_connection::ids_of(owner))
            .nullable()
    })
}

/// The ids of a user's rows.
pub(crate) fn ids_of(owner: UserId) -> Ids<truelayer_accounts::table, truelayer_accounts::id> {
    truelayer_accounts::table
        .select(truelayer_accounts::id)
        .into_boxed()
        .filter(owned_by(Some(owner)))
}

impl<'a> NewTrueLayerAccount<'a> {
    /// A row with what has no default.
    pub const fn new(
        connection_id: BankConnectionId,
        account_id: &'a str,
        account_type: &'a str,
        display_name: &'a str,
        currency: &'a str,
    ) -> Self {
        Self {
            connection_id,
            account_id,
            account_type,
            display_name,
            currency,
            account_number_json: None,
            provider_data: None,
            last_synced_at: None,
            last_synced_at_incremental: None,
        }
    }

    /// Inserts the row. [`Error::Conflict`](crate::Error::Conflict) where its `connection_id` and `account_id` are there already.
    pub fn insert(&self, conn: &mut PgConnection) -> Result<TrueLayerAccount> {
        Ok(self
            .insert_into(truelayer_accounts::table)
            .returning(TrueLayerAccount::as_returning())
            .get_result(conn)?)
    }

    /// Inserts the row, or gives its `display_name` and `account_type` to the one with the same `connection_id` and
    /// `account_id`, which keeps the rest; its `updated_at` moves, whatever changed.
    /// [`Error::Reference`](crate::Error::Reference) without such a connection.
    ///
    /// Takes over `save_connection_account`.
    pub fn save(&self, conn: &mut PgConnection) -> Result<TrueLayerAccount> {
        Ok(self
            .insert_into(truelayer_accounts::table)
            .on_conflict((
                truelayer_accounts::connection_id,
                truelayer_accounts::account_id,
            ))
            .do_update()
            .set((
                truelayer_accounts::display_name.eq(self.display_name),
                truelayer_accounts::account_type.eq(self.account_type),
                truelayer_accounts::updated_at.eq(dsl::now),
            ))
            .returning(TrueLayerAccount::as_returning())
            .get_result(conn)?)
    }

    /// Inserts the row, or changes what is given in the one with the same `connection_id` and `account_id`.
    pub fn upsert(&self, conn: &mut PgConnection) -> Result<TrueLayerAccount> {
        Ok(self
            .insert_into(truelayer_accounts::table)
            .on_conflict((
                truelayer_accounts::connection_id,
                truelayer_accounts::account_id,
            ))
            .do_update()
            .set(self)
            .returning(TrueLayerAccount::as_returning())
            .get_result(conn)?)
    }
}

impl TrueLayerAccount {
    /// The row of the owner with this id; [`Error::NotFound`](crate::Error::NotFound) without.
    pub fn find(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        id: TrueLayerAccountId,
    ) -> Result<Self> {
        Ok(Self::query()
            .filter(truelayer_accounts::id.eq(id))
            .filter(owned_by(owner.into()))
            .get_result(conn)?)
    }

    /// The row of the owner with this `connection_id` and `account_id`, if any.
    pub fn find_by_connection_id_and_account_id(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        connection_id: BankConnectionId,
        account_id: &str,
    ) -> Result<Option<Self>> {
        Ok(Self::query()
            .filter(truelayer_accounts::connection_id.eq(connection_id))
            .filter(truelayer_accounts::account_id.eq(account_id))
            .filter(owned_by(owner.into()))
            .get_result(conn)
            .optional()?)
    }

    /// The row of the owner with this `account_id`, if any. Several connections of a household may have one and the same
    /// account, each its own row: the owner or [a connection](Self::find_by_connection_id_and_account_id) tells them apart,
    /// else it is the one with the lowest `id`.
    ///
    /// Takes over `get_account_by_truelayer_id`.
    pub fn find_by_account_id(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        account_id: &str,
    ) -> Result<Option<Self>> {
        Ok(Self::query()
            .filter(truelayer_accounts::account_id.eq(account_id))
            .filter(owned_by(owner.into()))
            .order(truelayer_accounts::id)
            .first(conn)
            .optional()?)
    }

    /// The rows of one connection of the owner. By `display_name`.
    ///
    /// Takes over `get_connection_accounts`.
    pub fn list_for_connection(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        connection: BankConnectionId,
    ) -> Result<Vec<Self>> {
        Ok(Self::query()
            .filter(truelayer_accounts::connection_id.eq(connection))
            .filter(owned_by(owner.into()))
            .order((truelayer_accounts::display_name, truelayer_accounts::id))
            .load(conn)?)
    }

    /// All rows of a user, of every connection.
    pub fn list_for_user(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
    ) -> Result<Vec<Self>> {
        Ok(Self::query()
            .filter(owned_by(owner.into()))
            .order(truelayer_accounts::id)
            .load(conn)?)
    }

    /// Changes the row of the owner with this id and gives it as it is then; [`Error::NotFound`](crate::Error::NotFound) without.
    ///
    /// Takes over `update_account_last_synced`.
    pub fn update(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        id: TrueLayerAccountId,
        changes: &TrueLayerAccountChanges<'_>,
    ) -> Result<Self> {
        let owner = owner.into();
        let row = diesel::update(truelayer_accounts::table.find(id).filter(owned_by(owner)))
            .set(changes)
            .returning(Self::as_returning())
            .get_result(conn)
            .optional_empty_changeset()?;
        row.map_or_else(|| Self::find(conn, owner, id), Ok)
    }

    /// Deletes the row of the owner with this id; [`Error::NotFound`](crate::Error::NotFound) without.
    pub fn delete(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        id: TrueLayerAccountId,
    ) -> Result<()> {
        let deleted = diesel::delete(
            truelayer_accounts::table
                .find(id)
                .filter(owned_by(owner.into())),
        )
        .execute(conn)?;
        one_row(deleted)
    }
}
