//! Cards, their transactions and balances.

use serde_json::json;
use spending_db::models::truelayer::{
    NewTrueLayerCard, NewTrueLayerCardBalanceSnapshot, NewTrueLayerCardTransaction, TrueLayerCard,
    TrueLayerCardBalanceSnapshot, TrueLayerCardChanges, TrueLayerCardTransaction,
    TrueLayerCardTransactionChanges,
};

use crate::support::TestDatabase;
use crate::support::fixtures::Household;
use crate::support::rows::{
    assert_defaults, at, decimal, deleted, hidden_from_others, stored, updated,
};

#[test]
fn truelayer_cards() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    let plain = NewTrueLayerCard::new(home.connection, "the card id")
        .insert(conn)
        .unwrap();
    assert_defaults(
        &plain,
        json!({
            "connection_id": home.connection, "card_id": "the card id", "card_name": null, "card_type": null,
            "last_four": null, "issuer": null, "status": null, "last_synced_at": null,
        }),
    );
    let row = stored!(
        conn,
        NewTrueLayerCard {
            connection_id: home.connection,
            card_id: "some card id",
            card_name: Some("some card name"),
            card_type: Some("some card type"),
            last_four: Some("4242"),
            issuer: Some("some issuer"),
            status: Some("some status"),
            last_synced_at: Some(at("2026-03-29T01:30:00.156618+01:00")),
        }
    );
    updated!(
        conn,
        TrueLayerCard(home.user, row.id),
        TrueLayerCardChanges {
            card_name: Some(None),
            card_type: Some(None),
            last_four: Some(None),
            issuer: Some(None),
            status: Some(None),
            last_synced_at: Some(None),
        }
    );
    hidden_from_others!(
        conn,
        TrueLayerCard(home.user, row.id),
        TrueLayerCardChanges {
            card_name: Some(Some("some card name")),
            ..Default::default()
        }
    );
    deleted!(conn, TrueLayerCard(home.user, row.id));
}

#[test]
fn truelayer_card_transactions() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    let plain = NewTrueLayerCardTransaction::new(home.card)
        .insert(conn)
        .unwrap();
    assert_defaults(
        &plain,
        json!({
            "card_id": home.card, "transaction_id": null, "normalised_provider_id": null, "timestamp": null,
            "description": null, "amount": null, "currency": null, "transaction_type": null, "category": null,
            "merchant_name": null, "running_balance": null, "metadata": null,
        }),
    );
    let row = stored!(
        conn,
        NewTrueLayerCardTransaction {
            card_id: home.card,
            transaction_id: Some("some transaction id"),
            normalised_provider_id: Some("some normalised provider id"),
            timestamp: Some(at("2026-03-29T01:30:00.159669+01:00")),
            description: Some("Café Zoë, 2 × “flat white”"),
            amount: Some(&decimal("12.50")),
            currency: Some("EUR"),
            transaction_type: Some("DEBIT"),
            category: Some("some category"),
            merchant_name: Some("Café Zoë"),
            running_balance: Some(&decimal("12.50")),
            metadata: Some(&json!({"first": [1, 2.5, null, "é"]})),
        }
    );
    updated!(
        conn,
        TrueLayerCardTransaction(home.user, row.id),
        TrueLayerCardTransactionChanges {
            transaction_id: Some(None),
            normalised_provider_id: Some(None),
            timestamp: Some(None),
            description: Some(None),
            amount: Some(None),
            currency: Some(None),
            transaction_type: Some(None),
            category: Some(None),
            merchant_name: Some(None),
            running_balance: Some(None),
            metadata: Some(None),
        }
    );
    hidden_from_others!(
        conn,
        TrueLayerCardTransaction(home.user, row.id),
        TrueLayerCardTransactionChanges {
            transaction_id: Some(Some("some transaction id")),
            ..Default::default()
        }
    );
    deleted!(conn, TrueLayerCardTransaction(home.user, row.id));
}

#[test]
fn truelayer_card_balance_snapshots() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    let row = stored!(
        conn,
        NewTrueLayerCardBalanceSnapshot {
            card_id: home.card,
            current_balance: &decimal("12.50"),
            currency: "EUR",
            snapshot_at: at("2026-03-29T01:30:00.158652+01:00"),
        }
    );
    hidden_from_others!(conn, TrueLayerCardBalanceSnapshot(home.user, row.id));
    deleted!(conn, TrueLayerCardBalanceSnapshot(home.user, row.id));
}
