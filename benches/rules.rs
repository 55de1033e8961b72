//! The rules engine on 100,000 transactions and 1,000 rules in a private PostgreSQL, beside a plain loop over the rules.
//!
//! The loop is not a poor one: it upper-cases each text once and compiles each expression once. Both read everything from
//! the database, and both must come to the same counts.
#![allow(clippy::unwrap_used)]

use std::time::{Duration, Instant};

use criterion::{BatchSize, Criterion};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use regex::{Regex, RegexBuilder};
use spending_db::embedded::{DATABASE, Server};
use spending_db::models::rules::{CategoryRule, MerchantNormalization};
use spending_db::operations::rules::{apply, review};
use spending_db::schema::truelayer_transactions;
use spending_db::types::EVERYONE;
use spending_db::{Config, Database};

/// How often the engine and the loop are compared.
const COMPARISONS: usize = 3;

fn main() {
    let server = Server::temporary().unwrap();
    let database = Database::open(Config::from_url(&server.url(DATABASE)).unwrap()).unwrap();
    let conn: &mut PgConnection = &mut database.conn().unwrap();
    let fill = include_str!("rules/fill.sql").replace("{transactions}", "100000");
    conn.batch_execute(&fill).unwrap();

    let mut criterion = Criterion::default().configure_from_args().sample_size(10);
    let mut group = criterion.benchmark_group("100,000 transactions x 1,000 rules");
    group.bench_function("apply, all to write", |bencher| {
        bencher.iter_batched(
            || connect_cleared(&server),
            |mut conn| apply(&mut conn, EVERYONE).unwrap(),
            BatchSize::PerIteration,
        );
    });
    apply(conn, EVERYONE).unwrap();
    group.bench_function("apply, nothing to write", |bencher| {
        bencher.iter(|| apply(conn, EVERYONE).unwrap());
    });
    group.bench_function("review", |bencher| {
        bencher.iter(|| review(conn, EVERYONE).unwrap());
    });
    group.bench_function("rule by rule", |bencher| {
        bencher.iter(|| rule_by_rule(conn));
    });
    group.finish();
    compare(conn);
    criterion.final_summary();
}

/// A connection to the database as it was before rules were applied.
fn connect_cleared(server: &Server) -> PgConnection {
    let mut conn = PgConnection::establish(&server.url(DATABASE)).unwrap();
    conn.batch_execute(
        "UPDATE truelayer_transactions SET metadata = NULL WHERE metadata IS NOT NULL",
    )
    .unwrap();
    conn.batch_execute("VACUUM truelayer_transactions").unwrap();
    conn
}

/// Says how many times as long as the engine the loop takes.
fn compare(conn: &mut PgConnection) {
    let (mut engine, mut plain) = (Vec::new(), Vec::new());
    for _ in 0..COMPARISONS {
        let (review, took) = timed(|| review(conn, EVERYONE).unwrap());
        engine.push(took);
        let (counts, took) = timed(|| rule_by_rule(conn));
        plain.push(took);
        assert_eq!(counts, (review.covered_transactions, review.conflicts));
    }
    let (engine, plain) = (median(engine), median(plain));
    eprintln!(
        "median of {COMPARISONS}: engine {engine:.2?}, rule by rule {plain:.2?}, ratio {:.1}",
        plain.as_secs_f64() / engine.as_secs_f64()
    );
}

fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let started = Instant::now();
    let outcome = work();
    (outcome, started.elapsed())
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

enum Pattern {
    Contains(String),
    StartsWith(String),
    Exact(String),
    Regex(Regex),
}

impl Pattern {
    fn new(kind: Option<&str>, text: &str) -> Self {
        match kind.unwrap() {
            "contains" => Self::Contains(text.to_uppercase()),
            "starts_with" => Self::StartsWith(text.to_uppercase()),
            "exact" => Self::Exact(text.to_uppercase()),
            _ => {
                let mut builder = RegexBuilder::new(text);
                Self::Regex(builder.case_insensitive(true).build().unwrap())
            }
        }
    }

    fn fits(&self, written: &str, upper: &str) -> bool {
        match self {
            Self::Contains(text) => upper.contains(text),
            Self::StartsWith(text) => upper.starts_with(text),
            Self::Exact(text) => upper == text,
            Self::Regex(expression) => expression.is_match(written),
        }
    }
}

/// The transactions that any rule fits, and those that several fit: each rule tried on each transaction.
fn rule_by_rule(conn: &mut PgConnection) -> (i64, i64) {
    let rules = CategoryRule::list_active(conn).unwrap();
    let merchants = MerchantNormalization::list(conn).unwrap();
    let rules = rules
        .iter()
        .map(|rule| Pattern::new(rule.pattern_type.as_deref(), &rule.description_pattern));
    let merchants = merchants
        .iter()
        .map(|merchant| Pattern::new(merchant.pattern_type.as_deref(), &merchant.pattern));
    let patterns: Vec<_> = rules.chain(merchants).collect();
    let transactions: Vec<String> = truelayer_transactions::table
        .select(truelayer_transactions::description)
        .load(conn)
        .unwrap();
    let (mut covered, mut conflicts) = (0, 0);
    for written in transactions {
        let upper = written.to_uppercase();
        let fitting = patterns
            .iter()
            .filter(|pattern| pattern.fits(&written, &upper))
            .count();
        covered += i64::from(fitting > 0);
        conflicts += i64::from(fitting > 1);
    }
    (covered, conflicts)
}
