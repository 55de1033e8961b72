//! Setting statuses.

use spending_db::operations::pre_enrichment_status::backfill;
use spending_db::types::EVERYONE;

use super::Work;
use super::writing::Writing;
use crate::bench::Bench;
use crate::data::STATUSES;
use crate::error::Result;
use crate::report::{Role, Row};
use crate::rivals::libpq::Connection;

pub const WORK: Work = Work {
    name: "statuses",
    what: "The status of so many transactions, all of which change. The limit decides by `CASE` in one `UPDATE` and looks for no \
           matches.",
    run,
};

const SIZES: [u32; 2] = [10_000, 100_000];

const RESET: [&str; 3] = [
    "UPDATE truelayer_transactions SET pre_enrichment_status = NULL",
    "VACUUM FULL ANALYZE truelayer_transactions",
    "CHECKPOINT",
];

const LEFT: &str = "SELECT count(*), sum(hashtextextended(id || pre_enrichment_status, 0))::text AS statuses \
     FROM truelayer_transactions";

const UPDATE: &str = "UPDATE truelayer_transactions SET pre_enrichment_status = CASE \
     WHEN upper(description || ' ' || coalesce(merchant_name, '')) \
         ~ 'APPLE\\.COM|APPLE COM|APP STORE|APPSTORE|ITUNES|APPLE SERVICES|APPLE BILL' THEN 'Apple' \
     WHEN upper(description || ' ' || coalesce(merchant_name, '')) ~ 'AMAZON|AMZ' \
     THEN CASE transaction_type WHEN 'CREDIT' THEN 'AMZN RTN' ELSE 'AMZN' END \
     ELSE 'None' END";

fn run(bench: &Bench<'_>) -> Result<Vec<Row>> {
    let mut rows = Vec::new();
    for size in bench.sizes(&SIZES) {
        let scratch = bench.scratch("statuses")?;
        scratch.fill(STATUSES, &[("size", size)])?;
        let writing = Writing {
            scratch: &scratch,
            reset: &RESET,
            left: LEFT,
        };
        let database = scratch.database(1)?;
        let url = scratch.url();
        let mut connection = Connection::open(&url)?;
        let contest = bench
            .contest("statuses", "all change", size)
            .ours(|| writing.time(|| Ok(backfill(&mut *database.conn()?, EVERYONE)?)))
            .with("one UPDATE", Role::Limit, || {
                writing.time(|| connection.run(UPDATE))
            })
            .with("psycopg2, row by row", Role::Python, || {
                writing.timed_by_itself(|| bench.run_python("statuses.py", &[&url]))
            });
        rows.push(contest.run());
    }
    Ok(rows)
}
