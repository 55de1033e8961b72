//! How the database goes about every statement of the crate when it is large: what reads whole tables is listed with its
//! reason in `scans.txt`, and each index is there for something.
//!
//! With `SPENDING_DB_INDEX_REPORT` the report goes into the file of that name (`./dev indexes` writes `docs/INDEXES.md`). With
//! `SPENDING_DB_ADVISOR_ROWS` the database has more than 100,000 transactions.

mod calls;
mod indexes;
mod known;
mod planner;
mod report;

use std::collections::{BTreeMap, BTreeSet};

use diesel::PgConnection;
use diesel::connection::SimpleConnection;

use self::known::Known;
use crate::support::TestDatabase;

/// A table that an operation reads as a whole.
type Scan = (String, String);

/// What the advisor found.
#[derive(Default)]
struct Findings {
    operations: BTreeSet<String>,
    statements: usize,
    scans: BTreeMap<Scan, String>,
    /// The operations that go by an index.
    uses: BTreeMap<String, BTreeSet<String>>,
}

#[test]
fn whole_tables_are_read_for_a_reason_and_indexes_are_there_for_one() {
    let database = TestDatabase::filled();
    let conn = &mut database.conn();
    let rows: Option<u32> = setting("SPENDING_DB_ADVISOR_ROWS").map(|rows| rows.parse().unwrap());
    fill(conn, rows);
    let findings = planner::explain(conn, &calls::all());
    let (indexes, known) = (indexes::all(conn), Known::read());
    if let Some(path) = setting("SPENDING_DB_INDEX_REPORT") {
        let report = report::write(conn, &findings, &indexes, &known);
        std::fs::write(path, report).unwrap();
    }
    let mut faults = known.faults(&findings, rows.is_some());
    if rows.is_none() {
        faults.extend(indexes::faults(&indexes, &findings, &known));
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

fn setting(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

#[test]
fn every_old_function_is_called_and_asks_no_question_twice() {
    let calls = calls::of_functions();
    let called: BTreeSet<&str> = calls.iter().map(|call| call.operation.as_str()).collect();
    let missing: Vec<&str> = spending_db::compat::functions()
        .map(|function| function.name)
        .filter(|name| !called.contains(name))
        .collect();
    assert_eq!(missing, [""; 0]);

    for call in &calls {
        let mut asked = BTreeSet::new();
        // Savepoints repeat, and so do the settings of a second connection.
        let repeats = |text: &str| text.contains("SAVEPOINT") || text.starts_with("SET ");
        for statement in call.statements.iter().filter(|sent| !repeats(&sent.text)) {
            let is_new = asked.insert(&statement.text);
            assert!(is_new, "{} asks again: {}", call.operation, statement.text);
        }
    }
}

/// Fills the tables that the databases of other tests leave empty, and adds transactions up to so many.
fn fill(conn: &mut PgConnection, rows: Option<u32>) {
    conn.batch_execute(include_str!("advisor/volume.sql"))
        .unwrap();
    if let Some(rows) = rows {
        let more = include_str!("advisor/more.sql").replace("{last}", &(rows - 1).to_string());
        conn.batch_execute(&more).unwrap();
    }
}
