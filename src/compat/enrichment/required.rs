//! Which transactions wait for enrichment.

use super::super::answer::{Answer, object, row_answer};
use super::super::found;
use super::super::function::functions;
use crate::Error;
use crate::models::truelayer::{EnrichmentRequirement, TrueLayerTransaction};
use crate::types::{EVERYONE, TrueLayerTransactionId};

row_answer!(EnrichmentRequirement {
    id,
    enrichment_required,
    enrichment_source
});

functions! {
    /// What waits for enrichment.
    FUNCTIONS:

    toggle_enrichment_required(transaction_id: TrueLayerTransactionId) => |conn|
        match TrueLayerTransaction::toggle_enrichment_required(conn, EVERYONE, transaction_id) {
            Err(Error::NotFound) => None,
            requirement => Some(requirement?),
        },

    set_enrichment_required(transaction_id: TrueLayerTransactionId, required: bool) => |conn|
        found(TrueLayerTransaction::set_enrichment_required(conn, EVERYONE, transaction_id, required))?,

    get_required_unenriched_transactions(limit: Option<i64> = null) => |conn| {
        let limit = match limit {
            None | Some(0) => None,
            Some(..0) => return Err(Error::invalid("limit", "takes 0 or more").into()),
            Some(limit) => Some(u32::try_from(limit).unwrap_or(u32::MAX)),
        };
        let transactions = TrueLayerTransaction::list_unenriched(conn, EVERYONE, None, limit)?;
        Answer::List(transactions.into_iter().map(whole_row).collect())
    },

    clear_enrichment_required_after_success(transaction_id: TrueLayerTransactionId) => |conn|
        found(TrueLayerTransaction::set_enrichment_required(conn, EVERYONE, transaction_id, false))?,
}

fn whole_row(row: TrueLayerTransaction) -> Answer {
    object! {
        "id" => row.id,
        "account_id" => row.account_id,
        "transaction_id" => row.transaction_id,
        "normalised_provider_transaction_id" => row.normalised_provider_transaction_id,
        "timestamp" => row.timestamp,
        "description" => row.description,
        "amount" => row.amount,
        "currency" => row.currency,
        "transaction_type" => row.transaction_type,
        "transaction_category" => row.transaction_category,
        "merchant_name" => row.merchant_name,
        "running_balance" => row.running_balance,
        "metadata" => row.metadata,
        "created_at" => row.created_at,
        "account_type" => row.account_type,
        "lookup_description" => row.lookup_description,
        "pre_enrichment_status" => row.pre_enrichment_status,
        "enrichment_required" => row.enrichment_required,
        "category_id" => row.category_id,
        "subcategory_id" => row.subcategory_id,
        "import_job_id" => row.import_job_id,
    }
}
