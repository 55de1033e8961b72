//! What was spent by category and by subcategory, from what enrichment and the bank say of each payment.

use bigdecimal::BigDecimal;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Integer, Nullable, Numeric, Text, Timestamptz};
use serde::Serialize;

use crate::Result;
use crate::types::{Period, UserId};

/// The name under which payments without a category are shown.
pub const UNCATEGORIZED: &str = "Uncategorized";

/// What was spent in one category and currency.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName, Serialize)]
pub struct CategorySpending {
    /// The category; [`UNCATEGORIZED`] where payments have none.
    #[diesel(sql_type = Text)]
    pub name: String,
    /// ISO 4217 code, three letters.
    #[diesel(sql_type = Text)]
    pub currency: String,
    /// Sum of the amounts with their signs, in `currency`.
    #[diesel(sql_type = Numeric)]
    pub total_spend: BigDecimal,
    /// Number of payments.
    #[diesel(sql_type = BigInt)]
    pub transaction_count: i64,
    /// Whether it is one of the owner's promoted categories.
    #[diesel(sql_type = Bool)]
    pub is_custom: bool,
}

/// What was spent in one subcategory and currency.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName, Serialize)]
pub struct SubcategorySpending {
    /// The subcategory; `None` where payments have none.
    #[diesel(sql_type = Nullable<Text>)]
    pub name: Option<String>,
    /// ISO 4217 code, three letters.
    #[diesel(sql_type = Text)]
    pub currency: String,
    /// Sum of the amounts with their signs, in `currency`.
    #[diesel(sql_type = Numeric)]
    pub total_spend: BigDecimal,
    /// Number of payments.
    #[diesel(sql_type = BigInt)]
    pub transaction_count: i64,
    /// Whether it is gathered under one of the owner's promoted categories.
    #[diesel(sql_type = Bool)]
    pub already_mapped: bool,
}

/// Adds up the owner's payments (DEBIT) by `transaction_category`, one line a category and currency, most spent first.
///
/// Takes over `get_category_spending_summary`.
pub fn by_category(
    conn: &mut PgConnection,
    owner: impl Into<Option<UserId>>,
    period: Period,
) -> Result<Vec<CategorySpending>> {
    Ok(
        diesel::sql_query(include_str!("category_spending/by_category.sql"))
            .bind::<Nullable<Integer>, _>(owner.into())
            .bind::<Nullable<Timestamptz>, _>(period.from)
            .bind::<Nullable<Timestamptz>, _>(period.before)
            .bind::<Text, _>(UNCATEGORIZED)
            .load(conn)?,
    )
}

/// Adds up the owner's payments (DEBIT) of one category, [`UNCATEGORIZED`] for those without, by the subcategory of their
/// enrichment: one line a subcategory and currency, most spent first.
///
/// Takes over `get_subcategory_spending`.
pub fn by_subcategory(
    conn: &mut PgConnection,
    owner: impl Into<Option<UserId>>,
    category: &str,
    period: Period,
) -> Result<Vec<SubcategorySpending>> {
    Ok(
        diesel::sql_query(include_str!("category_spending/by_subcategory.sql"))
            .bind::<Nullable<Integer>, _>(owner.into())
            .bind::<Nullable<Timestamptz>, _>(period.from)
            .bind::<Nullable<Timestamptz>, _>(period.before)
            .bind::<Text, _>(UNCATEGORIZED)
            .bind::<Text, _>(category)
            .load(conn)?,
    )
}
