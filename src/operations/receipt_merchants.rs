//! A user's receipts by merchant.

mod overview;
mod receipts;

pub use overview::{CurrencyAmount, MerchantTotals, ReceiptMerchant, ReceiptMerchants, overview};
pub use receipts::{BestMatch, MatchedReceipt, Merchant, ReceiptPage, receipts};
