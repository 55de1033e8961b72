//! Payments in another currency: what the bank's text says of the conversion.

use std::sync::LazyLock;

use bigdecimal::{BigDecimal, RoundingMode};
use regex::Regex;

#[expect(clippy::unwrap_used, reason = "constant, and used by every test")]
static STATED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?i),\s*([0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?|[0-9]+(?:\.[0-9]+)?)\s+([a-z]{3}),\s*RATE\s+([0-9]+(?:\.[0-9]+)?)/([a-z]{3})\b",
    )
    .unwrap()
});

/// Decimals of a stored rate.
const RATE_SCALE: i64 = 6;

/// What was paid in the shop's currency.
#[derive(Debug, PartialEq)]
pub(super) struct Conversion {
    pub(super) amount: BigDecimal,
    pub(super) currency: String,
    /// Units of that currency for one of the payment's; `None` where it is too great to be stored (10,000 and more).
    pub(super) rate: Option<BigDecimal>,
}

/// The conversion that a payment's text states as `,12.30 EUR, RATE 1.17/GBP`, from another currency than the payment's.
pub(super) fn stated(description: &str, payment_currency: &str) -> Option<Conversion> {
    let found = STATED.captures(description)?;
    let currency = found[2].to_uppercase();
    let payment_currency = payment_currency.to_uppercase();
    if currency == payment_currency || found[4].to_uppercase() != payment_currency {
        return None;
    }
    let rate: BigDecimal = found[3].parse().ok()?;
    let rate = rate.with_scale_round(RATE_SCALE, RoundingMode::HalfUp);
    Some(Conversion {
        amount: found[1].replace(',', "").parse().ok()?,
        currency,
        rate: Some(rate).filter(|rate| *rate < 10_000),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(description: &str) -> Option<(String, String, Option<String>)> {
        stated(description, "GBP").map(|found| {
            let rate = found.rate.map(|rate| rate.normalized().to_plain_string());
            (found.amount.to_plain_string(), found.currency, rate)
        })
    }

    #[test]
    fn what_the_text_says_of_a_conversion() {
        let found = |amount: &str, currency: &str, rate: Option<&str>| {
            Some((
                amount.to_owned(),
                currency.to_owned(),
                rate.map(str::to_owned),
            ))
        };
        for (text, expected) in [
            (
                "CARD PAYMENT TO HOTEL,123.45 EUR, RATE 1.1734567/GBP ON 03-04",
                found("123.45", "EUR", Some("1.173457")),
            ),
            (
                "X,1,234.50 USD, RATE 1.3/GBP",
                found("1234.50", "USD", Some("1.3")),
            ),
            ("X,90000 VND, RATE 32000.5/GBP", found("90000", "VND", None)),
            ("X,10.00 GBP, RATE 1/GBP", None),
            ("X,10.00 EUR, RATE 1.1/USD", None),
            ("X 10.00 EUR RATE 1.1", None),
            ("X", None),
        ] {
            assert_eq!(read(text), expected, "{text}");
        }
    }
}
