//! Enriching what waits.

use std::collections::{HashMap, VecDeque};
use std::thread;
use std::time::Duration;

use diesel::Connection;
use serde::Serialize;

use super::ask::ask;
use super::batch_size::batch_size;
use super::cache::Reservation;
use super::claim::{Choice, Claimed};
use super::pending::count_waiting;
use super::settle::{Settled, settle};
use super::store::{Over, lock_categories};
use super::store_answers::{Questions, count, store_answers};
use super::{
    Enricher, EnrichmentOptions, EnrichmentProgress, EnrichmentRequest, EnrichmentState, job,
};
use crate::operations::rules::Rulebook;
use crate::types::{TrueLayerEnrichmentJobId, TrueLayerTransactionId, UserId};
use crate::{Database, Result};

/// As many transactions go through rules and cache at once.
const PAGE: usize = 500;

/// How long is waited for answers to questions that others ask.
const POLL: Duration = Duration::from_millis(50);

/// How often what was paid for is tried to be stored.
const STORE_ATTEMPTS: u32 = 3;

/// What an enrichment came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EnrichmentRun {
    /// Its row in `truelayer_enrichment_jobs`.
    pub job: TrueLayerEnrichmentJobId,
    /// What was done.
    #[serde(flatten)]
    pub state: EnrichmentState,
}

/// Enriches the transactions of a user that wait for it: by rules, else by the cache, else by the enricher.
///
/// Each batch is stored in one database transaction, and the connection is given back while the enricher is asked. Its
/// failures are noted, and neither stop the others nor the run. The job's row tells how far it has got; an error of the
/// database fails the job, and what is stored stays. Where another program ends the job, or `progress` says so, the run
/// stops after the batch.
pub fn enrich(
    database: &Database,
    user: UserId,
    enricher: &dyn Enricher,
    options: &EnrichmentOptions,
    progress: &dyn EnrichmentProgress,
) -> Result<EnrichmentRun> {
    let mut conn = database.conn()?;
    let waiting = count_waiting(&mut conn, user, options)?;
    let total = options
        .limit
        .map_or(waiting, |limit| waiting.min(limit.into()));
    let job = job::start(&mut conn, user, enricher, options, total)?;
    drop(conn);
    let mut run = Run {
        database,
        user,
        enricher,
        options,
        progress,
        job,
        is_stopped: false,
        state: EnrichmentState {
            total,
            ..EnrichmentState::default()
        },
    };
    let outcome = run.settle_all().and_then(|open| run.ask_all(open));
    let ended = database
        .conn()
        .and_then(|mut conn| job::finish(&mut conn, job, outcome.as_ref().err()));
    outcome.and(ended)?;
    Ok(EnrichmentRun {
        job,
        state: run.state,
    })
}

struct Run<'a> {
    database: &'a Database,
    user: UserId,
    enricher: &'a dyn Enricher,
    options: &'a EnrichmentOptions,
    progress: &'a dyn EnrichmentProgress,
    job: TrueLayerEnrichmentJobId,
    is_stopped: bool,
    state: EnrichmentState,
}

/// What is asked at once.
struct Batch {
    settled: EnrichmentState,
    is_running: bool,
    questions: Questions,
    requests: Vec<EnrichmentRequest>,
    reservation: Option<Reservation>,
    /// What others ask at the moment.
    deferred: Vec<TrueLayerTransactionId>,
}

impl Run<'_> {
    /// Takes all that waits through rules and cache, and gives what neither knows.
    fn settle_all(&mut self) -> Result<VecDeque<TrueLayerTransactionId>> {
        let mut open = VecDeque::new();
        let mut left = self
            .options
            .limit
            .map_or(usize::MAX, |limit| limit as usize);
        let mut after = None;
        while left > 0 && self.goes_on() {
            let choice = Choice {
                among: self.options.transactions.as_deref(),
                after,
                rows: left.min(PAGE),
                ..self.choice()
            };
            let mut conn = self.database.conn()?;
            let (taken, settled, is_running) = conn.transaction(|conn| {
                lock_categories(conn)?;
                let claimed = choice.claim(conn)?;
                after = claimed.last().map(|last| (last.timestamp, last.id));
                let taken = claimed.len();
                let rulebook = Rulebook::load(conn)?;
                let settled = settle(conn, self.user, self.over(), &rulebook, claimed)?;
                let is_running = job::advance(conn, self.job, &state_of(&settled, taken))?;
                Ok::<_, crate::Error>((taken, settled, is_running))
            })?;
            drop(conn);
            if taken == 0 {
                break;
            }
            left -= taken;
            self.add(&state_of(&settled, taken), is_running);
            open.extend(settled.unanswered.iter().map(|unanswered| unanswered.id));
        }
        Ok(open)
    }

    /// Asks the enricher about what is open, batch after batch. What others ask at the moment comes last, and again until
    /// they have the answer or have given up.
    fn ask_all(&mut self, mut open: VecDeque<TrueLayerTransactionId>) -> Result<()> {
        let size = batch_size(self.options, self.enricher, open.len());
        let mut in_vain = 0;
        while !open.is_empty() && self.goes_on() {
            let ids: Vec<_> = open.drain(..size.min(open.len())).collect();
            let taken = ids.len();
            let deferred = self.ask_batch(&ids)?;
            in_vain = if deferred.len() == taken {
                in_vain + taken
            } else {
                0
            };
            open.extend(deferred);
            if in_vain >= open.len() && !open.is_empty() {
                thread::sleep(POLL);
                in_vain = 0;
            }
        }
        Ok(())
    }

    /// Asks about transactions and stores the answers; gives those that others ask about at the moment.
    fn ask_batch(&mut self, ids: &[TrueLayerTransactionId]) -> Result<Vec<TrueLayerTransactionId>> {
        let mut batch = self.prepare(ids)?;
        self.add(&batch.settled, batch.is_running);
        if batch.requests.is_empty() || !self.goes_on() {
            if let Some(reservation) = &batch.reservation {
                reservation.release(&mut *self.database.conn()?)?;
            }
            return Ok(batch.deferred);
        }
        let requests = std::mem::take(&mut batch.requests);
        let asking = || ask(self.enricher, requests, self.options);
        let asked = match &batch.reservation {
            Some(reservation) => reservation.held(self.database, asking),
            None => asking(),
        };
        let store = || {
            let mut conn = self.database.conn()?;
            conn.transaction(|conn| {
                let mut stored = store_answers(
                    conn,
                    self.user,
                    self.over(),
                    self.enricher,
                    (&batch.questions, &asked.outcomes),
                    batch.reservation.as_ref(),
                )?;
                stored.usage = asked.usage.clone();
                let is_running = job::advance(conn, self.job, &stored)?;
                Ok::<_, crate::Error>((stored, is_running))
            })
        };
        let mut stored = store();
        for _ in 1..STORE_ATTEMPTS {
            if let Err(error) = &stored {
                tracing::warn!(%error, "answers could not be stored");
                thread::sleep(self.options.backoff);
                stored = store();
            }
        }
        let (stored, is_running) = stored?;
        self.add(&stored, is_running);
        Ok(batch.deferred)
    }

    /// Takes transactions through rules and cache once more, and reserves the questions that neither answers.
    fn prepare(&self, ids: &[TrueLayerTransactionId]) -> Result<Batch> {
        let mut conn = self.database.conn()?;
        conn.transaction(|conn| {
            lock_categories(conn)?;
            let choice = Choice {
                among: Some(ids),
                rows: ids.len(),
                ..self.choice()
            };
            let claimed = choice.claim(conn)?;
            let rulebook = Rulebook::load(conn)?;
            let settled = settle(conn, self.user, self.over(), &rulebook, claimed)?;
            let mut state = state_of(&settled, 0);
            state.current = state.successful();
            let is_running = job::advance(conn, self.job, &state)?;
            let asked = settled.unanswered.iter().map(Claimed::question);
            let reservation = self
                .enricher
                .is_cached()
                .then(|| Reservation::make(conn, asked, self.options.lease))
                .transpose()?;
            let reserved = reservation.as_ref().map(Reservation::questions);
            let mut batch = Batch {
                settled: state,
                is_running,
                questions: Vec::new(),
                requests: Vec::new(),
                reservation,
                deferred: Vec::new(),
            };
            let mut places = HashMap::new();
            for transaction in settled.unanswered {
                let (id, question) = (transaction.id, transaction.question());
                if reserved
                    .as_ref()
                    .is_some_and(|all| !all.contains(&question))
                {
                    batch.deferred.push(id);
                } else if let Some(place) = places.get(&question) {
                    let (_, transactions): &mut (_, Vec<_>) = &mut batch.questions[*place];
                    transactions.push(id);
                } else {
                    places.insert(question.clone(), batch.questions.len());
                    batch.questions.push((question, vec![id]));
                    let hint = rulebook.hint(&transaction.description);
                    batch.requests.push(transaction.request(hint));
                }
            }
            Ok(batch)
        })
    }

    const fn choice(&self) -> Choice<'_> {
        Choice {
            user: self.user,
            options: self.options,
            among: None,
            after: None,
            rows: PAGE,
        }
    }

    const fn over(&self) -> Over {
        if self.options.force {
            Over::Machines
        } else {
            Over::Nothing
        }
    }

    fn goes_on(&self) -> bool {
        !self.is_stopped && self.progress.goes_on()
    }

    fn add(&mut self, batch: &EnrichmentState, is_running: bool) {
        self.is_stopped |= !is_running;
        self.state.current += batch.current;
        self.state.by_rules += batch.by_rules;
        self.state.by_cache += batch.by_cache;
        self.state.by_enricher += batch.by_enricher;
        self.state.failed += batch.failed;
        self.state.batches += batch.batches;
        self.state.usage += &batch.usage;
        self.progress.advanced(&self.state);
    }
}

fn state_of(settled: &Settled, taken: usize) -> EnrichmentState {
    EnrichmentState {
        current: count(taken.saturating_sub(settled.unanswered.len())),
        by_rules: settled.by_rules,
        by_cache: settled.by_cache,
        ..EnrichmentState::default()
    }
}
