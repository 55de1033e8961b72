//! [`ReplicaState`]: how a replica is.

use std::time::Duration;

use serde::{Serialize, Serializer};

use crate::database::{PoolState, WalPosition};

/// What was found out about a replica.
#[derive(Debug, Clone)]
pub(super) enum Verdict {
    Unchecked,
    Usable {
        replayed: WalPosition,
        lag: Option<Duration>,
    },
    Behind {
        lag: Option<Duration>,
    },
    Gone {
        reason: String,
    },
}

impl Verdict {
    pub(super) fn condition(&self) -> ReplicaCondition {
        match self {
            Self::Unchecked => ReplicaCondition::Unchecked,
            Self::Usable { .. } => ReplicaCondition::Usable,
            Self::Behind { .. } => ReplicaCondition::Behind,
            Self::Gone { .. } => ReplicaCondition::Gone,
        }
    }
}

/// How a replica is at one moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ReplicaState {
    /// Whether it is read.
    pub condition: ReplicaCondition,
    /// How far it was behind the primary at the last look, where that is known; in JSON in milliseconds.
    #[serde(rename = "lag_ms", serialize_with = "as_milliseconds")]
    pub lag: Option<Duration>,
    /// Why it is gone.
    pub reason: Option<String>,
    /// Its pool, where it has one.
    pub connections: Option<PoolState>,
    /// The reads that it has answered.
    pub reads: u64,
    /// The reads that the primary has answered instead.
    pub reads_on_primary: u64,
}

/// Whether a replica is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ReplicaCondition {
    /// Nothing was read yet, so that nobody has looked.
    Unchecked,
    /// It is read.
    Usable,
    /// It is too far behind, and the primary is read.
    Behind,
    /// It is out of reach, no replica or that of another server, and the primary is read.
    Gone,
}

#[allow(clippy::ref_option, reason = "serde hands a reference over")]
fn as_milliseconds<S: Serializer>(
    lag: &Option<Duration>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    lag.map(|lag| lag.as_secs_f64() * 1_000.0)
        .serialize(serializer)
}
