//! What is known of transactions before enrichment: counting what is recognised, setting the statuses anew.

mod backfill;
mod reset;

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Integer, Nullable};
use serde::Serialize;

pub use backfill::{StatusCounts, backfill};
pub(super) use reset::reset;

use crate::Result;
use crate::types::UserId;

/// How many transactions are recognised as a vendor's; one that is in two groups counts in both.
#[derive(Debug, Clone, Copy, PartialEq, Eq, QueryableByName, Serialize)]
pub struct Identified {
    /// Status `AMZN`, or matched to a retail order.
    #[diesel(sql_type = BigInt)]
    pub amazon: i64,
    /// Status `Apple`, or matched to an App Store purchase.
    #[diesel(sql_type = BigInt)]
    pub apple: i64,
    /// Status `AMZN RTN`, or the refund of an Amazon return.
    #[diesel(sql_type = BigInt)]
    pub amazon_returns: i64,
}

impl Identified {
    /// The sum of the three.
    pub const fn total(&self) -> i64 {
        self.amazon + self.apple + self.amazon_returns
    }
}

/// Counts the owner's transactions that are recognised as a vendor's, matched or not, in one statement. Matches to business
/// orders are in no group.
///
/// Takes over `get_identified_summary`.
pub fn identified(conn: &mut PgConnection, owner: impl Into<Option<UserId>>) -> Result<Identified> {
    Ok(
        diesel::sql_query(include_str!("pre_enrichment_status/identified.sql"))
            .bind::<Nullable<Integer>, _>(owner.into())
            .get_result(conn)?,
    )
}
