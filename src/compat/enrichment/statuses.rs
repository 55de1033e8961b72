//! What is known of a transaction before enrichment.

use super::super::answer::{Answer, object};
use super::super::found;
use super::super::function::functions;
use crate::models::truelayer::TrueLayerTransaction;
use crate::operations::pre_enrichment_status::{Identified, StatusCounts, backfill, identified};
use crate::types::{EVERYONE, PreEnrichmentStatus, TrueLayerTransactionId};

impl From<Identified> for Answer {
    fn from(identified: Identified) -> Self {
        object! {
            "AMZN" => identified.amazon,
            "Apple" => identified.apple,
            "AMZN RTN" => identified.amazon_returns,
            "total" => identified.total(),
        }
    }
}

impl From<StatusCounts> for Answer {
    fn from(counts: StatusCounts) -> Self {
        object! {
            "None" => counts.none,
            "Apple" => counts.apple,
            "AMZN" => counts.amazon,
            "AMZN RTN" => counts.amazon_return,
            "Matched" => counts.matched,
            "Gmail" => counts.gmail,
        }
    }
}

functions! {
    /// The statuses.
    FUNCTIONS:

    update_pre_enrichment_status(transaction_id: TrueLayerTransactionId, status: PreEnrichmentStatus) => |conn|
        found(TrueLayerTransaction::set_pre_enrichment_status(conn, EVERYONE, transaction_id, status))?,

    get_identified_summary() => |conn| identified(conn, EVERYONE)?,

    backfill_pre_enrichment_status() => |conn| backfill(conn, EVERYONE)?,
}
