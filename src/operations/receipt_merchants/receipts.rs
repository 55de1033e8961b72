//! [`receipts`]: the receipts of one merchant.

use bigdecimal::BigDecimal;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Integer, Nullable, Numeric, Text};
use serde::Serialize;

use crate::Result;
use crate::models::at_most;
use crate::models::gmail::GmailReceipt;
use crate::types::{GmailTransactionMatchId, ReceiptParsingStatus, TrueLayerTransactionId, UserId};

/// A merchant by name or by domain, whole and in whatever case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Merchant<'a> {
    /// By the normalised name, as the [overview](super::overview()) has it.
    Name(&'a str),
    /// By the domain of the receipt or of its sender, either of them.
    Domain(&'a str),
}

/// Some receipts of a merchant.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct ReceiptPage {
    /// The receipts, newest first.
    pub receipts: Vec<MatchedReceipt>,
    /// How many there are in all.
    pub total: i64,
}

/// A receipt with the transaction that paid it.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName, Serialize)]
pub struct MatchedReceipt {
    /// The receipt.
    #[diesel(embed)]
    pub receipt: GmailReceipt,
    /// The match with the highest confidence, of equal ones that with the lowest id.
    #[diesel(embed)]
    pub best_match: Option<BestMatch>,
}

/// A match and its bank transaction.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName, Serialize)]
pub struct BestMatch {
    /// Identity of the match.
    #[diesel(sql_type = Integer)]
    pub match_id: GmailTransactionMatchId,
    /// 0 to 100.
    #[diesel(sql_type = Integer)]
    pub match_confidence: i32,
    /// The transaction.
    #[diesel(sql_type = Integer)]
    pub transaction_id: TrueLayerTransactionId,
    /// The bank's text.
    #[diesel(sql_type = Text)]
    pub transaction_description: String,
    /// Without sign, in the transaction's currency.
    #[diesel(sql_type = Numeric)]
    pub transaction_amount: BigDecimal,
}

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = BigInt)]
    total: i64,
    #[diesel(embed)]
    receipt: Option<MatchedReceipt>,
}

/// Reads receipts of one merchant in the user's active mailboxes, of one status or of all, after the first `offset`; those that
/// count as deleted are left out. Each receipt is there once.
///
/// Takes over `get_receipts_by_domain`.
pub fn receipts(
    conn: &mut PgConnection,
    user: UserId,
    merchant: Merchant<'_>,
    status: Option<ReceiptParsingStatus>,
    limit: Option<u32>,
    offset: u32,
) -> Result<ReceiptPage> {
    let (name, domain) = match merchant {
        Merchant::Name(name) => (Some(name), None),
        Merchant::Domain(domain) => (None, Some(domain)),
    };
    let lines: Vec<Line> = diesel::sql_query(include_str!("receipts.sql"))
        .bind::<Integer, _>(user)
        .bind::<Nullable<Text>, _>(name)
        .bind::<Nullable<Text>, _>(domain)
        .bind::<Nullable<Text>, _>(status)
        .bind::<BigInt, _>(at_most(limit))
        .bind::<BigInt, _>(i64::from(offset))
        .load(conn)?;
    Ok(ReceiptPage {
        total: lines.first().map_or(0, |line| line.total),
        receipts: lines.into_iter().filter_map(|line| line.receipt).collect(),
    })
}
