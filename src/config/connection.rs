//! What a connection is made from.

use std::time::Duration;

use super::{Config, Pooler, values};
use crate::error::Result;
use crate::types::Secret;

impl Config {
    /// Whether this is a test run, by the configuration or by the process's environment.
    pub(crate) fn is_testing(&self) -> Result<bool> {
        let wrong = || values::wrong("TESTING", values::SWITCH.takes);
        match std::env::var("TESTING") {
            _ if self.testing => Ok(true),
            Ok(text) if text.trim().is_empty() => Ok(false),
            Ok(text) => (values::SWITCH.parse)(text.trim()).ok_or_else(wrong),
            Err(std::env::VarError::NotPresent) => Ok(false),
            Err(std::env::VarError::NotUnicode(_)) => Err(wrong()),
        }
    }

    /// The database that a connection goes to, where that can be told without libpq's service file and the system's
    /// list of users.
    pub(crate) fn database_name(&self) -> Option<String> {
        let of_process = |name| std::env::var(name).ok().filter(|value| !value.is_empty());
        if let Some(name) = self.server.get("dbname") {
            return Some(name.to_owned());
        }
        if self.server.get("service").is_some() || of_process("PGSERVICE").is_some() {
            return None;
        }
        of_process("PGDATABASE")
            .or_else(|| self.server.get("user").map(str::to_owned))
            .or_else(|| of_process("PGUSER"))
    }

    /// What libpq is given. The settings of the session are part of it, so that they cost no statement and `RESET ALL`
    /// goes back to them.
    pub(crate) fn connection_string(&self) -> Secret {
        let mut server = self.server.clone();
        if let Some(database) = self.database_name() {
            server.set("dbname", database);
        }
        // A pooler in transaction mode refuses them, or drops them.
        if self.pooler == Pooler::Session {
            let options = format!(
                "-c statement_timeout={} -c lock_timeout={} {} -c TimeZone=UTC",
                milliseconds(self.statement_timeout),
                milliseconds(self.lock_timeout),
                self.server.get("options").unwrap_or_default(),
            );
            server.set("options", options);
        }
        server.set("client_encoding", "UTF8");
        server.set_default("application_name", "spending-db");
        // A server or a network that went away is noticed within a minute, not after hours.
        server.set_default("connect_timeout", "10");
        server.set_default("keepalives_idle", "30");
        server.set_default("keepalives_interval", "10");
        server.set_default("keepalives_count", "3");
        server.set_default("tcp_user_timeout", "60000");
        server.render()
    }
}

/// A time limit as PostgreSQL takes it: whole milliseconds, 0 for none.
pub(crate) fn milliseconds(limit: Option<Duration>) -> i32 {
    match limit {
        None => 0,
        Some(limit) => i32::try_from(limit.as_millis()).unwrap_or(i32::MAX).max(1),
    }
}
