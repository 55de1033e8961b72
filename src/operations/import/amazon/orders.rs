//! Storing orders: those of an order history, and those that are handed over in a list.

use std::io::Read;
use std::path::Path;

use bigdecimal::BigDecimal;
use chrono::NaiveDate;
use diesel::ExecuteCopyFromDsl as _;
use diesel::prelude::*;

use super::order_lines::{group_lines, refuse_orders, refused_lines, stage_lines};
use crate::Result;
use crate::models::amazon::NewAmazonOrder;
use crate::operations::import::changes::{Known, Renewal};
use crate::operations::import::staging::{self, Staged};
use crate::operations::import::{ImportReport, Imported, file_name};

diesel::table! {
    staged (position) {
        position -> BigInt,
        order_id -> Text,
        order_date -> Date,
        website -> Text,
        currency -> Text,
        total_owed -> Numeric,
        product_names -> Text,
        order_status -> Nullable<Text>,
        shipment_status -> Nullable<Text>,
        source_file -> Nullable<Text>,
    }
}

#[derive(Insertable)]
#[diesel(table_name = staged, treat_none_as_default_value = false)]
struct StagedOrder {
    position: i64,
    order_id: String,
    order_date: NaiveDate,
    website: String,
    currency: String,
    total_owed: BigDecimal,
    product_names: String,
    order_status: Option<String>,
    shipment_status: Option<String>,
    source_file: Option<String>,
}

impl Staged for StagedOrder {
    const CREATE: &'static str = include_str!("order_staged.sql");
    const KEY: &'static str = "order_id";
    const INSERT: &'static str = include_str!("order_insert.sql");

    fn copy(rows: &[Self], conn: &mut PgConnection) -> QueryResult<usize> {
        diesel::copy_from(staged::table)
            .from_insertable(rows)
            .execute(conn)
    }
}

const RENEWAL: Renewal = Renewal {
    table: "amazon_orders",
    key: "order_id",
    columns: &["total_owed", "currency", "order_status", "shipment_status"],
    is_matched: "EXISTS (SELECT FROM truelayer_amazon_transaction_matches AS m WHERE m.amazon_order_id = t.id)",
    matchers: "match amazon",
};

/// Imports Amazon's retail order history (CSV).
///
/// The lines of an order become one row with their sum. `stored` and `duplicate` count orders, `refused` counts lines: an
/// order with a refused line is not stored, and its other lines are refused with that reason. `read` is the sum of these.
/// `file` is the name under which the orders and the report go.
///
/// An order that is known already is a duplicate and keeps its values; what the file has otherwise is told in `changed`.
/// [`refresh_orders`] renews it.
///
/// [`Error::Import`](crate::Error::Import) where the file is no order history, [`Error::Io`](crate::Error::Io) where it
/// cannot be read; nothing is stored then.
pub fn import_orders(
    conn: &mut PgConnection,
    file: &Path,
    reader: impl Read,
) -> Result<ImportReport> {
    store_file(conn, file, reader, Known::Kept)
}

/// Imports as [`import_orders`] does, and renews total, currency and statuses of known orders that no payment is matched to.
pub fn refresh_orders(
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
    conn.transaction(|conn| {
        stage_lines(conn, file, reader)?;
        let orders = group_lines(conn, &name)?;
        let outcome = staging::insert_ordered::<StagedOrder>(conn, orders)?;
        let changed = RENEWAL.run(conn, &outcome, known)?;
        refuse_orders(conn, &outcome.refused)?;
        staging::drop_tables(conn)?;
        let refused = refused_lines(conn)?;
        let report = ImportReport::new(&name, outcome.stored, outcome.duplicate, refused);
        Ok(ImportReport { changed, ..report })
    })
}

/// Stores orders that are handed over in a list. One whose `order_id` is known already, or stands earlier in the list, keeps
/// its values and counts as a duplicate; one that the database refuses (its currency is not of three letters) is refused
/// alone. Amounts are in major units of their currency and keep their decimals.
///
/// Takes over `import_amazon_orders`.
pub fn store_orders(conn: &mut PgConnection, orders: &[NewAmazonOrder<'_>]) -> Result<Imported> {
    let staged = |(position, order): (i64, &NewAmazonOrder<'_>)| StagedOrder {
        position,
        order_id: order.order_id.to_owned(),
        order_date: order.order_date,
        website: order.website.to_owned(),
        currency: order.currency.to_owned(),
        total_owed: order.total_owed.clone(),
        product_names: order.product_names.to_owned(),
        order_status: order.order_status.map(str::to_owned),
        shipment_status: order.shipment_status.map(str::to_owned),
        source_file: order.source_file.map(str::to_owned),
    };
    staging::store(conn, (1..).zip(orders).map(staged))
}
