//! Comparing two catalogs, object by object.

use std::collections::BTreeMap;

use super::{Catalog, Column, Part, Table};

/// One thing in which a live catalog is not as expected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Finding<'a> {
    TableMissing {
        table: &'a str,
        expected: &'a Table,
    },
    /// A table that the migrations know nothing of.
    TableUnknown {
        table: &'a str,
    },
    TableComment {
        table: &'a str,
        expected: Option<&'a str>,
    },
    Column {
        table: &'a str,
        column: &'a str,
        fault: ColumnFault<'a>,
    },
    /// A part of a table, or a view or a function, which belong to none.
    Part {
        kind: PartKind,
        table: Option<&'a str>,
        name: &'a str,
        fault: PartFault<'a>,
    },
}

/// What is wrong with a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum ColumnFault<'a> {
    Missing(&'a Column),
    Unknown(&'a Column),
    /// Another type or collation.
    Type {
        expected: &'a Column,
        live: &'a Column,
    },
    TakesNull,
    RefusesNull,
    Default {
        expected: Option<&'a str>,
        live: Option<&'a str>,
    },
    Identity {
        expected: Option<&'a str>,
        live: Option<&'a str>,
    },
    Generated {
        expected: &'a Column,
        live: Option<&'a str>,
    },
    Comment(Option<&'a str>),
}

/// What a part is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum PartKind {
    Constraint,
    Index,
    Trigger,
    View,
    Function,
}

/// What is wrong with a part; definitions are as PostgreSQL writes them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum PartFault<'a> {
    Missing {
        expected: &'a str,
    },
    Unknown {
        live: &'a str,
    },
    Differs {
        expected: &'a str,
        live: &'a str,
    },
    /// It is there under another name.
    Named {
        live: &'a str,
    },
    /// A constraint that is not validated, an index that is not valid, a trigger that is disabled.
    Unsound {
        expected: &'a str,
    },
    Comment(Option<&'a str>),
    /// The options of a view.
    Options {
        expected: &'a [String],
        live: &'a [String],
    },
}

/// Every difference, in the order of names; what is missing as a whole is one.
pub fn compare<'a>(expected: &'a Catalog, live: &'a Catalog) -> Vec<Finding<'a>> {
    let mut findings = Vec::new();
    for (name, table) in &expected.tables {
        match live.tables.get(name) {
            None => findings.push(Finding::TableMissing {
                table: name,
                expected: table,
            }),
            Some(live) => compare_tables(name, table, live, &mut findings),
        }
    }
    let unknown = live
        .tables
        .keys()
        .filter(|name| !expected.tables.contains_key(*name));
    findings.extend(unknown.map(|table| Finding::TableUnknown { table }));
    compare_functions(expected, live, &mut findings);
    compare_views(expected, live, &mut findings);
    findings
}

fn compare_tables<'a>(
    table: &'a str,
    expected: &'a Table,
    live: &'a Table,
    findings: &mut Vec<Finding<'a>>,
) {
    if expected.comment != live.comment {
        findings.push(Finding::TableComment {
            table,
            expected: expected.comment.as_deref(),
        });
    }
    let mut column = |column: &'a Column, fault| {
        findings.push(Finding::Column {
            table,
            column: &column.name,
            fault,
        });
    };
    for wanted in &expected.columns {
        match live.column(&wanted.name) {
            None => column(wanted, ColumnFault::Missing(wanted)),
            Some(live) => column_faults(wanted, live).for_each(|fault| column(wanted, fault)),
        }
    }
    for extra in &live.columns {
        if expected.column(&extra.name).is_none() {
            column(extra, ColumnFault::Unknown(extra));
        }
    }
    for (kind, expected, live) in [
        (
            PartKind::Constraint,
            &expected.constraints,
            &live.constraints,
        ),
        (PartKind::Index, &expected.indexes, &live.indexes),
        (PartKind::Trigger, &expected.triggers, &live.triggers),
    ] {
        compare_parts(kind, table, expected, live, findings);
    }
}

fn column_faults<'a>(
    expected: &'a Column,
    live: &'a Column,
) -> impl Iterator<Item = ColumnFault<'a>> {
    let has_other_type = expected.sql_type != live.sql_type || expected.collation != live.collation;
    let nullability = match (expected.not_null, live.not_null) {
        (true, false) => Some(ColumnFault::TakesNull),
        (false, true) => Some(ColumnFault::RefusesNull),
        _ => None,
    };
    [
        has_other_type.then_some(ColumnFault::Type { expected, live }),
        nullability,
        (expected.default != live.default).then_some(ColumnFault::Default {
            expected: expected.default.as_deref(),
            live: live.default.as_deref(),
        }),
        (expected.identity != live.identity).then_some(ColumnFault::Identity {
            expected: expected.identity.as_deref(),
            live: live.identity.as_deref(),
        }),
        (expected.generated != live.generated).then_some(ColumnFault::Generated {
            expected,
            live: live.generated.as_deref(),
        }),
        (expected.comment != live.comment)
            .then_some(ColumnFault::Comment(expected.comment.as_deref())),
    ]
    .into_iter()
    .flatten()
}

fn compare_parts<'a>(
    kind: PartKind,
    table: &'a str,
    expected: &'a BTreeMap<String, Part>,
    live: &'a BTreeMap<String, Part>,
    findings: &mut Vec<Finding<'a>>,
) {
    let mut find = |name, fault| {
        findings.push(Finding::Part {
            kind,
            table: Some(table),
            name,
            fault,
        });
    };
    let mut others: BTreeMap<&str, &Part> = live
        .iter()
        .filter(|(name, _)| !expected.contains_key(*name))
        .map(|(name, part)| (name.as_str(), part))
        .collect();
    for (name, wanted) in expected {
        let definition = &wanted.definition;
        match live.get(name) {
            Some(live) if live.definition != *definition => find(
                name,
                PartFault::Differs {
                    expected: definition,
                    live: &live.definition,
                },
            ),
            Some(live) if !live.is_sound => find(
                name,
                PartFault::Unsound {
                    expected: definition,
                },
            ),
            Some(_) => {}
            None => match under_another_name(name, definition, &others) {
                Some(other) => {
                    others.remove(other);
                    find(name, PartFault::Named { live: other });
                }
                None => find(
                    name,
                    PartFault::Missing {
                        expected: definition,
                    },
                ),
            },
        }
    }
    for (name, part) in others {
        let live = &part.definition;
        find(name, PartFault::Unknown { live });
    }
}

/// A part that does the same: its definition is the same but for the name in it.
fn under_another_name<'a>(
    name: &str,
    definition: &str,
    others: &BTreeMap<&'a str, &Part>,
) -> Option<&'a str> {
    others
        .iter()
        .find(|(other, part)| {
            let renamed = part
                .definition
                .replacen(&format!(" {other} "), &format!(" {name} "), 1);
            part.is_sound && renamed == definition
        })
        .map(|(other, _)| *other)
}

fn compare_functions<'a>(
    expected: &'a Catalog,
    live: &'a Catalog,
    findings: &mut Vec<Finding<'a>>,
) {
    let mut find = |name, fault| {
        findings.push(Finding::Part {
            kind: PartKind::Function,
            table: None,
            name,
            fault,
        });
    };
    for (name, wanted) in &expected.functions {
        let expected = wanted.definition.as_str();
        match live.functions.get(name) {
            None => find(name, PartFault::Missing { expected }),
            Some(live) if live.definition != expected => find(
                name,
                PartFault::Differs {
                    expected,
                    live: &live.definition,
                },
            ),
            Some(live) if live.comment != wanted.comment => {
                find(name, PartFault::Comment(wanted.comment.as_deref()));
            }
            Some(_) => {}
        }
    }
    for (name, function) in &live.functions {
        if !expected.functions.contains_key(name) {
            let live = &function.definition;
            find(name, PartFault::Unknown { live });
        }
    }
}

fn compare_views<'a>(expected: &'a Catalog, live: &'a Catalog, findings: &mut Vec<Finding<'a>>) {
    let mut find = |name, fault| {
        findings.push(Finding::Part {
            kind: PartKind::View,
            table: None,
            name,
            fault,
        });
    };
    for (name, wanted) in &expected.views {
        let expected = wanted.query.as_str();
        let Some(live) = live.views.get(name) else {
            find(name, PartFault::Missing { expected });
            continue;
        };
        if live.query != expected {
            let live = &live.query;
            find(name, PartFault::Differs { expected, live });
        }
        if live.options != wanted.options {
            find(
                name,
                PartFault::Options {
                    expected: &wanted.options,
                    live: &live.options,
                },
            );
        }
        if live.comment != wanted.comment {
            find(name, PartFault::Comment(wanted.comment.as_deref()));
        }
    }
    for (name, view) in &live.views {
        if !expected.views.contains_key(name) {
            find(name, PartFault::Unknown { live: &view.query });
        }
    }
}
