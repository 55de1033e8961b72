//! Amazon's order history from a file.

use std::fs::{self, File};

use spending_db::operations::import::amazon::import_orders;

use super::Work;
use super::writing::Writing;
use crate::bench::Bench;
use crate::data::order_history;
use crate::error::Result;
use crate::goal::Goal;
use crate::report::{Role, Row};
use crate::rivals::libpq::Connection;
use crate::rivals::programs;

pub const WORK: Work = Work {
    name: "orders",
    what: "Amazon's order history of so many lines (CSV), every third order of two lines, into an empty table. The limit is \
           `COPY` of the finished orders; row by row looks each order up, inserts it, commits.",
    run,
};

const SIZES: [u32; 2] = [10_000, 100_000];

const COLUMNS: &str = "order_id, order_date, website, currency, total_owed, product_names, order_status, shipment_status, source_file";

const RESET: [&str; 2] = [
    "TRUNCATE amazon_orders RESTART IDENTITY CASCADE",
    "CHECKPOINT",
];

const LEFT: &str = "SELECT count(*), sum(total_owed)::text AS amounts, \
     sum(hashtextextended(order_id || order_date::text || product_names || order_status || shipment_status, 0))::text AS rows \
     FROM amazon_orders";

fn run(bench: &Bench<'_>) -> Result<Vec<Row>> {
    let sizes = bench.sizes(&SIZES);
    sizes.into_iter().map(|size| compare(bench, size)).collect()
}

fn compare(bench: &Bench<'_>, size: u32) -> Result<Row> {
    let file = bench.folder().join(format!("orders-{size}.csv"));
    order_history::write(&file, size, bench.seed())?;
    let scratch = bench.scratch("orders")?;
    let url = scratch.url();
    let database = scratch.database(1)?;
    let writing = Writing {
        scratch: &scratch,
        reset: &RESET,
        left: LEFT,
    };
    let ready = file.with_extension("copy");
    let path = file.to_string_lossy().into_owned();
    let python = |way: &'static str| {
        let (writing, url, path) = (&writing, &url, &path);
        move || writing.timed_by_itself(|| bench.run_python("import_orders.py", &[url, way, path]))
    };
    let contest = bench
        .contest("orders", "lines of a CSV file", size)
        .ours(|| {
            let run = writing.time(|| {
                Ok(import_orders(
                    &mut *database.conn()?,
                    &file,
                    File::open(&file)?,
                )?)
            })?;
            if !ready.exists() {
                let copy = format!(
                    "\\copy (SELECT {COLUMNS} FROM amazon_orders ORDER BY id) TO '{}'",
                    ready.display()
                );
                programs::run(
                    &bench.server,
                    "psql",
                    &["-X", "-q", "-d", &url, "-c", &copy],
                )?;
            }
            Ok(run)
        })
        .with("bare COPY", Role::Limit, || {
            let rows = fs::read(&ready)?;
            let mut connection = Connection::open(&url)?;
            writing.time(|| {
                connection.copy(&format!("COPY amazon_orders ({COLUMNS}) FROM STDIN"), &rows)
            })
        })
        .with(
            "psycopg2, execute_values",
            Role::Python,
            python("execute_values"),
        )
        .with("psycopg2, row by row", Role::Python, python("row_by_row"))
        .goal(Goal::Speed {
            of: "bare COPY",
            at_least: 0.5,
        })
        .goal(Goal::Speed {
            of: "psycopg2, row by row",
            at_least: 50.0,
        });
    Ok(contest.run())
}
