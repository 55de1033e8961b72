//! [`Server`]: the one that all contenders work on.

use std::path::PathBuf;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use spending_db::embedded;

use crate::error::Result;

/// A private server, or one of the caller's.
pub enum Server {
    Private(embedded::Server),
    Given(String),
}

impl Server {
    pub fn open(url: Option<&str>) -> Result<Self> {
        Ok(match url {
            Some(url) => Self::Given(url.to_owned()),
            None => Self::Private(embedded::Server::temporary()?),
        })
    }

    /// The address of one of its databases.
    pub fn url(&self, database: &str) -> String {
        match self {
            Self::Private(server) => server.url(database),
            Self::Given(url) => with_database(url, database),
        }
    }

    /// Runs a command that needs no database of its own.
    pub fn command(&self, sql: &str) -> Result<()> {
        let mut conn = PgConnection::establish(&self.url("postgres"))?;
        Ok(conn.batch_execute(sql)?)
    }

    /// One of PostgreSQL's programs.
    pub fn program(&self, name: &str) -> Result<PathBuf> {
        Ok(match self {
            Self::Private(server) => server.programs_dir()?.join(name),
            Self::Given(_) => name.into(),
        })
    }

    pub fn what(&self) -> &'static str {
        match self {
            Self::Private(_) => {
                "a private server: its own defaults, over TCP on 127.0.0.1, without waiting for the disk"
            }
            Self::Given(_) => "the server of --database-url",
        }
    }
}

/// The address of another database of the same server.
fn with_database(url: &str, database: &str) -> String {
    let (address, settings) = url
        .split_once('?')
        .map_or((url, None), |(a, s)| (a, Some(s)));
    let scheme = address.find("://").map_or(0, |at| at + 3);
    let end = address[scheme..]
        .find('/')
        .map_or(address.len(), |at| scheme + at);
    let settings = settings
        .map(|settings| format!("?{settings}"))
        .unwrap_or_default();
    format!("{}/{database}{settings}", &address[..end])
}
