//! `truelayer_amazon_transaction_matches`: which bank transaction paid which Amazon order.

use bigdecimal::BigDecimal;
use chrono::{DateTime, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::result::OptionalEmptyChangesetExtension;
use serde::Serialize;

use super::AmazonOrder;
use crate::Result;
use crate::models::truelayer::TrueLayerTransaction;
use crate::models::truelayer::transaction;
use crate::models::{Filter, one_row, owned};
use crate::schema::truelayer_amazon_transaction_matches;
use crate::types::{
    AmazonOrderId, TrueLayerAmazonTransactionMatchId, TrueLayerTransactionId, UserId,
};

/// Which bank transaction paid which Amazon order: a row of `truelayer_amazon_transaction_matches`.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery, Identifiable, Associations, Serialize)]
#[diesel(table_name = truelayer_amazon_transaction_matches, belongs_to(AmazonOrder, foreign_key = amazon_order_id), belongs_to(TrueLayerTransaction, foreign_key = truelayer_transaction_id), check_for_backend(Pg))]
pub struct TrueLayerAmazonTransactionMatch {
    /// Identity.
    pub id: TrueLayerAmazonTransactionMatchId,
    /// `truelayer_transactions.id`.
    pub truelayer_transaction_id: TrueLayerTransactionId,
    /// `amazon_orders.id`.
    pub amazon_order_id: AmazonOrderId,
    /// 0 to 100.
    pub match_confidence: BigDecimal,
    /// When the match was made.
    pub matched_at: Option<DateTime<Utc>>,
}

/// A row for `truelayer_amazon_transaction_matches`; a column left `None` gets the database's default.
#[derive(Debug, Clone, Copy, Insertable, AsChangeset)]
#[diesel(table_name = truelayer_amazon_transaction_matches, check_for_backend(Pg))]
#[expect(
    missing_docs,
    reason = "the fields are those of `TrueLayerAmazonTransactionMatch`"
)]
pub struct NewTrueLayerAmazonTransactionMatch<'a> {
    pub truelayer_transaction_id: TrueLayerTransactionId,
    pub amazon_order_id: AmazonOrderId,
    pub match_confidence: &'a BigDecimal,
    pub matched_at: Option<DateTime<Utc>>,
}

/// What to change in a row of `truelayer_amazon_transaction_matches`: a column left `None` stays, `Some(None)` empties it.
#[derive(Debug, Clone, Copy, Default, AsChangeset)]
#[diesel(table_name = truelayer_amazon_transaction_matches, check_for_backend(Pg))]
#[expect(
    missing_docs,
    reason = "the fields are those of `TrueLayerAmazonTransactionMatch`"
)]
pub struct TrueLayerAmazonTransactionMatchChanges<'a> {
    pub amazon_order_id: Option<AmazonOrderId>,
    pub match_confidence: Option<&'a BigDecimal>,
    pub matched_at: Option<Option<DateTime<Utc>>>,
}

/// Rows that belong to a user, or all.
pub(crate) fn owned_by(
    owner: Option<UserId>,
) -> Filter<truelayer_amazon_transaction_matches::table> {
    owned(owner, |owner| {
        truelayer_amazon_transaction_matches::truelayer_transaction_id
            .eq_any(transaction::ids_of(owner))
            .nullable()
    })
}

impl<'a> NewTrueLayerAmazonTransactionMatch<'a> {
    /// A row with what has no default.
    pub const fn new(
        truelayer_transaction_id: TrueLayerTransactionId,
        amazon_order_id: AmazonOrderId,
        match_confidence: &'a BigDecimal,
    ) -> Self {
        Self {
            truelayer_transaction_id,
            amazon_order_id,
            match_confidence,
            matched_at: None,
        }
    }

    /// Inserts the row. [`Error::Conflict`](crate::Error::Conflict) where its `truelayer_transaction_id` is there already.
    pub fn insert(&self, conn: &mut PgConnection) -> Result<TrueLayerAmazonTransactionMatch> {
        Ok(self
            .insert_into(truelayer_amazon_transaction_matches::table)
            .returning(TrueLayerAmazonTransactionMatch::as_returning())
            .get_result(conn)?)
    }

    /// Inserts the row, or changes what is given in the one with the same `truelayer_transaction_id`.
    pub fn upsert(&self, conn: &mut PgConnection) -> Result<TrueLayerAmazonTransactionMatch> {
        Ok(self
            .insert_into(truelayer_amazon_transaction_matches::table)
            .on_conflict(truelayer_amazon_transaction_matches::truelayer_transaction_id)
            .do_update()
            .set(self)
            .returning(TrueLayerAmazonTransactionMatch::as_returning())
            .get_result(conn)?)
    }
}

impl TrueLayerAmazonTransactionMatch {
    /// The row of the owner with this id; [`Error::NotFound`](crate::Error::NotFound) without.
    pub fn find(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        id: TrueLayerAmazonTransactionMatchId,
    ) -> Result<Self> {
        Ok(Self::query()
            .filter(truelayer_amazon_transaction_matches::id.eq(id))
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
                truelayer_amazon_transaction_matches::truelayer_transaction_id
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
        id: TrueLayerAmazonTransactionMatchId,
        changes: &TrueLayerAmazonTransactionMatchChanges<'_>,
    ) -> Result<Self> {
        let owner = owner.into();
        let row = diesel::update(
            truelayer_amazon_transaction_matches::table
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
        id: TrueLayerAmazonTransactionMatchId,
    ) -> Result<()> {
        let deleted = diesel::delete(
            truelayer_amazon_transaction_matches::table
                .find(id)
                .filter(owned_by(owner.into())),
        )
        .execute(conn)?;
        one_row(deleted)
    }
}
