//! Storing what an enricher answered.

use std::collections::BTreeMap;

use diesel::prelude::*;

use super::cache::{self, Reservation};
use super::claim::Question;
use super::store::{Over, Told, Writer, lock_categories};
use super::{Enricher, EnrichmentOutcome, EnrichmentState, failures};
use crate::Result;
use crate::types::{TrueLayerTransactionId, UserId};

/// The questions of a batch, in the order in which they are asked, with the transactions that they stand for.
pub(super) type Questions = Vec<(Question, Vec<TrueLayerTransactionId>)>;

/// Stores the outcomes: answers on the transactions and in the cache, failures as failures; the reservation ends. Adds up
/// what it came to. Belongs into a database transaction.
pub(super) fn store_answers(
    conn: &mut PgConnection,
    user: UserId,
    over: Over,
    enricher: &dyn Enricher,
    (questions, outcomes): (&Questions, &[EnrichmentOutcome]),
    reservation: Option<&Reservation>,
) -> Result<EnrichmentState> {
    lock_categories(conn)?;
    let mut batch = EnrichmentState {
        batches: 1,
        ..EnrichmentState::default()
    };
    let (mut answers, mut failed) = (BTreeMap::new(), BTreeMap::new());
    let (mut writer, mut answered) = (Writer::new(), Vec::new());
    for (place, ((question, transactions), outcome)) in questions.iter().zip(outcomes).enumerate() {
        match outcome {
            Ok(answer) => {
                let mut enrichment = answer.enrichment.clone();
                let provider = || enricher.provider().to_owned();
                enrichment.llm_provider.get_or_insert_with(provider);
                let model = || enricher.model().to_owned();
                enrichment.llm_model.get_or_insert_with(model);
                for id in transactions {
                    let told = || Told::new(enrichment.clone(), enricher.source());
                    writer.add(*id, place, told)?;
                }
                answered.extend(transactions);
                answers.insert(question.clone(), enrichment);
            }
            Err(failure) => {
                failed.extend(transactions.iter().map(|id| (*id, failure.message.clone())));
            }
        }
    }
    batch.by_enricher = count(writer.write(conn, Some(user), over)?.len());
    batch.failed = count(failed.len());
    batch.current = count(answered.len()) + batch.failed;
    failures::forget(conn, &answered)?;
    failures::note(conn, &failed)?;
    if let Some(reservation) = reservation {
        cache::store(conn, &answers)?;
        reservation.release(conn)?;
    }
    Ok(batch)
}

pub(super) fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
