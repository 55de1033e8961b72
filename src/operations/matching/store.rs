//! Storing which payment paid which purchase: the match, and the purchase as a source of the payment.

use bigdecimal::BigDecimal;
use diesel::prelude::*;
use diesel::sql_types::{Array, Integer, Numeric};

use crate::models::one_row;
use crate::models::truelayer::transaction;
use crate::types::{TrueLayerTransactionId, UserId};
use crate::{Error, Result};

/// The statements that store matches to one kind of purchase. Both take transactions, purchases and confidences.
pub(super) struct Statements {
    /// Stores the matches and answers their transactions: those whose purchase is there.
    pub(super) matches: &'static str,
    /// Stores the purchases that have a name as sources.
    pub(super) sources: &'static str,
}

/// A payment and what it paid.
pub(super) struct Match {
    pub(super) transaction: TrueLayerTransactionId,
    /// The id in the purchases' table.
    pub(super) purchase: i32,
    /// 0 to 100.
    pub(super) confidence: BigDecimal,
}

#[derive(QueryableByName)]
struct Stored {
    #[diesel(sql_type = Integer)]
    id: TrueLayerTransactionId,
}

/// Stores matches of transactions that are locked, each once: in the place of the match that a transaction has. Answers the
/// transactions whose purchase is there.
pub(super) fn store(
    conn: &mut PgConnection,
    statements: &Statements,
    matches: &[Match],
) -> Result<Vec<TrueLayerTransactionId>> {
    let transactions: Vec<_> = matches.iter().map(|found| found.transaction).collect();
    let purchases: Vec<_> = matches.iter().map(|found| found.purchase).collect();
    let confidences: Vec<_> = matches.iter().map(|found| &found.confidence).collect();
    let stored: Vec<Stored> = diesel::sql_query(statements.matches)
        .bind::<Array<Integer>, _>(&transactions)
        .bind::<Array<Integer>, _>(&purchases)
        .bind::<Array<Numeric>, _>(&confidences)
        .load(conn)?;
    diesel::sql_query(statements.sources)
        .bind::<Array<Integer>, _>(&transactions)
        .bind::<Array<Integer>, _>(&purchases)
        .bind::<Array<Numeric>, _>(&confidences)
        .execute(conn)?;
    Ok(stored.into_iter().map(|row| row.id).collect())
}

/// Locks a transaction of the owner and stores its match; needs a database transaction around it. [`Error::NotFound`] where the owner has no such
/// transaction or there is no such purchase, [`Error::InvalidInput`] for `confidence` where it is not within 0 to 100.
pub(super) fn store_one(
    conn: &mut PgConnection,
    owner: Option<UserId>,
    statements: &Statements,
    found: Match,
) -> Result<()> {
    if found.confidence < 0 || found.confidence > 100 {
        return Err(Error::invalid("confidence", "takes 0 to 100"));
    }
    let locked = transaction::lock(conn, owner, &[found.transaction])?;
    one_row(locked.len())?;
    one_row(store(conn, statements, &[found])?.len())
}
