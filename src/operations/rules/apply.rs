//! Applying all rules to transactions.

use std::collections::{BTreeMap, HashMap};

use diesel::connection::SimpleConnection;
use diesel::pg::PgRowByRowLoadingMode;
use diesel::prelude::*;
use serde::Serialize;

use super::changes::{Changes, Writing};
use super::rulebook::Rulebook;
use crate::Result;
use crate::models::truelayer::transaction::owned_by;
use crate::schema::truelayer_transactions;
use crate::types::{TransactionType, TrueLayerTransactionId, UserId};

/// What applying the rules came to.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Application {
    /// Transactions that were looked at.
    pub total_transactions: i64,
    /// Those that a rule gives an enrichment.
    pub enriched_transactions: i64,
    /// Those that did not have exactly that enrichment and were written.
    pub written_transactions: i64,
    /// How many transactions each rule decided on, by its name; a mapping is called `Direct Debit: ` and its pattern. Rules
    /// of one name are counted together.
    pub hits: BTreeMap<String, i64>,
}

/// Runs the owner's transactions through the rules and replaces the enrichment in `metadata` of those that a rule decides
/// on, whoever made it.
///
/// For each transaction the first mapping of direct debits that knows its payee decides, if it has a category; payees are
/// read from card and Apple Pay payments too. Else the first active category rule that fits its description and direction
/// decides, and the first normalisation that fits gives the clean name. A normalisation alone decides nothing.
///
/// All is read once and written in one statement; what has its enrichment already is not written. No category can be
/// renamed or deleted meanwhile.
///
/// Takes over `apply_all_rules_to_transactions`.
pub fn apply(conn: &mut PgConnection, owner: impl Into<Option<UserId>>) -> Result<Application> {
    let owner = owner.into();
    conn.transaction(|conn| {
        conn.batch_execute("LOCK TABLE normalized_categories IN SHARE MODE")?;
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
