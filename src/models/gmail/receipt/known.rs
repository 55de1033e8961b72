//! Which messages a sync has seen already.

use chrono::{DateTime, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use serde::Serialize;

use super::owned_by;
use crate::Result;
use crate::schema::gmail_receipts;
use crate::types::{GmailConnectionId, GmailReceiptId, ReceiptParsingStatus, UserId};

/// A message that has a receipt already.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery, Serialize)]
#[diesel(table_name = gmail_receipts, check_for_backend(Pg))]
pub struct KnownReceipt {
    /// The receipt.
    pub id: GmailReceiptId,
    /// Gmail's id of the message.
    pub message_id: String,
    /// How far it is parsed.
    pub parsing_status: Option<ReceiptParsingStatus>,
    /// Set where the receipt counts as deleted.
    pub deleted_at: Option<DateTime<Utc>>,
}

impl KnownReceipt {
    /// The receipt of the owner with this `message_id`, if there is one that does not count as deleted; where several
    /// mailboxes have one, the oldest.
    ///
    /// Takes over `get_gmail_receipt_by_message_id`.
    pub fn find(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        message_id: &str,
    ) -> Result<Option<Self>> {
        Ok(Self::query()
            .filter(gmail_receipts::message_id.eq(message_id))
            .filter(gmail_receipts::deleted_at.is_null())
            .filter(owned_by(owner.into()))
            .order(gmail_receipts::id)
            .first(conn)
            .optional()?)
    }

    /// Which of these messages have a receipt in a mailbox of the owner, those that count as deleted too: a sync that asks
    /// this fetches none of them again. By `message_id`.
    pub fn list(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        connection: GmailConnectionId,
        message_ids: &[&str],
    ) -> Result<Vec<Self>> {
        Ok(Self::query()
            .filter(gmail_receipts::message_id.eq_any(message_ids))
            .filter(gmail_receipts::connection_id.eq(connection))
            .filter(owned_by(owner.into()))
            .order(gmail_receipts::message_id)
            .load(conn)?)
    }
}
