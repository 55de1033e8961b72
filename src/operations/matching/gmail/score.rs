//! How sure it is that a receipt belongs to a payment.

use bigdecimal::BigDecimal;

/// The most days between a receipt and its payment.
pub(super) const DAYS: i64 = 10;

/// A receipt that comes 1 to this many days before the payment is the surer.
const EARLY_DAYS: i64 = 4;
const EARLY_BONUS: i32 = 5;
const MOST: i32 = 100;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Amount {
    Exact,
    Fuzzy,
}

struct Rule {
    amount: Amount,
    /// At most so many days apart.
    days: i64,
    /// Whether the shops must fit.
    merchant: bool,
    confidence: i32,
    method: &'static str,
}

/// The first that fits counts. An amount that is not exact counts only where the shops fit.
const RULES: [Rule; 6] = [
    rule(Amount::Exact, 2, true, 100, "exact_amount_date_merchant"),
    rule(
        Amount::Exact,
        4,
        true,
        95,
        "exact_amount_close_date_merchant",
    ),
    rule(Amount::Exact, 4, false, 85, "exact_amount_close_date"),
    rule(
        Amount::Exact,
        DAYS,
        true,
        90,
        "exact_amount_wide_date_merchant",
    ),
    rule(Amount::Exact, DAYS, false, 75, "exact_amount_wide_date"),
    rule(
        Amount::Fuzzy,
        DAYS,
        true,
        80,
        "fuzzy_amount_wide_date_merchant",
    ),
];

const fn rule(
    amount: Amount,
    days: i64,
    merchant: bool,
    confidence: i32,
    method: &'static str,
) -> Rule {
    Rule {
        amount,
        days,
        merchant,
        confidence,
        method,
    }
}

/// A score. The greater is the better: by the confidence before its cap, then fewer days apart, then whether the shops fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Score {
    uncapped: i32,
    /// Zero or less.
    closeness: i64,
    merchant: bool,
    early: bool,
    method: &'static str,
}

impl Score {
    /// 0 to 100.
    pub(super) fn confidence(&self) -> i32 {
        self.uncapped.min(MOST)
    }

    /// The rule that fitted.
    pub(super) fn method(&self) -> String {
        let suffix = if self.early { "_early_receipt" } else { "" };
        format!("{}{suffix}", self.method)
    }
}

/// The score of a receipt over `total` that comes `days` after a payment of `charged` (before it: negative), both in one
/// currency; `None` where they do not belong together.
pub(super) fn score(
    total: &BigDecimal,
    charged: &BigDecimal,
    days: i64,
    merchant: bool,
) -> Option<Score> {
    let amount = compare(total, charged, merchant)?;
    let rule = RULES.iter().find(|rule| {
        rule.amount == amount && days.abs() <= rule.days && (merchant || !rule.merchant)
    })?;
    let early = (-EARLY_DAYS..=-1).contains(&days);
    Some(Score {
        uncapped: rule.confidence + if early { EARLY_BONUS } else { 0 },
        closeness: -days.abs(),
        merchant,
        early,
        method: rule.method,
    })
}

fn compare(total: &BigDecimal, charged: &BigDecimal, merchant: bool) -> Option<Amount> {
    let difference = (total - charged).abs();
    if difference < hundredths(1) || (merchant && is_small(total) && difference < hundredths(50)) {
        Some(Amount::Exact)
    } else if merchant && difference <= two_percent(total) {
        Some(Amount::Fuzzy)
    } else {
        None
    }
}

/// The least and the greatest charge that can have a score.
pub(super) fn reach(total: &BigDecimal) -> (BigDecimal, BigDecimal) {
    let least = hundredths(if is_small(total) { 50 } else { 1 });
    let most = two_percent(total).max(least);
    (total - &most, total + &most)
}

fn is_small(total: &BigDecimal) -> bool {
    *total < 5
}

fn two_percent(total: &BigDecimal) -> BigDecimal {
    total * hundredths(2)
}

fn hundredths(number: i64) -> BigDecimal {
    BigDecimal::new(number.into(), 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(total: &str, charged: &str, days: i64, merchant: bool) -> Option<(i32, String)> {
        let [total, charged]: [BigDecimal; 2] = [total, charged].map(|text| text.parse().unwrap());
        let (least, most) = reach(&total);
        let score = score(&total, &charged, days, merchant);
        assert!(score.is_none() || (least <= charged && charged <= most));
        score.map(|score| (score.confidence(), score.method()))
    }

    #[test]
    fn each_rule_holds_up_to_its_last_day() {
        for (days, merchant, confidence, method) in [
            (0, true, 100, "exact_amount_date_merchant"),
            (2, true, 100, "exact_amount_date_merchant"),
            (3, true, 95, "exact_amount_close_date_merchant"),
            (4, true, 95, "exact_amount_close_date_merchant"),
            (5, true, 90, "exact_amount_wide_date_merchant"),
            (10, true, 90, "exact_amount_wide_date_merchant"),
            (-10, true, 90, "exact_amount_wide_date_merchant"),
            (0, false, 85, "exact_amount_close_date"),
            (4, false, 85, "exact_amount_close_date"),
            (5, false, 75, "exact_amount_wide_date"),
            (10, false, 75, "exact_amount_wide_date"),
            (-5, false, 75, "exact_amount_wide_date"),
            (-1, true, 100, "exact_amount_date_merchant_early_receipt"),
            (
                -4,
                true,
                100,
                "exact_amount_close_date_merchant_early_receipt",
            ),
            (-4, false, 90, "exact_amount_close_date_early_receipt"),
        ] {
            let expected = Some((confidence, method.to_owned()));
            assert_eq!(of("40.00", "40.00", days, merchant), expected, "{days}");
        }
        for days in [11, -11] {
            assert_eq!(of("40.00", "40.00", days, true), None);
        }
        for (days, confidence, method) in [
            (0, 80, "fuzzy_amount_wide_date_merchant"),
            (10, 80, "fuzzy_amount_wide_date_merchant"),
            (-4, 85, "fuzzy_amount_wide_date_merchant_early_receipt"),
            (-5, 80, "fuzzy_amount_wide_date_merchant"),
        ] {
            let expected = Some((confidence, method.to_owned()));
            assert_eq!(of("40.00", "40.80", days, true), expected, "{days}");
            assert_eq!(of("40.00", "39.20", days, true), expected, "{days}");
        }
    }

    // D21
    #[test]
    fn amounts_are_exact_unless_the_shops_fit() {
        for (total, charged, with, without) in [
            ("40.00", "40.009", 100, Some(85)),
            ("40.00", "40.01", 80, None),
            ("40.00", "40.80", 80, None),
            ("4.99", "5.48", 100, None),
            ("4.99", "4.50", 100, None),
            ("5.00", "5.10", 80, None),
        ] {
            let score =
                |merchant| of(total, charged, 0, merchant).map(|(confidence, _)| confidence);
            assert_eq!(score(true), Some(with), "{total} {charged}");
            assert_eq!(score(false), without, "{total} {charged}");
        }
        for (total, charged) in [("40.00", "40.81"), ("4.99", "5.49"), ("5.00", "5.11")] {
            assert_eq!(of(total, charged, 0, true), None, "{total} {charged}");
        }
    }

    // D21
    #[test]
    fn scores_are_compared_without_their_cap() {
        let forty: BigDecimal = "40".parse().unwrap();
        let score = |days, merchant| score(&forty, &forty, days, merchant).unwrap();
        let order = [
            score(-1, true),
            score(-2, true),
            score(0, true),
            score(2, true),
            score(3, true),
            score(-1, false),
        ];
        assert!(order.is_sorted_by(|a, b| a > b), "{order:?}");
        let (merchant, any) = (score(-6, true), score(-4, false));
        assert_eq!(merchant.confidence(), any.confidence());
        assert!(any > merchant, "fewer days come before the shop");
    }
}
