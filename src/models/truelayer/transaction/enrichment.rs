//! The enrichment of a bank transaction: `metadata.enrichment`.

use std::collections::HashSet;

use chrono::{SecondsFormat, Utc};
use diesel::dsl;
use diesel::prelude::*;
use serde::Serialize;

use super::metadata::inner_text;
use super::{TrueLayerTransaction, TrueLayerTransactionChanges, owned_by};
use crate::schema::truelayer_transactions;
use crate::types::{Enrichment, TrueLayerTransactionId, UserId};
use crate::{Error, Result};

/// An enrichment as it stands in the metadata of a transaction.
#[derive(Debug, Serialize)]
struct Stored<'a> {
    #[serde(flatten)]
    enrichment: &'a Enrichment,
    enriched_at: String,
}

/// Transactions whose enrichment gives a category.
#[dsl::auto_type]
fn enriched() -> _ {
    inner_text(
        truelayer_transactions::metadata,
        "enrichment",
        "primary_category",
    )
    .ne("")
}

impl TrueLayerTransaction {
    /// Stores the enrichment of a transaction of the owner, in the place of an earlier one.
    ///
    /// Its category becomes the transaction's, `Other` where it has none; its merchant becomes the transaction's unless
    /// it has none; the transaction waits for enrichment no longer. What else is in the metadata stays. The provider is
    /// `llm` and the model `unknown` where it names none; `enriched_at` is the present time.
    ///
    /// [`Error::NotFound`] where the owner has no such transaction, [`Error::InvalidInput`] where the enrichment tells
    /// nothing.
    ///
    /// Takes over `update_transaction_with_enrichment`.
    pub fn set_enrichment(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        id: TrueLayerTransactionId,
        enrichment: &Enrichment,
    ) -> Result<()> {
        if enrichment.is_empty() {
            return Err(Error::invalid("enrichment", "is empty"));
        }
        let mut enrichment = enrichment.clone();
        for (member, default) in [
            (&mut enrichment.primary_category, "Other"),
            (&mut enrichment.llm_provider, "llm"),
            (&mut enrichment.llm_model, "unknown"),
        ] {
            member.get_or_insert_with(|| default.to_owned());
        }
        let merchant = enrichment.merchant_clean_name.as_deref();
        let changes = TrueLayerTransactionChanges {
            transaction_category: Some(enrichment.primary_category.as_deref()),
            merchant_name: merchant.filter(|name| !name.is_empty()).map(Some),
            enrichment_required: Some(false),
            ..TrueLayerTransactionChanges::default()
        };
        let stored = Stored {
            enrichment: &enrichment,
            enriched_at: Utc::now().to_rfc3339_opts(SecondsFormat::Micros, true),
        };
        Self::update_with_metadata(conn, owner.into(), id, &changes, "enrichment", &stored)
    }

    /// Whether the owner has this transaction and its enrichment gives a category that is not empty.
    ///
    /// Takes over `is_transaction_enriched`.
    pub fn is_enriched(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        id: TrueLayerTransactionId,
    ) -> Result<bool> {
        Ok(!Self::enriched_among(conn, owner, &[id])?.is_empty())
    }

    /// Those of these transactions of the owner whose enrichment gives a category that is not empty.
    pub fn enriched_among(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        ids: &[TrueLayerTransactionId],
    ) -> Result<HashSet<TrueLayerTransactionId>> {
        let enriched = truelayer_transactions::table
            .filter(truelayer_transactions::id.eq_any(ids))
            .filter(owned_by(owner.into()))
            .filter(enriched())
            .select(truelayer_transactions::id)
            .load(conn)?;
        Ok(enriched.into_iter().collect())
    }
}
