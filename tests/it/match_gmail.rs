//! Matching receipts to payments, and the upkeep of mail.

mod priorities;
mod random;
mod runs;
mod scoring;
mod stale;
mod upkeep;

use std::cell::Cell;

use chrono::TimeDelta;
use diesel::prelude::*;
use spending_db::models::gmail::{
    GmailReceipt, GmailReceiptChanges, NewGmailMerchantAlias, NewGmailReceipt,
};
use spending_db::models::truelayer::NewTrueLayerTransaction;
use spending_db::operations::matching::gmail::{GmailMatch, GmailMatches, match_gmail};
use spending_db::types::{
    EVERYONE, GmailConnectionId, GmailReceiptId, ReceiptParsingStatus, TransactionType,
    TrueLayerAccountId, TrueLayerTransactionId, UserId,
};

use crate::household::ask;
use crate::support::fixtures::{account, bank_connection, mailbox, user};
use crate::support::rows::{at, day, decimal};

/// A user with an account and a mailbox; nothing is in them.
struct Home {
    user: UserId,
    account: TrueLayerAccountId,
    mailbox: GmailConnectionId,
    /// Tells rows apart.
    next: Cell<u32>,
}

impl Home {
    fn new(conn: &mut PgConnection, name: &str) -> Self {
        let user = user(conn, name);
        let connection = bank_connection(conn, user, "bank");
        Self {
            user,
            account: account(conn, connection, name),
            mailbox: mailbox(conn, user, name),
            next: Cell::new(0),
        }
    }

    fn key(&self) -> String {
        self.next.set(self.next.get() + 1);
        format!("{}-{}", self.user, self.next.get())
    }

    /// A payment in pounds at noon, so many days after 1 May 2025.
    fn pay(
        &self,
        conn: &mut PgConnection,
        days: i64,
        amount: &str,
        description: &str,
    ) -> TrueLayerTransactionId {
        self.pay_at(conn, days, amount, description, None)
    }

    fn pay_at(
        &self,
        conn: &mut PgConnection,
        days: i64,
        amount: &str,
        description: &str,
        merchant: Option<&str>,
    ) -> TrueLayerTransactionId {
        let (key, amount) = (self.key(), decimal(amount));
        let new = NewTrueLayerTransaction {
            merchant_name: merchant,
            ..NewTrueLayerTransaction::new(
                self.account,
                &key,
                &key,
                at("2025-05-01T12:00:00Z") + TimeDelta::days(days),
                description,
                &amount,
                "GBP",
                TransactionType::Debit,
            )
        };
        new.insert(conn).unwrap().id
    }

    /// A parsed receipt of a shop in pounds, so many days after 1 May 2025.
    fn receive(
        &self,
        conn: &mut PgConnection,
        days: i64,
        amount: &str,
        merchant: Option<&str>,
    ) -> GmailReceiptId {
        let (key, amount) = (self.key(), decimal(amount));
        let new = NewGmailReceipt {
            total_amount: Some(&amount),
            receipt_date: Some(day("2025-05-01") + TimeDelta::days(days)),
            merchant_name: merchant,
            parsing_status: Some(ReceiptParsingStatus::Parsed),
            ..NewGmailReceipt::new(
                self.mailbox,
                &key,
                "shop@example.com",
                at("2025-06-20T09:00:00Z"),
                90,
            )
        };
        new.insert(conn).unwrap().id
    }
}

fn run(conn: &mut PgConnection) -> GmailMatches {
    match_gmail(conn, None).unwrap()
}

/// Receipt, payment and confidence of each match, with its method.
fn pairs(found: &[GmailMatch]) -> Vec<(GmailReceiptId, TrueLayerTransactionId, i32, &str)> {
    found
        .iter()
        .map(|found| {
            (
                found.receipt_id,
                found.transaction_id,
                found.confidence,
                &*found.match_method,
            )
        })
        .collect()
}

fn change(conn: &mut PgConnection, receipt: GmailReceiptId, changes: &GmailReceiptChanges<'_>) {
    GmailReceipt::update(conn, EVERYONE, receipt, changes).unwrap();
}

fn alias(conn: &mut PgConnection, bank: &str, receipt: &str, normalized: &str) {
    NewGmailMerchantAlias::new(bank, receipt, normalized)
        .insert(conn)
        .unwrap();
}

/// Every row that matching writes.
fn dump(conn: &mut PgConnection) -> Vec<String> {
    [
        "gmail_receipts",
        "gmail_transaction_matches",
        "truelayer_transactions",
        "transaction_enrichment_sources",
    ]
    .map(|table| {
        let rows = format!("SELECT jsonb_agg(to_jsonb(t) ORDER BY id) FROM {table} AS t");
        ask(conn, &rows)
    })
    .into()
}
