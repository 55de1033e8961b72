//! `apple_transaction_matches`: which bank transaction paid which App Store purchase.

use chrono::{DateTime, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::result::OptionalEmptyChangesetExtension;
use serde::Serialize;

use super::AppleTransaction;
use crate::Result;
use crate::models::truelayer::TrueLayerTransaction;
use crate::models::truelayer::transaction;
use crate::models::{Filter, one_row, owned};
use crate::schema::apple_transaction_matches;
use crate::types::{AppleTransactionId, AppleTransactionMatchId, TrueLayerTransactionId, UserId};

/// Which bank transaction paid which App Store purchase: a row of `apple_transaction_matches`.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery, Identifiable, Associations, Serialize)]
#[diesel(table_name = apple_transaction_matches, belongs_to(AppleTransaction, foreign_key = apple_transaction_id), belongs_to(TrueLayerTransaction, foreign_key = truelayer_transaction_id), check_for_backend(Pg))]
pub struct AppleTransactionMatch {
    /// Identity.
    pub id: AppleTransactionMatchId,
    /// `truelayer_transactions.id`.
    pub truelayer_transaction_id: TrueLayerTransactionId,
    /// `apple_transactions.id`.
    pub apple_transaction_id: AppleTransactionId,
    /// 0 to 100.
    pub match_confidence: i32,
    /// When the match was made.
    pub matched_at: Option<DateTime<Utc>>,
}

/// A row for `apple_transaction_matches`; a column left `None` gets the database's default.
#[derive(Debug, Clone, Copy, Insertable, AsChangeset)]
#[diesel(table_name = apple_transaction_matches, check_for_backend(Pg))]
#[expect(
    missing_docs,
    reason = "the fields are those of `AppleTransactionMatch`"
)]
pub struct NewAppleTransactionMatch {
    pub truelayer_transaction_id: TrueLayerTransactionId,
    pub apple_transaction_id: AppleTransactionId,
    pub match_confidence: i32,
    pub matched_at: Option<DateTime<Utc>>,
}

/// What to change in a row of `apple_transaction_matches`: a column left `None` stays, `Some(None)` empties it.
#[derive(Debug, Clone, Copy, Default, AsChangeset)]
#[diesel(table_name = apple_transaction_matches, check_for_backend(Pg))]
#[expect(
    missing_docs,
    reason = "the fields are those of `AppleTransactionMatch`"
)]
pub struct AppleTransactionMatchChanges {
    pub apple_transaction_id: Option<AppleTransactionId>,
    pub match_confidence: Option<i32>,
    pub matched_at: Option<Option<DateTime<Utc>>>,
}

/// Rows that belong to a user, or all.
pub(crate) fn owned_by(owner: Option<UserId>) -> Filter<apple_transaction_matches::table> {
    owned(owner, |owner| {
        apple_transaction_matches::truelayer_transaction_id
            .eq_any(transaction::ids_of(owner))
            .nullable()
    })
}

impl NewAppleTransactionMatch {
    /// A row with what has no default.
    pub const fn new(
        truelayer_transaction_id: TrueLayerTransactionId,
        apple_transaction_id: AppleTransactionId,
        match_confidence: i32,
    ) -> Self {
        Self {
            truelayer_transaction_id,
            apple_transaction_id,
            match_confidence,
            matched_at: None,
        }
    }

    /// Inserts the row. [`Error::Conflict`](crate::Error::Conflict) where its `truelayer_transaction_id` is there already.
    pub fn insert(&self, conn: &mut PgConnection) -> Result<AppleTransactionMatch> {
        Ok(self
            .insert_into(apple_transaction_matches::table)
            .returning(AppleTransactionMatch::as_returning())
            .get_result(conn)?)
    }

    /// Inserts the row, or changes what is given in the one with the same `truelayer_transaction_id`.
    pub fn upsert(&self, conn: &mut PgConnection) -> Result<AppleTransactionMatch> {
        Ok(self
            .insert_into(apple_transaction_matches::table)
            .on_conflict(apple_transaction_matches::truelayer_transaction_id)
            .do_update()
            .set(self)
            .returning(AppleTransactionMatch::as_returning())
            .get_result(conn)?)
    }
}

impl AppleTransactionMatch {
    /// The row of the owner with this id; [`Error::NotFound`](crate::Error::NotFound) without.
    pub fn find(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        id: AppleTransactionMatchId,
    ) -> Result<Self> {
        Ok(Self::query()
            .filter(apple_transaction_matches::id.eq(id))
            .filter(owned_by(owner.into()))
            .get_result(conn)?)
    }

    /// The row of the owner with this `truelayer_transaction_id`, if any.
    pub fn find_by_truelayer_transaction_id(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        truelayer_transaction_id: TrueLayerTransactionId,
    ) -> Result<Option<Self>> {
        Ok(Self::query()
            .filter(
                apple_transaction_matches::truelayer_transaction_id.eq(truelayer_transaction_id),
            )
            .filter(owned_by(owner.into()))
            .get_result(conn)
            .optional()?)
    }

    /// Changes the row of the owner with this id and gives it as it is then; [`Error::NotFound`](crate::Error::NotFound) without.
    pub fn update(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        id: AppleTransactionMatchId,
        changes: &AppleTransactionMatchChanges,
    ) -> Result<Self> {
        let owner = owner.into();
        let row = diesel::update(
            apple_transaction_matches::table
                .find(id)
                .filter(owned_by(owner)),
        )
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
        id: AppleTransactionMatchId,
    ) -> Result<()> {
        let deleted = diesel::delete(
            apple_transaction_matches::table
                .find(id)
                .filter(owned_by(owner.into())),
        )
        .execute(conn)?;
        one_row(deleted)
    }
}
