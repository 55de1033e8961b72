//! [`Scratch`]: a database for one work, dropped with it.

use std::rc::Rc;
use std::thread;
use std::time::{Duration, Instant};

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use spending_db::{Config, Database};

use crate::error::Result;
use crate::server::Server;

const TEMPLATE: &str = "compare_template";

/// Makes the migrated database that the others are copies of.
pub fn make_template(server: &Server) -> Result<()> {
    drop_template(server)?;
    server.command(&format!("CREATE DATABASE {TEMPLATE}"))?;
    let config = Config::from_url(&server.url(TEMPLATE))?
        .pool_size(1)
        .pool_min_idle(0);
    Database::open(config)?;
    Ok(())
}

/// Drops it.
pub fn drop_template(server: &Server) -> Result<()> {
    server.command(&format!("DROP DATABASE IF EXISTS {TEMPLATE} WITH (FORCE)"))
}

/// A database that is dropped when this is.
pub struct Scratch {
    server: Rc<Server>,
    name: String,
}

impl Scratch {
    /// A migrated database.
    pub fn of_template(server: &Rc<Server>, name: &str) -> Result<Self> {
        Self::create(server, name, &format!(" TEMPLATE {TEMPLATE}"))
    }

    /// An empty database.
    pub fn empty(server: &Rc<Server>, name: &str) -> Result<Self> {
        Self::create(server, name, "")
    }

    fn create(server: &Rc<Server>, name: &str, options: &str) -> Result<Self> {
        const PATIENCE: Duration = Duration::from_secs(20);
        let name = format!("compare_{name}");
        server.command(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"))?;
        let begun = Instant::now();
        // Sessions on the template end a moment after their clients have gone.
        while let Err(error) = server.command(&format!("CREATE DATABASE {name}{options}")) {
            if begun.elapsed() > PATIENCE {
                return Err(error);
            }
            thread::sleep(Duration::from_millis(100));
        }
        Ok(Self {
            server: Rc::clone(server),
            name,
        })
    }

    pub fn url(&self) -> String {
        self.server.url(&self.name)
    }

    /// The crate's handle, with so many connections and without a word about slow statements.
    pub fn database(&self, connections: u32) -> Result<Database> {
        Ok(Database::open(self.config()?.pool_size(connections))?)
    }

    pub fn config(&self) -> Result<Config> {
        Ok(Config::from_url(&self.url())?
            .slow_statement(None)
            .statement_timeout(None))
    }

    pub fn conn(&self) -> Result<PgConnection> {
        Ok(PgConnection::establish(&self.url())?)
    }

    /// Runs SQL with `{name}` replaced by values.
    pub fn fill(&self, sql: &str, values: &[(&str, u32)]) -> Result<()> {
        let mut sql = sql.to_owned();
        for (name, value) in values {
            sql = sql.replace(&format!("{{{name}}}"), &value.to_string());
        }
        Ok(self.conn()?.batch_execute(&sql)?)
    }

    /// Runs SQL, each statement on its own, as `VACUUM` needs it.
    pub fn run(&self, statements: &[&str]) -> Result<()> {
        let mut conn = self.conn()?;
        for statement in statements {
            conn.batch_execute(statement)?;
        }
        Ok(())
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let drop = format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name);
        if let Err(error) = self.server.command(&drop) {
            eprintln!("compare: {}: {error}", self.name);
        }
    }
}
