//! `truelayer_card_balance_snapshots`: balance snapshots of cards.

use bigdecimal::BigDecimal;
use chrono::{DateTime, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use serde::Serialize;

use super::TrueLayerCard;
use super::card;
use crate::Result;
use crate::models::{Filter, one_row, owned};
use crate::schema::truelayer_card_balance_snapshots;
use crate::types::{TrueLayerCardBalanceSnapshotId, TrueLayerCardId, UserId};

/// Balance snapshots of cards: a row of `truelayer_card_balance_snapshots`.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery, Identifiable, Associations, Serialize)]
#[diesel(table_name = truelayer_card_balance_snapshots, belongs_to(TrueLayerCard, foreign_key = card_id), check_for_backend(Pg))]
pub struct TrueLayerCardBalanceSnapshot {
    /// Identity.
    pub id: TrueLayerCardBalanceSnapshotId,
    /// `truelayer_cards.id`.
    pub card_id: TrueLayerCardId,
    /// Balance in `currency`.
    pub current_balance: Option<BigDecimal>,
    /// ISO 4217 code, three letters.
    pub currency: Option<String>,
    /// The instant of the balance.
    pub snapshot_at: Option<DateTime<Utc>>,
    /// When the row was made.
    pub created_at: DateTime<Utc>,
}

/// A row for `truelayer_card_balance_snapshots`; a column left `None` gets the database's default.
#[derive(Debug, Clone, Copy, Insertable)]
#[diesel(table_name = truelayer_card_balance_snapshots, check_for_backend(Pg))]
#[expect(
    missing_docs,
    reason = "the fields are those of `TrueLayerCardBalanceSnapshot`"
)]
pub struct NewTrueLayerCardBalanceSnapshot<'a> {
    pub card_id: TrueLayerCardId,
    pub current_balance: Option<&'a BigDecimal>,
    pub currency: Option<&'a str>,
    pub snapshot_at: Option<DateTime<Utc>>,
}

/// Rows that belong to a user, or all.
pub(crate) fn owned_by(owner: Option<UserId>) -> Filter<truelayer_card_balance_snapshots::table> {
    owned(owner, |owner| {
        truelayer_card_balance_snapshots::card_id
            .eq_any(card::ids_of(owner))
            .nullable()
    })
}

impl NewTrueLayerCardBalanceSnapshot<'_> {
    /// A row with what has no default.
    pub const fn new(card_id: TrueLayerCardId) -> Self {
        Self {
            card_id,
            current_balance: None,
            currency: None,
            snapshot_at: None,
        }
    }

    /// Inserts the row.
    pub fn insert(&self, conn: &mut PgConnection) -> Result<TrueLayerCardBalanceSnapshot> {
        Ok(self
            .insert_into(truelayer_card_balance_snapshots::table)
            .returning(TrueLayerCardBalanceSnapshot::as_returning())
            .get_result(conn)?)
    }
}

impl TrueLayerCardBalanceSnapshot {
    /// The row of the owner with this id; [`Error::NotFound`](crate::Error::NotFound) without.
    pub fn find(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        id: TrueLayerCardBalanceSnapshotId,
    ) -> Result<Self> {
        Ok(Self::query()
            .filter(truelayer_card_balance_snapshots::id.eq(id))
            .filter(owned_by(owner.into()))
            .first(conn)?)
    }

    /// The rows of one card of the owner. Newest first.
    pub fn list_for_card(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        card: TrueLayerCardId,
    ) -> Result<Vec<Self>> {
        Ok(Self::query()
            .filter(truelayer_card_balance_snapshots::card_id.eq(card))
            .filter(owned_by(owner.into()))
            .order((
                truelayer_card_balance_snapshots::snapshot_at.desc(),
                truelayer_card_balance_snapshots::id.desc(),
            ))
            .load(conn)?)
    }

    /// Deletes the row of the owner with this id; [`Error::NotFound`](crate::Error::NotFound) without.
    pub fn delete(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        id: TrueLayerCardBalanceSnapshotId,
    ) -> Result<()> {
        let deleted = diesel::delete(
            truelayer_card_balance_snapshots::table
                .find(id)
                .filter(owned_by(owner.into())),
        )
        .execute(conn)?;
        one_row(deleted)
    }
}
