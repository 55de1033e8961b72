//! What a read by key is made of: a transaction by its id from a pool, and the same with one thing after the other left out.
#![allow(clippy::unwrap_used)]

use criterion::{Criterion, measurement::WallTime};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use spending_db::embedded::{DATABASE, Server};
use spending_db::models::truelayer::TrueLayerTransaction;
use spending_db::schema::truelayer_transactions;
use spending_db::types::{EVERYONE, TrueLayerTransactionId};
use spending_db::{Config, Database};

const ROWS: i32 = 1_000;

fn main() {
    let server = Server::temporary().unwrap();
    let config = Config::from_url(&server.url(DATABASE)).unwrap();
    let database = Database::open(config.pool_size(2)).unwrap();
    let fill = include_str!("reading/fill.sql");
    database.conn().unwrap().batch_execute(fill).unwrap();
    let logged: &mut PgConnection = &mut database.conn().unwrap();
    let plain = &mut PgConnection::establish(&server.url(DATABASE)).unwrap();

    let mut criterion = Criterion::default().configure_from_args();
    let mut group = criterion.benchmark_group("a transaction by its id");
    each_id(&mut group, "with a connection of the pool", |id| {
        TrueLayerTransaction::find(&mut database.conn().unwrap(), EVERYONE, id).unwrap();
    });
    each_id(&mut group, "with a connection that is held", |id| {
        TrueLayerTransaction::find(logged, EVERYONE, id).unwrap();
    });
    each_id(&mut group, "without the log of statements", |id| {
        TrueLayerTransaction::find(plain, EVERYONE, id).unwrap();
    });
    each_id(&mut group, "without an owner to choose", |id| {
        let row = TrueLayerTransaction::query().filter(truelayer_transactions::id.eq(id));
        row.get_result(plain).unwrap();
    });
    each_id(&mut group, "without the other columns", |id| {
        let row = truelayer_transactions::table.find(id);
        let row = row.select(truelayer_transactions::id);
        row.get_result::<TrueLayerTransactionId>(plain).unwrap();
    });
    group.finish();
    criterion.final_summary();
}

/// Reads the rows in turn.
fn each_id(
    group: &mut criterion::BenchmarkGroup<'_, WallTime>,
    name: &str,
    mut read: impl FnMut(TrueLayerTransactionId),
) {
    let mut ids = (1..=ROWS).cycle().map(TrueLayerTransactionId);
    group.bench_function(name, |bencher| {
        bencher.iter(|| read(ids.next().unwrap()));
    });
}
