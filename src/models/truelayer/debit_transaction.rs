//! [`DebitTransaction`]: a payment that a receipt may explain.

use bigdecimal::BigDecimal;
use chrono::{DateTime, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use serde::Serialize;

use super::bank_connection;
use super::transaction::TransactionKey;
use crate::Result;
use crate::models::Page;
use crate::schema::{truelayer_accounts, truelayer_transactions};
use crate::types::{Period, TransactionType, TrueLayerTransactionId, UserId};

/// A DEBIT transaction of a bank account, matched or not.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery, Serialize)]
#[diesel(
    table_name = truelayer_transactions,
    base_query = truelayer_transactions::table.inner_join(truelayer_accounts::table),
    check_for_backend(Pg)
)]
pub struct DebitTransaction {
    /// Identity.
    pub id: TrueLayerTransactionId,
    /// TrueLayer's id; may change between requests.
    pub transaction_id: String,
    /// Without sign, in `currency`.
    pub amount: BigDecimal,
    /// ISO 4217 code, three letters.
    pub currency: String,
    /// The bank's text.
    pub description: String,
    /// The merchant.
    pub merchant_name: Option<String>,
    /// The full instant that the bank gave, in UTC.
    pub timestamp: DateTime<Utc>,
    /// The account's name.
    #[diesel(select_expression = truelayer_accounts::display_name)]
    pub account_name: String,
}

impl DebitTransaction {
    /// The debits of a period on the user's accounts, whatever the status of their connections; not those of cards. Newest
    /// first.
    ///
    /// Takes over `get_transactions_for_matching`.
    pub fn list(
        conn: &mut PgConnection,
        user: UserId,
        period: Period,
        page: Page<TransactionKey>,
    ) -> Result<Vec<Self>> {
        use truelayer_transactions::timestamp;
        let mut debits = Self::query()
            .filter(truelayer_transactions::transaction_type.eq(TransactionType::Debit))
            .filter(truelayer_accounts::connection_id.eq_any(bank_connection::ids_of(user)))
            .order((timestamp.desc(), truelayer_transactions::id.desc()))
            .limit(page.rows())
            .into_boxed();
        if let Some(from) = period.from {
            debits = debits.filter(timestamp.ge(from));
        }
        if let Some(before) = period.before {
            debits = debits.filter(timestamp.lt(before));
        }
        if let Some((time, id)) = page.after {
            debits = debits
                .filter(timestamp.le(time))
                .filter(timestamp.lt(time).or(truelayer_transactions::id.lt(id)));
        }
        Ok(debits.load(conn)?)
    }
}
