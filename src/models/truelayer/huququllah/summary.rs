//! [`HuququllahSummary`]: essential and discretionary spending, and what is due on it.

use bigdecimal::{BigDecimal, RoundingMode};
use diesel::dsl::{count, count_star, sum};
use diesel::prelude::*;
use diesel::sql_types::{Bool, Nullable};
use serde::Serialize;

use super::{classified_as, spent_by, unclassified};
use crate::Result;
use crate::models::Filter;
use crate::schema::truelayer_transactions;
use crate::types::{HuququllahClassification, Period, UserId};

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
        let lines: Vec<(String, Option<BigDecimal>, Option<BigDecimal>, i64)> =
            truelayer_transactions::table
                .group_by(truelayer_transactions::currency)
                .filter(spent_by(owner.into()))
                .filter(within(period))
                .order((count_star().desc(), truelayer_transactions::currency))
                .select((
                    truelayer_transactions::currency,
                    sum(truelayer_transactions::amount)
                        .aggregate_filter(classified_as(HuququllahClassification::Essential)),
                    sum(truelayer_transactions::amount)
                        .aggregate_filter(classified_as(HuququllahClassification::Discretionary)),
                    count(truelayer_transactions::id).aggregate_filter(unclassified()),
                ))
                .load(conn)?;
        let lines =
            lines
                .into_iter()
                .map(|(currency, essential, discretionary, unclassified_count)| {
                    let discretionary = discretionary.unwrap_or_default();
                    Self {
                        currency,
                        essential_expenses: to_two_places(&essential.unwrap_or_default()),
                        huququllah_due: to_two_places(&(&discretionary * due_rate())),
                        discretionary_expenses: to_two_places(&discretionary),
                        unclassified_count,
                    }
                });
        Ok(lines.collect())
    }
}

/// 19 percent.
fn due_rate() -> BigDecimal {
    BigDecimal::new(19.into(), 2)
}

fn to_two_places(amount: &BigDecimal) -> BigDecimal {
    amount.with_scale_round(2, RoundingMode::HalfUp)
}

/// Transactions of a period.
fn within(period: Period) -> Filter<truelayer_transactions::table> {
    use truelayer_transactions::timestamp;
    let always = || true.into_sql::<Nullable<Bool>>();
    match (period.from, period.before) {
        (None, None) => Box::new(always()),
        (Some(from), None) => Box::new(timestamp.ge(from).nullable()),
        (None, Some(before)) => Box::new(timestamp.lt(before).nullable()),
        (Some(from), Some(before)) => {
            Box::new(timestamp.ge(from).and(timestamp.lt(before)).nullable())
        }
    }
}
