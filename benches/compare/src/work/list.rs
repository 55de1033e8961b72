//! All transactions with their enrichments, as structs and as JSON.

use serde::Serialize;
use serde_json::json;
use spending_db::Database;
use spending_db::models::Page;
use spending_db::models::truelayer::EnrichedTransaction;
use spending_db::types::EVERYONE;

use super::Work;
use crate::bench::Bench;
use crate::contest::{Run, timed};
use crate::digest::{fingerprint, ordered};
use crate::error::Result;
use crate::goal::Goal;
use crate::report::{Role, Row};
use crate::rivals::rows::Listed;
use crate::rivals::{libpq, postgres, sea_orm, sqlx};
use crate::scratch::Scratch;

pub const WORK: Work = Work {
    name: "list",
    what: "All transactions with their enrichments, newest first, as structs with exact decimals, times and the metadata as a \
           JSON value; and the same written as JSON text. Python makes dictionaries or objects.",
    run,
};

const SIZES: [u32; 2] = [10_000, 100_000];

#[derive(Clone, Copy, PartialEq)]
enum Form {
    Structs,
    Json,
}

fn run(bench: &Bench<'_>) -> Result<Vec<Row>> {
    let mut rows = Vec::new();
    for size in bench.sizes(&SIZES) {
        let scratch = bench.ledger(size)?;
        for form in [Form::Structs, Form::Json] {
            rows.push(compare(bench, &scratch, size, form)?);
        }
    }
    Ok(rows)
}

fn compare(bench: &Bench<'_>, scratch: &Scratch, size: u32, form: Form) -> Result<Row> {
    let url = scratch.url();
    let database = scratch.database(1)?;
    let mut bare = libpq::Reader::connect(&url)?;
    let postgres = postgres::Pool::connect(&url, 1)?;
    let sqlx = sqlx::Pool::connect(&url, 1)?;
    let sea_orm = sea_orm::Pool::connect(&url, 1)?;
    let variant = match form {
        Form::Structs => "structs",
        Form::Json => "json",
    };
    let contest = bench
        .contest("list", variant, size)
        .ours(|| load(form, || ours(&database), |row| row.transaction.id.0))
        .with("bare libpq", Role::Limit, || load(form, || bare.list(), id))
        .with("postgres + r2d2", Role::Rust, || {
            load(form, || postgres.list(), id)
        })
        .with("sqlx", Role::Rust, || load(form, || sqlx.list(), id))
        .with("sea-orm", Role::Rust, || load(form, || sea_orm.list(), id))
        .with("psycopg2, dictionaries", Role::Python, || {
            bench.run_python("list.py", &[&url, "psycopg2", variant])
        })
        .with("SQLAlchemy", Role::Python, || {
            bench.run_python("list.py", &[&url, "sqlalchemy", variant])
        })
        .goal_from(
            100_000,
            Goal::Speed {
                of: "bare libpq",
                at_least: 0.9,
            },
        );
    Ok(contest.run())
}

fn ours(database: &Database) -> Result<Vec<EnrichedTransaction>> {
    let conn = &mut *database.conn()?;
    Ok(EnrichedTransaction::list(conn, EVERYONE, None, Page::ALL)?)
}

fn id<D>(row: &Listed<D>) -> i32 {
    row.transaction.id
}

/// Loads the rows, and writes them as JSON where that is wanted; they are looked at when the clock has stopped.
fn load<T: Serialize + 'static>(
    form: Form,
    rows: impl FnOnce() -> Result<Vec<T>>,
    id: impl Fn(&T) -> i32,
) -> Result<Run> {
    let ((rows, text), took) = timed(|| {
        let rows = rows()?;
        let text = match form {
            Form::Structs => Vec::new(),
            Form::Json => serde_json::to_vec(&rows)?,
        };
        Ok((rows, text))
    })?;
    drop(text);
    let ids = ordered(rows.iter().map(id));
    Ok(Run::new(took, move || {
        Ok(json!({ "rows": rows.len(), "ids": ids, "exact": fingerprint(&rows)? }))
    }))
}
