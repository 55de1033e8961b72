//! Lists of receipts.

use diesel::dsl::{exists, not};
use diesel::prelude::*;

use super::{GmailReceipt, owned_by};
use crate::Result;
use crate::models::{at_most, given};
use crate::schema::{gmail_receipts, gmail_transaction_matches};
use crate::types::{GmailConnectionId, ReceiptParsingStatus, UserId};

impl GmailReceipt {
    /// The receipts of a mailbox of the owner that do not count as deleted, of one parsing status or of all: at most
    /// `limit` after the first `offset`. Newest first.
    ///
    /// Takes over `get_gmail_receipts`.
    pub fn list(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        connection: GmailConnectionId,
        status: Option<ReceiptParsingStatus>,
        limit: Option<u32>,
        offset: u32,
    ) -> Result<Vec<Self>> {
        Ok(Self::query()
            .filter(gmail_receipts::connection_id.eq(connection))
            .filter(gmail_receipts::deleted_at.is_null())
            .filter(given(status, |status| {
                gmail_receipts::parsing_status.eq(status)
            }))
            .filter(owned_by(owner.into()))
            .order((
                gmail_receipts::received_at.desc(),
                gmail_receipts::id.desc(),
            ))
            .limit(at_most(limit))
            .offset(offset.into())
            .load(conn)?)
    }

    /// The parsed receipts of the owner that do not count as deleted and have no match, at most `limit`: those without a
    /// date first, then the newest first.
    ///
    /// Takes over `get_unmatched_gmail_receipts`.
    pub fn list_unmatched(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        limit: Option<u32>,
    ) -> Result<Vec<Self>> {
        let matches = gmail_transaction_matches::table
            .filter(gmail_transaction_matches::gmail_receipt_id.eq(gmail_receipts::id));
        Ok(Self::query()
            .filter(gmail_receipts::parsing_status.eq(ReceiptParsingStatus::Parsed))
            .filter(gmail_receipts::deleted_at.is_null())
            .filter(not(exists(matches)))
            .filter(owned_by(owner.into()))
            .order((
                gmail_receipts::receipt_date.desc(),
                gmail_receipts::id.desc(),
            ))
            .limit(at_most(limit))
            .load(conn)?)
    }
}
