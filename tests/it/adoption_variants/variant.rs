//! A variant of the old database: what the plan says of it, and what adoption makes of it.

use diesel::prelude::*;
use spending_db::Error;
use spending_db::adoption::{Choice, Plan, Rule, SIDE_TABLE, apply, plan};
use spending_db::catalog::{Catalog, check};

use super::rows::{Rows, ids};
use super::{choosing, session};
use crate::support::TestDatabase;
use crate::support::old_database::{Change, changed};
use crate::support::sql::lines;

/// An old database with something that the new schema refuses.
pub(super) struct Refused<'a> {
    pub(super) changes: &'a [Change],
    pub(super) rule: Rule,
    /// The table, by its new name.
    pub(super) table: &'a str,
    /// The rows that are refused.
    pub(super) ids: &'a [i64],
}

impl Refused<'_> {
    /// The plan names exactly these rows, nothing is applied without a choice, and each choice leaves exactly the differences that go
    /// with it; an empty list of them says that the choice does not settle it.
    #[track_caller]
    pub(super) fn settled_by(&self, choices: &[(Choice, &[&str])]) {
        let database = changed(self.changes);
        self.refuse(&mut session(&database), &[]);
        drop(database);
        for (choice, differences) in choices {
            let database = changed(self.changes);
            let conn = &mut session(&database);
            if differences.is_empty() {
                self.refuse(conn, &[*choice]);
            } else {
                settle(conn, *choice, differences);
            }
        }
    }

    #[track_caller]
    fn refuse(&self, conn: &mut PgConnection, choices: &[Choice]) {
        let options = choosing(choices);
        let planned = plan(conn, &options).unwrap();
        let unresolved: Vec<_> = planned.unresolved().collect();
        assert_eq!(unresolved.len(), 1, "{unresolved:#?}");
        let blocker = unresolved[0];
        assert_eq!(
            (blocker.rule, blocker.table.as_str()),
            (self.rule, self.table)
        );
        assert_eq!(blocker.count, i64::try_from(self.ids.len()).unwrap());
        assert_eq!(ids(conn, blocker.query.as_ref().unwrap()), self.ids);
        assert!(!blocker.suggestion.is_empty());

        let (catalog, rows) = (Catalog::read(conn).unwrap(), Rows::before(conn, "UTC"));
        match apply(conn, &options) {
            Err(Error::Migration(_)) => {}
            other => panic!("not refused: {other:?}"),
        }
        assert_eq!(Catalog::read(conn).unwrap(), catalog);
        assert_eq!(Rows::before(conn, "UTC"), rows);
    }
}

#[track_caller]
fn settle(conn: &mut PgConnection, choice: Choice, differences: &[&str]) {
    let options = choosing(&[choice]);
    let planned = plan(conn, &options).unwrap();
    assert_eq!(planned.unresolved().count(), 0, "{planned:#?}");
    let before = Rows::before(conn, "UTC");
    let report = apply(conn, &options).unwrap();
    let found = before.differences(&Rows::after(conn, &before));
    assert_eq!(found, differences, "{choice:?}");
    let gone = found.iter().filter(|line| line.ends_with(" gone")).count();
    assert_eq!(report.removed, i64::try_from(gone).unwrap());
    let kept = if report.removed + report.overwritten == 0 {
        Vec::new()
    } else {
        lines(
            conn,
            &format!(
                "SELECT format('%s %s', table_name, \"row\"->>'id') AS line FROM {SIDE_TABLE} ORDER BY id"
            ),
        )
    };
    for line in found.iter().filter_map(|line| line.strip_suffix(" gone")) {
        assert!(
            kept.contains(&line.to_owned()),
            "{line} is not among {kept:?}"
        );
    }
    assert!(
        check(conn)
            .unwrap()
            .iter()
            .all(|difference| !difference.is_drift)
    );
}

/// Adopts a database in which nothing is refused; not a value is lost. Gives the plan, and what the check names afterwards.
#[track_caller]
pub(super) fn adopt(database: &TestDatabase) -> (Plan, Vec<String>) {
    let conn = &mut session(database);
    let options = choosing(&[]);
    let planned = plan(conn, &options).unwrap();
    assert_eq!(planned.blockers, [], "{planned:#?}");
    let before = Rows::before(conn, "UTC");
    let report = apply(conn, &options).unwrap();
    assert_eq!((report.removed, report.overwritten), (0, 0));
    assert!(
        report
            .tables
            .iter()
            .all(|table| table.rows_before == table.rows_after)
    );
    assert_eq!(before.differences(&Rows::after(conn, &before)), [""; 0]);
    let named = check(conn).unwrap();
    assert!(
        named.iter().all(|difference| !difference.is_drift),
        "{named:#?}"
    );
    (
        planned,
        named
            .into_iter()
            .map(|difference| difference.message)
            .collect(),
    )
}
