//! `truelayer_amazon_business_matches`: which bank transaction paid which business order.

use chrono::{DateTime, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::result::OptionalEmptyChangesetExtension;
use serde::Serialize;

use super::AmazonBusinessOrder;
use crate::Result;
use crate::models::truelayer::TrueLayerTransaction;
use crate::models::truelayer::transaction;
use crate::models::{Filter, one_row, owned};
use crate::schema::truelayer_amazon_business_matches;
use crate::types::{
    AmazonBusinessOrderId, TrueLayerAmazonBusinessMatchId, TrueLayerTransactionId, UserId,
};

/// Which bank transaction paid which business order: a row of `truelayer_amazon_business_matches`.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery, Identifiable, Associations, Serialize)]
#[diesel(table_name = truelayer_amazon_business_matches, belongs_to(AmazonBusinessOrder, foreign_key = amazon_business_order_id), belongs_to(TrueLayerTransaction, foreign_key = truelayer_transaction_id), check_for_backend(Pg))]
pub struct TrueLayerAmazonBusinessMatch {
    /// Identity.
    pub id: TrueLayerAmazonBusinessMatchId,
    /// `truelayer_transactions.id`.
    pub truelayer_transaction_id: TrueLayerTransactionId,
    /// `amazon_business_orders.id`.
    pub amazon_business_order_id: AmazonBusinessOrderId,
    /// 0 to 100.
    pub match_confidence: i32,
    /// When the match was made.
    pub matched_at: Option<DateTime<Utc>>,
}

/// A row for `truelayer_amazon_business_matches`; a column left `None` gets the database's default.
#[derive(Debug, Clone, Copy, Insertable, AsChangeset)]
#[diesel(table_name = truelayer_amazon_business_matches, check_for_backend(Pg))]
#[expect(
    missing_docs,
    reason = "the fields are those of `TrueLayerAmazonBusinessMatch`"
)]
pub struct NewTrueLayerAmazonBusinessMatch {
    pub truelayer_transaction_id: TrueLayerTransactionId,
    pub amazon_business_order_id: AmazonBusinessOrderId,
    pub match_confidence: i32,
    pub matched_at: Option<DateTime<Utc>>,
}

/// What to change in a row of `truelayer_amazon_business_matches`: a column left `None` stays, `Some(None)` empties it.
#[derive(Debug, Clone, Copy, Default, AsChangeset)]
#[diesel(table_name = truelayer_amazon_business_matches, check_for_backend(Pg))]
#[expect(
    missing_docs,
    reason = "the fields are those of `TrueLayerAmazonBusinessMatch`"
)]
pub struct TrueLayerAmazonBusinessMatchChanges {
    pub amazon_business_order_id: Option<AmazonBusinessOrderId>,
    pub match_confidence: Option<i32>,
    pub matched_at: Option<Option<DateTime<Utc>>>,
}

/// Rows that belong to a user, or all.
pub(crate) fn owned_by(owner: Option<UserId>) -> Filter<truelayer_amazon_business_matches::table> {
    owned(owner, |owner| {
        truelayer_amazon_business_matches::truelayer_transaction_id
            .eq_any(transaction::ids_of(owner))
            .nullable()
    })
}

impl NewTrueLayerAmazonBusinessMatch {
    /// A row with what has no default.
    pub const fn new(
        truelayer_transaction_id: TrueLayerTransactionId,
        amazon_business_order_id: AmazonBusinessOrderId,
        match_confidence: i32,
    ) -> Self {
        Self {
            truelayer_transaction_id,
            amazon_business_order_id,
            match_confidence,
            matched_at: None,
        }
    }

    /// Inserts the row. [`Error::Conflict`](crate::Error::Conflict) where its `truelayer_transaction_id` is there already.
    pub fn insert(&self, conn: &mut PgConnection) -> Result<TrueLayerAmazonBusinessMatch> {
        Ok(self
            .insert_into(truelayer_amazon_business_matches::table)
            .returning(TrueLayerAmazonBusinessMatch::as_returning())
            .get_result(conn)?)
    }

    /// Inserts the row, or changes what is given in the one with the same `truelayer_transaction_id`.
    pub fn upsert(&self, conn: &mut PgConnection) -> Result<TrueLayerAmazonBusinessMatch> {
        Ok(self
            .insert_into(truelayer_amazon_business_matches::table)
            .on_conflict(truelayer_amazon_business_matches::truelayer_transaction_id)
            .do_update()
            .set(self)
            .returning(TrueLayerAmazonBusinessMatch::as_returning())
            .get_result(conn)?)
    }
}

impl TrueLayerAmazonBusinessMatch {
    /// The row of the owner with this id; [`Error::NotFound`](crate::Error::NotFound) without.
    pub fn find(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        id: TrueLayerAmazonBusinessMatchId,
    ) -> Result<Self> {
        Ok(Self::query()
            .filter(truelayer_amazon_business_matches::id.eq(id))
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
                truelayer_amazon_business_matches::truelayer_transaction_id
                    .eq(truelayer_transaction_id),
            )
            .filter(owned_by(owner.into()))
            .get_result(conn)
            .optional()?)
    }

    /// Changes the row of the owner with this id and gives it as it is then; [`Error::NotFound`](crate::Error::NotFound) without.
    pub fn update(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        id: TrueLayerAmazonBusinessMatchId,
        changes: &TrueLayerAmazonBusinessMatchChanges,
    ) -> Result<Self> {
        let owner = owner.into();
        let row = diesel::update(
            truelayer_amazon_business_matches::table
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
        id: TrueLayerAmazonBusinessMatchId,
    ) -> Result<()> {
        let deleted = diesel::delete(
            truelayer_amazon_business_matches::table
                .find(id)
                .filter(owned_by(owner.into())),
        )
        .execute(conn)?;
        one_row(deleted)
    }
}
