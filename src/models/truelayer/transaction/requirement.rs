//! What a transaction says about its enrichment: the status before it, whether it is wanted, whether it is there.

use diesel::prelude::*;
use diesel::sql_types::{Nullable, Text};
use serde::Serialize;

use super::{TrueLayerTransaction, owned_by};
use crate::Result;
use crate::models::one_row;
use crate::schema::truelayer_transactions;
use crate::sql::kept;
use crate::types::{PreEnrichmentStatus, TransactionType, TrueLayerTransactionId, UserId};

const PRIMARY_CATEGORY: &str =
    "truelayer_transactions.metadata #>> '{enrichment,primary_category}'";
const LLM_PROVIDER: &str = "truelayer_transactions.metadata #>> '{enrichment,llm_provider}'";

/// Whether a transaction waits for enrichment, and who enriched it.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Serialize)]
pub struct EnrichmentRequirement {
    /// `truelayer_transactions.id`.
    pub id: TrueLayerTransactionId,
    /// Whether it waits for enrichment.
    pub enrichment_required: bool,
    /// `llm_provider` of the enrichment in `metadata`.
    pub enrichment_source: Option<String>,
}

impl TrueLayerTransaction {
    /// Writes what is known before enrichment; [`Error::NotFound`](crate::Error::NotFound) where the owner has no such
    /// transaction.
    ///
    /// Takes over `update_pre_enrichment_status`.
    pub fn set_pre_enrichment_status(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        id: TrueLayerTransactionId,
        status: PreEnrichmentStatus,
    ) -> Result<()> {
        let mine = truelayer_transactions::table
            .find(id)
            .filter(owned_by(owner.into()));
        let update =
            diesel::update(mine).set(truelayer_transactions::pre_enrichment_status.eq(status));
        one_row(update.execute(conn)?)
    }

    /// Says whether the transaction waits for enrichment; [`Error::NotFound`](crate::Error::NotFound) where the owner has no
    /// such transaction. With `false` it belongs into the database transaction that stores an enrichment.
    ///
    /// Takes over `set_enrichment_required` and `clear_enrichment_required_after_success`.
    pub fn set_enrichment_required(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        id: TrueLayerTransactionId,
        required: bool,
    ) -> Result<()> {
        let mine = truelayer_transactions::table
            .find(id)
            .filter(owned_by(owner.into()));
        let update =
            diesel::update(mine).set(truelayer_transactions::enrichment_required.eq(required));
        one_row(update.execute(conn)?)
    }

    /// Turns round whether the transaction waits for enrichment, in one statement, and gives the new state;
    /// [`Error::NotFound`](crate::Error::NotFound) where the owner has no such transaction.
    ///
    /// Takes over `toggle_enrichment_required`.
    pub fn toggle_enrichment_required(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        id: TrueLayerTransactionId,
    ) -> Result<EnrichmentRequirement> {
        let mine = truelayer_transactions::table
            .find(id)
            .filter(owned_by(owner.into()));
        let update = diesel::update(mine)
            .set(
                truelayer_transactions::enrichment_required.eq(diesel::dsl::not(
                    truelayer_transactions::enrichment_required,
                )),
            )
            .returning((
                truelayer_transactions::id,
                truelayer_transactions::enrichment_required,
                diesel::dsl::sql::<Nullable<Text>>(LLM_PROVIDER),
            ));
        Ok(kept(update).get_result(conn)?)
    }

    /// The owner's transactions that wait for enrichment and whose `metadata` has no `enrichment.primary_category` (an empty
    /// text is one), newest first: those of one direction or of both, `limit` of them or all.
    ///
    /// Takes over `get_required_unenriched_transactions`.
    pub fn list_unenriched(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        direction: Option<TransactionType>,
        limit: Option<u32>,
    ) -> Result<Vec<Self>> {
        let mut query = Self::query()
            .filter(truelayer_transactions::enrichment_required)
            .filter(diesel::dsl::sql::<Nullable<Text>>(PRIMARY_CATEGORY).is_null())
            .filter(owned_by(owner.into()))
            .order((
                truelayer_transactions::timestamp.desc(),
                truelayer_transactions::id.desc(),
            ))
            .into_boxed();
        if let Some(direction) = direction {
            query = query.filter(truelayer_transactions::transaction_type.eq(direction));
        }
        if let Some(limit) = limit {
            query = query.limit(limit.into());
        }
        Ok(query.load(conn)?)
    }
}
