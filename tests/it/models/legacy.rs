//! Tables of earlier forms of the application.

use serde_json::json;
use spending_db::models::legacy::{
    AmazonTransactionMatch, NewAmazonTransactionMatch, NewTransaction, NewTrueLayerConnection,
    Transaction, TransactionChanges, TrueLayerConnection, TrueLayerConnectionChanges,
};
use spending_db::types::{EncryptedToken, HuququllahClassification};

use crate::support::TestDatabase;
use crate::support::fixtures::Household;
use crate::support::rows::{
    assert_defaults, at, day, decimal, deleted, hidden_from_others, stored, updated,
};

#[test]
fn amazon_transaction_matches() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    let plain = NewAmazonTransactionMatch::new(home.statement_line, home.order, &decimal("100.00"))
        .insert(conn)
        .unwrap();
    assert_defaults(
        &plain,
        json!({
            "transaction_id": home.statement_line, "amazon_order_id": home.order, "match_confidence": "100.00",
            "matched_at": "now",
        }),
    );
    let row = stored!(
        conn,
        NewAmazonTransactionMatch {
            transaction_id: home.other_statement_line,
            amazon_order_id: home.order,
            match_confidence: &decimal("87.50"),
            matched_at: Some(at("2026-03-29T01:30:00.091530+01:00")),
        }
    );
    deleted!(conn, AmazonTransactionMatch(row.id));
}

#[test]
fn transactions() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let plain = NewTransaction::new(day("2026-01-31"), "the description", &decimal("0.00"))
        .insert(conn)
        .unwrap();
    assert_defaults(
        &plain,
        json!({
            "date": day("2026-01-31"), "description": "the description", "amount": "0", "category": "Other",
            "source_file": null, "merchant": null, "huququllah_classification": null, "lookup_description": null,
        }),
    );
    let row = stored!(
        conn,
        NewTransaction {
            date: day("2026-02-28"),
            description: "Café Zoë, 2 × “flat white”",
            amount: &decimal("12.50"),
            category: Some("some category"),
            source_file: Some("some source file"),
            merchant: Some("some merchant"),
            huququllah_classification: Some(HuququllahClassification::Essential),
            lookup_description: Some("some lookup description"),
        }
    );
    updated!(
        conn,
        Transaction(row.id),
        TransactionChanges {
            date: Some(day("2026-03-01")),
            description: Some("CARD PAYMENT"),
            amount: Some(&decimal("12345678901234567890.1000")),
            category: Some(None),
            source_file: Some(None),
            merchant: Some(None),
            huququllah_classification: Some(None),
            lookup_description: Some(None),
        }
    );
    deleted!(conn, Transaction(row.id));
}

#[test]
fn truelayer_connections() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    let plain = NewTrueLayerConnection::new(
        home.user,
        &EncryptedToken::from_stored("plain-access_token"),
    )
    .insert(conn)
    .unwrap();
    assert_defaults(
        &plain,
        json!({
            "user_id": home.user, "provider_id": null, "access_token": "***", "refresh_token": null,
            "token_expires_at": null, "connection_status": "active", "last_synced_at": null,
        }),
    );
    let row = stored!(
        conn,
        NewTrueLayerConnection {
            user_id: home.user,
            provider_id: Some("ob-monzo"),
            access_token: &EncryptedToken::from_stored("made-up-access_token"),
            refresh_token: Some(&EncryptedToken::from_stored("made-up-refresh_token")),
            token_expires_at: Some(at("2026-03-29T01:30:00.092547+01:00")),
            connection_status: Some("some connection status"),
            last_synced_at: Some(at("2026-03-29T01:30:00.093564+01:00")),
        }
    );
    updated!(
        conn,
        TrueLayerConnection(home.user, row.id),
        TrueLayerConnectionChanges {
            provider_id: Some(None),
            access_token: Some(&EncryptedToken::from_stored("renewed-access_token")),
            refresh_token: Some(None),
            token_expires_at: Some(None),
            connection_status: Some(None),
            last_synced_at: Some(None),
        }
    );
    hidden_from_others!(
        conn,
        TrueLayerConnection(home.user, row.id),
        TrueLayerConnectionChanges {
            provider_id: Some(Some("ob-monzo")),
            ..Default::default()
        }
    );
    deleted!(conn, TrueLayerConnection(home.user, row.id));
}
