//! What `spending-db match` tells people.

use std::io::{self, Write};

use spending_db::operations::matching::returns::ReturnMatches;
use spending_db::operations::matching::{Found, Matcher, PurchaseMatches, UnifiedRun};

use crate::match_gmail;
use crate::table::{number, table};

/// Writes the new matches and what is left.
fn write_matches(out: &mut dyn Write, vendor: &str, matches: &PurchaseMatches) -> io::Result<()> {
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
    let (matched, unmatched) = (matches.matched.len(), &matches.unmatched);
    writeln!(
        out,
        "{matched} new, {} payments to {vendor} without an order{}",
        unmatched.len(),
        if unmatched.is_empty() { "" } else { ":" },
    )?;
    for transaction in unmatched {
        writeln!(out, "  {transaction}")?;
    }
    Ok(())
}

/// Writes what one matcher found.
pub(super) fn write_found(out: &mut dyn Write, matcher: Matcher, found: &Found) -> io::Result<()> {
    match found {
        Found::Purchases(matches) => write_matches(out, vendor(matcher), matches),
        Found::Returns(matches) => write_returns(out, matches),
        Found::Receipts(matches) => match_gmail::write_matches(out, matches),
    }
}

fn vendor(matcher: Matcher) -> &'static str {
    match matcher {
        Matcher::AmazonBusiness => "Amazon Business",
        Matcher::Apple => "Apple",
        Matcher::Amazon | Matcher::AmazonReturns | Matcher::Gmail => "Amazon",
    }
}

fn write_returns(out: &mut dyn Write, matches: &ReturnMatches) -> io::Result<()> {
    if !matches.matched.is_empty() {
        let mut links = table(["return", "order", "payment", "refund"]);
        for found in &matches.matched {
            links.add_row([
                &found.reversal_id,
                &found.order_id,
                &found.original_transaction,
                &found.refund_transaction,
            ]);
        }
        writeln!(out, "{links}")?;
    }
    let (matched, unmatched) = (matches.matched.len(), &matches.unmatched);
    writeln!(
        out,
        "{matched} new, {} returns without a match{}",
        unmatched.len(),
        if unmatched.is_empty() { "" } else { ":" },
    )?;
    for left in unmatched {
        writeln!(out, "  {}: {}", left.reversal_id, left.reason.as_str())?;
    }
    Ok(())
}

/// Writes what all matchers came to.
pub(crate) fn write_all(out: &mut dyn Write, all: &UnifiedRun) -> io::Result<()> {
    for (matcher, part) in &all.parts {
        writeln!(out, "{}:", matcher.name())?;
        match part {
            Ok(part) => write_found(out, *matcher, &part.found)?,
            Err(error) => writeln!(out, "failed: {error}")?,
        }
        writeln!(out)?;
    }
    let totals = all.totals();
    writeln!(
        out,
        "In all {} looked at, {} new, {} left; {} matchers completed, {} failed",
        totals.processed, totals.matched, totals.unmatched, totals.completed, totals.failed,
    )
}
