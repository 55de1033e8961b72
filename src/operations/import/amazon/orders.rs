//! Storing orders: those of an order history, and those that are handed over in a list.

use std::io::Read;
use std::path::Path;

use bigdecimal::BigDecimal;
use chrono::NaiveDate;
use diesel::ExecuteCopyFromDsl as _;
use diesel::prelude::*;

use super::order::{Order, Orders, read_orders};
use crate::models::amazon::NewAmazonOrder;
use crate::operations::import::staging::{self, Staged, Staging};
use crate::operations::import::{ImportReport, Imported, Refused, file_name};
use crate::{Error, Result};

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

/// Imports Amazon's retail order history (CSV).
///
/// The lines of an order become one row with their sum. An order that is known already keeps its values and counts as a
/// duplicate. `stored` and `duplicate` count orders, `refused` counts lines: an order with a refused line is not stored,
/// and its other lines are refused with that reason. `read` is the sum of these. `file` is the name under which the orders and the report go.
///
/// [`Error::Import`] where the file is no order history, [`Error::Io`] where it cannot be read; nothing is stored then.
pub fn import_orders(
    conn: &mut PgConnection,
    file: &Path,
    mut reader: impl Read,
) -> Result<ImportReport> {
    let mut bytes = Vec::new();
    reader
        .read_to_end(&mut bytes)
        .map_err(|error| Error::io(file, error))?;
    let Orders { orders, refused } = read_orders(&bytes).map_err(|reason| Error::Import {
        file: file.to_owned(),
        reason,
    })?;
    conn.transaction(|conn| store(conn, &file_name(file), orders, refused))
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

fn store(
    conn: &mut PgConnection,
    file: &str,
    orders: Vec<Order>,
    mut refused: Vec<Refused>,
) -> Result<ImportReport> {
    let mut staging = Staging::start(conn)?;
    let mut lines = Vec::with_capacity(orders.len());
    for (place, order) in orders.into_iter().enumerate() {
        staging.push(StagedOrder {
            position: (place as u64).cast_signed(),
            order_id: order.head.order_id,
            order_date: order.head.order_date,
            website: order.head.website,
            currency: order.head.currency,
            total_owed: order.total_owed,
            product_names: order.product_names,
            order_status: order.head.order_status,
            shipment_status: order.head.shipment_status,
            source_file: Some(file.to_owned()),
        })?;
        lines.push(order.lines);
    }
    let outcome = staging.finish()?;
    for order in outcome.refused {
        let place = usize::try_from(order.position).unwrap_or(usize::MAX);
        refused.extend(lines[place].iter().map(|line| Refused {
            position: *line,
            reason: order.reason.clone(),
        }));
    }
    Ok(ImportReport::new(
        file,
        outcome.stored,
        outcome.duplicate,
        refused,
    ))
}
