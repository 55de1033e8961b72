//! Storing App Store purchases.

use bigdecimal::BigDecimal;
use chrono::NaiveDate;
use diesel::ExecuteCopyFromDsl as _;
use diesel::prelude::*;

use crate::Result;
use crate::models::apple::NewAppleTransaction;
use crate::operations::import::Imported;
use crate::operations::import::staging::{self, Staged};

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
struct StagedPurchase<'a> {
    position: i64,
    order_id: &'a str,
    order_date: NaiveDate,
    total_amount: &'a BigDecimal,
    currency: &'a str,
    app_names: &'a str,
    publishers: Option<&'a str>,
    item_count: Option<i32>,
    source_file: Option<&'a str>,
}

impl Staged for StagedPurchase<'_> {
    const CREATE: &'static str = include_str!("transactions_staged.sql");
    const KEY: &'static str = "order_id";
    const INSERT: &'static str = include_str!("transactions_insert.sql");

    fn copy(rows: &[Self], conn: &mut PgConnection) -> QueryResult<usize> {
        diesel::copy_from(staged::table)
            .from_insertable(rows)
            .execute(conn)
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
            order_id: purchase.order_id,
            order_date: purchase.order_date,
            total_amount: purchase.total_amount,
            currency: purchase.currency,
            app_names: purchase.app_names,
            publishers: purchase.publishers,
            item_count: purchase.item_count.unwrap_or(Some(1)),
            source_file: purchase.source_file,
        });
    staging::store(conn, rows)
}
