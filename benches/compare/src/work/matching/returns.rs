//! What was sent back to Amazon: the payment and the credit.

use spending_db::operations::matching::returns::match_amazon_returns;

use super::Matching;
use crate::bench::Bench;
use crate::data::RETURNS;
use crate::error::Result;
use crate::report::Row;
use crate::work::Work;

pub const WORK: Work = Work {
    name: "returns",
    what: "So many bank transactions, five payments to Amazon for each credit, and a return for each credit. Python asks for the \
           order, the payment and the credit of each return, writes its four rows and commits.",
    run,
};

const SIZES: [u32; 2] = [10_000, 100_000];

const RESET: [&str; 7] = [
    "UPDATE amazon_returns SET original_transaction_id = NULL, refund_transaction_id = NULL",
    "DELETE FROM transaction_enrichment_sources WHERE description LIKE '[REFUND]%'",
    "UPDATE transaction_enrichment_sources SET description = 'Desk lamp' WHERE description <> 'Desk lamp'",
    "UPDATE truelayer_transactions SET pre_enrichment_status = 'AMZN RTN' \
     WHERE transaction_type = 'CREDIT' AND pre_enrichment_status <> 'AMZN RTN'",
    "VACUUM ANALYZE truelayer_transactions",
    "VACUUM ANALYZE amazon_returns, transaction_enrichment_sources",
    "CHECKPOINT",
];

const LEFT: &str = "SELECT count(original_transaction_id), \
     sum(hashtextextended(id || ' ' || original_transaction_id || ' ' || refund_transaction_id, 0))::text AS triples, \
     (SELECT sum(hashtextextended(truelayer_transaction_id || description, 0))::text FROM transaction_enrichment_sources) \
     AS sources, \
     (SELECT count(*) FROM truelayer_transactions WHERE pre_enrichment_status = 'Matched') AS statuses \
     FROM amazon_returns";

fn run(bench: &Bench<'_>) -> Result<Vec<Row>> {
    let mut rows = Vec::new();
    for size in bench.sizes(&SIZES) {
        let scratch = bench.scratch("returns")?;
        scratch.fill(RETURNS, &[("size", size)])?;
        let matching = Matching {
            name: "returns",
            variant: "transactions",
            size,
            scratch: &scratch,
            reset: &RESET,
            left: LEFT,
            script: "match_returns.py",
        };
        let ways = [("psycopg2, row by row", "row_by_row")];
        rows.push(matching.compare(bench, |conn| match_amazon_returns(conn, None), &ways)?);
    }
    Ok(rows)
}
