//! Retail orders and the payments for them.

use bigdecimal::BigDecimal;
use chrono::NaiveDate;

use crate::compat::answer::{Answer, object, row_answer};
use crate::compat::arguments::{Argument, Members};
use crate::compat::failure::Failure;
use crate::compat::function::functions;
use crate::compat::given::OrBlank;
use crate::compat::imported::{all_or_nothing, pair};
use crate::compat::{matched, optional};
use crate::models::amazon::{AmazonOrder, NewAmazonOrder};
use crate::models::truelayer::TrueLayerTransaction;
use crate::operations::amazon_orders::{
    AmazonCoverage, OrderStatistics, clear, coverage, statistics,
};
use crate::operations::import::amazon::store_orders;
use crate::operations::matching::amazon::{match_order, unmatched};
use crate::types::{AmazonOrderId, EVERYONE, TrueLayerTransactionId};

row_answer!(AmazonOrder {
    id,
    order_id,
    order_date,
    website,
    currency,
    total_owed,
    product_names,
    order_status,
    shipment_status,
    source_file,
    created_at
});

row_answer!(
    fn for_matching(TrueLayerTransaction) {
        id, account_id, transaction_id, normalised_provider_transaction_id, date: timestamp, description, amount,
        currency, transaction_type, transaction_category, merchant: merchant_name, running_balance, metadata, created_at,
    }
);

/// Counts of orders; days are texts in the old answer.
impl From<OrderStatistics> for Answer {
    fn from(statistics: OrderStatistics) -> Self {
        object! {
            "total_orders" => statistics.total_orders,
            "min_order_date" => statistics.first_day.map(|day| day.to_string()),
            "max_order_date" => statistics.last_day.map(|day| day.to_string()),
            "total_matched" => statistics.matched,
            "total_unmatched" => statistics.unmatched,
        }
    }
}

impl From<AmazonCoverage> for Answer {
    fn from(coverage: AmazonCoverage) -> Self {
        object! {
            "amazon_transactions" => coverage.payments,
            "amazon_orders_available" => coverage.orders,
            "matched_count" => coverage.matched,
            "has_coverage" => coverage.orders > 0,
            "match_rate" => Self::float(coverage.match_rate()),
        }
    }
}

/// An order as the caller read it from an export.
struct OrderRecord {
    order_id: String,
    order_date: NaiveDate,
    website: String,
    currency: String,
    total_owed: BigDecimal,
    product_names: String,
    order_status: Option<String>,
    shipment_status: Option<String>,
}

impl Argument for OrderRecord {
    const TAKES: &'static str =
        "an object with order_id, order_date, website, currency, total_owed, product_names";

    fn read(name: &str, text: &str) -> Result<Self, Failure> {
        let mut members = Members::read(name, text)?;
        Ok(Self {
            order_id: members.needed("order_id")?,
            order_date: members.needed("order_date")?,
            website: members.needed("website")?,
            currency: members.needed("currency")?,
            total_owed: members.needed("total_owed")?,
            product_names: members.needed("product_names")?,
            order_status: members.take("order_status")?,
            shipment_status: members.take("shipment_status")?,
        })
    }
}

impl OrderRecord {
    fn row<'a>(&'a self, source_file: Option<&'a str>) -> NewAmazonOrder<'a> {
        NewAmazonOrder {
            order_id: &self.order_id,
            order_date: self.order_date,
            website: &self.website,
            currency: &self.currency,
            total_owed: &self.total_owed,
            product_names: &self.product_names,
            order_status: self.order_status.as_deref(),
            shipment_status: self.shipment_status.as_deref(),
            source_file,
        }
    }
}

functions! {
    /// Retail orders.
    FUNCTIONS:

    import_amazon_orders(orders: Vec<OrderRecord>, source_file: Option<String>) -> tuple => |conn| {
        let rows: Vec<_> = orders.iter().map(|order| order.row(source_file.as_deref())).collect();
        all_or_nothing(conn, |conn| store_orders(conn, &rows))?
    },

    get_amazon_orders(
        date_from: OrBlank<NaiveDate> = null,
        date_to: OrBlank<NaiveDate> = null,
        website: OrBlank<String> = null
    ) => |conn| AmazonOrder::list(conn, date_from.0, date_to.0, website.0.as_deref())?,

    get_amazon_order_by_id(order_id: String) => |conn| AmazonOrder::find_by_order_id(conn, &order_id)?,

    get_unmatched_truelayer_amazon_transactions() => |conn| Answer::list(unmatched(conn, EVERYONE)?, for_matching),

    get_truelayer_transaction_for_matching(transaction_id: TrueLayerTransactionId) => |conn|
        optional(TrueLayerTransaction::find(conn, EVERYONE, transaction_id))?.map(for_matching),

    match_truelayer_amazon_transaction(
        truelayer_transaction_id: TrueLayerTransactionId,
        amazon_order_db_id: AmazonOrderId,
        confidence: BigDecimal
    ) => |conn| matched(match_order(conn, EVERYONE, truelayer_transaction_id, amazon_order_db_id, confidence))?,

    check_amazon_coverage(date_from: NaiveDate, date_to: NaiveDate) => |conn|
        coverage(conn, EVERYONE, date_from, date_to)?,

    get_amazon_statistics() => |conn| statistics(conn, EVERYONE)?,

    clear_amazon_orders() -> tuple => |conn| {
        let cleared = clear(conn)?;
        pair(cleared.orders as u64, cleared.matches as u64)
    },
}
