//! Where the details of a bank transaction come from: adding sources, choosing the primary one, telling a language model.
//!
//! Writers lock the bank transaction first and its sources second, so that they go one after the other.

mod alone;
mod details;
mod llm_context;
mod removal;

use diesel::dsl;
use diesel::prelude::*;
use diesel::upsert::excluded;

use alone::alone_with;
pub use details::{Purchase, SourceDetails, find_details};
pub use llm_context::{llm_context, llm_contexts};
pub(super) use removal::{lock_explained_by, lock_explained_by_returns, remove, remove_returns};

use crate::models::enrichment::{NewTransactionEnrichmentSource, TransactionEnrichmentSource};
use crate::models::one_row;
use crate::schema::transaction_enrichment_sources as sources;
use crate::types::{
    EnrichmentSourceType, TransactionEnrichmentSourceId, TrueLayerTransactionId, UserId,
};
use crate::{Error, Result};

/// Adds a source to a transaction of the owner, or writes the one with the same type and `source_id` anew: description,
/// order number, items, confidence (100 where `None`) and method, also where they are `None`. Without a `source_id` every
/// call adds a source. An empty array of items is stored as none.
///
/// With `is_primary` `None` the first source of a transaction becomes primary and a later one does not; `Some(false)` leaves
/// the mark of a known source as it is; `Some(true)` takes the mark from the others, unless a person has verified the one
/// that has it.
///
/// [`Error::NotFound`] where the owner has no such transaction, [`Error::InvalidInput`] where the confidence is not within 0
/// to 100.
///
/// Takes over `add_enrichment_source`.
pub fn add(
    conn: &mut PgConnection,
    owner: impl Into<Option<UserId>>,
    new: &NewTransactionEnrichmentSource<'_>,
) -> Result<TransactionEnrichmentSource> {
    alone_with(conn, owner.into(), new.truelayer_transaction_id, |conn| {
        let new = NewTransactionEnrichmentSource {
            is_primary: Some(takes_mark(conn, new)?),
            ..*new
        };
        write(conn, &[new])?.pop().ok_or(Error::NotFound)
    })
}

/// Writes sources of transactions that are locked, as [`add`] does, each of them once; `is_primary` says which takes the mark,
/// at most one a transaction.
pub(super) fn write(
    conn: &mut PgConnection,
    new: &[NewTransactionEnrichmentSource<'_>],
) -> Result<Vec<TransactionEnrichmentSource>> {
    let new: Vec<_> = new
        .iter()
        .map(|new| NewTransactionEnrichmentSource {
            line_items: new
                .line_items
                .filter(|items| !items.as_array().is_some_and(Vec::is_empty)),
            ..*new
        })
        .collect();
    Ok(diesel::insert_into(sources::table)
        .values(new)
        .on_conflict((
            sources::truelayer_transaction_id,
            sources::source_type,
            sources::source_id,
        ))
        .do_update()
        .set((
            sources::description.eq(excluded(sources::description)),
            sources::order_id.eq(excluded(sources::order_id)),
            sources::line_items.eq(excluded(sources::line_items)),
            sources::match_confidence.eq(excluded(sources::match_confidence)),
            sources::match_method.eq(excluded(sources::match_method)),
            sources::is_primary.eq(sources::is_primary.or(excluded(sources::is_primary))),
            sources::updated_at.eq(dsl::now),
        ))
        .returning(TransactionEnrichmentSource::as_returning())
        .get_results(conn)?)
}

/// Makes a source of the owner's transaction its only primary one; [`Error::NotFound`] where it is no source of that
/// transaction.
///
/// Takes over `set_primary_enrichment_source`.
pub fn set_primary(
    conn: &mut PgConnection,
    owner: impl Into<Option<UserId>>,
    transaction: TrueLayerTransactionId,
    source: TransactionEnrichmentSourceId,
) -> Result<()> {
    alone_with(conn, owner.into(), transaction, |conn| {
        let of_transaction = sources::table
            .find(source)
            .filter(sources::truelayer_transaction_id.eq(transaction));
        let updated = diesel::update(of_transaction)
            .set((
                sources::is_primary.eq(true),
                sources::updated_at.eq(dsl::now),
            ))
            .execute(conn)?;
        one_row(updated)
    })
}

/// Whether a source that is added becomes primary. Needs the lock on the transaction.
fn takes_mark(conn: &mut PgConnection, new: &NewTransactionEnrichmentSource<'_>) -> Result<bool> {
    type Known = (EnrichmentSourceType, Option<i32>, bool);
    let known: Vec<Known> = sources::table
        .filter(sources::truelayer_transaction_id.eq(new.truelayer_transaction_id))
        .select((
            sources::source_type,
            sources::source_id,
            sources::is_primary.and(sources::user_verified),
        ))
        .load(conn)?;
    let is_new = |(source_type, source_id): (EnrichmentSourceType, Option<i32>)| {
        source_id.is_none() || (source_type, source_id) != (new.source_type, new.source_id)
    };
    Ok(match new.is_primary {
        None => known.is_empty(),
        Some(false) => false,
        Some(true) => !known
            .into_iter()
            .any(|(source_type, source_id, verified)| verified && is_new((source_type, source_id))),
    })
}
