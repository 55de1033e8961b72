//! The steps that change the schema, in their order.

mod numbers;
mod objects;
mod parts;

use std::collections::BTreeMap;

use super::alter::alter;
use super::facts::Facts;
use super::plan::{Step, Work};
use super::survey::Survey;
use crate::catalog::mend::create_table;
use crate::catalog::{Finding, PartFault, PartKind, compare};

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

    fn missing_tables(&self) -> impl Iterator<Item = (&'s str, Vec<String>)> {
        self.findings.iter().filter_map(|finding| match *finding {
            Finding::TableMissing { table, expected } => {
                Some((table, create_table(table, expected)))
            }
            _ => None,
        })
    }
}

fn is_reference(statement: &str) -> bool {
    statement.starts_with("ALTER TABLE ") && statement.contains(" FOREIGN KEY (")
}
