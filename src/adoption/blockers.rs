//! Counting what the schema refuses, and saying what can be done about it.

use std::collections::BTreeMap;

use diesel::prelude::*;

use super::faults::{Fault, What, faults};
use super::key;
use super::plan::Blocker;
use super::reference::Reference;
use super::resolution::{Choice, Resolution, Rule, chosen};
use super::survey::{Survey, counts};
use super::texts;
use crate::Result;
use crate::catalog::mend::{define, name};
use crate::catalog::{ColumnFault, Finding, PartFault, PartKind, compare};

/// What stands between the rows and the schema.
#[derive(Default)]
pub(super) struct Conflicts {
    pub(super) blockers: Vec<Blocker>,
    /// The faults that some row has.
    pub(super) faults: Vec<Fault>,
    /// The rows of each table that is there, by its new name.
    pub(super) rows: BTreeMap<String, i64>,
    /// Texts that become JSON from printed Python, by table and column.
    pub(super) printed: BTreeMap<(String, String), i64>,
    /// Texts that are neither.
    pub(super) unreadable: BTreeMap<(String, String), i64>,
}

impl Conflicts {
    /// Looks for every one of them.
    pub(super) fn find(
        conn: &mut PgConnection,
        survey: &Survey,
        resolutions: &[Resolution],
    ) -> Result<Self> {
        let mut conflicts = Self::default();
        let faults = faults(survey);
        for table in survey.live.tables.keys() {
            let of_table: Vec<&Fault> = faults.iter().filter(|f| f.table == *table).collect();
            conflicts.count(conn, survey, resolutions, table, &of_table)?;
        }
        for (table, column) in texts::columns(survey) {
            conflicts.read_texts(conn, survey, resolutions, &table, &column)?;
        }
        conflicts.find_impossible(survey);
        Ok(conflicts)
    }

    /// One statement for all that one reading of the table tells, and one for each other question.
    fn count(
        &mut self,
        conn: &mut PgConnection,
        survey: &Survey,
        resolutions: &[Resolution],
        table: &str,
        faults: &[&Fault],
    ) -> Result<()> {
        let from = survey.current(table);
        let (of_row, others): (Vec<&Fault>, Vec<&Fault>) = faults.iter().partition(|fault| {
            fault.from == from
                && !matches!(fault.what, What::Orphan { .. } | What::Duplicate { .. })
        });
        let mut expressions = vec!["count(*)".to_owned()];
        expressions.extend(
            of_row
                .iter()
                .map(|fault| format!("count(*) FILTER (WHERE {})", fault.condition)),
        );
        let found = counts(conn, &format!("{from} AS t"), &expressions)?;
        let mut found = found.into_iter();
        self.rows
            .insert(table.to_owned(), found.next().unwrap_or_default());
        for (fault, count) in of_row.into_iter().zip(found) {
            self.add(survey, resolutions, fault, count);
        }
        for fault in others {
            let query = fault.query();
            let found = counts(conn, &format!("({query}) AS t"), &["count(*)".to_owned()])?;
            self.add(
                survey,
                resolutions,
                fault,
                found.first().copied().unwrap_or_default(),
            );
        }
        Ok(())
    }

    fn add(&mut self, survey: &Survey, resolutions: &[Resolution], fault: &Fault, count: i64) {
        if count > 0 {
            self.blockers
                .push(blocker(survey, resolutions, fault, count));
            self.faults.push(fault.clone());
        }
    }

    fn read_texts(
        &mut self,
        conn: &mut PgConnection,
        survey: &Survey,
        resolutions: &[Resolution],
        table: &str,
        column: &str,
    ) -> Result<()> {
        const SHOWN: usize = 100;

        let (mut printed, mut unreadable) = (0, Vec::new());
        texts::each(conn, survey, table, column, |_, found| {
            for text in found {
                match text.json {
                    Some(_) => printed += 1,
                    None => unreadable.push(text.row),
                }
            }
            Ok(())
        })?;
        let of = || (table.to_owned(), column.to_owned());
        let count = i64::try_from(unreadable.len()).unwrap_or(i64::MAX);
        self.printed.insert(of(), printed);
        self.unreadable.insert(of(), count);
        if unreadable.is_empty() {
            return Ok(());
        }
        let rows: Vec<String> = unreadable
            .iter()
            .take(SHOWN)
            .map(|row| format!("'{row}'"))
            .collect();
        let choice = chosen(resolutions, Rule::Text, table);
        self.blockers.push(Blocker {
            rule: Rule::Text,
            table: table.to_owned(),
            message: format!(
                "{table}.{column}: neither JSON nor a dictionary that Python printed{}",
                if unreadable.len() > SHOWN {
                    "; the query shows the first hundred"
                } else {
                    ""
                }
            ),
            count,
            query: Some(format!(
                "SELECT * FROM {} WHERE ctid IN ({})",
                survey.current(table),
                rows.join(", ")
            )),
            suggestion: format!(
                "--resolve text:{table}=string stores it as a JSON string, text:{table}=null stores NULL, text:{table}=move moves the row"
            ),
            resolved_by: choice.map(|choice| own_or_all(resolutions, table, choice)),
        });
        Ok(())
    }

    /// What no choice settles.
    fn find_impossible(&mut self, survey: &Survey) {
        for (new, old) in &survey.doubled {
            self.block(new, format!("there is a table {old}, which is the old name of {new}, and {new} too"),
                format!("move the rows of one into the other, and drop or rename the table {old}: its name becomes that of a view"));
        }
        for finding in compare(survey.expected, &survey.live) {
            match finding {
                Finding::Column {
                    table,
                    fault: ColumnFault::Type { expected, live },
                    ..
                } if expected.sql_type != live.sql_type
                    && survey.conversion(table, live, "").is_none() =>
                {
                    let column = &live.name;
                    self.block(
                        table,
                        format!(
                            "{table}.{column} is {}, which nobody knows how to turn into {}",
                            live.sql_type, expected.sql_type
                        ),
                        format!(
                            "ALTER TABLE {} ALTER COLUMN {} TYPE {} USING …, as fits",
                            survey.current(table),
                            name(column),
                            expected.sql_type
                        ),
                    );
                }
                Finding::Column {
                    table,
                    column,
                    fault: ColumnFault::Missing(expected),
                } if expected.not_null
                    && expected.default.is_none()
                    && expected.identity.is_none()
                    && self.rows.get(table).is_some_and(|rows| *rows > 0) =>
                {
                    let rows = self.rows.get(table).copied().unwrap_or_default();
                    self.block(table, format!("{table}.{column} is missing, and nobody knows which value the {rows} rows have there"),
                        format!("ALTER TABLE {} ADD COLUMN {}; then give every row its value", survey.current(table),
                            define(expected).trim_end_matches(" NOT NULL")));
                }
                Finding::Part {
                    kind: PartKind::Constraint,
                    table: Some(table),
                    name: constraint,
                    fault: PartFault::Unknown { live } | PartFault::Differs { live, .. },
                } => self.find_dependants(survey, table, constraint, live),
                _ => {}
            }
        }
    }

    /// Foreign keys of tables that the migrations know nothing of, on a key that goes.
    fn find_dependants(
        &mut self,
        survey: &Survey,
        table: &str,
        constraint: &str,
        definition: &str,
    ) {
        let Some(columns) = key::columns(definition) else {
            return;
        };
        let stays = survey.expected.tables.get(table).is_some_and(|expected| {
            let keys = expected.constraints.values();
            keys.filter_map(|part| key::columns(&part.definition))
                .any(|key| key == columns)
        });
        if stays {
            return;
        }
        let unknown = survey
            .live
            .tables
            .iter()
            .filter(|(name, _)| !survey.expected.tables.contains_key(*name));
        for (other, found) in unknown {
            for (foreign_key, part) in &found.constraints {
                let depends = Reference::parse(other, &part.definition).is_some_and(|reference| {
                    let parent: Vec<String> = reference
                        .parent_columns
                        .iter()
                        .map(|column| name(column))
                        .collect();
                    reference.parent == table && parent.join(", ") == columns
                });
                if depends {
                    self.block(table, format!("{other} refers to {table} ({columns}) by {foreign_key}, but the key {constraint} goes: values may repeat"),
                        format!("ALTER TABLE {} DROP CONSTRAINT {}, or let it refer to the primary key", name(other), name(foreign_key)));
                }
            }
        }
    }

    fn block(&mut self, table: &str, message: String, suggestion: String) {
        self.blockers.push(Blocker {
            rule: Rule::Other,
            table: table.to_owned(),
            message,
            count: 0,
            query: None,
            suggestion,
            resolved_by: None,
        });
    }
}

fn blocker(survey: &Survey, resolutions: &[Resolution], fault: &Fault, count: i64) -> Blocker {
    let table = fault.table.as_str();
    let rule = fault.rule();
    let choice = chosen(resolutions, rule, table);
    let (message, suggestion, settles) = match &fault.what {
        What::Null {
            column,
            default: Some(default),
        } => (
            format!("{table}.{column} refuses NULL"),
            format!(
                "--resolve nulls:{table}=default stores {default} there, nulls:{table}=move moves the rows"
            ),
            true,
        ),
        What::Null {
            column,
            default: None,
        } => (
            format!("{table}.{column} refuses NULL and has no default"),
            format!("fill it in, or --resolve nulls:{table}=move moves the rows"),
            choice == Some(Choice::NullsMove),
        ),
        What::Value {
            column,
            sql_type,
            may_be_null,
        } => (
            format!("{table}.{column}: no {sql_type}"),
            if *may_be_null {
                format!(
                    "--resolve text:{table}=null stores NULL there, text:{table}=move moves the rows"
                )
            } else {
                format!("--resolve text:{table}=move moves the rows")
            },
            match choice {
                Some(Choice::TextNull) => *may_be_null,
                choice => choice == Some(Choice::TextMove),
            },
        ),
        What::Check { name, definition } => (
            format!("{table}: {name} refuses the row: {definition}"),
            format!("correct it, or --resolve checks:{table}=move moves the rows"),
            true,
        ),
        What::Orphan {
            reference,
            may_be_null,
        } => (
            format!(
                "{table}.{} refers to rows of {} that are not there",
                reference.columns.join(", "),
                reference.parent
            ),
            if *may_be_null {
                format!(
                    "--resolve orphans:{table}=null takes the reference away, orphans:{table}=move moves the rows"
                )
            } else {
                format!("--resolve orphans:{table}=move moves the rows")
            },
            *may_be_null || choice == Some(Choice::OrphansMove),
        ),
        What::Duplicate { key, flag, .. } => (
            format!("{table}: several rows have the same key {key}"),
            match flag {
                Some(flag) => format!(
                    "--resolve duplicates:{table}=keep-oldest or keep-newest keeps {flag} of one of them"
                ),
                None => format!(
                    "--resolve duplicates:{table}=keep-oldest or keep-newest keeps one and moves the others, with what hangs on them"
                ),
            },
            true,
        ),
    };
    let mut query = fault.query();
    if let What::Duplicate { parts, .. } = &fault.what {
        query = format!("{query} ORDER BY {}", parts.join(", "));
    }
    Blocker {
        rule,
        table: table.to_owned(),
        message,
        count,
        query: Some(query),
        suggestion,
        resolved_by: choice
            .filter(|_| settles)
            .map(|choice| own_or_all(resolutions, table, choice)),
    }
}

/// The choice as it was given.
fn own_or_all(resolutions: &[Resolution], table: &str, choice: Choice) -> Resolution {
    let own = Resolution::of(table, choice);
    if resolutions.contains(&own) {
        own
    } else {
        choice.into()
    }
}
