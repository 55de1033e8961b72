//! Removing the sources of purchases that are deleted.

use diesel::prelude::*;
use diesel::sql_types::{Array, Integer};

use crate::Result;
use crate::models::truelayer::transaction;
use crate::schema::transaction_enrichment_sources as sources;
use crate::types::{EnrichmentSourceType, TrueLayerTransactionId};

/// Locks the transactions that have sources of this type, and these others.
pub(in crate::operations) fn lock_explained_by(
    conn: &mut PgConnection,
    source_type: EnrichmentSourceType,
    mut others: Vec<TrueLayerTransactionId>,
) -> Result<()> {
    let explained: Vec<TrueLayerTransactionId> = sources::table
        .select(sources::truelayer_transaction_id)
        .filter(sources::source_type.eq(source_type))
        .load(conn)?;
    others.extend(explained);
    transaction::lock(conn, None, &others)?;
    Ok(())
}

/// How the sources that the matcher of returns makes for refunds were matched: their `source_id` is a return's, though their
/// type is that of the orders.
pub(super) const RETURN_MATCH: &str = "return_match";

/// How the sources that it makes for payments without a source were matched.
const RETURN_ORIGINAL: &str = "return_original";

/// Deletes the sources of these purchases (ids in the table of their type). A transaction that loses its primary source gets
/// another one where it has any: one that a person verified, else the surest, else the oldest. Needs the locks of
/// [`lock_explained_by`].
pub(in crate::operations) fn remove(
    conn: &mut PgConnection,
    source_type: EnrichmentSourceType,
    source_ids: &[i32],
) -> Result<()> {
    let removed: Vec<(TrueLayerTransactionId, bool)> = diesel::delete(sources::table)
        .filter(sources::source_type.eq(source_type))
        .filter(sources::source_id.eq_any(source_ids))
        .filter(sources::match_method.is_distinct_from(RETURN_MATCH))
        .returning((sources::truelayer_transaction_id, sources::is_primary))
        .get_results(conn)?;
    choose_primary(conn, removed)
}

/// Locks the transactions that have sources which the matcher of returns made, and these others.
pub(in crate::operations) fn lock_explained_by_returns(
    conn: &mut PgConnection,
    mut others: Vec<TrueLayerTransactionId>,
) -> Result<()> {
    let explained: Vec<TrueLayerTransactionId> = sources::table
        .select(sources::truelayer_transaction_id)
        .filter(sources::match_method.eq_any([RETURN_MATCH, RETURN_ORIGINAL]))
        .load(conn)?;
    others.extend(explained);
    transaction::lock(conn, None, &others)?;
    Ok(())
}

/// Deletes the sources that the matcher of returns made, as [`remove`] does. Needs the locks of [`lock_explained_by_returns`].
pub(in crate::operations) fn remove_returns(conn: &mut PgConnection) -> Result<()> {
    let removed: Vec<(TrueLayerTransactionId, bool)> = diesel::delete(sources::table)
        .filter(sources::match_method.eq_any([RETURN_MATCH, RETURN_ORIGINAL]))
        .returning((sources::truelayer_transaction_id, sources::is_primary))
        .get_results(conn)?;
    choose_primary(conn, removed)
}

/// Gives the transactions whose primary source was among the removed another one.
fn choose_primary(
    conn: &mut PgConnection,
    removed: Vec<(TrueLayerTransactionId, bool)>,
) -> Result<()> {
    let without_primary: Vec<TrueLayerTransactionId> = removed
        .into_iter()
        .filter(|(_, was_primary)| *was_primary)
        .map(|(transaction, _)| transaction)
        .collect();
    diesel::sql_query(include_str!("choose_primary.sql"))
        .bind::<Array<Integer>, _>(&without_primary)
        .execute(conn)?;
    Ok(())
}
