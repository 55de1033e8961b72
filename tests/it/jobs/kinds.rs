//! Kinds of jobs for the tests.

use std::thread;
use std::time::Duration;

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Integer, Text};
use serde::{Deserialize, Serialize};
use spending_db::jobs::kinds::RunMatcher;
use spending_db::jobs::{Backoff, Context, Job, Mode, NewJob, Queue, Registry};
use spending_db::operations::matching::Matcher;
use spending_db::types::SyncJobId;
use spending_db::{Error, Result};

use super::place::Place;

pub(crate) fn registry() -> Registry {
    Registry::new()
        .with::<Note>()
        .with::<Gated>()
        .with::<Stepwise>()
        .with::<Fails>()
        .with::<Panics>()
}

const QUICK: Backoff = Backoff {
    first: Duration::from_millis(1),
    most: Duration::from_millis(10),
};

/// Makes a note.
#[derive(Serialize, Deserialize)]
pub(crate) struct Note {
    pub(crate) text: String,
}

impl Job for Note {
    const KIND: &'static str = "note";
    const BACKOFF: Backoff = QUICK;
    const MAX_ATTEMPTS: i32 = 1000;
    type Output = String;

    fn run(&self, context: &mut Context<'_>) -> Result<String> {
        note(context, &self.text)?;
        Ok(format!("noted {}", self.text))
    }
}

/// Makes a note, and waits in its transaction until a gate is open.
#[derive(Serialize, Deserialize)]
pub(crate) struct Gated {
    pub(crate) gate: String,
    /// Whether it asks if it should go on.
    pub(crate) asks: bool,
}

impl Job for Gated {
    const KIND: &'static str = "gated";
    const LEASE: Duration = Duration::from_secs(2);
    const BACKOFF: Backoff = QUICK;
    type Output = ();

    fn run(&self, context: &mut Context<'_>) -> Result<()> {
        note(context, &self.gate)?;
        context.progress(1, Some(2));
        pass(context, &self.gate, self.asks)
    }
}

/// Makes a note a step, each when the gate of its number is open.
#[derive(Serialize, Deserialize)]
pub(crate) struct Stepwise {
    pub(crate) steps: u64,
}

impl Job for Stepwise {
    const KIND: &'static str = "stepwise";
    const MODE: Mode = Mode::Steps;
    const BACKOFF: Backoff = QUICK;
    type Output = u64;

    fn run(&self, context: &mut Context<'_>) -> Result<u64> {
        for step in 1..=self.steps {
            context.progress(step - 1, Some(self.steps));
            pass(context, &step.to_string(), false)?;
            let (job, attempt) = (context.id(), context.attempt());
            context.transaction(|conn| insert(conn, job, attempt, &step.to_string()))?;
        }
        context.progress(self.steps, Some(self.steps));
        Ok(self.steps)
    }
}

/// Makes a note and fails, so many times.
#[derive(Serialize, Deserialize)]
pub(crate) struct Fails {
    pub(crate) times: i32,
}

impl Job for Fails {
    const KIND: &'static str = "fails";
    const BACKOFF: Backoff = QUICK;
    const MAX_ATTEMPTS: i32 = 3;
    type Output = i32;

    fn run(&self, context: &mut Context<'_>) -> Result<i32> {
        let attempt = context.attempt();
        note(context, &format!("attempt {attempt}"))?;
        if attempt <= self.times {
            return Err(Error::invalid("weather", "it\nrains"));
        }
        Ok(attempt)
    }
}

/// Makes a note and panics.
#[derive(Serialize, Deserialize)]
pub(crate) struct Panics {}

impl Job for Panics {
    const KIND: &'static str = "panics";
    const BACKOFF: Backoff = QUICK;
    const MAX_ATTEMPTS: i32 = 2;
    type Output = ();

    fn run(&self, context: &mut Context<'_>) -> Result<()> {
        let conn = context.conn()?;
        let nested: Result<()> = conn.transaction(|conn| {
            insert(conn, SyncJobId(0), 0, "panic")?;
            panic!("hunter2")
        });
        nested
    }
}

/// Enqueues a note and gives its id.
pub(crate) fn enqueue_note(place: &Place, text: &str) -> SyncJobId {
    enqueue(
        place,
        &Note {
            text: text.to_owned(),
        },
    )
}

pub(crate) fn enqueue<J: Job>(place: &Place, job: &J) -> SyncJobId {
    Queue::enqueue(&mut place.conn(), job).unwrap().id
}

pub(crate) fn new_note(text: &str) -> NewJob {
    NewJob::of(&Note {
        text: text.to_owned(),
    })
    .unwrap()
}

fn note(context: &mut Context<'_>, text: &str) -> Result<()> {
    let (job, attempt) = (context.id(), context.attempt());
    insert(context.conn()?, job, attempt, text)
}

fn insert(conn: &mut PgConnection, job: SyncJobId, attempt: i32, text: &str) -> Result<()> {
    diesel::sql_query("INSERT INTO notes (job, attempt, text) VALUES ($1, $2, $3)")
        .bind::<BigInt, _>(job)
        .bind::<Integer, _>(attempt)
        .bind::<Text, _>(text)
        .execute(conn)?;
    Ok(())
}

/// Waits until a gate is open.
fn pass(context: &mut Context<'_>, gate: &str, asks: bool) -> Result<()> {
    loop {
        if asks {
            context.check()?;
        }
        let is_open = sql::<Bool>("EXISTS (SELECT FROM gates WHERE name = ")
            .bind::<Text, _>(gate)
            .sql(")");
        if diesel::select(is_open).get_result(context.conn()?)? {
            return Ok(());
        }
        thread::sleep(Duration::from_millis(2));
    }
}

/// Matches everybody's Amazon payments.
pub(super) fn amazon() -> RunMatcher {
    RunMatcher {
        matcher: Matcher::Amazon,
        user: None,
    }
}
