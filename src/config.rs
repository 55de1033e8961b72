//! [`Config`]: which database, and how its connections behave.

mod conninfo;
mod environment;
mod values;

use std::time::Duration;

use conninfo::Conninfo;
pub use environment::Environment;

use crate::error::Result;
use crate::migrations::Options;
use crate::types::Secret;

/// Which database to work on, and how its connections behave.
///
/// Read from the environment and `.env` with [`Config::from_env`], or built by hand from [`Config::default`] or
/// [`Config::from_url`] and the methods below. `Debug` shows no password.
///
/// | Variable | Default | Takes |
/// |---|---|---|
/// | `DATABASE_URL` | | `postgresql://user:password@host:port/database?sslmode=…` or libpq's `host=… dbname=…`; what it leaves out is libpq's to choose |
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
#[derive(Debug, Clone)]
pub struct Config {
    server: Conninfo,
    pub(crate) pool_size: u32,
    pub(crate) pool_min_idle: u32,
    pub(crate) checkout_timeout: Duration,
    statement_timeout: Option<Duration>,
    lock_timeout: Option<Duration>,
    pub(crate) slow_statement: Option<Duration>,
    pub(crate) migrate_on_open: bool,
    allow_newer_database: bool,
    migration_lock_timeout: Option<Duration>,
    pub(crate) testing: bool,
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
    /// The settings of the environment and of `.env`; see [`Environment::load`].
    pub fn from_env() -> Result<Self> {
        Self::from_environment(&Environment::load()?)
    }

    /// The settings that these variables make.
    pub fn from_environment(environment: &Environment) -> Result<Self> {
        use values::{duration, duration_or_off, read, switch, whole};

        let mut config = match environment.get("DATABASE_URL") {
            Some(url) => Self::from_url(url)?,
            None => Self::from_postgres_variables(environment)?,
        };
        if let Some(size) = read(
            environment,
            "SPENDING_DB_POOL_SIZE",
            values::POOL_SIZE,
            whole(1..=1000),
        )? {
            config = config.pool_size(size);
        }
        if let Some(idle) = read(
            environment,
            "SPENDING_DB_POOL_MIN_IDLE",
            values::MIN_IDLE,
            whole(0..=config.pool_size),
        )? {
            config = config.pool_min_idle(idle);
        }
        if let Some(wait) = read(
            environment,
            "SPENDING_DB_CHECKOUT_TIMEOUT",
            values::DURATION,
            duration,
        )? {
            config = config.checkout_timeout(wait);
        }
        let limit = |variable| {
            read(
                environment,
                variable,
                values::DURATION_OR_OFF,
                duration_or_off,
            )
        };
        if let Some(limit) = limit("SPENDING_DB_STATEMENT_TIMEOUT")? {
            config = config.statement_timeout(limit);
        }
        if let Some(limit) = limit("SPENDING_DB_LOCK_TIMEOUT")? {
            config = config.lock_timeout(limit);
        }
        if let Some(limit) = limit("SPENDING_DB_SLOW_STATEMENT")? {
            config = config.slow_statement(limit);
        }
        if let Some(limit) = limit("SPENDING_DB_MIGRATION_LOCK_TIMEOUT")? {
            config = config.migration_lock_timeout(limit);
        }
        if let Some(name) = environment.get("SPENDING_DB_APPLICATION_NAME") {
            config = config.application_name(name);
        }
        if let Some(tls) = read(environment, "SPENDING_DB_TLS", values::TLS, Tls::from_word)? {
            config = config.tls(tls);
        }
        let switch = |variable| read(environment, variable, values::SWITCH, switch);
        if let Some(on) = switch("SPENDING_DB_MIGRATE_ON_OPEN")? {
            config = config.migrate_on_open(on);
        }
        if let Some(on) = switch("SPENDING_DB_ALLOW_NEWER_DATABASE")? {
            config = config.allow_newer_database(on);
        }
        if let Some(on) = switch("TESTING")? {
            config = config.testing(on);
        }
        if let Some(name) = environment.get("SPENDING_DB_PRODUCTION_DATABASE") {
            config = config.production_database(name);
        }
        config.check()?;
        Ok(config)
    }

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

    fn from_postgres_variables(environment: &Environment) -> Result<Self> {
        let port = values::read(environment, "POSTGRES_PORT", values::PORT, |text| {
            text.parse().ok().filter(|port: &u16| *port > 0)
        })?;
        let mut config = Self::default();
        if let Some(port) = port {
            config = config.port(port);
        }
        if let Some(user) = environment.get("POSTGRES_USER") {
            config = config.user(user);
        }
        if let Some(password) = environment.get_or_empty("POSTGRES_PASSWORD") {
            config = config.password(password);
        }
        if let Some(host) = environment.get("POSTGRES_HOST") {
            config = config.host(host);
        }
        if let Some(database) = environment.get("POSTGRES_DB") {
            config = config.database(database);
        }
        Ok(config)
    }

    fn with_server(server: Conninfo) -> Self {
        Self {
            server,
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
        self.with_keyword("application_name", name)
    }

    /// Whether connections are encrypted.
    #[must_use]
    pub fn tls(self, tls: Tls) -> Self {
        self.with_keyword("sslmode", tls.word())
    }

    /// The most connections that the pool has at a time.
    #[must_use]
    pub fn pool_size(self, pool_size: u32) -> Self {
        Self { pool_size, ..self }
    }

    /// How many idle connections the pool keeps ready; more than the pool's size counts as its size.
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
            return Err(values::wrong("SPENDING_DB_POOL_SIZE", values::POOL_SIZE));
        }
        if self.checkout_timeout.is_zero() {
            return Err(values::wrong(
                "SPENDING_DB_CHECKOUT_TIMEOUT",
                values::DURATION,
            ));
        }
        Ok(())
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
        let options = format!(
            "-c statement_timeout={} -c lock_timeout={} {} -c TimeZone=UTC",
            milliseconds(self.statement_timeout),
            milliseconds(self.lock_timeout),
            self.server.get("options").unwrap_or_default(),
        );
        server.set("options", options);
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

/// Whether connections are encrypted: the words of libpq's `sslmode`.
///
/// With the default features the program's libpq has no TLS; see the features `bundled` and `tls`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tls {
    /// Never.
    Disable,
    /// Where the server insists.
    Allow,
    /// Where the server can.
    Prefer,
    /// Always, whoever the server is.
    Require,
    /// Always, with a certificate of a known authority.
    VerifyCa,
    /// Always, with a certificate of a known authority for this host.
    VerifyFull,
}

impl Tls {
    const ALL: [Self; 6] = [
        Self::Disable,
        Self::Allow,
        Self::Prefer,
        Self::Require,
        Self::VerifyCa,
        Self::VerifyFull,
    ];

    fn word(self) -> &'static str {
        match self {
            Self::Disable => "disable",
            Self::Allow => "allow",
            Self::Prefer => "prefer",
            Self::Require => "require",
            Self::VerifyCa => "verify-ca",
            Self::VerifyFull => "verify-full",
        }
    }

    fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|tls| tls.word() == word)
    }
}

/// Whether the process's environment says that this is a test run.
pub(crate) fn process_is_testing() -> Result<bool> {
    match std::env::var("TESTING") {
        Ok(text) if text.trim().is_empty() => Ok(false),
        Ok(text) => {
            values::switch(text.trim()).ok_or_else(|| values::wrong("TESTING", values::SWITCH))
        }
        Err(std::env::VarError::NotPresent) => Ok(false),
        Err(std::env::VarError::NotUnicode(_)) => Err(values::wrong("TESTING", values::SWITCH)),
    }
}
