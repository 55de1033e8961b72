//! What a reversal may cost, and the query that counts it.

use std::collections::HashSet;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};

use super::loss::{Loss, Reason};
use crate::error::Result;

/// Rows or values that a reversal has no place for, if there are any.
#[derive(Debug)]
pub(super) struct Danger {
    reason: Reason,
    today: Place,
    /// Under the names that hold when the reversal comes to it; none where the reversal itself fails on such rows.
    then: Option<Place>,
}

#[derive(Debug)]
struct Place {
    table: String,
    column: Option<String>,
    query: String,
    /// What counts where the query fails because of a value.
    broader: Option<String>,
}

impl Danger {
    /// A table that is dropped: its name today, and when the reversal comes to it.
    pub(super) fn table(today: &str, then: &str) -> Self {
        let place = |table: &str| Place {
            table: table.to_owned(),
            column: None,
            query: format!("SELECT * FROM {table}"),
            broader: None,
        };
        Self {
            reason: Reason::TableDropped,
            today: place(today),
            then: Some(place(then)),
        }
    }

    /// A column that is dropped: table and name today, and when the reversal comes to it.
    pub(super) fn column(names: [(&str, &str); 2], constant_default: Option<&str>) -> Self {
        let place = |(table, column): (&str, &str)| Place {
            table: table.to_owned(),
            column: Some(column.to_owned()),
            query: match constant_default {
                None => format!("SELECT * FROM {table} WHERE {column} IS NOT NULL"),
                // As text: not every type knows when two values are equal.
                Some(default) => format!(
                    "SELECT * FROM {table} WHERE {column} IS NOT NULL AND {column}::text <> ({default})::text"
                ),
            },
            broader: None,
        };
        let [today, then] = names.map(place);
        Self {
            reason: Reason::ColumnDropped {
                column: names[0].1.to_owned(),
            },
            today,
            then: Some(then),
        }
    }

    /// A column that gets an older type.
    pub(super) fn column_type(names: [(&str, &str); 2], newer: &str, older: &str) -> Self {
        let place = |(table, column): (&str, &str)| Place {
            table: table.to_owned(),
            column: Some(column.to_owned()),
            query: format!(
                "SELECT * FROM {table} WHERE {column} IS NOT NULL \
                 AND {column}::{newer}::{older}::{newer}::text IS DISTINCT FROM {column}::{newer}::text"
            ),
            broader: Some(format!("SELECT * FROM {table} WHERE {column} IS NOT NULL")),
        };
        let [today, then] = names.map(place);
        Self {
            reason: Reason::TypeChanged {
                column: names[0].1.to_owned(),
                sql_type: older.to_owned(),
            },
            today,
            then: Some(then),
        }
    }

    /// A rule that comes back, with the query of the rows that are against it.
    pub(super) fn rule(table: &str, rule: &str, against: &str) -> Self {
        Self {
            reason: Reason::Refused {
                rule: rule.to_owned(),
            },
            today: Place {
                table: table.to_owned(),
                column: None,
                query: against.to_owned(),
                broader: None,
            },
            then: None,
        }
    }
}

/// What is there today of what is endangered, for each migration. A table or column that the database has not got costs nothing.
pub(super) fn losses_today(
    conn: &mut PgConnection,
    dangers: &[Vec<Danger>],
) -> Result<Vec<Vec<Loss>>> {
    let there = columns_there(conn)?;
    let is_there = |place: &Place| match &place.column {
        Some(column) => there.contains(&(place.table.clone(), column.clone())),
        None => there.iter().any(|(table, _)| *table == place.table),
    };
    dangers
        .iter()
        .map(|dangers| {
            let places = dangers
                .iter()
                .map(|danger| (danger, &danger.today))
                .filter(|(_, place)| is_there(place));
            count_all(conn, places)
        })
        .collect()
}

/// Locks the tables that would lose something, so that until the transaction ends nobody else writes to them.
pub(super) fn lock_tables(conn: &mut PgConnection, dangers: &[Danger]) -> Result<()> {
    let mut tables: Vec<&str> = places_then(dangers)
        .map(|(_, place)| place.table.as_str())
        .collect();
    tables.sort_unstable();
    tables.dedup();
    if tables.is_empty() {
        return Ok(());
    }
    // The lock that the reversal takes anyway: to take a weaker one first could end in a deadlock.
    let tables = tables.join(", ");
    Ok(conn.batch_execute(&format!("LOCK TABLE {tables} IN ACCESS EXCLUSIVE MODE"))?)
}

/// What is lost when the migration is reverted next.
pub(super) fn losses_then(conn: &mut PgConnection, dangers: &[Danger]) -> Result<Vec<Loss>> {
    count_all(conn, places_then(dangers))
}

fn places_then(dangers: &[Danger]) -> impl Iterator<Item = (&Danger, &Place)> {
    dangers
        .iter()
        .filter_map(|danger| Some((danger, danger.then.as_ref()?)))
}

fn count_all<'d>(
    conn: &mut PgConnection,
    places: impl Iterator<Item = (&'d Danger, &'d Place)>,
) -> Result<Vec<Loss>> {
    let mut losses = Vec::new();
    for (danger, place) in places {
        let (rows, query) = count(conn, place)?;
        if rows > 0 {
            losses.push(Loss {
                table: place.table.clone(),
                reason: danger.reason.clone(),
                rows,
                query: query.to_owned(),
            });
        }
    }
    Ok(losses)
}

/// The number of rows, and the query that shows them.
fn count<'p>(conn: &mut PgConnection, place: &'p Place) -> Result<(i64, &'p str)> {
    let Some(broader) = &place.broader else {
        return Ok((rows(conn, &place.query)?, &place.query));
    };
    // A value that the older type cannot take at all is an error.
    match conn.transaction(|conn| rows(conn, &place.query)) {
        Ok(rows) => Ok((rows, &place.query)),
        Err(_) => Ok((rows(conn, broader)?, broader)),
    }
}

fn rows(conn: &mut PgConnection, query: &str) -> QueryResult<i64> {
    #[derive(QueryableByName)]
    struct Counted {
        #[diesel(sql_type = BigInt)]
        count: i64,
    }

    let counted: Counted =
        diesel::sql_query(format!("SELECT count(*) FROM ({query}) AS lost")).get_result(conn)?;
    Ok(counted.count)
}

/// The tables that the database has, with their columns.
fn columns_there(conn: &mut PgConnection) -> Result<HashSet<(String, String)>> {
    #[derive(QueryableByName)]
    struct There {
        #[diesel(sql_type = Text)]
        table_name: String,
        #[diesel(sql_type = Text)]
        name: String,
    }

    let there: Vec<There> = diesel::sql_query(include_str!("shape.sql")).load(conn)?;
    Ok(there
        .into_iter()
        .map(|column| (column.table_name, column.name))
        .collect())
}
