//! Opening a database: with nothing to migrate, and an empty one.

use std::fs;
use std::net::{SocketAddr, ToSocketAddrs};
use std::time::Duration;

use diesel::Connection as _;
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use spending_db::{Config, Database};

use super::Work;
use crate::bench::Bench;
use crate::contest::{Run, timed};
use crate::error::Result;
use crate::goal::Goal;
use crate::proxy::Proxy;
use crate::report::{Role, Row};
use crate::rivals::libpq::Connection;
use crate::rivals::programs;
use crate::scratch::Scratch;

pub const WORK: Work = Work {
    name: "start",
    what: "`Database::open` with nothing to migrate; a proxy counts the connections that are made and the questions that are \
           answered on them, beyond connecting. And on an empty database, to all its tables; the limit is psql with a dump of the \
           same schema.",
    run,
};

const QUESTIONS: &str = "round trips beyond connecting";

fn run(bench: &Bench<'_>) -> Result<Vec<Row>> {
    Ok(vec![
        with_nothing_to_do(bench)?,
        on_an_empty_database(bench)?,
    ])
}

fn with_nothing_to_do(bench: &Bench<'_>) -> Result<Row> {
    let scratch = bench.scratch("start")?;
    let url = scratch.url();
    let (connections, questions) = count(&url)?;
    let connecting = count_connecting(&url)?;
    let contest = bench
        .contest("start", "nothing to migrate", 1)
        .ours(|| {
            let (database, took) = timed(|| Ok(Database::open(config(&url)?)?))?;
            drop(database);
            Ok(Run::new(took, || Ok("open".into())))
        })
        .with("libpq: connect and one question", Role::Limit, || {
            let ((), took) = timed(|| Connection::open(&url)?.run("SELECT 1"))?;
            Ok(Run::new(took, || Ok("open".into())))
        })
        .figure("connections", connections, "")
        .figure("round trips of Diesel as it connects", connecting, "")
        .figure(QUESTIONS, questions - connecting, "")
        .goal(Goal::Figure {
            name: QUESTIONS,
            at_most: 2.0,
        });
    Ok(contest.run())
}

/// The connections that opening makes, and the questions that it asks.
fn count(url: &str) -> Result<(f64, f64)> {
    let proxy = Proxy::start(address(url)?)?;
    let config = config(url)?.host("127.0.0.1").port(proxy.port());
    // No connection but the one that opening needs.
    drop(Database::open(config.pool_min_idle(0))?);
    let number =
        |count: usize| Ok::<_, std::num::TryFromIntError>(f64::from(u32::try_from(count)?));
    Ok((number(proxy.connections())?, number(proxy.round_trips())?))
}

/// The questions that Diesel asks on each connection that it makes.
fn count_connecting(url: &str) -> Result<f64> {
    let proxy = Proxy::start(address(url)?)?;
    let own = format!(":{}/", address(url)?.port());
    drop(PgConnection::establish(
        &url.replace(&own, &format!(":{}/", proxy.port())),
    )?);
    Ok(f64::from(u32::try_from(proxy.round_trips())?))
}

fn on_an_empty_database(bench: &Bench<'_>) -> Result<Row> {
    let template = bench.scratch("schema")?;
    let dump = programs::run(
        &bench.server,
        "pg_dump",
        &["--schema-only", "--no-owner", "-d", &template.url()],
    )?;
    let file = bench.folder().join("schema.sql");
    fs::write(&file, dump)?;
    let file = file.to_string_lossy();
    let contest = bench
        .contest("start", "an empty database", 1)
        .ours(|| {
            let scratch = Scratch::empty(&bench.server, "empty")?;
            let (database, took) = timed(|| Ok(Database::open(config(&scratch.url())?)?))?;
            drop(database);
            answered(took, &scratch)
        })
        .with("psql, a dump", Role::Limit, || {
            let scratch = Scratch::empty(&bench.server, "empty")?;
            let url = scratch.url();
            let arguments = [
                "-X",
                "-q",
                "-1",
                "-v",
                "ON_ERROR_STOP=1",
                "-d",
                &url,
                "-f",
                &file,
            ];
            let (_, took) = timed(|| programs::run(&bench.server, "psql", &arguments))?;
            answered(took, &scratch)
        })
        .goal(Goal::Seconds(1.0));
    Ok(contest.run())
}

fn config(url: &str) -> Result<Config> {
    Ok(Config::from_url(url)?.slow_statement(None))
}

/// The answer is the number of tables.
fn answered(took: Duration, scratch: &Scratch) -> Result<Run> {
    let count =
        diesel::dsl::sql::<BigInt>("(SELECT count(*) FROM pg_tables WHERE schemaname = 'public')");
    let tables: i64 = diesel::select(count).get_result(&mut scratch.conn()?)?;
    Ok(Run::new(took, move || Ok(tables.into())))
}

/// Host and port of a URL.
fn address(url: &str) -> Result<SocketAddr> {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = rest.split(['/', '?']).next().unwrap_or_default();
    let server = authority.rsplit('@').next().unwrap_or_default();
    let server = if server.contains(':') {
        server.to_owned()
    } else {
        format!("{server}:5432")
    };
    Ok(server
        .to_socket_addrs()?
        .next()
        .ok_or("the server has no address")?)
}
