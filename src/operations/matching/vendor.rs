//! Which transactions are a vendor's, and which have no order yet.
//!
//! The matchers take a vendor's words from the start of a word; the lists under the old names take them anywhere, and say so
//! word for word as the partial indexes that serve them.

use diesel::dsl::{exists, not, sql};
use diesel::expression::SqlLiteral;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Nullable, Text};

use crate::models::Filter;
use crate::schema::{
    truelayer_amazon_business_matches as business_matches,
    truelayer_amazon_transaction_matches as retail_matches, truelayer_transactions,
};

/// One of the words at the start of a word of the merchant or the description, in any case: `AMZNMktplace` mentions AMZN,
/// `HAMZA` does not mention AMZ.
pub(super) fn mentions(words: &[&str]) -> Filter<truelayer_transactions::table> {
    let pattern = word_start_pattern(words);
    Box::new(
        sql::<Nullable<Bool>>("(truelayer_transactions.description ~* ")
            .bind::<Text, _>(pattern.clone())
            .sql(" OR truelayer_transactions.merchant_name ~* ")
            .bind::<Text, _>(pattern)
            .sql(")"),
    )
}

/// The regular expression for the words at the start of a word.
pub(super) fn word_start_pattern(words: &[&str]) -> String {
    let words: Vec<_> = words.iter().map(|word| regex::escape(word)).collect();
    format!("(^|[^[:alnum:]])({})", words.join("|"))
}

/// Matched to neither a retail order nor a Business order.
pub(super) fn without_amazon_order() -> Filter<truelayer_transactions::table> {
    let retail = retail_matches::table
        .filter(retail_matches::truelayer_transaction_id.eq(truelayer_transactions::id));
    let business = business_matches::table
        .filter(business_matches::truelayer_transaction_id.eq(truelayer_transactions::id));
    Box::new(not(exists(retail)).and(not(exists(business))).nullable())
}

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
