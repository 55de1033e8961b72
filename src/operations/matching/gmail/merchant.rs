//! Whether the shop of a receipt is the one that the bank names.

use std::collections::HashMap;
use std::sync::LazyLock;

use diesel::prelude::*;
use regex::Regex;

use crate::Result;
use crate::models::gmail::GmailMerchantAlias;

/// How shops are paid, not what they are called.
#[expect(clippy::unwrap_used, reason = "constant, and used by every test")]
static MEANS_OF_PAYMENT: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"\b(via )?(apple|google|samsung) ?pay\b").unwrap());

/// The names of a receipt's shop: its own, and those that the bank is known to use for it.
pub(super) struct ReceiptMerchant {
    name: Words,
    bank_names: Vec<Words>,
}

/// What the bank says of a payment's shop.
pub(super) struct BankText {
    merchant: Words,
    description: Words,
}

/// A normalised text with a space before each word.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Words(String);

/// The aliases in use: the bank's names of a shop by each of its names on receipts, lower-case.
pub(super) struct Aliases(HashMap<String, Vec<Words>>);

impl Aliases {
    pub(super) fn read(conn: &mut PgConnection) -> Result<Self> {
        let mut names: HashMap<String, Vec<Words>> = HashMap::new();
        for alias in GmailMerchantAlias::list_active(conn)? {
            let bank_name = Words::new(&normalise_bank(&alias.bank_name));
            for name in [
                alias.receipt_name.to_lowercase(),
                alias.normalized_name.to_lowercase(),
                normalise_receipt(&alias.receipt_name),
            ] {
                let bank_names = names.entry(name).or_default();
                if !bank_names.contains(&bank_name) {
                    bank_names.push(bank_name.clone());
                }
            }
        }
        Ok(Self(names))
    }

    /// `None` where the receipt names no shop.
    pub(super) fn merchant(&self, name: &str) -> Option<ReceiptMerchant> {
        let normalised = normalise_receipt(name);
        if normalised.is_empty() {
            return None;
        }
        let mut bank_names: Vec<Words> = [&normalised, &name.trim().to_lowercase()]
            .into_iter()
            .filter_map(|name| self.0.get(name))
            .flatten()
            .cloned()
            .collect();
        bank_names.sort_unstable();
        bank_names.dedup();
        Some(ReceiptMerchant {
            name: Words::new(&normalised),
            bank_names,
        })
    }
}

impl Words {
    fn new(normalised: &str) -> Self {
        Self(
            normalised
                .split_whitespace()
                .flat_map(|word| [" ", word])
                .collect(),
        )
    }

    /// Whether the part is in it from the start of a word; nothing has an empty part.
    fn has(&self, part: &Self) -> bool {
        !part.0.is_empty() && self.0.contains(&part.0)
    }
}

impl ReceiptMerchant {
    pub(super) fn fits(&self, bank: &BankText) -> bool {
        bank.merchant.has(&self.name)
            || self.name.has(&bank.merchant)
            || bank.description.has(&self.name)
            || self
                .bank_names
                .iter()
                .any(|name| bank.description.has(name))
    }
}

impl BankText {
    pub(super) fn new(description: &str, merchant: Option<&str>) -> Self {
        Self {
            merchant: Words::new(&normalise_bank(merchant.unwrap_or_default())),
            description: Words::new(&normalise_bank(description)),
        }
    }
}

/// Lower-case, without company suffixes, only letters, digits, underscores and single spaces.
fn normalise_receipt(name: &str) -> String {
    let mut name = name.trim().to_lowercase();
    for suffix in [
        " ltd", " limited", " inc", " plc", " llc", ".com", ".co.uk", " uk",
    ] {
        if let Some(rest) = name.strip_suffix(suffix) {
            name.truncate(rest.len());
        }
    }
    name.retain(|c| is_word(c) || c.is_whitespace());
    collapse(&name)
}

/// Lower-case, without what banks put before and after names and without means of payment, other signs than letters, digits
/// and underscores as single spaces.
fn normalise_bank(text: &str) -> String {
    let lower = text.trim().to_lowercase();
    let mut text = lower.as_str();
    for prefix in [
        "payment to ",
        "card payment ",
        "direct debit ",
        "debit card ",
    ] {
        text = text.strip_prefix(prefix).unwrap_or(text);
    }
    for suffix in [" gb", " uk", " london", " www."] {
        text = text.strip_suffix(suffix).unwrap_or(text);
    }
    let words: String = text
        .chars()
        .map(|c| if is_word(c) { c } else { ' ' })
        .collect();
    collapse(&MEANS_OF_PAYMENT.replace_all(&collapse(&words), " "))
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn collapse(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fits(receipt: &str, merchant: Option<&str>, description: &str) -> bool {
        let aliases = [
            ("amzn*", "amazon"),
            ("jet2.com", "jet2"),
            ("apple pay", "tap"),
        ];
        let names =
            aliases.map(|(bank, name)| (name.to_owned(), vec![Words::new(&normalise_bank(bank))]));
        Aliases(names.into())
            .merchant(receipt)
            .is_some_and(|receipt| receipt.fits(&BankText::new(description, merchant)))
    }

    #[test]
    fn names_are_normalised() {
        for (name, expected) in [
            ("Booking.com", "booking"),
            ("  Sainsbury's  Supermarkets Ltd", "sainsburys supermarkets"),
            ("AMAZON.CO.UK", "amazon"),
            ("Acme UK", "acme"),
            ("***", ""),
        ] {
            assert_eq!(normalise_receipt(name), expected, "{name}");
        }
        for (text, expected) in [
            ("CARD PAYMENT NETFLIX.COM GB", "netflix com"),
            ("PAYMENT TO DIRECT DEBIT E.ON UK", "e on"),
            ("Starbucks London", "starbucks"),
            (
                "GREGGS BAKERY (VIA APPLE PAY), ON 03-04",
                "greggs bakery on 03 04",
            ),
            ("APPLEPAY GOOGLE-PAY KIOSK", "kiosk"),
            ("PINEAPPLE PAYMENTS", "pineapple payments"),
        ] {
            assert_eq!(normalise_bank(text), expected, "{text}");
        }
    }

    #[test]
    fn either_name_may_be_part_of_the_other() {
        assert!(fits("Netflix", None, "NETFLIX.COM LEEDS"));
        assert!(fits("Netflix", Some("NETFLIX INTERNATIONAL"), "X"));
        assert!(fits("Tesco Stores Ltd", Some("Tesco"), "X"));
        assert!(!fits("Tesco", None, "SAINSBURYS"));
        assert!(!fits("", Some(""), ""));
        assert!(!fits("Tesco", Some(""), ""));
        assert!(!fits("Tesco", Some("(VIA APPLE PAY)"), ""));
    }

    // D21
    #[test]
    fn a_means_of_payment_is_no_shop() {
        assert!(!fits(
            "Apple",
            Some("Crumb Bakery"),
            "CRUMB BAKERY (VIA APPLE PAY)"
        ));
        assert!(!fits("Google", None, "CRUMB BAKERY GOOGLE PAY"));
        assert!(fits("Apple", None, "APPLE.COM/BILL (VIA APPLE PAY)"));
        assert!(!fits("Apple", None, "PINEAPPLE JUICES"));
        assert!(!fits("Tap", None, "CRUMB BAKERY (VIA APPLE PAY)"));
    }

    #[test]
    fn aliases_with_dots_and_asterisks_fit() {
        assert!(fits("Amazon", None, "AMZN*MK4T2"));
        assert!(fits("Amazon", None, "AMZNMKTPLACE*6Q22"));
        assert!(fits("Jet2", None, "WWW.JET2.COM LEEDS"));
        assert!(!fits("Jet2", None, "JETTWO LEEDS"));
    }
}
