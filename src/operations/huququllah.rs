//! Suggestions whether payments are a necessity (for Huqúqu'lláh), learnt from those that are classified.

use bigdecimal::BigDecimal;
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Integer, Nullable, Numeric, Text};
use serde::Serialize;

use crate::Result;
use crate::types::{HuququllahClassification, TrueLayerTransactionId, UserId};

/// What a payment is taken for.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName, Serialize)]
pub struct HuququllahSuggestion {
    /// The transaction.
    #[diesel(sql_type = Integer)]
    pub transaction: TrueLayerTransactionId,
    /// Its class; `None` for money that comes in, and where nothing like it is classified.
    #[diesel(sql_type = Nullable<Text>)]
    pub classification: Option<HuququllahClassification>,
    /// From 0 to 1, to two places.
    #[diesel(sql_type = Numeric)]
    pub confidence: BigDecimal,
}

/// How the payments of a category are classified.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName, Serialize)]
pub struct HuququllahPattern {
    /// `transaction_category`.
    #[diesel(sql_type = Text)]
    pub category: String,
    /// Payments classified as essential.
    #[diesel(sql_type = BigInt)]
    pub essential: i64,
    /// Payments classified as discretionary.
    #[diesel(sql_type = BigInt)]
    pub discretionary: i64,
    /// The essential ones in percent of both, to one place.
    #[diesel(sql_type = Numeric)]
    pub essential_percent: BigDecimal,
    /// What most of them are; a draw is discretionary.
    #[diesel(sql_type = Text)]
    pub mostly: HuququllahClassification,
}

/// Suggests a class for each of these transactions of the owner, in one statement.
///
/// What the classified debits of the same merchant mostly are, with their share as the confidence; else those of the same
/// category, with 0.7 of the share; else those of the same size (below 20, below 100, more), with half of it. Of classes
/// that are equally frequent it is that of the newest payment. A class by hand goes before that of the enrichment.
pub fn suggest(
    conn: &mut PgConnection,
    owner: impl Into<Option<UserId>>,
    transactions: &[TrueLayerTransactionId],
) -> Result<Vec<HuququllahSuggestion>> {
    Ok(diesel::sql_query(include_str!("huququllah/suggest.sql"))
        .bind::<Nullable<Integer>, _>(owner.into())
        .bind::<Array<Integer>, _>(transactions)
        .load(conn)?)
}

/// Counts the owner's classified debits by category, by name, in one statement.
pub fn patterns(
    conn: &mut PgConnection,
    owner: impl Into<Option<UserId>>,
) -> Result<Vec<HuququllahPattern>> {
    Ok(diesel::sql_query(include_str!("huququllah/patterns.sql"))
        .bind::<Nullable<Integer>, _>(owner.into())
        .load(conn)?)
}
