//! `spending-db enrich`.

use std::io::{self, IsTerminal, Write, stderr};

use clap::Args;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use spending_db::config::Environment;
use spending_db::operations::enrichment::{
    EnrichmentOptions, EnrichmentProgress, EnrichmentRun, EnrichmentState, KeywordEnricher, enrich,
    users_waiting,
};
use spending_db::{Config, Database, Result};

use crate::output::Output;
use crate::table::{number, table};
use crate::users::find_user;

/// Arguments of `spending-db enrich`.
#[derive(Args)]
pub(crate) struct Arguments {
    /// Only the transactions of this user
    #[arg(long, value_name = "EMAIL")]
    user: Option<String>,
    /// At most so many transactions of a user, the newest
    #[arg(long, value_name = "NUMBER")]
    limit: Option<u32>,
    /// Try what failed at once, however often and recently it did
    #[arg(long)]
    retry_failed: bool,
    /// Enrich anew what is enriched; what a person set stays
    #[arg(long, requires = "user")]
    force: bool,
}

/// Enriches by the rules, the cache and the keywords that are built in, a user after the other.
pub(crate) fn run(config: &Config, output: &Output, arguments: &Arguments) -> Result<()> {
    let database = Database::open(config.clone())?;
    let options = EnrichmentOptions {
        limit: arguments.limit,
        retry_failed: arguments.retry_failed,
        force: arguments.force,
        ..EnrichmentOptions::from_environment(&Environment::load()?)?
    };
    let mut conn = database.conn()?;
    let enricher = KeywordEnricher::load(&mut conn)?;
    let users = match find_user(&mut conn, arguments.user.as_deref())? {
        Some(user) => vec![user],
        None => users_waiting(&mut conn)?,
    };
    drop(conn);
    let runs = users
        .into_iter()
        .map(|user| enrich(&database, user, &enricher, &options, &Bar::new()))
        .collect::<Result<Vec<_>>>()?;
    output.answer(&runs, |out| write_runs(out, &runs))
}

/// Writes what became of the transactions that waited, a line a user.
pub(crate) fn write_runs(out: &mut dyn Write, runs: &[EnrichmentRun]) -> io::Result<()> {
    let mut rows = table([
        "job", "waited", "by rules", "by cache", "by words", "failed",
    ]);
    for EnrichmentRun { job, state, .. } in runs {
        rows.add_row([
            number(job),
            number(state.total),
            number(state.by_rules),
            number(state.by_cache),
            number(state.by_enricher),
            number(state.failed),
        ]);
    }
    writeln!(out, "{rows}")
}

/// A bar on a terminal, cleared when it is dropped.
struct Bar(ProgressBar);

impl Bar {
    fn new() -> Self {
        let target = if stderr().is_terminal() {
            ProgressDrawTarget::stderr()
        } else {
            ProgressDrawTarget::hidden()
        };
        let bar = ProgressBar::with_draw_target(None, target);
        let style = ProgressStyle::with_template("enriching {bar:32} {pos:>8} of {len}");
        if let Ok(style) = style {
            bar.set_style(style);
        }
        Self(bar)
    }
}

impl EnrichmentProgress for Bar {
    fn advanced(&self, state: &EnrichmentState) {
        self.0.set_length(state.total.unsigned_abs());
        self.0.set_position(state.current.unsigned_abs());
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
