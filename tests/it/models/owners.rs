//! Questions about rows with an owner find the owner's rows and nobody else's.

use spending_db::models::Page;
use spending_db::models::amazon::{
    AmazonBusinessConnection, TrueLayerAmazonBusinessMatch, TrueLayerAmazonTransactionMatch,
};
use spending_db::models::apple::AppleTransactionMatch;
use spending_db::models::core::OAuthState;
use spending_db::models::enrichment::{LlmEnrichmentFailure, TransactionEnrichmentSource};
use spending_db::models::gmail::{
    GmailConnection, GmailOAuthState, GmailParseStatistic, GmailProcessingError, GmailReceipt,
    GmailSyncJob, GmailTransactionMatch, PdfAttachment,
};
use spending_db::models::legacy::TrueLayerConnection;
use spending_db::models::rules::{CustomCategory, SubcategoryMapping};
use spending_db::models::system::{ConnectionLog, MatchingJob, SecurityAuditEvent, SyncJob};
use spending_db::models::truelayer::{
    BankConnection, TrueLayerAccount, TrueLayerBalance, TrueLayerCard,
    TrueLayerCardBalanceSnapshot, TrueLayerCardTransaction, TrueLayerEnrichmentJob,
    TrueLayerImportJob, TrueLayerImportProgress, TrueLayerTransaction,
};
use spending_db::types::EnrichmentSourceType;

use crate::support::TestDatabase;
use crate::support::fixtures::{Household, user};

/// Each question has an answer for the owner, and none for another user.
macro_rules! assert_answers_only {
    ($conn:ident, $owner:expr, $other:expr; $($Model:ident::$question:ident($($argument:expr),*);)+) => {$(
        let question = concat!(stringify!($Model), "::", stringify!($question));
        let own = $Model::$question($conn, $owner $(, $argument)*).unwrap();
        assert_ne!(own.into_iter().count(), 0, "{question}");
        let others = $Model::$question($conn, $other $(, $argument)*).unwrap();
        assert_eq!(others.into_iter().count(), 0, "{question}");
    )+};
}

#[test]
fn lists_and_searches_answer_only_the_owner() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    home.fill(conn);
    let other = user(conn, "other");
    assert_answers_only! { conn, home.user, other;
        AmazonBusinessConnection::list_for_user();
        AppleTransactionMatch::find_by_truelayer_transaction_id(home.payment);
        BankConnection::find_by_provider_id("ada-bank");
        BankConnection::list_for_user();
        ConnectionLog::list_for_connection(home.connection);
        CustomCategory::find_by_name("custom");
        CustomCategory::list_for_user();
        GmailConnection::find_by_email_address("ada-mail@fixture.example");
        GmailConnection::list_for_user();
        GmailOAuthState::list_for_user();
        GmailParseStatistic::list_for_connection(home.mailbox);
        GmailProcessingError::list_for_connection(home.mailbox);
        GmailReceipt::find_by_message_id("ada-message");
        GmailReceipt::list_for_connection(home.mailbox);
        GmailSyncJob::list_for_connection(home.mailbox);
        GmailTransactionMatch::find_by_truelayer_transaction_id_and_gmail_receipt_id(home.payment, home.receipt);
        GmailTransactionMatch::list_for_transaction(home.payment);
        LlmEnrichmentFailure::find_by_transaction_id(home.payment);
        MatchingJob::list_for_user();
        OAuthState::list_for_user();
        PdfAttachment::find_by_message_id_and_filename("ada-message", "receipt.pdf");
        PdfAttachment::find_by_object_key("key");
        PdfAttachment::list_for_receipt(home.receipt);
        SecurityAuditEvent::list_for_user();
        SubcategoryMapping::find_by_custom_category_id_and_subcategory_name(home.custom_category, "Coffee");
        SubcategoryMapping::list_for_category(home.custom_category);
        SyncJob::list_for_user();
        TransactionEnrichmentSource::find_by_truelayer_transaction_id_and_source_type_and_source_id(
            home.payment, EnrichmentSourceType::Amazon, home.order.0);
        TransactionEnrichmentSource::find_primary(home.payment);
        TransactionEnrichmentSource::list_for_transaction(home.payment);
        TrueLayerAccount::find_by_connection_id_and_account_id(home.connection, "ada-current");
        TrueLayerAccount::list_for_connection(home.connection);
        TrueLayerAccount::list_for_user();
        TrueLayerAmazonBusinessMatch::find_by_truelayer_transaction_id(home.payment);
        TrueLayerAmazonTransactionMatch::find_by_truelayer_transaction_id(home.payment);
        TrueLayerBalance::latest(None, None);
        TrueLayerCard::find_by_connection_id_and_card_id(home.connection, "ada-card");
        TrueLayerCard::list_for_connection(home.connection);
        TrueLayerCard::list_for_user();
        TrueLayerCardBalanceSnapshot::latest(Some(home.card), None);
        TrueLayerCardTransaction::find_by_normalised_provider_id("card-payment");
        TrueLayerCardTransaction::list(None, Page::ALL);
        TrueLayerConnection::list_for_user();
        TrueLayerEnrichmentJob::list_for_user();
        TrueLayerImportJob::list_for_user();
        TrueLayerImportProgress::find_by_job_id_and_account_id(home.import_job, home.account);
        TrueLayerImportProgress::list_for_job(home.import_job);
        TrueLayerTransaction::find_by_normalised_provider_transaction_id("ada-payment");
        TrueLayerTransaction::list(None, Page::ALL);
    }
}
