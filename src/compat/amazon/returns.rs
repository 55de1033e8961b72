//! Refunds.

use bigdecimal::BigDecimal;
use chrono::NaiveDate;

use crate::compat::answer::{Answer, object, row_answer};
use crate::compat::arguments::{Argument, Members};
use crate::compat::failure::Failure;
use crate::compat::found;
use crate::compat::function::functions;
use crate::compat::given::OrBlank;
use crate::compat::imported::all_or_nothing;
use crate::models::amazon::{AmazonReturn, NewAmazonReturn};
use crate::operations::amazon_returns::{ReturnStatistics, clear, link, statistics};
use crate::operations::import::amazon::store_returns;
use crate::types::{AmazonReturnId, EVERYONE, TrueLayerTransactionId};

row_answer!(AmazonReturn {
    id,
    order_id,
    reversal_id,
    refund_completion_date,
    currency,
    amount_refunded,
    status,
    disbursement_type,
    source_file,
    original_transaction_id,
    refund_transaction_id,
    created_at
});

/// Counts and sums of refunds; days are texts in the old answer, and the sum over all currencies is a float.
impl From<ReturnStatistics> for Answer {
    fn from(statistics: ReturnStatistics) -> Self {
        let unmatched = statistics.unmatched();
        object! {
            "total_returns" => statistics.total_returns,
            "min_return_date" => statistics.first_day.map(|day| day.to_string()),
            "max_return_date" => statistics.last_day.map(|day| day.to_string()),
            "total_refunded" => rounded(&statistics.refunded.values().sum()),
            "total_refunded_by_currency" => statistics.refunded,
            "matched_returns" => statistics.matched,
            "unmatched_returns" => unmatched,
        }
    }
}

/// A sum as a float with two decimals: the float next to the sum is rounded, ties to even.
fn rounded(sum: &BigDecimal) -> Answer {
    let float: f64 = sum.to_string().parse().unwrap_or(f64::NAN);
    format!("{float:.2}")
        .parse()
        .map_or(Answer::Null, Answer::float)
}

/// A refund as the caller read it from an export.
struct ReturnRecord {
    order_id: String,
    reversal_id: String,
    refund_completion_date: NaiveDate,
    currency: String,
    amount_refunded: BigDecimal,
    status: Option<String>,
    disbursement_type: Option<String>,
}

impl Argument for ReturnRecord {
    const TAKES: &'static str =
        "an object with order_id, reversal_id, refund_completion_date, currency, amount_refunded";

    fn read(name: &str, text: &str) -> Result<Self, Failure> {
        let mut members = Members::read(name, text)?;
        Ok(Self {
            order_id: members.needed("order_id")?,
            reversal_id: members.needed("reversal_id")?,
            refund_completion_date: members.needed("refund_completion_date")?,
            currency: members.needed("currency")?,
            amount_refunded: members.needed("amount_refunded")?,
            status: members.take("status")?,
            disbursement_type: members.take("disbursement_type")?,
        })
    }
}

impl ReturnRecord {
    fn row<'a>(&'a self, source_file: Option<&'a str>) -> NewAmazonReturn<'a> {
        NewAmazonReturn {
            status: self.status.as_deref(),
            disbursement_type: self.disbursement_type.as_deref(),
            source_file,
            ..NewAmazonReturn::new(
                &self.order_id,
                &self.reversal_id,
                self.refund_completion_date,
                &self.currency,
                &self.amount_refunded,
            )
        }
    }
}

functions! {
    /// Refunds.
    FUNCTIONS:

    import_amazon_returns(returns: Vec<ReturnRecord>, source_file: Option<String>) -> tuple => |conn| {
        let rows: Vec<_> = returns.iter().map(|refund| refund.row(source_file.as_deref())).collect();
        all_or_nothing(conn, |conn| store_returns(conn, &rows))?
    },

    get_amazon_returns(order_id: OrBlank<String> = null) => |conn|
        AmazonReturn::list(conn, order_id.0.as_deref())?,

    link_return_to_transactions(
        return_id: AmazonReturnId,
        original_transaction_id: Option<TrueLayerTransactionId>,
        refund_transaction_id: Option<TrueLayerTransactionId>
    ) => |conn| found(link(conn, EVERYONE, return_id, original_transaction_id, refund_transaction_id))?,

    get_returns_statistics() => |conn| statistics(conn, EVERYONE)?,

    clear_amazon_returns() => |conn| clear(conn)?,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_rounded_as_floats() {
        for (sum, float) in [
            ("0", 0.0),
            ("140.195", 140.19),
            ("132.495", 132.5),
            ("0.125", 0.12),
            ("-4.375", -4.38),
        ] {
            let sum: BigDecimal = sum.parse().unwrap();
            assert_eq!(rounded(&sum), Answer::float(float), "{sum}");
        }
    }
}
