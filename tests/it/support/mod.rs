//! What the tests stand on: one PostgreSQL server a run, one database a test.

mod cluster;
mod database;
mod template;

pub(crate) use self::database::TestDatabase;
pub(crate) use self::template::execute;
