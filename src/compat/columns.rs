//! Ids and closed sets of words, as arguments and in answers.

use super::answer::Answer;
use super::arguments::Argument;
use super::failure::Failure;
use crate::types::{
    AccountMappingId, AmazonBusinessOrderId, AmazonOrderId, AppleTransactionId, BankConnectionId,
    BankConnectionStatus, CategoryRuleId, CustomCategoryId, CustomCategoryType,
    EnrichmentSourceType, GmailConnectionId, GmailReceiptId, LedgerAccountType,
    MerchantNormalizationId, NormalizedCategoryId, NormalizedSubcategoryId, PatternType,
    PdfAttachmentId, PreEnrichmentStatus, ReceiptParsingStatus, SubcategoryMappingId,
    TransactionEnrichmentSourceId, TransactionType, TrueLayerAccountId, TrueLayerImportJobId,
    TrueLayerTransactionId, UserId,
};

macro_rules! ids {
    ($($id:ident,)+) => {$(
        impl Argument for $id {
            const TAKES: &'static str = "a whole number, an id";

            fn read(name: &str, text: &str) -> Result<Self, Failure> {
                i32::read(name, text).map(Self)
            }
        }

        impl From<$id> for Answer {
            fn from(id: $id) -> Self {
                id.0.into()
            }
        }
    )+};
}

macro_rules! words {
    ($($words:ident,)+) => {$(
        impl Argument for $words {
            const TAKES: &'static str = "one of a set of words";

            fn read(name: &str, text: &str) -> Result<Self, Failure> {
                String::read(name, text)?
                    .parse()
                    .map_err(|error: crate::Error| Failure::argument(name, error.to_string()))
            }
        }

        impl From<$words> for Answer {
            fn from(word: $words) -> Self {
                word.as_str().into()
            }
        }
    )+};
}

ids! {
    AccountMappingId,
    AmazonBusinessOrderId,
    AmazonOrderId,
    AppleTransactionId,
    BankConnectionId,
    CategoryRuleId,
    CustomCategoryId,
    GmailConnectionId,
    GmailReceiptId,
    MerchantNormalizationId,
    NormalizedCategoryId,
    NormalizedSubcategoryId,
    PdfAttachmentId,
    SubcategoryMappingId,
    TransactionEnrichmentSourceId,
    TrueLayerAccountId,
    TrueLayerImportJobId,
    TrueLayerTransactionId,
    UserId,
}

words! {
    BankConnectionStatus,
    CustomCategoryType,
    EnrichmentSourceType,
    LedgerAccountType,
    PatternType,
    PreEnrichmentStatus,
    ReceiptParsingStatus,
    TransactionType,
}
