//! The cache of answers, and the reservation of questions in it.

use std::collections::{BTreeMap, HashSet};
use std::hash::{BuildHasher, RandomState};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use diesel::prelude::*;
use diesel::sql_types::{Array, Double, Text};

use super::claim::Question;
use crate::models::enrichment::RESERVED;
use crate::schema::enrichment_cache;
use crate::types::{Enrichment, EnrichmentCacheId};
use crate::{Database, Error, Result};

/// Questions that only this worker may ask, as long as it gives signs of life.
pub(super) struct Reservation {
    mark: String,
    descriptions: Vec<String>,
    directions: Vec<String>,
    lease: Duration,
}

#[derive(QueryableByName)]
struct Reserved {
    #[diesel(sql_type = Text)]
    transaction_description: String,
    #[diesel(sql_type = Text)]
    transaction_direction: String,
}

/// Empties entries that hold no enrichment, so that their questions can be reserved.
pub(super) fn empty_broken(conn: &mut PgConnection, entries: &[EnrichmentCacheId]) -> Result<()> {
    if entries.is_empty() {
        return Ok(());
    }
    tracing::warn!(
        entries = entries.len(),
        "entries of enrichment_cache hold no enrichment"
    );
    let data = enrichment_cache::enrichment_data;
    diesel::update(enrichment_cache::table)
        .filter(enrichment_cache::id.eq_any(entries))
        .filter(data.not_like(format!("{RESERVED}%")))
        .set(data.eq(None::<String>))
        .execute(conn)?;
    Ok(())
}

impl Reservation {
    /// Reserves those of the questions that have no answer and that nobody else asks, in one statement.
    pub(super) fn make(
        conn: &mut PgConnection,
        questions: impl IntoIterator<Item = Question>,
        lease: Duration,
    ) -> Result<Self> {
        let (descriptions, directions): (Vec<_>, Vec<_>) = questions.into_iter().unzip();
        let mut reservation = Self {
            mark: format!(
                "{RESERVED}{}-{:016x}",
                std::process::id(),
                RandomState::new().hash_one(&descriptions)
            ),
            descriptions: Vec::new(),
            directions: Vec::new(),
            lease,
        };
        if descriptions.is_empty() {
            return Ok(reservation);
        }
        let reserved: Vec<Reserved> = diesel::sql_query(include_str!("reserve.sql"))
            .bind::<Array<Text>, _>(descriptions)
            .bind::<Array<Text>, _>(directions)
            .bind::<Text, _>(&reservation.mark)
            .bind::<Double, _>(lease.as_secs_f64())
            .bind::<Text, _>(format!("{RESERVED}%"))
            .load(conn)?;
        for question in reserved {
            reservation
                .descriptions
                .push(question.transaction_description);
            reservation.directions.push(question.transaction_direction);
        }
        Ok(reservation)
    }

    pub(super) fn questions(&self) -> HashSet<Question> {
        let descriptions = self.descriptions.iter().cloned();
        descriptions.zip(self.directions.iter().cloned()).collect()
    }

    /// Does the work while the lease is renewed every third of its time.
    pub(super) fn held<T>(&self, database: &Database, work: impl FnOnce() -> T) -> T {
        if self.descriptions.is_empty() {
            return work();
        }
        thread::scope(|scope| {
            let (done, waits) = channel::<()>();
            scope.spawn(move || {
                while waits.recv_timeout(self.lease / 3) == Err(RecvTimeoutError::Timeout) {
                    if let Err(error) = self.renew(database) {
                        tracing::warn!(%error, "a reservation could not be renewed");
                    }
                }
            });
            let outcome = work();
            drop(done);
            outcome
        })
    }

    fn renew(&self, database: &Database) -> Result<()> {
        self.each(&mut *database.conn()?, include_str!("renew.sql"))
    }

    /// Gives back what is still reserved.
    pub(super) fn release(&self, conn: &mut PgConnection) -> Result<()> {
        if self.descriptions.is_empty() {
            return Ok(());
        }
        self.each(conn, include_str!("release.sql"))
    }

    fn each(&self, conn: &mut PgConnection, statement: &str) -> Result<()> {
        diesel::sql_query(statement)
            .bind::<Array<Text>, _>(&self.descriptions)
            .bind::<Array<Text>, _>(&self.directions)
            .bind::<Text, _>(&self.mark)
            .execute(conn)?;
        Ok(())
    }
}

/// Stores answers, in the place of earlier ones, in one statement.
pub(super) fn store(
    conn: &mut PgConnection,
    answers: &BTreeMap<Question, Enrichment>,
) -> Result<()> {
    if answers.is_empty() {
        return Ok(());
    }
    let (descriptions, directions): (Vec<_>, Vec<_>) = answers
        .keys()
        .map(|(description, direction)| (description, direction))
        .unzip();
    let documents = answers
        .values()
        .map(serde_json::to_string)
        .collect::<Result<Vec<_>, _>>()
        .map_err(|error| Error::invalid("enrichment", error.to_string()))?;
    diesel::sql_query(include_str!("store_cached.sql"))
        .bind::<Array<Text>, _>(descriptions)
        .bind::<Array<Text>, _>(directions)
        .bind::<Array<Text>, _>(documents)
        .execute(conn)?;
    Ok(())
}
