//! Storing App Store purchases: those of a saved page, and those that are handed over in a list.

use std::io::Read;
use std::path::Path;

use bigdecimal::BigDecimal;
use chrono::NaiveDate;
use diesel::ExecuteCopyFromDsl as _;
use diesel::prelude::*;

use super::blocks::Blocks;
use super::page::pieces;
use super::purchase::Purchase;
use crate::models::apple::NewAppleTransaction;
use crate::operations::import::changes::{Known, Renewal};
use crate::operations::import::staging::{self, Staged};
use crate::operations::import::{ImportReport, Imported, file_name};
use crate::{Error, Result};

diesel::table! {
    staged (position) {
        position -> BigInt,
        order_id -> Text,
        order_date -> Date,
        total_amount -> Numeric,
        currency -> Text,
        app_names -> Text,
        publishers -> Nullable<Text>,
        item_count -> Nullable<Integer>,
        source_file -> Nullable<Text>,
    }
}

#[derive(Insertable)]
#[diesel(table_name = staged, treat_none_as_default_value = false)]
struct StagedPurchase {
    position: i64,
    order_id: String,
    order_date: NaiveDate,
    total_amount: BigDecimal,
    currency: String,
    app_names: String,
    publishers: Option<String>,
    item_count: Option<i32>,
    source_file: Option<String>,
}

impl Staged for StagedPurchase {
    const CREATE: &'static str = include_str!("transactions_staged.sql");
    const KEY: &'static str = "order_id";
    const INSERT: &'static str = include_str!("transactions_insert.sql");

    fn copy(rows: &[Self], conn: &mut PgConnection) -> QueryResult<usize> {
        diesel::copy_from(staged::table)
            .from_insertable(rows)
            .execute(conn)
    }
}

const RENEWAL: Renewal = Renewal {
    table: "apple_transactions",
    key: "order_id",
    columns: &["total_amount", "currency"],
    is_matched: "EXISTS (SELECT FROM apple_transaction_matches AS m WHERE m.apple_transaction_id = t.id)",
    matchers: "match apple",
};

/// Imports the saved HTML of Apple's purchase page, "Report a Problem" (reportaproblem.apple.com).
///
/// A purchase reads `<date> <order id> Total <£, € or $><price> Loading... <app> <publisher> [Renews <date>]`, with any tags and
/// white space between. `£` is GBP, `€` EUR, `$` USD. Several apps of a purchase are joined with `, `, and so are their publishers; a
/// list element begins an app, as does an element whose class names a title. Where a page has neither, two lines are an app
/// and its publisher. The position of a purchase is its place on the page, first = 1.
///
/// A purchase whose order number is known already, or stands earlier on the page, is a duplicate and keeps its values; what
/// the page has otherwise is told in `changed`, and [`refresh_purchases`] renews it. `file` is the name under which the
/// purchases and the report go.
///
/// The page is read piece by piece; a single text, comment or attribute is in memory as a whole.
///
/// [`Error::Import`] where the page shows no purchase, [`Error::Io`] where it cannot be read; nothing is stored then.
pub fn import_purchases(
    conn: &mut PgConnection,
    file: &Path,
    reader: impl Read,
) -> Result<ImportReport> {
    store_file(conn, file, reader, Known::Kept)
}

/// Imports as [`import_purchases`] does, and renews price and currency of known purchases that no payment is matched to.
pub fn refresh_purchases(
    conn: &mut PgConnection,
    file: &Path,
    reader: impl Read,
) -> Result<ImportReport> {
    store_file(conn, file, reader, Known::Refreshed)
}

fn store_file(
    conn: &mut PgConnection,
    file: &Path,
    reader: impl Read,
    known: Known,
) -> Result<ImportReport> {
    let name = file_name(file);
    staging::store_file(conn, &name, Some((&RENEWAL, known)), |sink| {
        let mut position = 0;
        let mut take = |block: &str| {
            position += 1;
            let purchase =
                Purchase::read(block).map(|purchase| StagedPurchase::of(purchase, position, &name));
            sink.take(position, purchase)
        };
        let mut blocks = Blocks::default();
        for piece in pieces(reader) {
            let piece = piece.map_err(|error| Error::io(file, error))?;
            blocks.push(&piece, &mut take)?;
        }
        blocks.finish(&mut take)?;
        if position == 0 {
            return Err(Error::Import {
                file: file.to_owned(),
                reason: "the page shows no purchase".to_owned(),
            });
        }
        Ok(())
    })
}

impl StagedPurchase {
    fn of(purchase: Purchase, position: u64, source_file: &str) -> Self {
        Self {
            position: position.cast_signed(),
            order_id: purchase.order_id,
            order_date: purchase.order_date,
            total_amount: purchase.total_amount,
            currency: purchase.currency.to_owned(),
            app_names: purchase.app_names,
            publishers: Some(purchase.publishers),
            item_count: Some(purchase.item_count),
            source_file: Some(source_file.to_owned()),
        }
    }
}

/// Stores purchases that are handed over in a list. One whose `order_id` is known already, or stands earlier in the list,
/// keeps its values and counts as a duplicate; one that the database refuses (its currency is not of three letters) is
/// refused alone. Amounts are in major units of their currency; a missing `item_count` is 1, as the table has it.
///
/// Takes over `import_apple_transactions`.
pub fn store_transactions(
    conn: &mut PgConnection,
    purchases: &[NewAppleTransaction<'_>],
) -> Result<Imported> {
    let rows = (1..)
        .zip(purchases)
        .map(|(position, purchase)| StagedPurchase {
            position,
            order_id: purchase.order_id.to_owned(),
            order_date: purchase.order_date,
            total_amount: purchase.total_amount.clone(),
            currency: purchase.currency.to_owned(),
            app_names: purchase.app_names.to_owned(),
            publishers: purchase.publishers.map(str::to_owned),
            item_count: purchase.item_count.unwrap_or(Some(1)),
            source_file: purchase.source_file.map(str::to_owned),
        });
    staging::store(conn, rows)
}
