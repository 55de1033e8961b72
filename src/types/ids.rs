//! Ids: a type a table, so that one is never taken for another.

use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::pg::{Pg, PgValue};
use diesel::serialize::{self, Output, ToSql};
use diesel::sql_types::{BigInt, Integer};
use serde::{Deserialize, Serialize};

/// Declares id types over an integer column type.
macro_rules! ids {
    ($sql_type:ident, $inner:ty: $($name:ident = $table:literal,)+) => {$(
        #[doc = concat!("`", $table, ".id`.")]
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, AsExpression, FromSqlRow)]
        #[derive(Serialize, Deserialize)]
        #[diesel(sql_type = $sql_type)]
        #[serde(transparent)]
        pub struct $name(pub $inner);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl From<$inner> for $name {
            fn from(id: $inner) -> Self {
                Self(id)
            }
        }

        impl ToSql<$sql_type, Pg> for $name {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
                ToSql::<$sql_type, Pg>::to_sql(&self.0, out)
            }
        }

        impl FromSql<$sql_type, Pg> for $name {
            fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
                FromSql::<$sql_type, Pg>::from_sql(value).map(Self)
            }
        }
    )+};
}

ids! {
    Integer, i32:
    UserId = "users",
    CategoryId = "categories",
    CategoryKeywordId = "category_keywords",
    AccountMappingId = "account_mappings",
    OAuthStateId = "oauth_state",
    BankConnectionId = "bank_connections",
    TrueLayerAccountId = "truelayer_accounts",
    TrueLayerTransactionId = "truelayer_transactions",
    TrueLayerBalanceId = "truelayer_balances",
    TrueLayerCardId = "truelayer_cards",
    TrueLayerCardTransactionId = "truelayer_card_transactions",
    TrueLayerCardBalanceSnapshotId = "truelayer_card_balance_snapshots",
    TrueLayerImportJobId = "truelayer_import_jobs",
    TrueLayerImportProgressId = "truelayer_import_progress",
    TrueLayerEnrichmentJobId = "truelayer_enrichment_jobs",
    AmazonOrderId = "amazon_orders",
    AmazonReturnId = "amazon_returns",
    AmazonBusinessConnectionId = "amazon_business_connections",
    AmazonBusinessOrderId = "amazon_business_orders",
    AmazonBusinessLineItemId = "amazon_business_line_items",
    TrueLayerAmazonTransactionMatchId = "truelayer_amazon_transaction_matches",
    TrueLayerAmazonBusinessMatchId = "truelayer_amazon_business_matches",
    AppleTransactionId = "apple_transactions",
    AppleTransactionMatchId = "apple_transaction_matches",
    GmailConnectionId = "gmail_connections",
    GmailReceiptId = "gmail_receipts",
    GmailEmailContentId = "gmail_email_content",
    PdfAttachmentId = "pdf_attachments",
    GmailOAuthStateId = "gmail_oauth_state",
    GmailSyncJobId = "gmail_sync_jobs",
    GmailTransactionMatchId = "gmail_transaction_matches",
    GmailSenderPatternId = "gmail_sender_patterns",
    GmailMerchantAliasId = "gmail_merchant_aliases",
    GmailParseStatisticId = "gmail_parse_statistics",
    GmailProcessingErrorId = "gmail_processing_errors",
    TransactionEnrichmentSourceId = "transaction_enrichment_sources",
    EnrichmentCacheId = "enrichment_cache",
    LlmEnrichmentFailureId = "llm_enrichment_failures",
    CategoryRuleId = "category_rules",
    MerchantNormalizationId = "merchant_normalizations",
    NormalizedCategoryId = "normalized_categories",
    NormalizedSubcategoryId = "normalized_subcategories",
    CustomCategoryId = "custom_categories",
    SubcategoryMappingId = "subcategory_mappings",
    TransactionId = "transactions",
    TrueLayerConnectionId = "truelayer_connections",
    AmazonTransactionMatchId = "amazon_transaction_matches",
    ConnectionLogId = "connection_logs",
    WebhookEventId = "webhook_events",
    MatchingJobId = "matching_jobs",
    SecurityAuditEventId = "security_audit_log",
}

ids! {
    BigInt, i64:
    SyncJobId = "sync_jobs",
}

/// No owner in particular: for work that is done for all users.
pub const EVERYONE: Option<UserId> = None;
