//! Ids, closed sets of words and secrets, as arguments and in answers.

use super::answer::Answer;
use super::arguments::Argument;
use super::failure::Failure;
use crate::types::{
    AccountMappingId, AmazonBusinessOrderId, AmazonOrderId, AppleTransactionId, BankConnectionId,
    BankConnectionStatus, CategoryId, CategoryRuleId, CustomCategoryId, CustomCategoryType,
    EnrichmentJobStatus, EnrichmentSourceType, GmailConnectionId, GmailReceiptId,
    HuququllahClassification, ImportJobStatus, ImportJobType, ImportProgressStatus,
    LedgerAccountType, MatchingJobId, MatchingJobStatus, MerchantNormalizationId,
    NormalizedCategoryId, NormalizedSubcategoryId, PatternType, PdfAttachmentId,
    PreEnrichmentStatus, ReceiptParsingStatus, Secret, SecurityAuditEventId, SubcategoryMappingId,
    TransactionEnrichmentSourceId, TransactionType, TrueLayerAccountId, TrueLayerBalanceId,
    TrueLayerCardBalanceSnapshotId, TrueLayerCardId, TrueLayerCardTransactionId,
    TrueLayerEnrichmentJobId, TrueLayerImportJobId, TrueLayerImportProgressId,
    TrueLayerTransactionId, UserId, WebhookEventId,
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
            const TAKES: &'static str = $words::TAKES;

            fn read(name: &str, text: &str) -> Result<Self, Failure> {
                String::read(name, text)
                    .ok()
                    .and_then(|word| word.parse().ok())
                    .ok_or_else(|| Failure::takes::<Self>(name))
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
    CategoryId,
    CategoryRuleId,
    CustomCategoryId,
    GmailConnectionId,
    GmailReceiptId,
    MatchingJobId,
    MerchantNormalizationId,
    NormalizedCategoryId,
    NormalizedSubcategoryId,
    PdfAttachmentId,
    SecurityAuditEventId,
    SubcategoryMappingId,
    TransactionEnrichmentSourceId,
    TrueLayerAccountId,
    TrueLayerBalanceId,
    TrueLayerCardBalanceSnapshotId,
    TrueLayerCardId,
    TrueLayerCardTransactionId,
    TrueLayerEnrichmentJobId,
    TrueLayerImportJobId,
    TrueLayerImportProgressId,
    TrueLayerTransactionId,
    UserId,
    WebhookEventId,
}

words! {
    BankConnectionStatus,
    CustomCategoryType,
    EnrichmentJobStatus,
    EnrichmentSourceType,
    HuququllahClassification,
    ImportJobStatus,
    ImportJobType,
    ImportProgressStatus,
    LedgerAccountType,
    MatchingJobStatus,
    PatternType,
    PreEnrichmentStatus,
    ReceiptParsingStatus,
    TransactionType,
}

impl Argument for Secret {
    const TAKES: &'static str = String::TAKES;

    fn read(name: &str, text: &str) -> Result<Self, Failure> {
        String::read(name, text).map(Self::new)
    }
}
