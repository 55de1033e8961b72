//! `truelayer_cards`: cards discovered on a connection.

use chrono::{DateTime, Utc};
use diesel::dsl;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::result::OptionalEmptyChangesetExtension;
use serde::Serialize;

use super::BankConnection;
use super::bank_connection;
use crate::Result;
use crate::models::{Filter, Ids, one_row, owned};
use crate::schema::truelayer_cards;
use crate::types::{BankConnectionId, TrueLayerCardId, UserId};

/// Cards discovered on a connection: a row of `truelayer_cards`.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery, Identifiable, Associations, Serialize)]
#[diesel(table_name = truelayer_cards, belongs_to(BankConnection, foreign_key = connection_id), check_for_backend(Pg))]
pub struct TrueLayerCard {
    /// Identity.
    pub id: TrueLayerCardId,
    /// The connection it was found on.
    pub connection_id: BankConnectionId,
    /// TrueLayer's id of the card (its `account_id`), opaque.
    pub card_id: String,
    /// The bank's name for it.
    pub card_name: Option<String>,
    /// `CREDIT`, `CHARGE`, …
    pub card_type: Option<String>,
    /// Last four digits of the card number.
    pub last_four: Option<String>,
    /// Card network: `VISA`, `MASTERCARD`, …
    pub issuer: Option<String>,
    /// `active` where nothing else is known.
    pub status: Option<String>,
    /// When it was last fetched in full.
    pub last_synced_at: Option<DateTime<Utc>>,
    /// When the row was made.
    pub created_at: DateTime<Utc>,
    /// When the row last changed; kept by a trigger.
    pub updated_at: DateTime<Utc>,
}

/// A row for `truelayer_cards`; a column left `None` gets the database's default.
#[derive(Debug, Clone, Copy, Insertable, AsChangeset)]
#[diesel(table_name = truelayer_cards, check_for_backend(Pg))]
#[expect(missing_docs, reason = "the fields are those of `TrueLayerCard`")]
pub struct NewTrueLayerCard<'a> {
    pub connection_id: BankConnectionId,
    pub card_id: &'a str,
    pub card_name: Option<&'a str>,
    pub card_type: Option<&'a str>,
    pub last_four: Option<&'a str>,
    pub issuer: Option<&'a str>,
    pub status: Option<&'a str>,
    pub last_synced_at: Option<DateTime<Utc>>,
}

/// What to change in a row of `truelayer_cards`: a column left `None` stays, `Some(None)` empties it.
#[derive(Debug, Clone, Copy, Default, AsChangeset)]
#[diesel(table_name = truelayer_cards, check_for_backend(Pg))]
#[expect(missing_docs, reason = "the fields are those of `TrueLayerCard`")]
pub struct TrueLayerCardChanges<'a> {
    pub card_name: Option<Option<&'a str>>,
    pub card_type: Option<Option<&'a str>>,
    pub last_four: Option<Option<&'a str>>,
    pub issuer: Option<Option<&'a str>>,
    pub status: Option<Option<&'a str>>,
    pub last_synced_at: Option<Option<DateTime<Utc>>>,
}

/// Rows that belong to a user, or all.
pub(crate) fn owned_by(owner: Option<UserId>) -> Filter<truelayer_cards::table> {
    owned(owner, |owner| {
        truelayer_cards::connection_id
            .eq_any(bank_connection::ids_of(owner))
            .nullable()
    })
}

/// The ids of a user's rows.
pub(crate) fn ids_of(owner: UserId) -> Ids<truelayer_cards::table, truelayer_cards::id> {
    truelayer_cards::table
        .select(truelayer_cards::id)
        .into_boxed()
        .filter(owned_by(Some(owner)))
}

impl<'a> NewTrueLayerCard<'a> {
    /// A row with what has no default.
    pub const fn new(connection_id: BankConnectionId, card_id: &'a str) -> Self {
        Self {
            connection_id,
            card_id,
            card_name: None,
            card_type: None,
            last_four: None,
            issuer: None,
            status: None,
            last_synced_at: None,
        }
    }

    /// Inserts the row. [`Error::Conflict`](crate::Error::Conflict) where its `connection_id` and `card_id` are there already.
    pub fn insert(&self, conn: &mut PgConnection) -> Result<TrueLayerCard> {
        Ok(self
            .insert_into(truelayer_cards::table)
            .returning(TrueLayerCard::as_returning())
            .get_result(conn)?)
    }

    /// Inserts the row, or gives its `card_name` and `card_type`, also where they are `None`, to the one with the same
    /// `connection_id` and `card_id`, which keeps the rest: a card that was stored without `last_four` or `issuer` does not
    /// get them here. Its `updated_at` moves, whatever changed. [`Error::Reference`](crate::Error::Reference) without such a connection.
    ///
    /// Takes over `save_connection_card`.
    pub fn save(&self, conn: &mut PgConnection) -> Result<TrueLayerCard> {
        Ok(self
            .insert_into(truelayer_cards::table)
            .on_conflict((truelayer_cards::connection_id, truelayer_cards::card_id))
            .do_update()
            .set((
                truelayer_cards::card_name.eq(self.card_name),
                truelayer_cards::card_type.eq(self.card_type),
                truelayer_cards::updated_at.eq(dsl::now),
            ))
            .returning(TrueLayerCard::as_returning())
            .get_result(conn)?)
    }

    /// Inserts the row, or changes what is given in the one with the same `connection_id` and `card_id`.
    pub fn upsert(&self, conn: &mut PgConnection) -> Result<TrueLayerCard> {
        Ok(self
            .insert_into(truelayer_cards::table)
            .on_conflict((truelayer_cards::connection_id, truelayer_cards::card_id))
            .do_update()
            .set(self)
            .returning(TrueLayerCard::as_returning())
            .get_result(conn)?)
    }
}

impl TrueLayerCard {
    /// The row of the owner with this id; [`Error::NotFound`](crate::Error::NotFound) without.
    pub fn find(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        id: TrueLayerCardId,
    ) -> Result<Self> {
        Ok(Self::query()
            .filter(truelayer_cards::id.eq(id))
            .filter(owned_by(owner.into()))
            .get_result(conn)?)
    }

    /// The row of the owner with this `connection_id` and `card_id`, if any.
    pub fn find_by_connection_id_and_card_id(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        connection_id: BankConnectionId,
        card_id: &str,
    ) -> Result<Option<Self>> {
        Ok(Self::query()
            .filter(truelayer_cards::connection_id.eq(connection_id))
            .filter(truelayer_cards::card_id.eq(card_id))
            .filter(owned_by(owner.into()))
            .get_result(conn)
            .optional()?)
    }

    /// The row of the owner with this `card_id`, if any. Several connections may have one and the same card, each its own
    /// row: the owner or [a connection](Self::find_by_connection_id_and_card_id) tells them apart, else it is the one with
    /// the lowest `id`.
    ///
    /// Takes over `get_card_by_truelayer_id`.
    pub fn find_by_card_id(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        card_id: &str,
    ) -> Result<Option<Self>> {
        Ok(Self::query()
            .filter(truelayer_cards::card_id.eq(card_id))
            .filter(owned_by(owner.into()))
            .order(truelayer_cards::id)
            .first(conn)
            .optional()?)
    }

    /// The rows of one connection of the owner, whatever their status. By `card_name`, those without one last.
    ///
    /// Takes over `get_connection_cards`.
    pub fn list_for_connection(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        connection: BankConnectionId,
    ) -> Result<Vec<Self>> {
        Ok(Self::query()
            .filter(truelayer_cards::connection_id.eq(connection))
            .filter(owned_by(owner.into()))
            .order((truelayer_cards::card_name, truelayer_cards::id))
            .load(conn)?)
    }

    /// All rows of a user, of every connection.
    pub fn list_for_user(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
    ) -> Result<Vec<Self>> {
        Ok(Self::query()
            .filter(owned_by(owner.into()))
            .order(truelayer_cards::id)
            .load(conn)?)
    }

    /// Changes the row of the owner with this id and gives it as it is then; [`Error::NotFound`](crate::Error::NotFound) without.
    ///
    /// Takes over `update_card_last_synced`.
    pub fn update(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        id: TrueLayerCardId,
        changes: &TrueLayerCardChanges<'_>,
    ) -> Result<Self> {
        let owner = owner.into();
        let row = diesel::update(truelayer_cards::table.find(id).filter(owned_by(owner)))
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
        id: TrueLayerCardId,
    ) -> Result<()> {
        let deleted = diesel::delete(
            truelayer_cards::table
                .find(id)
                .filter(owned_by(owner.into())),
        )
        .execute(conn)?;
        one_row(deleted)
    }
}
