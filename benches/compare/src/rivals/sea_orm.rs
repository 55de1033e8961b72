//! `sea-orm`: entities, and the enrichment as further columns of the query.

mod source;
mod transaction;

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait, Condition, ConnectOptions, Database, DatabaseConnection, DbErr, EntityTrait,
    FromQueryResult, QueryFilter, QueryOrder, QuerySelect, Select,
};
use serde_json::Value;
use tokio::runtime::Runtime;

use super::rows::{self, Listed, Sources, by_transaction};
use crate::error::Result;

const MEMBERS: [&str; 11] = [
    "primary_category",
    "subcategory",
    "merchant_clean_name",
    "merchant_type",
    "essential_discretionary",
    "payment_method",
    "payment_method_subtype",
    "confidence_score",
    "llm_provider",
    "llm_model",
    "enriched_at",
];

pub struct Pool {
    runtime: Runtime,
    database: DatabaseConnection,
}

impl Pool {
    pub fn connect(url: &str, connections: u32) -> Result<Self> {
        let runtime = Runtime::new()?;
        let mut options = ConnectOptions::new(url);
        options
            .max_connections(connections)
            .min_connections(connections)
            .sqlx_logging(false);
        let database = runtime.block_on(Database::connect(options))?;
        Ok(Self { runtime, database })
    }

    pub fn by_key(&self, id: i32) -> Result<transaction::Model> {
        let find = transaction::Entity::find_by_id(id).one(&self.database);
        Ok(self.runtime.block_on(find)?.ok_or("no such row")?)
    }

    pub fn list(&self) -> Result<Vec<Listed<Decimal>>> {
        let rows = self.runtime.block_on(self.load(listed()))?;
        Ok(rows)
    }

    /// A page after a row, told by its time and id.
    pub fn page(&self, after: (DateTime<Utc>, i32)) -> Result<(Vec<Listed<Decimal>>, Sources)> {
        use transaction::Column::{Id, Timestamp};
        let is_later = Condition::any().add(Timestamp.lt(after.0)).add(
            Condition::all()
                .add(Timestamp.eq(after.0))
                .add(Id.lt(after.1)),
        );
        let is_later = Condition::all().add(Timestamp.lte(after.0)).add(is_later);
        let outcome = self.runtime.block_on(async {
            let page = self.load(listed().filter(is_later).limit(50)).await?;
            let ids = page.iter().map(|row| row.transaction.id);
            let sources = source::Entity::find()
                .filter(source::Column::TruelayerTransactionId.is_in(ids))
                .order_by_desc(source::Column::IsPrimary)
                .order_by_desc(source::Column::MatchConfidence)
                .order_by_asc(source::Column::CreatedAt)
                .order_by_asc(source::Column::Id)
                .all(&self.database)
                .await?;
            Ok::<_, DbErr>((page, sources))
        });
        let (page, sources) = outcome?;
        Ok((
            page,
            by_transaction(sources.into_iter().map(rows::Source::from)),
        ))
    }

    async fn load(
        &self,
        select: Select<transaction::Entity>,
    ) -> Result<Vec<Listed<Decimal>>, DbErr> {
        let rows = select.into_model::<Row>().all(&self.database).await?;
        Ok(rows.into_iter().map(Listed::from).collect())
    }
}

/// All transactions with their enrichments, newest first.
fn listed() -> Select<transaction::Entity> {
    let mut select = transaction::Entity::find()
        .order_by_desc(transaction::Column::Timestamp)
        .order_by_desc(transaction::Column::Id);
    for member in MEMBERS {
        select = select.expr_as(
            Expr::cust(format!("metadata -> 'enrichment' ->> '{member}'")),
            member,
        );
    }
    select.expr_as(
        Expr::cust("metadata ->> 'huququllah_classification'"),
        "huququllah_classification",
    )
}

#[derive(FromQueryResult)]
struct Row {
    id: i32,
    account_id: i32,
    transaction_id: String,
    normalised_provider_transaction_id: String,
    timestamp: DateTime<Utc>,
    description: String,
    amount: Decimal,
    currency: String,
    transaction_type: String,
    transaction_category: Option<String>,
    merchant_name: Option<String>,
    running_balance: Option<Decimal>,
    metadata: Option<Value>,
    created_at: DateTime<Utc>,
    account_type: Option<String>,
    lookup_description: Option<String>,
    pre_enrichment_status: Option<String>,
    enrichment_required: bool,
    category_id: Option<i32>,
    subcategory_id: Option<i32>,
    import_job_id: Option<i32>,
    primary_category: Option<String>,
    subcategory: Option<String>,
    merchant_clean_name: Option<String>,
    merchant_type: Option<String>,
    essential_discretionary: Option<String>,
    payment_method: Option<String>,
    payment_method_subtype: Option<String>,
    confidence_score: Option<String>,
    llm_provider: Option<String>,
    llm_model: Option<String>,
    enriched_at: Option<String>,
    huququllah_classification: Option<String>,
}

impl From<Row> for Listed<Decimal> {
    fn from(row: Row) -> Self {
        Self {
            transaction: rows::Transaction {
                id: row.id,
                account_id: row.account_id,
                transaction_id: row.transaction_id,
                normalised_provider_transaction_id: row.normalised_provider_transaction_id,
                timestamp: row.timestamp,
                description: row.description,
                amount: row.amount,
                currency: row.currency,
                transaction_type: row.transaction_type,
                transaction_category: row.transaction_category,
                merchant_name: row.merchant_name,
                running_balance: row.running_balance,
                metadata: row.metadata,
                created_at: row.created_at,
                account_type: row.account_type,
                lookup_description: row.lookup_description,
                pre_enrichment_status: row.pre_enrichment_status,
                enrichment_required: row.enrichment_required,
                category_id: row.category_id,
                subcategory_id: row.subcategory_id,
                import_job_id: row.import_job_id,
            },
            enrichment: rows::Enrichment {
                primary_category: row.primary_category,
                subcategory: row.subcategory,
                merchant_clean_name: row.merchant_clean_name,
                merchant_type: row.merchant_type,
                essential_discretionary: row.essential_discretionary,
                payment_method: row.payment_method,
                payment_method_subtype: row.payment_method_subtype,
                confidence_score: row.confidence_score,
                llm_provider: row.llm_provider,
                llm_model: row.llm_model,
                enriched_at: rows::instant(row.enriched_at),
            },
            huququllah_classification: row.huququllah_classification,
        }
    }
}
