//! The functions of `gmail`: mailboxes, receipts, mails, matches and syncs.

mod authorisation;
mod concurrency;
mod connections;
mod deletion;
mod indexes;
mod mails;
mod matches;
mod owners;
mod receipts;
mod statistics;
mod sync_jobs;
mod unmatching;

use diesel::prelude::*;
use spending_db::models::enrichment::{
    NewTransactionEnrichmentSource, TransactionEnrichmentSource,
};
use spending_db::models::gmail::{GmailTransactionMatch, NewGmailTransactionMatch};
use spending_db::models::truelayer::{TrueLayerTransaction, TrueLayerTransactionChanges};
use spending_db::operations::gmail::matches::save;
use spending_db::types::{
    EVERYONE, EnrichmentSourceType, GmailReceiptId, PreEnrichmentStatus, TrueLayerTransactionId,
};

/// Matches a receipt to a payment.
fn match_up(
    conn: &mut PgConnection,
    payment: TrueLayerTransactionId,
    receipt: GmailReceiptId,
    confidence: i32,
) -> GmailTransactionMatch {
    let new = NewGmailTransactionMatch::new(payment, receipt, confidence);
    save(conn, EVERYONE, &new).unwrap()
}

/// Adds a source of this type, number 900.
fn tell(
    conn: &mut PgConnection,
    payment: TrueLayerTransactionId,
    source_type: EnrichmentSourceType,
    is_primary: bool,
    confidence: i32,
) -> TransactionEnrichmentSource {
    let new = NewTransactionEnrichmentSource {
        source_id: Some(900),
        is_primary: Some(is_primary),
        match_confidence: Some(confidence),
        ..NewTransactionEnrichmentSource::new(payment, source_type, "Told before")
    };
    new.insert(conn).unwrap()
}

/// The sources of a payment: type, id, whether primary; the primary one first.
fn sources(
    conn: &mut PgConnection,
    payment: TrueLayerTransactionId,
) -> Vec<(EnrichmentSourceType, i32, bool)> {
    TransactionEnrichmentSource::list_for_transaction(conn, EVERYONE, payment)
        .unwrap()
        .into_iter()
        .map(|source| {
            (
                source.source_type,
                source.source_id.unwrap(),
                source.is_primary,
            )
        })
        .collect()
}

fn status(conn: &mut PgConnection, payment: TrueLayerTransactionId) -> Option<PreEnrichmentStatus> {
    TrueLayerTransaction::find(conn, EVERYONE, payment)
        .unwrap()
        .pre_enrichment_status
}

fn set_status(
    conn: &mut PgConnection,
    payment: TrueLayerTransactionId,
    status: Option<PreEnrichmentStatus>,
) {
    let changes = TrueLayerTransactionChanges {
        pre_enrichment_status: Some(status),
        ..TrueLayerTransactionChanges::default()
    };
    TrueLayerTransaction::update(conn, EVERYONE, payment, &changes).unwrap();
}

/// How many rows a table holds on which the condition holds.
fn count(conn: &mut PgConnection, table: &str, condition: &str) -> i64 {
    let question = format!("(SELECT count(*) FROM {table} WHERE {condition})");
    let count = diesel::dsl::sql::<diesel::sql_types::BigInt>(&question);
    diesel::select(count).get_result(conn).unwrap()
}
