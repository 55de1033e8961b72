//! The merchant normaliser: a clean name from what the bank writes. It asks no database.

use std::sync::LazyLock;

use regex::Regex;

/// Names that a merchant is called by if it starts with these words; the first that fits.
const FIXED: [(&str, &str); 10] = [
    ("amznmktplace", "Amazon Marketplace"),
    ("amazon marketplace", "Amazon Marketplace"),
    ("www.amazon", "Amazon"),
    ("amazon.co.uk", "Amazon.co.uk"),
    ("amazon.com", "Amazon.com"),
    ("amazon.de", "Amazon.de"),
    ("amazon.fr", "Amazon.fr"),
    ("amazon prime", "Amazon Prime"),
    ("ebay", "eBay"),
    ("paypal", "PayPal"),
];

static ACCOUNT: LazyLock<Regex> =
    LazyLock::new(|| known(r"(?i)\bACCOUNT\s+(?P<sort_code>[0-9]{6})\s+(?P<number>[0-9]{8})\b"));
static CREDIT: LazyLock<Regex> = LazyLock::new(|| known(r"(?i)^(?:CREDIT|REFUND) FROM\s+"));
static EBAY_ORDER: LazyLock<Regex> = LazyLock::new(|| known(r"(?i)^ebay O\*[0-9]"));
static REFERENCE: LazyLock<Regex> = LazyLock::new(|| known(r"\*[A-Za-z0-9]*[0-9]$"));
static LONG_WORD: LazyLock<Regex> = LazyLock::new(|| known(r"\s[A-Za-z0-9]{8,}$"));

fn known(expression: &str) -> Regex {
    Regex::new(expression).expect("the expression is valid")
}

/// The sort code and the number in `ACCOUNT <6 digits> <8 digits>`, in any case, if the text has them.
pub fn account_in(text: &str) -> Option<(&str, &str)> {
    let found = ACCOUNT.captures(text)?;
    Some((
        found.name("sort_code")?.as_str(),
        found.name("number")?.as_str(),
    ))
}

/// The clean name of a merchant; where the bank names none, of the description.
///
/// A payment to an account that `account` knows, by sort code and number, is `Payment to` and that name. Else `CREDIT FROM`
/// and `REFUND FROM` in front, references and stray asterisks and dots at the end go, and some names are fixed. If nothing
/// is left, it is the original.
pub fn normalise(
    merchant: &str,
    description: &str,
    account: impl FnOnce(&str, &str) -> Option<String>,
) -> String {
    let mentioned = account_in(merchant).or_else(|| account_in(description));
    if let Some(name) = mentioned.and_then(|(sort_code, number)| account(sort_code, number)) {
        return format!("Payment to {name}");
    }
    let original = [merchant, description]
        .map(str::trim)
        .into_iter()
        .find(|text| !text.is_empty())
        .unwrap_or_default();
    let name = &CREDIT.replace(original, "");
    if EBAY_ORDER.is_match(name) {
        return "eBay".to_owned();
    }
    let name = &REFERENCE.replace(name.trim(), "");
    let name = LONG_WORD.replace(name.trim_end(), "");
    let name = name.trim_end_matches('*').trim_end_matches('.').trim();
    if name.is_empty() {
        original.to_owned()
    } else {
        fixed(name).unwrap_or(name).to_owned()
    }
}

/// The group of a clean name: Amazon's kinds, eBay and PayPal, else the name itself.
pub fn group(name: &str) -> &str {
    let lower = name.to_lowercase();
    if lower.contains("amazon") {
        if lower.contains("marketplace") {
            "Amazon Marketplace"
        } else if lower.contains("prime") {
            "Amazon Prime"
        } else {
            "Amazon"
        }
    } else if lower.contains("ebay") {
        "eBay"
    } else if lower.contains("paypal") {
        "PayPal"
    } else {
        name
    }
}

/// The fixed name of a merchant that starts with its words, and not just with their letters.
fn fixed(name: &str) -> Option<&'static str> {
    let lower = name.to_lowercase();
    FIXED.iter().find_map(|(start, fixed)| {
        let rest = lower.strip_prefix(start)?;
        let ends = !rest.starts_with(char::is_alphanumeric);
        ends.then_some(*fixed)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clean(merchant: &str) -> String {
        normalise(merchant, "", |_, _| None)
    }

    #[test]
    fn the_examples_of_the_reference() {
        for (merchant, name) in [
            ("Amazon.co.uk*6Q22J0R25", "Amazon.co.uk"),
            ("AMZNMktplace*E25645GE5", "Amazon Marketplace"),
            ("eBay O*08-12045-48091", "eBay"),
            ("CREDIT FROM AMZNMktplace", "Amazon Marketplace"),
            ("WWW.AMAZON.* TH2TK7EM4", "Amazon"),
            ("PAYPAL *EBAY UK", "PayPal"),
            ("SAINSBURYS 12345678", "SAINSBURYS"),
        ] {
            assert_eq!(clean(merchant), name, "{merchant}");
        }
    }

    // D36
    #[test]
    fn fixed_names_are_whole_words() {
        for (merchant, name) in [
            ("amazon.company", "amazon.company"),
            ("ebayers", "ebayers"),
            ("PAYPALS", "PAYPALS"),
            ("ebay.co.uk", "eBay"),
            ("Amazon Primes", "Amazon Primes"),
            ("amazon prime*video", "Amazon Prime"),
            ("www.amazon.co.uk", "Amazon"),
            ("www.amazonia.br", "www.amazonia.br"),
        ] {
            assert_eq!(clean(merchant), name, "{merchant}");
        }
    }

    #[test]
    fn what_is_left_is_trimmed_and_never_nothing() {
        for (merchant, name) in [
            ("refund from Corner Shop", "Corner Shop"),
            ("SHOP*A1", "SHOP"),
            ("SHOP*AB", "SHOP*AB"),
            ("SHOP.**", "SHOP"),
            (" CAFÉ RÊVÉ ", "CAFÉ RÊVÉ"),
            ("***", "***"),
            ("*A1", "*A1"),
            ("", ""),
        ] {
            assert_eq!(clean(merchant), name, "{merchant}");
        }
        assert_eq!(normalise(" ", "Corner Shop", |_, _| None), "Corner Shop");
    }

    #[test]
    fn an_account_that_is_known_goes_before_all() {
        let known = |sort_code: &str, number: &str| {
            ((sort_code, number) == ("112233", "12345678")).then(|| "Mother".to_owned())
        };
        let to = "BILL PAYMENT TO ACCOUNT 112233 12345678";
        assert_eq!(normalise("PAYPAL", to, known), "Payment to Mother");
        assert_eq!(
            normalise("account 112233  12345678 REF", "x", known),
            "Payment to Mother"
        );
        assert_eq!(
            normalise("PAYPAL", "ACCOUNT 112233 87654321", known),
            "PayPal"
        );
        assert_eq!(account_in("ACCOUNT 1122334 12345678"), None);
    }

    #[test]
    fn groups_gather_kinds() {
        for (name, of) in [
            ("Amazon.co.uk", "Amazon"),
            ("AMAZON MARKETPLACE", "Amazon Marketplace"),
            ("Amazon Prime", "Amazon Prime"),
            ("eBay", "eBay"),
            ("PayPal", "PayPal"),
            ("Corner Shop", "Corner Shop"),
        ] {
            assert_eq!(group(name), of);
        }
    }
}
