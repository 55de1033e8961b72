//! Applying 1,000 rules.

use spending_db::operations::rules::apply;
use spending_db::types::EVERYONE;

use super::Work;
use super::writing::Writing;
use crate::bench::Bench;
use crate::data::RULES;
use crate::error::Result;
use crate::goal::Goal;
use crate::report::{Role, Row};

pub const WORK: Work = Work {
    name: "rules",
    what: "1,000 rules (one in ten an expression) on so many transactions, all of which a rule decides on are written. Python tries \
           rule after rule on each transaction, each expression compiled once, writes it and commits.",
    run,
};

const SIZES: [u32; 2] = [10_000, 100_000];

const RESET: [&str; 3] = [
    "UPDATE truelayer_transactions SET metadata = NULL, transaction_category = NULL, merchant_name = NULL, \
     enrichment_required = DEFAULT WHERE metadata IS NOT NULL",
    "VACUUM ANALYZE truelayer_transactions",
    "CHECKPOINT",
];

const LEFT: &str = "SELECT count(metadata), count(transaction_category) AS categories, \
     sum(hashtextextended(id || (metadata -> 'enrichment' ->> 'primary_category') || (metadata -> 'enrichment' ->> 'matched_rule') \
     || coalesce(metadata -> 'enrichment' ->> 'merchant_clean_name', ''), 0))::text AS enrichments FROM truelayer_transactions";

fn run(bench: &Bench<'_>) -> Result<Vec<Row>> {
    let mut rows = Vec::new();
    for size in bench.sizes(&SIZES) {
        let scratch = bench.scratch("rules")?;
        scratch.fill(RULES, &[("transactions", size)])?;
        let writing = Writing {
            scratch: &scratch,
            reset: &RESET,
            left: LEFT,
        };
        let database = scratch.database(1)?;
        let url = scratch.url();
        let contest = bench
            .contest("rules", "1,000 rules", size)
            .ours(|| writing.time(|| Ok(apply(&mut *database.conn()?, EVERYONE)?)))
            .with("psycopg2, row by row", Role::Python, || {
                writing.timed_by_itself(|| bench.run_python("rules.py", &[&url]))
            })
            .goal_from(
                100_000,
                Goal::Speed {
                    of: "psycopg2, row by row",
                    at_least: 100.0,
                },
            );
        rows.push(contest.run());
    }
    Ok(rows)
}
