//! What looks like a payment to a vendor: its name anywhere in the merchant or the description, in any case.
//!
//! The conditions stand in the queries word for word as in the partial indexes that serve them.

use diesel::dsl::sql;
use diesel::expression::SqlLiteral;
use diesel::sql_types::Bool;

/// AMAZON or AMZN. As the partial index `truelayer_transactions_timestamp_id_amazon_idx` says it.
pub(super) fn looks_like_amazon() -> SqlLiteral<Bool> {
    sql(
        "(upper(truelayer_transactions.merchant_name) LIKE '%AMAZON%' \
          OR upper(truelayer_transactions.merchant_name) LIKE '%AMZN%' \
          OR upper(truelayer_transactions.description) LIKE '%AMAZON%' \
          OR upper(truelayer_transactions.description) LIKE '%AMZN%')",
    )
}

/// AMAZON, but not AMZN MKTP in the description: the market place sells to consumers.
pub(super) fn looks_like_amazon_business() -> SqlLiteral<Bool> {
    sql(
        "((upper(truelayer_transactions.merchant_name) LIKE '%AMAZON%' \
           OR upper(truelayer_transactions.description) LIKE '%AMAZON%') \
          AND upper(truelayer_transactions.description) NOT LIKE '%AMZN MKTP%')",
    )
}

/// APPLE, PINEAPPLE too. As the partial index `truelayer_transactions_timestamp_id_apple_idx` says it.
pub(super) fn looks_like_apple() -> SqlLiteral<Bool> {
    sql(
        "(upper(truelayer_transactions.merchant_name) LIKE '%APPLE%' \
          OR upper(truelayer_transactions.description) LIKE '%APPLE%')",
    )
}
