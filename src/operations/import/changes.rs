//! Known records that a file has otherwise: kept, or renewed where nothing is matched to them, and reported in either case.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Nullable, Text};
use serde::Serialize;

use super::{Imported, MOST_LISTED};
use crate::Result;

/// A field that a duplicate has otherwise than the database. An empty field of the file says nothing about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Changed {
    /// Where the record stands, as in [`Refused`](super::Refused).
    pub position: u64,
    /// The number of the order, the refund or the purchase.
    pub record: String,
    /// The column.
    pub field: String,
    /// What the database had.
    pub stored: Option<String>,
    /// What the file has.
    pub sent: String,
    /// Whether the database has it now: only in a refresh, and not where a payment is matched to the record.
    pub renewed: bool,
}

/// What becomes of known records that the file has otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Known {
    /// They stay.
    Kept,
    /// They follow the file where nothing is matched to them.
    Refreshed,
}

/// What of a table follows the file in a refresh.
pub(super) struct Renewal {
    pub(super) table: &'static str,
    /// Its unique key, in both tables.
    pub(super) key: &'static str,
    /// Columns that are compared and renewed, in both tables.
    pub(super) columns: &'static [&'static str],
    /// Whether a payment is matched to the row `t`.
    pub(super) is_matched: &'static str,
    /// The name of the lock of its matchers: no match is made of values that are just renewed.
    pub(super) matchers: &'static str,
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = BigInt)]
    position: i64,
    #[diesel(sql_type = Text)]
    record: String,
    #[diesel(sql_type = Text)]
    field: String,
    #[diesel(sql_type = Nullable<Text>)]
    stored: Option<String>,
    #[diesel(sql_type = Text)]
    sent: String,
    #[diesel(sql_type = Bool)]
    renewed: bool,
}

impl Renewal {
    /// Tells in what the rows that were there before differ from the records of `pg_temp.ordered`, and renews them in a
    /// refresh. The first record of a key counts.
    pub(super) fn run(
        &self,
        conn: &mut PgConnection,
        imported: &Imported,
        known: Known,
    ) -> Result<Vec<Changed>> {
        if imported.duplicate == 0 {
            return Ok(Vec::new());
        }
        let find = self.fill_in(include_str!("changes/find.sql"));
        if diesel::sql_query(find).execute(conn)? == 0 {
            conn.batch_execute("DROP TABLE pg_temp.differing")?;
            return Ok(Vec::new());
        }
        let is_kept = match known {
            Known::Kept => "true",
            Known::Refreshed => {
                conn.batch_execute(&format!(
                    "SELECT pg_advisory_xact_lock_shared(hashtext('spending-db: {}'))",
                    self.matchers
                ))?;
                conn.batch_execute(&self.fill_in(include_str!("changes/lock.sql")))?;
                self.is_matched
            }
        };
        let renew = self
            .fill_in(include_str!("changes/renew.sql"))
            .replace("$is_kept", is_kept);
        let rows: Vec<Row> = diesel::sql_query(renew)
            .bind::<BigInt, _>(i64::try_from(MOST_LISTED).unwrap_or(i64::MAX))
            .load(conn)?;
        conn.batch_execute("DROP TABLE pg_temp.differing")?;
        Ok(rows.into_iter().map(Row::into_changed).collect())
    }

    fn fill_in(&self, sql: &str) -> String {
        let each = |separator: &str, write: fn(&str) -> String| {
            let parts: Vec<String> = self.columns.iter().map(|column| write(column)).collect();
            parts.join(separator)
        };
        sql.replace("$table", self.table)
            .replace("$key", self.key)
            .replace(
                "$differs",
                &each(" OR ", |column| {
                    format!("coalesce(s.{column}, t.{column}) IS DISTINCT FROM t.{column}")
                }),
            )
            .replace(
                "$assignments",
                &each(", ", |column| format!(
                        "{column} = CASE WHEN s.{column} = t.{column} THEN t.{column} ELSE coalesce(s.{column}, t.{column}) END"
                    )),
            )
            .replace(
                "$fields",
                &each(", ", |column| {
                    format!(
                        "('{column}', t.{column}::text, s.{column}::text, s.{column} IS DISTINCT FROM t.{column})"
                    )
                }),
            )
    }
}

impl Row {
    fn into_changed(self) -> Changed {
        Changed {
            position: self.position.cast_unsigned(),
            record: self.record,
            field: self.field,
            stored: self.stored,
            sent: self.sent,
            renewed: self.renewed,
        }
    }
}
