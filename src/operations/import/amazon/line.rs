//! A line of the order history: one product of one order.

use bigdecimal::BigDecimal;
use chrono::NaiveDate;

use crate::operations::import::csv::{Csv, Line};
use crate::operations::import::{instant, shown};

/// Columns without which a file is no order history.
pub(super) const REQUIRED: [&str; 5] = [
    "Website",
    "Order ID",
    "Order Date",
    "Total Owed",
    "Product Name",
];

/// Where the columns stand that are used.
pub(super) struct Columns {
    website: Option<usize>,
    order_id: Option<usize>,
    order_date: Option<usize>,
    total_owed: Option<usize>,
    product_name: Option<usize>,
    currency: Option<usize>,
    order_status: Option<usize>,
    shipment_status: Option<usize>,
}

/// A line that can be used.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct OrderLine {
    pub(super) order_id: String,
    pub(super) order_date: NaiveDate,
    pub(super) website: String,
    pub(super) currency: String,
    pub(super) total_owed: BigDecimal,
    pub(super) product_name: String,
    pub(super) order_status: Option<String>,
    pub(super) shipment_status: Option<String>,
}

impl Columns {
    pub(super) fn of(csv: &Csv<'_>) -> Self {
        Self {
            website: csv.column("Website"),
            order_id: csv.column("Order ID"),
            order_date: csv.column("Order Date"),
            total_owed: csv.column("Total Owed"),
            product_name: csv.column("Product Name"),
            currency: csv.column("Currency"),
            order_status: csv.column("Order Status"),
            shipment_status: csv.column("Shipment Status"),
        }
    }

    /// The order that even a bad line names, so that the order is not stored without it.
    pub(super) fn order_id<'a>(&self, line: &'a Line) -> Option<&'a str> {
        line.word("Order ID", self.order_id).ok().flatten()
    }

    /// Reads a line; the error is the reason why it cannot be used.
    pub(super) fn read(&self, line: &Line) -> Result<OrderLine, String> {
        if let Some(fault) = &line.fault {
            return Err(fault.clone());
        }
        let word = |name, column| Ok::<_, String>(line.word(name, column)?.map(str::to_owned));
        Ok(OrderLine {
            order_id: line.required("Order ID", self.order_id)?.to_owned(),
            product_name: line.required("Product Name", self.product_name)?.to_owned(),
            order_date: day(line.required("Order Date", self.order_date)?)?,
            total_owed: money(line.word("Total Owed", self.total_owed)?.unwrap_or("0"))?,
            currency: currency(line.word("Currency", self.currency)?.unwrap_or("GBP"))?,
            website: word("Website", self.website)?.unwrap_or_default(),
            order_status: word("Order Status", self.order_status)?,
            shipment_status: word("Shipment Status", self.shipment_status)?,
        })
    }
}

fn day(text: &str) -> Result<NaiveDate, String> {
    instant::day(text).ok_or_else(|| format!("Order Date: {} is not a date", shown(text)))
}

fn currency(code: &str) -> Result<String, String> {
    if code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_alphabetic()) {
        Ok(code.to_ascii_uppercase())
    } else {
        Err(format!("Currency: {} is not a currency code", shown(code)))
    }
}

/// An amount as the export writes it: `£1,249.99`, `'-1.50'`, `24.50`.
fn money(text: &str) -> Result<BigDecimal, String> {
    let written: String = text
        .chars()
        .filter(|character| !matches!(character, '£' | '$' | '\'') && !character.is_whitespace())
        .collect();
    let unsigned = written.strip_prefix(['-', '+']).unwrap_or(&written);
    let (whole, decimals) = unsigned.split_once('.').unwrap_or((unsigned, "0"));
    if !(is_whole(whole) && is_digits(decimals)) {
        return Err(format!("Total Owed: {} is not an amount", shown(text)));
    }
    written
        .replace(',', "")
        .parse()
        .map_err(|_| format!("Total Owed: {} is not an amount", shown(text)))
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
    use super::*;

    #[test]
    fn amounts_in_every_writing_of_the_export() {
        for (text, amount) in [
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
            assert_eq!(
                money(text).map(|amount| amount.to_string()),
                Ok(amount.to_owned()),
                "{text}"
            );
        }
    }

    #[test]
    fn what_is_no_amount_is_refused_with_its_value() {
        assert_eq!(
            money("seven pounds"),
            Err(r#"Total Owed: "seven pounds" is not an amount"#.to_owned())
        );
        for text in [
            "12,99", "1.249,99", "1e5", "--5", "5-", ".", "5.", "NaN", "1_000", "£", "€5", "1,2499",
        ] {
            assert!(money(text).is_err(), "{text}");
        }
    }
}
