//! Importing a bank's data as TrueLayer sends it.

mod account;
mod accounts;
mod balance;
mod balances;
mod card_transaction;
mod folder;
mod job;
mod plan;
mod transaction;
mod workers;

pub use folder::{FailedFile, FolderImport, import_folder};
