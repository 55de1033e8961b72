//! [`Options`]: what the examination is to know and where it draws lines.

use std::time::Duration;

use crate::database::PoolState;
#[cfg(feature = "secrets")]
use crate::secrets::Keyring;
use crate::{Config, Database};
#[cfg(feature = "secrets")]
use crate::{Error, Result};

/// What the examination is to know, and from when on it complains.
#[derive(Debug)]
#[non_exhaustive]
pub struct Options {
    /// The most connections that the program's pool has; 0 where it has none.
    pub pool_size: u32,
    /// How that pool is at the moment, where this process has it.
    pub pool: Option<PoolState>,
    /// The keys of the tokens, or why there are none.
    #[cfg(feature = "secrets")]
    pub keyring: Result<Keyring>,
    /// The longest time that the server may take for a statement.
    pub time_limit: Duration,
    /// How long a transaction may be open and do nothing.
    pub idle_in_transaction: Duration,
    /// How long a transaction may take, and a prepared one wait for its end.
    pub long_transaction: Duration,
    /// How long a session may wait for another one's lock.
    pub blocked: Duration,
    /// How long a job that is due may wait.
    pub waiting_job: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            pool_size: 0,
            pool: None,
            #[cfg(feature = "secrets")]
            keyring: Err(Error::MissingEncryptionKey),
            time_limit: Duration::from_secs(5),
            idle_in_transaction: Duration::from_secs(60),
            long_transaction: Duration::from_secs(15 * 60),
            blocked: Duration::from_secs(5),
            waiting_job: Duration::from_secs(15 * 60),
        }
    }
}

impl Options {
    /// The defaults, with the pool that this configuration makes.
    pub fn of_config(config: &Config) -> Self {
        Self {
            pool_size: config.pool_size,
            ..Self::default()
        }
    }

    /// The defaults, with this pool as it is now.
    pub fn of_database(database: &Database) -> Self {
        let pool = database.state();
        Self {
            pool_size: pool.size,
            pool: Some(pool),
            ..Self::default()
        }
    }
}
