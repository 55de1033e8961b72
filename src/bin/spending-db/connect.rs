//! Which database a command works on.

use spending_db::config::Environment;
use spending_db::embedded::{DATABASE, Server, ServerOptions};
use spending_db::{Config, Result};

/// The database of a command, and the private server if it is there: it runs for as long as this lives.
pub(crate) struct Target {
    pub(crate) config: Config,
    _server: Option<Server>,
}

/// The database of `--database-url`, of the environment or of `.env`; where none of them names one, the private server's.
pub(crate) fn target(database_url: Option<&str>) -> Result<Target> {
    let mut environment = Environment::load()?;
    if let Some(url) = database_url {
        environment.set("DATABASE_URL", url);
    }
    let server = if environment.names_database() {
        None
    } else {
        let server = Server::open(&ServerOptions::from_env()?)?;
        environment.set("DATABASE_URL", server.url(DATABASE));
        Some(server)
    };
    Ok(Target {
        config: Config::from_environment(&environment)?,
        _server: server,
    })
}
