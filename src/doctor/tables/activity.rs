//! How tables are read, and what else the server counts.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Text, Timestamptz};

use crate::Result;
use crate::doctor::{Area, Finding, Options, words};

#[derive(QueryableByName)]
struct Scanned {
    #[diesel(sql_type = Text)]
    table: String,
    #[diesel(sql_type = BigInt)]
    rows: i64,
    #[diesel(sql_type = BigInt)]
    scans: i64,
    /// Rows that they read.
    #[diesel(sql_type = BigInt)]
    read: i64,
}

pub(super) fn scans(conn: &mut PgConnection, _: &Options) -> Result<Vec<Finding>> {
    let tables: Vec<Scanned> = diesel::sql_query(include_str!("scans.sql")).load(conn)?;
    if tables.is_empty() {
        return Ok(vec![
            Area::Tables.ok("no large table is read as a whole time and again"),
        ]);
    }
    let finding = |scanned: &Scanned| {
        let Scanned {
            table,
            rows,
            scans,
            read,
        } = scanned;
        Area::Tables
            .note(format!(
                "{table} ({rows} rows) was read from start to end {scans} times: {read} rows"
            ))
            .causes("each of those questions takes longer the more rows there are")
            .advice("find the statement (see statements), and EXPLAIN it: it may want an index")
    };
    Ok(tables.iter().map(finding).collect())
}

#[derive(QueryableByName)]
struct Activity {
    /// Pages that were in the server's memory.
    #[diesel(sql_type = BigInt)]
    hits: i64,
    /// Pages that were not.
    #[diesel(sql_type = BigInt)]
    reads: i64,
    #[diesel(sql_type = BigInt)]
    temporary_bytes: i64,
    #[diesel(sql_type = BigInt)]
    deadlocks: i64,
    /// Pages whose checksum was wrong.
    #[diesel(sql_type = BigInt)]
    damaged: i64,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    since: Option<chrono::DateTime<chrono::Utc>>,
}

/// Reads from which on a ratio says something: 800 MB.
const ENOUGH_READS: i64 = 100_000;

pub(super) fn activity(conn: &mut PgConnection, _: &Options) -> Result<Vec<Finding>> {
    let activity: Activity = diesel::sql_query(include_str!("activity.sql")).get_result(conn)?;
    Ok(judge(&activity))
}

fn judge(activity: &Activity) -> Vec<Finding> {
    let &Activity {
        hits,
        reads,
        temporary_bytes,
        deadlocks,
        damaged,
        since,
    } = activity;
    let since = since.map_or_else(String::new, |since| {
        format!(" since {} UTC", since.format("%Y-%m-%d %H:%M"))
    });
    let area = Area::Tables;
    let mut findings = Vec::new();
    if damaged > 0 {
        let found = format!(
            "{} with a wrong checksum{since}",
            words::count(damaged, "page")
        );
        findings.push(
            area.error(found)
                .causes("the disk or the memory damages data; what is on those pages cannot be read")
                .advice("make a backup to another disk now, without deleting older ones, and look into the server's log"),
        );
    }
    let ratio = 100 * hits / (hits + reads).max(1);
    if reads >= ENOUGH_READS && ratio < 90 {
        let found = format!("{ratio} % of the pages were found in shared_buffers{since}");
        findings.push(
            area.note(found)
                .causes("the others come from the system, or from the disk")
                .advice("raise shared_buffers, to a quarter of the machine's memory at most, and restart"),
        );
    }
    if temporary_bytes >= 1 << 30 {
        let found = format!("{} of temporary files{since}", words::size(temporary_bytes));
        findings.push(
            area.note(found)
                .causes("sorts and joins that do not fit into work_mem go to the disk")
                .sql("ALTER SYSTEM SET work_mem = '16MB'")
                .sql("SELECT pg_reload_conf()"),
        );
    }
    if deadlocks > 0 {
        let found = format!("{}{since}", words::count(deadlocks, "deadlock"));
        findings.push(
            area.note(found)
                .causes("transactions failed because each waited for the other")
                .advice("the server's log has their statements"),
        );
    }
    if findings.is_empty() {
        findings.push(area.ok(format!(
            "{ratio} % of the pages were found in shared_buffers{since}"
        )));
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::super::super::Severity;
    use super::*;

    #[test]
    fn figures_are_judged() {
        let quiet = || Activity {
            hits: 10,
            reads: 1_000,
            temporary_bytes: 0,
            deadlocks: 0,
            damaged: 0,
            since: None,
        };
        let grave = |activity| {
            judge(&activity)
                .into_iter()
                .map(|finding| (finding.severity, finding.found))
                .collect::<Vec<_>>()
        };
        assert_eq!(grave(quiet())[0].0, Severity::Ok, "too few to say");
        for (activity, severity, found) in [
            (
                Activity {
                    reads: ENOUGH_READS,
                    hits: 5 * ENOUGH_READS,
                    ..quiet()
                },
                Severity::Note,
                "83 % of the pages were found in shared_buffers",
            ),
            (
                Activity {
                    temporary_bytes: 1 << 30,
                    ..quiet()
                },
                Severity::Note,
                "1024 MB of temporary files",
            ),
            (
                Activity {
                    deadlocks: 2,
                    ..quiet()
                },
                Severity::Note,
                "2 deadlocks",
            ),
            (
                Activity {
                    damaged: 1,
                    ..quiet()
                },
                Severity::Error,
                "1 page with a wrong checksum",
            ),
        ] {
            assert_eq!(grave(activity), [(severity, found.to_owned())]);
        }
    }
}
