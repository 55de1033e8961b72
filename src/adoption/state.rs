//! Whether a database is one to adopt.

use diesel::prelude::*;

use super::needless;
use super::plan::State;
use super::survey::Survey;
use crate::catalog::{Finding, behind, compare, is_drift};
use crate::migrations::{Migrator, Options, TEXTS};
use crate::{Error, Result};

/// What the record of migrations says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Recorded {
    Nothing,
    Everything,
}

/// Reads the record of migrations. One with some of them is none to adopt.
pub(super) fn recorded(conn: &mut PgConnection) -> Result<Recorded> {
    let pending = Migrator::embedded(Options::default()).pending(conn)?;
    // The Diesel CLI records its own first migration in every database that it is set up for.
    let is_applied = |name: &str| !pending.iter().any(|pending| pending == name);
    let applied = TEXTS.iter().filter(|text| is_applied(text.name));
    let setup = TEXTS
        .first()
        .filter(|text| is_applied(text.name))
        .iter()
        .count();
    match applied.count() {
        number if number <= setup => Ok(Recorded::Nothing),
        number if number == TEXTS.len() => Ok(Recorded::Everything),
        number => Err(Error::Migration(format!(
            "{number} of {} migrations are applied already: there is nothing to adopt; spending-db migrate run applies the others",
            TEXTS.len()
        ))),
    }
}

/// Refuses a database with none of the crate's tables.
pub(super) fn refuse_empty(survey: &Survey) -> Result<()> {
    if survey.known().next().is_some() {
        return Ok(());
    }
    let tables = if survey.live.tables.is_empty() {
        "no tables"
    } else {
        "none of the tables of this schema"
    };
    Err(Error::Migration(format!(
        "the database has {tables}: there is nothing to adopt; spending-db migrate run makes the schema"
    )))
}

/// What is drift, one line each.
pub(super) fn drift(conn: &mut PgConnection, survey: &Survey) -> Result<Vec<String>> {
    let mut drift: Vec<String> = crate::catalog::check(conn)?
        .into_iter()
        .filter(|difference| difference.is_drift)
        .map(|difference| difference.message)
        .collect();
    if !survey.renamed.is_empty() && drift.is_empty() {
        drift.push("tables have their old names".to_owned());
    }
    Ok(drift)
}

/// What stays although the schema knows nothing of it; of a database that differs some indexes go.
pub(super) fn kept(survey: &Survey, state: State) -> Vec<String> {
    let goes =
        |finding: &Finding<'_>| state == State::Differs && needless::why(survey, finding).is_some();
    compare(survey.expected, &survey.live)
        .iter()
        .filter(|finding| !is_drift(survey.expected, finding) || is_kept_column(finding))
        .filter(|finding| !goes(finding))
        .map(crate::catalog::addition)
        .collect()
}

fn is_kept_column(finding: &Finding<'_>) -> bool {
    matches!(
        finding,
        Finding::Column {
            fault: crate::catalog::ColumnFault::Unknown(_),
            ..
        }
    )
}

/// The statements that bring sequences behind their rows forward.
pub(super) fn sequences(conn: &mut PgConnection) -> Result<Vec<(String, String)>> {
    Ok(behind(conn)?
        .into_iter()
        .map(|behind| {
            let sql = format!(
                "ALTER SEQUENCE {} RESTART WITH {}",
                behind.sequence,
                behind.greatest + 1
            );
            (behind.table, sql)
        })
        .collect())
}
