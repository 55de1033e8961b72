//! Receipts from a mailbox and the payments that they belong to.

use spending_db::operations::matching::gmail::match_gmail;

use super::{BY_DAY, EACH_WITH_EACH, Matching};
use crate::bench::Bench;
use crate::data::GMAIL;
use crate::error::Result;
use crate::report::Row;
use crate::work::Work;

pub const WORK: Work = Work {
    name: "gmail",
    what: "So many payments and a fifth as many receipts, every other with a payment of its amount. Python scores the payments of \
           the days around a receipt, or looks at every payment for each receipt, and writes match, source and status of each.",
    run,
};

const SIZES: [u32; 2] = [10_000, 100_000];

const RESET: [&str; 4] = [
    "TRUNCATE gmail_transaction_matches, transaction_enrichment_sources RESTART IDENTITY",
    "UPDATE truelayer_transactions SET pre_enrichment_status = 'None' WHERE pre_enrichment_status = 'Gmail'",
    "VACUUM ANALYZE truelayer_transactions",
    "CHECKPOINT",
];

const LEFT: &str = "SELECT count(*), sum(match_confidence)::text AS confidences, \
     sum(hashtextextended(truelayer_transaction_id || ' ' || gmail_receipt_id || match_method, 0))::text AS pairs, \
     (SELECT count(*) FROM transaction_enrichment_sources WHERE is_primary) AS sources, \
     (SELECT count(*) FROM truelayer_transactions WHERE pre_enrichment_status = 'Gmail') AS statuses \
     FROM gmail_transaction_matches";

fn run(bench: &Bench<'_>) -> Result<Vec<Row>> {
    let mut rows = Vec::new();
    for size in bench.sizes(&SIZES) {
        let scratch = bench.scratch("gmail")?;
        scratch.fill(&GMAIL.replace("RECEIPTS", &(size / 5).to_string()), &[])?;
        let matching = Matching {
            name: "gmail",
            variant: "payments",
            size,
            scratch: &scratch,
            reset: &RESET,
            left: LEFT,
            script: "match_gmail.py",
        };
        let ways = [(BY_DAY, "by_day"), (EACH_WITH_EACH, "each_with_each")];
        rows.push(matching.compare(bench, |conn| match_gmail(conn, None), &ways)?);
    }
    Ok(rows)
}
