//! Applying all rules as the old application did.

use std::collections::HashMap;

use diesel::pg::PgRowByRowLoadingMode;
use diesel::prelude::*;

use super::Application;
use super::changes::{Changes, Writing};
use super::rulebook::Rulebook;
use crate::Result;
use crate::models::truelayer::transaction::owned_by;
use crate::operations::enrichment::lock_categories;
use crate::schema::truelayer_transactions;
use crate::types::{TransactionType, TrueLayerTransactionId, UserId};

/// Runs the owner's transactions through the rules and replaces the enrichment in `metadata` of those that a rule decides
/// on, whoever made it, a person too. No other column changes, and no use is counted; [`apply`](super::apply) does better.
///
/// All is read once and written in one statement; what has its enrichment already is not written. No category can be
/// renamed or deleted meanwhile.
///
/// Takes over `apply_all_rules_to_transactions`.
pub fn replace_enrichments(
    conn: &mut PgConnection,
    owner: impl Into<Option<UserId>>,
) -> Result<Application> {
    let owner = owner.into();
    conn.transaction(|conn| {
        lock_categories(conn)?;
        let rulebook = Rulebook::load(conn)?;
        let mut application = Application::default();
        let mut decisions: HashMap<_, i64> = HashMap::new();
        let mut changes = Changes::new();
        let transactions = truelayer_transactions::table
            .filter(owned_by(owner))
            .select((
                truelayer_transactions::id,
                truelayer_transactions::description,
                truelayer_transactions::transaction_type,
            ))
            .load_iter::<(TrueLayerTransactionId, String, TransactionType), PgRowByRowLoadingMode>(
                conn,
            )?;
        for transaction in transactions {
            let (id, description, direction) = transaction?;
            application.total_transactions += 1;
            if let Some(decision) = rulebook.decide(&description, direction) {
                application.enriched_transactions += 1;
                *decisions.entry(decision).or_default() += 1;
                changes.add(id, decision, || rulebook.enrichment(decision))?;
            }
        }
        for (decision, count) in decisions {
            let name = rulebook.name_of(decision);
            *application.hits.entry(name).or_default() += count;
        }
        let written = changes.write(conn, Writing::Replace)?;
        application.written_transactions = i64::try_from(written).unwrap_or(i64::MAX);
        Ok(application)
    })
}
