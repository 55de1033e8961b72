//! Carrying out a draft, within one transaction.

use std::collections::BTreeMap;
use std::time::Instant;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;

use super::Options;
use super::draft::{Draft, settings};
use super::measure::{Measure, json_values, new_values, plain_values};
use super::plan::{State, Step};
use super::report::{Report, StepDone, TableDone};
use super::resolve::{Resolved, resolve};
use super::state::{Recorded, recorded, refuse_empty};
use super::survey::Survey;
use crate::catalog::check;
use crate::catalog::mend::name;
use crate::migrations::{TEXTS, checksums};
use crate::{Error, Result};

/// Adopts the database; the caller's transaction ends with an error where this does.
pub(super) fn run(conn: &mut PgConnection, options: &Options) -> Result<Report> {
    let begun = Instant::now();
    let mut report = Report::default();
    for statement in settings(options) {
        conn.batch_execute(&statement)?;
    }
    if recorded(conn)? == Recorded::Everything {
        Draft::make(conn, options)?;
        return Ok(report);
    }
    lock(conn, options, &mut report)?;
    let draft = Draft::make(conn, options)?;
    refuse_blocked(&draft)?;
    if draft.state == State::Differs {
        change(conn, &draft, options, &mut report)?;
    }
    take(conn, &mut report, &draft.last)?;
    for text in TEXTS {
        checksums::remember(conn, text)?;
    }
    refuse_drift(conn)?;
    report.elapsed_ms = milliseconds(begun);
    Ok(report)
}

/// Locks the tables that are there.
fn lock(conn: &mut PgConnection, options: &Options, report: &mut Report) -> Result<()> {
    let survey = Survey::read(conn, &options.time_zone)?;
    refuse_empty(&survey)?;
    let first = super::draft::first(&survey, options);
    take(conn, report, &first)
}

fn refuse_blocked(draft: &Draft) -> Result<()> {
    let unresolved: Vec<String> = draft
        .conflicts
        .blockers
        .iter()
        .filter(|blocker| blocker.resolved_by.is_none())
        .map(|blocker| match blocker.count {
            0 => blocker.message.clone(),
            count => format!("{} ({count})", blocker.message),
        })
        .collect();
    if unresolved.is_empty() {
        return Ok(());
    }
    Err(Error::Migration(format!(
        "adoption is blocked, and nothing was changed: {}; the plan tells what can be done",
        unresolved.join("; ")
    )))
}

fn change(
    conn: &mut PgConnection,
    draft: &Draft,
    options: &Options,
    report: &mut Report,
) -> Result<()> {
    let survey = &draft.survey;
    let tables: Vec<&String> = survey.live.tables.keys().collect();
    let mut measures: BTreeMap<String, Measure> = BTreeMap::new();
    timed(
        conn,
        report,
        "count the rows and take the checksums",
        |conn| {
            for table in &tables {
                let from = format!("{} AS t", survey.current(table));
                let measure = Measure::take(conn, &from, &new_values(survey, table))?;
                measures.insert((*table).clone(), measure);
            }
            Ok(measures.values().map(Measure::count).sum())
        },
    )?;
    let rows_before: BTreeMap<String, i64> = measures
        .iter()
        .map(|(table, measure)| (table.clone(), measure.count()))
        .collect();
    let mut resolved = Resolved::default();
    if !draft.resolving.is_empty() {
        timed(
            conn,
            report,
            "move, overwrite and fill in as chosen",
            |conn| {
                resolved = resolve(
                    conn,
                    survey,
                    &draft.conflicts.faults,
                    &options.resolutions,
                    &mut measures,
                )?;
                Ok(resolved
                    .removed
                    .values()
                    .chain(resolved.overwritten.values())
                    .sum())
            },
        )?;
    }
    for table in &tables {
        let json = json_values(survey, table);
        if !json.is_empty() {
            let from = format!("{} AS t", survey.current(table));
            let measured = Measure::take(conn, &from, &json)?;
            let measure = measures.entry((*table).clone()).or_default();
            measure.columns.extend(measured.columns);
        }
    }
    for step in &draft.changing {
        take(conn, report, step)?;
    }
    timed(
        conn,
        report,
        "count the rows and compare the checksums",
        |conn| {
            for table in &tables {
                let from = format!("{} AS t", name(table));
                let after = Measure::take(conn, &from, &plain_values(survey, table))?;
                let before = measures.entry((*table).clone()).or_default();
                before.agrees(table, &after)?;
            }
            Ok(measures.values().map(Measure::count).sum())
        },
    )?;
    report.removed = resolved.removed.values().sum();
    report.overwritten = resolved.overwritten.values().sum();
    report.tables = rows_before
        .into_iter()
        .map(|(table, rows_before)| TableDone {
            rows_before,
            rows_after: measures.get(&table).map_or(0, Measure::count),
            removed: resolved.removed.get(&table).copied().unwrap_or_default(),
            overwritten: resolved
                .overwritten
                .get(&table)
                .copied()
                .unwrap_or_default(),
            table,
        })
        .collect();
    Ok(())
}

/// Runs the statements of a step.
fn take(conn: &mut PgConnection, report: &mut Report, step: &Step) -> Result<()> {
    let sql = &step.sql;
    timed(conn, report, &step.title, |conn| {
        for statement in sql {
            conn.batch_execute(statement)?;
        }
        Ok(step.rows)
    })
}

fn timed(
    conn: &mut PgConnection,
    report: &mut Report,
    title: &str,
    work: impl FnOnce(&mut PgConnection) -> Result<i64>,
) -> Result<()> {
    let begun = Instant::now();
    let rows = work(conn).map_err(|error| match error {
        told @ Error::Migration(_) => told,
        other => Error::Migration(format!("{title}: {other}; nothing was changed")),
    })?;
    let elapsed = begun.elapsed();
    tracing::info!(target: "spending_db::adoption", ?elapsed, rows, "{title}");
    report.steps.push(StepDone {
        title: title.to_owned(),
        rows,
        elapsed_ms: milliseconds(begun),
    });
    Ok(())
}

fn refuse_drift(conn: &mut PgConnection) -> Result<()> {
    let drift: Vec<String> = check(conn)?
        .into_iter()
        .filter(|difference| difference.is_drift)
        .map(|difference| difference.message)
        .collect();
    if drift.is_empty() {
        return Ok(());
    }
    Err(Error::Migration(format!(
        "the database would still not be what the migrations make, so nothing was changed: {}",
        drift.join("; ")
    )))
}

fn milliseconds(begun: Instant) -> u64 {
    u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX)
}
