//! Bank connections and what is fetched through them: accounts, cards, transactions, balances, imports.

pub(crate) mod account;
mod balance;
pub(crate) mod bank_connection;
pub(crate) mod card;
mod card_balance_snapshot;
mod card_transaction;
mod debit_transaction;
mod enrichment_job;
mod heartbeat;
mod huququllah;
pub(crate) mod import_job;
mod import_progress;
mod provider_name;
pub(crate) mod transaction;

pub use account::{NewTrueLayerAccount, TrueLayerAccount, TrueLayerAccountChanges};
pub use balance::{NewTrueLayerBalance, TrueLayerBalance};
pub use bank_connection::{
    BankConnection, BankConnectionChanges, ConnectionTokens, ListedConnection, NewBankConnection,
};
pub use card::{NewTrueLayerCard, TrueLayerCard, TrueLayerCardChanges};
pub use card_balance_snapshot::{NewTrueLayerCardBalanceSnapshot, TrueLayerCardBalanceSnapshot};
pub use card_transaction::{
    CardTransactionKey, NewTrueLayerCardTransaction, TrueLayerCardTransaction,
    TrueLayerCardTransactionChanges,
};
pub use debit_transaction::DebitTransaction;
pub use enrichment_job::{
    EnrichmentJobStep, EnrichmentTotals, NewTrueLayerEnrichmentJob, TrueLayerEnrichmentJob,
    TrueLayerEnrichmentJobChanges,
};
pub use huququllah::{ClassifiedTransaction, HuququllahSummary};
pub use import_job::{
    ImportCounts, ImportJobStep, NewTrueLayerImportJob, TrueLayerImportJob,
    TrueLayerImportJobChanges,
};
pub use import_progress::{
    NewTrueLayerImportProgress, TrueLayerImportProgress, TrueLayerImportProgressChanges,
};
pub use provider_name::provider_name;
pub use transaction::{
    EnrichedTransaction, EnrichmentRequirement, NewTrueLayerTransaction, TransactionEnrichment,
    TransactionKey, TrueLayerTransaction, TrueLayerTransactionChanges,
};
