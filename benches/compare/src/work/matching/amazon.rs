//! Payments to Amazon and the orders that they paid.

use spending_db::operations::matching::amazon::match_amazon;

use super::{BY_DAY, EACH_WITH_EACH, Matching};
use crate::bench::Bench;
use crate::data::AMAZON;
use crate::error::Result;
use crate::report::Row;
use crate::work::Work;

pub const WORK: Work = Work {
    name: "amazon",
    what: "So many payments to Amazon, a fifth as many orders, all of them to be found. Python writes each match with its source \
           and its status, and commits.",
    run,
};

const SIZES: [u32; 2] = [10_000, 100_000];

const RESET: [&str; 4] = [
    "TRUNCATE truelayer_amazon_transaction_matches, transaction_enrichment_sources",
    "UPDATE truelayer_transactions SET pre_enrichment_status = 'AMZN' WHERE pre_enrichment_status <> 'AMZN'",
    "VACUUM ANALYZE truelayer_transactions",
    "CHECKPOINT",
];

const LEFT: &str = "SELECT count(*), sum(match_confidence)::text AS confidences, \
     sum(hashtextextended(truelayer_transaction_id || ' ' || amazon_order_id, 0))::text AS pairs, \
     (SELECT count(*) FROM transaction_enrichment_sources WHERE is_primary) AS sources, \
     (SELECT count(*) FROM truelayer_transactions WHERE pre_enrichment_status = 'Matched') AS statuses \
     FROM truelayer_amazon_transaction_matches";

fn run(bench: &Bench<'_>) -> Result<Vec<Row>> {
    let mut rows = Vec::new();
    for size in bench.sizes(&SIZES) {
        let scratch = bench.scratch("amazon")?;
        scratch.fill(
            AMAZON,
            &[("transactions", size), ("amounts", 10_000), ("days", 2_000)],
        )?;
        let matching = Matching {
            name: "amazon",
            variant: "payments",
            size,
            scratch: &scratch,
            reset: &RESET,
            left: LEFT,
            script: "match_purchases.py",
        };
        let ways = [
            (BY_DAY, "amazon by_day"),
            (EACH_WITH_EACH, "amazon each_with_each"),
        ];
        rows.push(matching.compare(bench, |conn| match_amazon(conn, None), &ways)?);
    }
    Ok(rows)
}
