//! `amazon_business_line_items`: lines of Amazon Business orders.

use bigdecimal::BigDecimal;
use chrono::{DateTime, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::result::OptionalEmptyChangesetExtension;
use serde::Serialize;

use crate::Result;
use crate::models::one_row;
use crate::schema::amazon_business_line_items;
use crate::types::AmazonBusinessLineItemId;

/// Lines of Amazon Business orders: a row of `amazon_business_line_items`.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery, Identifiable, Serialize)]
#[diesel(table_name = amazon_business_line_items, check_for_backend(Pg))]
pub struct AmazonBusinessLineItem {
    /// Identity.
    pub id: AmazonBusinessLineItemId,
    /// `amazon_business_orders.order_id`.
    pub order_id: String,
    /// Amazon's id of the line, where known.
    pub line_item_id: Option<String>,
    /// Amazon's id of the product.
    pub asin: Option<String>,
    /// The product.
    pub title: Option<String>,
    /// Its brand.
    pub brand: Option<String>,
    /// Its category.
    pub category: Option<String>,
    /// How many.
    pub quantity: Option<i32>,
    /// In the order's currency.
    pub unit_price: Option<BigDecimal>,
    /// In the order's currency.
    pub total_price: Option<BigDecimal>,
    /// Who sold it.
    pub seller_name: Option<String>,
    /// When the row was made.
    pub created_at: DateTime<Utc>,
}

/// A row for `amazon_business_line_items`; a column left `None` gets the database's default.
#[derive(Debug, Clone, Copy, Insertable)]
#[diesel(table_name = amazon_business_line_items, check_for_backend(Pg))]
#[expect(
    missing_docs,
    reason = "the fields are those of `AmazonBusinessLineItem`"
)]
pub struct NewAmazonBusinessLineItem<'a> {
    pub order_id: &'a str,
    pub line_item_id: Option<&'a str>,
    pub asin: Option<&'a str>,
    pub title: Option<&'a str>,
    pub brand: Option<&'a str>,
    pub category: Option<&'a str>,
    pub quantity: Option<i32>,
    pub unit_price: Option<&'a BigDecimal>,
    pub total_price: Option<&'a BigDecimal>,
    pub seller_name: Option<&'a str>,
}

/// What to change in a row of `amazon_business_line_items`: a column left `None` stays, `Some(None)` empties it.
#[derive(Debug, Clone, Copy, Default, AsChangeset)]
#[diesel(table_name = amazon_business_line_items, check_for_backend(Pg))]
#[expect(
    missing_docs,
    reason = "the fields are those of `AmazonBusinessLineItem`"
)]
pub struct AmazonBusinessLineItemChanges<'a> {
    pub order_id: Option<&'a str>,
    pub line_item_id: Option<Option<&'a str>>,
    pub asin: Option<Option<&'a str>>,
    pub title: Option<Option<&'a str>>,
    pub brand: Option<Option<&'a str>>,
    pub category: Option<Option<&'a str>>,
    pub quantity: Option<Option<i32>>,
    pub unit_price: Option<Option<&'a BigDecimal>>,
    pub total_price: Option<Option<&'a BigDecimal>>,
    pub seller_name: Option<Option<&'a str>>,
}

impl<'a> NewAmazonBusinessLineItem<'a> {
    /// A row with what has no default.
    pub const fn new(order_id: &'a str) -> Self {
        Self {
            order_id,
            line_item_id: None,
            asin: None,
            title: None,
            brand: None,
            category: None,
            quantity: None,
            unit_price: None,
            total_price: None,
            seller_name: None,
        }
    }

    /// Inserts the row; the order's summary stays as it is. [`Error::Conflict`](crate::Error::Conflict) where its `order_id`
    /// and `line_item_id` are there already, [`Error::Reference`](crate::Error::Reference) where the order is not.
    ///
    /// Takes over `insert_amazon_business_line_item`.
    pub fn insert(&self, conn: &mut PgConnection) -> Result<AmazonBusinessLineItem> {
        Ok(self
            .insert_into(amazon_business_line_items::table)
            .returning(AmazonBusinessLineItem::as_returning())
            .get_result(conn)?)
    }
}

impl AmazonBusinessLineItem {
    /// The row with this id; [`Error::NotFound`](crate::Error::NotFound) without.
    pub fn find(conn: &mut PgConnection, id: AmazonBusinessLineItemId) -> Result<Self> {
        Ok(Self::query()
            .filter(amazon_business_line_items::id.eq(id))
            .get_result(conn)?)
    }

    /// The rows of the order with this number.
    pub fn list_for_order(conn: &mut PgConnection, order_id: &str) -> Result<Vec<Self>> {
        Ok(Self::query()
            .filter(amazon_business_line_items::order_id.eq(order_id))
            .order(amazon_business_line_items::id)
            .load(conn)?)
    }

    /// Changes the row with this id and gives it as it is then; [`Error::NotFound`](crate::Error::NotFound) without.
    pub fn update(
        conn: &mut PgConnection,
        id: AmazonBusinessLineItemId,
        changes: &AmazonBusinessLineItemChanges<'_>,
    ) -> Result<Self> {
        let row = diesel::update(amazon_business_line_items::table.find(id))
            .set(changes)
            .returning(Self::as_returning())
            .get_result(conn)
            .optional_empty_changeset()?;
        row.map_or_else(|| Self::find(conn, id), Ok)
    }

    /// Deletes the row with this id; [`Error::NotFound`](crate::Error::NotFound) without.
    pub fn delete(conn: &mut PgConnection, id: AmazonBusinessLineItemId) -> Result<()> {
        let deleted = diesel::delete(amazon_business_line_items::table.find(id)).execute(conn)?;
        one_row(deleted)
    }
}
