//! [`Rulebook`]: all rules, compiled, and what they say of a transaction.

mod payees;
mod told;

use std::collections::BTreeSet;

use diesel::prelude::*;
use serde::Serialize;

use self::payees::PayeeMappings;
use super::matcher::{Matcher, Text};
use super::payee::Method;
use crate::Result;
use crate::models::rules::{CategoryRule, MerchantNormalization, NormalizedCategory};
use crate::types::TransactionType;

/// The active category rules and all merchant normalisations, in the order in which they are tried. Rules and merchants
/// are told by their places in these lists.
pub(in crate::operations) struct Rulebook {
    pub(super) rules: Vec<CategoryRule>,
    pub(super) merchants: Vec<MerchantNormalization>,
    rule_patterns: Matcher,
    merchant_patterns: Matcher,
    mappings: PayeeMappings,
    essential: BTreeSet<String>,
}

/// What decides on a transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(in crate::operations) enum Decision {
    /// The mapping of its payee.
    Mapping { mapping: usize, method: Method },
    /// A category rule; the merchant only gives the name.
    Rule {
        rule: usize,
        merchant: Option<usize>,
    },
}

/// All that fits a transaction.
pub(super) struct Fitting {
    pub(super) rules: BTreeSet<usize>,
    pub(super) merchants: BTreeSet<usize>,
}

/// The enrichment by a rule, as it stands in the metadata of a transaction.
#[derive(Debug, Serialize)]
pub(super) struct RuleEnrichment<'a> {
    primary_category: &'a str,
    subcategory: Option<&'a str>,
    merchant_clean_name: Option<&'a str>,
    merchant_type: Option<&'a str>,
    essential_discretionary: &'static str,
    payment_method: Option<&'static str>,
    payment_method_subtype: Option<&'static str>,
    purchase_date: Option<&'static str>,
    confidence_score: f64,
    llm_model: &'static str,
    enrichment_source: &'static str,
    matched_rule: String,
    matched_merchant: Option<&'a str>,
}

impl Rulebook {
    pub(in crate::operations) fn load(conn: &mut PgConnection) -> Result<Self> {
        let rules = CategoryRule::list_active(conn)?;
        let merchants = MerchantNormalization::list(conn)?;
        Ok(Self {
            rule_patterns: Matcher::new(
                rules
                    .iter()
                    .map(|rule| (rule.pattern_type.as_deref(), &*rule.description_pattern)),
            )?,
            merchant_patterns: Matcher::new(
                merchants
                    .iter()
                    .map(|merchant| (merchant.pattern_type.as_deref(), &*merchant.pattern)),
            )?,
            mappings: PayeeMappings::new(&merchants)?,
            essential: NormalizedCategory::essential_names(conn)?,
            rules,
            merchants,
        })
    }

    /// What decides on a transaction: the first mapping of its payee, if it has a category, else the first category rule
    /// for its direction, if that has one.
    pub(in crate::operations) fn decide(
        &self,
        description: &str,
        direction: TransactionType,
    ) -> Option<Decision> {
        if let Some((mapping, method)) = self.mappings.find(description)
            && self.category_of(mapping).is_some()
        {
            return Some(Decision::Mapping { mapping, method });
        }
        let text = Text::new(description);
        let rule = self
            .rule_patterns
            .first(&text, |rule| self.is_for(rule, direction))?;
        (!self.rules[rule].category.is_empty()).then(|| Decision::Rule {
            rule,
            merchant: self.merchant_patterns.first(&text, |_| true),
        })
    }

    /// All rules and merchants that fit a transaction, and the mapping of its payee.
    pub(super) fn fitting(&self, description: &str, direction: TransactionType) -> Fitting {
        let text = Text::new(description);
        let mut rules = self.rule_patterns.all(&text);
        rules.retain(|rule| self.is_for(*rule, direction));
        let mut merchants = self.merchant_patterns.all(&text);
        merchants.extend(self.mappings.find(description).map(|(mapping, _)| mapping));
        Fitting { rules, merchants }
    }

    /// The category that a merchant gives, if it gives one.
    pub(super) fn category_of(&self, merchant: usize) -> Option<&str> {
        let category = self.merchants[merchant].default_category.as_deref();
        category.filter(|category| !category.is_empty())
    }

    /// The name under which a decision is counted.
    pub(super) fn name_of(&self, decision: Decision) -> String {
        match decision {
            Decision::Mapping { mapping, .. } => {
                format!("Direct Debit: {}", self.merchants[mapping].pattern)
            }
            Decision::Rule { rule, .. } => self.rules[rule].rule_name.clone(),
        }
    }

    /// What a decision makes of a transaction.
    pub(super) fn enrichment(&self, decision: Decision) -> RuleEnrichment<'_> {
        let (category, subcategory, merchant, method, model) = match decision {
            Decision::Mapping { mapping, method } => {
                let merchant = &self.merchants[mapping];
                (
                    self.category_of(mapping).unwrap_or_default(),
                    Some(&*merchant.normalized_name),
                    Some(merchant),
                    Some(method.as_str()),
                    "direct_debit_rule",
                )
            }
            Decision::Rule { rule, merchant } => {
                let rule = &self.rules[rule];
                (
                    &*rule.category,
                    rule.subcategory.as_deref(),
                    merchant.map(|merchant| &self.merchants[merchant]),
                    None,
                    "consistency_rule",
                )
            }
        };
        let name = merchant.map(|merchant| &*merchant.normalized_name);
        let is_essential = self.essential.contains(category);
        RuleEnrichment {
            primary_category: category,
            subcategory,
            merchant_clean_name: name,
            merchant_type: merchant.and_then(|merchant| merchant.merchant_type.as_deref()),
            essential_discretionary: if is_essential {
                "Essential"
            } else {
                "Discretionary"
            },
            payment_method: method,
            payment_method_subtype: None,
            purchase_date: None,
            confidence_score: 1.0,
            llm_model: model,
            enrichment_source: "rule",
            matched_rule: self.name_of(decision),
            matched_merchant: name,
        }
    }

    fn is_for(&self, rule: usize, direction: TransactionType) -> bool {
        let only = self.rules[rule].transaction_type.as_deref();
        only.is_none_or(|only| only.is_empty() || only == direction.as_str())
    }
}
