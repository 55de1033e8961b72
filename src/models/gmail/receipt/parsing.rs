//! Receipts that wait to be parsed, and what came of it.

use bigdecimal::BigDecimal;
use chrono::NaiveDate;
use diesel::dsl;
use diesel::prelude::*;
use serde_json::Value;

use super::findings::not_nothing;
use super::{GmailReceipt, owned_by};
use crate::Result;
use crate::models::at_most;
use crate::schema::gmail_receipts;
use crate::types::{GmailConnectionId, GmailReceiptId, ReceiptParsingStatus, UserId};

/// After as many attempts a receipt is not offered for parsing any more.
const MOST_ATTEMPTS: i32 = 3;

/// What a parser made of a receipt. All of it takes the place of what is stored: a `None` empties the column, but for
/// `llm_cost_cents`. The amount keeps its decimals.
#[derive(Debug, Clone, Copy, PartialEq, AsChangeset)]
#[diesel(table_name = gmail_receipts, treat_none_as_null = true)]
pub struct ParsedReceipt<'a> {
    /// The shop.
    pub merchant_name: Option<&'a str>,
    /// Lower-case, without company suffixes and signs.
    pub merchant_name_normalized: Option<&'a str>,
    /// The shop's order number.
    pub order_id: Option<&'a str>,
    /// In `currency_code`; refunds are below zero.
    pub total_amount: Option<&'a BigDecimal>,
    /// ISO 4217 code, three letters.
    pub currency_code: Option<&'a str>,
    /// Day of the purchase.
    pub receipt_date: Option<NaiveDate>,
    /// Array of objects; an empty one is stored as none.
    pub line_items: Option<&'a Value>,
    /// SHA-256 of merchant, amount, day and order number.
    pub receipt_hash: Option<&'a str>,
    /// The parser.
    pub parse_method: Option<&'a str>,
    /// 0 to 100.
    pub parse_confidence: i32,
    /// How far it is parsed.
    pub parsing_status: ReceiptParsingStatus,
    /// US cents; `None` leaves what is stored.
    #[diesel(treat_none_as_null = false)]
    pub llm_cost_cents: Option<i32>,
}

impl ParsedReceipt<'_> {
    /// A receipt that is parsed, with nothing found.
    pub const fn new(parse_confidence: i32) -> Self {
        Self {
            merchant_name: None,
            merchant_name_normalized: None,
            order_id: None,
            total_amount: None,
            currency_code: None,
            receipt_date: None,
            line_items: None,
            receipt_hash: None,
            parse_method: None,
            parse_confidence,
            parsing_status: ReceiptParsingStatus::Parsed,
            llm_cost_cents: None,
        }
    }
}

/// Receipts of a mailbox that wait to be parsed.
#[dsl::auto_type]
fn pending_in(connection: GmailConnectionId) -> _ {
    let pending: ReceiptParsingStatus = ReceiptParsingStatus::Pending;
    let most: i32 = MOST_ATTEMPTS;
    gmail_receipts::connection_id
        .eq(connection)
        .and(gmail_receipts::parsing_status.eq(pending))
        .and(gmail_receipts::deleted_at.is_null())
        .and(gmail_receipts::retry_count.lt(most))
}

/// Newest first.
#[dsl::auto_type]
fn newest_first() -> _ {
    (
        gmail_receipts::received_at.desc(),
        gmail_receipts::id.desc(),
    )
}

impl GmailReceipt {
    /// The receipts of one mailbox of the owner that wait to be parsed and were not tried three times yet, at most `limit`.
    /// Newest first.
    ///
    /// Takes over `get_pending_gmail_receipts`.
    pub fn list_pending(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        connection: GmailConnectionId,
        limit: Option<u32>,
    ) -> Result<Vec<Self>> {
        Ok(Self::query()
            .filter(pending_in(connection))
            .filter(owned_by(owner.into()))
            .order(newest_first())
            .limit(at_most(limit))
            .load(conn)?)
    }

    /// As [`list_pending`](Self::list_pending), for several workers: the receipts are locked until the caller's
    /// transaction ends, and those that another worker has locked are left out.
    pub fn claim_pending(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        connection: GmailConnectionId,
        limit: Option<u32>,
    ) -> Result<Vec<Self>> {
        Ok(Self::query()
            .filter(pending_in(connection))
            .filter(owned_by(owner.into()))
            .order(newest_first())
            .limit(at_most(limit))
            .for_no_key_update()
            .skip_locked()
            .load(conn)?)
    }

    /// Writes what a parser made of a receipt of the owner, one that counts as deleted too, and gives it as it is then. The
    /// error and the attempts that are stored stay.
    ///
    /// [`Error::NotFound`](crate::Error::NotFound) without such a receipt,
    /// [`Error::InvalidInput`](crate::Error::InvalidInput) for a confidence outside 0 to 100 or a currency that has not
    /// three letters; nothing is changed then.
    ///
    /// Takes over `update_gmail_receipt_parsed`.
    pub fn set_parsed(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        id: GmailReceiptId,
        parsed: &ParsedReceipt<'_>,
    ) -> Result<Self> {
        let parsed = ParsedReceipt {
            line_items: not_nothing(parsed.line_items),
            ..*parsed
        };
        let row = gmail_receipts::table
            .find(id)
            .filter(owned_by(owner.into()));
        Ok(diesel::update(row)
            .set((parsed, gmail_receipts::updated_at.eq(dsl::now)))
            .returning(Self::as_returning())
            .get_result(conn)?)
    }

    /// Notes how far a receipt of the owner is parsed and counts one more attempt, whatever the status; `None` empties the
    /// error. [`Error::NotFound`](crate::Error::NotFound) without such a receipt.
    ///
    /// Takes over `update_gmail_receipt_status`.
    pub fn set_parsing_status(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        id: GmailReceiptId,
        status: ReceiptParsingStatus,
        error: Option<&str>,
    ) -> Result<Self> {
        let row = gmail_receipts::table
            .find(id)
            .filter(owned_by(owner.into()));
        Ok(diesel::update(row)
            .set((
                gmail_receipts::parsing_status.eq(status),
                gmail_receipts::parsing_error.eq(error),
                gmail_receipts::retry_count.eq(gmail_receipts::retry_count + 1),
                gmail_receipts::updated_at.eq(dsl::now),
            ))
            .returning(Self::as_returning())
            .get_result(conn)?)
    }
}
