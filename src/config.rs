//! [`Config`]: which database, and how its connections behave.

mod connection;
mod conninfo;
mod environment;
mod reading;
mod servers;
mod tls;
mod values;

use std::time::Duration;

pub(crate) use connection::milliseconds;
use conninfo::Conninfo;
pub use environment::Environment;
pub use servers::Pooler;
pub use tls::Tls;

use crate::error::Result;
use crate::migrations::Options;

/// Reads a duration as the settings take it: `500ms`, `30s`, `5min`, `2h`; a plain number counts seconds.
pub fn parse_duration(text: &str) -> Option<Duration> {
    (values::DURATION.parse)(text)
}

/// Which database to work on, and how its connections behave.
///
/// Read from the environment and `.env` with [`Config::from_env`], or built by hand from [`Config::default`] or
/// [`Config::from_url`] and the methods below. `Debug` shows no password.
///
/// | Variable | Default | Takes |
/// |---|---|---|
/// | `DATABASE_URL` | | `postgresql://user:password@host:port/database?sslmode=…` or libpq's `host=… dbname=…`; what it leaves out is libpq's to choose |
/// | `DATABASE_REPLICA_URL` | | a streaming replica for [`Database::read`](crate::Database::read), written as `DATABASE_URL` is |
/// | `DATABASE_REPLICA_MAX_LAG_SECONDS` | `10` | a replica that is further behind is not read, or `off` |
/// | `DATABASE_REPLICA_WAIT` | `100ms` | the longest wait for a replica to catch up with a position, or `off` |
/// | `DATABASE_POOLER` | `session` | `transaction` where `DATABASE_URL` leads to a pooler in transaction mode; see [`Pooler`] |
/// | `DATABASE_DIRECT_URL` | | with such a pooler: the way around it, for migrations and listening |
/// | `POSTGRES_USER` | `spending_user` | the role, where there is no `DATABASE_URL` |
/// | `POSTGRES_PASSWORD` | `spending_password` | its password; set but empty: none |
/// | `POSTGRES_HOST` | `localhost` | a name, an address or the folder of a socket |
/// | `POSTGRES_PORT` | `5433` | 1 to 65535 |
/// | `POSTGRES_DB` | `spending_db` | the database |
/// | `SPENDING_DB_POOL_SIZE` | `10` | the most connections at a time |
/// | `SPENDING_DB_POOL_MIN_IDLE` | `1` | idle connections to keep ready |
/// | `SPENDING_DB_CHECKOUT_TIMEOUT` | `30s` | the longest wait for a connection |
/// | `SPENDING_DB_STATEMENT_TIMEOUT` | `5min` | the longest run of one statement, or `off` |
/// | `SPENDING_DB_LOCK_TIMEOUT` | `10s` | the longest wait of a statement for a lock, or `off` |
/// | `SPENDING_DB_APPLICATION_NAME` | `spending-db` | the name in `pg_stat_activity` |
/// | `SPENDING_DB_TLS` | libpq's | libpq's `sslmode`: `disable`, `allow`, `prefer`, `require`, `verify-ca`, `verify-full` |
/// | `SPENDING_DB_SLOW_STATEMENT` | `1s` | a statement that runs as long is a warning, or `off` |
/// | `SPENDING_DB_MIGRATE_ON_OPEN` | `true` | whether opening applies pending migrations |
/// | `SPENDING_DB_ALLOW_NEWER_DATABASE` | `false` | whether a database with unknown migrations is accepted |
/// | `SPENDING_DB_MIGRATION_LOCK_TIMEOUT` | `1min` | the longest wait for another process's migrations, or `off` |
/// | `TESTING` | `false` | with `true` no connection is made to the production database |
/// | `SPENDING_DB_PRODUCTION_DATABASE` | `spending_db` | the name of the production database |
///
/// Durations are written `500ms`, `30s`, `5min`, `2h`; a plain number counts seconds. An empty variable counts as not
/// set. Where a setting stands both in `DATABASE_URL` and in a variable of its own, the variable wins; `options=` of
/// the URL is kept and wins over the time limits. `PGOPTIONS` is not read.
///
/// Sessions have settings of their own and prepared statements: a pooler in between must be in session mode and pass
/// `options` on, or be named by `DATABASE_POOLER`. `SPENDING_DB_TLS` and `SPENDING_DB_APPLICATION_NAME` hold for the replica
/// and the direct way too.
#[derive(Debug, Clone)]
pub struct Config {
    server: Conninfo,
    replica: Option<Conninfo>,
    pub(crate) replica_max_lag: Option<Duration>,
    pub(crate) replica_wait: Option<Duration>,
    pub(crate) pooler: Pooler,
    direct: Option<Conninfo>,
    pub(crate) pool_size: u32,
    pub(crate) pool_min_idle: u32,
    pub(crate) checkout_timeout: Duration,
    statement_timeout: Option<Duration>,
    lock_timeout: Option<Duration>,
    pub(crate) slow_statement: Option<Duration>,
    pub(crate) migrate_on_open: bool,
    allow_newer_database: bool,
    migration_lock_timeout: Option<Duration>,
    testing: bool,
    pub(crate) production_database: String,
}

impl Default for Config {
    /// The defaults of every setting: `spending_user` at `localhost:5433`, database `spending_db`.
    fn default() -> Self {
        let mut server = Conninfo::default();
        for (keyword, value) in [
            ("user", "spending_user"),
            ("password", "spending_password"),
            ("host", "localhost"),
            ("port", "5433"),
            ("dbname", DEFAULT_DATABASE),
        ] {
            server.set(keyword, value);
        }
        Self::with_server(server)
    }
}

const DEFAULT_DATABASE: &str = "spending_db";

impl Config {
    /// Default settings for the database of a URL (`postgres://…`, `postgresql://…`) or of a libpq connection string
    /// (`host=… dbname=…`).
    ///
    /// In a URL, characters of user, password and database that mean something there are written as percent codes.
    /// [`Error::Config`](crate::Error::Config) where it is neither; the error does not repeat it.
    pub fn from_url(url: &str) -> Result<Self> {
        let server =
            Conninfo::parse(url).map_err(|reason| values::wrong("DATABASE_URL", reason))?;
        Ok(Self::with_server(server))
    }

    fn with_server(server: Conninfo) -> Self {
        Self {
            server,
            replica: None,
            replica_max_lag: Some(Duration::from_secs(10)),
            replica_wait: Some(Duration::from_millis(100)),
            pooler: Pooler::Session,
            direct: None,
            pool_size: 10,
            pool_min_idle: 1,
            checkout_timeout: Duration::from_secs(30),
            statement_timeout: Some(Duration::from_secs(5 * 60)),
            lock_timeout: Some(Duration::from_secs(10)),
            slow_statement: Some(Duration::from_secs(1)),
            migrate_on_open: true,
            allow_newer_database: false,
            migration_lock_timeout: Some(Duration::from_secs(60)),
            testing: false,
            production_database: DEFAULT_DATABASE.to_owned(),
        }
    }

    /// The host: a name, an address or the folder of a socket; several are separated by commas.
    #[must_use]
    pub fn host(self, host: impl Into<String>) -> Self {
        self.with_keyword("host", host)
    }

    /// The port.
    #[must_use]
    pub fn port(self, port: u16) -> Self {
        self.with_keyword("port", port.to_string())
    }

    /// The role to connect as.
    #[must_use]
    pub fn user(self, user: impl Into<String>) -> Self {
        self.with_keyword("user", user)
    }

    /// The role's password; an empty one leaves it to libpq (`~/.pgpass`).
    #[must_use]
    pub fn password(self, password: impl Into<String>) -> Self {
        self.with_keyword("password", password)
    }

    /// The database.
    #[must_use]
    pub fn database(self, database: impl Into<String>) -> Self {
        self.with_keyword("dbname", database)
    }

    /// The name under which the server lists the connections.
    #[must_use]
    pub fn application_name(self, name: impl Into<String>) -> Self {
        self.with_keyword_everywhere("application_name", name)
    }

    /// Whether connections are encrypted.
    #[must_use]
    pub fn tls(self, tls: Tls) -> Self {
        self.with_keyword_everywhere("sslmode", tls.word())
    }

    /// The most connections that the pool has at a time.
    #[must_use]
    pub fn pool_size(self, pool_size: u32) -> Self {
        Self { pool_size, ..self }
    }

    /// As many connections as the pool may have already, and at least so many.
    #[must_use]
    pub fn pool_size_at_least(self, pool_size: u32) -> Self {
        let pool_size = self.pool_size.max(pool_size);
        Self { pool_size, ..self }
    }

    /// How many idle connections the pool keeps ready; at most its size.
    #[must_use]
    pub fn pool_min_idle(self, pool_min_idle: u32) -> Self {
        Self {
            pool_min_idle,
            ..self
        }
    }

    /// The longest wait for a connection of the pool.
    #[must_use]
    pub fn checkout_timeout(self, checkout_timeout: Duration) -> Self {
        Self {
            checkout_timeout,
            ..self
        }
    }

    /// The longest run of one statement; `None`: no limit.
    #[must_use]
    pub fn statement_timeout(self, statement_timeout: Option<Duration>) -> Self {
        Self {
            statement_timeout,
            ..self
        }
    }

    /// The longest wait of one statement for a lock; `None`: no limit.
    #[must_use]
    pub fn lock_timeout(self, lock_timeout: Option<Duration>) -> Self {
        Self {
            lock_timeout,
            ..self
        }
    }

    /// A statement that runs at least this long is logged as a warning; `None`: none is.
    #[must_use]
    pub fn slow_statement(self, slow_statement: Option<Duration>) -> Self {
        Self {
            slow_statement,
            ..self
        }
    }

    /// Whether opening the database applies pending migrations.
    #[must_use]
    pub fn migrate_on_open(self, migrate_on_open: bool) -> Self {
        Self {
            migrate_on_open,
            ..self
        }
    }

    /// Whether a database with migrations that this program does not know is accepted.
    #[must_use]
    pub fn allow_newer_database(self, allow_newer_database: bool) -> Self {
        Self {
            allow_newer_database,
            ..self
        }
    }

    /// The longest wait for another process that migrates; `None`: no limit.
    #[must_use]
    pub fn migration_lock_timeout(self, migration_lock_timeout: Option<Duration>) -> Self {
        Self {
            migration_lock_timeout,
            ..self
        }
    }

    /// Whether this is a test run, which must not touch the production database. `TESTING=true` in the process's
    /// environment says so for every configuration.
    #[must_use]
    pub fn testing(self, testing: bool) -> Self {
        Self { testing, ..self }
    }

    /// The name of the production database, by default `spending_db`.
    #[must_use]
    pub fn production_database(self, name: impl Into<String>) -> Self {
        Self {
            production_database: name.into(),
            ..self
        }
    }

    /// How migrations are to be run on this database.
    pub fn migration_options(&self) -> Options {
        Options {
            lock_timeout: self.migration_lock_timeout,
            table_lock_timeout: self.lock_timeout,
            allow_newer_database: self.allow_newer_database,
        }
    }

    fn with_keyword(mut self, keyword: &str, value: impl Into<String>) -> Self {
        self.server.set(keyword, value);
        self
    }

    /// Refuses a pool that cannot work.
    pub(crate) fn check(&self) -> Result<()> {
        if !(1..=1000).contains(&self.pool_size) {
            return Err(values::wrong(
                "SPENDING_DB_POOL_SIZE",
                values::POOL_SIZE.takes,
            ));
        }
        if self.pool_min_idle > self.pool_size {
            return Err(values::wrong(
                "SPENDING_DB_POOL_MIN_IDLE",
                values::MIN_IDLE.takes,
            ));
        }
        if self.checkout_timeout.is_zero() {
            return Err(values::wrong(
                "SPENDING_DB_CHECKOUT_TIMEOUT",
                values::DURATION.takes,
            ));
        }
        Ok(())
    }
}
