//! How rules are used.

use std::collections::BTreeMap;

use diesel::prelude::*;
use diesel::result::Error as DieselError;
use diesel::sql_types::{BigInt, Integer, Json, Nullable};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::percentage::percentage;
use super::review::RuleId;
use crate::Result;
use crate::types::{CategoryRuleId, MerchantNormalizationId, UserId};

/// How rules are used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RuleStatistics {
    /// Active category rules.
    pub category_rules: i64,
    /// Merchant normalisations, mappings of direct debits included.
    pub merchants: i64,
    /// Sum of the counts of uses, inactive rules included.
    pub total_usage: i64,
    /// The owner's transactions.
    pub total_transactions: i64,
    /// Those whose enrichment says that it comes from a rule, in `enrichment_source` or in `llm_provider`.
    pub covered_transactions: i64,
    /// Those of them that say so in `enrichment_source`, which the old application looked at alone.
    pub marked_transactions: i64,
    /// Active category rules by category.
    pub rules_by_category: BTreeMap<String, i64>,
    /// Active category rules and normalisations by source; `unknown` where they have none.
    pub rules_by_source: BTreeMap<String, i64>,
    /// The ten that were used most, of active category rules and normalisations; ties: category rules first, then by id.
    pub most_used: Vec<RuleUse>,
    /// Those that were never used: category rules first, then by id.
    pub unused: Vec<RuleUse>,
}

/// How often a rule was used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RuleUse {
    /// The rule.
    pub rule: RuleId,
    /// The name of a category rule, the pattern of a normalisation.
    pub name: String,
    /// How often it was used.
    pub count: i64,
}

#[derive(QueryableByName)]
struct Counted {
    #[diesel(sql_type = BigInt)]
    category_rules: i64,
    #[diesel(sql_type = BigInt)]
    merchants: i64,
    #[diesel(sql_type = BigInt)]
    total_usage: i64,
    #[diesel(sql_type = BigInt)]
    total_transactions: i64,
    #[diesel(sql_type = BigInt)]
    covered_transactions: i64,
    #[diesel(sql_type = BigInt)]
    marked_transactions: i64,
    #[diesel(sql_type = Json)]
    rules_by_category: Value,
    #[diesel(sql_type = Json)]
    rules_by_source: Value,
    #[diesel(sql_type = Json)]
    most_used: Value,
    #[diesel(sql_type = Json)]
    unused: Value,
}

/// A rule in a list of [`Counted`].
#[derive(Deserialize)]
struct Listed {
    is_category: bool,
    id: i32,
    name: String,
    count: i64,
}

/// Counts rules, their uses and the owner's transactions that they enriched, in one statement. The old functions that apply
/// rules count no uses, so that "unused" says little of rules that only they apply.
///
/// Takes over `get_rules_statistics`.
pub fn statistics(
    conn: &mut PgConnection,
    owner: impl Into<Option<UserId>>,
) -> Result<RuleStatistics> {
    let counted: Counted = diesel::sql_query(include_str!("statistics.sql"))
        .bind::<Nullable<Integer>, _>(owner.into())
        .get_result(conn)?;
    Ok(RuleStatistics {
        category_rules: counted.category_rules,
        merchants: counted.merchants,
        total_usage: counted.total_usage,
        total_transactions: counted.total_transactions,
        covered_transactions: counted.covered_transactions,
        marked_transactions: counted.marked_transactions,
        rules_by_category: decode(counted.rules_by_category)?,
        rules_by_source: decode(counted.rules_by_source)?,
        most_used: rules(counted.most_used)?,
        unused: rules(counted.unused)?,
    })
}

impl RuleStatistics {
    /// The covered transactions in percent, with one decimal; 0 where there are no transactions.
    pub fn coverage_percentage(&self) -> f64 {
        percentage(self.covered_transactions, self.total_transactions)
    }

    /// The marked transactions in percent, likewise.
    pub fn marked_percentage(&self) -> f64 {
        percentage(self.marked_transactions, self.total_transactions)
    }
}

impl From<Listed> for RuleUse {
    fn from(listed: Listed) -> Self {
        let rule = if listed.is_category {
            RuleId::Category(CategoryRuleId(listed.id))
        } else {
            RuleId::Merchant(MerchantNormalizationId(listed.id))
        };
        Self {
            rule,
            name: listed.name,
            count: listed.count,
        }
    }
}

fn rules(list: Value) -> QueryResult<Vec<RuleUse>> {
    let listed: Vec<Listed> = decode(list)?;
    Ok(listed.into_iter().map(RuleUse::from).collect())
}

fn decode<T: DeserializeOwned>(value: Value) -> QueryResult<T> {
    serde_json::from_value(value)
        .map_err(|error| DieselError::DeserializationError(Box::new(error)))
}
