//! The enrichment of a bank transaction, which lies in its `metadata` under `enrichment`.
//!
//! A transaction is enriched if there is anything but a JSON null.

use chrono::{DateTime, Utc};
use diesel::deserialize::{self, FromSqlRow};
use diesel::dsl::sql;
use diesel::expression::SqlLiteral;
use diesel::pg::{Pg, PgRowByRowLoadingMode};
use diesel::prelude::*;
use diesel::row::Row;
use diesel::sql_types::{Bool, Jsonb, Nullable};
use serde::Serialize;

use super::stored_enrichment::StoredEnrichment;
use super::{TransactionKey, TrueLayerTransaction, after, of_account, owned_by};
use crate::Result;
use crate::models::Page;
use crate::schema::truelayer_transactions;
use crate::sql::kept;
use crate::types::{TrueLayerAccountId, TrueLayerTransactionId, UserId};

/// The enrichment of a transaction as it is stored: each field the text of its JSON value, `None` where it is missing or null,
/// and all `None` where the enrichment is no object.
#[derive(Debug, Clone, PartialEq, Eq, Default, FromSqlRow, Serialize)]
pub struct TransactionEnrichment {
    /// The main category.
    pub primary_category: Option<String>,
    /// The category below it.
    pub subcategory: Option<String>,
    /// The merchant's name as people write it.
    pub merchant_clean_name: Option<String>,
    /// What kind of merchant it is.
    pub merchant_type: Option<String>,
    /// `Essential` or `Discretionary`.
    pub essential_discretionary: Option<String>,
    /// How it was paid.
    pub payment_method: Option<String>,
    /// How it was paid, in particular.
    pub payment_method_subtype: Option<String>,
    /// How sure the enrichment is, from 0 to 1; see [`confidence`](Self::confidence).
    pub confidence_score: Option<String>,
    /// Who enriched it.
    pub llm_provider: Option<String>,
    /// By which model.
    pub llm_model: Option<String>,
    /// When that was; `None` where the stored text is no time. Without an offset it is UTC.
    pub enriched_at: Option<DateTime<Utc>>,
}

/// A transaction with its enrichment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EnrichedTransaction {
    /// The transaction.
    pub transaction: TrueLayerTransaction,
    /// Its enrichment; nothing in it where it has none.
    pub enrichment: TransactionEnrichment,
    /// A person's choice, `essential` or `discretionary`, which lies beside the enrichment.
    pub huququllah_classification: Option<String>,
}

/// The columns of a transaction.
type Columns = <TrueLayerTransaction as Selectable<Pg>>::SelectExpression;

impl Selectable<Pg> for EnrichedTransaction {
    type SelectExpression = Columns;

    fn construct_selection() -> Columns {
        <TrueLayerTransaction as Selectable<Pg>>::construct_selection()
    }
}

/// The enrichment is read from the transaction's own metadata: nothing more is asked of the server.
impl FromSqlRow<truelayer_transactions::SqlType, Pg> for EnrichedTransaction {
    fn build_from_row<'a>(row: &impl Row<'a, Pg>) -> deserialize::Result<Self> {
        let StoredEnrichment {
            enrichment,
            huququllah_classification,
        } = row.get_value::<Nullable<Jsonb>, _, _>(truelayer_transactions::metadata::NAME)?;
        let transaction = FromSqlRow::<truelayer_transactions::SqlType, Pg>::build_from_row(row)?;
        Ok(Self {
            transaction,
            enrichment,
            huququllah_classification,
        })
    }
}

fn enrichment() -> SqlLiteral<Nullable<Jsonb>> {
    sql("truelayer_transactions.metadata -> 'enrichment'")
}

/// As the partial index `truelayer_transactions_timestamp_unenriched_idx` says it.
fn is_unenriched() -> SqlLiteral<Bool> {
    sql("coalesce(jsonb_typeof(truelayer_transactions.metadata -> 'enrichment'), 'null') = 'null'")
}

impl TransactionEnrichment {
    /// The enrichment of the transaction of the owner with this id; `None` where it has none or there is no such transaction.
    ///
    /// Takes over `get_transaction_enrichment`.
    pub fn find(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        transaction: TrueLayerTransactionId,
    ) -> Result<Option<Self>> {
        let found = truelayer_transactions::table
            .select(enrichment())
            .filter(truelayer_transactions::id.eq(transaction))
            .filter(diesel::dsl::not(is_unenriched()))
            .filter(owned_by(owner.into()));
        Ok(kept(found).get_result(conn).optional()?)
    }

    /// How many transactions of the owner are enriched.
    ///
    /// Takes over `count_enriched_truelayer_transactions`.
    pub fn count(conn: &mut PgConnection, owner: impl Into<Option<UserId>>) -> Result<i64> {
        let enriched = truelayer_transactions::table
            .filter(diesel::dsl::not(is_unenriched()))
            .filter(owned_by(owner.into()));
        Ok(kept(enriched.count()).get_result(conn)?)
    }

    /// `confidence_score` as a number; `None` where it is none, or not finite.
    pub fn confidence(&self) -> Option<f64> {
        let confidence: f64 = self.confidence_score.as_ref()?.trim().parse().ok()?;
        confidence.is_finite().then_some(confidence)
    }
}

impl EnrichedTransaction {
    /// The transactions of the owner, of one account or of all, with their enrichments. Newest first.
    ///
    /// Takes over `get_all_truelayer_transactions_with_enrichment`.
    pub fn list(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        account: Option<TrueLayerAccountId>,
        page: Page<TransactionKey>,
    ) -> Result<Vec<Self>> {
        let rows = truelayer_transactions::table
            .select(Self::as_select())
            .filter(of_account(account))
            .filter(after(page.after))
            .filter(owned_by(owner.into()))
            .order((
                truelayer_transactions::timestamp.desc(),
                truelayer_transactions::id.desc(),
            ))
            .limit(page.rows());
        Ok(kept(rows).load(conn)?)
    }

    /// All that [`list`](Self::list) gives, one after the other as the server sends them: the memory that it takes does not grow
    /// with their number. All are of one moment.
    ///
    /// Until the iterator is dropped the connection is in use; dropped before its end it reads the rest and throws it away.
    pub fn stream(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        account: Option<TrueLayerAccountId>,
    ) -> Result<impl Iterator<Item = Result<Self>>> {
        let rows = truelayer_transactions::table
            .select(Self::as_select())
            .filter(of_account(account))
            .filter(owned_by(owner.into()))
            .order((
                truelayer_transactions::timestamp.desc(),
                truelayer_transactions::id.desc(),
            ));
        let rows = rows.load_iter::<Self, PgRowByRowLoadingMode>(conn)?;
        Ok(rows.map(|row| Ok(row?)))
    }
}

impl TrueLayerTransaction {
    /// The transactions of the owner that have no enrichment, whether they wait for one or not. Newest first.
    ///
    /// Takes over `get_unenriched_truelayer_transactions`.
    pub fn list_without_enrichment(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        page: Page<TransactionKey>,
    ) -> Result<Vec<Self>> {
        let rows = Self::query()
            .filter(is_unenriched())
            .filter(after(page.after))
            .filter(owned_by(owner.into()))
            .order((
                truelayer_transactions::timestamp.desc(),
                truelayer_transactions::id.desc(),
            ))
            .limit(page.rows());
        Ok(kept(rows).load(conn)?)
    }
}
