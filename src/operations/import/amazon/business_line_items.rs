//! Storing lines of Business orders.

use bigdecimal::BigDecimal;
use diesel::ExecuteCopyFromDsl as _;
use diesel::prelude::*;
use diesel::sql_types::{Array, Text};

use crate::Result;
use crate::models::amazon::NewAmazonBusinessLineItem;
use crate::operations::import::Imported;
use crate::operations::import::staging::{self, Staged};
use crate::schema::amazon_business_orders;
use crate::types::AmazonBusinessOrderId;

diesel::table! {
    staged (position) {
        position -> BigInt,
        order_id -> Text,
        line_item_id -> Nullable<Text>,
        asin -> Nullable<Text>,
        title -> Nullable<Text>,
        brand -> Nullable<Text>,
        category -> Nullable<Text>,
        quantity -> Nullable<Integer>,
        unit_price -> Nullable<Numeric>,
        total_price -> Nullable<Numeric>,
        seller_name -> Nullable<Text>,
    }
}

#[derive(Insertable)]
#[diesel(table_name = staged, treat_none_as_default_value = false)]
struct StagedLine<'a> {
    position: i64,
    order_id: &'a str,
    line_item_id: Option<&'a str>,
    asin: Option<&'a str>,
    title: Option<&'a str>,
    brand: Option<&'a str>,
    category: Option<&'a str>,
    quantity: Option<i32>,
    unit_price: Option<&'a BigDecimal>,
    total_price: Option<&'a BigDecimal>,
    seller_name: Option<&'a str>,
}

impl Staged for StagedLine<'_> {
    const CREATE: &'static str = include_str!("business_line_items_staged.sql");
    const KEY: &'static str = "position";
    const INSERT: &'static str = include_str!("business_line_items_insert.sql");

    fn copy(rows: &[Self], conn: &mut PgConnection) -> QueryResult<usize> {
        diesel::copy_from(staged::table)
            .from_insertable(rows)
            .execute(conn)
    }
}

/// Stores lines of Business orders that are handed over in a list, and renews `product_summary` (the titles of all lines in
/// the order in which they were added, joined by `, `) and `item_count` (the sum of their quantities) of the orders that they
/// name, in one transaction. A line whose order has one with its `line_item_id` already counts as a duplicate; lines without
/// a `line_item_id` cannot be told apart and are all stored. Prices are in the order's currency.
///
/// [`Error::Reference`](crate::Error::Reference) where an order is not there; nothing is stored then.
///
/// Takes over `import_amazon_business_line_items`.
pub fn store_business_line_items(
    conn: &mut PgConnection,
    lines: &[NewAmazonBusinessLineItem<'_>],
) -> Result<Imported> {
    let orders: Vec<&str> = lines.iter().map(|line| line.order_id).collect();
    let rows = (1..).zip(lines).map(|(position, line)| StagedLine {
        position,
        order_id: line.order_id,
        line_item_id: line.line_item_id,
        asin: line.asin,
        title: line.title,
        brand: line.brand,
        category: line.category,
        quantity: line.quantity,
        unit_price: line.unit_price,
        total_price: line.total_price,
        seller_name: line.seller_name,
    });
    conn.transaction(|conn| {
        lock(conn, &orders)?;
        let imported = staging::store(conn, rows)?;
        diesel::sql_query(include_str!("business_line_items_renew.sql"))
            .bind::<Array<Text>, _>(&orders)
            .execute(conn)?;
        Ok(imported)
    })
}

/// Lets one transaction at a time add lines to an order, so that each sums up the lines of those before it.
fn lock(conn: &mut PgConnection, orders: &[&str]) -> Result<()> {
    amazon_business_orders::table
        .select(amazon_business_orders::id)
        .filter(amazon_business_orders::order_id.eq_any(orders))
        .order(amazon_business_orders::order_id)
        .for_no_key_update()
        .load::<AmazonBusinessOrderId>(conn)?;
    Ok(())
}
