//! The enrichment of a bank transaction, which lies in its `metadata` under `enrichment`.
//!
//! A transaction is enriched if there is anything but a JSON null.

use chrono::{DateTime, Utc};
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::dsl::sql;
use diesel::expression::SqlLiteral;
use diesel::pg::{Pg, PgValue};
use diesel::prelude::*;
use diesel::sql_types::{Bool, Nullable, Text};
use serde::Serialize;

use super::{TransactionKey, TrueLayerTransaction, after, of_account, owned_by};
use crate::Result;
use crate::models::Page;
use crate::schema::truelayer_transactions;
use crate::types::{TrueLayerAccountId, TrueLayerTransactionId, UserId, instant_of};

/// The enrichment of a transaction as it is stored: each field the text of its JSON value, `None` where it is missing or null,
/// and all `None` where the enrichment is no object.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery, Serialize)]
#[diesel(table_name = truelayer_transactions, check_for_backend(Pg))]
pub struct TransactionEnrichment {
    /// The main category.
    #[diesel(select_expression = member("primary_category"), select_expression_type = MetadataText)]
    pub primary_category: Option<String>,
    /// The category below it.
    #[diesel(select_expression = member("subcategory"), select_expression_type = MetadataText)]
    pub subcategory: Option<String>,
    /// The merchant's name as people write it.
    #[diesel(select_expression = member("merchant_clean_name"), select_expression_type = MetadataText)]
    pub merchant_clean_name: Option<String>,
    /// What kind of merchant it is.
    #[diesel(select_expression = member("merchant_type"), select_expression_type = MetadataText)]
    pub merchant_type: Option<String>,
    /// `Essential` or `Discretionary`.
    #[diesel(select_expression = member("essential_discretionary"), select_expression_type = MetadataText)]
    pub essential_discretionary: Option<String>,
    /// How it was paid.
    #[diesel(select_expression = member("payment_method"), select_expression_type = MetadataText)]
    pub payment_method: Option<String>,
    /// How it was paid, in particular.
    #[diesel(select_expression = member("payment_method_subtype"), select_expression_type = MetadataText)]
    pub payment_method_subtype: Option<String>,
    /// How sure the enrichment is, from 0 to 1; see [`confidence`](Self::confidence).
    #[diesel(select_expression = member("confidence_score"), select_expression_type = MetadataText)]
    pub confidence_score: Option<String>,
    /// Who enriched it.
    #[diesel(select_expression = member("llm_provider"), select_expression_type = MetadataText)]
    pub llm_provider: Option<String>,
    /// By which model.
    #[diesel(select_expression = member("llm_model"), select_expression_type = MetadataText)]
    pub llm_model: Option<String>,
    /// When that was; `None` where the stored text is no time. Without an offset it is UTC.
    #[diesel(select_expression = member("enriched_at"), select_expression_type = MetadataText)]
    #[diesel(deserialize_as = StoredInstant)]
    pub enriched_at: Option<DateTime<Utc>>,
}

/// A transaction with its enrichment.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery, Serialize)]
#[diesel(table_name = truelayer_transactions, check_for_backend(Pg))]
pub struct EnrichedTransaction {
    /// The transaction.
    #[diesel(embed)]
    pub transaction: TrueLayerTransaction,
    /// Its enrichment; nothing in it where it has none.
    #[diesel(embed)]
    pub enrichment: TransactionEnrichment,
    /// A person's choice, `essential` or `discretionary`, which lies beside the enrichment.
    #[diesel(
        select_expression = sql("truelayer_transactions.metadata ->> 'huququllah_classification'"),
        select_expression_type = MetadataText
    )]
    pub huququllah_classification: Option<String>,
}

type MetadataText = SqlLiteral<Nullable<Text>>;

fn member(name: &str) -> MetadataText {
    sql(&format!(
        "truelayer_transactions.metadata -> 'enrichment' ->> '{name}'"
    ))
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
        Ok(Self::query()
            .filter(truelayer_transactions::id.eq(transaction))
            .filter(diesel::dsl::not(is_unenriched()))
            .filter(owned_by(owner.into()))
            .first(conn)
            .optional()?)
    }

    /// How many transactions of the owner are enriched.
    ///
    /// Takes over `count_enriched_truelayer_transactions`.
    pub fn count(conn: &mut PgConnection, owner: impl Into<Option<UserId>>) -> Result<i64> {
        Ok(truelayer_transactions::table
            .filter(diesel::dsl::not(is_unenriched()))
            .filter(owned_by(owner.into()))
            .count()
            .get_result(conn)?)
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
        Ok(Self::query()
            .filter(of_account(account))
            .filter(after(page.after))
            .filter(owned_by(owner.into()))
            .order((
                truelayer_transactions::timestamp.desc(),
                truelayer_transactions::id.desc(),
            ))
            .limit(page.rows())
            .load(conn)?)
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
        Ok(Self::query()
            .filter(is_unenriched())
            .filter(after(page.after))
            .filter(owned_by(owner.into()))
            .order((
                truelayer_transactions::timestamp.desc(),
                truelayer_transactions::id.desc(),
            ))
            .limit(page.rows())
            .load(conn)?)
    }
}

/// A time as somebody wrote it into the enrichment.
#[derive(Debug, FromSqlRow)]
pub struct StoredInstant(Option<DateTime<Utc>>);

impl From<StoredInstant> for Option<DateTime<Utc>> {
    fn from(stored: StoredInstant) -> Self {
        stored.0
    }
}

impl FromSql<Nullable<Text>, Pg> for StoredInstant {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        let text: String = FromSql::<Text, Pg>::from_sql(value)?;
        Ok(Self(instant_of(&text)))
    }

    fn from_nullable_sql(value: Option<PgValue<'_>>) -> deserialize::Result<Self> {
        value.map_or(Ok(Self(None)), Self::from_sql)
    }
}
