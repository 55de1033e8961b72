//! Which database a command works on.

use spending_db::config::Environment;
use spending_db::{Config, Result};

/// The database of `--database-url`, of the environment or of `.env`; where none of them names one, the private server's.
pub(crate) fn config(database_url: Option<&str>) -> Result<Config> {
    let mut environment = Environment::load()?;
    if let Some(url) = database_url {
        environment.set("DATABASE_URL", url);
    }
    if environment.names_database() {
        Config::from_environment(&environment)
    } else {
        private_server(&environment)
    }
}

/// MERGE(server): start or find `spending_db::embedded::Server` here and point the settings at it.
fn private_server(environment: &Environment) -> Result<Config> {
    Config::from_environment(environment)
}
