//! The doctor: each ill is really there, is found, and goes by what the finding says to do.

mod command;
mod connections;
mod indexes;
mod jobs;
mod migrations;
mod rights;
mod secrets;
mod server;
mod tables;

use std::time::Duration;

use diesel::prelude::*;
use spending_db::doctor::{Area, Finding, Options, Severity, Step, examine};

use crate::support::execute;

/// The defaults, but that a busy machine may take its time.
fn patient() -> Options {
    let mut options = Options::default();
    options.time_limit = Duration::from_secs(60);
    options
}

fn look(conn: &mut PgConnection) -> Vec<Finding> {
    examine(conn, &patient()).unwrap()
}

/// The only finding of the area that says so.
#[track_caller]
fn only<'a>(findings: &'a [Finding], area: Area, words: &str) -> &'a Finding {
    let mut found = findings
        .iter()
        .filter(|finding| finding.area == area && finding.found.contains(words));
    match (found.next(), found.next()) {
        (Some(finding), None) => finding,
        _ => panic!("one {area} finding with {words:?} in {findings:#?}"),
    }
}

/// Whether nothing of the area is worse than a note.
fn is_well(findings: &[Finding], area: Area) -> bool {
    findings
        .iter()
        .all(|finding| finding.area != area || finding.severity <= Severity::Note)
}

/// The statements that a finding says to run.
fn statements(finding: &Finding) -> Vec<&str> {
    let steps = finding.steps.iter();
    steps
        .filter_map(|step| match step {
            Step::Sql(statement) => Some(statement.as_str()),
            _ => None,
        })
        .collect()
}

/// Runs the statements that a finding says to run, of which there must be some.
#[track_caller]
fn mend(conn: &mut PgConnection, finding: &Finding) {
    let statements = statements(finding);
    assert!(!statements.is_empty(), "{finding:#?}");
    for statement in statements {
        execute(conn, statement);
    }
}

/// The commands that a finding says to type.
fn commands(finding: &Finding) -> Vec<&str> {
    let steps = finding.steps.iter();
    steps
        .filter_map(|step| match step {
            Step::Command(command) => Some(command.as_str()),
            _ => None,
        })
        .collect()
}
