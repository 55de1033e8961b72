//! `amazon_orders`: orders from the retail order-history export.

use bigdecimal::BigDecimal;
use chrono::{DateTime, NaiveDate, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::result::OptionalEmptyChangesetExtension;
use serde::Serialize;

use crate::Result;
use crate::models::{given, one_row};
use crate::schema::amazon_orders;
use crate::types::AmazonOrderId;

/// Orders from the retail order-history export: a row of `amazon_orders`.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery, Identifiable, Serialize)]
#[diesel(table_name = amazon_orders, check_for_backend(Pg))]
pub struct AmazonOrder {
    /// Identity.
    pub id: AmazonOrderId,
    /// Amazon's order number.
    pub order_id: String,
    /// Day of the order, UTC.
    pub order_date: NaiveDate,
    /// The shop, as `Amazon.co.uk`.
    pub website: String,
    /// ISO 4217 code, three letters.
    pub currency: String,
    /// Sum over the order's lines, in `currency`.
    pub total_owed: BigDecimal,
    /// Names of the lines, shortened and joined with ' | '.
    pub product_names: String,
    /// As exported.
    pub order_status: Option<String>,
    /// As exported.
    pub shipment_status: Option<String>,
    /// Name of the file it was imported from.
    pub source_file: Option<String>,
    /// When the row was made.
    pub created_at: DateTime<Utc>,
}

/// A row for `amazon_orders`; a column left `None` gets the database's default.
#[derive(Debug, Clone, Copy, Insertable)]
#[diesel(table_name = amazon_orders, check_for_backend(Pg))]
#[expect(missing_docs, reason = "the fields are those of `AmazonOrder`")]
pub struct NewAmazonOrder<'a> {
    pub order_id: &'a str,
    pub order_date: NaiveDate,
    pub website: &'a str,
    pub currency: &'a str,
    pub total_owed: &'a BigDecimal,
    pub product_names: &'a str,
    pub order_status: Option<&'a str>,
    pub shipment_status: Option<&'a str>,
    pub source_file: Option<&'a str>,
}

/// What to change in a row of `amazon_orders`: a column left `None` stays, `Some(None)` empties it.
#[derive(Debug, Clone, Copy, Default, AsChangeset)]
#[diesel(table_name = amazon_orders, check_for_backend(Pg))]
#[expect(missing_docs, reason = "the fields are those of `AmazonOrder`")]
pub struct AmazonOrderChanges<'a> {
    pub order_date: Option<NaiveDate>,
    pub website: Option<&'a str>,
    pub currency: Option<&'a str>,
    pub total_owed: Option<&'a BigDecimal>,
    pub product_names: Option<&'a str>,
    pub order_status: Option<Option<&'a str>>,
    pub shipment_status: Option<Option<&'a str>>,
    pub source_file: Option<Option<&'a str>>,
}

impl<'a> NewAmazonOrder<'a> {
    /// A row with what has no default.
    pub const fn new(
        order_id: &'a str,
        order_date: NaiveDate,
        website: &'a str,
        currency: &'a str,
        total_owed: &'a BigDecimal,
        product_names: &'a str,
    ) -> Self {
        Self {
            order_id,
            order_date,
            website,
            currency,
            total_owed,
            product_names,
            order_status: None,
            shipment_status: None,
            source_file: None,
        }
    }

    /// Inserts the row. [`Error::Conflict`](crate::Error::Conflict) where its `order_id` is there already.
    pub fn insert(&self, conn: &mut PgConnection) -> Result<AmazonOrder> {
        Ok(self
            .insert_into(amazon_orders::table)
            .returning(AmazonOrder::as_returning())
            .get_result(conn)?)
    }

    /// Inserts the row unless its `order_id` is there already; `None` then.
    pub fn insert_if_new(&self, conn: &mut PgConnection) -> Result<Option<AmazonOrder>> {
        Ok(self
            .insert_into(amazon_orders::table)
            .on_conflict(amazon_orders::order_id)
            .do_nothing()
            .returning(AmazonOrder::as_returning())
            .get_result(conn)
            .optional()?)
    }
}

impl AmazonOrder {
    /// The row with this id; [`Error::NotFound`](crate::Error::NotFound) without.
    pub fn find(conn: &mut PgConnection, id: AmazonOrderId) -> Result<Self> {
        Ok(Self::query()
            .filter(amazon_orders::id.eq(id))
            .get_result(conn)?)
    }

    /// The order with this number of Amazon's, if any; compared exactly.
    ///
    /// Takes over `get_amazon_order_by_id`.
    pub fn find_by_order_id(conn: &mut PgConnection, order_id: &str) -> Result<Option<Self>> {
        Ok(Self::query()
            .filter(amazon_orders::order_id.eq(order_id))
            .get_result(conn)
            .optional()?)
    }

    /// The orders of the days from `first` to `last`, both included, of one website or of all; `None` is no limit. Newest
    /// first, those of one day by id, the greatest first.
    ///
    /// Takes over `get_amazon_orders`.
    pub fn list(
        conn: &mut PgConnection,
        first: Option<NaiveDate>,
        last: Option<NaiveDate>,
        website: Option<&str>,
    ) -> Result<Vec<Self>> {
        let website = website.map(str::to_owned);
        Ok(Self::query()
            .filter(given(first, |day| {
                amazon_orders::order_date.ge(day).nullable()
            }))
            .filter(given(last, |day| {
                amazon_orders::order_date.le(day).nullable()
            }))
            .filter(given(website, |website| {
                amazon_orders::website.eq(website).nullable()
            }))
            .order((amazon_orders::order_date.desc(), amazon_orders::id.desc()))
            .load(conn)?)
    }

    /// Changes the row with this id and gives it as it is then; [`Error::NotFound`](crate::Error::NotFound) without.
    pub fn update(
        conn: &mut PgConnection,
        id: AmazonOrderId,
        changes: &AmazonOrderChanges<'_>,
    ) -> Result<Self> {
        let row = diesel::update(amazon_orders::table.find(id))
            .set(changes)
            .returning(Self::as_returning())
            .get_result(conn)
            .optional_empty_changeset()?;
        row.map_or_else(|| Self::find(conn, id), Ok)
    }

    /// Deletes the row with this id; [`Error::NotFound`](crate::Error::NotFound) without.
    pub fn delete(conn: &mut PgConnection, id: AmazonOrderId) -> Result<()> {
        let deleted = diesel::delete(amazon_orders::table.find(id)).execute(conn)?;
        one_row(deleted)
    }
}
