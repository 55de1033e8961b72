//! The receipts that wait for their payment.

use bigdecimal::BigDecimal;
use chrono::{DateTime, NaiveDate, Utc};
use diesel::dsl::{exists, not};
use diesel::prelude::*;

use super::merchant::{Aliases, ReceiptMerchant};
use crate::models::gmail::receipt::owned_by;
use crate::schema::{gmail_connections, gmail_receipts, gmail_transaction_matches as matches};
use crate::types::{GmailReceiptId, ReceiptParsingStatus, UserId};
use crate::{Error, Result};

/// The currency of a receipt that names none.
const DEFAULT_CURRENCY: &str = "GBP";

/// A receipt, as far as matching is concerned.
pub(super) struct Receipt {
    pub(super) id: GmailReceiptId,
    pub(super) user: UserId,
    /// Of the purchase, else of the mail in UTC.
    pub(super) day: NaiveDate,
    /// Above 0; `None` where the receipt states no such amount.
    pub(super) total: Option<BigDecimal>,
    pub(super) currency: String,
    pub(super) merchant: Option<ReceiptMerchant>,
    pub(super) order_id: Option<String>,
    /// Tells whether the receipt has changed since it was read.
    pub(super) updated_at: DateTime<Utc>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = gmail_receipts, check_for_backend(diesel::pg::Pg))]
struct Row {
    id: GmailReceiptId,
    receipt_date: Option<NaiveDate>,
    received_at: DateTime<Utc>,
    total_amount: Option<BigDecimal>,
    currency_code: Option<String>,
    merchant_name: Option<String>,
    merchant_name_normalized: Option<String>,
    order_id: Option<String>,
    updated_at: DateTime<Utc>,
}

impl Row {
    fn day(&self) -> NaiveDate {
        day(self.receipt_date, self.received_at)
    }

    fn merchant(&self, aliases: &Aliases) -> Option<ReceiptMerchant> {
        [&self.merchant_name_normalized, &self.merchant_name]
            .into_iter()
            .flatten()
            .find_map(|name| aliases.merchant(name))
    }

    fn into_receipt(self, user: UserId, aliases: &Aliases) -> Receipt {
        Receipt {
            id: self.id,
            user,
            day: self.day(),
            merchant: self.merchant(aliases),
            currency: self
                .currency_code
                .map_or_else(|| DEFAULT_CURRENCY.to_owned(), |code| code.to_uppercase()),
            order_id: self.order_id,
            total: self.total_amount.filter(|total| *total > 0),
            updated_at: self.updated_at,
        }
    }
}

fn day(receipt_date: Option<NaiveDate>, received_at: DateTime<Utc>) -> NaiveDate {
    receipt_date.unwrap_or_else(|| received_at.date_naive())
}

/// The user's parsed receipts without a match, or everybody's: by user, day and id.
pub(super) fn list_open(
    conn: &mut PgConnection,
    user: Option<UserId>,
) -> Result<Vec<GmailReceiptId>> {
    type Found = (UserId, GmailReceiptId, Option<NaiveDate>, DateTime<Utc>);
    let mut open = gmail_receipts::table
        .inner_join(gmail_connections::table)
        .filter(gmail_receipts::parsing_status.eq(ReceiptParsingStatus::Parsed))
        .filter(gmail_receipts::deleted_at.is_null())
        .filter(not(exists(
            matches::table.filter(matches::gmail_receipt_id.eq(gmail_receipts::id)),
        )))
        .select((
            gmail_connections::user_id,
            gmail_receipts::id,
            gmail_receipts::receipt_date,
            gmail_receipts::received_at,
        ))
        .into_boxed();
    if let Some(user) = user {
        open = open.filter(gmail_connections::user_id.eq(user));
    }
    let found: Vec<Found> = open.load(conn)?;
    let mut found: Vec<_> = found
        .into_iter()
        .map(|(user, id, receipt_date, received_at)| (user, day(receipt_date, received_at), id))
        .collect();
    found.sort_unstable();
    Ok(found.into_iter().map(|(_, _, id)| id).collect())
}

/// These receipts, as far as they are there: by user, day and id.
pub(super) fn read(
    conn: &mut PgConnection,
    ids: &[GmailReceiptId],
    aliases: &Aliases,
) -> Result<Vec<Receipt>> {
    let rows: Vec<(UserId, Row)> = gmail_receipts::table
        .inner_join(gmail_connections::table)
        .filter(gmail_receipts::id.eq_any(ids))
        .select((gmail_connections::user_id, Row::as_select()))
        .load(conn)?;
    let mut receipts: Vec<_> = rows
        .into_iter()
        .map(|(user, row)| row.into_receipt(user, aliases))
        .collect();
    receipts.sort_unstable_by_key(|receipt| (receipt.user, receipt.day, receipt.id));
    Ok(receipts)
}

/// A parsed receipt of the owner that does not count as deleted, matched or not;
/// [`Error::NotFound`] without.
pub(super) fn find(
    conn: &mut PgConnection,
    owner: Option<UserId>,
    id: GmailReceiptId,
    aliases: &Aliases,
) -> Result<Receipt> {
    gmail_receipts::table
        .find(id)
        .filter(gmail_receipts::parsing_status.eq(ReceiptParsingStatus::Parsed))
        .filter(gmail_receipts::deleted_at.is_null())
        .filter(owned_by(owner))
        .select(gmail_receipts::id)
        .first::<GmailReceiptId>(conn)?;
    read(conn, &[id], aliases)?.pop().ok_or(Error::NotFound)
}
