//! Cards, their transactions and balances.

use chrono::{DateTime, Utc};
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Nullable, Text};
use serde_json::{Value, json};
use spending_db::models::Page;
use spending_db::models::truelayer::{
    NewTrueLayerCard, NewTrueLayerCardTransaction, TrueLayerCard, TrueLayerCardBalanceSnapshot,
    TrueLayerCardTransaction,
};
use spending_db::types::EVERYONE;

use super::{Feed, at, call, refusal};
use crate::support::TestDatabase;
use crate::support::threads::at_once;

fn arguments(feed: &Feed, id: Option<&str>) -> Value {
    json!({
        "card_id": feed.card, "transaction_id": id, "normalised_provider_id": id, "timestamp": "2025-01-01T10:00:00+02:00",
        "description": null, "amount": "12.3450", "currency": "GBP", "transaction_type": "DEBIT",
        "transaction_category": null, "merchant_name": null, "running_balance": null, "metadata": null,
    })
}

#[test]
fn a_card_that_is_there_keeps_all_but_name_and_type() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let feed = Feed::of(conn, "ada");
    let card = json!({"connection_id": feed.connection, "card_id": "c2", "card_name": "Gold", "card_type": "CREDIT"});
    let id = call(conn, "save_connection_card", card).unwrap();
    let again = json!({"connection_id": feed.connection, "card_id": "c2", "card_name": null, "card_type": "CHARGE",
                       "last_four": "1234", "issuer": "VISA"});
    assert_eq!(call(conn, "save_connection_card", again).unwrap(), id);
    let id = serde_json::from_value(id).unwrap();
    let row = TrueLayerCard::find(conn, feed.user, id).unwrap();
    assert_eq!(
        (
            row.card_name,
            row.card_type.as_deref(),
            row.last_four,
            row.issuer,
            row.status.as_deref()
        ),
        (None, Some("CHARGE"), None, None, Some("active"))
    );
}

#[test]
fn a_card_of_two_users_is_told_apart_by_user_or_connection() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let (ada, ben) = (Feed::of(conn, "ada"), Feed::of(conn, "ben"));
    for feed in [ada, ben] {
        let card = TrueLayerCard::find_by_card_id(conn, feed.user, "card").unwrap();
        assert_eq!(card.map(|card| card.id), Some(feed.card));
        let card = TrueLayerCard::find_by_connection_id_and_card_id(
            conn,
            EVERYONE,
            feed.connection,
            "card",
        );
        assert_eq!(card.unwrap().map(|card| card.id), Some(feed.card));
    }
    NewTrueLayerCard::new(ada.connection, "card")
        .save(conn)
        .unwrap();
    let old = call(
        conn,
        "get_card_by_truelayer_id",
        json!({"truelayer_card_id": "card"}),
    )
    .unwrap();
    assert_eq!(old["id"], json!(ada.card));
}

#[test]
fn the_last_sync_of_a_card_is_an_instant_whatever_the_offset() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let feed = Feed::of(conn, "ada");
    for (given, utc) in [
        ("2024-05-01T10:00:00+02:00", "2024-05-01T08:00:00Z"),
        ("2024-05-01T10:00:00", "2024-05-01T10:00:00Z"),
        ("2024-05-01", "2024-05-01T00:00:00Z"),
    ] {
        let synced = json!({"card_id": feed.card, "timestamp": given});
        assert_eq!(
            call(conn, "update_card_last_synced", synced).unwrap(),
            json!(true)
        );
        let card = TrueLayerCard::find(conn, feed.user, feed.card).unwrap();
        assert_eq!(card.last_synced_at, Some(at(utc)), "{given}");
        let cards = json!({"connection_id": feed.connection});
        let cards = call(conn, "get_connection_cards", cards).unwrap();
        assert_eq!(cards[0]["last_synced_at"], utc);
    }
}

#[test]
fn metadata_of_a_card_transaction_is_json_or_an_sql_null() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let feed = Feed::of(conn, "ada");
    let mut with = arguments(&feed, Some("with"));
    with["metadata"] = json!({"it's": [null, true, 1.50]});
    call(conn, "insert_truelayer_card_transaction", with).unwrap();
    call(
        conn,
        "insert_truelayer_card_transaction",
        arguments(&feed, Some("without")),
    )
    .unwrap();
    let read = "SELECT metadata -> 'it''s' ->> 1 FROM truelayer_card_transactions WHERE transaction_id = 'with'";
    let read: Option<String> = sql::<Nullable<Text>>(read).get_result(conn).unwrap();
    assert_eq!(read.as_deref(), Some("true"));
    let null =
        "SELECT metadata IS NULL FROM truelayer_card_transactions WHERE transaction_id = 'without'";
    assert!(sql::<Bool>(null).get_result::<bool>(conn).unwrap());
    let row = call(
        conn,
        "get_card_transaction_by_id",
        json!({"normalised_provider_id": "with"}),
    )
    .unwrap();
    assert_eq!(
        (&row["amount"], &row["timestamp"]),
        (&json!("12.3450"), &json!("2025-01-01T08:00:00Z"))
    );
}

#[test]
fn only_a_card_transaction_that_is_there_already_answers_null() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let (ada, ben) = (Feed::of(conn, "ada"), Feed::of(conn, "ben"));
    let mut insert = |arguments: Value| call(conn, "insert_truelayer_card_transaction", arguments);
    assert!(insert(arguments(&ada, Some("c"))).unwrap().is_i64());
    assert_eq!(insert(arguments(&ada, Some("c"))).unwrap(), Value::Null);
    assert_eq!(insert(arguments(&ben, Some("c"))).unwrap(), Value::Null);
    for _ in 0..2 {
        assert!(
            insert(arguments(&ada, None)).unwrap().is_i64(),
            "nothing tells these two apart"
        );
    }
    for (argument, value, kind, named) in [
        (
            "card_id",
            json!(424_242),
            "reference",
            "truelayer_card_transactions_card_id_fkey",
        ),
        (
            "currency",
            json!("POUND"),
            "invalid_input",
            "truelayer_card_transactions_currency_check",
        ),
        ("amount", json!("NaN"), "invalid_params", "amount"),
    ] {
        let mut arguments = arguments(&ada, Some("new"));
        arguments[argument] = value;
        let refused = refusal(conn, "insert_truelayer_card_transaction", arguments);
        assert_eq!(refused, (kind.to_owned(), named.to_owned()), "{argument}");
    }
}

#[test]
fn of_syncs_that_store_one_card_transaction_one_gets_its_id() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let feed = Feed::of(conn, "ada");
    for round in 0..24 {
        let id = format!("c-{round}");
        let answers = at_once(&db, 4, |conn, _| {
            call(
                conn,
                "insert_truelayer_card_transaction",
                arguments(&feed, Some(&id)),
            )
            .unwrap()
        });
        assert_eq!(
            answers.iter().filter(|answer| answer.is_i64()).count(),
            1,
            "{answers:?}"
        );
        let found =
            TrueLayerCardTransaction::find_by_normalised_provider_id(conn, feed.user, &id).unwrap();
        assert!(answers.contains(&json!(found.map(|row| row.id))));
    }
}

#[test]
fn pages_of_card_transactions_begin_with_those_without_a_time() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let feed = Feed::of(conn, "ada");
    let (early, late) = (
        Some(at("2025-01-01T00:00:00Z")),
        Some(at("2025-01-02T00:00:00Z")),
    );
    let moments: [Option<DateTime<Utc>>; 6] = [early, None, late, late, None, early];
    for (number, timestamp) in moments.into_iter().enumerate() {
        let id = number.to_string();
        let new = NewTrueLayerCardTransaction {
            transaction_id: Some(&id),
            timestamp,
            ..NewTrueLayerCardTransaction::new(feed.card)
        };
        new.insert_if_new(conn).unwrap().unwrap();
    }
    let all = TrueLayerCardTransaction::list(conn, feed.user, Some(feed.card), Page::ALL).unwrap();
    let order: String = all
        .iter()
        .filter_map(|row| row.transaction_id.as_deref())
        .collect();
    assert_eq!(order, "413250");
    for size in 1..=6 {
        let mut read = Vec::new();
        let mut page = Page::first(size);
        loop {
            let rows = TrueLayerCardTransaction::list(conn, EVERYONE, None, page).unwrap();
            let Some(last) = rows.last() else { break };
            page = Page::after((last.timestamp, last.id), size);
            read.extend(rows);
        }
        assert_eq!(read, all, "{size}");
    }
}

#[test]
fn a_card_balance_needs_amount_currency_and_moment() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let feed = Feed::of(conn, "ada");
    let balance = json!({"card_id": feed.card, "current_balance": "-99.999", "currency": "GBP", "snapshot_at": "2025-01-01"});
    for argument in ["current_balance", "currency", "snapshot_at"] {
        let mut without = balance.clone();
        without[argument] = Value::Null;
        let refused = ("invalid_params".to_owned(), argument.to_owned());
        assert_eq!(
            refusal(conn, "insert_card_balance_snapshot", without),
            refused
        );
    }
    call(conn, "insert_card_balance_snapshot", balance).unwrap();
    let stored = TrueLayerCardBalanceSnapshot::latest(conn, feed.user, None, None).unwrap();
    assert_eq!(stored.len(), 1);
    assert_eq!(
        stored[0]
            .current_balance
            .as_ref()
            .map(ToString::to_string)
            .as_deref(),
        Some("-99.999")
    );
}

#[test]
fn a_card_balance_without_a_moment_is_the_oldest() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let feed = Feed::of(conn, "ada");
    for moment in [
        "NULL",
        "'2025-01-01'",
        "'2025-01-02'",
        "'2025-01-02'",
        "NULL",
    ] {
        let row = format!(
            "INSERT INTO truelayer_card_balance_snapshots (card_id, snapshot_at) VALUES ($1, {moment})"
        );
        diesel::sql_query(row)
            .bind::<diesel::sql_types::Integer, _>(feed.card)
            .execute(conn)
            .unwrap();
    }
    for card in [None, Some(feed.card)] {
        let latest = TrueLayerCardBalanceSnapshot::latest(conn, feed.user, card, None).unwrap();
        let order: Vec<_> = latest.iter().map(|row| row.id.0).collect();
        assert_eq!(order, [4, 3, 2, 5, 1]);
    }
    assert_eq!(
        TrueLayerCardBalanceSnapshot::latest(conn, feed.user, None, Some(0)).unwrap(),
        []
    );
}
