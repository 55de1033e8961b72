//! `spending-db migrate check`.

use std::io::{self, Write};
use std::process::ExitCode;

use diesel::PgConnection;
use diesel_migrations::EmbeddedMigrations;
use serde::Serialize;
use spending_db::Result;
use spending_db::catalog::{Difference, check};
use spending_db::migrations::Migrator;

use crate::output::Output;

#[derive(Serialize)]
struct Answer {
    /// Whether the database is what the migrations make.
    fits: bool,
    pending: Vec<String>,
    /// Migrations that say something else now than when they were applied.
    changed: Vec<String>,
    differences: Vec<Difference>,
}

/// Checks, and tells each difference with its consequence and its remedy.
pub(super) fn run(
    conn: &mut PgConnection,
    migrator: &Migrator<EmbeddedMigrations>,
    output: &Output,
) -> Result<ExitCode> {
    let answer = Answer::find(conn, migrator)?;
    output.answer(&answer, |out| tell(out, &answer))?;
    Ok(if answer.fits {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

impl Answer {
    fn find(conn: &mut PgConnection, migrator: &Migrator<EmbeddedMigrations>) -> Result<Self> {
        let pending = migrator.pending(conn)?;
        let changed = migrator.changed(conn)?;
        let differences = check(conn)?;
        Ok(Self {
            fits: pending.is_empty()
                && changed.is_empty()
                && !differences.iter().any(|difference| difference.is_drift),
            pending,
            changed,
            differences,
        })
    }
}

fn tell(out: &mut dyn Write, answer: &Answer) -> io::Result<()> {
    for name in &answer.pending {
        writeln!(out, "migration {name} is pending: spending-db migrate run")?;
    }
    for name in &answer.changed {
        writeln!(
            out,
            "migration {name} was applied with another text: a change belongs into a migration of its own"
        )?;
    }
    for difference in &answer.differences {
        match &difference.breaks {
            Some(breaks) => writeln!(out, "{}: {breaks}", difference.message)?,
            None => writeln!(out, "{}", difference.message)?,
        }
        for statement in &difference.mend {
            writeln!(out, "    {};", statement.replace('\n', "\n    "))?;
        }
    }
    if answer.fits {
        writeln!(out, "the database is what the migrations make")?;
    }
    Ok(())
}
