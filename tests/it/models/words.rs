//! The closed sets of words are the same in Rust and in the tables' CHECKs.

use std::collections::BTreeSet;

use diesel::prelude::*;
use diesel::sql_types::Text;
use spending_db::Error;
use spending_db::types::{
    BankConnectionStatus, CustomCategoryType, EnrichmentJobStatus, EnrichmentSourceType,
    GmailConnectionStatus, GmailErrorStage, GmailErrorType, GmailMatchType, GmailSyncJobStatus,
    GmailSyncJobType, HuququllahClassification, ImportJobStatus, ImportJobType,
    ImportProgressStatus, LedgerAccountType, LlmParseStatus, MatchingJobStatus, ParseOutcome,
    PdfProcessingStatus, PreEnrichmentStatus, ReceiptParsingStatus, SenderParseType, SyncJobState,
    TransactionType,
};

use crate::support::TestDatabase;

#[derive(QueryableByName)]
struct Check {
    #[diesel(sql_type = Text)]
    place: String,
    #[diesel(sql_type = Text)]
    definition: String,
}

/// Every CHECK on a closed set of words.
fn checks(conn: &mut PgConnection) -> Vec<Check> {
    diesel::sql_query(
        "SELECT format('%s.%s', conrelid::regclass, attname) AS place,
                pg_get_constraintdef(pg_constraint.oid) AS definition
         FROM pg_constraint
         JOIN pg_attribute ON attrelid = conrelid AND attnum = ANY (conkey)
         WHERE contype = 'c' AND pg_get_constraintdef(pg_constraint.oid) LIKE '% = ANY (ARRAY[%'",
    )
    .load(conn)
    .unwrap()
}

/// Takes the places where the words of an enum are stored off the list of the CHECKs.
macro_rules! assert_words {
    ($conn:ident, $checks:ident: $($Words:ident = $($place:literal)|+;)+) => {$(
        let words: Vec<_> = $Words::ALL.iter().map(|word| word.as_str()).collect();
        for place in [$($place),+] {
            let at = $checks.iter().position(|check| check.place == place).expect(place);
            let definition = $checks.swap_remove(at).definition;
            let checked: Vec<_> = definition.split('\'').skip(1).step_by(2).collect();
            assert_eq!(checked, words, "{place}");
        }
        assert_eq!(BTreeSet::from_iter(&words).len(), words.len());
        for &word in $Words::ALL {
            let stored: $Words = diesel::select(word.into_sql::<Text>()).get_result($conn).unwrap();
            assert_eq!(stored, word);
            let text: String = diesel::select(word.into_sql::<Text>()).get_result($conn).unwrap();
            assert_eq!(text, word.as_str());
            assert_eq!(word.to_string(), text);
            assert_eq!(text.parse::<$Words>().unwrap(), word);
            assert_eq!(serde_json::to_value(word).unwrap(), text);
            assert_eq!(serde_json::from_value::<$Words>(text.into()).unwrap(), word);
        }
        let unknown = diesel::select("no such word".into_sql::<Text>()).get_result::<$Words>($conn);
        assert!(matches!(unknown, Err(diesel::result::Error::DeserializationError(_))));
        let unknown = "no such word".parse::<$Words>();
        assert!(matches!(unknown, Err(Error::InvalidInput { .. })));
    )+};
}

#[test]
fn every_word_is_the_same_in_rust_and_in_the_database() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let mut checks = checks(conn);
    assert_words! { conn, checks:
        BankConnectionStatus = "bank_connections.connection_status";
        CustomCategoryType = "custom_categories.category_type";
        EnrichmentJobStatus = "truelayer_enrichment_jobs.job_status";
        EnrichmentSourceType = "transaction_enrichment_sources.source_type";
        GmailConnectionStatus = "gmail_connections.connection_status";
        GmailErrorStage = "gmail_processing_errors.error_stage";
        GmailErrorType = "gmail_processing_errors.error_type";
        GmailMatchType = "gmail_transaction_matches.match_type";
        GmailSyncJobStatus = "gmail_sync_jobs.status";
        GmailSyncJobType = "gmail_sync_jobs.job_type";
        HuququllahClassification = "transactions.huququllah_classification";
        ImportJobStatus = "truelayer_import_jobs.job_status";
        ImportJobType = "truelayer_import_jobs.job_type";
        ImportProgressStatus = "truelayer_import_progress.progress_status";
        LedgerAccountType = "truelayer_transactions.account_type";
        LlmParseStatus = "gmail_receipts.llm_parse_status";
        MatchingJobStatus = "matching_jobs.status";
        ParseOutcome = "gmail_parse_statistics.parsing_status";
        PdfProcessingStatus = "gmail_receipts.pdf_processing_status";
        PreEnrichmentStatus = "truelayer_transactions.pre_enrichment_status";
        ReceiptParsingStatus = "gmail_receipts.parsing_status";
        SenderParseType = "gmail_sender_patterns.parse_type";
        SyncJobState = "sync_jobs.state";
        TransactionType = "truelayer_transactions.transaction_type";
    }
    let left: Vec<_> = checks.iter().map(|check| &check.place).collect();
    assert_eq!(left, [""; 0], "CHECKs without an enum");
}
