//! Values as exports write them in text: days, currencies, amounts. A reason names the field and the value.

use bigdecimal::BigDecimal;
use chrono::NaiveDate;

use super::{instant, shown};

/// The day of an ISO 8601 text, in UTC where it has an offset.
pub(super) fn day(field: &str, text: &str) -> Result<NaiveDate, String> {
    instant::day(text).ok_or_else(|| format!("{field}: {} is not a date", shown(text)))
}

/// An ISO 4217 code in capital letters.
pub(super) fn currency(field: &str, code: &str) -> Result<String, String> {
    if code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_alphabetic()) {
        Ok(code.to_ascii_uppercase())
    } else {
        Err(format!("{field}: {} is not a currency code", shown(code)))
    }
}

/// An amount as exports write it: `£1,249.99`, `'-1.50'`, `24.50`.
pub(super) fn money(field: &str, text: &str) -> Result<BigDecimal, String> {
    let fault = || format!("{field}: {} is not an amount", shown(text));
    let written: String = text
        .chars()
        .filter(|character| !matches!(character, '£' | '$' | '\'') && !character.is_whitespace())
        .collect();
    let unsigned = written.strip_prefix(['-', '+']).unwrap_or(&written);
    let (whole, decimals) = unsigned.split_once('.').unwrap_or((unsigned, "0"));
    if !(is_whole(whole) && is_digits(decimals)) {
        return Err(fault());
    }
    written.replace(',', "").parse().map_err(|_| fault())
}

/// Digits, with commas between thousands: the last group has three. A decimal comma is not guessed at.
fn is_whole(text: &str) -> bool {
    let mut groups = text.split(',');
    let first = groups.next().unwrap_or_default();
    let groups: Vec<&str> = groups.collect();
    is_digits(first)
        && groups.last().is_none_or(|last| last.len() == 3)
        && groups
            .iter()
            .all(|group| (2..=3).contains(&group.len()) && is_digits(group))
}

fn is_digits(text: &str) -> bool {
    const MOST_DIGITS: usize = 1000;
    (1..=MOST_DIGITS).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use chrono::{Days, TimeDelta};
    use proptest::prelude::*;

    use super::*;

    fn amount(text: &str) -> Result<String, String> {
        money("Total Owed", text).map(|amount| amount.to_string())
    }

    #[test]
    fn amounts_in_every_writing_of_the_export() {
        for (text, digits) in [
            ("24.50", "24.50"),
            ("£149.00", "149.00"),
            ("1,249.99", "1249.99"),
            ("£1,249.99", "1249.99"),
            ("1,24,999.00", "124999.00"),
            ("'-0.2'", "-0.2"),
            ("-£5", "-5"),
            ("$ 1 000.10", "1000.10"),
            ("0", "0"),
            ("99999999999999999999.99", "99999999999999999999.99"),
        ] {
            assert_eq!(amount(text), Ok(digits.to_owned()), "{text}");
        }
    }

    #[test]
    fn what_is_no_amount_is_refused_with_its_value() {
        assert_eq!(
            amount("seven pounds"),
            Err(r#"Total Owed: "seven pounds" is not an amount"#.to_owned())
        );
        for text in [
            "12,99", "1.249,99", "1e5", "--5", "5-", ".", "5.", "NaN", "1_000", "£", "€5", "1,2499",
        ] {
            assert!(amount(text).is_err(), "{text}");
        }
    }

    /// Digits in groups of three from the right, with commas between them.
    fn with_commas(digits: &str) -> String {
        let groups: Vec<&str> = digits
            .as_bytes()
            .rchunks(3)
            .rev()
            .map(|group| std::str::from_utf8(group).expect("digits"))
            .collect();
        groups.join(",")
    }

    proptest! {
        // D24: digits in, the same digits out.
        #[test]
        fn amounts_are_exact(sign in "-?", sigil in "[£$]?", whole in "[1-9][0-9]{0,40}", decimals in "[0-9]{1,20}") {
            let exact: BigDecimal = format!("{sign}{whole}.{decimals}").parse().expect("a number");
            for text in [
                format!("{sign}{sigil}{whole}.{decimals}"),
                format!(" '{sign}{sigil} {}.{decimals}' ", with_commas(&whole)),
            ] {
                let read = money("x", &text).expect("an amount");
                prop_assert_eq!(&read, &exact);
                prop_assert_eq!(read.fractional_digit_count(), exact.fractional_digit_count());
            }
        }

        #[test]
        fn any_text_is_an_amount_or_refused_by_name(text in r"[-+£$',. 0-9eE_x٣]{0,12}") {
            match money("Total", &text) {
                Ok(amount) => prop_assert!(text.contains(|c: char| c.is_ascii_digit()), "{amount}"),
                Err(reason) => prop_assert!(reason.starts_with("Total: ")),
            }
        }

        // D25: an offset moves the day to that in UTC, whatever the season.
        #[test]
        fn days_are_those_of_utc(days in 0_u64..20_000, minutes in 0_i64..1440, offset in -14_i64..=14) {
            let day = NaiveDate::from_ymd_opt(1990, 1, 1).expect("a day") + Days::new(days);
            let written = day.and_time(chrono::NaiveTime::MIN) + TimeDelta::minutes(minutes);
            let utc = written - TimeDelta::hours(offset);
            let (sign, hours) = if offset < 0 { ('-', -offset) } else { ('+', offset) };
            let text = format!("{}.797{sign}{hours:02}:00", written.format("%Y-%m-%dT%H:%M:%S"));
            prop_assert_eq!(super::day("x", &text), Ok(utc.date()));
            prop_assert_eq!(super::day("x", &day.to_string()), Ok(day));
        }
    }
}
