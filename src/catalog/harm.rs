//! What of a database's own objects the crate minds.

use crate::migrations::side_by_side;

use super::{Catalog, Column, ColumnFault, Finding, PartFault, PartKind, Table};

/// Whether a finding is drift. What somebody added beside the crate's objects and what leaves its rows alone is not.
pub(crate) fn is_drift(expected: &Catalog, finding: &Finding<'_>) -> bool {
    match *finding {
        Finding::TableUnknown { .. } => false,
        Finding::Column {
            fault: ColumnFault::Unknown(column),
            ..
        } => needs_value(column),
        Finding::Part {
            kind,
            table,
            fault: PartFault::Unknown { live },
            ..
        } => {
            let table = table.and_then(|table| expected.tables.get(table));
            !side_by_side::made(live) && may_refuse_rows(kind, live, table)
        }
        _ => true,
    }
}

/// Whether an insert that gives no value fails.
fn needs_value(column: &Column) -> bool {
    column.not_null
        && column.default.is_none()
        && column.identity.is_none()
        && column.generated.is_none()
}

fn may_refuse_rows(kind: PartKind, definition: &str, table: Option<&Table>) -> bool {
    let minds_known = || {
        definition.contains("NULLS NOT DISTINCT")
            || table.is_none_or(|table| mentions_known_column(definition, table))
    };
    match kind {
        PartKind::Trigger => true,
        PartKind::View | PartKind::Function => false,
        PartKind::Index => definition.starts_with("CREATE UNIQUE") && minds_known(),
        PartKind::Constraint => definition.contains("IS NOT NULL") || minds_known(),
    }
}

/// Whether a constraint or an index concerns a column of the table as it is expected.
fn mentions_known_column(definition: &str, table: &Table) -> bool {
    let own = definition
        .split_once(" REFERENCES ")
        .map_or(definition, |(own, _)| own);
    let own = own
        .split_once(" USING ")
        .map_or(own, |(_, columns)| columns);
    own.split(|character: char| !character.is_alphanumeric() && character != '_')
        .any(|word| table.column(word).is_some())
}
