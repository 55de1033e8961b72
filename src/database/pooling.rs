//! What must hold where a pooler in transaction mode is in between, and what to do without a session.

use diesel::PgConnection;
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};

use super::connect::{connect, connect_pooled};
use super::instrumentation::StatementLog;
use crate::config::{Config, Pooler};
use crate::error::{Error, Result};

/// Whether the connection has a session: what is set, locked or listened to there stays.
pub(crate) fn has_session(conn: &mut PgConnection) -> bool {
    StatementLog::of(conn).is_none_or(|log| log.pooled.is_none())
}

/// Another connection to the same database, where this one has no session: what is to last longer than a transaction is
/// done in one transaction there.
pub(crate) fn beside(conn: &mut PgConnection) -> Result<Option<PgConnection>> {
    let pooled = StatementLog::of(conn).and_then(|log| log.pooled.clone());
    pooled.map(|config| connect(&config)).transpose()
}

/// Makes sure that the time limits hold behind the pooler, and that the direct way leads to the same database.
pub(super) fn check(config: &Config, direct: &mut PgConnection) -> Result<()> {
    if config.pooler == Pooler::Session {
        return Ok(());
    }
    let pooled = &mut connect_pooled(config)?;
    if Identity::of(pooled)? != Identity::of(direct)? {
        return Err(Error::Config {
            variable: "DATABASE_DIRECT_URL".to_owned(),
            reason: "leads to another database than DATABASE_URL".to_owned(),
        });
    }
    for limit in config.limits() {
        let Some(wanted) = limit.milliseconds else {
            continue;
        };
        // In milliseconds: the view has them without a unit.
        let setting = format!(
            "(SELECT setting::bigint FROM pg_settings WHERE name = '{}')",
            limit.name
        );
        let held: i64 = diesel::select(sql::<BigInt>(&setting)).get_result(pooled)?;
        if held == 0 || held > wanted.into() {
            return Err(Error::Config {
                variable: limit.variable.to_owned(),
                reason: format!(
                    "behind a pooler in transaction mode it is the server that holds the limit for statements outside of a \
                     transaction, and its {name} is {held} ms: ALTER ROLE CURRENT_USER SET {name} = {wanted}, and RECONNECT in \
                     the pooler's console; or set the variable to off",
                    name = limit.name
                ),
            });
        }
    }
    Ok(())
}

/// What tells one database from another, a primary and its replicas having the same.
#[derive(PartialEq, Eq)]
pub(super) struct Identity {
    server: i64,
    database: String,
}

impl Identity {
    pub(super) fn of(conn: &mut PgConnection) -> Result<Self> {
        let (server, database) = diesel::select((
            sql::<BigInt>("(SELECT system_identifier FROM pg_control_system())"),
            sql::<Text>("current_database()"),
        ))
        .get_result(conn)?;
        Ok(Self { server, database })
    }
}
