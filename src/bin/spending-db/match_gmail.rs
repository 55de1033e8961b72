//! What `spending-db match gmail` tells people.

use std::io::{self, Write};

use spending_db::operations::matching::gmail::GmailMatches;

use crate::table::{number, table};

/// Writes the new matches, and how many receipts are left.
pub(crate) fn write_matches(out: &mut dyn Write, matches: &GmailMatches) -> io::Result<()> {
    if !matches.matched.is_empty() {
        let mut pairs = table(["transaction", "receipt", "order", "confidence", "method"]);
        for found in &matches.matched {
            pairs.add_row([
                found.transaction.as_str().into(),
                number(found.receipt_id),
                found.order_id.as_deref().unwrap_or_default().into(),
                number(found.confidence),
                found.match_method.as_str().into(),
            ]);
        }
        writeln!(out, "{pairs}")?;
    }
    writeln!(
        out,
        "{} new, {} receipts without a payment",
        matches.matched.len(),
        matches.unmatched.len(),
    )
}
