//! Transactions that were left open, and those that take long.

use std::time::Duration;

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Integer, Nullable, Text};

use crate::Result;
use crate::doctor::{Area, Finding, MONITOR, Options, Severity, grants, words};

#[derive(QueryableByName)]
struct Session {
    #[diesel(sql_type = Integer)]
    pid: i32,
    #[diesel(sql_type = Text)]
    role: String,
    #[diesel(sql_type = Text)]
    application: String,
    #[diesel(sql_type = Bool)]
    is_idle: bool,
    /// Seconds since its last statement ended.
    #[diesel(sql_type = BigInt)]
    quiet: i64,
    /// Seconds since the transaction began.
    #[diesel(sql_type = BigInt)]
    open: i64,
    /// How many transactions began after the oldest one that it still sees as running.
    #[diesel(sql_type = Nullable<BigInt>)]
    behind: Option<i64>,
}

#[derive(QueryableByName)]
struct Hidden {
    #[diesel(sql_type = BigInt)]
    number: i64,
}

pub(super) fn transactions(conn: &mut PgConnection, options: &Options) -> Result<Vec<Finding>> {
    let sessions: Vec<Session> = diesel::sql_query(include_str!("transactions.sql")).load(conn)?;
    let mut findings: Vec<Finding> = sessions
        .iter()
        .filter_map(|session| judge(session, options))
        .collect();
    let hidden: Hidden = diesel::sql_query(include_str!("hidden.sql")).get_result(conn)?;
    if hidden.number > 0 {
        let found = format!(
            "open transactions of {} of other roles: needs pg_monitor",
            words::count(hidden.number, "session")
        );
        let finding = Area::Connections.finding(Severity::NotExamined, found);
        findings.push(
            grants(conn, MONITOR)?
                .into_iter()
                .fold(finding, Finding::sql),
        );
    } else if findings.is_empty() {
        findings.push(Area::Connections.ok(format!(
            "{} besides this one, none forgotten",
            words::count(sessions.len(), "open transaction")
        )));
    }
    Ok(findings)
}

fn judge(session: &Session, options: &Options) -> Option<Finding> {
    let Session {
        pid,
        role,
        application,
        is_idle,
        quiet,
        open,
        behind,
    } = session;
    let who = format!("session {pid} ({application}, role {role})");
    let effects = match behind {
        Some(behind) if *behind > 0 => format!(
            "it keeps vacuum from removing what {} since then left dead, and holds its locks",
            words::count(*behind, "transaction")
        ),
        _ => "it holds its locks, and keeps vacuum from removing dead rows".to_owned(),
    };
    if *is_idle && longer(*quiet, options.idle_in_transaction) {
        let found = format!(
            "{who} has been idle in a transaction for {}",
            words::span(*quiet)
        );
        let finding = Area::Connections.warning(found).causes(effects);
        return Some(finding.sql(format!("SELECT pg_terminate_backend({pid})")));
    }
    if longer(*open, options.long_transaction) {
        let found = format!(
            "the transaction of {who} takes {} already",
            words::span(*open)
        );
        let finding = Area::Connections.warning(found).causes(effects);
        let end = if *is_idle { "terminate" } else { "cancel" };
        return Some(finding.sql(format!("SELECT pg_{end}_backend({pid})")));
    }
    None
}

/// Whether so many seconds are more than the limit.
pub(super) fn longer(seconds: i64, limit: Duration) -> bool {
    seconds.unsigned_abs() >= limit.as_secs()
}
