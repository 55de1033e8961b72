//! [`percentage`]: shares in percent.

/// A share in percent with one decimal, halves to the even digit; 0 of nothing.
#[expect(
    clippy::cast_precision_loss,
    reason = "exact up to 2^53, which no table has rows for"
)]
pub(super) fn percentage(part: i64, whole: i64) -> f64 {
    if whole == 0 {
        return 0.0;
    }
    let share = part as f64 / whole as f64 * 100.0;
    format!("{share:.1}").parse().unwrap_or(share)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[expect(clippy::float_cmp, reason = "they are read from their digits")]
    fn halves_go_to_the_even_digit() {
        for (part, whole, share) in [
            (0, 0, 0.0),
            (0, 3, 0.0),
            (5, 16, 31.2),
            (3, 16, 18.8),
            (15, 16, 93.8),
            (15, 32, 46.9),
            (1, 3, 33.3),
            (7, 7, 100.0),
        ] {
            assert_eq!(percentage(part, whole), share);
        }
    }
}
