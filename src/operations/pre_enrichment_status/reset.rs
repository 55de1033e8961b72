//! The statuses of transactions that have lost what they were matched to.

use diesel::prelude::*;
use diesel::sql_types::{Array, Integer};

use super::backfill::{Changes, Transaction};
use crate::Result;
use crate::operations::pre_enrichment::detect;
use crate::types::{PreEnrichmentStatus, TrueLayerTransactionId};

/// Gives those of the transactions that are `Matched` or `AMZN BIZ` and matched to nothing the status that an import would give
/// them; `Gmail` where that is `None` and a receipt explains them. Two statements, and the transactions' locks.
pub(in crate::operations) fn reset(
    conn: &mut PgConnection,
    ids: &[TrueLayerTransactionId],
) -> Result<()> {
    let lost: Vec<Transaction> = diesel::sql_query(include_str!("lost.sql"))
        .bind::<Array<Integer>, _>(ids)
        .load(conn)?;
    let mut changes = Changes::default();
    for row in &lost {
        let said = detect(&row.description, &row.merchant, row.transaction_type);
        let decided = match said {
            PreEnrichmentStatus::None => row.matched.unwrap_or(said),
            vendor => vendor,
        };
        changes.push(row, decided);
    }
    changes.write(conn)
}
