//! The functions of `truelayer`: the bank feed.

mod authorisation;
mod cards;
mod connections;
mod enrichment;
mod events;
mod import_jobs;
mod owners;
mod transactions;

use bigdecimal::BigDecimal;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use serde_json::{Value, json};
use spending_db::models::core::NewUser;
use spending_db::models::truelayer::{
    NewBankConnection, NewTrueLayerAccount, NewTrueLayerCard, NewTrueLayerTransaction,
};
use spending_db::types::{
    BankConnectionId, TransactionType, TrueLayerAccountId, TrueLayerCardId, UserId,
};

use super::call;
use crate::support::TestDatabase;

/// A user's connection to a bank with an account and a card.
#[derive(Clone, Copy)]
struct Feed {
    user: UserId,
    connection: BankConnectionId,
    account: TrueLayerAccountId,
    card: TrueLayerCardId,
}

impl Feed {
    /// The bank's ids are `acc` and `card` for everybody: two users may well have one account.
    fn of(conn: &mut PgConnection, name: &str) -> Self {
        let email = format!("{name}@example.com");
        let user = NewUser::new(&email).insert(conn).unwrap().id;
        let connection = NewBankConnection::new(user, "monzo", "Monzo");
        let connection = connection.insert(conn).unwrap().id;
        let account = NewTrueLayerAccount::new(connection, "acc", "TRANSACTION", "Main", "GBP");
        Self {
            user,
            connection,
            account: account.insert(conn).unwrap().id,
            card: NewTrueLayerCard::new(connection, "card")
                .insert(conn)
                .unwrap()
                .id,
        }
    }
}

/// The `kind` of the failure of a call, and the argument, field or constraint that it names.
fn refusal(conn: &mut PgConnection, name: &str, arguments: Value) -> (String, String) {
    let failure = call(conn, name, arguments).unwrap_err();
    let named = ["argument", "field", "constraint"]
        .into_iter()
        .find_map(|key| failure.data.get(key))
        .map(text);
    (text(&failure.data["kind"]), named.unwrap_or_default())
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

fn at(text: &str) -> DateTime<Utc> {
    DateTime::parse_from_rfc3339(text).unwrap().to_utc()
}

/// A payment of one pound with this id at the bank.
pub(super) fn payment<'a>(
    account: TrueLayerAccountId,
    id: &'a str,
    timestamp: &str,
    amount: &'a BigDecimal,
) -> NewTrueLayerTransaction<'a> {
    NewTrueLayerTransaction::new(
        account,
        id,
        id,
        at(timestamp),
        "PAYMENT",
        amount,
        "GBP",
        TransactionType::Debit,
    )
}

#[test]
fn what_is_not_there_is_an_empty_list_also_for_number_zero() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let feed = Feed::of(conn, "ada");
    let one = BigDecimal::from(1);
    payment(feed.account, "p", "2025-01-01T00:00:00Z", &one)
        .insert(conn)
        .unwrap();
    call(
        conn,
        "insert_truelayer_card_transaction",
        json!({"card_id": feed.card, "transaction_id": "c", "normalised_provider_id": "c", "timestamp": null,
               "description": null, "amount": "1", "currency": "GBP", "transaction_type": null,
               "transaction_category": null, "merchant_name": null, "running_balance": null, "metadata": null}),
    )
    .unwrap();
    for (function, argument, id) in [
        ("insert_balance_snapshot", "account_id", json!(feed.account)),
        ("insert_card_balance_snapshot", "card_id", json!(feed.card)),
    ] {
        let balance = json!({argument: id, "current_balance": "1", "currency": "GBP", "snapshot_at": "2025-01-01"});
        call(conn, function, balance).unwrap();
    }
    for (function, argument) in [
        ("get_all_truelayer_transactions", "account_id"),
        (
            "get_all_truelayer_transactions_with_enrichment",
            "account_id",
        ),
        ("get_latest_balance_snapshots", "account_id"),
        ("get_all_truelayer_card_transactions", "card_id"),
        ("get_latest_card_balance_snapshots", "card_id"),
    ] {
        let all = call(conn, function, json!({})).unwrap();
        assert_eq!(all.as_array().map(Vec::len), Some(1), "{function}");
        assert_eq!(
            call(conn, function, json!({argument: 0})).unwrap(),
            json!([]),
            "{function}"
        );
    }
}
