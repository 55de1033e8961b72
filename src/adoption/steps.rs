//! The steps that change the schema, in their order.

use std::collections::{BTreeMap, BTreeSet};

use super::alter::alter;
use super::facts::{Dependant, Facts, Numbered};
use super::key;
use super::plan::{Step, Work};
use super::reference::Reference;
use super::survey::Survey;
use crate::catalog::mend::{
    add_constraint, comment, comment_on_column, create_table, create_view, drop_part, name,
    rename_part,
};
use crate::catalog::{ColumnFault, Finding, PartFault, PartKind, compare, is_drift};

/// The steps from the live schema to the expected one.
pub(super) fn steps(survey: &Survey, facts: &Facts, rows: &BTreeMap<String, i64>) -> Vec<Step> {
    let schema = Schema {
        survey,
        facts,
        rows,
        findings: compare(survey.expected, &survey.live),
    };
    let mut steps = Vec::new();
    steps.extend(schema.drop_views());
    steps.extend(schema.rename_tables());
    steps.extend(schema.drop_parts());
    steps.extend(schema.rename_parts());
    steps.extend(schema.release_sequences());
    steps.extend(schema.make_keys_of_indexes());
    for (table, expected, live) in survey.known() {
        steps.extend(alter(survey, table, expected, live, schema.rows(table)));
    }
    steps.extend(schema.number_rows());
    steps.extend(schema.create_functions());
    steps.extend(schema.create_tables());
    steps.extend(schema.add_keys_and_indexes());
    steps.extend(schema.add_references());
    steps.extend(schema.create_triggers());
    steps.extend(schema.create_views());
    steps.extend(schema.comment());
    steps
}

struct Schema<'s> {
    survey: &'s Survey,
    facts: &'s Facts,
    rows: &'s BTreeMap<String, i64>,
    findings: Vec<Finding<'s>>,
}

fn catalog_step(title: impl Into<String>, table: Option<&str>, sql: Vec<String>) -> Option<Step> {
    (!sql.is_empty()).then(|| Step {
        title: title.into(),
        table: table.map(str::to_owned),
        sql,
        lock: table.map(|table| format!("ACCESS EXCLUSIVE on {table}")),
        work: Work::Catalog,
        rows: 0,
        notes: Vec::new(),
    })
}

impl<'s> Schema<'s> {
    fn rows(&self, table: &str) -> i64 {
        self.rows.get(table).copied().unwrap_or_default()
    }

    /// The parts of a kind with their faults: table, name, fault.
    fn parts(
        &self,
        wanted: PartKind,
    ) -> impl Iterator<Item = (Option<&'s str>, &'s str, PartFault<'s>)> {
        self.findings
            .iter()
            .filter_map(move |finding| match *finding {
                Finding::Part {
                    kind,
                    table,
                    name,
                    fault,
                } if kind == wanted => Some((table, name, fault)),
                _ => None,
            })
    }

    /// The views that have to be made again: those that stand on what changes, and the crate's own that are not as expected.
    fn views_to_drop(&self) -> Vec<(String, bool)> {
        let dependants = self.facts.dependants.iter().rev();
        let mut views: Vec<(String, bool)> = dependants
            .map(|view| (view.written.clone(), view.is_materialized))
            .collect();
        for (_, view, fault) in self.parts(PartKind::View) {
            let written = name(view);
            let differs = matches!(fault, PartFault::Differs { .. });
            if differs && !views.iter().any(|(known, _)| *known == written) {
                views.push((written, false));
            }
        }
        views
    }

    fn drop_views(&self) -> Option<Step> {
        let drops = self
            .views_to_drop()
            .into_iter()
            .map(|(view, is_materialized)| {
                let kind = if is_materialized {
                    "MATERIALIZED VIEW"
                } else {
                    "VIEW"
                };
                format!("DROP {kind} {view}")
            });
        let mut step = catalog_step(
            "drop the views that stand on what changes; they are made again",
            None,
            drops.collect(),
        )?;
        step.lock = Some("ACCESS EXCLUSIVE on the views".to_owned());
        Some(step)
    }

    /// Triggers, constraints and indexes that are in the way, references before the keys that they need.
    fn drop_parts(&self) -> Vec<Step> {
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
                PartKind::Index if is_unknown && self.is_served_by_another(table, live) => {
                    "another index serves the same"
                }
                _ if is_unknown && !is_drift(self.survey.expected, finding) => continue,
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

    /// Whether a key or index of the expected table has the same columns.
    fn is_served_by_another(&self, table: &str, definition: &str) -> bool {
        let Some(columns) =
            key::columns(definition).filter(|_| definition.contains(" USING btree "))
        else {
            return false;
        };
        let expected = self.survey.expected.tables.get(table);
        expected.is_some_and(|expected| {
            let parts = expected
                .constraints
                .values()
                .chain(expected.indexes.values());
            parts
                .filter_map(|part| key::columns(&part.definition))
                .any(|served| served == columns)
        })
    }

    fn rename_tables(&self) -> Vec<Step> {
        let renamed = self.survey.renamed.iter();
        renamed
            .filter_map(|(new, old)| {
                let mut step = catalog_step(
                    format!("rename {old} to {new}; the old name becomes a view"),
                    Some(new),
                    vec![format!("ALTER TABLE {} RENAME TO {}", name(old), name(new))],
                )?;
                step.lock = Some(format!("ACCESS EXCLUSIVE on {old}"));
                Some(step)
            })
            .collect()
    }

    fn rename_parts(&self) -> Vec<Step> {
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

    /// Serial columns lose their default and its sequence, whose name the identity takes.
    fn release_sequences(&self) -> Option<Step> {
        let statements = self.facts.numbered.iter().flat_map(
            |Numbered {
                 table,
                 column,
                 sequence,
                 ..
             }| {
                let release = format!(
                    "ALTER TABLE {} ALTER COLUMN {} DROP DEFAULT",
                    name(table),
                    name(column)
                );
                let drop = sequence
                    .as_ref()
                    .map(|sequence| format!("DROP SEQUENCE {sequence}"));
                [Some(release), drop].into_iter().flatten()
            },
        );
        let mut step = catalog_step(
            "take the sequences from their columns",
            None,
            statements.collect(),
        )?;
        step.lock = Some("ACCESS EXCLUSIVE on the tables".to_owned());
        Some(step)
    }

    /// Unique indexes that have the columns of a key that is missing: table, key, index.
    fn indexes_that_become_keys(&self) -> impl Iterator<Item = (&'s str, &'s str, &'s str)> {
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

    fn make_keys_of_indexes(&self) -> Vec<Step> {
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

    fn number_rows(&self) -> Option<Step> {
        let statements = self.facts.numbered.iter().flat_map(
            |Numbered {
                 table,
                 column,
                 next,
                 ..
             }| {
                let expected = self
                    .survey
                    .expected
                    .tables
                    .get(table)
                    .and_then(|table| table.column(column));
                let when = expected
                    .and_then(|column| column.identity.clone())
                    .unwrap_or_default();
                let alter = format!("ALTER TABLE {} ALTER COLUMN {}", name(table), name(column));
                [
                    format!("{alter} ADD GENERATED {} AS IDENTITY", when.to_uppercase()),
                    format!("{alter} RESTART WITH {next}"),
                ]
            },
        );
        let mut step = catalog_step(
            "number the rows by identities, from where the sequences were",
            None,
            statements.collect(),
        )?;
        step.sql
            .extend(self.facts.grants.iter().filter_map(|grant| {
                let numbered = self
                    .facts
                    .numbered
                    .iter()
                    .find(|numbered| numbered.sequence.as_ref() == Some(&grant.name))?;
                Some(format!(
                    "GRANT {} ON SEQUENCE {} TO {}",
                    grant.privileges,
                    name(&format!("{}_{}_seq", numbered.table, numbered.column)),
                    grant.grantee
                ))
            }));
        step.lock = Some("ACCESS EXCLUSIVE on the tables".to_owned());
        Some(step)
    }

    fn create_functions(&self) -> Option<Step> {
        let functions = self
            .parts(PartKind::Function)
            .filter_map(|(_, function, fault)| {
                let (PartFault::Missing { expected } | PartFault::Differs { expected, .. }) = fault
                else {
                    return None;
                };
                let text = self
                    .survey
                    .expected
                    .functions
                    .get(function)?
                    .comment
                    .as_deref();
                let comment = text.map(|text| comment("FUNCTION", function, Some(text)));
                Some([Some(expected.to_owned()), comment].into_iter().flatten())
            });
        let mut step = catalog_step("create the functions", None, functions.flatten().collect())?;
        step.notes = self
            .parts(PartKind::Function)
            .filter(|(_, _, fault)| matches!(fault, PartFault::Differs { .. }))
            .map(|(_, function, _)| {
                format!("{function} is there with another body, which is replaced")
            })
            .collect();
        Some(step)
    }

    /// The tables that are missing, but for their references and triggers.
    fn create_tables(&self) -> Vec<Step> {
        self.missing_tables()
            .filter_map(|(table, sql)| {
                let sql = sql
                    .into_iter()
                    .filter(|statement| {
                        !is_reference(statement) && !statement.starts_with("CREATE TRIGGER ")
                    })
                    .collect();
                let mut step = catalog_step(format!("create the table {table}"), Some(table), sql)?;
                step.lock = None;
                Some(step)
            })
            .collect()
    }

    fn missing_tables(&self) -> impl Iterator<Item = (&'s str, Vec<String>)> {
        self.findings.iter().filter_map(|finding| match *finding {
            Finding::TableMissing { table, expected } => {
                Some((table, create_table(table, expected)))
            }
            _ => None,
        })
    }

    fn add_keys_and_indexes(&self) -> Vec<Step> {
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

    fn add_references(&self) -> Vec<Step> {
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

    fn create_triggers(&self) -> Option<Step> {
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

    fn create_views(&self) -> Vec<Step> {
        let dropped: Vec<String> = self
            .views_to_drop()
            .into_iter()
            .map(|(view, _)| view)
            .collect();
        let mut own = Vec::new();
        for view in self.survey.expected.views.keys() {
            let is_there =
                self.survey.live.views.contains_key(view) && !dropped.contains(&name(view));
            if is_there {
                continue;
            }
            own.extend(create_view(self.survey.expected, view));
            own.extend(
                self.facts
                    .grants
                    .iter()
                    .filter(|grant| grant.name == *view)
                    .map(|grant| {
                        format!(
                            "GRANT {} ON {} TO {}",
                            grant.privileges,
                            name(view),
                            grant.grantee
                        )
                    }),
            );
            let before = self
                .facts
                .dependants
                .iter()
                .find(|dependant| dependant.name.as_ref() == Some(view));
            own.extend(before.into_iter().flat_map(|before| before.grants.clone()));
        }
        for (_, view, fault) in self.parts(PartKind::View) {
            if let PartFault::Options { expected, .. } = fault
                && !dropped.contains(&name(view))
            {
                own.push(format!(
                    "ALTER VIEW {} SET ({})",
                    name(view),
                    expected.join(", ")
                ));
            }
        }
        let is_foreign = |view: &&Dependant| {
            let own = &self.survey.expected.views;
            view.name
                .as_ref()
                .is_none_or(|name| !own.contains_key(name))
        };
        let foreign = self
            .facts
            .dependants
            .iter()
            .filter(is_foreign)
            .flat_map(|view| {
                let mut sql = vec![view.create.clone()];
                sql.extend(view.belongings.iter().chain(&view.grants).cloned());
                sql
            });
        [
            catalog_step("create the views of the old names", None, own),
            catalog_step("make the other views again", None, foreign.collect()),
        ]
        .into_iter()
        .flatten()
        .collect()
    }

    fn comment(&self) -> Option<Step> {
        let comments = self.findings.iter().filter_map(|finding| match *finding {
            Finding::TableComment { table, expected } => {
                Some(comment("TABLE", &name(table), expected))
            }
            Finding::Column {
                table,
                column,
                fault: ColumnFault::Comment(text),
            } => Some(comment_on_column(table, column, text)),
            Finding::Column {
                table,
                column,
                fault: ColumnFault::Missing(new),
            } => {
                let text = new.comment.as_deref()?;
                Some(comment_on_column(table, column, Some(text)))
            }
            Finding::Part {
                kind: PartKind::Function,
                name,
                fault: PartFault::Comment(text),
                ..
            } => Some(comment("FUNCTION", name, text)),
            Finding::Part {
                kind: PartKind::View,
                name: view,
                fault: PartFault::Comment(text),
                ..
            } => Some(comment("VIEW", &name(view), text)),
            _ => None,
        });
        let mut step = catalog_step("say what tables and columns mean", None, comments.collect())?;
        step.lock = Some("SHARE UPDATE EXCLUSIVE on the tables".to_owned());
        Some(step)
    }
}

fn is_reference(statement: &str) -> bool {
    statement.starts_with("ALTER TABLE ") && statement.contains(" FOREIGN KEY (")
}
