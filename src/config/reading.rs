//! Settings from variables.

use super::values::{
    DURATION, DURATION_OR_OFF, Kind, MIN_IDLE, POOL_SIZE, POOLER, PORT, SWITCH, TLS, WORD, wrong,
};
use super::{Config, Environment};
use crate::error::Result;

impl Config {
    /// The settings of the environment and of `.env`; see [`Environment::load`].
    pub fn from_env() -> Result<Self> {
        Self::from_environment(&Environment::load()?)
    }

    /// The settings that these variables make.
    ///
    /// [`Error::Config`](crate::Error::Config) where a variable has a value that it does not take; the error does not
    /// repeat the value.
    pub fn from_environment(environment: &Environment) -> Result<Self> {
        let config = match environment.get("DATABASE_URL") {
            Some(url) => Self::from_url(url)?,
            None => Self::from_postgres_variables(environment)?,
        };
        let config = match environment.get("DATABASE_REPLICA_URL") {
            Some(url) => config.replica_url(url)?,
            None => config,
        };
        let config = match environment.get("DATABASE_DIRECT_URL") {
            Some(url) => config.direct_url(url)?,
            None => config,
        };
        let config = Reader {
            environment,
            config,
        }
        .set(
            "DATABASE_REPLICA_MAX_LAG_SECONDS",
            &DURATION_OR_OFF,
            Self::replica_max_lag,
        )?
        .set(
            "DATABASE_REPLICA_WAIT",
            &DURATION_OR_OFF,
            Self::replica_wait,
        )?
        .set("DATABASE_POOLER", &POOLER, Self::pooler)?
        .set("SPENDING_DB_POOL_SIZE", &POOL_SIZE, Self::pool_size)?
        .set("SPENDING_DB_POOL_MIN_IDLE", &MIN_IDLE, Self::pool_min_idle)?
        .set(
            "SPENDING_DB_CHECKOUT_TIMEOUT",
            &DURATION,
            Self::checkout_timeout,
        )?
        .set(
            "SPENDING_DB_STATEMENT_TIMEOUT",
            &DURATION_OR_OFF,
            Self::statement_timeout,
        )?
        .set(
            "SPENDING_DB_LOCK_TIMEOUT",
            &DURATION_OR_OFF,
            Self::lock_timeout,
        )?
        .set(
            "SPENDING_DB_APPLICATION_NAME",
            &WORD,
            Self::application_name,
        )?
        .set("SPENDING_DB_TLS", &TLS, Self::tls)?
        .set(
            "SPENDING_DB_SLOW_STATEMENT",
            &DURATION_OR_OFF,
            Self::slow_statement,
        )?
        .set(
            "SPENDING_DB_MIGRATE_ON_OPEN",
            &SWITCH,
            Self::migrate_on_open,
        )?
        .set(
            "SPENDING_DB_ALLOW_NEWER_DATABASE",
            &SWITCH,
            Self::allow_newer_database,
        )?
        .set(
            "SPENDING_DB_MIGRATION_LOCK_TIMEOUT",
            &DURATION_OR_OFF,
            Self::migration_lock_timeout,
        )?
        .set("TESTING", &SWITCH, Self::testing)?
        .set(
            "SPENDING_DB_PRODUCTION_DATABASE",
            &WORD,
            Self::production_database,
        )?
        .config;
        config.check()?;
        Ok(config)
    }

    fn from_postgres_variables(environment: &Environment) -> Result<Self> {
        let mut config = Self::default();
        if let Some(password) = environment.get_or_empty("POSTGRES_PASSWORD") {
            config = config.password(password);
        }
        let reader = Reader {
            environment,
            config,
        }
        .set("POSTGRES_USER", &WORD, Self::user)?
        .set("POSTGRES_HOST", &WORD, Self::host)?
        .set("POSTGRES_PORT", &PORT, Self::port)?
        .set("POSTGRES_DB", &WORD, Self::database)?;
        Ok(reader.config)
    }
}

/// Carries a configuration from variable to variable.
struct Reader<'e> {
    environment: &'e Environment,
    config: Config,
}

impl Reader<'_> {
    /// Changes the setting of a variable where that is set.
    fn set<T>(
        self,
        variable: &str,
        kind: &Kind<T>,
        change: impl FnOnce(Config, T) -> Config,
    ) -> Result<Self> {
        let Some(text) = self.environment.get(variable) else {
            return Ok(self);
        };
        let value = (kind.parse)(text).ok_or_else(|| wrong(variable, kind.takes))?;
        Ok(Self {
            config: change(self.config, value),
            ..self
        })
    }
}
