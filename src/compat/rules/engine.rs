//! The rules engine.

use super::super::answer::{Answer, object};
use super::super::function::functions;
use super::isoformat;
use crate::models::rules::{CategoryRule, MerchantNormalization};
use crate::operations::rules::{
    self, Application, Conflict, PatternTest, Review, RuleId, RuleStatistics, RuleUse,
    SampleTransaction,
};
use crate::types::{EVERYONE, PatternType};

fn pattern_test(test: PatternTest) -> Answer {
    object! {
        "match_count" => test.matches,
        "sample_transactions" => Answer::list(test.samples, sample),
    }
}

fn sample(transaction: SampleTransaction) -> Answer {
    let amount = transaction.amount.to_plain_string().parse();
    object! {
        "id" => transaction.id,
        "description" => transaction.description,
        "amount" => amount.map_or(Answer::Null, Answer::float),
        "date" => isoformat(transaction.timestamp),
    }
}

fn statistics(statistics: RuleStatistics) -> Answer {
    object! {
        "category_rules_count" => statistics.category_rules,
        "merchant_rules_count" => statistics.merchants,
        "total_usage" => statistics.total_usage,
        "total_transactions" => statistics.total_transactions,
        "covered_transactions" => statistics.marked_transactions,
        "coverage_percentage" => Answer::float(statistics.marked_percentage()),
        "rules_by_category" => statistics.rules_by_category,
        "rules_by_source" => statistics.rules_by_source,
        "top_used_rules" => Answer::list(statistics.most_used, used),
        "unused_rules_count" => statistics.unused.len(),
        "unused_rules" => Answer::list(statistics.unused, unused),
    }
}

fn used(rule: RuleUse) -> Answer {
    object! { "name" => rule.name, "count" => rule.count, "type" => kind(rule.rule) }
}

fn unused(rule: RuleUse) -> Answer {
    object! { "name" => rule.name, "type" => kind(rule.rule) }
}

const fn kind(rule: RuleId) -> &'static str {
    match rule {
        RuleId::Category(_) => "category",
        RuleId::Merchant(_) => "merchant",
    }
}

fn review(review: Review) -> Answer {
    object! {
        "total_transactions" => review.total_transactions,
        "covered_transactions" => review.covered_transactions,
        "coverage_percentage" => Answer::float(review.coverage_percentage()),
        "category_coverage" => review.category_coverage,
        "unused_category_rules" => Answer::list(review.unused_category_rules, unused_rule),
        "unused_merchant_rules" => Answer::list(review.unused_merchants, unused_merchant),
        "potential_conflicts_count" => review.conflicts,
        "sample_conflicts" => Answer::list(review.sample_conflicts, conflict),
    }
}

fn unused_rule(rule: CategoryRule) -> Answer {
    object! { "id" => rule.id, "name" => rule.rule_name, "pattern" => rule.description_pattern }
}

fn unused_merchant(merchant: MerchantNormalization) -> Answer {
    object! { "id" => merchant.id, "pattern" => merchant.pattern, "name" => merchant.normalized_name }
}

fn conflict(conflict: Conflict) -> Answer {
    let rules = conflict.rules.into_iter().map(|rule| match rule {
        RuleId::Category(id) => format!("cat_{id}"),
        RuleId::Merchant(id) => format!("mer_{id}"),
    });
    object! {
        "transaction_id" => conflict.transaction,
        "matching_rules" => rules.collect::<Vec<_>>(),
    }
}

fn application(application: Application) -> Answer {
    object! {
        "updated_count" => application.enriched_transactions,
        "total_transactions" => application.total_transactions,
        "rule_hits" => application.hits,
    }
}

functions! {
    /// The rules engine.
    FUNCTIONS:

    test_rule_pattern(pattern: String, pattern_type: Option<String>, limit: i64 = 10) => |conn| {
        let shown = u32::try_from(limit.max(0)).unwrap_or(u32::MAX);
        let pattern_type = pattern_type.and_then(|word| word.parse::<PatternType>().ok());
        pattern_test(match pattern_type {
            Some(pattern_type) => rules::test_pattern(conn, EVERYONE, &pattern, pattern_type, shown)?,
            None => PatternTest::default(),
        })
    },

    get_rules_statistics() => |conn| statistics(rules::statistics(conn, EVERYONE)?),

    test_all_rules() => |conn| review(rules::review(conn, EVERYONE)?),

    apply_all_rules_to_transactions() => |conn| application(rules::replace_enrichments(conn, EVERYONE)?),
}
