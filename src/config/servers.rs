//! Servers beside the one of `DATABASE_URL`: a replica, a pooler in between and the way around it.

use std::time::Duration;

use super::conninfo::Conninfo;
use super::{Config, milliseconds, values};
use crate::error::Result;

/// Whether a server connection stays with its client, where `DATABASE_URL` leads to a pooler such as `PgBouncer`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Pooler {
    /// There is no pooler, or one in session mode that passes `options` on.
    #[default]
    Session,
    /// A pooler in transaction mode: the next transaction may be on another server connection.
    ///
    /// Nothing is kept prepared, and nothing is left to the session. The time limits of statements are set in the
    /// transactions of [`Database`](crate::Database); for statements outside of one the server must have them, and opening
    /// makes sure of it. Migrations, which need a lock of the session, and workers that are to hear of new jobs at once go by
    /// [`Config::direct_url`]. `PgBouncer` needs no `ignore_startup_parameters`.
    Transaction,
}

impl Pooler {
    pub(super) fn from_word(word: &str) -> Option<Self> {
        match word {
            "session" => Some(Self::Session),
            "transaction" => Some(Self::Transaction),
            _ => None,
        }
    }
}

impl Config {
    /// The streaming replica that [`Database::read`](crate::Database::read) reads from, in the forms of
    /// [`Config::from_url`]: one host.
    ///
    /// [`Error::Config`](crate::Error::Config) for `DATABASE_REPLICA_URL` where it is neither; the error does not repeat it.
    pub fn replica_url(self, url: &str) -> Result<Self> {
        let replica = read("DATABASE_REPLICA_URL", url)?;
        let hosts = [replica.get("host"), replica.get("hostaddr")];
        if hosts.into_iter().flatten().any(|host| host.contains(',')) {
            // How far one of them is says nothing of the other.
            return Err(values::wrong("DATABASE_REPLICA_URL", "takes one host"));
        }
        Ok(Self {
            replica: Some(replica),
            ..self
        })
    }

    /// A replica that is further behind the primary is not read; `None`: however far it is.
    #[must_use]
    pub fn replica_max_lag(self, replica_max_lag: Option<Duration>) -> Self {
        Self {
            replica_max_lag,
            ..self
        }
    }

    /// How long [`Database::read_after`](crate::Database::read_after) waits for the replica before it goes to the primary;
    /// `None`: it does not wait.
    #[must_use]
    pub fn replica_wait(self, replica_wait: Option<Duration>) -> Self {
        Self {
            replica_wait,
            ..self
        }
    }

    /// Whether there is a pooler in transaction mode between this program and the server.
    #[must_use]
    pub fn pooler(self, pooler: Pooler) -> Self {
        Self { pooler, ..self }
    }

    /// The same database without the pooler in between, in the forms of [`Config::from_url`].
    ///
    /// [`Error::Config`](crate::Error::Config) for `DATABASE_DIRECT_URL` where it is neither; the error does not repeat it.
    pub fn direct_url(self, url: &str) -> Result<Self> {
        let direct = Some(read("DATABASE_DIRECT_URL", url)?);
        Ok(Self { direct, ..self })
    }

    /// The configuration of the replica, where there is one.
    pub(crate) fn of_replica(&self) -> Option<Self> {
        let server = self.replica.clone()?;
        Some(Self {
            server,
            replica: None,
            direct: None,
            // Connections to a replica that is gone are made again and again; none is made before it is wanted.
            pool_min_idle: 0,
            ..self.clone()
        })
    }

    /// The configuration of the direct way, where there is one.
    pub(crate) fn of_direct_way(&self) -> Option<Self> {
        let server = self.direct.clone()?;
        Some(Self {
            server,
            direct: None,
            pooler: Pooler::Session,
            ..self.clone()
        })
    }

    /// The same server for short questions: what does not answer within this time is given up.
    pub(crate) fn impatient(&self, seconds: u16) -> Self {
        let mut config = self.clone();
        config.server.set("connect_timeout", seconds.to_string());
        config
            .server
            .set("tcp_user_timeout", format!("{seconds}000"));
        config.statement_timeout(Some(Duration::from_secs(seconds.into())))
    }

    /// The time limits of statements: what is set, under its variable, and in milliseconds.
    pub(crate) fn limits(&self) -> [Limit; 2] {
        let limit = |name, variable, limit: Option<Duration>| Limit {
            name,
            variable,
            milliseconds: limit.map(|limit| milliseconds(Some(limit))),
        };
        [
            limit(
                "statement_timeout",
                "SPENDING_DB_STATEMENT_TIMEOUT",
                self.statement_timeout,
            ),
            limit(
                "lock_timeout",
                "SPENDING_DB_LOCK_TIMEOUT",
                self.lock_timeout,
            ),
        ]
    }

    pub(super) fn with_keyword_everywhere(
        mut self,
        keyword: &str,
        value: impl Into<String>,
    ) -> Self {
        let value = value.into();
        for server in [self.replica.as_mut(), self.direct.as_mut()]
            .into_iter()
            .flatten()
        {
            server.set(keyword, value.as_str());
        }
        self.with_keyword(keyword, value)
    }
}

/// A time limit of statements.
pub(crate) struct Limit {
    /// The server's name for it.
    pub(crate) name: &'static str,
    /// The variable that sets it.
    pub(crate) variable: &'static str,
    pub(crate) milliseconds: Option<i32>,
}

fn read(variable: &str, url: &str) -> Result<Conninfo> {
    Conninfo::parse(url).map_err(|reason| values::wrong(variable, reason))
}
