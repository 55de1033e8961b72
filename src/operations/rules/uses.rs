//! [`Uses`]: how often rules were used.

use std::collections::BTreeMap;

use diesel::prelude::*;

use super::rulebook::{Decision, Rulebook};
use crate::Result;
use crate::models::rules::{CategoryRule, MerchantNormalization};
use crate::types::{CategoryRuleId, MerchantNormalizationId};

/// How often rules were used for what was saved.
#[derive(Default)]
pub(in crate::operations) struct Uses {
    rules: BTreeMap<CategoryRuleId, i32>,
    merchants: BTreeMap<MerchantNormalizationId, i32>,
}

impl Uses {
    /// A decision was saved.
    pub(in crate::operations) fn add(&mut self, rulebook: &Rulebook, decision: Decision) {
        let (rule, merchant) = match decision {
            Decision::Mapping { mapping, .. } => (None, Some(mapping)),
            Decision::Rule { rule, merchant } => (Some(rule), merchant),
        };
        if let Some(rule) = rule {
            *self.rules.entry(rulebook.rules[rule].id).or_default() += 1;
        }
        if let Some(merchant) = merchant {
            let id = rulebook.merchants[merchant].id;
            *self.merchants.entry(id).or_default() += 1;
        }
    }

    /// Adds them to the counts, by id and in one statement a table.
    pub(in crate::operations) fn count(&self, conn: &mut PgConnection) -> Result<()> {
        if !self.rules.is_empty() {
            CategoryRule::count_uses(conn, &self.rules)?;
        }
        if !self.merchants.is_empty() {
            MerchantNormalization::count_uses(conn, &self.merchants)?;
        }
        Ok(())
    }
}
