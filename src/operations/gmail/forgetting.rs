//! Bank transactions that lose receipts.

use diesel::prelude::*;
use diesel::sql_types::{Array, Integer};

use crate::Result;
use crate::schema::{gmail_transaction_matches, transaction_enrichment_sources as sources};
use crate::types::{EnrichmentSourceType, GmailReceiptId, TrueLayerTransactionId};

#[derive(QueryableByName)]
struct Transaction {
    #[diesel(sql_type = Integer)]
    id: TrueLayerTransactionId,
}

/// Takes away the matches and the enrichment sources of these receipts, which are locked.
pub(super) fn forget(conn: &mut PgConnection, receipts: &[GmailReceiptId]) -> Result<()> {
    let explained: Vec<Transaction> = diesel::sql_query(include_str!("lock_explained.sql"))
        .bind::<Array<Integer>, _>(receipts)
        .load(conn)?;
    let matches = gmail_transaction_matches::table
        .filter(gmail_transaction_matches::gmail_receipt_id.eq_any(receipts));
    diesel::delete(matches).execute(conn)?;
    let source_ids: Vec<i32> = receipts.iter().map(|receipt| receipt.0).collect();
    let told = sources::table
        .filter(sources::source_type.eq(EnrichmentSourceType::Gmail))
        .filter(sources::source_id.eq_any(source_ids));
    diesel::delete(told).execute(conn)?;
    let explained: Vec<_> = explained.into_iter().map(|row| row.id).collect();
    settle(conn, &explained)
}

/// Puts transactions, which are locked, right after sources and matches were taken away: one without a primary source gets
/// the best that is left, a status `Gmail` that no match accounts for becomes `None`.
pub(super) fn settle(
    conn: &mut PgConnection,
    transactions: &[TrueLayerTransactionId],
) -> Result<()> {
    for statement in [
        include_str!("promote_best.sql"),
        include_str!("reset_status.sql"),
    ] {
        diesel::sql_query(statement)
            .bind::<Array<Integer>, _>(transactions)
            .execute(conn)?;
    }
    Ok(())
}
