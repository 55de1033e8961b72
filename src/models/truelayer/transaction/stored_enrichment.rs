//! Reading an enrichment from the `jsonb` in which it is stored.

use diesel::deserialize::{self, FromSql};
use diesel::pg::{Pg, PgValue};
use diesel::sql_types::{Jsonb, Nullable};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::TransactionEnrichment;
use crate::types::{instant_of, text_of_jsonb};

/// What the metadata of a transaction say of its enrichment.
#[derive(Debug, Default)]
pub(super) struct StoredEnrichment {
    pub(super) enrichment: TransactionEnrichment,
    pub(super) huququllah_classification: Option<String>,
}

impl FromSql<Nullable<Jsonb>, Pg> for StoredEnrichment {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        #[derive(Default, Deserialize)]
        struct Metadata<'m> {
            #[serde(borrow)]
            enrichment: Option<&'m RawValue>,
            #[serde(borrow)]
            huququllah_classification: Option<&'m RawValue>,
        }

        let text = text_of_jsonb(&value)?;
        let members: Metadata<'_> = members(text)?;
        Ok(Self {
            enrichment: match members.enrichment {
                Some(enrichment) => TransactionEnrichment::read(enrichment.get())?,
                None => TransactionEnrichment::default(),
            },
            huququllah_classification: text_of(members.huququllah_classification)?,
        })
    }

    fn from_nullable_sql(value: Option<PgValue<'_>>) -> deserialize::Result<Self> {
        value.map_or_else(|| Ok(Self::default()), Self::from_sql)
    }
}

impl FromSql<Nullable<Jsonb>, Pg> for TransactionEnrichment {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        Ok(Self::read(text_of_jsonb(&value)?)?)
    }

    fn from_nullable_sql(value: Option<PgValue<'_>>) -> deserialize::Result<Self> {
        value.map_or_else(|| Ok(Self::default()), Self::from_sql)
    }
}

impl TransactionEnrichment {
    fn read(text: &str) -> serde_json::Result<Self> {
        #[derive(Default, Deserialize)]
        struct Fields<'e> {
            #[serde(borrow)]
            primary_category: Option<&'e RawValue>,
            #[serde(borrow)]
            subcategory: Option<&'e RawValue>,
            #[serde(borrow)]
            merchant_clean_name: Option<&'e RawValue>,
            #[serde(borrow)]
            merchant_type: Option<&'e RawValue>,
            #[serde(borrow)]
            essential_discretionary: Option<&'e RawValue>,
            #[serde(borrow)]
            payment_method: Option<&'e RawValue>,
            #[serde(borrow)]
            payment_method_subtype: Option<&'e RawValue>,
            #[serde(borrow)]
            confidence_score: Option<&'e RawValue>,
            #[serde(borrow)]
            llm_provider: Option<&'e RawValue>,
            #[serde(borrow)]
            llm_model: Option<&'e RawValue>,
            #[serde(borrow)]
            enriched_at: Option<&'e RawValue>,
        }

        let fields: Fields<'_> = members(text)?;
        Ok(Self {
            primary_category: text_of(fields.primary_category)?,
            subcategory: text_of(fields.subcategory)?,
            merchant_clean_name: text_of(fields.merchant_clean_name)?,
            merchant_type: text_of(fields.merchant_type)?,
            essential_discretionary: text_of(fields.essential_discretionary)?,
            payment_method: text_of(fields.payment_method)?,
            payment_method_subtype: text_of(fields.payment_method_subtype)?,
            confidence_score: text_of(fields.confidence_score)?,
            llm_provider: text_of(fields.llm_provider)?,
            llm_model: text_of(fields.llm_model)?,
            enriched_at: text_of(fields.enriched_at)?.and_then(|text| instant_of(&text)),
        })
    }
}

/// The members of a JSON object; of anything else none.
fn members<'t, T: Default + Deserialize<'t>>(text: &'t str) -> serde_json::Result<T> {
    if text.starts_with('{') {
        serde_json::from_str(text)
    } else {
        Ok(T::default())
    }
}

/// What `->>` gives: a text as it is, anything else as JSON, nothing for null.
fn text_of(value: Option<&RawValue>) -> serde_json::Result<Option<String>> {
    match value.map(RawValue::get) {
        None => Ok(None),
        Some(text) if text.starts_with('"') => serde_json::from_str(text).map(Some),
        Some(json) => Ok(Some(json.to_owned())),
    }
}
