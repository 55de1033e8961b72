//! `spending-db rules`.

use clap::{Args, Subcommand, ValueEnum};
use serde_json::json;
use spending_db::operations::rules::{apply, check_pattern, split_pattern, test_pattern};
use spending_db::operations::seed::seed;
use spending_db::types::PatternType;
use spending_db::{Config, Database, Result};

use crate::output::Output;
use crate::table::{number, table};
use crate::users::find_user;

/// Arguments of `spending-db rules`.
#[derive(Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Enrich transactions by the rules
    ///
    /// The first mapping of the payee, else the first category rule that fits decides. What a person set stays.
    Apply {
        /// Only the transactions of this user
        #[arg(long, value_name = "EMAIL")]
        user: Option<String>,
    },
    /// Tell which transactions a pattern fits, as a rule with it would
    Test {
        /// The pattern; without --kind it may start with `starts:`, `contains:`, `exact:` or `regex:`
        pattern: String,
        /// How it is compared with the description, ignoring case
        #[arg(long, value_enum)]
        kind: Option<Kind>,
        /// So many of the newest are shown
        #[arg(long, default_value_t = 10, value_name = "NUMBER")]
        samples: u32,
        /// Only the transactions of this user
        #[arg(long, value_name = "EMAIL")]
        user: Option<String>,
    },
    /// Put in the categories, rules and merchants to start with; what is there stays
    Seed,
}

#[derive(Clone, Copy, ValueEnum)]
#[value(rename_all = "snake_case")]
enum Kind {
    Contains,
    StartsWith,
    Exact,
    Regex,
}

impl From<Kind> for PatternType {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Contains => Self::Contains,
            Kind::StartsWith => Self::StartsWith,
            Kind::Exact => Self::Exact,
            Kind::Regex => Self::Regex,
        }
    }
}

/// Does what is asked of the rules.
pub(crate) fn run(config: &Config, output: &Output, arguments: &Arguments) -> Result<()> {
    let database = Database::open(config.clone())?;
    match &arguments.what {
        What::Apply { user } => apply_rules(&database, output, user.as_deref()),
        What::Test {
            pattern,
            kind,
            samples,
            user,
        } => {
            let (kind, pattern) = kind.map_or_else(
                || split_pattern(pattern),
                |kind| (kind.into(), pattern.as_str()),
            );
            test(
                &database,
                output,
                user.as_deref(),
                (kind, pattern),
                *samples,
            )
        }
        What::Seed => {
            let seeded = seed(&mut *database.conn()?)?;
            output.answer(&seeded, |out| {
                writeln!(
                    out,
                    "new: {} categories, {} rules, {} merchants",
                    seeded.categories, seeded.rules, seeded.merchants
                )
            })
        }
    }
}

fn apply_rules(database: &Database, output: &Output, user: Option<&str>) -> Result<()> {
    let conn = &mut *database.conn()?;
    let user = find_user(conn, user)?;
    let application = apply(conn, user)?;
    output.answer(&application, |out| {
        if !application.hits.is_empty() {
            let mut hits = table(["rule", "transactions"]);
            for (rule, count) in &application.hits {
                hits.add_row([rule.as_str().into(), number(count)]);
            }
            writeln!(out, "{hits}")?;
        }
        writeln!(
            out,
            "{} of {} transactions fit a rule, {} changed",
            application.enriched_transactions,
            application.total_transactions,
            application.written_transactions
        )
    })
}

fn test(
    database: &Database,
    output: &Output,
    user: Option<&str>,
    (kind, pattern): (PatternType, &str),
    samples: u32,
) -> Result<()> {
    check_pattern(kind, pattern)?;
    let conn = &mut *database.conn()?;
    let user = find_user(conn, user)?;
    let test = test_pattern(conn, user, pattern, kind, samples)?;
    let answer = json!({
        "pattern": pattern,
        "kind": kind,
        "matches": test.matches,
        "samples": test.samples,
    });
    output.answer(&answer, |out| {
        if !test.samples.is_empty() {
            let mut rows = table(["day", "amount", "", "description"]);
            for sample in &test.samples {
                rows.add_row([
                    sample.timestamp.date_naive().to_string().into(),
                    number(sample.amount.to_plain_string()),
                    sample.currency.as_str().into(),
                    sample.description.as_str().into(),
                ]);
            }
            writeln!(out, "{rows}")?;
        }
        writeln!(out, "{} transactions fit", test.matches)
    })
}
