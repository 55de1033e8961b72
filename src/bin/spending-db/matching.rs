//! `spending-db match`.

use std::io::{self, Write};

use clap::{Args, Subcommand};
use spending_db::operations::matching::amazon::{AmazonMatches, match_amazon};
use spending_db::{Config, Database, Result};

use crate::output::Output;
use crate::table::{number, table};
use crate::users::find_user;

/// Arguments of `spending-db match`.
#[derive(Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Payments to Amazon and the orders that they paid
    ///
    /// Same currency, at most 3 days and 0.01 apart, each payment and each order once. What is matched stays matched.
    Amazon {
        /// Only the payments of this user
        #[arg(long, value_name = "EMAIL")]
        user: Option<String>,
    },
}

/// Matches, and tells what was found.
pub(crate) fn run(config: &Config, output: &Output, arguments: &Arguments) -> Result<()> {
    let database = Database::open(config.clone())?;
    let conn = &mut *database.conn()?;
    let What::Amazon { user } = &arguments.what;
    let user = find_user(conn, user.as_deref())?;
    let matches = match_amazon(conn, user)?;
    output.answer(&matches, |out| write_matches(out, &matches))
}

/// Writes the new matches and what is left.
pub(crate) fn write_matches(out: &mut dyn Write, matches: &AmazonMatches) -> io::Result<()> {
    if !matches.matched.is_empty() {
        let mut pairs = table(["transaction", "order", "confidence"]);
        for found in &matches.matched {
            pairs.add_row([
                found.transaction.as_str().into(),
                found.order_id.as_str().into(),
                number(found.confidence),
            ]);
        }
        writeln!(out, "{pairs}")?;
    }
    writeln!(
        out,
        "{} new, {} payments to Amazon without an order{}",
        matches.matched.len(),
        matches.unmatched.len(),
        if matches.unmatched.is_empty() {
            ""
        } else {
            ":"
        },
    )?;
    for transaction in &matches.unmatched {
        writeln!(out, "  {transaction}")?;
    }
    Ok(())
}
