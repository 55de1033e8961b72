//! What is there already is refused by name, changed, or left alone, as the caller asks.

use serde_json::json;
use spending_db::models::amazon::{
    NewAmazonBusinessLineItem, NewAmazonBusinessOrder, NewAmazonOrder, NewAmazonReturn,
    NewTrueLayerAmazonBusinessMatch, NewTrueLayerAmazonTransactionMatch,
};
use spending_db::models::apple::{NewAppleTransaction, NewAppleTransactionMatch};
use spending_db::models::core::{
    NewAccountMapping, NewCategory, NewCategoryKeyword, NewUser, User, UserChanges,
};
use spending_db::models::enrichment::{NewEnrichmentCache, NewLlmEnrichmentFailure};
use spending_db::models::gmail::{
    GmailReceipt, NewGmailConnection, NewGmailEmailContent, NewGmailReceipt,
    NewGmailTransactionMatch, NewPdfAttachment,
};
use spending_db::models::legacy::NewAmazonTransactionMatch;
use spending_db::models::rules::{
    NewCustomCategory, NewMerchantNormalization, NewNormalizedCategory, NewNormalizedSubcategory,
    NewSubcategoryMapping,
};
use spending_db::models::system::{NewSyncJob, NewWebhookEvent, SyncJob, SyncJobChanges};
use spending_db::models::truelayer::{
    NewBankConnection, NewTrueLayerAccount, NewTrueLayerCard, NewTrueLayerCardTransaction,
    NewTrueLayerImportProgress, NewTrueLayerTransaction,
};
use spending_db::types::{
    BankConnectionStatus, CustomCategoryType, EncryptedToken, GmailConnectionStatus,
    ImportProgressStatus, SyncJobState, TransactionType,
};

use crate::support::TestDatabase;
use crate::support::fixtures::{Household, mailbox, user};
use crate::support::rows::{assert_conflict, at, day, decimal};

/// The second insert of the same row is refused by this constraint.
macro_rules! assert_once {
    ($conn:ident: $($new:expr => $constraint:literal;)+) => {$({
        let new = $new;
        new.insert($conn).unwrap();
        assert_conflict(new.insert($conn), $constraint);
    })+};
}

/// `insert_if_new` inserts once.
macro_rules! assert_inserts_if_new {
    ($conn:ident: $($new:expr;)+) => {$({
        let new = $new;
        assert!(new.insert_if_new($conn).unwrap().is_some());
        assert!(new.insert_if_new($conn).unwrap().is_none());
    })+};
}

/// A second `upsert` with the same key changes the row: `field` is what was given then, and what was not given stays.
macro_rules! assert_upserts {
    ($conn:ident: $($first:expr, then $second:expr, changes $field:ident;)+) => {$({
        let (first, second) = ($first, $second);
        let before = first.upsert($conn).unwrap();
        let after = second.upsert($conn).unwrap();
        assert_eq!(after.id, before.id);
        assert_eq!(json!(after.$field), json!(second.$field));
        assert_ne!(before.$field, after.$field);
        assert_eq!(after, second.upsert($conn).unwrap());
    })+};
}

#[test]
fn a_second_row_with_the_same_key_is_a_conflict() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    let (one, token, now) = (
        decimal("1"),
        EncryptedToken::from_stored("token"),
        at("2026-03-01T12:00:00Z"),
    );
    let payload = json!({});
    let business_number = "business";
    assert_once! { conn:
        NewUser::new("ada@example.com") => "users_email_key";
        NewCategory::new("food") => "categories_name_key";
        NewCategoryKeyword { category_name: "food", keyword: "bread" } => "category_keywords_category_name_keyword_key";
        NewAccountMapping { sort_code: "1", account_number: "2", friendly_name: "x" }
            => "account_mappings_sort_code_account_number_key";
        NewBankConnection::new(home.user, "monzo", "Monzo") => "bank_connections_user_id_provider_id_key";
        NewTrueLayerAccount::new(home.connection, "a", "SAVINGS", "x", "GBP")
            => "truelayer_accounts_connection_id_account_id_key";
        NewTrueLayerTransaction::new(home.account, "a", "a", now, "x", &one, "GBP", TransactionType::Debit)
            => "truelayer_transactions_normalised_provider_transaction_id_key";
        NewTrueLayerCard::new(home.connection, "a") => "truelayer_cards_connection_id_card_id_key";
        NewTrueLayerCardTransaction {
            normalised_provider_id: Some("a"), ..NewTrueLayerCardTransaction::new(home.card)
        } => "truelayer_card_transactions_normalised_provider_id_key";
        NewTrueLayerCardTransaction { transaction_id: Some("a"), ..NewTrueLayerCardTransaction::new(home.card) }
            => "truelayer_card_transactions_card_id_transaction_id_key";
        NewTrueLayerImportProgress::new(home.import_job, home.account)
            => "truelayer_import_progress_job_id_account_id_key";
        NewAmazonOrder::new("1", day("2026-03-01"), "x", "GBP", &one, "x") => "amazon_orders_order_id_key";
        NewAmazonReturn::new("1", "1", day("2026-03-01"), "GBP", &one) => "amazon_returns_reversal_id_key";
        NewAmazonBusinessOrder::new(business_number, day("2026-03-01")) => "amazon_business_orders_order_id_key";
        NewAmazonBusinessLineItem { line_item_id: Some("1"), ..NewAmazonBusinessLineItem::new(business_number) }
            => "amazon_business_line_items_order_id_line_item_id_key";
        NewTrueLayerAmazonTransactionMatch::new(home.payment, home.order, &one)
            => "truelayer_amazon_transaction_match_truelayer_transaction_id_key";
        NewTrueLayerAmazonBusinessMatch::new(home.payment, home.business_order, 1)
            => "truelayer_amazon_business_matches_truelayer_transaction_id_key";
        NewAppleTransaction::new("1", day("2026-03-01"), &one, "GBP", "x") => "apple_transactions_order_id_key";
        NewAppleTransactionMatch::new(home.payment, home.purchase, 1)
            => "apple_transaction_matches_truelayer_transaction_id_key";
        NewGmailConnection::new(home.user, "a@example.com", &token, &token)
            => "gmail_connections_user_id_email_address_key";
        NewGmailReceipt::new(home.mailbox, "1", "x", now, 1) => "gmail_receipts_message_id_connection_id_key";
        NewGmailEmailContent::new("1") => "gmail_email_content_message_id_connection_id_key";
        NewPdfAttachment::new("1", "1", "1", "x", 1) => "pdf_attachments_message_id_filename_key";
        NewGmailTransactionMatch::new(home.payment, home.receipt, 1)
            => "gmail_transaction_matches_truelayer_transaction_id_gmail_re_key";
        NewEnrichmentCache::new("x", "in") => "enrichment_cache_transaction_description_transaction_direct_key";
        NewLlmEnrichmentFailure::new(home.payment, "x") => "llm_enrichment_failures_transaction_id_key";
        NewMerchantNormalization::new("x", "x") => "merchant_normalizations_pattern_pattern_type_key";
        NewNormalizedCategory::new("x") => "normalized_categories_name_key";
        NewNormalizedSubcategory::new(home.category, "x") => "normalized_subcategories_category_id_name_key";
        NewCustomCategory::new(home.user, "x", CustomCategoryType::Hidden) => "custom_categories_user_id_name_key";
        NewSubcategoryMapping::new(home.custom_category, "x")
            => "subcategory_mappings_custom_category_id_subcategory_name_key";
        NewAmazonTransactionMatch::new(home.statement_line, home.order, &one)
            => "amazon_transaction_matches_transaction_id_key";
        NewWebhookEvent::new("1", "x", &payload) => "webhook_events_event_id_key";
        NewSyncJob { unique_key: Some("1"), ..NewSyncJob::new("x") } => "sync_jobs_unique_key_key";
    }
    let same_file = NewPdfAttachment::new("2", "1", "2", "x", 1);
    assert_conflict(same_file.insert(conn), "pdf_attachments_object_key_key");
}

#[test]
fn keys_are_unique_within_their_owner_only() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let (ada, bob) = (Household::new(conn, "ada"), Household::new(conn, "bob"));
    for home in [ada, bob] {
        let token = EncryptedToken::from_stored("token");
        NewBankConnection::new(home.user, "monzo", "Monzo")
            .insert(conn)
            .unwrap();
        NewTrueLayerAccount::new(home.connection, "a", "SAVINGS", "x", "GBP")
            .insert(conn)
            .unwrap();
        NewTrueLayerCard::new(home.connection, "a")
            .insert(conn)
            .unwrap();
        NewGmailConnection::new(home.user, "a@example.com", &token, &token)
            .insert(conn)
            .unwrap();
        NewCustomCategory::new(home.user, "x", CustomCategoryType::Hidden)
            .insert(conn)
            .unwrap();
        let payment = NewTrueLayerCardTransaction {
            transaction_id: Some("a"),
            ..NewTrueLayerCardTransaction::new(home.card)
        };
        payment.insert(conn).unwrap();
    }
}

#[test]
fn a_taken_name_is_a_conflict_on_change_too() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let (ada, bob) = (user(conn, "ada"), user(conn, "bob"));
    let rename = UserChanges {
        username: Some(Some("countess")),
        ..Default::default()
    };
    User::update(conn, ada, &rename).unwrap();
    assert_conflict(User::update(conn, bob, &rename), "users_username_key");
    let move_in = UserChanges {
        email: Some("ada@fixture.example"),
        ..Default::default()
    };
    assert_conflict(User::update(conn, bob, &move_in), "users_email_key");
}

#[test]
fn insert_if_new_inserts_once() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    let (one, now) = (decimal("1"), at("2026-03-01T12:00:00Z"));
    assert_inserts_if_new! { conn:
        NewCategoryKeyword { category_name: "food", keyword: "bread" };
        NewTrueLayerTransaction::new(home.account, "a", "a", now, "x", &one, "GBP", TransactionType::Debit);
        NewTrueLayerCardTransaction { normalised_provider_id: Some("a"), ..NewTrueLayerCardTransaction::new(home.card) };
        NewTrueLayerCardTransaction { transaction_id: Some("a"), ..NewTrueLayerCardTransaction::new(home.card) };
        NewAmazonOrder::new("1", day("2026-03-01"), "x", "GBP", &one, "x");
        NewAmazonReturn::new("1", "1", day("2026-03-01"), "GBP", &one);
        NewAppleTransaction::new("1", day("2026-03-01"), &one, "GBP", "x");
        NewSubcategoryMapping::new(home.custom_category, "x");
    }
}

#[test]
fn upsert_changes_what_is_given_and_keeps_the_rest() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    let (low, high) = (decimal("70.00"), decimal("90.00"));
    let (token, renewed) = (
        EncryptedToken::from_stored("token"),
        EncryptedToken::from_stored("renewed"),
    );
    let now = at("2026-03-01T12:00:00Z");
    assert_upserts! { conn:
        NewAccountMapping { sort_code: "1", account_number: "2", friendly_name: "x" },
            then NewAccountMapping { sort_code: "1", account_number: "2", friendly_name: "y" }, changes friendly_name;
        NewBankConnection::new(home.user, "monzo", "Monzo"),
            then NewBankConnection {
                connection_status: Some(BankConnectionStatus::Active), ..NewBankConnection::new(home.user, "monzo", "Monzo")
            }, changes connection_status;
        NewTrueLayerAccount::new(home.connection, "a", "SAVINGS", "x", "GBP"),
            then NewTrueLayerAccount::new(home.connection, "a", "SAVINGS", "y", "GBP"), changes display_name;
        NewTrueLayerCard { card_name: Some("x"), ..NewTrueLayerCard::new(home.connection, "a") },
            then NewTrueLayerCard { card_name: Some("y"), ..NewTrueLayerCard::new(home.connection, "a") }, changes card_name;
        NewTrueLayerImportProgress::new(home.import_job, home.account),
            then NewTrueLayerImportProgress {
                progress_status: Some(ImportProgressStatus::Syncing),
                ..NewTrueLayerImportProgress::new(home.import_job, home.account)
            }, changes progress_status;
        NewTrueLayerAmazonTransactionMatch::new(home.payment, home.order, &low),
            then NewTrueLayerAmazonTransactionMatch::new(home.payment, home.order, &high), changes match_confidence;
        NewTrueLayerAmazonBusinessMatch::new(home.payment, home.business_order, 70),
            then NewTrueLayerAmazonBusinessMatch::new(home.payment, home.other_business_order, 70),
            changes amazon_business_order_id;
        NewAppleTransactionMatch::new(home.payment, home.purchase, 70),
            then NewAppleTransactionMatch::new(home.payment, home.other_purchase, 70), changes apple_transaction_id;
        NewGmailConnection::new(home.user, "a@example.com", &token, &token),
            then NewGmailConnection {
                connection_status: Some(GmailConnectionStatus::Expired),
                ..NewGmailConnection::new(home.user, "a@example.com", &renewed, &renewed)
            }, changes connection_status;
        NewGmailReceipt::new(home.mailbox, "1", "x", now, 70),
            then NewGmailReceipt::new(home.mailbox, "1", "x", now, 90), changes parse_confidence;
        NewGmailEmailContent { subject: Some("x"), ..NewGmailEmailContent::new("1") },
            then NewGmailEmailContent { subject: Some("y"), ..NewGmailEmailContent::new("1") }, changes subject;
        NewPdfAttachment::new("1", "1", "1", "x", 1), then NewPdfAttachment::new("1", "1", "1", "x", 2), changes size_bytes;
        NewGmailTransactionMatch::new(home.payment, home.receipt, 70),
            then NewGmailTransactionMatch::new(home.payment, home.receipt, 90), changes match_confidence;
        NewEnrichmentCache { enrichment_data: Some("{}"), ..NewEnrichmentCache::new("x", "in") },
            then NewEnrichmentCache { enrichment_data: Some("[]"), ..NewEnrichmentCache::new("x", "in") },
            changes enrichment_data;
        NewLlmEnrichmentFailure::new(home.payment, "x"), then NewLlmEnrichmentFailure::new(home.payment, "y"),
            changes error_message;
        NewMerchantNormalization::new("x", "x"), then NewMerchantNormalization::new("x", "y"), changes normalized_name;
        NewCustomCategory::new(home.user, "x", CustomCategoryType::Hidden),
            then NewCustomCategory::new(home.user, "x", CustomCategoryType::Promoted), changes category_type;
    }

    let named = NewTrueLayerCard {
        card_name: Some("Gold"),
        ..NewTrueLayerCard::new(home.connection, "b")
    };
    named.upsert(conn).unwrap();
    let bare = NewTrueLayerCard::new(home.connection, "b");
    assert_eq!(
        bare.upsert(conn).unwrap().card_name.as_deref(),
        Some("Gold")
    );
}

#[test]
fn the_receipt_of_another_mailbox_is_not_changed() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    let stranger = user(conn, "stranger");
    let other_mailbox = mailbox(conn, stranger, "stranger@example.com");
    let before = GmailReceipt::find(conn, home.user, home.receipt).unwrap();
    let same_message = NewGmailReceipt {
        merchant_name: Some("Theirs"),
        ..NewGmailReceipt::new(other_mailbox, "ada-message", "x", before.received_at, 1)
    };
    let theirs = same_message.upsert(conn).unwrap();
    assert_ne!(theirs.id, before.id);
    assert_eq!(
        GmailReceipt::find(conn, home.user, home.receipt).unwrap(),
        before
    );
}

#[test]
fn a_unique_job_may_come_again_once_it_has_ended() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let ada = user(conn, "ada");
    let new = NewSyncJob {
        user_id: Some(ada),
        unique_key: Some("sync ada"),
        ..NewSyncJob::new("sync")
    };
    let first = new.insert(conn).unwrap();
    for (state, free) in [
        (SyncJobState::Running, false),
        (SyncJobState::Queued, false),
        (SyncJobState::Completed, true),
        (SyncJobState::Failed, true),
        (SyncJobState::Cancelled, true),
    ] {
        let changes = SyncJobChanges {
            state: Some(state),
            ..Default::default()
        };
        SyncJob::update(conn, ada, first.id, &changes).unwrap();
        if free {
            let second = new.insert(conn).unwrap();
            SyncJob::delete(conn, ada, second.id).unwrap();
        } else {
            assert_conflict(new.insert(conn), "sync_jobs_unique_key_key");
        }
    }
}
