//! Applying the mappings of direct debits.

use diesel::pg::PgRowByRowLoadingMode;
use diesel::prelude::*;
use serde::Serialize;

use super::super::changes::{Changes, Writing};
use super::super::payee::Payee;
use super::{DIRECT_DEBITS, Mappings};
use crate::Result;
use crate::models::rules::MerchantNormalization;
use crate::models::truelayer::transaction::owned_by;
use crate::operations::enrichment::lock_categories;
use crate::schema::truelayer_transactions;
use crate::types::{TrueLayerTransactionId, UserId};

/// What a mapping gives an enrichment.
#[derive(Serialize)]
struct Given<'a> {
    primary_category: &'a str,
    subcategory: &'a str,
    merchant_clean_name: &'a str,
    merchant_type: Option<&'a str>,
    confidence_score: f64,
    llm_model: &'static str,
    enrichment_source: &'static str,
}

/// Merges what the mappings say into the enrichments of the owner's direct debits and gives the ids of those that a mapping
/// knows, ascending. A mapping without a category gives nothing. What else is in an enrichment stays, and so do
/// `category_id`, `subcategory_id` and `transaction_category`: lists by category id keep the old category.
///
/// One statement writes what changes; what has its values already is not written.
///
/// Takes over `apply_direct_debit_mappings`.
pub fn apply_mappings(
    conn: &mut PgConnection,
    owner: impl Into<Option<UserId>>,
) -> Result<Vec<TrueLayerTransactionId>> {
    let owner = owner.into();
    conn.transaction(|conn| {
        lock_categories(conn)?;
        let mappings = Mappings::load(conn)?;
        if mappings.0.is_empty() {
            return Ok(Vec::new());
        }
        let mut changes = Changes::new();
        let transactions = truelayer_transactions::table
            .filter(truelayer_transactions::description.like(DIRECT_DEBITS))
            .filter(owned_by(owner))
            .order(truelayer_transactions::id)
            .select((
                truelayer_transactions::id,
                truelayer_transactions::description,
            ))
            .load_iter::<(TrueLayerTransactionId, String), PgRowByRowLoadingMode>(conn)?;
        for transaction in transactions {
            let (id, description) = transaction?;
            let payee = Payee::of(&description).map(|payee| payee.name.to_uppercase());
            let mapping = payee.and_then(|payee| mappings.find(&payee));
            if let Some((mapping, given)) =
                mapping.and_then(|mapping| Some((mapping, given(mapping)?)))
            {
                changes.add(id, mapping.id, || given)?;
            }
        }
        let matched = changes.transactions().to_vec();
        changes.write(conn, Writing::Merge)?;
        Ok(matched)
    })
}

fn given(mapping: &MerchantNormalization) -> Option<Given<'_>> {
    let category = mapping.default_category.as_deref();
    Some(Given {
        primary_category: category.filter(|category| !category.is_empty())?,
        subcategory: &mapping.normalized_name,
        merchant_clean_name: &mapping.normalized_name,
        merchant_type: mapping.merchant_type.as_deref(),
        confidence_score: 1.0,
        llm_model: "direct_debit_rule",
        enrichment_source: "rule",
    })
}
