//! Applying all rules to transactions.

use std::collections::{BTreeMap, HashMap};

use diesel::pg::PgRowByRowLoadingMode;
use diesel::prelude::*;
use serde::Serialize;

use super::rulebook::{Decision, Rulebook};
use super::uses::Uses;
use crate::Result;
use crate::models::truelayer::transaction::owned_by;
use crate::operations::enrichment::{Over, Writer, lock_categories};
use crate::schema::truelayer_transactions;
use crate::types::{TransactionType, TrueLayerTransactionId, UserId};

/// What applying the rules came to.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Application {
    /// Transactions that were looked at.
    pub total_transactions: i64,
    /// Those that a rule decides on.
    pub enriched_transactions: i64,
    /// Those that did not have exactly that enrichment and were written.
    pub written_transactions: i64,
    /// How many transactions each rule decided on, by its name; a mapping is called `Direct Debit: ` and its pattern. Rules
    /// of one name are counted together.
    pub hits: BTreeMap<String, i64>,
}

/// Runs the owner's transactions through the rules and enriches those that a rule decides on, also where a model did so
/// before. What a person set stays.
///
/// For each transaction the first mapping of direct debits that knows its payee decides, if it has a category; payees are
/// read from card and Apple Pay payments too. Else the first active category rule that fits its description and direction
/// decides, and the first normalisation that fits gives the clean name. A normalisation alone decides nothing.
///
/// All is read once and written in one statement; what has its enrichment already is not written. The uses of the rules that
/// wrote something are counted by their ids. No category can be renamed or deleted meanwhile.
pub fn apply(conn: &mut PgConnection, owner: impl Into<Option<UserId>>) -> Result<Application> {
    let owner = owner.into();
    conn.transaction(|conn| {
        lock_categories(conn)?;
        let rulebook = Rulebook::load(conn)?;
        let mut decisions = HashMap::new();
        let mut writer = Writer::new();
        let mut application = decide_all(conn, owner, &rulebook, |id, decision| {
            decisions.insert(id, decision);
            writer.add(id, decision, || rulebook.told(decision))
        })?;
        let written = writer.write(conn, owner, Over::Machines)?;
        application.written_transactions = i64::try_from(written.len()).unwrap_or(i64::MAX);
        let mut uses = Uses::default();
        for id in written {
            uses.add(&rulebook, decisions[&id]);
        }
        uses.count(conn)?;
        Ok(application)
    })
}

/// Reads the owner's transactions once, hands over those that a rule decides on, and counts.
pub(super) fn decide_all(
    conn: &mut PgConnection,
    owner: Option<UserId>,
    rulebook: &Rulebook,
    mut decided: impl FnMut(TrueLayerTransactionId, Decision) -> Result<()>,
) -> Result<Application> {
    let mut application = Application::default();
    let mut decisions: HashMap<Decision, i64> = HashMap::new();
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
            decided(id, decision)?;
        }
    }
    for (decision, count) in decisions {
        let name = rulebook.name_of(decision);
        *application.hits.entry(name).or_default() += count;
    }
    Ok(application)
}
