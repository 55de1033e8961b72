//! Storing matches: the match, the receipt as a source of the transaction, the transaction's status.

use std::collections::{HashMap, HashSet};

use diesel::dsl;
use diesel::prelude::*;
use diesel::upsert::excluded;

use super::description;
use crate::Result;
use crate::models::enrichment::NewTransactionEnrichmentSource;
use crate::models::gmail::{GmailReceipt, GmailTransactionMatch, NewGmailTransactionMatch};
use crate::operations::enrichment_sources;
use crate::schema::{
    gmail_transaction_matches as matches, transaction_enrichment_sources as sources,
    truelayer_transactions,
};
use crate::types::{
    EnrichmentSourceType, GmailReceiptId, PreEnrichmentStatus, TrueLayerTransactionId,
};

/// A receipt and its match.
pub(in crate::operations) struct Found<'a> {
    pub(in crate::operations) receipt: &'a GmailReceipt,
    pub(in crate::operations) new: NewGmailTransactionMatch<'a>,
}

/// Stores matches of receipts and transactions that are all locked, each pair once, as [`save`](super::save) says; several
/// receipts may belong to one transaction.
pub(in crate::operations) fn store(
    conn: &mut PgConnection,
    found: &[Found<'_>],
) -> Result<Vec<GmailTransactionMatch>> {
    if found.is_empty() {
        return Ok(Vec::new());
    }
    let transactions: Vec<_> = found
        .iter()
        .map(|found| found.new.truelayer_transaction_id)
        .collect();
    let saved = upsert(conn, found)?;
    explain(conn, &transactions, found)?;
    set_status(conn, &transactions)?;
    Ok(saved)
}

fn upsert(conn: &mut PgConnection, found: &[Found<'_>]) -> Result<Vec<GmailTransactionMatch>> {
    let new: Vec<_> = found.iter().map(|found| found.new).collect();
    Ok(diesel::insert_into(matches::table)
        .values(new)
        .on_conflict((matches::truelayer_transaction_id, matches::gmail_receipt_id))
        .do_update()
        .set((
            matches::match_confidence.eq(excluded(matches::match_confidence)),
            matches::match_method.eq(excluded(matches::match_method)),
            matches::currency_converted.eq(excluded(matches::currency_converted)),
            matches::conversion_rate.eq(excluded(matches::conversion_rate)),
            matches::matched_at.eq(dsl::now),
        ))
        .returning(GmailTransactionMatch::as_returning())
        .get_results(conn)?)
}

fn explain(
    conn: &mut PgConnection,
    transactions: &[TrueLayerTransactionId],
    found: &[Found<'_>],
) -> Result<()> {
    let primary = choose_primary(Standing::read(conn, transactions)?, found);
    let descriptions: Vec<_> = found
        .iter()
        .map(|found| description::of(found.receipt))
        .collect();
    let sources: Vec<_> = found
        .iter()
        .zip(&descriptions)
        .map(
            |(Found { receipt, new }, description)| NewTransactionEnrichmentSource {
                source_id: Some(receipt.id.0),
                order_id: receipt.order_id.as_deref(),
                line_items: receipt.line_items.as_ref().filter(|items| {
                    items.as_object().is_none_or(|members| !members.is_empty()) && !items.is_null()
                }),
                match_confidence: Some(new.match_confidence),
                match_method: new.match_method,
                is_primary: Some(primary.get(&new.truelayer_transaction_id) == Some(&receipt.id)),
                ..NewTransactionEnrichmentSource::new(
                    new.truelayer_transaction_id,
                    EnrichmentSourceType::Gmail,
                    description,
                )
            },
        )
        .collect();
    enrichment_sources::write(conn, &sources)?;
    Ok(())
}

/// The sources that a transaction has.
#[derive(Default)]
struct Standing {
    primary: Option<Primary>,
    /// Receipts among them.
    receipts: HashSet<i32>,
}

struct Primary {
    source_type: EnrichmentSourceType,
    confidence: i32,
    user_verified: bool,
}

impl Standing {
    fn read(
        conn: &mut PgConnection,
        transactions: &[TrueLayerTransactionId],
    ) -> Result<HashMap<TrueLayerTransactionId, Self>> {
        type Row = (
            TrueLayerTransactionId,
            EnrichmentSourceType,
            Option<i32>,
            i32,
            bool,
            bool,
        );
        let rows: Vec<Row> = sources::table
            .filter(sources::truelayer_transaction_id.eq_any(transactions))
            .select((
                sources::truelayer_transaction_id,
                sources::source_type,
                sources::source_id,
                sources::match_confidence,
                sources::user_verified,
                sources::is_primary,
            ))
            .load(conn)?;
        let mut standing: HashMap<_, Self> = HashMap::new();
        for (transaction, source_type, source_id, confidence, user_verified, is_primary) in rows {
            let standing = standing.entry(transaction).or_default();
            if source_type == EnrichmentSourceType::Gmail {
                standing.receipts.extend(source_id);
            }
            if is_primary {
                standing.primary = Some(Primary {
                    source_type,
                    confidence,
                    user_verified,
                });
            }
        }
        Ok(standing)
    }

    fn gives_way(&self, receipt: GmailReceiptId, confidence: i32) -> bool {
        let Some(primary) = &self.primary else {
            return true;
        };
        let lower = match primary.source_type {
            EnrichmentSourceType::Amazon
            | EnrichmentSourceType::AmazonBusiness
            | EnrichmentSourceType::Apple
            | EnrichmentSourceType::Manual => false,
            EnrichmentSourceType::Gmail => primary.confidence <= confidence,
            EnrichmentSourceType::AmazonFresh => true,
        };
        lower && !primary.user_verified && !self.receipts.contains(&receipt.0)
    }
}

/// The receipt that becomes the primary source, for each transaction that gets one so: as if the receipts came one by one.
fn choose_primary(
    mut standing: HashMap<TrueLayerTransactionId, Standing>,
    found: &[Found<'_>],
) -> HashMap<TrueLayerTransactionId, GmailReceiptId> {
    let mut chosen = HashMap::new();
    for Found { receipt, new } in found {
        let standing = standing.entry(new.truelayer_transaction_id).or_default();
        if standing.gives_way(receipt.id, new.match_confidence) {
            standing.primary = Some(Primary {
                source_type: EnrichmentSourceType::Gmail,
                confidence: new.match_confidence,
                user_verified: false,
            });
            chosen.insert(new.truelayer_transaction_id, receipt.id);
        }
    }
    chosen
}

fn set_status(conn: &mut PgConnection, transactions: &[TrueLayerTransactionId]) -> Result<()> {
    use truelayer_transactions::{id, pre_enrichment_status};
    let unexplained = truelayer_transactions::table
        .filter(id.eq_any(transactions))
        .filter(
            pre_enrichment_status
                .is_null()
                .or(pre_enrichment_status.eq(PreEnrichmentStatus::None)),
        );
    diesel::update(unexplained)
        .set(pre_enrichment_status.eq(PreEnrichmentStatus::Gmail))
        .execute(conn)?;
    Ok(())
}
