//! The matcher of Amazon payments in a private PostgreSQL, at growing sizes: how the time grows, and what equal amounts cost.
#![allow(clippy::unwrap_used)]

use criterion::{BatchSize, BenchmarkId, Criterion, Throughput};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use spending_db::embedded::{DATABASE, Server};
use spending_db::operations::matching::amazon::match_amazon;
use spending_db::operations::matching::{Matcher, run};
use spending_db::types::UserId;
use spending_db::{Config, Database};

/// Transactions; a fifth as many orders.
const SIZES: [i32; 3] = [10_000, 30_000, 100_000];

fn main() {
    let server = Server::temporary().unwrap();
    let url = server.url(DATABASE);
    Database::open(Config::from_url(&url).unwrap()).unwrap();
    let mut criterion = Criterion::default().configure_from_args().sample_size(10);
    for (name, amounts, days) in [
        ("match amazon", 10_000, 2_000),
        ("match amazon, one amount on four days", 1, 4),
    ] {
        let mut group = criterion.benchmark_group(name);
        for size in SIZES {
            fill(&url, size, amounts, days);
            group.throughput(Throughput::Elements(size.unsigned_abs().into()));
            group.bench_with_input(BenchmarkId::new("at once", size), &size, |bencher, _| {
                bencher.iter_batched(
                    || connect_cleared(&url),
                    |mut conn| match_amazon(&mut conn, None).unwrap(),
                    BatchSize::PerIteration,
                );
            });
            group.bench_with_input(BenchmarkId::new("as a job", size), &size, |bencher, _| {
                bencher.iter_batched(
                    || connect_cleared(&url),
                    |mut conn| run(&mut conn, UserId(1), Matcher::Amazon, &mut |_| ()).unwrap(),
                    BatchSize::PerIteration,
                );
            });
            let mut conn = PgConnection::establish(&url).unwrap();
            match_amazon(&mut conn, None).unwrap();
            group.bench_with_input(BenchmarkId::new("again", size), &size, |bencher, _| {
                bencher.iter(|| match_amazon(&mut conn, None).unwrap());
            });
        }
        group.finish();
    }
    criterion.final_summary();
}

/// Payments to Amazon and orders, with so many amounts on so many days.
fn fill(url: &str, transactions: i32, amounts: i32, days: i32) {
    let mut conn = PgConnection::establish(url).unwrap();
    let fill = include_str!("matching/fill.sql")
        .replace("{transactions}", &transactions.to_string())
        .replace("{amounts}", &amounts.to_string())
        .replace("{days}", &days.to_string());
    conn.batch_execute(&fill).unwrap();
}

/// A connection to the database as it was before anything was matched.
fn connect_cleared(url: &str) -> PgConnection {
    let mut conn = PgConnection::establish(url).unwrap();
    conn.batch_execute(
        "TRUNCATE truelayer_amazon_transaction_matches, transaction_enrichment_sources, matching_jobs;
         UPDATE truelayer_transactions SET pre_enrichment_status = 'AMZN' WHERE pre_enrichment_status <> 'AMZN'",
    )
    .unwrap();
    conn.batch_execute("VACUUM ANALYZE truelayer_transactions")
        .unwrap();
    conn
}
