//! [`Registry`]: the kinds of jobs that a worker knows.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{Backoff, Context, Job, Mode, NewJob, kinds};
use crate::{Error, Result};

/// The kinds of jobs that a worker knows. Jobs of other kinds stay queued for workers that know them.
#[derive(Debug, Clone, Default)]
pub struct Registry(BTreeMap<&'static str, Kind>);

/// What a worker needs to know of a kind, without its type.
#[derive(Debug, Clone, Copy)]
pub(super) struct Kind {
    pub(super) lease: Duration,
    pub(super) backoff: Backoff,
    pub(super) mode: Mode,
    pub(super) run: fn(&Value, &mut Context<'_>) -> Result<Value>,
    read: fn(&Value) -> Result<NewJob>,
}

impl Registry {
    /// Knows no kind.
    pub fn new() -> Self {
        Self::default()
    }

    /// Knows the kinds that this crate brings along.
    pub fn shipped() -> Self {
        kinds::add_all(Self::new())
    }

    /// Knows this kind too; a kind of the same name gives way.
    #[must_use]
    pub fn with<J: Job>(mut self) -> Self {
        let kind = Kind {
            lease: J::LEASE,
            backoff: J::BACKOFF,
            mode: J::MODE,
            run: run::<J>,
            read: |payload| NewJob::of(&from_json::<J>(payload)?),
        };
        self.0.insert(J::KIND, kind);
        self
    }

    /// The names of the kinds, sorted.
    pub fn kinds(&self) -> impl Iterator<Item = &'static str> {
        self.0.keys().copied()
    }

    /// A job from its kind's name and its payload. [`Error::InvalidInput`] for `kind` where it is not known, for `payload`
    /// where the kind cannot read it.
    pub fn read_job(&self, kind: &str, payload: &Value) -> Result<NewJob> {
        let known = self.get(kind).ok_or_else(|| {
            let names: Vec<_> = self.kinds().collect();
            Error::invalid("kind", format!("takes {}", names.join(", ")))
        })?;
        (known.read)(payload)
    }

    pub(super) fn get(&self, kind: &str) -> Option<&Kind> {
        self.0.get(kind)
    }

    pub(super) fn leases(&self) -> impl Iterator<Item = Duration> {
        self.0.values().map(|kind| kind.lease)
    }
}

fn run<J: Job>(payload: &Value, context: &mut Context<'_>) -> Result<Value> {
    to_json("result", &from_json::<J>(payload)?.run(context)?)
}

fn from_json<T: DeserializeOwned>(payload: &Value) -> Result<T> {
    T::deserialize(payload).map_err(|error| Error::invalid("payload", error.to_string()))
}

pub(super) fn to_json(field: &str, value: &impl Serialize) -> Result<Value> {
    serde_json::to_value(value).map_err(|error| Error::invalid(field, error.to_string()))
}
