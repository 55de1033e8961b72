//! What the tests stand on: one PostgreSQL server a run, one database a test.

mod account;
mod bouncer;
mod client;
mod cluster;
mod database;
pub(crate) mod explain;
mod filling;
pub(crate) mod fixtures;
pub(crate) mod log;
pub(crate) mod old_database;
mod pair;
mod program;
pub(crate) mod rows;
pub(crate) mod sql;
mod template;
pub(crate) mod threads;
mod volume;
mod wait;
pub(crate) mod wire;

pub(crate) use self::bouncer::Bouncer;
pub(crate) use self::client::clients;
pub(crate) use self::cluster::maintenance;
pub(crate) use self::database::TestDatabase;
pub(crate) use self::pair::Pair;
pub(crate) use self::program::program;
pub(crate) use self::template::execute;
pub(crate) use self::wait::wait_until;
