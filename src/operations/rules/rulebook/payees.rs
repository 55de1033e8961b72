//! [`PayeeMappings`]: which mapping of direct debits knows a payee.

use super::super::matcher::{Matcher, Text};
use super::super::payee::{Method, Payee};
use crate::Result;
use crate::models::rules::MerchantNormalization;
use crate::types::PatternType;

/// The mappings of direct debits, in the order in which they are tried.
pub(super) struct PayeeMappings {
    /// Their places among the merchants.
    merchants: Vec<usize>,
    patterns: Matcher,
    /// Upper-cased patterns that fit a part of theirs too, with their places here.
    wholes: Vec<(usize, String)>,
}

impl PayeeMappings {
    pub(super) fn new(all: &[MerchantNormalization]) -> Result<Self> {
        let mappings = all.iter().enumerate();
        let (merchants, mappings): (Vec<_>, Vec<_>) = mappings
            .filter(|(_, merchant)| merchant.is_direct_debit())
            .unzip();
        let wholes = mappings
            .iter()
            .enumerate()
            .filter(|(_, mapping)| {
                mapping.pattern_type.as_deref() == Some(PatternType::Contains.as_str())
            })
            .map(|(place, mapping)| (place, mapping.pattern.to_uppercase()));
        Ok(Self {
            wholes: wholes.collect(),
            patterns: Matcher::new(
                mappings
                    .iter()
                    .map(|mapping| (mapping.pattern_type.as_deref(), &*mapping.pattern)),
            )?,
            merchants,
        })
    }

    /// The first mapping that knows the payee of a description, as a place among the merchants, and how was paid.
    pub(super) fn find(&self, description: &str) -> Option<(usize, Method)> {
        if self.merchants.is_empty() {
            return None;
        }
        let payee = Payee::of(description)?;
        let text = Text::new(&payee.name);
        let fits = self.patterns.first(&text, |_| true);
        let has_payee = self
            .wholes
            .iter()
            .find(|(_, pattern)| pattern.contains(text.upper()))
            .map(|(place, _)| *place);
        let first = fits.into_iter().chain(has_payee).min()?;
        Some((self.merchants[first], payee.method))
    }
}
