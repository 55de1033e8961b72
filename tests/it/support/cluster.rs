//! The server of the run: `TEST_DATABASE_URL`, or a private one that all test processes of this checkout share.

use std::env;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::LazyLock;

use diesel::prelude::*;
use spending_db::embedded::{Server, ServerOptions};

static CLUSTER: LazyLock<Cluster> = LazyLock::new(Cluster::open);

/// The address of a database of the run's server.
pub(crate) fn url(database: &str) -> String {
    match &*CLUSTER {
        Cluster::Private(server) => server.url(database),
        Cluster::Given(url) => with_database(url, database),
    }
}

/// A connection to the database from which others are made and dropped.
pub(crate) fn maintenance() -> PgConnection {
    let url = match &*CLUSTER {
        Cluster::Private(server) => server.url("postgres"),
        Cluster::Given(url) => url.clone(),
    };
    PgConnection::establish(&url).unwrap()
}

enum Cluster {
    Private(Server),
    Given(String),
}

impl Cluster {
    fn open() -> Self {
        if let Ok(url) = env::var("TEST_DATABASE_URL") {
            return Self::Given(url);
        }
        let mut hasher = DefaultHasher::new();
        env!("CARGO_MANIFEST_DIR").hash(&mut hasher);
        let options = ServerOptions::temporary(&format!("test-{:016x}", hasher.finish()));
        Self::Private(Server::open(&options).unwrap())
    }
}

/// The same server with another database: the path of the URL is replaced.
fn with_database(url: &str, database: &str) -> String {
    let (address, parameters) = url.split_once('?').unwrap_or((url, ""));
    let (scheme, rest) = address
        .split_once("://")
        .expect("TEST_DATABASE_URL is a URL");
    let host = rest.split_once('/').map_or(rest, |(host, _)| host);
    match parameters {
        "" => format!("{scheme}://{host}/{database}"),
        _ => format!("{scheme}://{host}/{database}?{parameters}"),
    }
}
