//! The one writer of enrichments.

use std::collections::HashMap;
use std::hash::Hash;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::{Array, Bool, Integer, Text};
use serde::Serialize;

use crate::models::one_row;
use crate::models::truelayer::transaction;
use crate::types::{Enrichment, TrueLayerTransactionId, UserId};
use crate::{Error, Result};

/// What is told of a transaction, and by whom.
#[derive(Debug, Clone, Serialize)]
pub(in crate::operations) struct Told {
    #[serde(flatten)]
    enrichment: Enrichment,
    enrichment_source: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::operations) matched_rule: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::operations) matched_merchant: Option<String>,
}

impl Told {
    /// An enrichment by `source`: `rule`, `cache`, `llm` or the like. Its category is `Other` where it has none.
    pub(in crate::operations) fn new(mut enrichment: Enrichment, source: &str) -> Self {
        let category = enrichment.primary_category.take();
        let category = category.filter(|category| !category.trim().is_empty());
        enrichment.primary_category = Some(category.unwrap_or_else(|| "Other".to_owned()));
        enrichment.llm_provider = Some(source.to_owned());
        enrichment
            .llm_model
            .get_or_insert_with(|| "unknown".to_owned());
        Self {
            enrichment,
            enrichment_source: source.to_owned(),
            matched_rule: None,
            matched_merchant: None,
        }
    }
}

/// Enrichments on their way into transactions. Those of one origin are equal and kept once.
pub(in crate::operations) struct Writer<Origin> {
    places: HashMap<Origin, i32>,
    documents: Vec<String>,
    transactions: Vec<TrueLayerTransactionId>,
    decided: Vec<i32>,
}

#[derive(QueryableByName)]
struct Written {
    #[diesel(sql_type = Integer)]
    id: TrueLayerTransactionId,
}

/// Whether what is there is written over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::operations) enum Over {
    /// Only transactions that wait and have no enrichment.
    Nothing,
    /// Enrichments of rules and models too.
    Machines,
    /// What a person set too.
    Everything,
}

impl<Origin: Eq + Hash> Writer<Origin> {
    pub(in crate::operations) fn new() -> Self {
        Self {
            places: HashMap::new(),
            documents: Vec::new(),
            transactions: Vec::new(),
            decided: Vec::new(),
        }
    }

    /// Decides on a transaction, which must come once.
    pub(in crate::operations) fn add(
        &mut self,
        transaction: TrueLayerTransactionId,
        origin: Origin,
        told: impl FnOnce() -> Told,
    ) -> Result<()> {
        let place = if let Some(place) = self.places.get(&origin) {
            *place
        } else {
            let document = serde_json::to_string(&told())
                .map_err(|error| Error::invalid("enrichment", error.to_string()))?;
            // jsonb has no null character.
            self.documents.push(document.replace("\\u0000", ""));
            let place = i32::try_from(self.documents.len())
                .map_err(|error| Error::invalid("enrichment", error.to_string()))?;
            self.places.insert(origin, place);
            place
        };
        self.transactions.push(transaction);
        self.decided.push(place);
        Ok(())
    }

    /// Writes the enrichments of the owner's transactions in one statement, and gives the ids of those that changed, in no
    /// order. The rows are locked first, in the order of their ids. Needs [`lock_categories`] before any row was locked.
    pub(in crate::operations) fn write(
        self,
        conn: &mut PgConnection,
        owner: Option<UserId>,
        over: Over,
    ) -> Result<Vec<TrueLayerTransactionId>> {
        if self.transactions.is_empty() {
            return Ok(Vec::new());
        }
        let locked = transaction::lock(conn, owner, &self.transactions)?;
        let places: HashMap<_, _> = self.transactions.into_iter().zip(self.decided).collect();
        let places: Vec<i32> = locked.iter().map(|id| places[id]).collect();
        let written: Vec<Written> = diesel::sql_query(include_str!("store.sql"))
            .bind::<Array<Integer>, _>(locked)
            .bind::<Array<Integer>, _>(places)
            .bind::<Array<Text>, _>(self.documents)
            .bind::<Bool, _>(over != Over::Nothing)
            .bind::<Bool, _>(over == Over::Everything)
            .load(conn)?;
        Ok(written.into_iter().map(|written| written.id).collect())
    }
}

/// Keeps categories from being renamed or deleted until the end of the database transaction.
pub(in crate::operations) fn lock_categories(conn: &mut PgConnection) -> Result<()> {
    conn.batch_execute("LOCK TABLE normalized_categories IN SHARE MODE")?;
    Ok(())
}

/// Stores what a person says of a transaction of the owner, in the place of what rules or models said; they keep their
/// hands off it from then on. `category_id` and `subcategory_id` are those of its names, if they are managed ones.
///
/// [`Error::NotFound`] where the owner has no such transaction, [`Error::InvalidInput`] where it gives no category.
pub fn set_by_hand(
    conn: &mut PgConnection,
    owner: impl Into<Option<UserId>>,
    id: TrueLayerTransactionId,
    enrichment: &Enrichment,
) -> Result<()> {
    let owner = owner.into();
    let category = enrichment.primary_category.as_deref().unwrap_or_default();
    if category.trim().is_empty() {
        return Err(Error::invalid("primary_category", "is blank"));
    }
    conn.transaction(|conn| {
        lock_categories(conn)?;
        one_row(transaction::lock(conn, owner, &[id])?.len())?;
        let mut writer = Writer::new();
        writer.add(id, (), || Told::new(enrichment.clone(), "manual"))?;
        writer.write(conn, owner, Over::Everything)?;
        Ok(())
    })
}
