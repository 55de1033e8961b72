//! [`Payee`]: who was paid, as a bank's description says it.

use std::sync::LazyLock;

use regex::{Captures, Regex};

/// Who was paid and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Payee {
    /// The name as it is written, trimmed, never empty.
    pub(super) name: String,
    pub(super) method: Method,
    /// The number of the mandate of a direct debit.
    pub(super) mandate: Option<String>,
}

/// How somebody was paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(in crate::operations) enum Method {
    ApplePay,
    Card,
    DirectDebit,
}

/// The descriptions that are known from their start to their end; the first that fits decides. Those without a method tell
/// no payee.
static KNOWN: LazyLock<[(Option<Method>, Regex); 6]> = LazyLock::new(|| {
    [
        (
            Some(Method::ApplePay),
            r"^(?P<payee>.+?)\s*\(VIA APPLE PAY\),\s*ON\s+\d{1,2}-\d{1,2}-\d{4}\n?\z",
        ),
        (
            Some(Method::Card),
            r"^CARD PAYMENT TO\s+(?P<payee>.+?)\s*ON\s+\d{1,2}-\d{1,2}-\d{4}\n?\z",
        ),
        (
            Some(Method::DirectDebit),
            r"^DIRECT DEBIT PAYMENT TO\s+(?P<payee>.+?)\s+REF\s+[A-Z0-9\-_]+\s*[/,]*\s*MANDATE NO\s+(?P<mandate>\d+)\n?\z",
        ),
        (None, r"^TRANSFER FROM\s+.+\n?\z"),
        (
            None,
            r"^\d+\s+Direct Debit Payments at\s+[\d.]+%\s+Cashback\n?\z",
        ),
        (None, r"^INTEREST PAID AFTER TAX\s+[\d.]+\s+DEDUCTED\n?\z"),
    ]
    .map(|(method, expression)| (method, known(expression)))
});

static LOOSE_CARD: LazyLock<Regex> =
    LazyLock::new(|| known(r"CARD PAYMENT TO\s+(?P<payee>[A-Za-z0-9\s\-*]+?)(?:\s+ON|\s*\z|\*)"));

static LOOSE_DIRECT_DEBIT: LazyLock<Regex> = LazyLock::new(|| {
    known(r"(?i)^DIRECT DEBIT PAYMENT TO\s+(?P<payee>.+?)(?:\s+REF\s+(?P<rest>.*))?\n?\z")
});

static MANDATE: LazyLock<Regex> = LazyLock::new(|| known(r"(?i)MANDATE NO\s+(?P<mandate>\d+)"));

/// Words of the upper-cased description that tell how a card payment was made; the first that is there decides.
static HINTS: LazyLock<[(Method, Regex); 5]> = LazyLock::new(|| {
    [
        (Method::Card, "AIRBNB"),
        (Method::ApplePay, "ZETTLE"),
        (Method::ApplePay, r"PPOINT_\*"),
        (Method::Card, "LIME"),
        (Method::ApplePay, r"SUMUP\s*\*"),
    ]
    .map(|(method, word)| (method, known(word)))
});

fn known(expression: &str) -> Regex {
    Regex::new(expression).expect("the expression is valid")
}

impl Method {
    /// The name that enrichments carry.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::ApplePay => "Apple Pay",
            Self::Card => "Card Payment",
            Self::DirectDebit => "Direct Debit",
        }
    }
}

impl Payee {
    /// Who was paid, if the description tells.
    pub(super) fn of(description: &str) -> Option<Self> {
        let strict = KNOWN
            .iter()
            .find_map(|(method, expression)| Some((*method, expression.captures(description)?)));
        let payee = match strict {
            Some((method, found)) => method.and_then(|method| Self::read(method, &found)),
            None => Self::loose_card(description),
        };
        payee.or_else(|| Self::loose_direct_debit(description))
    }

    fn loose_card(description: &str) -> Option<Self> {
        let found = LOOSE_CARD.captures(description)?;
        let upper = description.to_uppercase();
        let hint = HINTS.iter().find(|(_, word)| word.is_match(&upper));
        Self::read(hint.map_or(Method::Card, |(method, _)| *method), &found)
    }

    fn loose_direct_debit(description: &str) -> Option<Self> {
        let found = LOOSE_DIRECT_DEBIT.captures(description)?;
        let rest = found.name("rest");
        let mandate = rest.and_then(|rest| MANDATE.captures(rest.as_str()));
        Some(Self {
            mandate: mandate.map(|found| found["mandate"].to_owned()),
            ..Self::read(Method::DirectDebit, &found)?
        })
    }

    fn read(method: Method, found: &Captures<'_>) -> Option<Self> {
        let name = found["payee"].trim();
        (!name.is_empty()).then(|| Self {
            name: name.to_owned(),
            method,
            mandate: found.name("mandate").map(|text| text.as_str().to_owned()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn payee(description: &str) -> Option<(String, &'static str, Option<String>)> {
        Payee::of(description).map(|payee| (payee.name, payee.method.as_str(), payee.mandate))
    }

    #[track_caller]
    fn assert_payee(description: &str, name: &str, method: &str, mandate: Option<&str>) {
        let (found, by, number) = payee(description).unwrap();
        assert_eq!(
            (&*found, by, number.as_deref()),
            (name, method, mandate),
            "{description}"
        );
    }

    #[test]
    fn known_descriptions_tell_who_was_paid() {
        for (description, name, method, mandate) in [
            (
                "TESCO STORES 2041 (VIA APPLE PAY), ON 28-02-2025",
                "TESCO STORES 2041",
                "Apple Pay",
                None,
            ),
            (
                "CARD PAYMENT TO AMZNMktplace*R41AB2CD5 ON 03-03-2025\n",
                "AMZNMktplace*R41AB2CD5",
                "Card Payment",
                None,
            ),
            (
                "CARD PAYMENT TO X (VIA APPLE PAY), ON 3-3-2025",
                "CARD PAYMENT TO X",
                "Apple Pay",
                None,
            ),
            (
                "DIRECT DEBIT PAYMENT TO VODAFONE LTD REF 7001234567-1001 MANDATE NO 0007",
                "VODAFONE LTD",
                "Direct Debit",
                Some("0007"),
            ),
            (
                "DIRECT DEBIT PAYMENT TO ALPHA REF BETA REF C1 MANDATE NO 41",
                "ALPHA REF BETA",
                "Direct Debit",
                Some("41"),
            ),
        ] {
            assert_payee(description, name, method, mandate);
        }
        for description in [
            "TRANSFER FROM CARD PAYMENT TO MOTHER",
            "3 Direct Debit Payments at 1.00% Cashback",
            "INTEREST PAID AFTER TAX 0.00 DEDUCTED",
            "card payment to shop",
            "",
        ] {
            assert_eq!(payee(description), None, "{description}");
        }
    }

    #[test]
    fn other_card_payments_are_read_loosely() {
        for (description, name, method) in [
            (
                "CARD PAYMENT TO HALCYON*ORDER 77",
                "HALCYON",
                "Card Payment",
            ),
            ("X CARD PAYMENT TO SHOP ONLY", "SHOP", "Card Payment"),
            ("CARD PAYMENT TO Zettle cafe\n", "Zettle cafe", "Apple Pay"),
            (
                "CARD PAYMENT TO LIME BIKES zettle",
                "LIME BIKES zettle",
                "Apple Pay",
            ),
            ("CARD PAYMENT TO SumUp  *PIE", "SumUp", "Apple Pay"),
        ] {
            assert_payee(description, name, method, None);
        }
        assert_eq!(payee("CARD PAYMENT TO CAFÉ"), None);
    }

    #[test]
    fn other_direct_debits_are_read_loosely() {
        let start = "DIRECT DEBIT PAYMENT TO ";
        for (rest, name, mandate) in [
            ("GAMMA REF DELTA REF e1", "GAMMA", None),
            ("ACME REF", "ACME REF", None),
            (
                "E.ON NEXT LTD REF 1234/AB MANDATE NO 7",
                "E.ON NEXT LTD",
                Some("7"),
            ),
            (
                "O'BRIEN & SONS REF z9, mandate no 05",
                "O'BRIEN & SONS",
                Some("05"),
            ),
            ("GYM CO", "GYM CO", None),
        ] {
            assert_payee(&format!("{start}{rest}"), name, "Direct Debit", mandate);
        }
        assert_payee("direct debit payment to gym", "gym", "Direct Debit", None);
        for description in [start.trim_end(), start, "DIRECT DEBIT PAYMENT TOTAL FUEL"] {
            assert_eq!(payee(description), None, "{description}");
        }
    }
}
