//! Payments to Apple and the purchases that they paid.

use spending_db::operations::matching::apple::match_apple;

use super::{BY_DAY, EACH_WITH_EACH, Matching};
use crate::bench::Bench;
use crate::data::APPLE;
use crate::error::Result;
use crate::report::Row;
use crate::work::Work;

pub const WORK: Work = Work {
    name: "apple",
    what: "So many payments to Apple, half of them with the day in the text, and a fifth as many App Store purchases.",
    run,
};

const SIZES: [u32; 2] = [10_000, 100_000];

const RESET: [&str; 4] = [
    "TRUNCATE apple_transaction_matches, transaction_enrichment_sources",
    "UPDATE truelayer_transactions SET pre_enrichment_status = 'Apple' WHERE pre_enrichment_status <> 'Apple'",
    "VACUUM ANALYZE truelayer_transactions",
    "CHECKPOINT",
];

const LEFT: &str = "SELECT count(*), sum(match_confidence)::text AS confidences, \
     sum(hashtextextended(truelayer_transaction_id || ' ' || apple_transaction_id, 0))::text AS pairs, \
     (SELECT count(*) FROM transaction_enrichment_sources WHERE is_primary) AS sources, \
     (SELECT count(*) FROM truelayer_transactions WHERE pre_enrichment_status = 'Matched') AS statuses \
     FROM apple_transaction_matches";

fn run(bench: &Bench<'_>) -> Result<Vec<Row>> {
    let mut rows = Vec::new();
    for size in bench.sizes(&SIZES) {
        let scratch = bench.scratch("apple")?;
        scratch.fill(APPLE, &[("size", size), ("seed", bench.seed())])?;
        let matching = Matching {
            name: "apple",
            variant: "payments",
            size,
            scratch: &scratch,
            reset: &RESET,
            left: LEFT,
            script: "match_purchases.py",
        };
        let ways = [
            (BY_DAY, "apple by_day"),
            (EACH_WITH_EACH, "apple each_with_each"),
        ];
        rows.push(matching.compare(bench, |conn| match_apple(conn, None), &ways)?);
    }
    Ok(rows)
}
