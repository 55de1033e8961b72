//! [`MigrationLock`]: one process migrates at a time.

use std::ops::{Deref, DerefMut};
use std::thread;
use std::time::{Duration, Instant};

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Integer, Nullable, Text};

use super::Options;
use crate::config::milliseconds;
use crate::error::{Error, Result};

/// The number of the advisory lock: `spendmig` in ASCII. Advisory locks belong to one database.
const KEY: i64 = 0x7370_656e_646d_6967;

diesel::define_sql_function! {
    /// Takes an advisory lock of the session, if it is free.
    fn pg_try_advisory_lock(key: BigInt) -> Bool;
}
diesel::define_sql_function! {
    /// Gives up an advisory lock of the session.
    fn pg_advisory_unlock(key: BigInt) -> Bool;
}
diesel::define_sql_function! {
    /// The value of a setting.
    fn current_setting(name: Text) -> Text;
}
diesel::define_sql_function! {
    /// Sets a setting.
    fn set_config(name: Text, value: Text, is_local: Bool) -> Text;
}

/// A connection that holds the lock, without the limits that its statements have otherwise.
///
/// Dropped, it gives up the lock and has its limits back.
pub(crate) struct MigrationLock<'c> {
    conn: &'c mut PgConnection,
    limits: (String, String),
}

impl<'c> MigrationLock<'c> {
    /// Asks for the lock until it is had or the time is over.
    ///
    /// It asks again and again instead of waiting in the server: a statement that waits there would keep
    /// `CREATE INDEX CONCURRENTLY` from ending.
    pub(crate) fn take(conn: &'c mut PgConnection, options: &Options) -> Result<Self> {
        const LONGEST_PAUSE: Duration = Duration::from_millis(200);

        let limits = diesel::select((
            current_setting("statement_timeout"),
            current_setting("lock_timeout"),
        ))
        .get_result(conn)?;
        let started = Instant::now();
        let mut pause = Duration::from_millis(5);
        while !diesel::select(pg_try_advisory_lock(KEY)).get_result::<bool>(conn)? {
            let left = match options.lock_timeout {
                Some(timeout) => timeout.saturating_sub(started.elapsed()),
                None => LONGEST_PAUSE,
            };
            if left.is_zero() {
                return Err(Error::Migration(format!(
                    "waited {:.1?} for another process that migrates{}",
                    started.elapsed(),
                    holder(conn)?,
                )));
            }
            thread::sleep(pause.min(left));
            pause = LONGEST_PAUSE.min(pause * 2);
        }
        let lock = Self { conn, limits };
        let table_lock_timeout = milliseconds(options.table_lock_timeout).to_string();
        diesel::select((
            set_config("statement_timeout", "0", false),
            set_config("lock_timeout", table_lock_timeout, false),
        ))
        .execute(lock.conn)?;
        Ok(lock)
    }
}

impl Deref for MigrationLock<'_> {
    type Target = PgConnection;

    fn deref(&self) -> &PgConnection {
        self.conn
    }
}

impl DerefMut for MigrationLock<'_> {
    fn deref_mut(&mut self) -> &mut PgConnection {
        self.conn
    }
}

impl Drop for MigrationLock<'_> {
    fn drop(&mut self) {
        let (statement_timeout, lock_timeout) = &self.limits;
        let released = diesel::select((
            pg_advisory_unlock(KEY),
            set_config("statement_timeout", statement_timeout, false),
            set_config("lock_timeout", lock_timeout, false),
        ))
        .execute(self.conn);
        if let Err(error) = released {
            tracing::warn!(target: "spending_db::migrations", %error, "the lock ends with the connection");
        }
    }
}

/// Who holds the lock, as the end of a sentence; nothing where nobody does any more.
fn holder(conn: &mut PgConnection) -> Result<String> {
    #[derive(QueryableByName)]
    struct Holder {
        #[diesel(sql_type = Integer)]
        pid: i32,
        #[diesel(sql_type = Nullable<Text>)]
        application: Option<String>,
    }

    let holder: Option<Holder> = diesel::sql_query(include_str!("lock_holder.sql"))
        .bind::<BigInt, _>(KEY)
        .get_result(conn)
        .optional()?;
    Ok(match holder {
        Some(Holder {
            pid,
            application: Some(application),
        }) if !application.is_empty() => {
            format!(": server process {pid} ({application}) holds the lock")
        }
        Some(Holder { pid, .. }) => format!(": server process {pid} holds the lock"),
        None => String::new(),
    })
}
