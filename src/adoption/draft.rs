//! [`Draft`]: everything that is known before the first change, and the plan that it makes.

use std::collections::BTreeMap;

use diesel::prelude::*;

use super::blockers::Conflicts;
use super::facts::Facts;
use super::marks;
use super::plan::{Plan, State, Step, Work};
use super::resolution::{Rule, chosen};
use super::resolve::{create_side_table, fill, fills};
use super::state::{Recorded, drift, kept, recorded, refuse_empty, sequences};
use super::steps::steps;
use super::survey::Survey;
use super::{Options, SIDE_TABLE};
use crate::Result;
use crate::catalog::mend::{literal, name};
use crate::config::milliseconds;
use crate::migrations::TEXTS;
use crate::migrations::script::RECORDS;
use crate::{Error, catalog};

/// What has to be done.
pub(super) struct Draft {
    pub(super) survey: Survey,
    pub(super) conflicts: Conflicts,
    pub(super) state: State,
    /// Settings and locks.
    pub(super) first: Step,
    /// What becomes of refused rows; nothing where there are none.
    pub(super) resolving: Vec<Step>,
    /// Changes of the schema.
    pub(super) changing: Vec<Step>,
    /// The record of migrations.
    pub(super) last: Step,
}

impl Draft {
    /// Reads what there is and works out what is to be done.
    pub(super) fn make(conn: &mut PgConnection, options: &Options) -> Result<Self> {
        let recorded = recorded(conn)?;
        let survey = Survey::read(conn, &options.time_zone)?;
        refuse_empty(&survey)?;
        let drift = drift(conn, &survey)?;
        let state = match (recorded, drift.as_slice()) {
            (Recorded::Everything, []) => State::Adopted,
            (Recorded::Nothing, []) => State::Fits,
            (Recorded::Nothing, _) => State::Differs,
            (Recorded::Everything, [first, ..]) => {
                return Err(Error::Migration(format!(
                    "all migrations are applied already, but {first}{}: spending-db migrate check tells what mends it",
                    match drift.len() {
                        1 => String::new(),
                        number => format!(" and {} more", number - 1),
                    }
                )));
            }
        };
        let mut conflicts = Conflicts::default();
        let mut changing = Vec::new();
        if state == State::Differs {
            conflicts = Conflicts::find(conn, &survey, &options.resolutions)?;
            let facts = Facts::read(conn, &survey)?;
            changing = steps(&survey, &facts, &conflicts.rows);
            changing.extend(advance(sequences(conn)?));
        }
        Ok(Self {
            first: first(&survey, options),
            resolving: resolving(&survey, &conflicts, options),
            changing,
            last: stamp(),
            survey,
            conflicts,
            state,
        })
    }

    /// The plan as it is shown.
    pub(super) fn plan(&self) -> Plan {
        let steps = match self.state {
            State::Adopted => Vec::new(),
            State::Fits => vec![self.last.clone()],
            State::Differs => {
                let mut steps = vec![self.first.clone()];
                steps.extend(self.resolving.iter().chain(&self.changing).cloned());
                steps.push(self.last.clone());
                steps
            }
        };
        Plan {
            state: self.state,
            steps,
            blockers: self.conflicts.blockers.clone(),
            kept: kept(&self.survey, self.state),
        }
    }
}

/// The settings under which the statements mean what they should, and the locks.
pub(super) fn first(survey: &Survey, options: &Options) -> Step {
    let (known, unknown): (Vec<&String>, Vec<&String>) = survey
        .live
        .tables
        .keys()
        .partition(|table| survey.expected.tables.contains_key(*table));
    let list = |tables: &[&String]| {
        let names: Vec<String> = tables.iter().map(|table| survey.current(table)).collect();
        names.join(", ")
    };
    let mut sql = settings(options);
    sql.push(format!(
        "LOCK TABLE {} IN ACCESS EXCLUSIVE MODE",
        list(&known)
    ));
    if !unknown.is_empty() {
        sql.push(format!(
            "LOCK TABLE {} IN SHARE ROW EXCLUSIVE MODE",
            list(&unknown)
        ));
    }
    Step {
        title: "lock the tables".to_owned(),
        table: None,
        sql,
        lock: Some(
            "ACCESS EXCLUSIVE on every table: nobody else reads or writes until the end".to_owned(),
        ),
        work: Work::Catalog,
        rows: 0,
        notes: Vec::new(),
    }
}

/// Settings for one transaction.
pub(super) fn settings(options: &Options) -> Vec<String> {
    vec![
        format!(
            "SET LOCAL lock_timeout = {}",
            milliseconds(options.lock_timeout)
        ),
        "SET LOCAL statement_timeout = 0".to_owned(),
        "SET LOCAL TimeZone = 'UTC'".to_owned(),
        "SET CONSTRAINTS ALL IMMEDIATE".to_owned(),
    ]
}

/// What becomes of the rows that have a choice, a step a table and kind, and of printed dictionaries.
fn resolving(survey: &Survey, conflicts: &Conflicts, options: &Options) -> Vec<Step> {
    let mut steps = Vec::new();
    let step = |title: String, table: &str, rows: i64, sql: Vec<String>, notes: Vec<String>| Step {
        title,
        table: Some(table.to_owned()),
        sql,
        lock: Some(format!("ROW EXCLUSIVE on {table}")),
        work: Work::Reads,
        rows,
        notes,
    };
    let mut marking: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for fault in &conflicts.faults {
        let choice = chosen(&options.resolutions, fault.rule(), &fault.table);
        let statements = marks::statements(survey, fault, choice);
        marking.entry(&fault.table).or_default().extend(statements);
    }
    marking.retain(|_, statements| !statements.is_empty());
    let is_moved = |rule: Rule, table: &str| chosen(&options.resolutions, rule, table).is_some();
    for ((table, column), unreadable) in &conflicts.unreadable {
        let printed = conflicts
            .printed
            .get(&(table.clone(), column.clone()))
            .copied()
            .unwrap_or_default();
        let rows = printed
            + if is_moved(Rule::Text, table) {
                *unreadable
            } else {
                0
            };
        if rows > 0 {
            steps.push(step(
                format!("make JSON of the dictionaries that Python printed into {table}.{column}"),
                table,
                rows,
                vec![format!(
                    "UPDATE {} SET {column} = '…' WHERE ctid = '…'",
                    survey.current(table),
                    column = name(column)
                )],
                vec!["the program reads the texts; what is JSON already stays as it is".to_owned()],
            ));
        }
    }
    if !marking.is_empty() {
        steps.push(step(
            format!("keep the rows that are moved or overwritten in {SIDE_TABLE}"),
            SIDE_TABLE,
            0,
            vec![create_side_table(), marks::CREATE.to_owned()],
            vec!["what hangs on a row that is moved goes with it, or loses its reference where the reference may be NULL".to_owned()],
        ));
    }
    for (table, statements) in marking {
        let rows = conflicts
            .blockers
            .iter()
            .filter(|blocker| blocker.table == table);
        steps.push(step(
            format!("choose the rows of {table} that are moved or overwritten"),
            table,
            rows.map(|blocker| blocker.count).sum(),
            statements,
            Vec::new(),
        ));
    }
    for (table, columns) in fills(survey, &conflicts.faults, &options.resolutions) {
        let names: Vec<&str> = columns.iter().map(|(column, _)| column.as_str()).collect();
        steps.push(step(
            format!(
                "give {} of {table} their defaults where they are NULL",
                names.join(", ")
            ),
            &table,
            conflicts.rows.get(&table).copied().unwrap_or_default(),
            vec![fill(survey, &table, &columns)],
            Vec::new(),
        ));
    }
    steps
}

/// Brings identities forward that are behind their rows.
fn advance(sequences: Vec<(String, String)>) -> Option<Step> {
    let expected = catalog::Catalog::expected().ok()?;
    // Those of serial columns are dropped, and their identities go on where they should.
    let is_identity = |table: &String| expected.tables.contains_key(table);
    let sql: Vec<String> = sequences
        .into_iter()
        .filter(|(table, _)| is_identity(table))
        .map(|(_, sql)| sql)
        .collect();
    (!sql.is_empty()).then(|| Step {
        title: "bring the sequences forward that are behind their rows".to_owned(),
        table: None,
        sql,
        lock: Some("SHARE ROW EXCLUSIVE on the sequences".to_owned()),
        work: Work::Catalog,
        rows: 0,
        notes: Vec::new(),
    })
}

/// Records the migrations as applied.
fn stamp() -> Step {
    let versions: Vec<String> = TEXTS
        .iter()
        .map(|text| format!("({})", literal(&text.version())))
        .collect();
    Step {
        title: "record the migrations as applied".to_owned(),
        table: None,
        sql: vec![
            RECORDS.to_owned(),
            format!(
                "INSERT INTO __diesel_schema_migrations (version) VALUES {} ON CONFLICT DO NOTHING",
                versions.join(", ")
            ),
        ],
        lock: None,
        work: Work::Catalog,
        rows: 0,
        notes: vec![
            "checksums of what the migrations say are kept in __spending_db_checksums".to_owned(),
        ],
    }
}
