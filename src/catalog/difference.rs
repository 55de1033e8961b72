//! Differences as people read them: what it is, what it breaks, and the SQL that mends it.

use diesel::prelude::*;
use serde::Serialize;

use super::harm::is_drift;
use super::mend::mend;
use super::sequences::{Behind, behind};
use super::{Catalog, ColumnFault, Finding, PartFault, PartKind, compare};
use crate::Result;
use crate::migrations::side_by_side;

/// One thing in which a database is not what the migrations make.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// What it is, in one line.
    pub message: String,
    /// What does not work while it is so; `None` where all does.
    pub breaks: Option<String>,
    /// Whether it is drift. What is only beside the crate's tables and views, such as a table of somebody else's, is not.
    pub is_drift: bool,
    /// The statements that mend it, in their order; empty where a person has to decide.
    pub mend: Vec<String>,
}

/// Compares a live database with what the migrations make, and its sequences with the rows that they number.
pub fn check(conn: &mut PgConnection) -> Result<Vec<Difference>> {
    let mut differences = differences(conn)?;
    differences.extend(behind(conn)?.iter().map(Difference::from));
    Ok(differences)
}

/// Compares a live database with what the migrations make, but for its sequences: it reads the catalog alone, which any role
/// may.
pub fn differences(conn: &mut PgConnection) -> Result<Vec<Difference>> {
    let expected = Catalog::expected()?;
    let live = Catalog::read(conn)?;
    let differences = compare(expected, &live)
        .iter()
        .map(|finding| {
            if is_drift(expected, finding) {
                Difference {
                    message: message(finding),
                    breaks: breaks(finding).map(str::to_owned),
                    is_drift: true,
                    mend: mend(expected, finding),
                }
            } else {
                Difference {
                    message: addition(finding),
                    breaks: None,
                    is_drift: false,
                    mend: Vec::new(),
                }
            }
        })
        .collect();
    Ok(differences)
}

impl From<&Behind> for Difference {
    fn from(behind: &Behind) -> Self {
        let Behind {
            table,
            column,
            sequence,
            next,
            greatest,
        } = behind;
        Self {
            message: format!(
                "the sequence of {table}.{column} goes on at {next}, but a row has {greatest}"
            ),
            breaks: Some(format!(
                "inserting into {table} fails with a key that is there already"
            )),
            is_drift: true,
            mend: vec![format!("SELECT setval('{sequence}', {greatest})")],
        }
    }
}

/// Names what somebody added beside the crate's objects.
pub(crate) fn addition(finding: &Finding<'_>) -> String {
    let object = object(finding);
    if is_for_old_code(finding) {
        format!("{object} is there for old code: `spending-db migrate side-by-side off` ends that")
    } else {
        format!("{object} is not the crate's; it is left alone")
    }
}

fn is_for_old_code(finding: &Finding<'_>) -> bool {
    matches!(
        *finding,
        Finding::Part { name, fault: PartFault::Unknown { live }, .. }
            if side_by_side::made(live) || side_by_side::made(name)
    )
}

fn object(finding: &Finding<'_>) -> String {
    match *finding {
        Finding::TableMissing { table, .. }
        | Finding::TableUnknown { table }
        | Finding::TableComment { table, .. } => format!("table {table}"),
        Finding::Column {
            table,
            column,
            fault,
        } => match fault {
            ColumnFault::Missing(found) | ColumnFault::Unknown(found) => {
                format!("column {table}.{column} ({})", found.sql_type)
            }
            _ => format!("column {table}.{column}"),
        },
        Finding::Part {
            kind, table, name, ..
        } => {
            let of = table.map_or_else(String::new, |table| format!(" of {table}"));
            format!("{} {name}{of}", word(kind))
        }
    }
}

fn message(finding: &Finding<'_>) -> String {
    let object = object(finding);
    match *finding {
        Finding::TableMissing { .. } => format!("{object} is missing"),
        Finding::TableUnknown { .. } => format!("{object} is unknown"),
        Finding::TableComment { .. } => format!("{object} has another comment"),
        Finding::Column { fault, .. } => column_message(&object, fault),
        Finding::Part { kind, fault, .. } => part_message(&object, kind, fault),
    }
}

fn column_message(column: &str, fault: ColumnFault<'_>) -> String {
    match fault {
        ColumnFault::Missing(_) => format!("{column} is missing"),
        ColumnFault::Unknown(_) => format!("{column} is unknown"),
        ColumnFault::Type { expected, live } if expected.sql_type == live.sql_type => {
            format!(
                "{column} has the collation {}",
                or_default(live.collation.as_deref())
            )
        }
        ColumnFault::Type { expected, live } => {
            format!("{column} is {}, not {}", live.sql_type, expected.sql_type)
        }
        ColumnFault::TakesNull => format!("{column} takes NULL"),
        ColumnFault::RefusesNull => format!("{column} refuses NULL"),
        ColumnFault::Default { expected, live } => format!(
            "{column} has {} as its default, not {}",
            or_nothing(live),
            or_nothing(expected)
        ),
        ColumnFault::Identity { expected, live } => format!(
            "{column} numbers rows {}, not {}",
            live.unwrap_or("not by itself"),
            expected.unwrap_or("by a default of its own")
        ),
        ColumnFault::Generated { expected, live } => format!(
            "{column} is computed from {}, not from {}",
            or_nothing(live),
            or_nothing(expected.generated.as_deref())
        ),
        ColumnFault::Comment(_) => format!("{column} has another comment"),
    }
}

fn part_message(part: &str, kind: PartKind, fault: PartFault<'_>) -> String {
    match fault {
        PartFault::Missing { expected } => match kind {
            PartKind::Constraint => format!("{part} is missing: {expected}"),
            _ => format!("{part} is missing"),
        },
        PartFault::Unknown { live } => match kind {
            PartKind::Constraint => format!("{part} is unknown: {live}"),
            _ => format!("{part} is unknown"),
        },
        PartFault::Differs { expected, live } => match kind {
            PartKind::Constraint | PartKind::Index => format!("{part} is {live}, not {expected}"),
            _ => format!("{part} is another than expected"),
        },
        PartFault::Named { live } => format!("{part} has the name {live}"),
        PartFault::Unsound { .. } => match kind {
            PartKind::Constraint => format!("{part} does not hold for the rows that are there yet"),
            PartKind::Index => format!("{part} is not complete"),
            _ => format!("{part} is switched off"),
        },
        PartFault::Comment(_) => format!("{part} has another comment"),
        PartFault::Options { expected, live } => format!(
            "{part} has the options ({}), not ({})",
            live.join(", "),
            expected.join(", ")
        ),
    }
}

fn breaks(finding: &Finding<'_>) -> Option<&'static str> {
    match *finding {
        Finding::TableMissing { .. } => Some("every operation on it fails"),
        Finding::TableUnknown { .. } | Finding::TableComment { .. } => None,
        Finding::Column { fault, .. } => column_breaks(fault),
        Finding::Part { kind, fault, .. } => part_breaks(kind, fault),
    }
}

fn column_breaks(fault: ColumnFault<'_>) -> Option<&'static str> {
    Some(match fault {
        ColumnFault::Missing(_) => "every read of a whole row fails",
        ColumnFault::Unknown(live)
            if live.not_null && live.default.is_none() && live.identity.is_none() =>
        {
            "inserts fail: they give it no value"
        }
        ColumnFault::Unknown(_) | ColumnFault::Comment(_) => return None,
        ColumnFault::Type { .. } => {
            "reads may fail to decode it, and values that it has no room for are refused"
        }
        ColumnFault::TakesNull => "a row with NULL there cannot be read",
        ColumnFault::RefusesNull => "inserts without a value for it fail",
        ColumnFault::Default { .. } => {
            "inserts that leave it to the database store something else, or fail"
        }
        ColumnFault::Identity { .. } => "inserts get no key, or may not give one",
        ColumnFault::Generated { .. } => "it does not follow the columns that it depends on",
    })
}

fn part_breaks(kind: PartKind, fault: PartFault<'_>) -> Option<&'static str> {
    let definition = match fault {
        PartFault::Comment(_) => return None,
        PartFault::Options { .. } => {
            return Some("it reads with the rights of its owner instead of the caller's");
        }
        PartFault::Named { .. } => {
            return match kind {
                PartKind::Constraint => {
                    Some("an error names it by another name than callers expect")
                }
                _ => None,
            };
        }
        PartFault::Unknown { .. } => {
            return match kind {
                PartKind::Constraint => Some("it may refuse rows that the crate stores"),
                PartKind::Index => Some("every write has to keep it; a unique one may refuse rows"),
                PartKind::Trigger => Some("it may change or refuse what the crate writes"),
                PartKind::View | PartKind::Function => None,
            };
        }
        PartFault::Missing { expected }
        | PartFault::Differs { expected, .. }
        | PartFault::Unsound { expected } => expected,
    };
    Some(match kind {
        PartKind::Constraint if definition.starts_with("FOREIGN KEY") => {
            "rows may point at nothing, or stay when what they belong to goes"
        }
        PartKind::Constraint if definition.starts_with("CHECK") => {
            "values can be stored that the crate cannot read"
        }
        PartKind::Constraint => "the same thing can be stored twice, and ON CONFLICT fails",
        PartKind::Index if definition.starts_with("CREATE UNIQUE") => {
            "the same thing can be stored twice, and ON CONFLICT fails"
        }
        PartKind::Index => "questions that it serves read the whole table",
        PartKind::Trigger => "what it keeps, such as updated_at, is not kept",
        PartKind::View => "old code that uses this name fails",
        PartKind::Function => "the triggers that call it fail or do something else",
    })
}

fn word(kind: PartKind) -> &'static str {
    match kind {
        PartKind::Constraint => "constraint",
        PartKind::Index => "index",
        PartKind::Trigger => "trigger",
        PartKind::View => "view",
        PartKind::Function => "function",
    }
}

fn or_nothing(expression: Option<&str>) -> &str {
    expression.unwrap_or("nothing")
}

fn or_default(collation: Option<&str>) -> &str {
    collation.unwrap_or("of the database")
}
