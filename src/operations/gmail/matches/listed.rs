//! Lists of matches with their receipts.

use diesel::dsl;
use diesel::prelude::*;
use serde::Serialize;

use crate::Result;
use crate::models::at_most;
use crate::models::gmail::{GmailReceipt, GmailTransactionMatch, receipt};
use crate::models::truelayer::{TrueLayerTransaction, transaction};
use crate::schema::{gmail_receipts, gmail_transaction_matches as matches, truelayer_transactions};
use crate::types::{TrueLayerTransactionId, UserId};

/// A match with its receipt.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery, Serialize)]
#[diesel(
    table_name = matches,
    base_query = matches::table.inner_join(gmail_receipts::table),
    check_for_backend(diesel::pg::Pg)
)]
pub struct MatchedReceipt {
    /// The match.
    #[diesel(embed)]
    pub matched: GmailTransactionMatch,
    /// The receipt.
    #[diesel(embed)]
    pub receipt: GmailReceipt,
}

impl MatchedReceipt {
    /// The matches of a bank transaction of the owner with receipts of the owner that do not count as deleted. Surest first.
    ///
    /// Takes over `get_gmail_matches_for_transaction`.
    pub fn list(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        transaction: TrueLayerTransactionId,
    ) -> Result<Vec<Self>> {
        let mut matched = Self::query()
            .filter(matches::truelayer_transaction_id.eq(transaction))
            .filter(gmail_receipts::deleted_at.is_null())
            .order((matches::match_confidence.desc(), matches::id.desc()))
            .into_boxed();
        if let Some(owner) = owner.into() {
            matched = matched
                .filter(matches::truelayer_transaction_id.eq_any(transaction::ids_of(owner)))
                .filter(matches::gmail_receipt_id.eq_any(receipt::ids_of(owner)));
        }
        Ok(matched.load(conn)?)
    }
}

/// A match with its receipt and its bank transaction.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery, Serialize)]
#[diesel(
    table_name = matches,
    base_query = matches::table.inner_join(gmail_receipts::table).inner_join(truelayer_transactions::table),
    check_for_backend(diesel::pg::Pg)
)]
pub struct PaidReceipt {
    /// The match.
    #[diesel(embed)]
    pub matched: GmailTransactionMatch,
    /// The receipt.
    #[diesel(embed)]
    pub receipt: GmailReceipt,
    /// The bank transaction.
    #[diesel(embed)]
    pub transaction: TrueLayerTransaction,
}

/// Which matches are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Confirmation {
    /// All.
    Any,
    /// Those that no person has confirmed yet.
    Missing,
}

impl PaidReceipt {
    /// The matches of the owner's bank transactions with the owner's receipts that do not count as deleted: at most `limit`
    /// after the first `offset`. Newest first.
    ///
    /// Takes over `get_gmail_matches`.
    pub fn list(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        confirmation: Confirmation,
        limit: Option<u32>,
        offset: u32,
    ) -> Result<Vec<Self>> {
        let mut paid = Self::query()
            .filter(gmail_receipts::deleted_at.is_null())
            .order((matches::matched_at.desc(), matches::id.desc()))
            .limit(at_most(limit))
            .offset(offset.into())
            .into_boxed();
        if confirmation == Confirmation::Missing {
            paid = paid.filter(dsl::not(matches::user_confirmed));
        }
        if let Some(owner) = owner.into() {
            paid = paid
                .filter(matches::gmail_receipt_id.eq_any(receipt::ids_of(owner)))
                .filter(matches::truelayer_transaction_id.eq_any(transaction::ids_of(owner)));
        }
        Ok(paid.load(conn)?)
    }
}
