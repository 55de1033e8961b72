//! Amazon Business orders and the payments for them.

use chrono::NaiveDate;

use super::business_order::{LineColumns, OrderColumns, RemoteLine, RemoteOrder};
use crate::compat::answer::{Answer, object, row_answer};
use crate::compat::function::functions;
use crate::compat::given::OrBlank;
use crate::compat::imported::{pair, whole};
use crate::compat::matched;
use crate::models::amazon::AmazonBusinessOrder;
use crate::models::truelayer::TrueLayerTransaction;
use crate::operations::amazon_business::{ClearedBusinessData, clear, fill_summaries, statistics};
use crate::operations::import::amazon::{store_business_line_items, store_business_orders};
use crate::operations::matching::amazon_business::{match_order, unmatched};
use crate::types::{AmazonBusinessOrderId, EVERYONE, TrueLayerTransactionId};

row_answer!(AmazonBusinessOrder {
    id,
    order_id,
    order_date,
    region,
    purchase_order_number,
    order_status,
    buyer_name,
    buyer_email,
    subtotal,
    tax,
    shipping,
    net_total,
    currency,
    item_count,
    product_summary,
    created_at
});

row_answer!(
    fn for_matching(TrueLayerTransaction) {
        id, account_id, transaction_id, normalised_provider_transaction_id, timestamp, description, amount, currency,
        transaction_type, transaction_category, merchant_name, running_balance, metadata,
    }
);

impl From<ClearedBusinessData> for Answer {
    fn from(cleared: ClearedBusinessData) -> Self {
        object! {
            "orders_deleted" => cleared.orders,
            "matches_deleted" => cleared.matches,
            "line_items_deleted" => cleared.line_items,
        }
    }
}

functions! {
    /// Business orders.
    FUNCTIONS:

    import_amazon_business_orders(orders: Vec<RemoteOrder>) -> tuple => |conn| {
        let rows: Vec<_> = orders.iter().map(|order| order.0.row()).collect();
        let imported = whole(conn, "orders", |conn| store_business_orders(conn, &rows))?;
        pair(imported.stored, imported.duplicate)
    },

    import_amazon_business_line_items(line_items: Vec<RemoteLine>) => |conn| {
        let rows: Vec<_> = line_items.iter().map(|line| line.0.row()).collect();
        let imported = whole(conn, "line_items", |conn| store_business_line_items(conn, &rows))?;
        Answer::Number(imported.stored.into())
    },

    get_amazon_business_orders(
        date_from: OrBlank<NaiveDate> = null,
        date_to: OrBlank<NaiveDate> = null
    ) => |conn| AmazonBusinessOrder::list(conn, date_from.0, date_to.0)?,

    get_amazon_business_statistics() => |conn| statistics(conn, EVERYONE)?,

    get_unmatched_truelayer_amazon_business_transactions() => |conn|
        Answer::list(unmatched(conn, EVERYONE)?, for_matching),

    match_truelayer_amazon_business_transaction(
        truelayer_transaction_id: TrueLayerTransactionId,
        amazon_business_order_id: AmazonBusinessOrderId,
        confidence: i32
    ) => |conn| matched(match_order(conn, EVERYONE, truelayer_transaction_id, amazon_business_order_id, confidence))?,

    clear_amazon_business_data() => |conn| clear(conn)?,

    get_amazon_business_order_by_id(order_id: String) => |conn|
        AmazonBusinessOrder::find_by_order_id(conn, &order_id)?,

    insert_amazon_business_order(order: OrderColumns) => |conn| order.0.row().insert_if_new(conn)?.map(|row| row.id),

    insert_amazon_business_line_item(item: LineColumns) => |conn| item.0.row().insert(conn)?.id,

    update_amazon_business_product_summaries() => |conn| fill_summaries(conn)?,
}
