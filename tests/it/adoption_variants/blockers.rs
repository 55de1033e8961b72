//! Rows that the new schema refuses, one kind at a time.

use spending_db::adoption::{Choice, Rule};

use super::variant::Refused;
use crate::support::old_database::Change;

/// One test for each kind of row: what is changed, the rows that are named, and what each choice leaves.
macro_rules! refused {
    ($($test:ident: $rule:ident, $table:literal, $ids:expr, $changes:expr => { $($choice:ident: $differences:expr),+ $(,)? })+) => {$(
        #[test]
        fn $test() {
            Refused {
                changes: &$changes,
                rule: Rule::$rule,
                table: $table,
                ids: &$ids,
            }
            .settled_by(&[$((Choice::$choice, &$differences)),+]);
        }
    )+};
}

refused! {
    a_flag_that_is_null: Nulls, "users", [7], [Change::Null("users", "is_admin")] => {
        NullsDefault: ["users 7 is_admin: null -> \"false\""],
        NullsMove: ["users 7 gone"],
    }
    a_counter_that_is_null: Nulls, "gmail_receipts", [9], [Change::Null("gmail_receipts", "retry_count")] => {
        NullsDefault: ["gmail_receipts 9 retry_count: null -> \"0\""],
    }
    several_flags_of_a_row: Nulls, "normalized_categories", [8], [
        Change::Null("normalized_categories", "is_essential"),
    ] => {
        NullsDefault: ["normalized_categories 8 is_essential: null -> \"false\""],
        NullsMove: ["normalized_categories 8 gone"],
    }
    a_null_for_which_there_is_no_default: Nulls, "webhook_events", [3], [Change::Null("webhook_events", "event_type")] => {
        NullsDefault: [],
        NullsMove: ["webhook_events 3 gone"],
    }
    a_return_of_a_payment_that_is_not_there: Orphans, "amazon_returns", [3], [
        Change::Orphan("amazon_returns", "original_transaction_id"),
    ] => {
        OrphansNull: ["amazon_returns 3 original_transaction_id: \"999999\" -> null"],
        OrphansMove: ["amazon_returns 3 gone"],
    }
    a_balance_of_no_account: Orphans, "truelayer_balances", [3], [Change::Orphan("truelayer_balances", "account_id")] => {
        OrphansNull: [],
        OrphansMove: ["truelayer_balances 3 gone"],
    }
    a_run_of_no_user: Orphans, "matching_jobs", [3], [Change::Orphan("matching_jobs", "user_id")] => {
        OrphansMove: ["matching_jobs 3 gone"],
    }
    an_event_of_no_connection: Orphans, "connection_logs", [3], [Change::Orphan("connection_logs", "connection_id")] => {
        OrphansNull: ["connection_logs 3 connection_id: \"999999\" -> null"],
        OrphansMove: ["connection_logs 3 gone"],
    }
    a_card_twice: Duplicates, "truelayer_cards", [1, 1004], [
        Change::Duplicate("truelayer_cards", &["connection_id", "card_id"], &[]),
    ] => {
        DuplicatesKeepOldest: ["truelayer_cards 1004 gone"],
    }
    the_progress_of_an_account_twice: Duplicates, "truelayer_import_progress", [1, 1009], [
        Change::Duplicate("truelayer_import_progress", &["job_id", "account_id"], &[]),
    ] => {
        DuplicatesKeepOldest: ["truelayer_import_progress 1009 gone"],
        DuplicatesKeepNewest: ["truelayer_import_progress 1 gone"],
    }
    an_attachment_twice: Duplicates, "pdf_attachments", [1, 1004], [
        Change::Duplicate("pdf_attachments", &["message_id", "filename"], &["object_key"]),
    ] => {
        DuplicatesKeepOldest: ["pdf_attachments 1004 gone"],
        DuplicatesKeepNewest: ["pdf_attachments 1 gone"],
    }
    a_receipt_twice: Duplicates, "gmail_receipts", [1, 1010], [
        Change::Duplicate("gmail_receipts", &["message_id"], &[]),
    ] => {
        DuplicatesKeepOldest: ["gmail_receipts 1010 gone"],
    }
    a_mail_twice: Duplicates, "gmail_email_content", [1, 1004], [
        Change::Duplicate("gmail_email_content", &["message_id"], &[]),
    ] => {
        DuplicatesKeepOldest: ["gmail_email_content 1004 gone"],
        DuplicatesKeepNewest: ["gmail_email_content 1 gone"],
    }
    a_card_transaction_twice: Duplicates, "truelayer_card_transactions", [1, 1007], [
        Change::Duplicate("truelayer_card_transactions", &["normalised_provider_id"], &[]),
    ] => {
        DuplicatesKeepOldest: ["truelayer_card_transactions 1007 gone"],
        DuplicatesKeepNewest: ["truelayer_card_transactions 1 gone"],
    }
    a_line_item_twice: Duplicates, "amazon_business_line_items", [1, 1005], [
        Change::Duplicate("amazon_business_line_items", &["order_id", "line_item_id"], &[]),
    ] => {
        DuplicatesKeepOldest: ["amazon_business_line_items 1005 gone"],
        DuplicatesKeepNewest: ["amazon_business_line_items 1 gone"],
    }
    two_primary_sources: Duplicates, "transaction_enrichment_sources", [1, 2], [
        Change::Sql("UPDATE transaction_enrichment_sources SET is_primary = true WHERE id = 2"),
    ] => {
        DuplicatesKeepOldest: ["transaction_enrichment_sources 2 is_primary: \"true\" -> \"false\""],
        DuplicatesKeepNewest: ["transaction_enrichment_sources 1 is_primary: \"true\" -> \"false\""],
    }
    a_word_that_is_none_of_those: Checks, "gmail_sender_patterns", [3], [
        Change::Value("gmail_sender_patterns", "parse_type", "'magic'"),
    ] => {
        ChecksMove: ["gmail_sender_patterns 3 gone"],
    }
    a_status_that_was_free_text: Checks, "matching_jobs", [3], [
        Change::Value("matching_jobs", "status", "'paused'"),
    ] => {
        ChecksMove: ["matching_jobs 3 gone"],
    }
    a_currency_that_is_a_sign: Checks, "truelayer_balances", [3], [
        Change::Value("truelayer_balances", "currency", "'€'"),
    ] => {
        ChecksMove: ["truelayer_balances 3 gone"],
    }
    an_amount_that_is_no_number: Checks, "truelayer_card_balance_snapshots", [3], [
        Change::Value("truelayer_card_balance_snapshots", "current_balance", "'NaN'"),
    ] => {
        ChecksMove: ["truelayer_card_balance_snapshots 3 gone"],
    }
}

/// The value itself is JSON before or after and compared elsewhere; here the row is there, or it is not.
#[test]
fn a_text_that_is_no_json() {
    let unreadable = Refused {
        changes: &[Change::Value(
            "truelayer_card_transactions",
            "metadata",
            "'{''a'': <object at 0x7f>}'",
        )],
        rule: Rule::Text,
        table: "truelayer_card_transactions",
        ids: &[6],
    };
    unreadable.settled_by(&[(Choice::TextMove, &["truelayer_card_transactions 6 gone"])]);
}
