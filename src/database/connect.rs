//! [`connect`]: the one place where connections are made.

use std::sync::Arc;

use diesel::connection::CacheSize;
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::Text;

use super::instrumentation::StatementLog;
use crate::config::{Config, Pooler};
use crate::error::{Error, Result};

/// One connection outside of any pool, by the direct way where the configuration names one; migrations are not looked at.
///
/// [`Error::Refused`] where `TESTING` is on and the configuration leads to the production database,
/// [`Error::Connect`] with libpq's words where there is no connection.
pub fn connect(config: &Config) -> Result<PgConnection> {
    match config.of_direct_way() {
        Some(direct) => connect_pooled(&direct),
        None => connect_pooled(config),
    }
}

/// One connection by way of the pooler, where there is one.
pub(super) fn connect_pooled(config: &Config) -> Result<PgConnection> {
    let guard = Guard::of(config)?;
    if let Some(guard) = &guard {
        guard.allow(config.database_name().as_deref())?;
    }
    let mut conn = PgConnection::establish(config.connection_string().expose())
        .map_err(|error| Error::Connect(explain(&error.to_string())))?;
    if let Some(guard) = &guard {
        // The name may lead elsewhere by a pooler in between.
        let name: String = diesel::select(sql::<Text>("current_database()"))
            .get_result(&mut conn)
            .map_err(Error::from)?;
        guard.allow(Some(&name))?;
    }
    let mut log = StatementLog::new(config.slow_statement);
    if config.pooler == Pooler::Transaction {
        // Another client may have prepared a statement of that name on the next server connection.
        conn.set_prepared_statement_cache_size(CacheSize::Disabled);
        log.pooled = Some(Arc::new(config.clone()));
    }
    conn.set_instrumentation(log);
    Ok(conn)
}

/// What keeps a test run away from the production database.
struct Guard {
    production: Vec<String>,
}

impl Guard {
    /// The guard of a test run; `None` where this is none.
    fn of(config: &Config) -> Result<Option<Self>> {
        if !config.is_testing()? {
            return Ok(None);
        }
        let mut production = vec![config.production_database.clone()];
        production.extend(std::env::var("SPENDING_DB_PRODUCTION_DATABASE"));
        Ok(Some(Self { production }))
    }

    fn allow(&self, database: Option<&str>) -> Result<()> {
        let refused = |database: &str, reason: &str| {
            Err(Error::Refused {
                database: database.to_owned(),
                reason: reason.to_owned(),
            })
        };
        match database {
            Some(name) if self.production.iter().any(|production| production == name) => refused(
                name,
                "it is the production database (SPENDING_DB_PRODUCTION_DATABASE), and TESTING=true keeps tests away from it",
            ),
            Some(_) => Ok(()),
            None => refused(
                "a database without a name",
                "with TESTING=true the connection must name its database, so that it is known not to be the production database",
            ),
        }
    }
}

/// libpq's message in one line, with what to do about it where TLS is missing.
fn explain(message: &str) -> String {
    let mut message = message.split_whitespace().collect::<Vec<_>>().join(" ");
    let no_tls = message.contains("SSL support is not compiled in");
    let wanted_by_server = message.contains("no encryption") || message.contains("SSL off");
    if no_tls || (wanted_by_server && cfg!(all(feature = "bundled", not(feature = "tls")))) {
        message.push_str(
            " (this program was built with a libpq without TLS: build it with the feature `tls`, \
             or without the feature `bundled` to use the system's libpq)",
        );
    }
    message
}
