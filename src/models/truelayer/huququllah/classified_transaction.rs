//! [`ClassifiedTransaction`]: a bank transaction with its class.

use bigdecimal::BigDecimal;
use chrono::{DateTime, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use serde::Serialize;
use serde_json::Value;

use super::{classification, owned_by, spent_by, unclassified};
use crate::Result;
use crate::schema::truelayer_transactions;
use crate::types::{TransactionType, TrueLayerTransactionId, UserId};

/// What people see of a bank transaction, with its class.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery, Identifiable, Serialize)]
#[diesel(table_name = truelayer_transactions, check_for_backend(Pg))]
pub struct ClassifiedTransaction {
    /// Identity.
    pub id: TrueLayerTransactionId,
    /// The full instant that the bank gave, in UTC.
    pub timestamp: DateTime<Utc>,
    /// The bank's text.
    pub description: String,
    /// Without sign, in `currency`; `transaction_type` carries the direction.
    pub amount: BigDecimal,
    /// ISO 4217 code, three letters.
    pub currency: String,
    /// Direction.
    pub transaction_type: TransactionType,
    /// The category of the enrichment, else the bank's.
    pub transaction_category: Option<String>,
    /// The merchant.
    pub merchant_name: Option<String>,
    /// What the bank sent beside the columns, the enrichment and a person's choice.
    pub metadata: Option<Value>,
    /// A person's choice as it is, else the word of the enrichment in lower case. Words other than `essential` and
    /// `discretionary` may be there from old times; they count as none.
    #[diesel(select_expression = classification())]
    pub huququllah_classification: Option<String>,
}

impl ClassifiedTransaction {
    /// The transaction of the owner with this id; [`Error::NotFound`](crate::Error::NotFound) without.
    ///
    /// Takes over `get_transaction_by_id`.
    pub fn find(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        id: TrueLayerTransactionId,
    ) -> Result<Self> {
        Ok(Self::query()
            .filter(truelayer_transactions::id.eq(id))
            .filter(owned_by(owner.into()))
            .get_result(conn)?)
    }

    /// All transactions of the owner. Newest first.
    ///
    /// Takes over `get_all_transactions`.
    pub fn list(conn: &mut PgConnection, owner: impl Into<Option<UserId>>) -> Result<Vec<Self>> {
        Ok(Self::query()
            .filter(owned_by(owner.into()))
            .order((
                truelayer_transactions::timestamp.desc(),
                truelayer_transactions::id.desc(),
            ))
            .load(conn)?)
    }

    /// As [`list`](Self::list), at most `limit` transactions: the newest, or those that come after the last one of the
    /// page before, told by its time and id.
    pub fn list_page(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        after: Option<(DateTime<Utc>, TrueLayerTransactionId)>,
        limit: u32,
    ) -> Result<Vec<Self>> {
        let mut query = Self::query()
            .filter(owned_by(owner.into()))
            .order((
                truelayer_transactions::timestamp.desc(),
                truelayer_transactions::id.desc(),
            ))
            .limit(limit.into())
            .into_boxed();
        if let Some((timestamp, id)) = after {
            query = query
                .filter(truelayer_transactions::timestamp.le(timestamp))
                .filter(
                    truelayer_transactions::timestamp
                        .lt(timestamp)
                        .or(truelayer_transactions::id.lt(id)),
                );
        }
        Ok(query.load(conn)?)
    }

    /// What the owner spent that is neither essential nor discretionary: the debits that
    /// [`HuququllahSummary`](super::HuququllahSummary) counts as unclassified. Newest first.
    ///
    /// Takes over `get_unclassified_transactions`.
    pub fn list_unclassified(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
    ) -> Result<Vec<Self>> {
        Ok(Self::query()
            .filter(spent_by(owner.into()))
            .filter(unclassified())
            .order((
                truelayer_transactions::timestamp.desc(),
                truelayer_transactions::id.desc(),
            ))
            .load(conn)?)
    }
}
