//! Closed sets of words. Each is a CHECK of the tables that use it.

use super::text_enum::text_enum;

text_enum! {
    /// State of a user's connection to a bank.
    BankConnectionStatus {
        /// Tokens work.
        Active = "active",
        /// The tokens ran out.
        Expired = "expired",
        /// Switched off.
        Inactive = "inactive",
        /// The user has to authorise it (again).
        AuthorizationRequired = "authorization_required",
        /// The user disconnected it.
        Disconnected = "disconnected",
    }
}

text_enum! {
    /// Direction of a bank transaction; amounts are stored without sign.
    TransactionType {
        /// Money in.
        Credit = "CREDIT",
        /// Money out.
        Debit = "DEBIT",
    }
}

text_enum! {
    /// Class of a transaction in double-entry bookkeeping.
    LedgerAccountType {
        /// What is owned.
        Asset = "ASSET",
        /// What is owed.
        Liability = "LIABILITY",
        /// The difference of both.
        Equity = "EQUITY",
        /// Spending.
        Expense = "EXPENSE",
        /// Earnings.
        Income = "INCOME",
    }
}

text_enum! {
    /// What is known of a bank transaction before enrichment.
    PreEnrichmentStatus {
        /// Nothing to match.
        None = "None",
        /// Matched to an order, a purchase or a refund.
        Matched = "Matched",
        /// A payment to Apple, not matched yet.
        Apple = "Apple",
        /// A payment to Amazon, not matched yet.
        Amazon = "AMZN",
        /// A refund by Amazon, not matched yet.
        AmazonReturn = "AMZN RTN",
        /// Matched to an Amazon Business order.
        AmazonBusiness = "AMZN BIZ",
        /// Matched to a receipt from a mailbox.
        Gmail = "Gmail",
    }
}

text_enum! {
    /// State of a bank import.
    ImportJobStatus {
        /// Not started.
        Pending = "pending",
        /// Under way.
        Running = "running",
        /// Done; every account succeeded.
        Completed = "completed",
        /// Ended with at least one failed account.
        Failed = "failed",
        /// Imported; enrichment is under way.
        Enriching = "enriching",
    }
}

text_enum! {
    /// What a bank import fetches.
    ImportJobType {
        /// The days from `from_date` to `to_date`, both included.
        DateRange = "date_range",
        /// What came since the last import.
        Incremental = "incremental",
        /// Everything.
        FullSync = "full_sync",
    }
}

text_enum! {
    /// State of one account within a bank import.
    ImportProgressStatus {
        /// Not started.
        Pending = "pending",
        /// Under way.
        Syncing = "syncing",
        /// Done.
        Completed = "completed",
        /// Ended by an error.
        Failed = "failed",
    }
}

text_enum! {
    /// State of an enrichment run.
    EnrichmentJobStatus {
        /// Not started.
        Pending = "pending",
        /// Under way.
        Running = "running",
        /// Done.
        Completed = "completed",
        /// Ended by an error.
        Failed = "failed",
    }
}

text_enum! {
    /// State of a mailbox connection.
    GmailConnectionStatus {
        /// Tokens work.
        Active = "active",
        /// The tokens ran out.
        Expired = "expired",
        /// The user took the permission back.
        Revoked = "revoked",
        /// The last syncs failed.
        Error = "error",
    }
}

text_enum! {
    /// How far a receipt has been parsed.
    ReceiptParsingStatus {
        /// Waits to be parsed.
        Pending = "pending",
        /// Parsed.
        Parsed = "parsed",
        /// Parsing failed; it may be tried again.
        Failed = "failed",
        /// Nothing in it can be parsed.
        Unparseable = "unparseable",
    }
}

text_enum! {
    /// How far a receipt's PDF has been processed.
    PdfProcessingStatus {
        /// There is no PDF.
        None = "none",
        /// Waits.
        Pending = "pending",
        /// Under way.
        Processing = "processing",
        /// Done.
        Completed = "completed",
        /// Failed.
        Failed = "failed",
    }
}

text_enum! {
    /// How far the language model has parsed a receipt.
    LlmParseStatus {
        /// Waits.
        Pending = "pending",
        /// Under way.
        Processing = "processing",
        /// Done.
        Completed = "completed",
        /// Failed.
        Failed = "failed",
    }
}

text_enum! {
    /// State of a mailbox sync.
    GmailSyncJobStatus {
        /// Not started.
        Queued = "queued",
        /// Under way.
        Running = "running",
        /// Done.
        Completed = "completed",
        /// Ended by an error.
        Failed = "failed",
        /// Given up; another sync takes over.
        Cancelled = "cancelled",
    }
}

text_enum! {
    /// What a mailbox sync fetches.
    GmailSyncJobType {
        /// A range of days.
        Full = "full",
        /// Changes since the last history id.
        Incremental = "incremental",
    }
}

text_enum! {
    /// How a receipt relates to the transaction that paid it.
    GmailMatchType {
        /// One receipt, one payment.
        Standard = "standard",
        /// One receipt, several payments.
        SplitPayment = "split_payment",
        /// Several receipts, one payment.
        BundledOrder = "bundled_order",
    }
}

text_enum! {
    /// How the mails of a sender are parsed.
    SenderParseType {
        /// By their schema.org markup.
        SchemaOrg = "schema_org",
        /// By configured patterns.
        Pattern = "pattern",
        /// By the language model.
        Llm = "llm",
    }
}

text_enum! {
    /// What came of one attempt to parse a message.
    ParseOutcome {
        /// A receipt came out.
        Parsed = "parsed",
        /// Nothing in it can be parsed.
        Unparseable = "unparseable",
        /// Not a receipt.
        Filtered = "filtered",
        /// The attempt failed.
        Failed = "failed",
    }
}

text_enum! {
    /// The step of mail processing at which an error arose.
    GmailErrorStage {
        /// Fetching the message.
        Fetch = "fetch",
        /// Choosing or running a parser.
        Parse = "parse",
        /// The vendor's own parser.
        VendorParse = "vendor_parse",
        /// schema.org markup.
        SchemaParse = "schema_parse",
        /// Patterns.
        PatternParse = "pattern_parse",
        /// The language model.
        LlmParse = "llm_parse",
        /// A PDF.
        PdfParse = "pdf_parse",
        /// Writing to the database or the object store.
        Storage = "storage",
        /// Matching to a transaction.
        Match = "match",
        /// Checking what was parsed.
        Validation = "validation",
    }
}

text_enum! {
    /// Kind of an error in mail processing.
    GmailErrorType {
        /// The mail service refused.
        ApiError = "api_error",
        /// It took too long.
        Timeout = "timeout",
        /// The text could not be parsed.
        ParseError = "parse_error",
        /// What was parsed is not plausible.
        Validation = "validation",
        /// The database refused.
        DbError = "db_error",
        /// The network failed.
        Network = "network",
        /// Too many requests.
        RateLimit = "rate_limit",
        /// The tokens are not accepted.
        AuthError = "auth_error",
        /// Anything else.
        Unknown = "unknown",
    }
}

text_enum! {
    /// Where an explanation of a transaction comes from.
    EnrichmentSourceType {
        /// An order of the retail order history.
        Amazon = "amazon",
        /// An Amazon Business order.
        AmazonBusiness = "amazon_business",
        /// An Amazon Fresh order.
        AmazonFresh = "amazon_fresh",
        /// An App Store purchase.
        Apple = "apple",
        /// A receipt from a mailbox.
        Gmail = "gmail",
        /// A person.
        Manual = "manual",
    }
}

text_enum! {
    /// How a pattern is compared with a text, ignoring case.
    PatternType {
        /// The text has it somewhere.
        Contains = "contains",
        /// The text starts with it.
        StartsWith = "starts_with",
        /// The text is equal to it.
        Exact = "exact",
        /// A regular expression that is found somewhere in the text.
        Regex = "regex",
    }
}

text_enum! {
    /// What a user did with a category.
    CustomCategoryType {
        /// Made from subcategories.
        Promoted = "promoted",
        /// Hidden from lists.
        Hidden = "hidden",
    }
}

text_enum! {
    /// Whether spending is a necessity (for Huqúqu'lláh).
    HuququllahClassification {
        /// A necessity.
        Essential = "essential",
        /// Not a necessity; 19 percent of it is due.
        Discretionary = "discretionary",
    }
}

text_enum! {
    /// State of a matching run.
    MatchingJobStatus {
        /// Not started.
        Queued = "queued",
        /// Under way.
        Running = "running",
        /// Done.
        Completed = "completed",
        /// Ended by an error.
        Failed = "failed",
    }
}

text_enum! {
    /// State of a background job.
    SyncJobState {
        /// Waits for a worker.
        Queued = "queued",
        /// A worker has it.
        Running = "running",
        /// Done.
        Completed = "completed",
        /// All attempts failed.
        Failed = "failed",
        /// Taken back.
        Cancelled = "cancelled",
    }
}
