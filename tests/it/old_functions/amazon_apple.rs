//! Retail orders, refunds, App Store purchases, Amazon Business.

mod business;
mod clearing;
mod concurrency;
mod connections;
mod counts;
mod imports;
mod lists;
mod matching;
mod returns;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use spending_db::models::enrichment::{
    NewTransactionEnrichmentSource, TransactionEnrichmentSource,
};
use spending_db::models::truelayer::NewTrueLayerTransaction;
use spending_db::types::{
    EVERYONE, EnrichmentSourceType, TransactionType, TrueLayerAccountId, TrueLayerTransactionId,
};

use super::call;
use crate::support::rows::{at, decimal};

/// A payment of 12.50 pounds, known by its text and time.
fn pay(
    conn: &mut PgConnection,
    account: TrueLayerAccountId,
    description: &str,
    merchant: Option<&str>,
    time: &str,
) -> TrueLayerTransactionId {
    let (id, amount) = (format!("{description} {time}"), decimal("12.50"));
    let new = NewTrueLayerTransaction {
        merchant_name: merchant,
        ..NewTrueLayerTransaction::new(
            account,
            &id,
            &id,
            at(time),
            description,
            &amount,
            "GBP",
            TransactionType::Debit,
        )
    };
    new.insert(conn).unwrap().id
}

/// The sources of a transaction as `type id confidence`, the primary one first and with a star.
fn sources(conn: &mut PgConnection, transaction: TrueLayerTransactionId) -> Vec<String> {
    let sources =
        TransactionEnrichmentSource::list_for_transaction(conn, EVERYONE, transaction).unwrap();
    let shown = |source: TransactionEnrichmentSource| {
        let star = if source.is_primary { "*" } else { "" };
        let id = source.source_id.unwrap_or_default();
        format!(
            "{star}{} {id} {}",
            source.source_type.as_str(),
            source.match_confidence
        )
    };
    sources.into_iter().map(shown).collect()
}

/// Gives a transaction a primary source.
fn explain(
    conn: &mut PgConnection,
    transaction: TrueLayerTransactionId,
    source_type: EnrichmentSourceType,
    user_verified: bool,
) {
    let new = NewTransactionEnrichmentSource {
        is_primary: Some(true),
        user_verified: Some(user_verified),
        ..NewTransactionEnrichmentSource::new(transaction, source_type, "What it was")
    };
    new.insert(conn).unwrap();
}

/// Runs statements that no model has.
fn run(conn: &mut PgConnection, statements: &str) {
    conn.batch_execute(statements).unwrap();
}
