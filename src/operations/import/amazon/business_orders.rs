//! Storing Business orders.

use bigdecimal::BigDecimal;
use chrono::NaiveDate;
use diesel::ExecuteCopyFromDsl as _;
use diesel::prelude::*;

use crate::Result;
use crate::models::amazon::NewAmazonBusinessOrder;
use crate::operations::import::Imported;
use crate::operations::import::staging::{self, Staged};

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
        currency -> Nullable<Text>,
        item_count -> Nullable<Integer>,
        product_summary -> Nullable<Text>,
    }
}

#[derive(Insertable)]
#[diesel(table_name = staged, treat_none_as_default_value = false)]
struct StagedOrder<'a> {
    position: i64,
    order_id: &'a str,
    order_date: NaiveDate,
    region: Option<&'a str>,
    purchase_order_number: Option<&'a str>,
    order_status: Option<&'a str>,
    buyer_name: Option<&'a str>,
    buyer_email: Option<&'a str>,
    subtotal: Option<&'a BigDecimal>,
    tax: Option<&'a BigDecimal>,
    shipping: Option<&'a BigDecimal>,
    net_total: Option<&'a BigDecimal>,
    currency: Option<&'a str>,
    item_count: Option<i32>,
    product_summary: Option<&'a str>,
}

impl Staged for StagedOrder<'_> {
    const CREATE: &'static str = include_str!("business_orders_staged.sql");
    const KEY: &'static str = "order_id";
    const INSERT: &'static str = include_str!("business_orders_insert.sql");

    fn copy(rows: &[Self], conn: &mut PgConnection) -> QueryResult<usize> {
        diesel::copy_from(staged::table)
            .from_insertable(rows)
            .execute(conn)
    }
}

/// Stores Business orders that are handed over in a list. One whose `order_id` is known already, or stands earlier in the
/// list, keeps its values and counts as a duplicate. Amounts are in major units of the order's currency; without one that is
/// `GBP`, and without an `item_count` that is 1, as the table has it.
///
/// Takes over `import_amazon_business_orders`.
pub fn store_business_orders(
    conn: &mut PgConnection,
    orders: &[NewAmazonBusinessOrder<'_>],
) -> Result<Imported> {
    let rows = (1..).zip(orders).map(|(position, order)| StagedOrder {
        position,
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
        currency: order.currency.unwrap_or(Some("GBP")),
        item_count: order.item_count.unwrap_or(Some(1)),
        product_summary: order.product_summary,
    });
    staging::store(conn, rows)
}
