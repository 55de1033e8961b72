//! `transaction_enrichment_sources`: every source (Amazon, Apple, Gmail, manual) that explains a transaction; at most one is primary.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use diesel::dsl;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::result::OptionalEmptyChangesetExtension;
use serde::Serialize;
use serde_json::Value;

use crate::Result;
use crate::models::truelayer::TrueLayerTransaction;
use crate::models::truelayer::transaction;
use crate::models::{Filter, one_row, owned};
use crate::schema::{transaction_enrichment_sources, truelayer_transactions};
use crate::types::{
    EVERYONE, EnrichmentSourceType, TransactionEnrichmentSourceId, TrueLayerTransactionId, UserId,
};

/// Every source (Amazon, Apple, Gmail, manual) that explains a transaction; at most one is primary: a row of `transaction_enrichment_sources`.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery, Identifiable, Associations, Serialize)]
#[diesel(table_name = transaction_enrichment_sources, belongs_to(TrueLayerTransaction, foreign_key = truelayer_transaction_id), check_for_backend(Pg))]
pub struct TransactionEnrichmentSource {
    /// Identity.
    pub id: TransactionEnrichmentSourceId,
    /// `truelayer_transactions.id`.
    pub truelayer_transaction_id: TrueLayerTransactionId,
    /// Where it comes from.
    pub source_type: EnrichmentSourceType,
    /// Id in the table of that source: `amazon_orders`, `amazon_business_orders`, `apple_transactions`, `gmail_receipts`, …
    pub source_id: Option<i32>,
    /// What was bought.
    pub description: String,
    /// The shop's order number.
    pub order_id: Option<String>,
    /// Array of objects with at least `name`.
    pub line_items: Option<Value>,
    /// 0 to 100.
    pub match_confidence: i32,
    /// The rule that matched.
    pub match_method: Option<String>,
    /// The one that is shown; at most one a transaction.
    pub is_primary: bool,
    /// A person confirmed it; stays primary.
    pub user_verified: bool,
    /// When the row was made.
    pub created_at: DateTime<Utc>,
    /// When the row last changed; kept by a trigger.
    pub updated_at: DateTime<Utc>,
}

/// A row for `transaction_enrichment_sources`; a column left `None` gets the database's default.
#[derive(Debug, Clone, Copy, Insertable, AsChangeset)]
#[diesel(table_name = transaction_enrichment_sources, check_for_backend(Pg))]
#[expect(
    missing_docs,
    reason = "the fields are those of `TransactionEnrichmentSource`"
)]
pub struct NewTransactionEnrichmentSource<'a> {
    pub truelayer_transaction_id: TrueLayerTransactionId,
    pub source_type: EnrichmentSourceType,
    pub source_id: Option<i32>,
    pub description: &'a str,
    pub order_id: Option<&'a str>,
    pub line_items: Option<&'a Value>,
    pub match_confidence: Option<i32>,
    pub match_method: Option<&'a str>,
    pub is_primary: Option<bool>,
    pub user_verified: Option<bool>,
}

/// What to change in a row of `transaction_enrichment_sources`: a column left `None` stays, `Some(None)` empties it.
#[derive(Debug, Clone, Copy, Default, AsChangeset)]
#[diesel(table_name = transaction_enrichment_sources, check_for_backend(Pg))]
#[expect(
    missing_docs,
    reason = "the fields are those of `TransactionEnrichmentSource`"
)]
pub struct TransactionEnrichmentSourceChanges<'a> {
    pub description: Option<&'a str>,
    pub order_id: Option<Option<&'a str>>,
    pub line_items: Option<Option<&'a Value>>,
    pub match_confidence: Option<i32>,
    pub match_method: Option<Option<&'a str>>,
    pub is_primary: Option<bool>,
    pub user_verified: Option<bool>,
}

/// Rows that belong to a user, or all.
pub(crate) fn owned_by(owner: Option<UserId>) -> Filter<transaction_enrichment_sources::table> {
    owned(owner, |owner| {
        transaction_enrichment_sources::truelayer_transaction_id
            .eq_any(transaction::ids_of(owner))
            .nullable()
    })
}

/// The order in which the sources of one transaction are shown: the primary one, then the surest, then the oldest.
#[dsl::auto_type]
fn best_first() -> _ {
    (
        transaction_enrichment_sources::is_primary.desc(),
        transaction_enrichment_sources::match_confidence.desc(),
        transaction_enrichment_sources::created_at.asc(),
        transaction_enrichment_sources::id.asc(),
    )
}

impl<'a> NewTransactionEnrichmentSource<'a> {
    /// A row with what has no default.
    pub const fn new(
        truelayer_transaction_id: TrueLayerTransactionId,
        source_type: EnrichmentSourceType,
        description: &'a str,
    ) -> Self {
        Self {
            truelayer_transaction_id,
            source_type,
            source_id: None,
            description,
            order_id: None,
            line_items: None,
            match_confidence: None,
            match_method: None,
            is_primary: None,
            user_verified: None,
        }
    }

    /// Inserts the row. [`Error::Conflict`](crate::Error::Conflict) where its `truelayer_transaction_id` and `source_type` and `source_id` are there already.
    pub fn insert(&self, conn: &mut PgConnection) -> Result<TransactionEnrichmentSource> {
        conn.transaction(|conn| {
            transaction::lock(conn, EVERYONE, &[self.truelayer_transaction_id])?;
            Ok(self
                .insert_into(transaction_enrichment_sources::table)
                .returning(TransactionEnrichmentSource::as_returning())
                .get_result(conn)?)
        })
    }

    /// Inserts the row, or changes what is given in the one with the same `truelayer_transaction_id` and `source_type` and `source_id`.
    pub fn upsert(&self, conn: &mut PgConnection) -> Result<TransactionEnrichmentSource> {
        conn.transaction(|conn| {
            transaction::lock(conn, EVERYONE, &[self.truelayer_transaction_id])?;
            Ok(self
                .insert_into(transaction_enrichment_sources::table)
                .on_conflict((
                    transaction_enrichment_sources::truelayer_transaction_id,
                    transaction_enrichment_sources::source_type,
                    transaction_enrichment_sources::source_id,
                ))
                .do_update()
                .set(self)
                .returning(TransactionEnrichmentSource::as_returning())
                .get_result(conn)?)
        })
    }
}

impl TransactionEnrichmentSource {
    /// The row of the owner with this id; [`Error::NotFound`](crate::Error::NotFound) without.
    pub fn find(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        id: TransactionEnrichmentSourceId,
    ) -> Result<Self> {
        Ok(Self::query()
            .filter(transaction_enrichment_sources::id.eq(id))
            .filter(owned_by(owner.into()))
            .get_result(conn)?)
    }

    /// The row of the owner with this `truelayer_transaction_id` and `source_type` and `source_id`, if any.
    pub fn find_by_truelayer_transaction_id_and_source_type_and_source_id(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        truelayer_transaction_id: TrueLayerTransactionId,
        source_type: EnrichmentSourceType,
        source_id: i32,
    ) -> Result<Option<Self>> {
        Ok(Self::query()
            .filter(
                transaction_enrichment_sources::truelayer_transaction_id
                    .eq(truelayer_transaction_id),
            )
            .filter(transaction_enrichment_sources::source_type.eq(source_type))
            .filter(transaction_enrichment_sources::source_id.eq(source_id))
            .filter(owned_by(owner.into()))
            .get_result(conn)
            .optional()?)
    }

    /// The sources of one transaction of the owner: the primary one first, then the surest, then the oldest.
    ///
    /// Takes over `get_transaction_enrichment_sources`.
    pub fn list_for_transaction(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        transaction: TrueLayerTransactionId,
    ) -> Result<Vec<Self>> {
        Ok(Self::query()
            .filter(transaction_enrichment_sources::truelayer_transaction_id.eq(transaction))
            .filter(owned_by(owner.into()))
            .order(best_first())
            .load(conn)?)
    }

    /// The source of one transaction of the owner that is shown, if any.
    pub fn find_primary(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        transaction: TrueLayerTransactionId,
    ) -> Result<Option<Self>> {
        Ok(Self::query()
            .filter(transaction_enrichment_sources::truelayer_transaction_id.eq(transaction))
            .filter(transaction_enrichment_sources::is_primary)
            .filter(owned_by(owner.into()))
            .first(conn)
            .optional()?)
    }

    /// The sources of many transactions of the owner by transaction, each list in the order of
    /// [`list_for_transaction`](Self::list_for_transaction). A transaction without sources is not in the answer.
    ///
    /// Takes over `get_all_enrichment_sources_for_transactions`.
    pub fn list_for_transactions(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        transactions: &[TrueLayerTransactionId],
    ) -> Result<BTreeMap<TrueLayerTransactionId, Vec<Self>>> {
        let mut sources = BTreeMap::<_, Vec<_>>::new();
        if transactions.is_empty() {
            return Ok(sources);
        }
        let rows: Vec<Self> = Self::query()
            .filter(transaction_enrichment_sources::truelayer_transaction_id.eq_any(transactions))
            .filter(owned_by(owner.into()))
            .order(best_first())
            .load(conn)?;
        for row in rows {
            let of_transaction = sources.entry(row.truelayer_transaction_id).or_default();
            of_transaction.push(row);
        }
        Ok(sources)
    }

    /// The description of the first source in the order of [`list_for_transaction`](Self::list_for_transaction): of the
    /// primary one, or for want of one of the surest. `None` without sources.
    ///
    /// Takes over `get_primary_enrichment_description`.
    pub fn find_description(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        transaction: TrueLayerTransactionId,
    ) -> Result<Option<String>> {
        Ok(transaction_enrichment_sources::table
            .select(transaction_enrichment_sources::description)
            .filter(transaction_enrichment_sources::truelayer_transaction_id.eq(transaction))
            .filter(owned_by(owner.into()))
            .order(best_first())
            .first(conn)
            .optional()?)
    }

    /// Changes the row of the owner with this id and gives it as it is then; [`Error::NotFound`](crate::Error::NotFound) without.
    pub fn update(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        id: TransactionEnrichmentSourceId,
        changes: &TransactionEnrichmentSourceChanges<'_>,
    ) -> Result<Self> {
        let owner = owner.into();
        conn.transaction(|conn| {
            lock_transaction_of(conn, owner, id)?;
            let row = diesel::update(
                transaction_enrichment_sources::table
                    .find(id)
                    .filter(owned_by(owner)),
            )
            .set(changes)
            .returning(Self::as_returning())
            .get_result(conn)
            .optional_empty_changeset()?;
            row.map_or_else(|| Self::find(conn, owner, id), Ok)
        })
    }

    /// Deletes the row of the owner with this id; [`Error::NotFound`](crate::Error::NotFound) without. Where it was the
    /// primary one, no other takes its place.
    ///
    /// Takes over `delete_enrichment_source`.
    pub fn delete(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        id: TransactionEnrichmentSourceId,
    ) -> Result<()> {
        let owner = owner.into();
        conn.transaction(|conn| {
            lock_transaction_of(conn, owner, id)?;
            let deleted = diesel::delete(
                transaction_enrichment_sources::table
                    .find(id)
                    .filter(owned_by(owner)),
            )
            .execute(conn)?;
            one_row(deleted)
        })
    }
}

/// Locks the transaction of a source of the owner, as everyone who writes a source does first, if there is such a source.
fn lock_transaction_of(
    conn: &mut PgConnection,
    owner: Option<UserId>,
    id: TransactionEnrichmentSourceId,
) -> Result<()> {
    let explained = transaction_enrichment_sources::table
        .find(id)
        .select(transaction_enrichment_sources::truelayer_transaction_id);
    truelayer_transactions::table
        .select(truelayer_transactions::id)
        .filter(truelayer_transactions::id.eq_any(explained))
        .filter(transaction::owned_by(owner))
        .for_no_key_update()
        .load::<TrueLayerTransactionId>(conn)?;
    Ok(())
}
