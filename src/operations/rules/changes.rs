//! [`Changes`]: the enrichments that transactions are to get.

use std::collections::HashMap;
use std::hash::Hash;

use diesel::prelude::*;
use diesel::sql_types::{Array, Integer, Jsonb};
use serde::Serialize;
use serde_json::Value;

use crate::types::TrueLayerTransactionId;
use crate::{Error, Result};

/// The enrichments that transactions are to get. Equal ones are kept once, by what they come from.
pub(super) struct Changes<Origin> {
    places: HashMap<Origin, i32>,
    enrichments: Vec<Value>,
    transactions: Vec<TrueLayerTransactionId>,
    decided: Vec<i32>,
}

/// How an enrichment goes into a transaction.
#[derive(Debug, Clone, Copy)]
pub(super) enum Writing {
    /// In the place of the one that is there.
    Replace,
    /// Its members in the place of those that are there; others stay.
    Merge,
}

impl<Origin: Eq + Hash> Changes<Origin> {
    pub(super) fn new() -> Self {
        Self {
            places: HashMap::new(),
            enrichments: Vec::new(),
            transactions: Vec::new(),
            decided: Vec::new(),
        }
    }

    /// Decides on a transaction, which must come once.
    pub(super) fn add<Enrichment: Serialize>(
        &mut self,
        transaction: TrueLayerTransactionId,
        origin: Origin,
        enrichment: impl FnOnce() -> Enrichment,
    ) -> Result<()> {
        let place = if let Some(place) = self.places.get(&origin) {
            *place
        } else {
            let document = serde_json::to_value(enrichment())
                .map_err(|error| Error::invalid("enrichment", error.to_string()))?;
            self.enrichments.push(document);
            let place = i32::try_from(self.enrichments.len())
                .map_err(|error| Error::invalid("enrichment", error.to_string()))?;
            self.places.insert(origin, place);
            place
        };
        self.transactions.push(transaction);
        self.decided.push(place);
        Ok(())
    }

    /// The transactions that were decided on, in the order in which they came.
    pub(super) fn transactions(&self) -> &[TrueLayerTransactionId] {
        &self.transactions
    }

    /// Writes the enrichments in one statement, and says how many transactions it changed. Metadata that is no object is
    /// taken as an empty one.
    pub(super) fn write(self, conn: &mut PgConnection, writing: Writing) -> Result<usize> {
        if self.transactions.is_empty() {
            return Ok(0);
        }
        let statement = match writing {
            Writing::Replace => include_str!("changes/replace.sql"),
            Writing::Merge => include_str!("changes/merge.sql"),
        };
        Ok(diesel::sql_query(statement)
            .bind::<Array<Integer>, _>(self.transactions)
            .bind::<Array<Integer>, _>(self.decided)
            .bind::<Array<Jsonb>, _>(self.enrichments)
            .execute(conn)?)
    }
}
