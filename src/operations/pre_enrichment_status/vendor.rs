//! The status that the text of a transaction gives.

use crate::types::{PreEnrichmentStatus, TransactionType};

const APPLE: [&str; 7] = [
    "APPLE.COM",
    "APPLE COM",
    "APP STORE",
    "APPSTORE",
    "ITUNES",
    "APPLE SERVICES",
    "APPLE BILL",
];
const AMAZON: [&str; 3] = ["AMAZON", "AMZN", "AMZ"];

/// The status by the vendor that description and merchant, joined by a blank, name anywhere, in any case; Apple goes before
/// Amazon.
pub(super) fn status(
    description: &str,
    merchant: &str,
    transaction_type: TransactionType,
) -> PreEnrichmentStatus {
    let text = format!("{description} {merchant}").to_uppercase();
    let names = |vendor: &[&str]| vendor.iter().any(|name| text.contains(name));
    match transaction_type {
        _ if names(&APPLE) => PreEnrichmentStatus::Apple,
        TransactionType::Credit if names(&AMAZON) => PreEnrichmentStatus::AmazonReturn,
        TransactionType::Debit if names(&AMAZON) => PreEnrichmentStatus::Amazon,
        _ => PreEnrichmentStatus::None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_found_anywhere_and_apple_goes_first() {
        use PreEnrichmentStatus as Status;
        for (description, merchant, status) in [
            ("AMZNMktplace*R41", "", Status::Amazon),
            ("hamza grill", "", Status::Amazon),
            ("card payment", "App Store", Status::Apple),
            ("ıtunes", "", Status::Apple),
            ("PIE WITH APPLE", "COM SHOP", Status::Apple),
            ("APPLE COM BILL AMAZON", "", Status::Apple),
            ("CAFE VIA APPLE PAY", "", Status::None),
            ("AMAZON VIA APPLE PAY", "", Status::Amazon),
            ("APPLE STORE REGENT ST", "", Status::None),
            ("", "", Status::None),
        ] {
            assert_eq!(
                super::status(description, merchant, TransactionType::Debit),
                status,
                "{description}"
            );
        }
        assert_eq!(
            status("Amazon", "", TransactionType::Credit),
            Status::AmazonReturn
        );
        assert_eq!(status("itunes", "", TransactionType::Credit), Status::Apple);
    }
}
