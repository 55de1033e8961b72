//! Mailboxes, receipts and how they were parsed.

pub(crate) mod connection;
mod email_content;
mod merchant_alias;
mod oauth_state;
mod parse_statistic;
mod pdf_attachment;
mod processing_error;
pub(crate) mod receipt;
mod sender_pattern;
mod sql_functions;
mod staging;
pub(crate) mod sync_job;
mod transaction_match;

pub use connection::{
    GmailConnection, GmailConnectionChanges, GmailTokens, NewGmailConnection, ShownErrors,
};
pub use email_content::{GmailEmailContent, GmailEmailContentChanges, NewGmailEmailContent};
pub use merchant_alias::{GmailMerchantAlias, GmailMerchantAliasChanges, NewGmailMerchantAlias};
pub use oauth_state::{GmailOAuthState, NewGmailOAuthState};
pub use parse_statistic::{
    GmailParseStatistic, MerchantStatistics, NewGmailParseStatistic, StatisticsFilter,
};
pub use pdf_attachment::{
    NewPdfAttachment, PdfAttachment, PdfAttachmentChanges, PdfAttachmentDetails, PdfStorage,
};
pub use processing_error::{
    GmailErrorSummary, GmailProcessingError, GmailProcessingErrorChanges, NewGmailProcessingError,
    RecentGmailError,
};
pub use receipt::{
    GmailReceipt, GmailReceiptChanges, KnownReceipt, LlmCosts, LlmFindings, LlmQueueEntry,
    LlmQueueSummary, LlmStep, NewGmailReceipt, ParsedReceipt, ReceiptFindings, ReceiptForLlm,
    SavedReceipt, SyncedReceipt,
};
pub use sender_pattern::{GmailSenderPattern, GmailSenderPatternChanges, NewGmailSenderPattern};
pub use sync_job::{GmailSyncJob, GmailSyncJobChanges, NewGmailSyncJob, SyncProgress};
pub use transaction_match::{
    GmailTransactionMatch, GmailTransactionMatchChanges, NewGmailTransactionMatch,
};
