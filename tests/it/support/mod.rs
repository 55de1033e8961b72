//! What the tests stand on: one PostgreSQL server a run, one database a test.

mod cluster;
mod database;
mod program;
mod template;

pub(crate) use self::cluster::maintenance;
pub(crate) use self::database::TestDatabase;
pub(crate) use self::program::program;
