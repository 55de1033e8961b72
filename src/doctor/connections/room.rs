//! The pool, and what the server has room for.

use diesel::prelude::*;
use diesel::sql_types::BigInt;

use crate::Result;
use crate::doctor::{Area, Finding, Options, words};

#[derive(QueryableByName)]
struct Room {
    /// Connections that roles without special rights can have.
    #[diesel(sql_type = BigInt)]
    available: i64,
    #[diesel(sql_type = BigInt)]
    reserved: i64,
    #[diesel(sql_type = BigInt)]
    used: i64,
    /// Those of other programs and other databases.
    #[diesel(sql_type = BigInt)]
    others: i64,
}

pub(super) fn room(conn: &mut PgConnection, options: &Options) -> Result<Vec<Finding>> {
    let room: Room = diesel::sql_query(include_str!("room.sql")).get_result(conn)?;
    let mut findings: Vec<Finding> = [
        too_few(&room, i64::from(options.pool_size)),
        nearly_full(&room),
        threads_waiting(options),
    ]
    .into_iter()
    .flatten()
    .collect();
    if findings.is_empty() {
        let pool = match options.pool_size {
            0 => String::new(),
            size => format!(", the pool takes up to {size}"),
        };
        findings.push(Area::Connections.ok(format!(
            "{} of {} connections in use{pool}",
            room.used, room.available
        )));
    }
    Ok(findings)
}

fn too_few(room: &Room, pool: i64) -> Option<Finding> {
    let &Room {
        available,
        reserved,
        others,
        ..
    } = room;
    if pool + others <= available {
        return None;
    }
    let found = format!(
        "the pool takes up to {pool} connections and others have {others}, but the server has {available}"
    );
    let finding = if pool > available {
        Area::Connections.error(found)
    } else {
        Area::Connections.warning(found)
    };
    let enough = pool + others + reserved + 10;
    let finding = finding
        .causes("under load connections are refused: too many clients already")
        .sql(format!("ALTER SYSTEM SET max_connections = {enough}"))
        .advice("restart the server");
    Some(match available - others {
        ..=0 => finding,
        size => finding.advice(format!("or SPENDING_DB_POOL_SIZE={size}")),
    })
}

fn nearly_full(room: &Room) -> Option<Finding> {
    let &Room {
        available, used, ..
    } = room;
    (used * 10 >= available * 9).then(|| {
        Area::Connections
            .warning(format!("{used} of {available} connections are in use"))
            .causes("the next programs will be refused")
            .sql("SELECT application_name, usename, datname, state, count(*) FROM pg_stat_activity GROUP BY 1, 2, 3, 4 ORDER BY 5 DESC")
            .advice("close what is not needed, or raise max_connections and restart the server")
    })
}

fn threads_waiting(options: &Options) -> Option<Finding> {
    let pool = options.pool.filter(|pool| pool.waiting > 0)?;
    let found = format!(
        "{} in wait for a connection of the pool: {} of {} are in use",
        words::count(pool.waiting, "thread"),
        pool.in_use,
        pool.size
    );
    Some(
        Area::Connections
            .warning(found)
            .causes("operations take longer, and fail after the checkout timeout")
            .advice("raise SPENDING_DB_POOL_SIZE, or hold connections for a shorter time"),
    )
}
