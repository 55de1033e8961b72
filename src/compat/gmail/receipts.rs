//! Receipts.

use super::receipt_answer::{
    known_receipt, list, saved, wholes, with_bodies, with_mail, with_owner,
};
use super::receipt_argument::{MessageReceipt, ReceiptData};
use crate::compat::answer::Answer;
use crate::compat::function::functions;
use crate::compat::given::OrBlank;
use crate::compat::{found, optional};
use crate::models::gmail::{GmailReceipt, KnownReceipt, SyncedReceipt};
use crate::operations::gmail::receipts::{self, OwnedReceipt, ReceiptWithMail};
use crate::operations::gmail::statistics;
use crate::types::{EVERYONE, GmailConnectionId, GmailReceiptId, ReceiptParsingStatus, UserId};

functions! {
    /// Receipts.
    FUNCTIONS:

    save_gmail_receipt(connection_id: GmailConnectionId, message_id: String, receipt_data: ReceiptData) => |conn|
        receipt_data.of(connection_id, &message_id).save(conn, EVERYONE)?,

    save_gmail_receipt_bulk(receipts: Vec<MessageReceipt>) => |conn| {
        let receipts: Vec<_> = receipts.iter().map(MessageReceipt::receipt).collect();
        saved(SyncedReceipt::save_all(conn, EVERYONE, &receipts)?)
    },

    get_receipt_with_email_content(receipt_id: GmailReceiptId) => |conn|
        optional(ReceiptWithMail::find(conn, EVERYONE, receipt_id))?.map(with_mail),

    get_receipts_by_domain_with_content(domain: String, limit: Option<u32> = 10) => |conn|
        Answer::list(ReceiptWithMail::list_for_domain(conn, EVERYONE, &domain, limit)?, with_bodies),

    get_gmail_receipts(
        connection_id: GmailConnectionId,
        limit: Option<u32> = 50,
        offset: Option<u32> = 0,
        status: OrBlank<String> = null
    ) => |conn| match status.0.map(|word| word.parse::<ReceiptParsingStatus>()) {
        // A word that is no status is that of no receipt.
        Some(Err(_)) => list(Vec::new()),
        status => {
            let status = status.transpose()?;
            let offset = offset.unwrap_or_default();
            list(GmailReceipt::list(conn, EVERYONE, connection_id, status, limit, offset)?)
        }
    },

    get_gmail_receipt_by_id(receipt_id: GmailReceiptId) => |conn|
        optional(OwnedReceipt::find(conn, EVERYONE, receipt_id))?.map(with_owner),

    get_gmail_receipt_by_message_id(message_id: String) => |conn|
        KnownReceipt::find(conn, EVERYONE, &message_id)?.map(known_receipt),

    get_unmatched_gmail_receipts(user_id: UserId, limit: Option<u32> = 100) => |conn|
        wholes(GmailReceipt::list_unmatched(conn, user_id, limit)?),

    soft_delete_gmail_receipt(receipt_id: GmailReceiptId) => |conn|
        found(receipts::delete(conn, EVERYONE, receipt_id))?,

    get_gmail_statistics(user_id: UserId) => |conn| statistics::receipts(conn, user_id)?,
}
