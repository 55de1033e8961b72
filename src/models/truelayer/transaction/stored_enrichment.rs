//! Reading an enrichment from the `jsonb` in which it is stored.

use diesel::deserialize::{self, FromSql};
use diesel::pg::{Pg, PgValue};
use diesel::sql_types::{Jsonb, Nullable};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
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
        #[serde(default)]
        struct Metadata<'m> {
            #[serde(borrow)]
            enrichment: Option<&'m RawValue>,
            huququllah_classification: Shown,
        }

        let Metadata {
            enrichment,
            huququllah_classification: Shown(huququllah_classification),
        } = members(text_of_jsonb(&value)?)?;
        let enrichment = enrichment.map_or("null", RawValue::get);
        Ok(Self {
            enrichment: TransactionEnrichment::read(enrichment)?,
            huququllah_classification,
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
        #[serde(default)]
        struct Fields {
            primary_category: Shown,
            subcategory: Shown,
            merchant_clean_name: Shown,
            merchant_type: Shown,
            essential_discretionary: Shown,
            payment_method: Shown,
            payment_method_subtype: Shown,
            confidence_score: Shown,
            llm_provider: Shown,
            llm_model: Shown,
            enriched_at: Shown,
        }

        let fields: Fields = members(text)?;
        Ok(Self {
            primary_category: fields.primary_category.0,
            subcategory: fields.subcategory.0,
            merchant_clean_name: fields.merchant_clean_name.0,
            merchant_type: fields.merchant_type.0,
            essential_discretionary: fields.essential_discretionary.0,
            payment_method: fields.payment_method.0,
            payment_method_subtype: fields.payment_method_subtype.0,
            confidence_score: fields.confidence_score.0,
            llm_provider: fields.llm_provider.0,
            llm_model: fields.llm_model.0,
            enriched_at: fields.enriched_at.0.and_then(|text| instant_of(&text)),
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
#[derive(Default)]
struct Shown(Option<String>);

impl<'de> Deserialize<'de> for Shown {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value: Option<&RawValue> = Deserialize::deserialize(deserializer)?;
        Ok(Self(match value.map(RawValue::get) {
            None => None,
            Some(text) if text.starts_with('"') => {
                Some(serde_json::from_str(text).map_err(D::Error::custom)?)
            }
            Some(json) => Some(json.to_owned()),
        }))
    }
}
