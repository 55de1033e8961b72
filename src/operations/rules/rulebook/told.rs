//! What the rules tell an enrichment.

use bigdecimal::BigDecimal;

use super::super::matcher::Text;
use super::{Decision, Rulebook};
use crate::operations::enrichment::{MerchantHint, Told};
use crate::types::Enrichment;

impl Rulebook {
    /// What a decision makes of a transaction.
    pub(in crate::operations) fn told(&self, decision: Decision) -> Told {
        let made = self.enrichment(decision);
        let owned = |text: Option<&str>| text.map(str::to_owned);
        let enrichment = Enrichment {
            primary_category: Some(made.primary_category.to_owned()),
            subcategory: owned(made.subcategory),
            merchant_clean_name: owned(made.merchant_clean_name),
            merchant_type: owned(made.merchant_type),
            essential_discretionary: Some(made.essential_discretionary.to_owned()),
            payment_method: owned(made.payment_method),
            payment_method_subtype: owned(made.payment_method_subtype),
            confidence_score: Some(BigDecimal::from(1)),
            llm_provider: None,
            llm_model: Some(made.llm_model.to_owned()),
        };
        let mut told = Told::new(enrichment, made.enrichment_source);
        told.matched_merchant = owned(made.matched_merchant);
        told.matched_rule = Some(made.matched_rule);
        told
    }

    /// What the first normalisation that fits knows of a merchant.
    pub(in crate::operations) fn hint(&self, description: &str) -> Option<MerchantHint> {
        let merchant = self
            .merchant_patterns
            .first(&Text::new(description), |_| true)?;
        let known = &self.merchants[merchant];
        Some(MerchantHint {
            name: known.normalized_name.clone(),
            merchant_type: known.merchant_type.clone(),
            category: self.category_of(merchant).map(str::to_owned),
        })
    }
}
