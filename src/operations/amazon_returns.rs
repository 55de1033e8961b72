//! Refunds: their links to bank transactions, how many there are, removing them.

use bigdecimal::BigDecimal;
use chrono::NaiveDate;
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Bool, Date, Integer, Nullable, Numeric, Text};
use serde::Serialize;

pub use super::currency_totals::CurrencyTotals;

use super::currency_totals::totals;
use super::enrichment_sources::{lock_explained_by_returns, remove_returns};
use super::pre_enrichment_status::reset;
use crate::models::amazon::order_return::owned_by;
use crate::models::truelayer::transaction;
use crate::models::{legacy, one_row};
use crate::schema::{amazon_returns, transaction_enrichment_sources as sources};
use crate::types::{AmazonReturnId, TrueLayerTransactionId, UserId};
use crate::{Error, Result};

/// What stands before the description of a payment that was returned.
pub(super) const MARK: &str = "[RETURNED] ";

/// How many refunds there are, and how much they are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReturnStatistics {
    /// All refunds; they have no owner.
    pub total_returns: i64,
    /// Day of the first refund.
    pub first_day: Option<NaiveDate>,
    /// Day of the last refund.
    pub last_day: Option<NaiveDate>,
    /// Sums of the amounts, negative ones included.
    pub refunded: CurrencyTotals,
    /// Refunds whose payment is known and is the owner's.
    pub matched: i64,
}

impl ReturnStatistics {
    /// Refunds whose payment is not known, or not the owner's.
    pub const fn unmatched(&self) -> i64 {
        self.total_returns - self.matched
    }
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = BigInt)]
    total_returns: i64,
    #[diesel(sql_type = Nullable<Date>)]
    first_day: Option<NaiveDate>,
    #[diesel(sql_type = Nullable<Date>)]
    last_day: Option<NaiveDate>,
    #[diesel(sql_type = BigInt)]
    matched: i64,
    #[diesel(sql_type = Array<Text>)]
    currencies: Vec<String>,
    #[diesel(sql_type = Array<Numeric>)]
    sums: Vec<BigDecimal>,
}

/// Counts and adds up all refunds, in one statement.
///
/// Takes over `get_returns_statistics`.
pub fn statistics(
    conn: &mut PgConnection,
    owner: impl Into<Option<UserId>>,
) -> Result<ReturnStatistics> {
    let row: Row = diesel::sql_query(include_str!("amazon_returns/statistics.sql"))
        .bind::<Nullable<Integer>, _>(owner.into())
        .get_result(conn)?;
    Ok(ReturnStatistics {
        total_returns: row.total_returns,
        first_day: row.first_day,
        last_day: row.last_day,
        refunded: totals(row.currencies, row.sums),
        matched: row.matched,
    })
}

/// Sets both links of a refund: to the payment and to the refund's credit, transactions of the owner; `None` takes a link away.
/// A refund that is linked to somebody else's transaction is not the owner's.
///
/// [`Error::NotFound`] where the owner has no such refund, [`Error::Reference`] where the owner has no such transaction.
///
/// Takes over `link_return_to_transactions`.
pub fn link(
    conn: &mut PgConnection,
    owner: impl Into<Option<UserId>>,
    id: AmazonReturnId,
    original: Option<TrueLayerTransactionId>,
    refund: Option<TrueLayerTransactionId>,
) -> Result<()> {
    let owner = owner.into();
    conn.transaction(|conn| {
        let linked: Vec<_> = original.into_iter().chain(refund).collect();
        let locked = transaction::lock(conn, owner, &linked)?;
        let updated = diesel::update(amazon_returns::table.find(id))
            .filter(owned_by(owner))
            .set((
                amazon_returns::original_transaction_id.eq(original),
                amazon_returns::refund_transaction_id.eq(refund),
            ))
            .execute(conn)?;
        one_row(updated)?;
        for (link, constraint) in [
            (original, "amazon_returns_original_transaction_id_fkey"),
            (refund, "amazon_returns_refund_transaction_id_fkey"),
        ] {
            if link.is_some_and(|id| !locked.contains(&id)) {
                return Err(Error::Reference {
                    constraint: constraint.to_owned(),
                });
            }
        }
        Ok(())
    })
}

/// Deletes all refunds, everybody's, and undoes what was made of them, in one transaction: the sources `[REFUND] …` of their
/// credits go, and so do those that were made for payments without a source; the mark `[RETURNED] ` is taken off the start of
/// the descriptions that have it, once each, among the sources and the legacy transactions; a credit that was `Matched` gets
/// the status that it came with. A bank transaction that loses its primary source gets another one where it has any. Answers
/// how many refunds were deleted.
///
/// Takes over `clear_amazon_returns`.
pub fn clear(conn: &mut PgConnection) -> Result<usize> {
    conn.transaction(|conn| {
        lock_marked(conn)?;
        let credits: Vec<Option<TrueLayerTransactionId>> = diesel::delete(amazon_returns::table)
            .returning(amazon_returns::refund_transaction_id)
            .get_results(conn)?;
        remove_returns(conn)?;
        diesel::sql_query(include_str!("amazon_returns/unmark_sources.sql"))
            .bind::<Text, _>(MARK)
            .execute(conn)?;
        if legacy::is_there(conn, "transactions")? {
            diesel::sql_query(include_str!("amazon_returns/unmark_legacy.sql"))
                .bind::<Text, _>(MARK)
                .execute(conn)?;
        }
        let deleted = credits.len();
        let credits: Vec<_> = credits.into_iter().flatten().collect();
        reset(conn, &credits)?;
        Ok(deleted)
    })
}

/// Locks the transactions that have a marked source, one that was made of a return, or a link from one.
fn lock_marked(conn: &mut PgConnection) -> Result<()> {
    let is_marked = sql::<Bool>("starts_with(description, ")
        .bind::<Text, _>(MARK)
        .sql(")");
    let mut touched: Vec<TrueLayerTransactionId> = sources::table
        .select(sources::truelayer_transaction_id)
        .filter(is_marked)
        .load(conn)?;
    let credits: Vec<TrueLayerTransactionId> = amazon_returns::table
        .filter(amazon_returns::refund_transaction_id.is_not_null())
        .select(amazon_returns::refund_transaction_id.assume_not_null())
        .load(conn)?;
    touched.extend(credits);
    lock_explained_by_returns(conn, touched)
}
