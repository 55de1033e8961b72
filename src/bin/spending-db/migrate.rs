//! `spending-db migrate`.

mod adopt;
mod check;
mod lint;
mod revert;
mod side_by_side;

use std::io::{self, Write};
use std::process::ExitCode;

use clap::{Args, Subcommand};
use diesel::PgConnection;
use serde_json::json;
use spending_db::Result;
use spending_db::catalog::Catalog;
use spending_db::database::connect;
use spending_db::migrations::{Done, Migrator, Status};

use crate::connect::Target;
use crate::output::Output;

#[derive(Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// Apply the pending migrations
    Run,
    /// List the migrations and when they were applied (UTC)
    Status,
    /// Revert the latest migration, or several; refused where that would lose data
    Revert(revert::Arguments),
    /// Revert the latest migration, or several, and apply them again
    Redo(revert::Arguments),
    /// Tell where the database is not what the migrations make: exit code 1 where it has drifted
    Check,
    /// Take over a database that was made without these migrations: tells the plan, or does it
    Adopt(adopt::Arguments),
    /// Print the pending migrations as SQL, for a database that somebody else changes
    Sql,
    /// Tell which statements of new migrations hurt a table in use: exit code 1 where one does
    Lint(lint::Arguments),
    /// Let old code store Gmail receipts and mails beside the new, or end that
    SideBySide(side_by_side::Arguments),
    /// Print the database's catalog as JSON; `./dev catalog` keeps the expected one by it
    Catalog,
}

pub(crate) fn run(
    target: impl FnOnce() -> Result<Target>,
    output: &Output,
    arguments: &Arguments,
) -> Result<ExitCode> {
    if let Action::Lint(arguments) = &arguments.action {
        return lint::run(output, arguments);
    }
    let target = target()?;
    let migrator = Migrator::embedded(target.config.migration_options());
    let conn: &mut PgConnection = &mut connect(&target.config)?;
    match &arguments.action {
        Action::Run => {
            let done = migrator.run(conn)?;
            output.answer(&json!({ "applied": done }), |out| {
                list(out, &done, "applied", "nothing to apply")
            })?;
        }
        Action::Status => {
            let status = migrator.status(conn)?;
            output.answer(&json!({ "migrations": status }), |out| table(out, &status))?;
        }
        Action::Revert(arguments) => arguments.revert(conn, &migrator, output)?,
        Action::Redo(arguments) => arguments.redo(conn, &migrator, output)?,
        Action::Lint(arguments) => return lint::run(output, arguments),
        Action::Adopt(arguments) => return adopt::run(conn, &target.config, output, arguments),
        Action::Check => return check::run(conn, &migrator, output),
        Action::Sql => {
            let sql = migrator.pending_sql(conn)?;
            output.answer(&json!({ "sql": sql }), |out| write!(out, "{sql}"))?;
        }
        Action::SideBySide(arguments) => {
            side_by_side::run(conn, &target.config.migration_options(), output, arguments)?;
        }
        Action::Catalog => {
            let catalog = Catalog::read(conn)?;
            let pretty = serde_json::to_string_pretty(&catalog).map_err(io::Error::from);
            output.answer(&catalog, |out| writeln!(out, "{}", pretty?))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn list(out: &mut dyn Write, done: &[Done], word: &str, nothing: &str) -> io::Result<()> {
    if done.is_empty() {
        return writeln!(out, "{nothing}");
    }
    for Done {
        name,
        elapsed_ms,
        lost,
        ..
    } in done
    {
        writeln!(out, "{word} {name} ({elapsed_ms} ms)")?;
        for loss in lost {
            writeln!(out, "    lost {loss}")?;
        }
    }
    Ok(())
}

fn table(out: &mut dyn Write, status: &[Status]) -> io::Result<()> {
    for migration in status {
        let name = match &migration.name {
            Some(name) => name.clone(),
            None => format!("{} (unknown to this program)", migration.version),
        };
        match migration.applied_at {
            Some(at) => writeln!(out, "{}  {name}", at.format("%Y-%m-%d %H:%M:%S"))?,
            None => writeln!(out, "{:19}  {name}", "pending")?,
        }
    }
    Ok(())
}
