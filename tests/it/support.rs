//! What the tests stand on: one PostgreSQL server a run, one database a test.

mod cluster;
mod database;
pub(crate) mod explain;
mod filling;
pub(crate) mod fixtures;
pub(crate) mod log;
pub(crate) mod old_database;
mod program;
pub(crate) mod rows;
pub(crate) mod sql;
mod template;
pub(crate) mod threads;
mod volume;
mod wait;

pub(crate) use self::cluster::maintenance;
pub(crate) use self::database::TestDatabase;
pub(crate) use self::program::program;
pub(crate) use self::template::execute;
pub(crate) use self::wait::wait_until;
