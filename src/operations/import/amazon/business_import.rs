//! Importing what the Amazon Business reporting API answers.

use std::io::Read;
use std::path::Path;

use bigdecimal::BigDecimal;
use chrono::NaiveDate;
use diesel::ExecuteCopyFromDsl as _;
use diesel::prelude::*;
use serde_json::value::RawValue;

use super::business_record::FetchedOrder;
use crate::Result;
use crate::operations::import::changes::{Known, Renewal};
use crate::operations::import::export::for_each_record_of;
use crate::operations::import::staging::{self, Staged};
use crate::operations::import::{ImportReport, file_name};

diesel::table! {
    staged (position) {
        position -> BigInt,
        order_id -> Text,
        order_date -> Date,
        region -> Nullable<Text>,
        purchase_order_number -> Nullable<Text>,
        order_status -> Nullable<Text>,
        buyer_name -> Nullable<Text>,
        buyer_email -> Nullable<Text>,
        subtotal -> Nullable<Numeric>,
        tax -> Nullable<Numeric>,
        shipping -> Nullable<Numeric>,
        net_total -> Nullable<Numeric>,
        currency -> Text,
        lines -> Text,
    }
}

#[derive(Insertable)]
#[diesel(table_name = staged, treat_none_as_default_value = false)]
struct StagedOrder {
    position: i64,
    order_id: String,
    order_date: NaiveDate,
    region: Option<String>,
    purchase_order_number: Option<String>,
    order_status: Option<String>,
    buyer_name: Option<String>,
    buyer_email: Option<String>,
    subtotal: Option<BigDecimal>,
    tax: Option<BigDecimal>,
    shipping: Option<BigDecimal>,
    net_total: Option<BigDecimal>,
    currency: String,
    lines: String,
}

impl Staged for StagedOrder {
    const CREATE: &'static str = include_str!("business_import/staged.sql");
    const KEY: &'static str = "order_id";
    const INSERT: &'static str = include_str!("business_import/insert.sql");

    fn copy(rows: &[Self], conn: &mut PgConnection) -> QueryResult<usize> {
        diesel::copy_from(staged::table)
            .from_insertable(rows)
            .execute(conn)
    }
}

const RENEWAL: Renewal = Renewal {
    table: "amazon_business_orders",
    key: "order_id",
    columns: &[
        "order_status",
        "subtotal",
        "tax",
        "shipping",
        "net_total",
        "currency",
    ],
    is_matched: "EXISTS (SELECT FROM truelayer_amazon_business_matches AS m WHERE m.amazon_business_order_id = t.id)",
    matchers: "match amazon",
};

/// Imports orders of the Amazon Business reporting API (JSON): a page of its answer, `{"orders": [...]}`, or a list of orders.
///
/// An order is stored with its lines in one statement. `item_count` is the number of lines and `product_summary` their
/// titles, joined with `, `. The position of an order is its place in the list, first = 1; an order with a line that cannot
/// be used is refused.
///
/// An order that is known already, or stands earlier in the list, is a duplicate and keeps its values and its lines; what the
/// file has otherwise is told in `changed`, and [`refresh_business_orders`] renews it. `file` is the name under which the
/// report goes.
///
/// [`Error::Import`](crate::Error::Import) where the file is no such answer, [`Error::Io`](crate::Error::Io) where it cannot
/// be read; nothing is stored then.
pub fn import_business_orders(
    conn: &mut PgConnection,
    file: &Path,
    reader: impl Read,
) -> Result<ImportReport> {
    store_file(conn, file, reader, Known::Kept)
}

/// Imports as [`import_business_orders`] does, and renews status and amounts of known orders that no payment is matched to.
pub fn refresh_business_orders(
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
        for_each_record_of(file, reader, |position, raw| {
            sink.take(position, StagedOrder::read(position, raw))
        })
    })
}

impl StagedOrder {
    fn read(position: u64, raw: &RawValue) -> Result<Self, String> {
        let order = FetchedOrder::read(raw)?;
        let lines = serde_json::to_string(&order.lines).map_err(|error| error.to_string())?;
        Ok(Self {
            position: position.cast_signed(),
            order_id: order.order_id,
            order_date: order.order_date,
            region: order.region,
            purchase_order_number: order.purchase_order_number,
            order_status: order.order_status,
            buyer_name: order.buyer_name,
            buyer_email: order.buyer_email,
            subtotal: order.subtotal,
            tax: order.tax,
            shipping: order.shipping,
            net_total: order.net_total,
            currency: order.currency,
            lines,
        })
    }
}
