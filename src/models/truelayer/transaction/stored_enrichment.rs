//! Reading an enrichment from the `jsonb` in which it is stored.

use std::collections::HashMap;

use diesel::deserialize::{self, FromSql};
use diesel::pg::{Pg, PgValue};
use diesel::sql_types::{Jsonb, Nullable};
use serde_json::value::RawValue;

use super::TransactionEnrichment;
use crate::types::{Document, instant_of};

impl FromSql<Nullable<Jsonb>, Pg> for TransactionEnrichment {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        let Document(document): Document<Box<RawValue>> = FromSql::<Jsonb, Pg>::from_sql(value)?;
        Ok(Self::read(&document)?)
    }

    fn from_nullable_sql(value: Option<PgValue<'_>>) -> deserialize::Result<Self> {
        value.map_or_else(|| Ok(Self::default()), Self::from_sql)
    }
}

impl TransactionEnrichment {
    fn read(document: &RawValue) -> serde_json::Result<Self> {
        if !document.get().starts_with('{') {
            return Ok(Self::default());
        }
        let members: HashMap<String, &RawValue> = serde_json::from_str(document.get())?;
        let text = |key: &str| members.get(key).map_or(Ok(None), |value| text_of(value));
        Ok(Self {
            primary_category: text("primary_category")?,
            subcategory: text("subcategory")?,
            merchant_clean_name: text("merchant_clean_name")?,
            merchant_type: text("merchant_type")?,
            essential_discretionary: text("essential_discretionary")?,
            payment_method: text("payment_method")?,
            payment_method_subtype: text("payment_method_subtype")?,
            confidence_score: text("confidence_score")?,
            llm_provider: text("llm_provider")?,
            llm_model: text("llm_model")?,
            enriched_at: text("enriched_at")?.and_then(|text| instant_of(&text)),
        })
    }
}

/// What `->>` gives: a text as it is, anything else as JSON, nothing for null.
fn text_of(value: &RawValue) -> serde_json::Result<Option<String>> {
    match value.get() {
        "null" => Ok(None),
        text if text.starts_with('"') => serde_json::from_str(text).map(Some),
        json => Ok(Some(json.to_owned())),
    }
}
