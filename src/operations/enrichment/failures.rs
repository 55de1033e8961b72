//! Failures at transactions: noted where they happen, forgotten where an answer came.

use std::collections::BTreeMap;

use diesel::prelude::*;
use diesel::sql_types::{Array, Integer, Text};

use crate::Result;
use crate::schema::llm_enrichment_failures;
use crate::types::TrueLayerTransactionId;

/// Notes why transactions could not be enriched, in one statement. The first failure has `retry_count` 0, each further one
/// adds 1; messages are cut to their first 500 characters.
pub(super) fn note(
    conn: &mut PgConnection,
    failures: &BTreeMap<TrueLayerTransactionId, String>,
) -> Result<()> {
    if failures.is_empty() {
        return Ok(());
    }
    let transactions: Vec<_> = failures.keys().copied().collect();
    // Texts in PostgreSQL have no null character.
    let messages: Vec<_> = failures
        .values()
        .map(|text| text.replace('\0', ""))
        .collect();
    diesel::sql_query(include_str!("note_failures.sql"))
        .bind::<Array<Integer>, _>(transactions)
        .bind::<Array<Text>, _>(messages)
        .execute(conn)?;
    Ok(())
}

/// Forgets the failures at transactions.
pub(super) fn forget(
    conn: &mut PgConnection,
    transactions: &[TrueLayerTransactionId],
) -> Result<()> {
    if !transactions.is_empty() {
        diesel::delete(llm_enrichment_failures::table)
            .filter(llm_enrichment_failures::transaction_id.eq_any(transactions))
            .execute(conn)?;
    }
    Ok(())
}
