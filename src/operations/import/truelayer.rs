//! Importing a bank's data as TrueLayer sends it.

mod account;
mod balance;
mod card_transaction;
mod field;
mod transaction;
