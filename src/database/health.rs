//! [`Health`]: how a database is.

use std::time::{Duration, Instant};

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};
use serde::{Serialize, Serializer};

use crate::error::Result;
use crate::migrations::{Migrator, Options};

/// How a database is at one moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Health {
    /// The database's name.
    pub database: String,
    /// The server's version, such as `15.18`.
    pub server_version: String,
    /// How long one question took, there and back; in JSON in milliseconds.
    #[serde(rename = "latency_ms", serialize_with = "as_milliseconds")]
    pub latency: Duration,
    /// Whether the server is a standby, which can only be read.
    pub in_recovery: bool,
    /// The migrations that this program has and the database has not, by name.
    pub pending_migrations: Vec<String>,
    /// The versions of migrations that the database has and this program does not know.
    pub unknown_migrations: Vec<String>,
}

impl Health {
    pub(super) fn of(conn: &mut PgConnection) -> Result<Self> {
        let asked = Instant::now();
        let (database, server_version, in_recovery) = diesel::select((
            sql::<Text>("current_database()"),
            sql::<Text>("current_setting('server_version')"),
            sql::<Bool>("pg_is_in_recovery()"),
        ))
        .get_result(conn)?;
        let latency = asked.elapsed();
        let mut health = Self {
            database,
            server_version,
            latency,
            in_recovery,
            pending_migrations: Vec::new(),
            unknown_migrations: Vec::new(),
        };
        for migration in Migrator::embedded(Options::default()).status(conn)? {
            match (migration.name, migration.applied_at) {
                (Some(name), None) => health.pending_migrations.push(name),
                (None, _) => health.unknown_migrations.push(migration.version),
                (Some(_), Some(_)) => {}
            }
        }
        Ok(health)
    }
}

fn as_milliseconds<S: Serializer>(latency: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64(latency.as_secs_f64() * 1_000.0)
}
