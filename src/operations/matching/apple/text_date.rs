//! The date that a bank writes into the description of a card payment.

use std::sync::LazyLock;

use chrono::NaiveDate;
use regex::{Captures, Regex};

/// The date after ON, else the first date: day, month and year of four digits, with hyphens or with slashes.
pub(super) fn find(description: &str) -> Option<NaiveDate> {
    static AFTER_ON: LazyLock<Regex> =
        LazyLock::new(|| known(r"(?i)\bON (\d{1,2})([-/])(\d{1,2})([-/])(\d{4})\b"));
    static ANYWHERE: LazyLock<Regex> =
        LazyLock::new(|| known(r"\b(\d{1,2})([-/])(\d{1,2})([-/])(\d{4})\b"));
    [&AFTER_ON, &ANYWHERE].into_iter().find_map(|pattern| {
        let mut found = pattern.captures_iter(description);
        found.find_map(|parts| date(&parts))
    })
}

fn known(expression: &str) -> Regex {
    Regex::new(expression).expect("the expression is valid")
}

fn date(parts: &Captures<'_>) -> Option<NaiveDate> {
    let (_, [day, first, month, second, year]) = parts.extract();
    if first != second {
        return None;
    }
    NaiveDate::from_ymd_opt(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_date_after_on_goes_first_and_only_dates_count() {
        let day = |day| NaiveDate::from_ymd_opt(2025, 5, day);
        for (description, date) in [
            ("APPLE.COM/BILL ON 07-05-2025", day(7)),
            ("APPLE.COM/BILL on 7/5/2025 GB", day(7)),
            ("REF 01-05-2025 APPLE.COM/BILL ON 07-05-2025", day(7)),
            ("APPLE.COM/BILL 07-05-2025, 08-05-2025", day(7)),
            ("ITUNES ON 31-02-2025 VALUE 07/05/2025", day(7)),
            ("ITUNES 99-05-2025 07-05-2025", day(7)),
            ("SIMON 07-05-2025", day(7)),
            ("ITUNES ON 07-05/2025", None),
            ("ITUNES ON 07-05-20251", None),
            ("ITUNES 107-05-2025", None),
            ("ITUNES 2025-05-07", None),
            ("ITUNES", None),
        ] {
            assert_eq!(find(description), date, "{description}");
        }
    }
}
