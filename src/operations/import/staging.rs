//! Bulk storing: rows go by `COPY` into a temporary table and from there, in one statement, into their table.
//!
//! The temporary table takes anything that can be read from a file, so `COPY` fails only where the connection does. The
//! rows are inserted in the order of their unique key, so that two imports at once wait for each other but never in a
//! circle. Where the database refuses the whole, halving finds the rows that it refuses.

use std::marker::PhantomData;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::result::{DatabaseErrorKind, Error as DieselError};
use diesel::sql_types::{BigInt, Text};

use super::changes::{Known, Renewal};
use super::{ImportReport, Imported, Refusals, Refused};
use crate::Result;

/// Rows that wait in memory before they are sent.
pub(super) const BATCH: usize = 5000;

/// A row on its way into a table.
pub(super) trait Staged: Sized {
    /// Creates the temporary table `staged`.
    const CREATE: &'static str;
    /// The unique key by which rows are told apart, in columns of the temporary table.
    const KEY: &'static str;
    /// Inserts what is not there yet from `ordered` (the temporary table with `place` in the order of the key, and `nth`
    /// among the rows of one key), where `place` is from `$1` to `$2`.
    const INSERT: &'static str;

    /// Sends rows to the temporary table.
    fn copy(rows: &[Self], conn: &mut PgConnection) -> QueryResult<usize>;
}

/// Stores rows in one transaction; what is refused has the position that the row came with.
pub(super) fn store<T: Staged>(
    conn: &mut PgConnection,
    rows: impl IntoIterator<Item = T>,
) -> Result<Imported> {
    conn.transaction(|conn| {
        let mut staging = Staging::start(conn)?;
        for row in rows {
            staging.push(row)?;
        }
        let staged = staging.send_all()?;
        let mut imported = insert::<T>(conn, staged)?;
        drop_tables(conn)?;
        imported.refused.sort_by_key(|refused| refused.position);
        Ok(imported)
    })
}

/// Stores the records of a file in one transaction; `read` hands them over with their positions.
pub(super) fn store_file<T: Staged>(
    conn: &mut PgConnection,
    file: &str,
    renewal: Option<(&Renewal, Known)>,
    read: impl FnOnce(&mut Sink<'_, T>) -> Result<()>,
) -> Result<ImportReport> {
    conn.transaction(|conn| {
        let mut sink = Sink {
            staging: Staging::start(conn)?,
            refusals: Refusals::default(),
        };
        read(&mut sink)?;
        let Sink {
            mut staging,
            mut refusals,
        } = sink;
        let rows = staging.send_all()?;
        let outcome = insert::<T>(conn, rows)?;
        let changed = renewal.map_or(Ok(Vec::new()), |(renewal, known)| {
            renewal.run(conn, &outcome, known)
        })?;
        drop_tables(conn)?;
        refusals.extend(outcome.refused);
        let report = ImportReport::new(file, outcome.stored, outcome.duplicate, refusals);
        Ok(ImportReport { changed, ..report })
    })
}

/// Takes the records of a file as they are read.
pub(super) struct Sink<'a, T> {
    staging: Staging<'a, T>,
    refusals: Refusals,
}

impl<T: Staged> Sink<'_, T> {
    /// Takes a record, or the reason why it is none.
    pub(super) fn take(&mut self, position: u64, record: Result<T, String>) -> Result<()> {
        match record {
            Ok(row) => self.staging.push(row),
            Err(reason) => {
                self.refusals.push(Refused { position, reason });
                Ok(())
            }
        }
    }
}

/// Rows on their way into the temporary table; a transaction is needed around it.
pub(super) struct Staging<'a, T> {
    conn: &'a mut PgConnection,
    batch: Vec<T>,
    staged: u64,
}

impl<'a, T: Staged> Staging<'a, T> {
    /// Makes the temporary table.
    pub(super) fn start(conn: &'a mut PgConnection) -> Result<Self> {
        prepare(conn)?;
        conn.batch_execute(T::CREATE)?;
        Ok(Self {
            conn,
            batch: Vec::with_capacity(BATCH),
            staged: 0,
        })
    }

    /// Adds a row.
    pub(super) fn push(&mut self, row: T) -> Result<()> {
        self.batch.push(row);
        if self.batch.len() == BATCH {
            self.send()?;
        }
        Ok(())
    }

    /// Sends what still waits, and answers how many rows there are.
    fn send_all(&mut self) -> Result<u64> {
        self.send()?;
        Ok(self.staged)
    }

    fn send(&mut self) -> Result<()> {
        if !self.batch.is_empty() {
            self.staged += T::copy(&self.batch, self.conn)? as u64;
            self.batch.clear();
        }
        Ok(())
    }
}

/// Readies the transaction of an import. Until it ends no statement is cut short: a large file takes its time, and so does
/// waiting for another import of the same records.
pub(super) fn prepare(conn: &mut PgConnection) -> Result<()> {
    Ok(conn.batch_execute(include_str!("staging/prepare.sql"))?)
}

/// Stores the rows of the temporary table `staged`, so many. What is refused has the position that the row came with, and
/// stands in the order of the key; it is gone from `ordered`.
pub(super) fn insert<T: Staged>(conn: &mut PgConnection, staged: u64) -> Result<Imported> {
    conn.batch_execute(&format!(
        "CREATE TEMPORARY TABLE ordered AS
         SELECT
             row_number() OVER (ORDER BY {key}, position) AS place,
             row_number() OVER (PARTITION BY {key} ORDER BY position) AS nth,
             *
         FROM pg_temp.staged",
        key = T::KEY
    ))?;
    insert_ordered::<T>(conn, staged)
}

/// As [`insert`], where the caller has made `ordered` itself.
pub(super) fn insert_ordered<T: Staged>(conn: &mut PgConnection, staged: u64) -> Result<Imported> {
    let mut store = Store::<T> {
        conn,
        outcome: Imported::default(),
        staged: PhantomData,
    };
    store.whole(staged)?;
    let mut outcome = store.outcome;
    outcome.duplicate = staged - outcome.stored - outcome.refused.len() as u64;
    Ok(outcome)
}

/// Drops the temporary tables of [`insert`].
pub(super) fn drop_tables(conn: &mut PgConnection) -> Result<()> {
    Ok(conn.batch_execute("DROP TABLE pg_temp.staged, pg_temp.ordered")?)
}

struct Store<'a, T> {
    conn: &'a mut PgConnection,
    outcome: Imported,
    staged: PhantomData<T>,
}

#[derive(QueryableByName)]
struct Verdict {
    #[diesel(sql_type = BigInt)]
    position: i64,
    #[diesel(sql_type = BigInt)]
    stored: i64,
    #[diesel(sql_type = Text)]
    reason: String,
}

impl<T: Staged> Store<'_, T> {
    fn whole(&mut self, rows: u64) -> Result<()> {
        match self.insert(1, rows) {
            Err(error) if may_be_one_row(&error) && rows > 0 => {
                self.conn
                    .batch_execute("CREATE UNIQUE INDEX ON pg_temp.ordered (place)")?;
                self.parts(1, rows)
            }
            outcome => Ok(outcome?),
        }
    }

    /// Stores a range that failed as a whole, part by part, in order.
    fn parts(&mut self, first: u64, last: u64) -> Result<()> {
        if first == last {
            return self.judge(first);
        }
        let middle = first + (last - first) / 2;
        for (first, last) in [(first, middle), (middle + 1, last)] {
            match self.insert(first, last) {
                Err(error) if may_be_one_row(&error) => self.parts(first, last)?,
                outcome => outcome?,
            }
        }
        Ok(())
    }

    fn insert(&mut self, first: u64, last: u64) -> QueryResult<()> {
        let insert = range(T::INSERT, first, last);
        let stored = self
            .conn
            .transaction(|conn| diesel::sql_query(insert).execute(conn))?;
        self.outcome.stored += stored as u64;
        Ok(())
    }

    /// Stores one row, or refuses it where it is the row's own fault. Anything else is an error.
    fn judge(&mut self, place: u64) -> Result<()> {
        let insert = range(T::INSERT, place, place);
        self.conn
            .batch_execute(&include_str!("staging/judge.sql").replace("$insert", &insert))?;
        let verdict: Verdict = diesel::sql_query(include_str!("staging/verdict.sql"))
            .bind::<BigInt, _>(i64::try_from(place).unwrap_or(i64::MAX))
            .get_result(self.conn)?;
        self.outcome.stored += u64::try_from(verdict.stored).unwrap_or_default();
        if !verdict.reason.is_empty() {
            diesel::sql_query("DELETE FROM pg_temp.ordered WHERE place = $1")
                .bind::<BigInt, _>(i64::try_from(place).unwrap_or(i64::MAX))
                .execute(self.conn)?;
            self.outcome.refused.push(Refused {
                position: u64::try_from(verdict.position).unwrap_or_default(),
                reason: format!("the database refuses it: {}", verdict.reason),
            });
        }
        Ok(())
    }
}

fn range(insert: &str, first: u64, last: u64) -> String {
    insert
        .replace("$1", &first.to_string())
        .replace("$2", &last.to_string())
}

/// Whether a statement may have failed because of one of its rows.
fn may_be_one_row(error: &DieselError) -> bool {
    matches!(
        error,
        DieselError::DatabaseError(
            DatabaseErrorKind::Unknown
                | DatabaseErrorKind::CheckViolation
                | DatabaseErrorKind::NotNullViolation,
            _
        )
    )
}
