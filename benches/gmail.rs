//! The Gmail matcher in a private PostgreSQL, at sizes that double: the time is to double with them.
#![allow(clippy::unwrap_used)]

use criterion::{BatchSize, BenchmarkId, Criterion, Throughput};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use spending_db::embedded::{DATABASE, Server};
use spending_db::operations::matching::gmail::match_gmail;
use spending_db::types::EVERYONE;
use spending_db::{Config, Database};

/// Receipts; the payments are five times as many.
const SIZES: [u32; 4] = [2_500, 5_000, 10_000, 20_000];

fn main() {
    let mut criterion = Criterion::default().configure_from_args().sample_size(10);
    for receipts in SIZES {
        let server = Server::temporary().unwrap();
        let database = Database::open(Config::from_url(&server.url(DATABASE)).unwrap()).unwrap();
        let conn: &mut PgConnection = &mut database.conn().unwrap();
        let fill = include_str!("gmail/fill.sql").replace("RECEIPTS", &receipts.to_string());
        conn.batch_execute(&fill).unwrap();
        measure(&mut criterion, &server, receipts);
    }
    criterion.final_summary();
}

fn measure(criterion: &mut Criterion, server: &Server, receipts: u32) {
    let mut group = criterion.benchmark_group("match_gmail");
    group.throughput(Throughput::Elements(receipts.into()));
    group.bench_function(BenchmarkId::new("half to match", receipts), |bencher| {
        bencher.iter_batched(
            || connect_cleared(server),
            |mut conn| {
                let found = match_gmail(&mut conn, EVERYONE).unwrap();
                assert!(found.matched.len() >= receipts as usize / 2);
            },
            BatchSize::PerIteration,
        );
    });
    match_gmail(&mut connect_cleared(server), EVERYONE).unwrap();
    let mut conn = PgConnection::establish(&server.url(DATABASE)).unwrap();
    group.bench_function(BenchmarkId::new("nothing to match", receipts), |bencher| {
        bencher.iter(|| assert!(match_gmail(&mut conn, EVERYONE).unwrap().matched.is_empty()));
    });
    group.finish();
}

/// A connection to the database as it was before anything was matched.
fn connect_cleared(server: &Server) -> PgConnection {
    let mut conn = PgConnection::establish(&server.url(DATABASE)).unwrap();
    conn.batch_execute(
        "TRUNCATE gmail_transaction_matches, transaction_enrichment_sources RESTART IDENTITY;
         UPDATE truelayer_transactions SET pre_enrichment_status = 'None' WHERE pre_enrichment_status = 'Gmail'",
    )
    .unwrap();
    conn.batch_execute("VACUUM ANALYZE truelayer_transactions")
        .unwrap();
    conn
}
