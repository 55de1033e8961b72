//! `amazon_business_orders`: orders fetched from the business API.

use bigdecimal::BigDecimal;
use chrono::{DateTime, NaiveDate, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::result::OptionalEmptyChangesetExtension;
use serde::Serialize;

use crate::Result;
use crate::models::{given, one_row};
use crate::schema::amazon_business_orders;
use crate::types::AmazonBusinessOrderId;

/// Orders fetched from the business API: a row of `amazon_business_orders`.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery, Identifiable, Serialize)]
#[diesel(table_name = amazon_business_orders, check_for_backend(Pg))]
pub struct AmazonBusinessOrder {
    /// Identity.
    pub id: AmazonBusinessOrderId,
    /// Amazon's order number.
    pub order_id: String,
    /// Day of the order, UTC.
    pub order_date: NaiveDate,
    /// Marketplace region.
    pub region: Option<String>,
    /// The buyer's own number.
    pub purchase_order_number: Option<String>,
    /// As fetched.
    pub order_status: Option<String>,
    /// Who ordered.
    pub buyer_name: Option<String>,
    /// Their address.
    pub buyer_email: Option<String>,
    /// Before tax and shipping, in `currency`.
    pub subtotal: Option<BigDecimal>,
    /// In `currency`.
    pub tax: Option<BigDecimal>,
    /// In `currency`.
    pub shipping: Option<BigDecimal>,
    /// What was paid, in `currency`.
    pub net_total: Option<BigDecimal>,
    /// ISO 4217 code, three letters.
    pub currency: Option<String>,
    /// Sum of the lines' quantities; 1 where the lines are not known.
    pub item_count: Option<i32>,
    /// Titles of the lines joined with ', '.
    pub product_summary: Option<String>,
    /// When the row was made.
    pub created_at: DateTime<Utc>,
}

/// A row for `amazon_business_orders`; a column left `None` gets the database's default, `Some(None)` none.
#[derive(Debug, Clone, Copy, Insertable)]
#[diesel(table_name = amazon_business_orders, check_for_backend(Pg))]
#[expect(missing_docs, reason = "the fields are those of `AmazonBusinessOrder`")]
pub struct NewAmazonBusinessOrder<'a> {
    pub order_id: &'a str,
    pub order_date: NaiveDate,
    pub region: Option<&'a str>,
    pub purchase_order_number: Option<&'a str>,
    pub order_status: Option<&'a str>,
    pub buyer_name: Option<&'a str>,
    pub buyer_email: Option<&'a str>,
    pub subtotal: Option<&'a BigDecimal>,
    pub tax: Option<&'a BigDecimal>,
    pub shipping: Option<&'a BigDecimal>,
    pub net_total: Option<&'a BigDecimal>,
    pub currency: Option<Option<&'a str>>,
    pub item_count: Option<Option<i32>>,
    pub product_summary: Option<&'a str>,
}

/// What to change in a row of `amazon_business_orders`: a column left `None` stays, `Some(None)` empties it.
#[derive(Debug, Clone, Copy, Default, AsChangeset)]
#[diesel(table_name = amazon_business_orders, check_for_backend(Pg))]
#[expect(missing_docs, reason = "the fields are those of `AmazonBusinessOrder`")]
pub struct AmazonBusinessOrderChanges<'a> {
    pub order_date: Option<NaiveDate>,
    pub region: Option<Option<&'a str>>,
    pub purchase_order_number: Option<Option<&'a str>>,
    pub order_status: Option<Option<&'a str>>,
    pub buyer_name: Option<Option<&'a str>>,
    pub buyer_email: Option<Option<&'a str>>,
    pub subtotal: Option<Option<&'a BigDecimal>>,
    pub tax: Option<Option<&'a BigDecimal>>,
    pub shipping: Option<Option<&'a BigDecimal>>,
    pub net_total: Option<Option<&'a BigDecimal>>,
    pub currency: Option<Option<&'a str>>,
    pub item_count: Option<Option<i32>>,
    pub product_summary: Option<Option<&'a str>>,
}

impl<'a> NewAmazonBusinessOrder<'a> {
    /// A row with what has no default.
    pub const fn new(order_id: &'a str, order_date: NaiveDate) -> Self {
        Self {
            order_id,
            order_date,
            region: None,
            purchase_order_number: None,
            order_status: None,
            buyer_name: None,
            buyer_email: None,
            subtotal: None,
            tax: None,
            shipping: None,
            net_total: None,
            currency: None,
            item_count: None,
            product_summary: None,
        }
    }

    /// Inserts the row. [`Error::Conflict`](crate::Error::Conflict) where its `order_id` is there already.
    pub fn insert(&self, conn: &mut PgConnection) -> Result<AmazonBusinessOrder> {
        Ok(self
            .insert_into(amazon_business_orders::table)
            .returning(AmazonBusinessOrder::as_returning())
            .get_result(conn)?)
    }

    /// Inserts the row unless its `order_id` is there already; `None` then, and the row that is there keeps its values.
    /// Amounts are in major units of `currency`.
    ///
    /// Takes over `insert_amazon_business_order`.
    pub fn insert_if_new(&self, conn: &mut PgConnection) -> Result<Option<AmazonBusinessOrder>> {
        Ok(self
            .insert_into(amazon_business_orders::table)
            .on_conflict(amazon_business_orders::order_id)
            .do_nothing()
            .returning(AmazonBusinessOrder::as_returning())
            .get_result(conn)
            .optional()?)
    }
}

impl AmazonBusinessOrder {
    /// The row with this id; [`Error::NotFound`](crate::Error::NotFound) without.
    pub fn find(conn: &mut PgConnection, id: AmazonBusinessOrderId) -> Result<Self> {
        Ok(Self::query()
            .filter(amazon_business_orders::id.eq(id))
            .get_result(conn)?)
    }

    /// The order with this number, if any; compared exactly.
    ///
    /// Takes over `get_amazon_business_order_by_id`.
    pub fn find_by_order_id(conn: &mut PgConnection, order_id: &str) -> Result<Option<Self>> {
        Ok(Self::query()
            .filter(amazon_business_orders::order_id.eq(order_id))
            .get_result(conn)
            .optional()?)
    }

    /// The orders of the days from `first` to `last`, both included; `None` is no limit. Newest first, those of one day by
    /// id, the greatest first.
    ///
    /// Takes over `get_amazon_business_orders`.
    pub fn list(
        conn: &mut PgConnection,
        first: Option<NaiveDate>,
        last: Option<NaiveDate>,
    ) -> Result<Vec<Self>> {
        Ok(Self::query()
            .filter(given(first, |day| {
                amazon_business_orders::order_date.ge(day).nullable()
            }))
            .filter(given(last, |day| {
                amazon_business_orders::order_date.le(day).nullable()
            }))
            .order((
                amazon_business_orders::order_date.desc(),
                amazon_business_orders::id.desc(),
            ))
            .load(conn)?)
    }

    /// Changes the row with this id and gives it as it is then; [`Error::NotFound`](crate::Error::NotFound) without.
    pub fn update(
        conn: &mut PgConnection,
        id: AmazonBusinessOrderId,
        changes: &AmazonBusinessOrderChanges<'_>,
    ) -> Result<Self> {
        let row = diesel::update(amazon_business_orders::table.find(id))
            .set(changes)
            .returning(Self::as_returning())
            .get_result(conn)
            .optional_empty_changeset()?;
        row.map_or_else(|| Self::find(conn, id), Ok)
    }

    /// Deletes the row with this id; [`Error::NotFound`](crate::Error::NotFound) without.
    pub fn delete(conn: &mut PgConnection, id: AmazonBusinessOrderId) -> Result<()> {
        let deleted = diesel::delete(amazon_business_orders::table.find(id)).execute(conn)?;
        one_row(deleted)
    }
}
