//! What an enrichment would cost.

use bigdecimal::BigDecimal;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Integer, Nullable};
use serde::Serialize;

use crate::Result;
use crate::types::UserId;

/// Tokens that are sent for one transaction.
const INPUT_TOKENS: i64 = 150;
/// Tokens that come back for one transaction.
const OUTPUT_TOKENS: i64 = 50;

/// What a provider takes, in US dollars.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenPrice {
    /// For 1000 tokens sent.
    pub input_per_thousand: BigDecimal,
    /// For 1000 tokens received.
    pub output_per_thousand: BigDecimal,
}

/// What an enrichment would come to if no rule decided anything.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Estimate {
    /// Transactions that wait.
    pub transactions: i64,
    /// Those of them whose bare description the cache answers.
    pub answered_by_cache: i64,
    /// Different questions of the others, by description and direction.
    pub questions: i64,
    /// 150 a question.
    pub input_tokens: i64,
    /// 50 a question.
    pub output_tokens: i64,
    /// In US dollars.
    pub cost: BigDecimal,
}

#[derive(QueryableByName)]
struct Counted {
    #[diesel(sql_type = BigInt)]
    transactions: i64,
    #[diesel(sql_type = BigInt)]
    answered_by_cache: i64,
    #[diesel(sql_type = BigInt)]
    questions: i64,
}

/// Estimates what asking about the owner's waiting transactions would cost: those that the cache does not answer, by
/// description and direction.
pub fn estimate(
    conn: &mut PgConnection,
    owner: impl Into<Option<UserId>>,
    price: &TokenPrice,
) -> Result<Estimate> {
    let counted: Counted = diesel::sql_query(include_str!("estimate.sql"))
        .bind::<Nullable<Integer>, _>(owner.into())
        .get_result(conn)?;
    let input_tokens = counted.questions * INPUT_TOKENS;
    let output_tokens = counted.questions * OUTPUT_TOKENS;
    let cost = &price.input_per_thousand * BigDecimal::new(input_tokens.into(), 3)
        + &price.output_per_thousand * BigDecimal::new(output_tokens.into(), 3);
    Ok(Estimate {
        transactions: counted.transactions,
        answered_by_cache: counted.answered_by_cache,
        questions: counted.questions,
        input_tokens,
        output_tokens,
        cost,
    })
}
