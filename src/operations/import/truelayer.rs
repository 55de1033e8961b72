//! Importing a bank's data as TrueLayer sends it.

mod account;
mod accounts;
mod balance;
mod balances;
mod card_transaction;
mod fetched;
mod folder;
mod job;
mod pages;
mod plan;
mod transaction;
mod window;
mod workers;

pub use fetched::{Fetched, fail_fetch, finish_fetch, store_fetched};
pub use folder::{FailedFile, FolderImport, import_folder};
pub use pages::{NextPage, Pages};
pub use window::FetchWindow;
