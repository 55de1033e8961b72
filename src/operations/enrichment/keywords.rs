//! [`KeywordEnricher`]: an enricher without a model.

use std::collections::{BTreeSet, HashMap};

use diesel::prelude::*;

use super::{
    Enricher, EnrichmentAnswer, EnrichmentFailure, EnrichmentOutcome, EnrichmentRequest, Usage,
};
use crate::Result;
use crate::models::core::AccountMapping;
use crate::models::rules::NormalizedCategory;
use crate::operations::categoriser::Categoriser;
use crate::operations::merchant_name;
use crate::types::Enrichment;

/// The enricher that is built in: it costs nothing and asks nobody.
///
/// The category is what a merchant normalisation suggests, else what the words of the description, the merchant and the
/// purchases say, else `Other`. The merchant's name is the normalisation's, else the one that [`merchant_name`] cleans.
pub struct KeywordEnricher {
    categoriser: Categoriser,
    accounts: HashMap<(String, String), String>,
    essential: BTreeSet<String>,
}

impl KeywordEnricher {
    /// An enricher with the keywords, account mappings and essential categories as they are now.
    pub fn load(conn: &mut PgConnection) -> Result<Self> {
        let accounts = AccountMapping::list(conn)?.into_iter().map(|mapping| {
            let account = (mapping.sort_code, mapping.account_number);
            (account, mapping.friendly_name)
        });
        Ok(Self {
            categoriser: Categoriser::load(conn)?,
            accounts: accounts.collect(),
            essential: NormalizedCategory::essential_names(conn)?,
        })
    }

    fn answer(&self, request: &EnrichmentRequest) -> EnrichmentAnswer {
        let merchant = request.merchant_name.as_deref().unwrap_or_default();
        let hint = request.hint.as_ref();
        let category = hint
            .and_then(|hint| hint.category.clone())
            .unwrap_or_else(|| {
                let told = request.sources.iter().map(|told| &*told.description);
                let texts = [&*request.description, merchant].into_iter().chain(told);
                let category = self.categoriser.categorise(texts, request.direction);
                category.to_owned()
            });
        let name = hint.map_or_else(
            || {
                let account = |sort_code: &str, number: &str| {
                    let key = (sort_code.to_owned(), number.to_owned());
                    self.accounts.get(&key).cloned()
                };
                merchant_name::normalise(merchant, &request.description, account)
            },
            |hint| hint.name.clone(),
        );
        let is_essential = self.essential.contains(&category);
        let word = if is_essential {
            "Essential"
        } else {
            "Discretionary"
        };
        EnrichmentAnswer {
            enrichment: Enrichment {
                primary_category: Some(category),
                merchant_clean_name: Some(name).filter(|name| !name.is_empty()),
                merchant_type: hint.and_then(|hint| hint.merchant_type.clone()),
                essential_discretionary: Some(word.to_owned()),
                ..Enrichment::default()
            },
            usage: Usage::default(),
        }
    }
}

impl Enricher for KeywordEnricher {
    fn provider(&self) -> &'static str {
        "keywords"
    }

    fn model(&self) -> &'static str {
        "keywords"
    }

    fn enrich(
        &self,
        requests: &[EnrichmentRequest],
    ) -> Result<Vec<EnrichmentOutcome>, EnrichmentFailure> {
        Ok(requests
            .iter()
            .map(|request| Ok(self.answer(request)))
            .collect())
    }

    fn source(&self) -> &'static str {
        "keywords"
    }

    fn is_cached(&self) -> bool {
        false
    }

    fn batch_size(&self) -> Option<usize> {
        Some(500)
    }
}
