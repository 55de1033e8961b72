//! [`Enrichment`]: what the language model or a rule found out about a transaction.

use bigdecimal::BigDecimal;
use serde::{Deserialize, Serialize};

/// What the language model or a rule found out about a transaction.
///
/// It is stored as JSON: in the cache as it is, on a transaction with the time at which it was stored.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Enrichment {
    /// Name of the category.
    pub primary_category: Option<String>,
    /// Name of the subcategory.
    pub subcategory: Option<String>,
    /// Name of the merchant for people.
    pub merchant_clean_name: Option<String>,
    /// Kind of the merchant.
    pub merchant_type: Option<String>,
    /// `Essential` or `Discretionary`, in any case.
    pub essential_discretionary: Option<String>,
    /// How it was paid.
    pub payment_method: Option<String>,
    /// How it was paid, more finely.
    pub payment_method_subtype: Option<String>,
    /// From 0 to 1.
    #[serde(with = "exact")]
    pub confidence_score: Option<BigDecimal>,
    /// In the cache the provider that answered; on a transaction `llm`, `cache` or `rule`.
    pub llm_provider: Option<String>,
    /// The model that answered.
    pub llm_model: Option<String>,
}

impl Enrichment {
    /// The enrichment in a JSON object, all digits of its confidence kept; `None` where the text is none.
    pub(crate) fn from_json(text: &str) -> Option<Self> {
        // serde takes a list for a struct too, by position.
        let is_object = text.trim_start().starts_with('{');
        is_object.then(|| serde_json::from_str(text).ok())?
    }

    /// Whether it tells nothing of the transaction.
    pub fn is_empty(&self) -> bool {
        let told = Self {
            llm_provider: None,
            llm_model: None,
            ..self.clone()
        };
        told == Self::default()
    }
}

/// A decimal as a JSON number with all its digits.
mod exact {
    use bigdecimal::BigDecimal;
    use serde::de::Error as _;
    use serde::ser::Error as _;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};
    use serde_json::value::RawValue;

    use crate::types::decimal_of;

    #[expect(clippy::ref_option, reason = "serde passes the field so")]
    pub(super) fn serialize<S: Serializer>(
        decimal: &Option<BigDecimal>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        decimal
            .as_ref()
            .map(|decimal| RawValue::from_string(decimal.to_plain_string()))
            .transpose()
            .map_err(S::Error::custom)?
            .serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<BigDecimal>, D::Error> {
        Option::<Box<RawValue>>::deserialize(deserializer)?
            .map(|number| decimal_of(number.get()).ok_or_else(|| D::Error::custom("no decimal")))
            .transpose()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn confidence_keeps_its_digits() {
        let text = r#"{"primary_category":"Dining","confidence_score":0.123456789012345678901}"#;
        let read: Enrichment = serde_json::from_str(text).unwrap();
        let written = serde_json::to_string(&read).unwrap();
        assert!(
            written.contains(r#""confidence_score":0.123456789012345678901,"#),
            "{written}"
        );
    }

    #[test]
    fn unknown_keys_are_ignored_and_missing_ones_are_null() {
        let read: Enrichment = serde_json::from_str(r#"{"purchase_date": "2024-03-20"}"#).unwrap();
        assert_eq!(read, Enrichment::default());
        assert_eq!(Enrichment::from_json(r#"["Dining"]"#), None);
        let absurd = r#"{"confidence_score": 1e999999999}"#;
        assert_eq!(Enrichment::from_json(absurd), None);
    }

    #[test]
    fn who_answered_is_not_an_answer() {
        let mut enrichment = Enrichment {
            llm_model: Some("model".to_owned()),
            ..Enrichment::default()
        };
        assert!(enrichment.is_empty());
        enrichment.subcategory = Some("Fuel".to_owned());
        assert!(!enrichment.is_empty());
    }
}
