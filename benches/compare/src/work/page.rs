//! A page of 50 transactions with their enrichments and sources.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::json;
use spending_db::Database;
use spending_db::models::Page;
use spending_db::models::enrichment::TransactionEnrichmentSource;
use spending_db::models::truelayer::EnrichedTransaction;
use spending_db::types::{EVERYONE, TrueLayerTransactionId};

use super::Work;
use crate::bench::Bench;
use crate::contest::{Run, timed};
use crate::digest::{fingerprint, ordered};
use crate::error::Result;
use crate::report::{Role, Row};
use crate::rivals::rows::Listed;
use crate::rivals::{libpq, postgres, sea_orm, sqlx};

pub const WORK: Work = Work {
    name: "page",
    what: "A page of 50 transactions, newest first, with their enrichments and their sources: two statements, read on from the \
           last row of the page before. 100 pages.",
    run,
};

const SIZES: [u32; 3] = [10_000, 100_000, 1_000_000];
const PAGES: u32 = 100;
const ROWS: u32 = 50;

/// The sources of the transactions of a page.
type Sources = BTreeMap<TrueLayerTransactionId, Vec<TransactionEnrichmentSource>>;

/// The time and the id of the last row of a page.
type Key = (DateTime<Utc>, i32);

fn run(bench: &Bench<'_>) -> Result<Vec<Row>> {
    let mut rows = Vec::new();
    for size in bench.sizes(&SIZES) {
        let scratch = bench.ledger(size)?;
        let url = scratch.url();
        let database = scratch.database(1)?;
        let mut bare = libpq::Reader::connect(&url)?;
        let postgres = postgres::Pool::connect(&url, 1)?;
        let sqlx = sqlx::Pool::connect(&url, 1)?;
        let sea_orm = sea_orm::Pool::connect(&url, 1)?;
        let contest = bench
            .contest("page", "100 pages of 50", size)
            .operations(PAGES)
            .ours(|| {
                turn(
                    |after| ours(&database, after),
                    |row| (row.transaction.timestamp, row.transaction.id.0),
                )
            })
            .with("bare libpq", Role::Limit, || {
                turn(|after| bare.page(after), key)
            })
            .with("postgres + r2d2", Role::Rust, || {
                turn(|after| postgres.page(after), key)
            })
            .with("sqlx", Role::Rust, || turn(|after| sqlx.page(after), key))
            .with("sea-orm", Role::Rust, || {
                turn(|after| sea_orm.page(after), key)
            })
            .with("psycopg2, dictionaries", Role::Python, || {
                bench.run_python("page.py", &[&url, &PAGES.to_string()])
            });
        rows.push(contest.run());
    }
    Ok(rows)
}

fn ours(database: &Database, (timestamp, id): Key) -> Result<(Vec<EnrichedTransaction>, Sources)> {
    let conn = &mut *database.conn()?;
    let after = Page::after((timestamp, TrueLayerTransactionId(id)), ROWS);
    let page = EnrichedTransaction::list(conn, EVERYONE, None, after)?;
    let ids: Vec<_> = page.iter().map(|row| row.transaction.id).collect();
    let sources = TransactionEnrichmentSource::list_for_transactions(conn, EVERYONE, &ids)?;
    Ok((page, sources))
}

fn key<D>(row: &Listed<D>) -> Key {
    (row.transaction.timestamp, row.transaction.id)
}

/// Reads on from before the first row; the pages are looked at when the clock has stopped.
fn turn<T: Serialize + 'static, S: Serialize + 'static>(
    mut page_after: impl FnMut(Key) -> Result<(Vec<T>, S)>,
    key: impl Fn(&T) -> Key,
) -> Result<Run> {
    let (pages, took) = timed(|| {
        let mut pages = Vec::new();
        let mut after = (
            DateTime::from_timestamp(4_102_444_800, 0).ok_or("no such time")?,
            i32::MAX,
        );
        for _ in 0..PAGES {
            let page = page_after(after)?;
            after = page.0.last().map(&key).ok_or("there are too few rows")?;
            pages.push(page);
        }
        Ok(pages)
    })?;
    let ids = pages
        .iter()
        .flat_map(|(rows, _)| rows.iter().map(|row| key(row).1));
    let ids = ordered(ids);
    Ok(Run::new(took, move || {
        Ok(json!({ "ids": ids, "exact": fingerprint(&pages)? }))
    }))
}
