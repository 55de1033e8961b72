//! Trying all rules on all transactions.

use std::collections::BTreeMap;

use diesel::pg::PgRowByRowLoadingMode;
use diesel::prelude::*;
use serde::Serialize;

use super::percentage::percentage;
use super::rulebook::{Fitting, Rulebook};
use crate::Result;
use crate::models::rules::{CategoryRule, MerchantNormalization};
use crate::models::truelayer::transaction::owned_by;
use crate::schema::truelayer_transactions;
use crate::types::{
    CategoryRuleId, MerchantNormalizationId, TransactionType, TrueLayerTransactionId, UserId,
};

/// The most conflicts that are shown.
const SHOWN: usize = 10;

/// What the rules would do.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Review {
    /// Transactions that were looked at.
    pub total_transactions: i64,
    /// Those that at least one rule or normalisation fits.
    pub covered_transactions: i64,
    /// How often a rule or a normalisation of each category fits; a transaction counts once for each that does.
    pub category_coverage: BTreeMap<String, i64>,
    /// Active category rules that fit nothing, in the order in which they are tried.
    pub unused_category_rules: Vec<CategoryRule>,
    /// Normalisations that fit nothing, in the order in which they are tried.
    pub unused_merchants: Vec<MerchantNormalization>,
    /// Transactions that two or more fit.
    pub conflicts: i64,
    /// The first ten of them.
    pub sample_conflicts: Vec<Conflict>,
}

/// A transaction that several rules fit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Conflict {
    /// `truelayer_transactions.id`.
    pub transaction: TrueLayerTransactionId,
    /// What fits it, in the order in which it is tried.
    pub rules: Vec<RuleId>,
}

/// A rule of either kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum RuleId {
    /// A category rule.
    Category(CategoryRuleId),
    /// A merchant normalisation.
    Merchant(MerchantNormalizationId),
}

/// Tries every active category rule and every normalisation on every transaction of the owner, and writes nothing. A rule
/// for one direction fits no other; a mapping of direct debits fits what it would decide on by its payee too.
///
/// Takes over `test_all_rules`.
pub fn review(conn: &mut PgConnection, owner: impl Into<Option<UserId>>) -> Result<Review> {
    let rulebook = Rulebook::load(conn)?;
    let mut tally = Tally::new(&rulebook);
    let transactions = truelayer_transactions::table
        .filter(owned_by(owner.into()))
        .order(truelayer_transactions::id)
        .select((
            truelayer_transactions::id,
            truelayer_transactions::description,
            truelayer_transactions::transaction_type,
        ))
        .load_iter::<(TrueLayerTransactionId, String, TransactionType), PgRowByRowLoadingMode>(
            conn,
        )?;
    for transaction in transactions {
        let (id, description, direction) = transaction?;
        let fitting = rulebook.fitting(&description, direction);
        tally.add(&rulebook, id, &fitting);
    }
    Ok(tally.finish(rulebook))
}

impl Review {
    /// The covered transactions in percent, with one decimal; 0 where there are no transactions.
    pub fn coverage_percentage(&self) -> f64 {
        percentage(self.covered_transactions, self.total_transactions)
    }
}

struct Tally {
    review: Review,
    rule_hits: Vec<i64>,
    merchant_hits: Vec<i64>,
}

impl Tally {
    fn new(rulebook: &Rulebook) -> Self {
        Self {
            review: Review::default(),
            rule_hits: vec![0; rulebook.rules.len()],
            merchant_hits: vec![0; rulebook.merchants.len()],
        }
    }

    fn add(&mut self, rulebook: &Rulebook, id: TrueLayerTransactionId, fitting: &Fitting) {
        let review = &mut self.review;
        let fit = fitting.rules.len() + fitting.merchants.len();
        review.total_transactions += 1;
        review.covered_transactions += i64::from(fit > 0);
        review.conflicts += i64::from(fit > 1);
        if fit > 1 && review.sample_conflicts.len() < SHOWN {
            review.sample_conflicts.push(Conflict {
                transaction: id,
                rules: rulebook.ids_of(fitting),
            });
        }
        for rule in &fitting.rules {
            self.rule_hits[*rule] += 1;
        }
        for merchant in &fitting.merchants {
            self.merchant_hits[*merchant] += 1;
        }
    }

    fn finish(self, rulebook: Rulebook) -> Review {
        let rules = rulebook.rules.iter().map(|rule| Some(&*rule.category));
        let merchants =
            (0..rulebook.merchants.len()).map(|merchant| rulebook.category_of(merchant));
        let hits = self.rule_hits.iter().chain(&self.merchant_hits);
        let mut category_coverage = BTreeMap::new();
        for (category, hits) in rules.chain(merchants).zip(hits) {
            if let Some(category) = category
                && *hits > 0
            {
                *category_coverage.entry(category.to_owned()).or_default() += hits;
            }
        }
        Review {
            category_coverage,
            unused_category_rules: unused(rulebook.rules, &self.rule_hits),
            unused_merchants: unused(rulebook.merchants, &self.merchant_hits),
            ..self.review
        }
    }
}

impl Rulebook {
    fn ids_of(&self, fitting: &Fitting) -> Vec<RuleId> {
        let rules = fitting.rules.iter();
        let merchants = fitting.merchants.iter();
        rules
            .map(|rule| RuleId::Category(self.rules[*rule].id))
            .chain(merchants.map(|merchant| RuleId::Merchant(self.merchants[*merchant].id)))
            .collect()
    }
}

fn unused<T>(all: Vec<T>, hits: &[i64]) -> Vec<T> {
    let all = all.into_iter().zip(hits);
    all.filter(|(_, hits)| **hits == 0)
        .map(|(rule, _)| rule)
        .collect()
}
