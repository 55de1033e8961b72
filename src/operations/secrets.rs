//! All stored tokens: under which key they are, and moved to the newest one.

mod batch;

use diesel::Connection as _;
use diesel::PgConnection;
use serde::Serialize;

use crate::Result;
use crate::secrets::Keyring;
use crate::types::TokenPlace;
use batch::{TABLES, Task, walk_batch};

/// What became of all stored tokens, or how they are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TokenReport {
    /// The versions of the keys, newest first.
    pub keys: Vec<i32>,
    /// How the tokens were found, by table.
    pub tables: Vec<TokenCounts>,
    /// The tokens that no key opens. They stay as they are.
    pub unreadable: Vec<TokenPlace>,
}

/// How the tokens of a table were found; access and refresh tokens count apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct TokenCounts {
    /// The table.
    pub table: &'static str,
    /// Encrypted under the newest key.
    pub newest: usize,
    /// Encrypted under an older key.
    pub older: usize,
    /// In plain text.
    pub plain: usize,
    /// Opened by no key.
    pub unreadable: usize,
    /// How many of those that were older or plain are under the newest key now.
    pub encrypted: usize,
}

/// Under which keys all stored tokens are. Nothing is locked and nothing changed.
pub fn token_status(conn: &mut PgConnection, keyring: &Keyring) -> Result<TokenReport> {
    walk(conn, keyring, Task::Look)
}

/// Encrypts the tokens that are stored in plain text, as the old application did without a key, under the newest key.
///
/// Works as [`rotate_keys`] does, and leaves tokens under older keys as they are.
pub fn encrypt_plain_tokens(conn: &mut PgConnection, keyring: &Keyring) -> Result<TokenReport> {
    walk(conn, keyring, Task::EncryptPlain)
}

/// Encrypts all stored tokens under the newest key, those in plain text too; those that are under it stay as they are.
///
/// A transaction locks and changes a hundred rows at a time, so that no token is lost that somebody renews meanwhile. What was
/// stopped is taken up by running it again. Call it outside of a transaction.
pub fn rotate_keys(conn: &mut PgConnection, keyring: &Keyring) -> Result<TokenReport> {
    walk(conn, keyring, Task::EncryptAll)
}

fn walk(conn: &mut PgConnection, keyring: &Keyring, task: Task) -> Result<TokenReport> {
    let mut report = TokenReport {
        keys: keyring.versions(),
        tables: Vec::new(),
        unreadable: Vec::new(),
    };
    for table in &TABLES {
        let mut counts = TokenCounts::none_in(table.name);
        let mut next = Some(i32::MIN);
        while let Some(from) = next {
            let batch = conn.transaction(|conn| walk_batch(conn, keyring, task, table, from))?;
            counts.add(&batch.counts);
            report.unreadable.extend(batch.unreadable);
            next = batch.next;
        }
        report.tables.push(counts);
    }
    Ok(report)
}

impl TokenCounts {
    const fn none_in(table: &'static str) -> Self {
        Self {
            table,
            newest: 0,
            older: 0,
            plain: 0,
            unreadable: 0,
            encrypted: 0,
        }
    }

    fn add(&mut self, more: &Self) {
        self.newest += more.newest;
        self.older += more.older;
        self.plain += more.plain;
        self.unreadable += more.unreadable;
        self.encrypted += more.encrypted;
    }
}
