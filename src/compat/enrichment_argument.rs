//! Enrichments, as arguments and in answers.

use super::answer::Answer;
use super::arguments::{Argument, Members};
use super::failure::Failure;
use crate::types::Enrichment;

/// The members that an enrichment to be cached has to have.
const CACHED: [&str; 8] = [
    "primary_category",
    "subcategory",
    "merchant_clean_name",
    "merchant_type",
    "essential_discretionary",
    "payment_method",
    "payment_method_subtype",
    "confidence_score",
];

/// An enrichment any member of which may be missing; unknown members are ignored.
pub(super) struct PartialEnrichment(pub(super) Enrichment);

/// An enrichment each member of which has to be there, null or not, but for who answered; unknown members are ignored.
pub(super) struct WholeEnrichment(pub(super) Enrichment);

impl Argument for PartialEnrichment {
    const TAKES: &'static str = "an object with any of primary_category, subcategory, merchant_clean_name, \
                                 merchant_type, essential_discretionary, payment_method, \
                                 payment_method_subtype, confidence_score, llm_model";

    fn read(name: &str, text: &str) -> Result<Self, Failure> {
        enrichment(Members::read(name, text)?).map(Self)
    }
}

impl Argument for WholeEnrichment {
    const TAKES: &'static str = "an object with primary_category, subcategory, merchant_clean_name, \
                                 merchant_type, essential_discretionary, payment_method, \
                                 payment_method_subtype, confidence_score";

    fn read(name: &str, text: &str) -> Result<Self, Failure> {
        let members = Members::read(name, text)?;
        members.require(&CACHED)?;
        enrichment(members).map(Self)
    }
}

fn enrichment(mut members: Members<'_>) -> Result<Enrichment, Failure> {
    Ok(Enrichment {
        primary_category: members.take("primary_category")?,
        subcategory: members.take("subcategory")?,
        merchant_clean_name: members.take("merchant_clean_name")?,
        merchant_type: members.take("merchant_type")?,
        essential_discretionary: members.take("essential_discretionary")?,
        payment_method: members.take("payment_method")?,
        payment_method_subtype: members.take("payment_method_subtype")?,
        confidence_score: members.take("confidence_score")?,
        llm_provider: None,
        llm_model: members.take("llm_model")?,
    })
}

impl From<Enrichment> for Answer {
    fn from(enrichment: Enrichment) -> Self {
        serde_json::to_value(enrichment).map_or(Self::Null, Self::Json)
    }
}
