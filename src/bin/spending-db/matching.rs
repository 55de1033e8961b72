//! `spending-db match`.

mod answer;

use clap::{Args, Subcommand};
use spending_db::operations::matching::{Matcher, run as run_matcher, run_all};
use spending_db::{Config, Database, Result};

pub(crate) use self::answer::write_all;
use self::answer::write_found;
use crate::output::Output;
use crate::progress::MatchingBar;
use crate::users::find_user;

/// Arguments of `spending-db match`.
#[derive(Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Args)]
struct Whose {
    /// Only the transactions of this user; the run is a row in `matching_jobs` then
    #[arg(long, value_name = "EMAIL")]
    user: Option<String>,
}

#[derive(Subcommand)]
enum What {
    /// Payments to Amazon and the orders that they paid
    ///
    /// Same currency, at most 3 days and 0.01 apart, each payment and each order once. What is matched stays matched.
    Amazon(Whose),
    /// Amazon returns, the payments that were returned and the credits that refunded them
    ///
    /// The payment is the one that is matched to the order. The credit has the same amount and currency and comes at most 7 days
    /// before and 3 days after the refund.
    Returns(Whose),
    /// Payments to Amazon and the Business orders that they paid
    ///
    /// As amazon, for the payments that are matched to no order.
    Business(Whose),
    /// Payments to Apple and the App Store purchases that they paid
    ///
    /// As amazon; the day of a payment is the one in its text.
    Apple(Whose),
    /// Receipts from mailboxes and the payments that they belong to
    Gmail(Whose),
    /// All of these, in this order
    ///
    /// Exit code 1 where one of them failed; the others have run.
    All(Whose),
}

/// Matches, and tells what was found.
pub(crate) fn run(config: &Config, output: &Output, arguments: &Arguments) -> Result<()> {
    let (matcher, whose) = match &arguments.what {
        What::Amazon(whose) => (Some(Matcher::Amazon), whose),
        What::Returns(whose) => (Some(Matcher::AmazonReturns), whose),
        What::Business(whose) => (Some(Matcher::AmazonBusiness), whose),
        What::Apple(whose) => (Some(Matcher::Apple), whose),
        What::Gmail(whose) => (Some(Matcher::Gmail), whose),
        What::All(whose) => (None, whose),
    };
    let database = Database::open(config.clone())?;
    let conn = &mut *database.conn()?;
    let user = find_user(conn, whose.user.as_deref())?;
    let bar = MatchingBar::new();
    if let Some(matcher) = matcher {
        let done = run_matcher(conn, user, matcher, &mut |progress| {
            bar.show(matcher, progress);
        })?;
        drop(bar);
        return output.answer(&done, |out| write_found(out, matcher, &done.found));
    }
    let all = run_all(conn, user, &mut |matcher, progress| {
        bar.show(matcher, progress);
    })?;
    drop(bar);
    output.answer(&all, |out| write_all(out, &all))?;
    match all.parts.into_iter().find_map(|(_, part)| part.err()) {
        Some(error) => Err(error),
        None => Ok(()),
    }
}
