//! `transaction_enrichment_sources`.

use sea_orm::entity::prelude::*;

use crate::rivals::rows::Source;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "transaction_enrichment_sources")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i32,
    pub truelayer_transaction_id: i32,
    pub source_type: String,
    pub source_id: Option<i32>,
    pub description: String,
    pub order_id: Option<String>,
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub line_items: Option<Json>,
    pub match_confidence: i32,
    pub match_method: Option<String>,
    pub is_primary: bool,
    pub user_verified: bool,
    pub created_at: ChronoDateTimeUtc,
    pub updated_at: ChronoDateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl From<Model> for Source {
    fn from(row: Model) -> Self {
        Self {
            id: row.id,
            truelayer_transaction_id: row.truelayer_transaction_id,
            source_type: row.source_type,
            source_id: row.source_id,
            description: row.description,
            order_id: row.order_id,
            line_items: row.line_items,
            match_confidence: row.match_confidence,
            match_method: row.match_method,
            is_primary: row.is_primary,
            user_verified: row.user_verified,
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}
