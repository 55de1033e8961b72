//! `spending-db jobs work`.

use std::io;
use std::time::Duration;

use clap::Args;
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;
use spending_db::config::parse_duration;
use spending_db::jobs::{Registry, Schedule, Shutdown, Worker};
use spending_db::{Config, Database, Error, Result};

use crate::output::Output;

/// Connections besides those of the threads: imports take several.
const SPARE_CONNECTIONS: u32 = 2;

#[derive(Args)]
pub(super) struct Work {
    /// How many jobs at a time
    #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u32).range(1..=500))]
    threads: u32,
    /// End when no job is due and none runs; the schedule is left to others
    #[arg(long)]
    until_empty: bool,
    /// End after this time, such as 90s, 10min or 8h
    #[arg(long = "for", value_name = "DURATION", value_parser = duration)]
    time: Option<Duration>,
    /// How long jobs may take to finish when the worker ends; what is left then is handed back
    #[arg(long, value_name = "DURATION", default_value = "30s", value_parser = duration)]
    grace: Duration,
}

/// Works, and tells what was done.
pub(super) fn run(config: &Config, output: &Output, arguments: &Work) -> Result<()> {
    let shutdown = Shutdown::new();
    listen_to_signals(&shutdown).map_err(|error| Error::io("signals", error))?;
    let size = arguments.threads + SPARE_CONNECTIONS;
    let database = Database::open(config.clone().pool_size_at_least(size))?;
    let mut worker = Worker::builder(&database, Registry::shipped())
        .threads(usize::try_from(arguments.threads).unwrap_or(usize::MAX))
        .grace(arguments.grace)
        .until_empty(arguments.until_empty)
        .shutdown(shutdown);
    if let Some(time) = arguments.time {
        worker = worker.stop_after(time);
    }
    if !arguments.until_empty {
        worker = worker.schedule(Schedule::upkeep()?);
    }
    let done = worker.build()?.run();
    output.answer(&done, |out| {
        writeln!(
            out,
            "{} completed, {} to be tried again, {} failed, {} handed back, {} lost",
            done.completed, done.retried, done.failed, done.handed_back, done.lost
        )
    })
}

/// The first signal asks the worker to end, the second ends the process.
fn listen_to_signals(shutdown: &Shutdown) -> io::Result<()> {
    for signal in [SIGTERM, SIGINT] {
        flag::register_conditional_shutdown(signal, 128 + signal, shutdown.flag())?;
        flag::register(signal, shutdown.flag())?;
    }
    Ok(())
}

fn duration(text: &str) -> std::result::Result<Duration, &'static str> {
    parse_duration(text).ok_or("takes a duration such as 500ms, 90s, 10min or 8h")
}
