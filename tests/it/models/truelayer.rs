//! Bank connections, accounts, transactions and balances.

use serde_json::json;
use spending_db::models::truelayer::{
    BankConnection, BankConnectionChanges, NewBankConnection, NewTrueLayerAccount,
    NewTrueLayerBalance, NewTrueLayerTransaction, TrueLayerAccount, TrueLayerAccountChanges,
    TrueLayerBalance, TrueLayerTransaction, TrueLayerTransactionChanges,
};
use spending_db::types::{
    BankConnectionStatus, EncryptedToken, LedgerAccountType, PreEnrichmentStatus, TransactionType,
};

use crate::support::TestDatabase;
use crate::support::fixtures::Household;
use crate::support::rows::{
    assert_defaults, at, decimal, deleted, hidden_from_others, stored, updated,
};

#[test]
fn bank_connections() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    let plain = NewBankConnection::new(home.user, "the provider id", "the provider name")
        .insert(conn)
        .unwrap();
    assert_defaults(
        &plain,
        json!({
            "user_id": home.user, "provider_id": "the provider id", "provider_name": "the provider name",
            "access_token": null, "refresh_token": null, "token_expires_at": null,
            "refresh_token_expires_at": null, "connection_status": "authorization_required",
            "last_synced_at": null, "encryption_version": 1,
        }),
    );
    let row = stored!(
        conn,
        NewBankConnection {
            user_id: home.user,
            provider_id: "ob-monzo",
            provider_name: "Monzo",
            access_token: Some(&EncryptedToken::from_stored("made-up-access_token")),
            refresh_token: Some(&EncryptedToken::from_stored("made-up-refresh_token")),
            token_expires_at: Some(at("2026-03-29T01:30:00.150516+01:00")),
            refresh_token_expires_at: Some(at("2026-03-29T01:30:00.151533+01:00")),
            connection_status: Some(BankConnectionStatus::Disconnected),
            last_synced_at: Some(at("2026-03-29T01:30:00.152550+01:00")),
            encryption_version: Some(9),
        }
    );
    updated!(
        conn,
        BankConnection(home.user, row.id),
        BankConnectionChanges {
            provider_id: Some("ob-lloyds"),
            provider_name: Some("Lloyds"),
            access_token: Some(None),
            refresh_token: Some(None),
            token_expires_at: Some(None),
            refresh_token_expires_at: Some(None),
            connection_status: Some(BankConnectionStatus::Active),
            last_synced_at: Some(None),
            encryption_version: Some(10),
        }
    );
    hidden_from_others!(
        conn,
        BankConnection(home.user, row.id),
        BankConnectionChanges {
            provider_name: Some("Monzo"),
            ..Default::default()
        }
    );
    deleted!(conn, BankConnection(home.user, row.id));
}

#[test]
fn truelayer_accounts() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    let plain = NewTrueLayerAccount::new(
        home.connection,
        "the account id",
        "TRANSACTION",
        "the display name",
        "GBP",
    )
    .insert(conn)
    .unwrap();
    assert_defaults(
        &plain,
        json!({
            "connection_id": home.connection, "account_id": "the account id", "account_type": "TRANSACTION",
            "display_name": "the display name", "currency": "GBP", "account_number_json": null,
            "provider_data": null, "last_synced_at": null, "last_synced_at_incremental": null,
        }),
    );
    let row = stored!(
        conn,
        NewTrueLayerAccount {
            connection_id: home.connection,
            account_id: "some account id",
            account_type: "SAVINGS",
            display_name: "Savings",
            currency: "EUR",
            account_number_json: Some(&json!({"first": [1, 2.5, null, "é"]})),
            provider_data: Some(&json!({"first": [1, 2.5, null, "é"]})),
            last_synced_at: Some(at("2026-03-29T01:30:00.144414+01:00")),
            last_synced_at_incremental: Some(at("2026-03-29T01:30:00.145431+01:00")),
        }
    );
    updated!(
        conn,
        TrueLayerAccount(home.user, row.id),
        TrueLayerAccountChanges {
            account_type: Some("TRANSACTION"),
            display_name: Some("Current account"),
            currency: Some("USD"),
            account_number_json: Some(None),
            provider_data: Some(None),
            last_synced_at: Some(None),
            last_synced_at_incremental: Some(None),
        }
    );
    hidden_from_others!(
        conn,
        TrueLayerAccount(home.user, row.id),
        TrueLayerAccountChanges {
            account_type: Some("SAVINGS"),
            ..Default::default()
        }
    );
    deleted!(conn, TrueLayerAccount(home.user, row.id));
}

#[test]
fn truelayer_transactions() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    let plain = NewTrueLayerTransaction::new(
        home.account,
        "the transaction id",
        "the normalised provider transaction id",
        at("2026-07-29T01:30:00.202383+03:00"),
        "the description",
        &decimal("0.00"),
        "GBP",
        TransactionType::Credit,
    )
    .insert(conn)
    .unwrap();
    assert_defaults(
        &plain,
        json!({
            "account_id": home.account, "transaction_id": "the transaction id",
            "normalised_provider_transaction_id": "the normalised provider transaction id",
            "timestamp": at("2026-07-29T01:30:00.202383+03:00"), "description": "the description",
            "amount": "0", "currency": "GBP", "transaction_type": TransactionType::Credit,
            "transaction_category": null, "merchant_name": null, "running_balance": null, "metadata": null,
            "account_type": null, "lookup_description": null, "pre_enrichment_status": "None",
            "enrichment_required": true, "category_id": null, "subcategory_id": null, "import_job_id": null,
        }),
    );
    let row = stored!(
        conn,
        NewTrueLayerTransaction {
            account_id: home.account,
            transaction_id: "some transaction id",
            normalised_provider_transaction_id: "some normalised provider transaction id",
            timestamp: at("2026-03-29T01:30:00.203400+01:00"),
            description: "Café Zoë, 2 × “flat white”",
            amount: &decimal("12.50"),
            currency: "EUR",
            transaction_type: TransactionType::Credit,
            transaction_category: Some("some transaction category"),
            merchant_name: Some("Café Zoë"),
            running_balance: Some(&decimal("12.50")),
            metadata: Some(&json!({"first": [1, 2.5, null, "é"]})),
            account_type: Some(LedgerAccountType::Asset),
            lookup_description: Some("some lookup description"),
            pre_enrichment_status: Some(Some(PreEnrichmentStatus::Matched)),
            enrichment_required: Some(false),
            category_id: Some(home.category),
            subcategory_id: Some(home.subcategory),
            import_job_id: Some(home.import_job),
        }
    );
    updated!(
        conn,
        TrueLayerTransaction(home.user, row.id),
        TrueLayerTransactionChanges {
            transaction_id: Some("another transaction id"),
            timestamp: Some(at("2026-10-29T01:30:00.204417+02:00")),
            description: Some("CARD PAYMENT"),
            amount: Some(&decimal("12345678901234567890.1000")),
            currency: Some("USD"),
            transaction_type: Some(TransactionType::Debit),
            transaction_category: Some(None),
            merchant_name: Some(None),
            running_balance: Some(None),
            metadata: Some(None),
            account_type: Some(None),
            lookup_description: Some(None),
            pre_enrichment_status: Some(None),
            enrichment_required: Some(true),
            category_id: Some(None),
            subcategory_id: Some(None),
            import_job_id: Some(None),
        }
    );
    hidden_from_others!(
        conn,
        TrueLayerTransaction(home.user, row.id),
        TrueLayerTransactionChanges {
            transaction_id: Some("some transaction id"),
            ..Default::default()
        }
    );
    deleted!(conn, TrueLayerTransaction(home.user, row.id));
}

#[test]
fn truelayer_balances() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    let plain = NewTrueLayerBalance::new(
        home.account,
        &decimal("0.00"),
        "GBP",
        at("2026-07-29T01:30:00.148482+03:00"),
    )
    .insert(conn)
    .unwrap();
    assert_defaults(
        &plain,
        json!({
            "account_id": home.account, "current_balance": "0", "available_balance": null, "overdraft": null,
            "currency": "GBP", "snapshot_at": at("2026-07-29T01:30:00.148482+03:00"),
        }),
    );
    let row = stored!(
        conn,
        NewTrueLayerBalance {
            account_id: home.account,
            current_balance: &decimal("12.50"),
            available_balance: Some(&decimal("12.50")),
            overdraft: Some(&decimal("12.50")),
            currency: "EUR",
            snapshot_at: at("2026-03-29T01:30:00.149499+01:00"),
        }
    );
    hidden_from_others!(conn, TrueLayerBalance(home.user, row.id));
    deleted!(conn, TrueLayerBalance(home.user, row.id));
}
