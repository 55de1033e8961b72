//! `spending-db migrate adopt`.

use std::io::{self, Write};
use std::process::ExitCode;
use std::time::Duration;

use clap::Args;
use diesel::PgConnection;
use spending_db::adoption::{self, Blocker, Options, Plan, Report, Resolution, State, Step, Work};
use spending_db::{Config, Result};

use crate::output::Output;

#[derive(Args)]
pub(crate) struct Arguments {
    /// Do it; without this it is only told what would be done
    #[arg(long)]
    apply: bool,
    /// What becomes of rows that the schema refuses, such as `orphans=move` or `orphans:amazon_returns=null`; may be repeated
    ///
    /// nulls=default|move, orphans=move|null, duplicates=keep-oldest|keep-newest, checks=move, text=string|null|move. What is
    /// moved or overwritten is kept in the table `__spending_db_adoption_removed`.
    #[arg(long, value_name = "RULE=CHOICE")]
    resolve: Vec<Resolution>,
    /// The zone in which times without a zone were written
    #[arg(long, value_name = "ZONE", default_value = "UTC")]
    time_zone: String,
    /// The longest wait for the tables and for another process that migrates, in seconds; `LOCK_TIMEOUT` as a rule
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u32).range(1..))]
    lock_timeout: Option<u32>,
}

/// Tells the plan, or carries it out. Exit code 1 where something blocks it.
pub(super) fn run(
    conn: &mut PgConnection,
    config: &Config,
    output: &Output,
    arguments: &Arguments,
) -> Result<ExitCode> {
    let options = Options {
        resolutions: arguments.resolve.clone(),
        time_zone: arguments.time_zone.clone(),
        lock_timeout: match arguments.lock_timeout {
            Some(seconds) => Some(Duration::from_secs(seconds.into())),
            None => config.migration_options().table_lock_timeout,
        },
    };
    if arguments.apply {
        let report = adoption::apply(conn, &options)?;
        output.answer(&report, |out| tell_report(out, &report))?;
        return Ok(ExitCode::SUCCESS);
    }
    let plan = adoption::plan(conn, &options)?;
    output.answer(&plan, |out| tell_plan(out, &plan))?;
    Ok(if plan.unresolved().next().is_none() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn tell_plan(out: &mut dyn Write, plan: &Plan) -> io::Result<()> {
    match plan.state {
        State::Adopted => {
            return writeln!(
                out,
                "nothing to do: the database is what the migrations make"
            );
        }
        State::Fits => writeln!(
            out,
            "the database fits already; the migrations are only to be recorded\n"
        )?,
        State::Differs => {}
    }
    for (number, step) in plan.steps.iter().enumerate() {
        tell_step(out, number + 1, step)?;
    }
    for kept in &plan.kept {
        writeln!(out, "{kept}")?;
    }
    for blocker in &plan.blockers {
        tell_blocker(out, blocker)?;
    }
    match plan.unresolved().count() {
        0 => writeln!(
            out,
            "\nnothing was changed; --apply does all of it in one transaction"
        ),
        1 => writeln!(
            out,
            "\nnothing was changed; 1 conflict has to be settled first"
        ),
        number => writeln!(
            out,
            "\nnothing was changed; {number} conflicts have to be settled first"
        ),
    }
}

fn tell_step(out: &mut dyn Write, number: usize, step: &Step) -> io::Result<()> {
    writeln!(out, "{number}. {}", step.title)?;
    if let Some(lock) = &step.lock {
        writeln!(out, "   lock: {lock}")?;
    }
    let rows = step.rows;
    match step.work {
        Work::Catalog => {}
        Work::Reads => writeln!(out, "   reads {rows} rows")?,
        Work::Rewrites => writeln!(out, "   rewrites {rows} rows")?,
    }
    for note in &step.notes {
        writeln!(out, "   note: {note}")?;
    }
    for statement in &step.sql {
        writeln!(out, "     {};", statement.replace('\n', "\n     "))?;
    }
    Ok(())
}

fn tell_blocker(out: &mut dyn Write, blocker: &Blocker) -> io::Result<()> {
    let rows = match blocker.count {
        0 => String::new(),
        1 => " (1 row)".to_owned(),
        count => format!(" ({count} rows)"),
    };
    match &blocker.resolved_by {
        Some(resolution) => writeln!(out, "\nsettled by {resolution}: {}{rows}", blocker.message)?,
        None => writeln!(out, "\nblocked: {}{rows}", blocker.message)?,
    }
    if let Some(query) = &blocker.query {
        writeln!(out, "     {query};")?;
    }
    if blocker.resolved_by.is_none() {
        writeln!(out, "   {}", blocker.suggestion)?;
    }
    Ok(())
}

fn tell_report(out: &mut dyn Write, report: &Report) -> io::Result<()> {
    if report.steps.is_empty() {
        return writeln!(out, "nothing to do");
    }
    for step in &report.steps {
        match step.rows {
            0 => writeln!(out, "{} ({} ms)", step.title, step.elapsed_ms)?,
            rows => writeln!(out, "{} ({rows} rows, {} ms)", step.title, step.elapsed_ms)?,
        }
    }
    for table in &report.tables {
        if table.removed > 0 || table.overwritten > 0 {
            writeln!(
                out,
                "{}: {} rows, {} moved, {} overwritten",
                table.table, table.rows_after, table.removed, table.overwritten
            )?;
        }
    }
    if report.removed + report.overwritten > 0 {
        writeln!(
            out,
            "{} rows are kept as they were in {}",
            report.removed + report.overwritten,
            adoption::SIDE_TABLE
        )?;
    }
    writeln!(
        out,
        "adopted in {} ms; counts and checksums of {} tables agree",
        report.elapsed_ms,
        report.tables.len()
    )
}
