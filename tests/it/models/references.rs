//! Rows do not refer to what is not there, and go or stay as they should when it goes.

use diesel::prelude::*;
use diesel::sql_types::BigInt;
use spending_db::models::amazon::{
    AmazonBusinessOrder, AmazonOrder, AmazonReturn, NewAmazonBusinessLineItem,
    NewTrueLayerAmazonBusinessMatch, NewTrueLayerAmazonTransactionMatch,
};
use spending_db::models::apple::{AppleTransaction, NewAppleTransactionMatch};
use spending_db::models::enrichment::{NewLlmEnrichmentFailure, NewTransactionEnrichmentSource};
use spending_db::models::gmail::{
    GmailConnection, GmailParseStatistic, GmailProcessingError, GmailReceipt, GmailSyncJob,
    NewGmailConnection, NewGmailReceipt, NewGmailSyncJob,
};
use spending_db::models::legacy::Transaction;
use spending_db::models::rules::{
    CustomCategory, NewNormalizedSubcategory, NewSubcategoryMapping, NormalizedCategory,
    NormalizedSubcategory,
};
use spending_db::models::system::{NewMatchingJob, NewSyncJob};
use spending_db::models::truelayer::{
    BankConnection, NewBankConnection, NewTrueLayerAccount, NewTrueLayerBalance, NewTrueLayerCard,
    NewTrueLayerImportJob, NewTrueLayerTransaction, TrueLayerAccount, TrueLayerCard,
    TrueLayerEnrichmentJob, TrueLayerEnrichmentJobChanges, TrueLayerImportJob,
    TrueLayerImportJobChanges, TrueLayerImportProgress, TrueLayerTransaction,
    TrueLayerTransactionChanges,
};
use spending_db::types::{
    AmazonBusinessOrderId, AmazonOrderId, AppleTransactionId, BankConnectionId, CustomCategoryId,
    EncryptedToken, EnrichmentSourceType, GmailConnectionId, NormalizedCategoryId, TransactionType,
    TrueLayerAccountId, TrueLayerTransactionId, UserId,
};

use crate::support::TestDatabase;
use crate::support::fixtures::Household;
use crate::support::rows::{assert_not_found, assert_reference, at, decimal};

const NOBODY: i32 = 999_999;

fn filled() -> (TestDatabase, Household) {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    home.fill(conn);
    (db, home)
}

#[test]
fn what_is_referred_to_must_be_there() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    let (one, token, now) = (
        decimal("1"),
        EncryptedToken::from_stored("token"),
        at("2026-03-01T12:00:00Z"),
    );
    let (nobody, nothing) = (UserId(NOBODY), TrueLayerTransactionId(NOBODY));
    macro_rules! assert_missing {
        ($($new:expr => $constraint:literal;)+) => {$(assert_reference($new.insert(conn), $constraint);)+};
    }
    assert_missing! {
        NewBankConnection::new(nobody, "x", "x") => "bank_connections_user_id_fkey";
        NewTrueLayerAccount::new(BankConnectionId(NOBODY), "x", "x", "x", "GBP")
            => "truelayer_accounts_connection_id_fkey";
        NewTrueLayerCard::new(BankConnectionId(NOBODY), "x") => "truelayer_cards_connection_id_fkey";
        NewTrueLayerTransaction::new(
            TrueLayerAccountId(NOBODY), "x", "x", now, "x", &one, "GBP", TransactionType::Debit
        ) => "truelayer_transactions_account_id_fkey";
        NewTrueLayerBalance::new(TrueLayerAccountId(NOBODY), &one, "GBP", now) => "truelayer_balances_account_id_fkey";
        NewTrueLayerImportJob::new(nobody) => "truelayer_import_jobs_user_id_fkey";
        NewAmazonBusinessLineItem::new("x") => "amazon_business_line_items_order_id_fkey";
        NewTrueLayerAmazonTransactionMatch::new(nothing, home.order, &one)
            => "truelayer_amazon_transaction_matc_truelayer_transaction_id_fkey";
        NewTrueLayerAmazonTransactionMatch::new(home.payment, AmazonOrderId(NOBODY), &one)
            => "truelayer_amazon_transaction_matches_amazon_order_id_fkey";
        NewTrueLayerAmazonBusinessMatch::new(home.payment, AmazonBusinessOrderId(NOBODY), 1)
            => "truelayer_amazon_business_matches_amazon_business_order_id_fkey";
        NewAppleTransactionMatch::new(home.payment, AppleTransactionId(NOBODY), 1)
            => "apple_transaction_matches_apple_transaction_id_fkey";
        NewGmailConnection::new(nobody, "x", &token, &token) => "gmail_connections_user_id_fkey";
        NewGmailReceipt::new(GmailConnectionId(NOBODY), "x", "x", now, 1) => "gmail_receipts_connection_id_fkey";
        NewGmailSyncJob::new(GmailConnectionId(NOBODY)) => "gmail_sync_jobs_connection_id_fkey";
        NewTransactionEnrichmentSource::new(nothing, EnrichmentSourceType::Manual, "x")
            => "transaction_enrichment_sources_truelayer_transaction_id_fkey";
        NewLlmEnrichmentFailure::new(nothing, "x") => "llm_enrichment_failures_transaction_id_fkey";
        NewNormalizedSubcategory::new(NormalizedCategoryId(NOBODY), "x")
            => "normalized_subcategories_category_id_fkey";
        NewSubcategoryMapping::new(CustomCategoryId(NOBODY), "x") => "subcategory_mappings_custom_category_id_fkey";
        NewMatchingJob::new(nobody, "x") => "matching_jobs_user_id_fkey";
        NewSyncJob { user_id: Some(nobody), ..NewSyncJob::new("x") } => "sync_jobs_user_id_fkey";
    }
}

fn execute(conn: &mut PgConnection, statement: &str) {
    diesel::sql_query(statement).execute(conn).unwrap();
}

#[track_caller]
fn assert_empty(conn: &mut PgConnection, tables: &[&str]) {
    #[derive(QueryableByName)]
    struct Count {
        #[diesel(sql_type = BigInt)]
        count: i64,
    }
    for table in tables {
        let query = format!("SELECT count(*) FROM {table}");
        let Count { count } = diesel::sql_query(query).get_result(conn).unwrap();
        assert_eq!(count, 0, "{table}");
    }
}

#[test]
fn a_bank_connection_takes_what_came_through_it() {
    let (db, home) = filled();
    let conn = &mut db.conn();
    let imported = format!(
        "UPDATE truelayer_import_jobs SET connection_id = {}",
        home.connection
    );
    execute(conn, &imported);
    // Business matches hold on to their payments.
    assert_reference(
        BankConnection::delete(conn, home.user, home.connection),
        "truelayer_amazon_business_matches_truelayer_transaction_id_fkey",
    );
    execute(conn, "DELETE FROM truelayer_amazon_business_matches");
    BankConnection::delete(conn, home.user, home.connection).unwrap();

    for account in [home.account, home.savings] {
        assert_not_found(TrueLayerAccount::find(conn, home.user, account));
    }
    for payment in [home.payment, home.refund] {
        assert_not_found(TrueLayerTransaction::find(conn, home.user, payment));
    }
    assert_not_found(TrueLayerCard::find(conn, home.user, home.card));
    assert_empty(
        conn,
        &[
            "truelayer_balances",
            "truelayer_card_transactions",
            "truelayer_card_balance_snapshots",
            "truelayer_amazon_transaction_matches",
            "apple_transaction_matches",
            "gmail_transaction_matches",
            "transaction_enrichment_sources",
            "llm_enrichment_failures",
            "connection_logs",
        ],
    );

    let job = TrueLayerImportJob::find(conn, home.user, home.import_job).unwrap();
    assert_eq!(job.connection_id, None);
    let progress = TrueLayerImportProgress::list_for_job(conn, home.user, home.import_job).unwrap();
    assert_eq!(progress.len(), 1);
    assert_eq!(progress[0].account_id, None);
    let refund = &AmazonReturn::list(conn, Some("ada-order")).unwrap()[0];
    assert_eq!(
        (refund.original_transaction_id, refund.refund_transaction_id),
        (None, None)
    );
    AmazonOrder::find(conn, home.order).unwrap();
    GmailReceipt::find(conn, home.user, home.receipt).unwrap();
}

#[test]
fn a_mailbox_takes_its_receipts_and_what_hangs_on_them() {
    let (db, home) = filled();
    let conn = &mut db.conn();
    GmailConnection::delete(conn, home.user, home.mailbox).unwrap();
    assert_empty(
        conn,
        &[
            "gmail_receipts",
            "pdf_attachments",
            "gmail_transaction_matches",
            "gmail_sync_jobs",
            "gmail_parse_statistics",
            "gmail_processing_errors",
        ],
    );
    TrueLayerTransaction::find(conn, home.user, home.payment).unwrap();
}

#[test]
fn a_mailbox_sync_leaves_its_statistics_and_errors() {
    let (db, home) = filled();
    let conn = &mut db.conn();
    GmailSyncJob::delete(conn, home.user, home.sync_job).unwrap();
    let statistics =
        GmailParseStatistic::list_for_connection(conn, home.user, home.mailbox).unwrap();
    assert_eq!(statistics[0].sync_job_id, None);
    let errors = GmailProcessingError::list_for_connection(conn, home.user, home.mailbox).unwrap();
    assert_eq!(errors[0].sync_job_id, None);
}

#[test]
fn orders_and_purchases_take_their_matches() {
    let (db, home) = filled();
    let conn = &mut db.conn();
    AmazonOrder::delete(conn, home.order).unwrap();
    AppleTransaction::delete(conn, home.purchase).unwrap();
    assert_empty(
        conn,
        &[
            "truelayer_amazon_transaction_matches",
            "amazon_transaction_matches",
            "apple_transaction_matches",
        ],
    );
    Transaction::find(conn, home.statement_line).unwrap();
    assert_reference(
        AmazonBusinessOrder::delete(conn, home.business_order),
        "amazon_business_line_items_order_id_fkey",
    );
    execute(conn, "DELETE FROM amazon_business_line_items");
    assert_reference(
        AmazonBusinessOrder::delete(conn, home.business_order),
        "truelayer_amazon_business_matches_amazon_business_order_id_fkey",
    );
}

#[test]
fn categories_in_use_stay() {
    let (db, home) = filled();
    let conn = &mut db.conn();
    assert_reference(
        NormalizedSubcategory::delete(conn, home.subcategory),
        "category_rules_subcategory_id_fkey",
    );
    execute(conn, "DELETE FROM category_rules");
    let categorised = TrueLayerTransactionChanges {
        category_id: Some(Some(home.category)),
        subcategory_id: Some(Some(home.subcategory)),
        ..Default::default()
    };
    TrueLayerTransaction::update(conn, home.user, home.payment, &categorised).unwrap();
    assert_reference(
        NormalizedCategory::delete(conn, home.category),
        "truelayer_transactions_category_id_fkey",
    );
    let uncategorised = TrueLayerTransactionChanges {
        category_id: Some(None),
        subcategory_id: Some(None),
        ..Default::default()
    };
    TrueLayerTransaction::update(conn, home.user, home.payment, &uncategorised).unwrap();
    NormalizedCategory::delete(conn, home.category).unwrap();
    assert_not_found(NormalizedSubcategory::find(conn, home.subcategory));

    CustomCategory::delete(conn, home.user, home.custom_category).unwrap();
    assert_empty(conn, &["subcategory_mappings"]);
}

#[test]
fn imports_and_enrichment_runs_let_go_of_each_other() {
    let (db, home) = filled();
    let conn = &mut db.conn();
    let enriched = TrueLayerImportJobChanges {
        enrichment_job_id: Some(Some(home.enrichment_job)),
        ..Default::default()
    };
    TrueLayerImportJob::update(conn, home.user, home.import_job, &enriched).unwrap();
    let asked = TrueLayerEnrichmentJobChanges {
        import_job_id: Some(Some(home.import_job)),
        ..Default::default()
    };
    TrueLayerEnrichmentJob::update(conn, home.user, home.enrichment_job, &asked).unwrap();
    let brought = TrueLayerTransactionChanges {
        import_job_id: Some(Some(home.import_job)),
        ..Default::default()
    };
    TrueLayerTransaction::update(conn, home.user, home.payment, &brought).unwrap();

    TrueLayerImportJob::delete(conn, home.user, home.import_job).unwrap();
    let run = TrueLayerEnrichmentJob::find(conn, home.user, home.enrichment_job).unwrap();
    assert_eq!(run.import_job_id, None);
    let payment = TrueLayerTransaction::find(conn, home.user, home.payment).unwrap();
    assert_eq!(payment.import_job_id, None);
    assert_empty(conn, &["truelayer_import_progress"]);
}
