//! [`Database`]: the pool of connections to one database, and to its replica.

mod connect;
mod connections;
mod health;
mod instrumentation;
mod pool;
mod pooling;
mod position;
mod reading;
mod replica;
mod session;
mod traces;
mod transaction;

use std::fmt;
use std::sync::Arc;

use diesel::PgConnection;

pub use connect::connect;
use connect::connect_pooled;
use connections::Connections;
pub use connections::PoolState;
pub use health::Health;
pub(crate) use instrumentation::{FailedStatement, with_failed_statement};
pub use pool::{ConnectionManager, PooledConnection};
pub(crate) use pooling::{beside, has_session};
pub use position::WalPosition;
use replica::Replica;
pub use replica::{ReplicaCondition, ReplicaState};
pub use session::Session;
use transaction::Begin;

use crate::config::Config;
use crate::error::{Error, Result};
use crate::migrations::Migrator;

/// A database: a pool of connections to it, shared by all clones of the handle.
///
/// The pool never has more connections than its size. Each is looked at before it is handed out, and one that has died
/// is replaced on the way. What a caller did to the session is undone when the connection comes back; see
/// [`ConnectionManager`]. A question by one statement costs one round trip. A connection is renewed after half an hour, and closed when it was idle for ten minutes.
///
/// Each statement is logged by `tracing`: target `spending_db::sql`, level DEBUG, with `elapsed_us`; one that takes as
/// long as the threshold of the configuration at level WARN; those of the pool itself at level TRACE. Values are never
/// logged: bound values are left out, string constants within the SQL are shown as `'…'`, and of an error only the
/// kind. Numbers that stand in hand-written SQL are shown.
#[derive(Clone)]
pub struct Database(Arc<Shared>);

struct Shared {
    config: Config,
    connections: Connections,
    replica: Option<Replica>,
    begin: Begin,
}

impl Database {
    /// Connects, applies pending migrations where the configuration says so, and builds the pool.
    ///
    /// [`Error::Connect`] at once where the first connection fails, [`Error::Refused`] where `TESTING` keeps this
    /// program away from the database, [`Error::NewerDatabase`] where it has migrations that this program does not know,
    /// [`Error::Migration`] where one fails. Behind a pooler in transaction mode [`Error::Config`] where the server does not
    /// hold the time limits, where the direct way leads elsewhere, or where it is missing and a migration is pending.
    ///
    /// Takes over `init_pool`.
    pub fn open(config: Config) -> Result<Self> {
        config.check()?;
        let migrator = Migrator::embedded(config.migration_options());
        let mut conn = connect(&config)?;
        pooling::check(&config, &mut conn)?;
        if config.migrate_on_open {
            migrator.run(&mut conn)?;
        } else {
            migrator.pending(&mut conn)?;
        }
        drop(conn);

        Ok(Self(Arc::new(Shared {
            connections: Connections::new(&config),
            replica: Replica::new(&config),
            begin: Begin::new(&config),
            config,
        })))
    }

    /// A connection of the pool, waited for where all are in use.
    ///
    /// After the checkout timeout [`Error::PoolTimeout`], or [`Error::Connect`] where the pool has room but the server
    /// lets nobody in.
    ///
    /// Takes over `get_db`.
    pub fn conn(&self) -> Result<PooledConnection> {
        self.0.connections.get()
    }

    /// Runs `work` in a transaction: committed where it returns `Ok`, else rolled back.
    pub fn transaction<T, E>(
        &self,
        work: impl FnOnce(&mut PgConnection) -> Result<T, E>,
    ) -> Result<T, E>
    where
        E: From<Error> + From<diesel::result::Error>,
    {
        transaction::run(&mut *self.conn()?, self.0.begin.writing(), work)
    }

    /// How the database is: one question to the server, and what migrations it has.
    pub fn health(&self) -> Result<Health> {
        Health::of(&mut *self.conn()?)
    }

    /// How the pool is, without a question to the server.
    pub fn state(&self) -> PoolState {
        self.0.connections.state()
    }

    /// How the replica is, without a question to it; `None` where the configuration names none.
    pub fn replica_state(&self) -> Option<ReplicaState> {
        self.0.replica.as_ref().map(Replica::state)
    }

    /// A connection outside of the pool, which its holder keeps.
    pub(crate) fn dedicated_conn(&self) -> Result<PgConnection> {
        connect(&self.0.config)
    }
}

impl fmt::Debug for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Database")
            .field("config", &self.0.config)
            .field("state", &self.state())
            .field("replica", &self.replica_state())
            .finish()
    }
}
