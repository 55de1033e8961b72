//! What outlives the session that made it: prepared transactions and replication slots.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Nullable, Text};

use super::transactions::longer;
use crate::Result;
use crate::doctor::{Area, Finding, Options, words};

#[derive(QueryableByName)]
struct Prepared {
    /// Its name, as a literal of SQL.
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    owner: String,
    #[diesel(sql_type = BigInt)]
    seconds: i64,
}

pub(super) fn prepared(conn: &mut PgConnection, options: &Options) -> Result<Vec<Finding>> {
    let prepared: Vec<Prepared> = diesel::sql_query(include_str!("prepared.sql")).load(conn)?;
    let findings: Vec<Finding> = prepared
        .iter()
        .filter(|prepared| longer(prepared.seconds, options.long_transaction))
        .map(|Prepared { name, owner, seconds }| {
            let found = format!(
                "the prepared transaction {name} of {owner} has waited for its end for {}",
                words::span(*seconds)
            );
            Area::Connections
                .warning(found)
                .causes("it holds its locks for good, through restarts too, and keeps vacuum from its work")
                .sql(format!("ROLLBACK PREPARED {name}"))
                .advice("COMMIT PREPARED instead, where whoever prepared it says so")
        })
        .collect();
    if findings.is_empty() {
        let found = "no forgotten prepared transactions";
        return Ok(vec![Area::Connections.ok(found)]);
    }
    Ok(findings)
}

#[derive(QueryableByName)]
struct Slot {
    /// Its name, as a literal of SQL.
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Bool)]
    is_active: bool,
    /// Bytes of log that the server keeps for it.
    #[diesel(sql_type = Nullable<BigInt>)]
    kept: Option<i64>,
}

pub(super) fn slots(conn: &mut PgConnection, _: &Options) -> Result<Vec<Finding>> {
    let slots: Vec<Slot> = diesel::sql_query(include_str!("slots.sql")).load(conn)?;
    let findings: Vec<Finding> = slots
        .iter()
        .filter(|slot| !slot.is_active)
        .filter_map(|Slot { name, kept, .. }| {
            let found = format!(
                "nobody reads the replication slot {name}, and the server keeps {} of log for it",
                words::size((*kept)?)
            );
            Some(
                Area::Connections
                    .warning(found)
                    .causes("the log grows until the disk is full, and then the server stops")
                    .advice(
                        "start its standby or subscriber again, or where there is none any more:",
                    )
                    .sql(format!("SELECT pg_drop_replication_slot({name})")),
            )
        })
        .collect();
    if findings.is_empty() {
        let found = words::count(slots.len(), "replication slot");
        return Ok(vec![Area::Connections.ok(found)]);
    }
    Ok(findings)
}
