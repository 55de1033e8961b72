//! One transaction by its id, each time with a connection of the pool.

use std::sync::Mutex;
use std::thread;

use serde::Serialize;
use serde_json::json;
use spending_db::Database;
use spending_db::models::truelayer::TrueLayerTransaction;
use spending_db::types::{EVERYONE, TrueLayerTransactionId};

use super::Work;
use crate::bench::Bench;
use crate::contest::{Run, timed};
use crate::data::Random;
use crate::digest::{fingerprint, ordered};
use crate::error::Result;
use crate::goal::Goal;
use crate::report::{Role, Row};
use crate::rivals::{libpq, postgres, sea_orm, sqlx};
use crate::scratch::Scratch;

pub const WORK: Work = Work {
    name: "read",
    what: "A transaction by its id, with a connection of the pool for each read: 5,000 reads on 1 to 10 threads. The pools are \
           of the size of the threads and otherwise as they come: all of them look whether a connection still answers when it \
           is handed out; bare libpq has a connection a thread and no pool.",
    run,
};

const SIZES: [u32; 1] = [100_000];
const READS: u32 = 5_000;
const THREADS: [u32; 4] = [1, 2, 4, 10];

fn run(bench: &Bench<'_>) -> Result<Vec<Row>> {
    let mut rows = Vec::new();
    for size in bench.sizes(&SIZES) {
        let scratch = bench.ledger(size)?;
        let mut random = Random::new(bench.seed(), 3);
        let keys: Vec<i32> = (0..READS)
            .map(|_| random.below(size).cast_signed() + 1)
            .collect();
        for threads in THREADS {
            rows.push(compare(bench, &scratch, size, threads, &keys)?);
        }
    }
    Ok(rows)
}

fn compare(
    bench: &Bench<'_>,
    scratch: &Scratch,
    size: u32,
    threads: u32,
    keys: &[i32],
) -> Result<Row> {
    let url = scratch.url();
    let database = scratch.database(threads)?;
    let shares: Vec<&[i32]> = keys.chunks(keys.len().div_ceil(threads as usize)).collect();
    let bare: Vec<_> = (0..threads)
        .map(|_| Ok(Mutex::new(libpq::Reader::connect(&url)?)))
        .collect::<Result<_>>()?;
    let postgres = postgres::Pool::connect(&url, threads)?;
    let sqlx = sqlx::Pool::connect(&url, threads)?;
    let sea_orm = sea_orm::Pool::connect(&url, threads)?;
    let count = threads.to_string();
    let list: Vec<String> = keys.iter().map(ToString::to_string).collect();
    let list = list.join(",");
    let contest = bench
        .contest("read", format!("{threads} threads"), size)
        .operations(READS)
        .ours(|| read(&shares, |_, id| ours(&database, id)))
        .with("bare libpq", Role::Limit, || {
            read(&shares, |thread, id| {
                bare[thread]
                    .lock()
                    .map_err(|_| "a reader failed")?
                    .by_key(id)
            })
        })
        .with("postgres + r2d2", Role::Rust, || {
            read(&shares, |_, id| postgres.by_key(id))
        })
        .with("sqlx", Role::Rust, || {
            read(&shares, |_, id| sqlx.by_key(id))
        })
        .with("sea-orm", Role::Rust, || {
            read(&shares, |_, id| sea_orm.by_key(id))
        })
        .with("psycopg2 pool", Role::Python, || {
            bench.run_python("read_by_key.py", &[&url, &count, &list])
        })
        .goal(Goal::Speed {
            of: "bare libpq",
            at_least: 0.95,
        })
        .goal(Goal::AheadOfRust);
    Ok(contest.run())
}

fn ours(database: &Database, id: i32) -> Result<TrueLayerTransaction> {
    let conn = &mut *database.conn()?;
    Ok(TrueLayerTransaction::find(
        conn,
        EVERYONE,
        TrueLayerTransactionId(id),
    )?)
}

/// Has a thread for each share of the keys read its rows, which are looked at when the clock has stopped.
fn read<T: Serialize + Send + 'static>(
    shares: &[&[i32]],
    by_key: impl Fn(usize, i32) -> Result<T> + Sync,
) -> Result<Run> {
    let by_key = &by_key;
    let (rows, took) = timed(|| {
        thread::scope(|scope| {
            let readers: Vec<_> = shares
                .iter()
                .enumerate()
                .map(|(thread, share)| {
                    scope.spawn(move || {
                        share
                            .iter()
                            .map(|id| by_key(thread, *id))
                            .collect::<Result<Vec<T>>>()
                    })
                })
                .collect();
            let mut rows = Vec::new();
            for reader in readers {
                rows.extend(reader.join().map_err(|_| "a reader panicked")??);
            }
            Ok(rows)
        })
    })?;
    let ids = shares.iter().flat_map(|share| share.iter().copied());
    let ids = ordered(ids);
    Ok(Run::new(took, move || {
        Ok(json!({ "rows": rows.len(), "ids": ids, "exact": fingerprint(&rows)? }))
    }))
}
