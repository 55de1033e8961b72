//! The pre-enrichment detector: does a bank transaction look like a purchase that another source can explain?
//!
//! Words, order and statuses are the same at [import](detect) and where the statuses are set anew. An import
//! takes words from their start, so that `HAMZA` is not Amazon; setting anew keeps the old function's patterns, which count
//! anywhere, also across the end of the description and the start of the merchant.

use crate::types::{PreEnrichmentStatus, TransactionType};

/// What a purchase from Apple is called; Apple Pay is a means of payment at other shops.
pub(super) const APPLE: [&str; 7] = [
    "APPLE.COM",
    "APPLE COM",
    "APP STORE",
    "APPSTORE",
    "ITUNES",
    "APPLE SERVICES",
    "APPLE BILL",
];
const AMAZON: [&str; 3] = ["AMAZON", "AMZN", "AMZ"];

/// The status that a transaction starts with, from its description and its merchant.
///
/// Words count from the start of a word, in any case: `AMZNMktplace` is Amazon, `HAMZA` is not. Apple goes before
/// Amazon. Payments through Apple Pay are judged by the shop.
pub fn detect(
    description: &str,
    merchant: &str,
    transaction_type: TransactionType,
) -> PreEnrichmentStatus {
    let texts = [description.to_uppercase(), merchant.to_uppercase()];
    decide(transaction_type, |word| {
        texts.iter().any(|text| has_word_start(text, word))
    })
}

/// The status as [`detect`] decides it, with words that count anywhere in description and merchant, joined by a blank.
pub(super) fn detect_anywhere(
    description: &str,
    merchant: &str,
    transaction_type: TransactionType,
) -> PreEnrichmentStatus {
    let text = format!("{description} {merchant}").to_uppercase();
    decide(transaction_type, |word| text.contains(word))
}

fn decide(
    transaction_type: TransactionType,
    is_there: impl Fn(&str) -> bool,
) -> PreEnrichmentStatus {
    let mentions = |words: &[&str]| words.iter().any(|word| is_there(word));
    if mentions(&APPLE) {
        PreEnrichmentStatus::Apple
    } else if mentions(&AMAZON) {
        match transaction_type {
            TransactionType::Credit => PreEnrichmentStatus::AmazonReturn,
            TransactionType::Debit => PreEnrichmentStatus::Amazon,
        }
    } else {
        PreEnrichmentStatus::None
    }
}

fn has_word_start(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        !before.is_some_and(char::is_alphanumeric)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn debit(description: &str, merchant: &str) -> PreEnrichmentStatus {
        detect(description, merchant, TransactionType::Debit)
    }

    #[test]
    fn words_count_from_their_start() {
        for description in [
            "CARD PAYMENT TO AMZNMktplace*R41AB2CD5",
            "WWW.AMAZON.* TH2TK7EM4",
            "paypal *amazon",
            "AMZ*MKTP",
        ] {
            assert_eq!(debit(description, ""), PreEnrichmentStatus::Amazon);
        }
        for description in ["HAMZA GRILL", "RAMAZON", "7AMZN", "ÉAMAZON"] {
            assert_eq!(debit(description, ""), PreEnrichmentStatus::None);
        }
        assert_eq!(debit("HAMZA / AMAZON", ""), PreEnrichmentStatus::Amazon);
    }

    #[test]
    fn the_merchant_is_looked_at_too_but_never_joined_to_the_description() {
        assert_eq!(debit("card payment", "Amazon"), PreEnrichmentStatus::Amazon);
        assert_eq!(
            debit("PIE WITH APPLE", "COM SHOP"),
            PreEnrichmentStatus::None
        );
    }

    #[test]
    fn apple_goes_first_and_apple_pay_says_nothing() {
        assert_eq!(
            debit("APPLE.COM/BILL", "Amazon"),
            PreEnrichmentStatus::Apple
        );
        assert_eq!(
            detect("itunes refund", "", TransactionType::Credit),
            PreEnrichmentStatus::Apple
        );
        assert_eq!(
            debit("GREGGS (VIA APPLE PAY)", "Greggs"),
            PreEnrichmentStatus::None
        );
        assert_eq!(
            debit("AMAZON FRESH (VIA APPLE PAY)", ""),
            PreEnrichmentStatus::Amazon
        );
        assert_eq!(debit("PINEAPPLE.COM", ""), PreEnrichmentStatus::None);
    }

    #[test]
    fn a_credit_from_amazon_is_a_refund() {
        assert_eq!(
            detect(
                "CREDIT FROM AMZNMktplace",
                "Amazon",
                TransactionType::Credit
            ),
            PreEnrichmentStatus::AmazonReturn
        );
    }

    #[test]
    fn where_statuses_are_set_anew_words_count_anywhere() {
        use PreEnrichmentStatus as Status;
        for (description, merchant, status) in [
            ("AMZNMktplace*R41", "", Status::Amazon),
            ("hamza grill", "", Status::Amazon),
            ("card payment", "App Store", Status::Apple),
            ("ıtunes", "", Status::Apple),
            ("PINEAPPLE.COM", "", Status::Apple),
            ("PIE WITH APPLE", "COM SHOP", Status::Apple),
            ("APPLE COM BILL AMAZON", "", Status::Apple),
            ("CAFE VIA APPLE PAY", "", Status::None),
            ("AMAZON VIA APPLE PAY", "", Status::Amazon),
            ("APPLE STORE REGENT ST", "", Status::None),
            ("", "", Status::None),
        ] {
            let detected = detect_anywhere(description, merchant, TransactionType::Debit);
            assert_eq!(detected, status, "{description}");
        }
        for (description, status) in [
            ("Amazon", Status::AmazonReturn),
            ("itunes", Status::Apple),
            ("refund", Status::None),
        ] {
            let detected = detect_anywhere(description, "", TransactionType::Credit);
            assert_eq!(detected, status, "{description}");
        }
    }
}
