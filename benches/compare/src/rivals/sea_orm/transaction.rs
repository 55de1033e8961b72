//! `truelayer_transactions`.

use sea_orm::entity::prelude::*;
use serde::Serialize;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Serialize)]
#[sea_orm(table_name = "truelayer_transactions")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i32,
    pub account_id: i32,
    pub transaction_id: String,
    pub normalised_provider_transaction_id: String,
    pub timestamp: ChronoDateTimeUtc,
    pub description: String,
    pub amount: Decimal,
    pub currency: String,
    pub transaction_type: String,
    pub transaction_category: Option<String>,
    pub merchant_name: Option<String>,
    pub running_balance: Option<Decimal>,
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub metadata: Option<Json>,
    pub created_at: ChronoDateTimeUtc,
    pub account_type: Option<String>,
    pub lookup_description: Option<String>,
    pub pre_enrichment_status: Option<String>,
    pub enrichment_required: bool,
    pub category_id: Option<i32>,
    pub subcategory_id: Option<i32>,
    pub import_job_id: Option<i32>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
