//! A purchase from its text on Apple's page.

use std::sync::LazyLock;

use bigdecimal::BigDecimal;
use chrono::NaiveDate;
use regex::Regex;

use super::apps::Apps;
use super::blocks::regex;
use super::page::{BEGIN, END};
use crate::operations::import::shown;

/// A purchase that can be stored.
#[derive(Debug, PartialEq)]
pub(super) struct Purchase {
    pub(super) order_id: String,
    pub(super) order_date: NaiveDate,
    pub(super) total_amount: BigDecimal,
    pub(super) currency: &'static str,
    pub(super) app_names: String,
    pub(super) publishers: String,
    pub(super) item_count: i32,
}

static DATE: LazyLock<Regex> = LazyLock::new(|| regex(r"^(\d{1,2})\s+([A-Za-z]{3,9})\s+(\d{4})"));
static LOADING: LazyLock<Regex> = LazyLock::new(|| regex(r"Loading(\.\.\.|…)"));
static TOTAL: LazyLock<Regex> = LazyLock::new(|| regex(r"\bTotal[\s\x02\x03]*([^\s\x02\x03]+)"));
static PRICE: LazyLock<Regex> =
    LazyLock::new(|| regex(r"^(£|€|\$)(\d+|\d{1,3}(?:,\d{3})+)\.(\d{2})$"));

impl Purchase {
    /// Reads the text of one purchase; the error is the reason why it cannot be stored.
    pub(super) fn read(block: &str) -> Result<Self, String> {
        let found = DATE.captures(block).ok_or("date: missing")?;
        let date = &found[0];
        let rest = block[date.len()..].trim_start_matches(is_gap);
        let first = rest.split(is_gap).next().unwrap_or_default();
        let is_order_id = is_order_id(first);
        let name = if is_order_id {
            format!("purchase {first} of {}", in_one_line(date))
        } else {
            format!("purchase of {}", in_one_line(date))
        };
        let of = |reason: String| format!("{reason} ({name})");
        let order_date = day(&found)
            .ok_or_else(|| of(format!("date: {} is not a date", shown(&in_one_line(date)))))?;
        if first == "Total" || first.is_empty() || LOADING.is_match(first) {
            return Err(of("order id: missing".to_owned()));
        }
        if !is_order_id {
            return Err(of(format!(
                "order id: {} is not 10 to 15 capital letters and digits",
                shown(first)
            )));
        }
        let rest = &rest[first.len()..];
        let (header, apps) = LOADING.find(rest).map_or((rest, None), |loading| {
            (&rest[..loading.start()], Some(&rest[loading.end()..]))
        });
        let total = TOTAL
            .captures(header)
            .and_then(|total| total.get(1))
            .ok_or_else(|| of("price: missing".to_owned()))?;
        let (currency, total_amount) = price(total.as_str()).ok_or_else(|| {
            of(format!(
                "price: {} is not an amount in £, € or $",
                shown(total.as_str())
            ))
        })?;
        let apps = apps.unwrap_or(&header[total.end()..]);
        let Apps {
            names,
            publishers,
            count,
        } = Apps::read(apps);
        if names.is_empty() {
            return Err(of("app: missing".to_owned()));
        }
        if names.contains(char::REPLACEMENT_CHARACTER) {
            return Err(of(format!("app: {} is not UTF-8", shown(&names))));
        }
        Ok(Self {
            order_id: first.to_owned(),
            order_date,
            total_amount,
            currency,
            app_names: names,
            publishers,
            item_count: count,
        })
    }
}

/// Whether a character separates the parts of a purchase.
fn is_gap(character: char) -> bool {
    character.is_whitespace() || matches!(character, BEGIN | END)
}

fn is_order_id(word: &str) -> bool {
    (10..=15).contains(&word.len())
        && word
            .bytes()
            .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
}

fn in_one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A day with an English month: its name, or three letters or more of it.
fn day(date: &regex::Captures<'_>) -> Option<NaiveDate> {
    const MONTHS: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    let word = date[2].to_ascii_lowercase();
    let month = MONTHS.iter().position(|month| month.starts_with(&word))?;
    NaiveDate::from_ymd_opt(
        date[3].parse().ok()?,
        u32::try_from(month).ok()? + 1,
        date[1].parse().ok()?,
    )
}

/// `£2.99`, `$1,249.00`: the currency and the amount.
fn price(text: &str) -> Option<(&'static str, BigDecimal)> {
    let price = PRICE.captures(text)?;
    let currency = match &price[1] {
        "£" => "GBP",
        "€" => "EUR",
        _ => "USD",
    };
    let digits = format!("{}.{}", price[2].replace(',', ""), &price[3]);
    Some((currency, digits.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(block: &str) -> Result<Purchase, String> {
        Purchase::read(block)
    }

    #[test]
    fn a_purchase_of_the_page() {
        let purchase = read(
            "07 May 2025\nMSAMPLE0005\nTotal\n£2.99\nLoading...\n\u{2}\niCloud+ with 200 GB of Storage\niCloud+\nRenews 07 Jun 2025\n\u{3}",
        );
        assert_eq!(
            purchase,
            Ok(Purchase {
                order_id: "MSAMPLE0005".to_owned(),
                order_date: NaiveDate::from_ymd_opt(2025, 5, 7).expect("a day"),
                total_amount: "2.99".parse().expect("an amount"),
                currency: "GBP",
                app_names: "iCloud+ with 200 GB of Storage".to_owned(),
                publishers: "iCloud+".to_owned(),
                item_count: 1,
            })
        );
    }

    #[test]
    fn prices_have_a_currency_and_may_have_commas() {
        for (text, currency, amount) in [
            ("£2.99", "GBP", "2.99"),
            ("$1,249.00", "USD", "1249.00"),
            ("£1249.00", "GBP", "1249.00"),
            ("$1,000,000.10", "USD", "1000000.10"),
            ("€0.99", "EUR", "0.99"),
            ("£0.00", "GBP", "0"),
        ] {
            let price = price(text).map(|(currency, amount)| (currency, amount.to_string()));
            assert_eq!(price, Some((currency, amount.to_owned())), "{text}");
        }
        for text in [
            "2.99",
            "£2",
            "£2.9",
            "£2.999",
            "¥2.99",
            "£1,24.00",
            "£,1.00",
            "£-1.00",
            "Free",
        ] {
            assert_eq!(price(text), None, "{text}");
        }
    }

    #[test]
    fn months_are_read_in_any_length() {
        let month = |name: &str| {
            read(&format!(
                "1 {name} 2025 MSAMPLE0001 Total £1.00 Loading... App"
            ))
            .map(|purchase| purchase.order_date.format("%m").to_string())
        };
        for (name, number) in [
            ("Sep", "09"),
            ("Sept", "09"),
            ("June", "06"),
            ("Jun", "06"),
            ("July", "07"),
            ("JUL", "07"),
            ("May", "05"),
            ("March", "03"),
            ("december", "12"),
        ] {
            assert_eq!(month(name), Ok(number.to_owned()), "{name}");
        }
        assert!(
            month("Foo")
                .is_err_and(|reason| reason.starts_with(r#"date: "1 Foo 2025" is not a date"#))
        );
    }

    #[test]
    fn a_reason_names_the_field_the_value_and_the_purchase() {
        for (block, reason) in [
            (
                "1 Apr 2025 MSAMPLE0008 Loading... Mystery Game",
                "price: missing (purchase MSAMPLE0008 of 1 Apr 2025)",
            ),
            (
                "1 Apr 2025 MSAMPLE0008 Total ¥4.99 Loading... Game",
                "price: \"¥4.99\" is not an amount in £, € or $ (purchase MSAMPLE0008 of 1 Apr 2025)",
            ),
            (
                "1\nApr 2025 Total £4.99 Loading... Game",
                "order id: missing (purchase of 1 Apr 2025)",
            ),
            (
                "1 Apr 2025 M8 Total £4.99 Loading... Game",
                "order id: \"M8\" is not 10 to 15 capital letters and digits (purchase of 1 Apr 2025)",
            ),
            (
                "31 Feb 2025 MSAMPLE0008 Total £4.99 Loading... Game",
                "date: \"31 Feb 2025\" is not a date (purchase MSAMPLE0008 of 31 Feb 2025)",
            ),
            (
                "1 Apr 2025 MSAMPLE0008 Total £4.99 Loading...",
                "app: missing (purchase MSAMPLE0008 of 1 Apr 2025)",
            ),
            (
                "1 Apr 2025 MSAMPLE0008 Total £4.99 Loading... R\u{fffd}ve",
                "app: \"R\u{fffd}ve\" is not UTF-8 (purchase MSAMPLE0008 of 1 Apr 2025)",
            ),
        ] {
            assert_eq!(read(block), Err(reason.to_owned()));
        }
    }

    proptest! {
        // D24, D25: what is printed comes out as it is.
        #[test]
        fn any_purchase_is_read_back(
            day in 1_u32..=28,
            month in 1_u32..=12,
            year in 1990_i32..2100,
            order_id in "[A-Z0-9]{10,15}",
            pounds in 0_u32..2_000_000,
            pence in 0_u32..100,
        ) {
            let date = NaiveDate::from_ymd_opt(year, month, day).expect("a day");
            let text = format!("{} {order_id} Total £{pounds}.{pence:02} Loading... App\nMaker", date.format("%-d %b %Y"));
            let purchase = read(&text).expect("a purchase");
            prop_assert_eq!(purchase.order_date, date);
            prop_assert_eq!(purchase.order_id, order_id);
            prop_assert_eq!(purchase.total_amount.to_string(), format!("{pounds}.{pence:02}"));
        }

        #[test]
        fn any_text_is_read_or_refused(text in r"([0-9]{1,2} [A-Z][a-z]{2} 20[0-9]{2})?[ \nA-Za-z0-9£$.,é]{0,80}") {
            if let Err(reason) = read(&text) {
                prop_assert!(reason.contains(": "), "{reason}");
            }
        }
    }
}
