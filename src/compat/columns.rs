//! Ids, closed sets of words and secrets, as arguments and in answers.

use super::answer::Answer;
use super::arguments::Argument;
use super::failure::{Failure, sqlstate};
use crate::types::{
    AccountMappingId, AmazonBusinessConnectionId, AmazonBusinessLineItemId, AmazonBusinessOrderId,
    AmazonOrderId, AmazonReturnId, AppleTransactionId, BankConnectionId, BankConnectionStatus,
    CategoryId, CategoryRuleId, CustomCategoryId, CustomCategoryType, EncryptedToken,
    EnrichmentJobStatus, EnrichmentSourceType, GmailConnectionId, GmailConnectionStatus,
    GmailEmailContentId, GmailErrorStage, GmailErrorType, GmailMatchType, GmailParseStatisticId,
    GmailProcessingErrorId, GmailReceiptId, GmailSenderPatternId, GmailSyncJobId,
    GmailSyncJobStatus, GmailSyncJobType, GmailTransactionMatchId, HuququllahClassification,
    ImportJobStatus, ImportJobType, ImportProgressStatus, LedgerAccountType, LlmParseStatus,
    MatchingJobId, MatchingJobStatus, MerchantNormalizationId, NormalizedCategoryId,
    NormalizedSubcategoryId, ParseOutcome, PatternType, PdfAttachmentId, PdfProcessingStatus,
    PreEnrichmentStatus, ReceiptParsingStatus, Secret, SecurityAuditEventId, SenderParseType,
    SubcategoryMappingId, TransactionEnrichmentSourceId, TransactionType, TrueLayerAccountId,
    TrueLayerBalanceId, TrueLayerCardBalanceSnapshotId, TrueLayerCardId,
    TrueLayerCardTransactionId, TrueLayerEnrichmentJobId, TrueLayerImportJobId,
    TrueLayerImportProgressId, TrueLayerTransactionId, UserId, WebhookEventId,
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
            const SQLSTATE: &'static str = sqlstate::CHECK_VIOLATION;

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
    AmazonBusinessConnectionId,
    AmazonBusinessLineItemId,
    AmazonBusinessOrderId,
    AmazonOrderId,
    AmazonReturnId,
    AppleTransactionId,
    BankConnectionId,
    CategoryId,
    CategoryRuleId,
    CustomCategoryId,
    GmailConnectionId,
    GmailEmailContentId,
    GmailParseStatisticId,
    GmailProcessingErrorId,
    GmailReceiptId,
    GmailSenderPatternId,
    GmailSyncJobId,
    GmailTransactionMatchId,
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
    GmailConnectionStatus,
    GmailErrorStage,
    GmailErrorType,
    GmailMatchType,
    GmailSyncJobStatus,
    GmailSyncJobType,
    HuququllahClassification,
    ImportJobStatus,
    ImportJobType,
    ImportProgressStatus,
    LedgerAccountType,
    LlmParseStatus,
    MatchingJobStatus,
    ParseOutcome,
    PatternType,
    PdfProcessingStatus,
    PreEnrichmentStatus,
    ReceiptParsingStatus,
    SenderParseType,
    TransactionType,
}

impl Argument for Secret {
    const TAKES: &'static str = String::TAKES;

    fn read(name: &str, text: &str) -> Result<Self, Failure> {
        String::read(name, text).map(Self::new)
    }
}

/// Old callers encrypt before they store.
impl Argument for EncryptedToken {
    const TAKES: &'static str = String::TAKES;

    fn read(name: &str, text: &str) -> Result<Self, Failure> {
        String::read(name, text).map(Self::from_stored)
    }
}
