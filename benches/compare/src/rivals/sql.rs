//! The SQL that the rivals send: what the crate's operations ask, written by hand.

/// The columns of a transaction, then those of its enrichment, in the order of [`rows`](super::rows).
macro_rules! columns {
    () => {
        "id, account_id, transaction_id, normalised_provider_transaction_id, \"timestamp\", description, amount, currency, \
         transaction_type, transaction_category, merchant_name, running_balance, metadata, created_at, account_type, \
         lookup_description, pre_enrichment_status, enrichment_required, category_id, subcategory_id, import_job_id"
    };
}

macro_rules! enrichment {
    () => {
        "metadata -> 'enrichment' ->> 'primary_category' AS primary_category, \
         metadata -> 'enrichment' ->> 'subcategory' AS subcategory, \
         metadata -> 'enrichment' ->> 'merchant_clean_name' AS merchant_clean_name, \
         metadata -> 'enrichment' ->> 'merchant_type' AS merchant_type, \
         metadata -> 'enrichment' ->> 'essential_discretionary' AS essential_discretionary, \
         metadata -> 'enrichment' ->> 'payment_method' AS payment_method, \
         metadata -> 'enrichment' ->> 'payment_method_subtype' AS payment_method_subtype, \
         metadata -> 'enrichment' ->> 'confidence_score' AS confidence_score, \
         metadata -> 'enrichment' ->> 'llm_provider' AS llm_provider, \
         metadata -> 'enrichment' ->> 'llm_model' AS llm_model, \
         metadata -> 'enrichment' ->> 'enriched_at' AS enriched_at, \
         metadata ->> 'huququllah_classification' AS huququllah_classification"
    };
}

/// `$1`: the id.
pub const BY_KEY: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM truelayer_transactions WHERE id = $1"
);

/// All transactions with their enrichments, newest first.
pub const LIST: &str = concat!(
    "SELECT ",
    columns!(),
    ", ",
    enrichment!(),
    " FROM truelayer_transactions ORDER BY \"timestamp\" DESC, id DESC"
);

/// Fifty of them after the one with the time `$1` and the id `$2`.
pub const PAGE: &str = concat!(
    "SELECT ",
    columns!(),
    ", ",
    enrichment!(),
    " FROM truelayer_transactions WHERE (\"timestamp\", id) < ($1, $2) ORDER BY \"timestamp\" DESC, id DESC LIMIT 50"
);

/// The sources of the transactions `$1`, the one that is shown first.
pub const SOURCES: &str = "SELECT id, truelayer_transaction_id, source_type, source_id, description, order_id, line_items, \
     match_confidence, match_method, is_primary, user_verified, created_at, updated_at \
     FROM transaction_enrichment_sources WHERE truelayer_transaction_id = ANY ($1) \
     ORDER BY is_primary DESC, match_confidence DESC, created_at, id";
