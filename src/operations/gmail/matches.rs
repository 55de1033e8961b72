//! Receipts and the bank transactions that paid them.

mod description;
mod listed;
mod store;

use diesel::prelude::*;

pub use listed::{Confirmation, MatchedReceipt, PaidReceipt};
pub(in crate::operations) use store::{Found, store};

use super::forgetting::settle;
use crate::models::gmail::{
    GmailReceipt, GmailTransactionMatch, NewGmailTransactionMatch, receipt,
};
use crate::models::one_row;
use crate::models::truelayer::transaction;
use crate::schema::{
    gmail_connections, gmail_receipts, gmail_transaction_matches as matches,
    transaction_enrichment_sources as sources,
};
use crate::types::{
    EVERYONE, EnrichmentSourceType, GmailReceiptId, GmailTransactionMatchId, UserId,
};
use crate::{Error, Result};

/// Matches a receipt to a bank transaction of the same user, in one transaction: the match, the receipt as an enrichment
/// source of the bank transaction, and the status `Gmail` where it was `None` or null.
///
/// A pair that is matched already gets the new confidence, method and conversion, also where they are `None`, and its source
/// is written anew; what kind of match it is, a person's confirmation and the mark of the primary source stay. A new source
/// becomes primary unless the present one is an order, a purchase, a person's own text, verified by a person, or a surer
/// receipt.
///
/// `conversion_rate` keeps six decimals, halves rounded away from zero.
/// [`Error::NotFound`] where the owner has no such receipt or it counts as deleted, and where the
/// user of its mailbox has no such transaction; [`Error::InvalidInput`] where the confidence is
/// not within 0 to 100.
///
/// Takes over `save_gmail_match`.
pub fn save(
    conn: &mut PgConnection,
    owner: impl Into<Option<UserId>>,
    new: &NewGmailTransactionMatch<'_>,
) -> Result<GmailTransactionMatch> {
    let owner = owner.into();
    conn.transaction(|conn| {
        let receipt = lock_receipt(conn, owner, new.gmail_receipt_id)?;
        let user: UserId = gmail_connections::table
            .find(receipt.connection_id)
            .select(gmail_connections::user_id)
            .first(conn)?;
        let locked = transaction::lock(conn, Some(user), &[new.truelayer_transaction_id])?;
        one_row(locked.len())?;
        let found = Found {
            receipt: &receipt,
            new: *new,
        };
        store(conn, &[found])?.pop().ok_or(Error::NotFound)
    })
}

/// The receipt, which until the end of the transaction nobody deletes.
fn lock_receipt(
    conn: &mut PgConnection,
    owner: Option<UserId>,
    id: GmailReceiptId,
) -> Result<GmailReceipt> {
    Ok(gmail_receipts::table
        .find(id)
        .filter(gmail_receipts::deleted_at.is_null())
        .filter(receipt::owned_by(owner))
        .select(GmailReceipt::as_select())
        .for_share()
        .first(conn)?)
}

/// Takes a match of the owner back, in one transaction: the match and the enrichment source that it made go. Where that was
/// the primary one, the best of the others takes its place (verified, then Amazon, Amazon Business and Apple, then the
/// surest); a status `Gmail` without a match that is left becomes `None`. The receipt stays as it is.
///
/// [`Error::NotFound`] where the owner has no such match.
///
/// Takes over `delete_gmail_match`.
pub fn remove(
    conn: &mut PgConnection,
    owner: impl Into<Option<UserId>>,
    id: GmailTransactionMatchId,
) -> Result<()> {
    let owner = owner.into();
    conn.transaction(|conn| {
        let found = GmailTransactionMatch::find(conn, owner, id)?;
        transaction::lock(conn, EVERYONE, &[found.truelayer_transaction_id])?;
        one_row(diesel::delete(matches::table.find(id)).execute(conn)?)?;
        let told = sources::table
            .filter(sources::truelayer_transaction_id.eq(found.truelayer_transaction_id))
            .filter(sources::source_type.eq(EnrichmentSourceType::Gmail))
            .filter(sources::source_id.eq(found.gmail_receipt_id.0));
        diesel::delete(told).execute(conn)?;
        settle(conn, &[found.truelayer_transaction_id])
    })
}
