//! Tables: their age, their dead rows, their statistics, and how they are read.

mod activity;
mod upkeep;

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Integer, Text};

use super::{Area, Check, Finding, Options, words};
use crate::Result;

pub(super) const CHECKS: &[Check] = &[
    Check {
        area: Area::Tables,
        subject: "wraparound",
        granted_by: &[],
        run: wraparound,
    },
    Check {
        area: Area::Tables,
        subject: "dead rows",
        granted_by: &[],
        run: upkeep::dead_rows,
    },
    Check {
        area: Area::Tables,
        subject: "autovacuum of tables",
        granted_by: &[],
        run: upkeep::switched_off,
    },
    Check {
        area: Area::Tables,
        subject: "statistics",
        granted_by: &[],
        run: upkeep::statistics,
    },
    Check {
        area: Area::Tables,
        subject: "scans of whole tables",
        granted_by: &[],
        run: activity::scans,
    },
    Check {
        area: Area::Tables,
        subject: "activity",
        granted_by: &[],
        run: activity::activity,
    },
    Check {
        area: Area::Tables,
        subject: "sizes",
        granted_by: &[],
        run: sizes,
    },
];

/// Autovacuum begins at 200 million by default; the server stops at about 2,100 million.
const OLD: i32 = 500_000_000;
const TOO_OLD: i32 = 1_500_000_000;

#[derive(QueryableByName)]
struct Ages {
    #[diesel(sql_type = Integer)]
    transactions: i32,
    #[diesel(sql_type = Integer)]
    multixacts: i32,
}

fn wraparound(conn: &mut PgConnection, _: &Options) -> Result<Vec<Finding>> {
    let ages: Ages = diesel::sql_query(include_str!("tables/ages.sql")).get_result(conn)?;
    Ok(vec![
        judge_age("transaction", ages.transactions),
        judge_age("multixact", ages.multixacts),
    ])
}

/// What it means that the oldest row that is not frozen is so many numbers old.
fn judge_age(of: &str, age: i32) -> Finding {
    let millions = age / 1_000_000;
    let found = format!("the oldest {of} number is {millions} million old");
    let finding = match age {
        ..OLD => return Area::Tables.ok(found),
        OLD..TOO_OLD => Area::Tables.warning(found),
        _ => Area::Tables.error(found),
    };
    finding
        .causes("at 2,100 million the server refuses every write until all is vacuumed")
        .advice("end forgotten and prepared transactions and drop unused replication slots first: they keep vacuum from its work")
        .sql("VACUUM (FREEZE)")
}

#[derive(QueryableByName)]
struct Size {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = BigInt)]
    bytes: i64,
}

fn sizes(conn: &mut PgConnection, _: &Options) -> Result<Vec<Finding>> {
    let mut sizes: Vec<Size> = diesel::sql_query(include_str!("tables/sizes.sql")).load(conn)?;
    let database = sizes.remove(0);
    let found = format!("the database takes {}", words::size(database.bytes));
    let largest = sizes
        .iter()
        .map(|table| format!("{} {}", table.name, words::size(table.bytes)));
    Ok(vec![Area::Tables.ok(found).details(largest)])
}

#[cfg(test)]
mod tests {
    use super::super::Severity;
    use super::*;

    #[test]
    fn numbers_that_run_out_are_told_in_time() {
        let judged = [199_999_999, OLD, TOO_OLD].map(|age| judge_age("transaction", age).severity);
        assert_eq!(judged, [Severity::Ok, Severity::Warning, Severity::Error]);
    }
}
