//! What rules and the cache say of transactions that were taken for enrichment.

use std::collections::HashMap;

use diesel::prelude::*;

use super::cache::empty_broken;
use super::claim::Claimed;
use super::failures;
use super::store::{Over, Told, Writer};
use crate::Result;
use crate::models::enrichment::RESERVED;
use crate::operations::rules::{Rulebook, Uses};
use crate::types::{Enrichment, UserId};

/// What became of transactions that were taken.
#[derive(Default)]
pub(super) struct Settled {
    pub(super) by_rules: i64,
    pub(super) by_cache: i64,
    /// What neither knows.
    pub(super) unanswered: Vec<Claimed>,
}

/// Enriches what a rule decides on, else what the cache answers, in one statement. Uses of rules are counted for what was
/// saved.
pub(super) fn settle(
    conn: &mut PgConnection,
    user: UserId,
    over: Over,
    rulebook: &Rulebook,
    claimed: Vec<Claimed>,
) -> Result<Settled> {
    let mut settled = Settled::default();
    let mut writer = Writer::new();
    let (mut decisions, mut broken, mut answered) = (HashMap::new(), Vec::new(), Vec::new());
    for transaction in claimed {
        let id = transaction.id;
        let decision = rulebook.decide(&transaction.description, transaction.transaction_type);
        if let Some(decision) = decision {
            decisions.insert(id, decision);
            writer.add(id, (Some(decision), None), || rulebook.told(decision))?;
            answered.push(id);
            continue;
        }
        if let Some(enrichment) = cached(&transaction) {
            let entry = transaction.cache_id;
            writer.add(id, (None, entry), || Told::new(enrichment, "cache"))?;
            answered.push(id);
            continue;
        }
        if is_broken(&transaction) {
            broken.extend(transaction.cache_id);
        }
        settled.unanswered.push(transaction);
    }
    empty_broken(conn, &broken)?;
    let mut counted = Uses::default();
    for id in writer.write(conn, Some(user), over)? {
        match decisions.get(&id) {
            Some(decision) => {
                settled.by_rules += 1;
                counted.add(rulebook, *decision);
            }
            None => settled.by_cache += 1,
        }
    }
    failures::forget(conn, &answered)?;
    counted.count(conn)?;
    Ok(settled)
}

fn cached(transaction: &Claimed) -> Option<Enrichment> {
    let enrichment = Enrichment::from_json(transaction.cached.as_deref()?)?;
    (!enrichment.is_empty()).then_some(enrichment)
}

/// Whether the cache has an entry that is neither an answer nor a reservation.
fn is_broken(transaction: &Claimed) -> bool {
    let text = transaction.cached.as_deref().unwrap_or_default();
    !text.is_empty() && !text.starts_with(RESERVED) && cached(transaction).is_none()
}
