//! A bank's export as TrueLayer sends it: `accounts.json` and `transactions.json`.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::Path;

use super::Random;
use crate::error::Result;

/// One record in so many is there earlier in the file.
const DUPLICATE_EVERY: u32 = 10;

const ACCOUNTS: &str = r#"{"results": [{"account_id": "bench-account", "account_type": "TRANSACTION",
"display_name": "Everyday Current", "currency": "GBP", "account_number": {"number": "12345678", "sort_code": "00-00-01"},
"provider": {"provider_id": "uk-ob-testbank", "display_name": "Test Bank"}}], "status": "Succeeded"}"#;

const SHOPS: [&str; 8] = [
    "TESCO STORES 3021",
    "AMZNMktplace*2T4RG6HJ8",
    "TFL TRAVEL CH",
    "APPLE.COM/BILL",
    "PRET A MANGER",
    "CAFÉ RÊVÉ, LONDON",
    "BRITISH GAS \\\"HOME\\\"",
    "SAINSBURYS S/MKTS",
];

/// Writes a folder whose `transactions.json` has so many records, one in ten of them twice. Tells how many differ.
pub fn write(folder: &Path, records: u32, seed: u32) -> Result<u32> {
    fs::create_dir_all(folder)?;
    fs::write(folder.join("accounts.json"), ACCOUNTS)?;
    let mut out = BufWriter::new(File::create(folder.join("transactions.json"))?);
    write!(out, "{{\"results\": [")?;
    let mut random = Random::new(seed, 1);
    let mut different = 0;
    for position in 0..records {
        let is_duplicate = position % DUPLICATE_EVERY == DUPLICATE_EVERY - 1;
        let number = if is_duplicate {
            random.below(different)
        } else {
            different += 1;
            different - 1
        };
        if position > 0 {
            write!(out, ",")?;
        }
        write_record(&mut out, number, seed)?;
    }
    write!(out, "\n], \"status\": \"Succeeded\"}}")?;
    out.flush()?;
    Ok(different)
}

/// Bytes that a record takes, about.
pub const RECORD_BYTES: u64 = 620;

fn write_record(out: &mut impl Write, number: u32, seed: u32) -> Result<()> {
    let mut random = Random::new(seed, number + 1_000);
    let shop = random.of(&SHOPS);
    let (pounds, pence) = (random.below(300), random.below(100));
    let kind = if random.below(10) == 0 {
        "CREDIT"
    } else {
        "DEBIT"
    };
    let sign = if kind == "DEBIT" { "-" } else { "" };
    let (year, month, day) = (
        2015 + random.below(10),
        1 + random.below(12),
        1 + random.below(28),
    );
    let (hour, minute) = (random.below(24), random.below(60));
    let balance = random.below(1_000_000);
    write!(
        out,
        r#"
{{"transaction_id": "{number:032x}", "normalised_provider_transaction_id": "txn-{seed}-{number:012}",
"provider_transaction_id": "{year}{number:08}", "timestamp": "{year}-{month:02}-{day:02}T{hour:02}:{minute:02}:00Z",
"description": "CARD PAYMENT TO {shop} {number} ON {day:02}-{month:02}-{year}", "amount": {sign}{pounds}.{pence:02},
"currency": "GBP", "transaction_type": "{kind}", "transaction_category": "PURCHASE",
"transaction_classification": ["Shopping", "General"], "merchant_name": "Shop {}",
"running_balance": {{"amount": {}.{:02}, "currency": "GBP"}},
"meta": {{"bank_transaction_id": "{number}", "provider_transaction_category": "DEB", "provider_reference": "T{number}"}}}}"#,
        number % 5_000,
        balance / 100,
        balance % 100,
    )?;
    Ok(())
}
