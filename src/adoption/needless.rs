//! Indexes that refuse nothing and serve nothing.

use super::key;
use super::survey::Survey;
use crate::catalog::{Finding, PartFault, PartKind};

/// The old application's indexes that the schema does without: table and name, one a line.
const OLD: &str = include_str!("old_indexes.txt");

/// Why an index that the schema knows nothing of goes; `None` where it stays, and for anything else.
pub(super) fn why(survey: &Survey, finding: &Finding<'_>) -> Option<&'static str> {
    let Finding::Part {
        kind: PartKind::Index,
        table: Some(table),
        name,
        fault: PartFault::Unknown { live },
    } = *finding
    else {
        return None;
    };
    if is_served_by_another(survey, table, live) {
        Some("another index serves the same")
    } else if is_old(table, name) {
        Some("an index of the old application that the schema does without")
    } else {
        None
    }
}

fn is_old(table: &str, index: &str) -> bool {
    OLD.lines()
        .any(|line| line.split_once(' ') == Some((table, index)))
}

/// Whether a key or index of the expected table has the same columns.
fn is_served_by_another(survey: &Survey, table: &str, definition: &str) -> bool {
    let Some(columns) = key::columns(definition).filter(|_| definition.contains(" USING btree "))
    else {
        return false;
    };
    survey.expected.tables.get(table).is_some_and(|expected| {
        let parts = expected
            .constraints
            .values()
            .chain(expected.indexes.values());
        parts
            .filter_map(|part| key::columns(&part.definition))
            .any(|served| served == columns)
    })
}
