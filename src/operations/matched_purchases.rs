//! The orders and purchases that bank transactions are matched to.

use bigdecimal::BigDecimal;
use diesel::prelude::*;
use serde::Serialize;

use crate::Result;
use crate::models::amazon::AmazonOrder;
use crate::models::apple::AppleTransaction;
use crate::models::truelayer::transaction;
use crate::schema::{
    amazon_orders, apple_transaction_matches, apple_transactions,
    truelayer_amazon_transaction_matches,
};
use crate::types::{TrueLayerTransactionId, UserId};

/// The Amazon order of a bank transaction.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery, Serialize)]
#[diesel(
    table_name = truelayer_amazon_transaction_matches,
    base_query = truelayer_amazon_transaction_matches::table.inner_join(amazon_orders::table),
    check_for_backend(diesel::pg::Pg)
)]
pub struct MatchedAmazonOrder {
    /// The order.
    #[diesel(embed)]
    pub order: AmazonOrder,
    /// 0 to 100.
    pub match_confidence: BigDecimal,
}

/// The App Store purchase of a bank transaction.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery, Serialize)]
#[diesel(
    table_name = apple_transaction_matches,
    base_query = apple_transaction_matches::table.inner_join(apple_transactions::table),
    check_for_backend(diesel::pg::Pg)
)]
pub struct MatchedApplePurchase {
    /// The purchase.
    #[diesel(embed)]
    pub purchase: AppleTransaction,
    /// 0 to 100.
    pub match_confidence: i32,
}

/// The Amazon order that a bank transaction of the owner is matched to, if any.
///
/// Takes over `get_amazon_order_for_transaction`.
pub fn amazon_order(
    conn: &mut PgConnection,
    owner: impl Into<Option<UserId>>,
    transaction: TrueLayerTransactionId,
) -> Result<Option<MatchedAmazonOrder>> {
    use truelayer_amazon_transaction_matches::truelayer_transaction_id;
    let mut order = MatchedAmazonOrder::query()
        .filter(truelayer_transaction_id.eq(transaction))
        .into_boxed();
    if let Some(owner) = owner.into() {
        order = order.filter(truelayer_transaction_id.eq_any(transaction::ids_of(owner)));
    }
    Ok(order.first(conn).optional()?)
}

/// The App Store purchase that a bank transaction of the owner is matched to, if any.
///
/// Takes over `get_apple_transaction_for_match`.
pub fn apple_purchase(
    conn: &mut PgConnection,
    owner: impl Into<Option<UserId>>,
    transaction: TrueLayerTransactionId,
) -> Result<Option<MatchedApplePurchase>> {
    use apple_transaction_matches::truelayer_transaction_id;
    let mut purchase = MatchedApplePurchase::query()
        .filter(truelayer_transaction_id.eq(transaction))
        .into_boxed();
    if let Some(owner) = owner.into() {
        purchase = purchase.filter(truelayer_transaction_id.eq_any(transaction::ids_of(owner)));
    }
    Ok(purchase.first(conn).optional()?)
}
