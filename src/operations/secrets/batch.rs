//! A batch of rows whose tokens are looked at or encrypted anew.

use diesel::prelude::*;
use diesel::sql_types::{Array, Integer, Nullable, Text};

use super::TokenCounts;
use crate::Result;
use crate::secrets::{Keyring, Opened};
use crate::types::{EncryptedToken, TokenPlace};

/// Rows a transaction.
const ROWS: usize = 100;

/// A table of tokens.
pub(super) struct Table {
    pub(super) name: &'static str,
    /// Whether its rows record the version of the key.
    has_version: bool,
}

pub(super) const TABLES: [Table; 4] = [
    Table {
        name: "bank_connections",
        has_version: true,
    },
    Table {
        name: "gmail_connections",
        has_version: true,
    },
    Table {
        name: "amazon_business_connections",
        has_version: true,
    },
    Table {
        name: "truelayer_connections",
        has_version: false,
    },
];

/// What to do with the tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Task {
    Look,
    EncryptPlain,
    EncryptAll,
}

/// What came of a batch.
pub(super) struct Batch {
    pub(super) counts: TokenCounts,
    pub(super) unreadable: Vec<TokenPlace>,
    /// The id that the next batch begins with; `None` after the last.
    pub(super) next: Option<i32>,
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Integer)]
    id: i32,
    #[diesel(sql_type = Nullable<Text>)]
    access_token: Option<EncryptedToken>,
    #[diesel(sql_type = Nullable<Text>)]
    refresh_token: Option<EncryptedToken>,
    #[diesel(sql_type = Integer)]
    encryption_version: i32,
}

/// Takes the rows from this id on, in a transaction.
pub(super) fn walk_batch(
    conn: &mut PgConnection,
    keyring: &Keyring,
    task: Task,
    table: &Table,
    from: i32,
) -> Result<Batch> {
    let rows = read(conn, table, from, task != Task::Look)?;
    let mut batch = Batch {
        counts: TokenCounts::none_in(table.name),
        unreadable: Vec::new(),
        next: rows
            .last()
            .filter(|_| rows.len() == ROWS)
            .and_then(|row| row.id.checked_add(1)),
    };
    let mut changed = Vec::new();
    for mut row in rows {
        let place = |column| TokenPlace {
            table: table.name,
            id: row.id,
            column,
        };
        let places = [place("access_token"), place("refresh_token")];
        let is_newest = batch.take(&mut row.access_token, places[0], keyring, task)?;
        batch.take(&mut row.refresh_token, places[1], keyring, task)?;
        let is_recorded = !is_newest || row.encryption_version == keyring.version();
        if is_newest {
            row.encryption_version = keyring.version();
        }
        let is_rewritten = [&row.access_token, &row.refresh_token]
            .into_iter()
            .flatten()
            .any(|token| token.key_version() == keyring.version());
        if task != Task::Look && (is_rewritten || table.has_version && !is_recorded) {
            changed.push(row);
        }
    }
    write(conn, table, changed)?;
    Ok(batch)
}

impl Batch {
    /// Counts a token as it is found and encrypts it if that is the task; whether it is under the newest key then.
    fn take(
        &mut self,
        stored: &mut Option<EncryptedToken>,
        place: TokenPlace,
        keyring: &Keyring,
        task: Task,
    ) -> Result<bool> {
        let Some(found) = stored.as_ref().filter(|token| !token.is_empty()) else {
            return Ok(false);
        };
        let (token, is_wanted) = match keyring.open(found) {
            Opened::Newest(_) => {
                self.counts.newest += 1;
                return Ok(true);
            }
            Opened::Older(token) => {
                self.counts.older += 1;
                (token, task == Task::EncryptAll)
            }
            Opened::Plain(token) => {
                self.counts.plain += 1;
                (token, task != Task::Look)
            }
            Opened::Unreadable => {
                self.counts.unreadable += 1;
                self.unreadable.push(place);
                return Ok(false);
            }
        };
        if is_wanted {
            *stored = Some(keyring.encrypt(&token)?);
            self.counts.encrypted += 1;
        }
        Ok(is_wanted)
    }
}

/// Reads rows by their ids and locks them if they are to be changed. A worker that renews tokens holds its row for as long as
/// its provider takes.
fn read(conn: &mut PgConnection, table: &Table, from: i32, locks: bool) -> Result<Vec<Row>> {
    if locks {
        diesel::sql_query("SET LOCAL lock_timeout = '1min'").execute(conn)?;
    }
    let version = if table.has_version {
        "encryption_version"
    } else {
        "1"
    };
    let query = format!(
        "SELECT id, access_token, refresh_token, {version} AS encryption_version
         FROM {} WHERE id >= $1 ORDER BY id LIMIT {ROWS} {}",
        table.name,
        if locks { "FOR NO KEY UPDATE" } else { "" },
    );
    Ok(diesel::sql_query(query)
        .bind::<Integer, _>(from)
        .load(conn)?)
}

/// Writes the tokens of locked rows.
fn write(conn: &mut PgConnection, table: &Table, rows: Vec<Row>) -> Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    let version = if table.has_version {
        ", encryption_version = new.encryption_version"
    } else {
        ""
    };
    let statement = format!(
        "UPDATE {} AS connection
         SET access_token = new.access_token, refresh_token = new.refresh_token {version}
         FROM unnest($1, $2, $3, $4) AS new (id, access_token, refresh_token, encryption_version)
         WHERE connection.id = new.id",
        table.name,
    );
    let (ids, versions): (Vec<_>, Vec<_>) = rows
        .iter()
        .map(|row| (row.id, row.encryption_version))
        .unzip();
    let (access, refresh): (Vec<_>, Vec<_>) = rows
        .into_iter()
        .map(|row| (row.access_token, row.refresh_token))
        .unzip();
    diesel::sql_query(statement)
        .bind::<Array<Integer>, _>(ids)
        .bind::<Array<Nullable<Text>>, _>(access)
        .bind::<Array<Nullable<Text>>, _>(refresh)
        .bind::<Array<Integer>, _>(versions)
        .execute(conn)?;
    Ok(())
}
