//! Applying all rules as the old application did.

use diesel::prelude::*;

use super::Application;
use super::apply::decide_all;
use super::changes::{Changes, Writing};
use super::rulebook::Rulebook;
use crate::Result;
use crate::operations::enrichment::lock_categories;
use crate::types::UserId;

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
        let mut changes = Changes::new();
        let mut application = decide_all(conn, owner, &rulebook, |id, decision| {
            changes.add(id, decision, || rulebook.enrichment(decision))
        })?;
        let written = changes.write(conn, Writing::Replace)?;
        application.written_transactions = i64::try_from(written).unwrap_or(i64::MAX);
        Ok(application)
    })
}
