//! Constraints, indexes and triggers.

use std::collections::{BTreeMap, BTreeSet};

use super::super::needless;
use super::super::plan::{Step, Work};
use super::super::reference::Reference;
use super::{Schema, catalog_step, is_reference};
use crate::catalog::mend::{add_constraint, drop_part, name, rename_part};
use crate::catalog::{Finding, PartFault, PartKind, is_drift};

impl<'s> Schema<'s> {
    /// Triggers, constraints and indexes that are in the way, references before the keys that they need.
    pub(super) fn drop_parts(&self) -> Vec<Step> {
        let mut by_table: BTreeMap<&str, (Vec<String>, Vec<String>)> = BTreeMap::new();
        let mut references = Vec::new();
        let made_keys: BTreeSet<&str> = self
            .indexes_that_become_keys()
            .map(|(_, _, index)| index)
            .collect();
        for finding in &self.findings {
            let Finding::Part {
                kind: kind @ (PartKind::Constraint | PartKind::Index | PartKind::Trigger),
                table: Some(table),
                name: part,
                fault: fault @ (PartFault::Unknown { live } | PartFault::Differs { live, .. }),
            } = *finding
            else {
                continue;
            };
            let is_unknown = matches!(fault, PartFault::Unknown { .. });
            let why = match kind {
                _ if made_keys.contains(part) => continue,
                _ if is_unknown && !is_drift(self.survey.expected, finding) => {
                    match needless::why(self.survey, finding) {
                        Some(why) => why,
                        None => continue,
                    }
                }
                _ if !is_unknown => "made again as it should be",
                PartKind::Trigger => "it could change or refuse what is written",
                _ => "it could refuse rows that the schema permits, or another does the same",
            };
            let note = format!("{part}: {why}; it was {live}");
            let statement = drop_part(kind, Some(table), part);
            if live.starts_with("FOREIGN KEY") {
                references.push((statement, note));
            } else {
                let (statements, notes) = by_table.entry(table).or_default();
                statements.push(statement);
                notes.push(note);
            }
        }
        let (statements, notes) = references.into_iter().unzip();
        let mut steps: Vec<Step> =
            catalog_step("drop the references that are in the way", None, statements)
                .map(|step| Step {
                    lock: Some("ACCESS EXCLUSIVE on the tables at both ends".to_owned()),
                    notes,
                    ..step
                })
                .into_iter()
                .collect();
        for (table, (statements, notes)) in by_table {
            let title = format!("drop what is in the way on {table}");
            steps.extend(
                catalog_step(title, Some(table), statements).map(|step| Step { notes, ..step }),
            );
        }
        steps
    }

    pub(super) fn rename_parts(&self) -> Vec<Step> {
        let mut by_table: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for kind in [PartKind::Constraint, PartKind::Index, PartKind::Trigger] {
            for (table, part, fault) in self.parts(kind) {
                if let (Some(table), PartFault::Named { live }) = (table, fault) {
                    let statement = rename_part(kind, Some(table), live, part);
                    by_table.entry(table).or_default().push(statement);
                }
            }
        }
        by_table
            .into_iter()
            .filter_map(|(table, sql)| {
                catalog_step(
                    format!("give the parts of {table} their names"),
                    Some(table),
                    sql,
                )
            })
            .collect()
    }

    /// Unique indexes that have the columns of a key that is missing: table, key, index.
    pub(super) fn indexes_that_become_keys(
        &self,
    ) -> impl Iterator<Item = (&'s str, &'s str, &'s str)> {
        self.parts(PartKind::Constraint)
            .filter_map(|(table, key, fault)| {
                let (Some(table), PartFault::Missing { expected }) = (table, fault) else {
                    return None;
                };
                let columns = expected.strip_prefix("UNIQUE (")?.strip_suffix(')')?;
                self.parts(PartKind::Index)
                    .find_map(|(of, index, fault)| match fault {
                        PartFault::Unknown { live } if of == Some(table) => {
                            let wanted = format!(
                                "CREATE UNIQUE INDEX {} ON {} USING btree ({columns})",
                                name(index),
                                name(table)
                            );
                            (live == wanted).then_some((table, key, index))
                        }
                        _ => None,
                    })
            })
    }

    pub(super) fn make_keys_of_indexes(&self) -> Vec<Step> {
        self.indexes_that_become_keys()
            .filter_map(|(table, key, index)| {
                let sql = format!(
                    "ALTER TABLE {} ADD CONSTRAINT {} UNIQUE USING INDEX {}",
                    name(table),
                    name(key),
                    name(index)
                );
                catalog_step(
                    format!("make the index {index} the key {key}"),
                    Some(table),
                    vec![sql],
                )
            })
            .collect()
    }

    pub(super) fn add_keys_and_indexes(&self) -> Vec<Step> {
        let made_keys: BTreeSet<&str> = self
            .indexes_that_become_keys()
            .map(|(_, key, _)| key)
            .collect();
        let mut by_table: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for kind in [PartKind::Constraint, PartKind::Index] {
            for (table, part, fault) in self.parts(kind) {
                let Some(table) = table.filter(|_| !made_keys.contains(part)) else {
                    continue;
                };
                let statement = match fault {
                    PartFault::Missing { expected } | PartFault::Differs { expected, .. } => {
                        if expected.starts_with("CHECK ") || expected.starts_with("FOREIGN KEY ") {
                            continue;
                        }
                        match kind {
                            PartKind::Constraint => add_constraint(table, part, expected),
                            _ => expected.to_owned(),
                        }
                    }
                    PartFault::Unsound { expected } if kind == PartKind::Index => {
                        // REINDEX of an index that was built concurrently may be refused in a transaction.
                        by_table
                            .entry(table)
                            .or_default()
                            .push(drop_part(kind, Some(table), part));
                        expected.to_owned()
                    }
                    PartFault::Unsound { .. } => {
                        format!(
                            "ALTER TABLE {} VALIDATE CONSTRAINT {}",
                            name(table),
                            name(part)
                        )
                    }
                    _ => continue,
                };
                by_table.entry(table).or_default().push(statement);
            }
        }
        by_table
            .into_iter()
            .filter_map(|(table, sql)| {
                let step = catalog_step(
                    format!("add the keys and indexes of {table}"),
                    Some(table),
                    sql,
                )?;
                Some(Step {
                    work: Work::Reads,
                    rows: self.rows(table),
                    ..step
                })
            })
            .collect()
    }

    pub(super) fn add_references(&self) -> Vec<Step> {
        let mut by_table: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        let mut notes: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for (table, part, fault) in self.parts(PartKind::Constraint) {
            let (
                Some(table),
                PartFault::Missing { expected } | PartFault::Differs { expected, .. },
            ) = (table, fault)
            else {
                continue;
            };
            let Some(reference) = Reference::parse(table, expected) else {
                continue;
            };
            by_table
                .entry(table)
                .or_default()
                .push(add_constraint(table, part, expected));
            if let PartFault::Differs { live, .. } = fault {
                let before =
                    Reference::parse(table, live).filter(|live| live.parent != reference.parent);
                notes.entry(table).or_default().extend(before.map(|live| {
                    format!(
                        "{} referred to {}; its values are taken as keys of {}, which is what was written there",
                        reference.columns.join(", "), live.parent, reference.parent
                    )
                }));
            }
        }
        for (table, sql) in self.missing_tables() {
            by_table
                .entry(table)
                .or_default()
                .extend(sql.into_iter().filter(|statement| is_reference(statement)));
        }
        by_table
            .into_iter()
            .filter_map(|(table, sql)| {
                let step =
                    catalog_step(format!("add the references of {table}"), Some(table), sql)?;
                Some(Step {
                    lock: Some(format!(
                        "SHARE ROW EXCLUSIVE on {table} and on what it refers to"
                    )),
                    work: Work::Reads,
                    rows: self.rows(table),
                    notes: notes.remove(table).unwrap_or_default(),
                    ..step
                })
            })
            .collect()
    }

    pub(super) fn create_triggers(&self) -> Option<Step> {
        let mut sql: Vec<String> = self
            .parts(PartKind::Trigger)
            .filter_map(|(table, trigger, fault)| match fault {
                PartFault::Missing { expected } | PartFault::Differs { expected, .. } => {
                    Some(expected.to_owned())
                }
                PartFault::Unsound { .. } => Some(format!(
                    "ALTER TABLE {} ENABLE TRIGGER {}",
                    name(table?),
                    name(trigger)
                )),
                _ => None,
            })
            .collect();
        let of_new = self.missing_tables().flat_map(|(_, sql)| sql);
        sql.extend(of_new.filter(|statement| statement.starts_with("CREATE TRIGGER ")));
        let mut step = catalog_step("create the triggers", None, sql)?;
        step.lock = Some("SHARE ROW EXCLUSIVE on the tables".to_owned());
        Some(step)
    }
}
