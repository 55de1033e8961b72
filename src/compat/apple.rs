//! App Store purchases and the payments for them.

use bigdecimal::BigDecimal;
use chrono::NaiveDate;

use super::answer::{Answer, object, row_answer};
use super::arguments::{Argument, Members};
use super::failure::{Failure, sqlstate};
use super::function::functions;
use super::given::OrBlank;
use super::imported::{pair, whole};
use super::{matched, optional};
use crate::models::apple::{AppleTransaction, MatchedAppleTransaction, NewAppleTransaction};
use crate::models::truelayer::TrueLayerTransaction;
use crate::operations::apple_purchases::{PurchaseStatistics, clear, statistics};
use crate::operations::import::apple::store_transactions;
use crate::operations::matching::apple::{match_purchase, unmatched};
use crate::types::{AppleTransactionId, EVERYONE, TrueLayerTransactionId};

row_answer!(AppleTransaction {
    id,
    order_id,
    order_date,
    total_amount,
    currency,
    app_names,
    publishers,
    item_count,
    source_file,
    created_at
});

row_answer!(
    fn for_matching(TrueLayerTransaction) {
        id, account_id, transaction_id, date: timestamp, description, amount, currency, merchant: merchant_name, metadata,
    }
);

impl From<MatchedAppleTransaction> for Answer {
    fn from(row: MatchedAppleTransaction) -> Self {
        let mut answer = Self::from(row.purchase);
        answer.set(
            "matched_bank_transaction_id",
            row.matched_bank_transaction_id,
        );
        answer
    }
}

/// Counts and sums of purchases; the sum over all currencies is a float in the old answer.
impl From<PurchaseStatistics> for Answer {
    fn from(statistics: PurchaseStatistics) -> Self {
        let unmatched = statistics.unmatched();
        let total: BigDecimal = statistics.spent.values().sum();
        object! {
            "total_transactions" => statistics.total_purchases,
            "min_transaction_date" => statistics.first_day,
            "max_transaction_date" => statistics.last_day,
            "total_spent" => total.to_string().parse().map_or(Self::Null, Self::float),
            "total_spent_by_currency" => statistics.spent,
            "matched_transactions" => statistics.matched,
            "unmatched_transactions" => unmatched,
        }
    }
}

/// A currency as the column takes it.
struct Currency(String);

impl Argument for Currency {
    const TAKES: &'static str = "a currency code of three letters";
    const SQLSTATE: &'static str = sqlstate::CHECK_VIOLATION;

    fn read(name: &str, text: &str) -> Result<Self, Failure> {
        let code = String::read(name, text)?;
        if code.chars().count() == 3 {
            Ok(Self(code))
        } else {
            Err(Failure::takes::<Self>(name))
        }
    }
}

/// A purchase as the caller read it from Apple's page.
struct PurchaseRecord {
    order_id: String,
    order_date: NaiveDate,
    total_amount: BigDecimal,
    currency: Currency,
    app_names: String,
    publishers: Option<String>,
    item_count: Option<i32>,
}

impl Argument for PurchaseRecord {
    const TAKES: &'static str = "an object with order_id, order_date, total_amount, app_names";

    fn read(name: &str, text: &str) -> Result<Self, Failure> {
        let mut members = Members::read(name, text)?;
        let pounds = || Currency("GBP".to_owned());
        Ok(Self {
            order_id: members.needed("order_id")?,
            order_date: members.needed("order_date")?,
            total_amount: members.needed("total_amount")?,
            currency: members.given("currency")?.unwrap_or_else(pounds),
            app_names: members.needed("app_names")?,
            publishers: members
                .given("publishers")?
                .unwrap_or_else(|| Some(String::new())),
            item_count: members.given("item_count")?.unwrap_or(Some(1)),
        })
    }
}

impl PurchaseRecord {
    fn row<'a>(&'a self, source_file: Option<&'a str>) -> NewAppleTransaction<'a> {
        NewAppleTransaction {
            order_id: &self.order_id,
            order_date: self.order_date,
            total_amount: &self.total_amount,
            currency: &self.currency.0,
            app_names: &self.app_names,
            publishers: self.publishers.as_deref(),
            item_count: Some(self.item_count),
            source_file,
        }
    }
}

functions! {
    /// App Store purchases.
    FUNCTIONS:

    get_unmatched_truelayer_apple_transactions() => |conn| Answer::list(unmatched(conn, EVERYONE)?, for_matching),

    match_truelayer_apple_transaction(
        truelayer_transaction_id: TrueLayerTransactionId,
        apple_transaction_id: AppleTransactionId,
        confidence: i32
    ) => |conn| matched(match_purchase(conn, EVERYONE, truelayer_transaction_id, apple_transaction_id, confidence))?,

    import_apple_transactions(transactions: Vec<PurchaseRecord>, source_file: Option<String>) -> tuple => |conn| {
        let rows: Vec<_> = transactions.iter().map(|purchase| purchase.row(source_file.as_deref())).collect();
        let imported = whole(conn, "transactions", |conn| store_transactions(conn, &rows))?;
        pair(imported.stored, imported.duplicate)
    },

    get_apple_order_ids() -> set => |conn| AppleTransaction::order_ids(conn)?,

    get_apple_transactions(
        date_from: OrBlank<NaiveDate> = null,
        date_to: OrBlank<NaiveDate> = null
    ) => |conn| MatchedAppleTransaction::list(conn, EVERYONE, date_from.0, date_to.0)?,

    get_apple_transaction_by_id(order_id: AppleTransactionId) => |conn|
        optional(AppleTransaction::find(conn, order_id))?,

    get_apple_statistics() => |conn| statistics(conn, EVERYONE)?,

    clear_apple_transactions() => |conn| clear(conn)?,
}
