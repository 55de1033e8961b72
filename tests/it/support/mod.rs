//! What the tests stand on: one PostgreSQL server a run, one database a test.

mod cluster;
mod database;
pub(crate) mod explain;
mod template;
pub(crate) mod volume;

pub(crate) use self::database::TestDatabase;
