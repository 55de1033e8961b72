//! Bank transactions and the enrichment in them.

use bigdecimal::BigDecimal;
use chrono::{DateTime, Utc};
use serde_json::Value;

use crate::compat::answer::{Answer, object, row_answer};
use crate::compat::function::functions;
use crate::compat::optional;
use crate::models::Page;
use crate::models::truelayer::{
    EnrichedTransaction, NewTrueLayerTransaction, TransactionEnrichment, TrueLayerTransaction,
};
use crate::types::{
    EVERYONE, PreEnrichmentStatus, TransactionType, TrueLayerAccountId, TrueLayerImportJobId,
    TrueLayerTransactionId,
};

row_answer!(
    fn known(TrueLayerTransaction) {
        id, account_id, normalised_provider_transaction_id, timestamp, description, amount, merchant_name,
        transaction_category,
    }
);

row_answer!(
    fn complete(TrueLayerTransaction) {
        id, account_id, transaction_id, normalised_provider_transaction_id, timestamp, description, amount, currency,
        transaction_type, transaction_category, merchant_name, running_balance, metadata, created_at, account_type,
        lookup_description, pre_enrichment_status, enrichment_required, category_id, subcategory_id, import_job_id,
    }
);

row_answer!(
    fn in_list(TrueLayerTransaction) {
        id, account_id, transaction_id, normalised_provider_transaction_id, timestamp, description, amount, currency,
        transaction_type, transaction_category, merchant_name, running_balance, pre_enrichment_status, metadata,
        created_at,
    }
);

fn in_list_with_enrichment(row: EnrichedTransaction) -> Answer {
    let EnrichedTransaction {
        transaction,
        enrichment,
        huququllah_classification,
    } = row;
    object! {
        "id" => transaction.id,
        "account_id" => transaction.account_id,
        "transaction_id" => transaction.transaction_id,
        "normalised_provider_transaction_id" => transaction.normalised_provider_transaction_id,
        "timestamp" => transaction.timestamp,
        "description" => transaction.description,
        "amount" => transaction.amount,
        "currency" => transaction.currency,
        "transaction_type" => transaction.transaction_type,
        "transaction_category" => transaction.transaction_category,
        "merchant_name" => transaction.merchant_name,
        "running_balance" => transaction.running_balance,
        "pre_enrichment_status" => transaction.pre_enrichment_status,
        "metadata" => transaction.metadata,
        "created_at" => transaction.created_at,
        "enrichment_required" => transaction.enrichment_required,
        "enrichment_primary_category" => enrichment.primary_category,
        "enrichment_subcategory" => enrichment.subcategory,
        "enrichment_merchant_clean_name" => enrichment.merchant_clean_name,
        "enrichment_merchant_type" => enrichment.merchant_type,
        "enrichment_essential_discretionary" => enrichment.essential_discretionary,
        "enrichment_payment_method" => enrichment.payment_method,
        "enrichment_payment_method_subtype" => enrichment.payment_method_subtype,
        "enrichment_confidence_score" => enrichment.confidence_score,
        "enrichment_llm_provider" => enrichment.llm_provider,
        "enrichment_llm_model" => enrichment.llm_model,
        "enrichment_enriched_at" => enrichment.enriched_at,
        "manual_huququllah_classification" => huququllah_classification,
    }
}

fn enrichment(enrichment: TransactionEnrichment) -> Answer {
    let confidence = enrichment.confidence();
    object! {
        "primary_category" => enrichment.primary_category,
        "subcategory" => enrichment.subcategory,
        "merchant_clean_name" => enrichment.merchant_clean_name,
        "merchant_type" => enrichment.merchant_type,
        "essential_discretionary" => enrichment.essential_discretionary,
        "payment_method" => enrichment.payment_method,
        "payment_method_subtype" => enrichment.payment_method_subtype,
        "confidence_score" => confidence.map(Answer::float),
        "llm_provider" => enrichment.llm_provider,
        "llm_model" => enrichment.llm_model,
        "enriched_at" => enrichment.enriched_at,
    }
}

/// A bank's id as text, also where the caller has a number.
fn id_text(id: Value) -> Option<String> {
    match id {
        Value::Null => None,
        Value::String(text) => Some(text),
        other => Some(other.to_string()),
    }
}

functions! {
    /// Transactions.
    FUNCTIONS:

    get_truelayer_transaction_by_id(normalised_provider_id: Value) => |conn|
        match id_text(normalised_provider_id) {
            None => None,
            Some(id) => TrueLayerTransaction::find_by_normalised_provider_transaction_id(conn, EVERYONE, &id)?.map(known),
        },

    get_truelayer_transaction_by_pk(transaction_id: TrueLayerTransactionId) => |conn|
        optional(TrueLayerTransaction::find(conn, EVERYONE, transaction_id))?.map(complete),

    insert_truelayer_transaction(
        account_id: TrueLayerAccountId,
        transaction_id: String,
        normalised_provider_id: String,
        timestamp: DateTime<Utc>,
        description: String,
        amount: BigDecimal,
        currency: String,
        transaction_type: TransactionType,
        transaction_category: Option<String>,
        merchant_name: Option<String>,
        running_balance: Option<BigDecimal>,
        metadata: Option<Value>,
        pre_enrichment_status: Option<PreEnrichmentStatus> = "None",
        import_job_id: Option<TrueLayerImportJobId> = null
    ) => |conn| {
        let new = NewTrueLayerTransaction {
            transaction_category: transaction_category.as_deref(),
            merchant_name: merchant_name.as_deref(),
            running_balance: running_balance.as_ref(),
            metadata: metadata.as_ref(),
            pre_enrichment_status: Some(pre_enrichment_status),
            import_job_id,
            ..NewTrueLayerTransaction::new(
                account_id,
                &transaction_id,
                &normalised_provider_id,
                timestamp,
                &description,
                &amount,
                &currency,
                transaction_type,
            )
        };
        new.insert_if_new(conn)?.map(|row| row.id)
    },

    get_all_truelayer_transactions(account_id: Option<TrueLayerAccountId> = null) => |conn|
        Answer::list(TrueLayerTransaction::list(conn, EVERYONE, account_id, Page::ALL)?, in_list),

    get_all_truelayer_transactions_with_enrichment(account_id: Option<TrueLayerAccountId> = null) => |conn|
        Answer::list(EnrichedTransaction::list(conn, EVERYONE, account_id, Page::ALL)?, in_list_with_enrichment),

    get_job_transaction_ids(job_id: TrueLayerImportJobId) => |conn|
        TrueLayerTransaction::ids_of_import(conn, EVERYONE, job_id)?,

    get_unenriched_truelayer_transactions() => |conn|
        Answer::list(TrueLayerTransaction::list_without_enrichment(conn, EVERYONE, Page::ALL)?, complete),

    get_transaction_enrichment(transaction_id: TrueLayerTransactionId) => |conn|
        TransactionEnrichment::find(conn, EVERYONE, transaction_id)?.map(enrichment),

    count_enriched_truelayer_transactions() => |conn| TransactionEnrichment::count(conn, EVERYONE)?,
}
