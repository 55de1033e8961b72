//! What waits for enrichment.

use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Bool, Double, Integer, Nullable, Text};
use serde::Serialize;

use super::EnrichmentOptions;
use crate::Result;
use crate::types::UserId;

/// How many transactions wait for enrichment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, QueryableByName, Serialize)]
pub struct PendingEnrichment {
    /// Wait, and the cache has no answer to the bare description.
    #[diesel(sql_type = BigInt)]
    pub waiting: i64,
    /// Wait, and the cache has the answer.
    #[diesel(sql_type = BigInt)]
    pub answered_by_cache: i64,
    /// Wait after a failure.
    #[diesel(sql_type = BigInt)]
    pub failed: i64,
    /// Have a category by their enrichment.
    #[diesel(sql_type = BigInt)]
    pub enriched: i64,
    /// All transactions; those that neither wait nor are enriched too.
    #[diesel(sql_type = BigInt)]
    pub total: i64,
}

#[derive(QueryableByName)]
struct Waiting {
    #[diesel(sql_type = BigInt)]
    waiting: i64,
}

#[derive(QueryableByName)]
struct User {
    #[diesel(sql_type = Integer)]
    id: UserId,
}

/// Counts the owner's transactions by how they stand with enrichment, in one statement.
pub fn pending(
    conn: &mut PgConnection,
    owner: impl Into<Option<UserId>>,
) -> Result<PendingEnrichment> {
    Ok(diesel::sql_query(include_str!("pending.sql"))
        .bind::<Nullable<Integer>, _>(owner.into())
        .get_result(conn)?)
}

/// The users with transactions that wait for enrichment, by id.
pub fn users_waiting(conn: &mut PgConnection) -> Result<Vec<UserId>> {
    let users: Vec<User> = diesel::sql_query(include_str!("users_waiting.sql")).load(conn)?;
    Ok(users.into_iter().map(|user| user.id).collect())
}

/// How many transactions an enrichment with these options would take, its limit left out.
pub(super) fn count_waiting(
    conn: &mut PgConnection,
    user: UserId,
    options: &EnrichmentOptions,
) -> Result<i64> {
    let count = concat!("SELECT count(*) AS waiting\n", include_str!("waiting.sql"));
    let counted: Waiting = diesel::sql_query(count)
        .bind::<Integer, _>(user)
        .bind::<Nullable<Array<Integer>>, _>(options.transactions.as_deref())
        .bind::<Nullable<Text>, _>(options.direction)
        .bind::<Bool, _>(options.force)
        .bind::<Bool, _>(options.retry_failed)
        .bind::<Double, _>(options.retry_after.as_secs_f64())
        .bind::<Integer, _>(i32::try_from(options.most_retries).unwrap_or(i32::MAX))
        .get_result(conn)?;
    Ok(counted.waiting)
}
