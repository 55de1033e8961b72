//! [`HuququllahSummary`]: essential and discretionary spending, and what is due on it.

use bigdecimal::{BigDecimal, RoundingMode};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Integer, Nullable, Numeric, Text, Timestamptz};
use serde::Serialize;

use crate::Result;
use crate::types::{Period, UserId};

/// Spending in one currency by its class. Every debit above zero counts in exactly one of the three.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HuququllahSummary {
    /// ISO 4217 code, three letters.
    pub currency: String,
    /// Sum of what is essential, in `currency`, to two places.
    pub essential_expenses: BigDecimal,
    /// Sum of what is discretionary, in `currency`, to two places.
    pub discretionary_expenses: BigDecimal,
    /// 19 percent of the discretionary sum, in `currency`, to two places.
    pub huququllah_due: BigDecimal,
    /// Number of debits that are neither.
    pub unclassified_count: i64,
}

impl HuququllahSummary {
    /// What the owner spent in a period: a line a currency, the one with the most debits first.
    ///
    /// Halves are rounded up. Nothing spent: no lines.
    ///
    /// Takes over `get_huququllah_summary`.
    pub fn list(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        period: Period,
    ) -> Result<Vec<Self>> {
        let lines: Vec<Line> = diesel::sql_query(include_str!("summary.sql"))
            .bind::<Nullable<Integer>, _>(owner.into())
            .bind::<Nullable<Timestamptz>, _>(period.from)
            .bind::<Nullable<Timestamptz>, _>(period.before)
            .load(conn)?;
        let lines = lines.into_iter().map(|line| Self {
            currency: line.currency,
            essential_expenses: to_two_places(&line.essential),
            huququllah_due: to_two_places(&(&line.discretionary * due_rate())),
            discretionary_expenses: to_two_places(&line.discretionary),
            unclassified_count: line.unclassified,
        });
        Ok(lines.collect())
    }
}

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    currency: String,
    #[diesel(sql_type = Numeric)]
    essential: BigDecimal,
    #[diesel(sql_type = Numeric)]
    discretionary: BigDecimal,
    #[diesel(sql_type = BigInt)]
    unclassified: i64,
}

/// 19 percent.
fn due_rate() -> BigDecimal {
    BigDecimal::new(19.into(), 2)
}

fn to_two_places(amount: &BigDecimal) -> BigDecimal {
    amount.with_scale_round(2, RoundingMode::HalfUp)
}
