//! Storing which payment was returned and which credit refunded it.

use std::collections::HashSet;

use diesel::prelude::*;
use diesel::sql_types::{Array, Integer, Text};

use super::Decided;
use crate::Result;
use crate::models::truelayer::transaction;
use crate::operations::amazon_returns::MARK;
use crate::operations::matching::lock::{Among, Family, lock};
use crate::schema::{amazon_returns, truelayer_transactions};
use crate::types::{AmazonReturnId, PreEnrichmentStatus, TrueLayerTransactionId};

/// Three columns of what is stored.
#[derive(Default)]
struct Links {
    returns: Vec<AmazonReturnId>,
    originals: Vec<TrueLayerTransactionId>,
    credits: Vec<TrueLayerTransactionId>,
}

/// Stores sources, marks, statuses and links of what is still open on both sides; answers the returns.
pub(super) fn write(conn: &mut PgConnection, returns: &[Decided]) -> Result<Vec<AmazonReturnId>> {
    let found = Links::of(returns, |_, _| true);
    if found.returns.is_empty() {
        return Ok(Vec::new());
    }
    lock(conn, Family::Amazon, Among::All)?;
    let transactions = [&found.originals[..], &found.credits[..]].concat();
    transaction::lock(conn, None, &transactions)?;
    let open = lock_open(conn, &found.returns)?;
    let linked = linked(conn, &found.credits)?;
    let links = Links::of(returns, |id, credit| {
        open.contains(&id) && !linked.contains(&credit)
    });
    links.store(conn)?;
    Ok(links.returns)
}

/// Those of the returns that have no payment; they are locked.
fn lock_open(conn: &mut PgConnection, ids: &[AmazonReturnId]) -> Result<HashSet<AmazonReturnId>> {
    let open: Vec<AmazonReturnId> = amazon_returns::table
        .filter(amazon_returns::id.eq_any(ids))
        .filter(amazon_returns::original_transaction_id.is_null())
        .order(amazon_returns::id)
        .select(amazon_returns::id)
        .for_no_key_update()
        .load(conn)?;
    Ok(open.into_iter().collect())
}

/// Those of the credits that a return is linked to.
fn linked(
    conn: &mut PgConnection,
    credits: &[TrueLayerTransactionId],
) -> Result<HashSet<TrueLayerTransactionId>> {
    let linked: Vec<TrueLayerTransactionId> = amazon_returns::table
        .filter(amazon_returns::refund_transaction_id.eq_any(credits))
        .select(amazon_returns::refund_transaction_id.assume_not_null())
        .load(conn)?;
    Ok(linked.into_iter().collect())
}

impl Links {
    fn of(
        returns: &[Decided],
        is_open: impl Fn(AmazonReturnId, TrueLayerTransactionId) -> bool,
    ) -> Self {
        let mut links = Self::default();
        for decided in returns {
            if let Ok(refunded) = &decided.outcome
                && is_open(decided.id, refunded.credit)
            {
                links.returns.push(decided.id);
                links.originals.push(refunded.original);
                links.credits.push(refunded.credit);
            }
        }
        links
    }

    fn store(&self, conn: &mut PgConnection) -> Result<()> {
        diesel::sql_query(include_str!("store_refunds.sql"))
            .bind::<Array<Integer>, _>(&self.returns)
            .bind::<Array<Integer>, _>(&self.credits)
            .execute(conn)?;
        diesel::sql_query(include_str!("store_originals.sql"))
            .bind::<Array<Integer>, _>(&self.originals)
            .bind::<Text, _>(MARK)
            .execute(conn)?;
        diesel::sql_query(include_str!("mark_originals.sql"))
            .bind::<Array<Integer>, _>(&self.originals)
            .bind::<Text, _>(MARK)
            .execute(conn)?;
        diesel::update(truelayer_transactions::table)
            .filter(truelayer_transactions::id.eq_any(&self.credits))
            .set(truelayer_transactions::pre_enrichment_status.eq(PreEnrichmentStatus::Matched))
            .execute(conn)?;
        diesel::sql_query(include_str!("store_links.sql"))
            .bind::<Array<Integer>, _>(&self.returns)
            .bind::<Array<Integer>, _>(&self.originals)
            .bind::<Array<Integer>, _>(&self.credits)
            .execute(conn)?;
        Ok(())
    }
}
