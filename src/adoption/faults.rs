//! [`Fault`]: rows that the schema to come refuses, and how they are found.

use super::key::Key;
use super::reference::Reference;
use super::resolution::Rule;
use super::survey::Survey;
use crate::catalog::mend::name;
use crate::catalog::{Column, Finding, PartFault, PartKind, Table, compare};

/// A kind of row that is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) table: String,
    /// What the rows are read from, as `t`.
    pub(super) from: String,
    pub(super) what: What,
    /// The condition of a row `t` that is refused, but for duplicates.
    pub(super) condition: String,
}

/// Why a row is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum What {
    Null {
        column: String,
        default: Option<String>,
    },
    /// Not convertible; texts that become JSON are found by reading them.
    Value {
        column: String,
        sql_type: String,
        may_be_null: bool,
    },
    Check {
        name: String,
        definition: String,
    },
    Orphan {
        reference: Reference,
        may_be_null: bool,
    },
    Duplicate {
        key: String,
        /// Expressions of the row `t`.
        parts: Vec<String>,
        filter: Option<String>,
        /// A column that says of the row that it is the one: the others lose it instead of being removed.
        flag: Option<String>,
    },
}

impl Fault {
    pub(super) fn rule(&self) -> Rule {
        match self.what {
            What::Null { .. } => Rule::Nulls,
            What::Value { .. } => Rule::Text,
            What::Check { .. } => Rule::Checks,
            What::Orphan { .. } => Rule::Orphans,
            What::Duplicate { .. } => Rule::Duplicates,
        }
    }

    /// The query that finds the rows.
    pub(super) fn query(&self) -> String {
        let from = &self.from;
        match &self.what {
            What::Duplicate { parts, .. } => {
                format!(
                    "SELECT * FROM ({}) AS t WHERE copies > 1",
                    self.copies(parts)
                )
            }
            _ => format!("SELECT * FROM {from} AS t WHERE {}", self.condition),
        }
    }

    /// The rows with the number of those that have the same key.
    fn copies(&self, parts: &[String]) -> String {
        format!(
            "SELECT *, count(*) OVER (PARTITION BY {}) AS copies FROM {} AS t WHERE {}",
            parts.join(", "),
            self.from,
            self.condition
        )
    }
}

/// Every kind of row that might be refused, of the tables that are there.
pub(super) fn faults(survey: &Survey) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (table, expected, live) in survey.known() {
        let of = Of {
            survey,
            table,
            expected,
            live,
        };
        faults.extend(live.columns.iter().filter_map(|column| of.value(column)));
        faults.extend(live.columns.iter().filter_map(|column| of.null(column)));
    }
    for finding in compare(survey.expected, &survey.live) {
        let Finding::Part {
            kind: PartKind::Constraint | PartKind::Index,
            table: Some(table),
            name,
            fault:
                PartFault::Missing {
                    expected: definition,
                }
                | PartFault::Differs {
                    expected: definition,
                    ..
                }
                | PartFault::Unsound {
                    expected: definition,
                },
        } = finding
        else {
            continue;
        };
        let (Some(expected), Some(live)) = (
            survey.expected.tables.get(table),
            survey.live.tables.get(table),
        ) else {
            continue;
        };
        let of = Of {
            survey,
            table,
            expected,
            live,
        };
        faults.extend(of.check(name, definition));
        faults.extend(of.orphan(definition));
        faults.extend(of.duplicate(name, definition));
    }
    faults
}

/// A table that is there.
struct Of<'s> {
    survey: &'s Survey,
    table: &'s str,
    expected: &'s Table,
    live: &'s Table,
}

impl Of<'_> {
    fn fault(&self, what: What, condition: String) -> Fault {
        Fault {
            table: self.table.to_owned(),
            from: self.survey.current(self.table),
            what,
            condition,
        }
    }

    fn null(&self, live: &Column) -> Option<Fault> {
        let expected = self.expected.column(&live.name)?;
        let is_refused = expected.not_null && !live.not_null;
        is_refused.then(|| {
            self.fault(
                What::Null {
                    column: live.name.clone(),
                    default: expected.default.clone(),
                },
                format!("t.{} IS NULL", name(&live.name)),
            )
        })
    }

    fn value(&self, live: &Column) -> Option<Fault> {
        let written = format!("t.{}", name(&live.name));
        let conversion = self.survey.conversion(self.table, live, &written)?;
        let expected = self.expected.column(&live.name)?;
        let condition = conversion.refused.filter(|_| !conversion.is_json)?;
        Some(self.fault(
            What::Value {
                column: live.name.clone(),
                sql_type: expected.sql_type.clone(),
                may_be_null: !expected.not_null && !live.not_null,
            },
            condition,
        ))
    }

    fn check(&self, constraint: &str, definition: &str) -> Option<Fault> {
        let condition = definition.strip_prefix("CHECK ")?;
        let words: Vec<&str> = condition
            .split(|character: char| !character.is_alphanumeric() && character != '_')
            .collect();
        let mentions = |column: &str| words.contains(&column);
        // A column to come has its default, which its check permits.
        let is_to_come =
            |column: &Column| mentions(&column.name) && self.live.column(&column.name).is_none();
        if self.expected.columns.iter().any(is_to_come) {
            return None;
        }
        let is_converted = self.live.columns.iter().any(|column| {
            mentions(&column.name)
                && self
                    .survey
                    .conversion(self.table, column, "")
                    .is_some_and(|conversion| conversion.work > super::plan::Work::Catalog)
        });
        let mut fault = self.fault(
            What::Check {
                name: constraint.to_owned(),
                definition: definition.to_owned(),
            },
            format!("NOT {condition}"),
        );
        if is_converted {
            fault.from = self.converted();
        }
        Some(fault)
    }

    /// The table as it will be.
    fn converted(&self) -> String {
        let values: Vec<String> = self
            .live
            .columns
            .iter()
            .map(|column| {
                let plain = name(&column.name);
                let value = self.survey.value(self.table, column, &plain);
                format!("{value} AS {plain}")
            })
            .collect();
        let table = self.survey.current(self.table);
        format!("(SELECT ctid, {} FROM {table})", values.join(", "))
    }

    fn orphan(&self, definition: &str) -> Option<Fault> {
        let reference = Reference::parse(self.table, definition)?;
        let columns: Option<Vec<&Column>> = reference
            .columns
            .iter()
            .map(|column| self.live.column(column))
            .collect();
        let columns = columns?;
        let is_kept_already = self.live.constraints.values().any(|part| {
            part.is_sound
                && Reference::parse(self.table, &part.definition)
                    .is_some_and(|live| live.refers_as(&reference))
        });
        if is_kept_already {
            return None;
        }
        let may_be_null = columns.iter().all(|column| {
            let expected = self.expected.column(&column.name);
            !column.not_null && expected.is_none_or(|expected| !expected.not_null)
        });
        let condition = format!(
            "{} AND {}",
            refers(&reference),
            lacks_parent(self.survey, &reference, "")
        );
        Some(self.fault(
            What::Orphan {
                reference,
                may_be_null,
            },
            condition,
        ))
    }

    fn duplicate(&self, constraint: &str, definition: &str) -> Option<Fault> {
        let key = Key::parse(definition)?;
        let mut parts = Vec::new();
        let mut condition = vec![];
        for part in &key.parts {
            let column = self
                .live
                .columns
                .iter()
                .find(|column| name(&column.name) == *part);
            match (
                column,
                self.expected
                    .columns
                    .iter()
                    .find(|column| name(&column.name) == *part),
            ) {
                (Some(column), _) => {
                    let value = self.survey.value(self.table, column, &format!("t.{part}"));
                    if !key.nulls_are_equal && !column.not_null {
                        condition.push(format!("{value} IS NOT NULL"));
                    }
                    parts.push(value);
                }
                // A column to come has the same value everywhere: NULL is no duplicate of NULL, as a rule.
                (None, Some(to_come))
                    if to_come.identity.is_some()
                        || (to_come.default.is_none() && !key.nulls_are_equal) =>
                {
                    return None;
                }
                (None, Some(_)) => {}
                (None, None) => parts.push(part.clone()),
            }
        }
        let flag = key.filter.clone().filter(|filter| {
            let column = self
                .live
                .columns
                .iter()
                .find(|column| name(&column.name) == *filter);
            column.is_some_and(|column| column.sql_type == "boolean")
        });
        condition.extend(key.filter.clone());
        if condition.is_empty() {
            condition.push("true".to_owned());
        }
        if parts.is_empty() {
            parts.push("true".to_owned());
        }
        Some(self.fault(
            What::Duplicate {
                key: constraint.to_owned(),
                parts,
                filter: key.filter,
                flag,
            },
            condition.join(" AND "),
        ))
    }
}

/// The condition that a row `t` refers to something.
pub(super) fn refers(reference: &Reference) -> String {
    let columns: Vec<String> = reference
        .columns
        .iter()
        .map(|column| format!("t.{} IS NOT NULL", name(column)))
        .collect();
    columns.join(" AND ")
}

/// The condition that what a row `t` refers to is not there, or only in rows that `and` excludes.
pub(super) fn lacks_parent(survey: &Survey, reference: &Reference, and: &str) -> String {
    let Some(parent) = survey.live.tables.get(&reference.parent) else {
        return "true".to_owned();
    };
    let child = survey.live.tables.get(&reference.table);
    let mut pairs = Vec::new();
    for (column, parent_column) in reference.columns.iter().zip(&reference.parent_columns) {
        let (Some(live), Some(parent_live)) = (
            child.and_then(|child| child.column(column)),
            parent.column(parent_column),
        ) else {
            return "true".to_owned();
        };
        pairs.push(format!(
            "{} = {}",
            survey.value(
                &reference.parent,
                parent_live,
                &format!("p.{}", name(parent_column))
            ),
            survey.value(&reference.table, live, &format!("t.{}", name(column)))
        ));
    }
    format!(
        "NOT EXISTS (SELECT FROM {} AS p WHERE {}{and})",
        survey.current(&reference.parent),
        pairs.join(" AND ")
    )
}
