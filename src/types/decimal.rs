//! Decimals as programs write them.

use bigdecimal::BigDecimal;

/// The most digits on either side of the point; the database's `numeric` has room for them.
const MOST_DIGITS: u64 = 1_000;

/// The longest way to write so many digits: a sign, a point and an exponent beside them.
const LONGEST: usize = 2_020;

/// The decimal that a text writes in digits, with or without an exponent; `None` where it is none or absurdly long.
pub(crate) fn decimal_of(digits: &str) -> Option<BigDecimal> {
    let plain = |c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | '.' | 'e' | 'E');
    if digits.len() > LONGEST || !digits.chars().all(plain) {
        return None;
    }
    let decimal: BigDecimal = digits.parse().ok()?;
    let scale = decimal.fractional_digit_count().unsigned_abs();
    let few = decimal.digits() <= MOST_DIGITS && scale <= MOST_DIGITS;
    few.then_some(decimal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_are_exact_and_of_a_sane_size() {
        for (text, plain) in [("1.50", "1.50"), ("-0.00", "0.00"), ("25e-3", "0.025")] {
            let decimal = decimal_of(text).map(|decimal| decimal.to_plain_string());
            assert_eq!(decimal.as_deref(), Some(plain));
        }
        let long = |digits| "9".repeat(digits);
        assert!(decimal_of(&long(1_000)).is_some());
        for text in [
            &*long(1_001),
            &*long(10_000_000),
            "1e1001",
            "1e-1001",
            "1e99999999999999999999",
            "",
            "NaN",
            "1_000",
            "0x10",
            " 1",
        ] {
            assert_eq!(decimal_of(text), None);
        }
    }
}
