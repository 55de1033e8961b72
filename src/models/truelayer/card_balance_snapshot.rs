//! `truelayer_card_balance_snapshots`: balance snapshots of cards.

use bigdecimal::BigDecimal;
use chrono::{DateTime, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use serde::Serialize;

use super::TrueLayerCard;
use super::card;
use crate::Result;
use crate::models::{Filter, at_most, given, one_row, owned};
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
    pub current_balance: &'a BigDecimal,
    pub currency: &'a str,
    pub snapshot_at: DateTime<Utc>,
}

/// Rows that belong to a user, or all.
pub(crate) fn owned_by(owner: Option<UserId>) -> Filter<truelayer_card_balance_snapshots::table> {
    owned(owner, |owner| {
        truelayer_card_balance_snapshots::card_id
            .eq_any(card::ids_of(owner))
            .nullable()
    })
}

fn of_card(card: Option<TrueLayerCardId>) -> Filter<truelayer_card_balance_snapshots::table> {
    given(card, |card| {
        truelayer_card_balance_snapshots::card_id
            .eq(card)
            .nullable()
    })
}

impl<'a> NewTrueLayerCardBalanceSnapshot<'a> {
    /// A row with what has no default.
    pub const fn new(
        card_id: TrueLayerCardId,
        current_balance: &'a BigDecimal,
        currency: &'a str,
        snapshot_at: DateTime<Utc>,
    ) -> Self {
        Self {
            card_id,
            current_balance,
            currency,
            snapshot_at,
        }
    }

    /// Inserts the row. The same values again are another row. [`Error::Reference`](crate::Error::Reference) without such a card.
    ///
    /// Takes over `insert_card_balance_snapshot`.
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
            .get_result(conn)?)
    }

    /// The newest balances of one card of the owner, or of all cards together, at most `limit`; not one a card. A balance
    /// without a moment comes last.
    ///
    /// Takes over `get_latest_card_balance_snapshots`.
    pub fn latest(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        card: Option<TrueLayerCardId>,
        limit: Option<u32>,
    ) -> Result<Vec<Self>> {
        Ok(Self::query()
            .filter(of_card(card))
            .filter(owned_by(owner.into()))
            .order((
                truelayer_card_balance_snapshots::snapshot_at
                    .desc()
                    .nulls_last(),
                truelayer_card_balance_snapshots::id.desc(),
            ))
            .limit(at_most(limit))
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
