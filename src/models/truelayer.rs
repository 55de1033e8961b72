//! Bank connections and what is fetched through them: accounts, cards, transactions, balances, imports.

pub(crate) mod account;
mod balance;
pub(crate) mod bank_connection;
pub(crate) mod card;
mod card_balance_snapshot;
mod card_transaction;
mod enrichment_job;
pub(crate) mod import_job;
mod import_progress;
pub(crate) mod transaction;

pub use account::{NewTrueLayerAccount, TrueLayerAccount, TrueLayerAccountChanges};
pub use balance::{NewTrueLayerBalance, TrueLayerBalance};
pub use bank_connection::{BankConnection, BankConnectionChanges, NewBankConnection};
pub use card::{NewTrueLayerCard, TrueLayerCard, TrueLayerCardChanges};
pub use card_balance_snapshot::{NewTrueLayerCardBalanceSnapshot, TrueLayerCardBalanceSnapshot};
pub use card_transaction::{
    NewTrueLayerCardTransaction, TrueLayerCardTransaction, TrueLayerCardTransactionChanges,
};
pub use enrichment_job::{
    NewTrueLayerEnrichmentJob, TrueLayerEnrichmentJob, TrueLayerEnrichmentJobChanges,
};
pub use import_job::{NewTrueLayerImportJob, TrueLayerImportJob, TrueLayerImportJobChanges};
pub use import_progress::{
    NewTrueLayerImportProgress, TrueLayerImportProgress, TrueLayerImportProgressChanges,
};
pub use transaction::{
    EnrichmentRequirement, NewTrueLayerTransaction, TrueLayerTransaction,
    TrueLayerTransactionChanges,
};
