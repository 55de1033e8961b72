//! Reverting in a schema of its own, to learn what would be lost.
//!
//! The applied migrations are run there on empty tables and the chosen ones taken back, all in one transaction that is rolled
//! back: what the migrations do is learned from themselves, and no table of anybody's is touched.

use std::collections::{BTreeMap, HashSet};

use diesel::connection::SimpleConnection;
use diesel::migration::Migration;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::{Array, Bool, Nullable, Oid, SmallInt, Text as SqlText};
use regex::Regex;

use super::danger::Danger;
use super::diagnosis::{self, Direction};
use super::texts::Text;
use crate::database::with_failed_statement;
use crate::error::{Error, Result};

type Step<'m> = &'m dyn Migration<Pg>;

/// What the reversal of each of the chosen migrations endangers. `applied` are all in their order, `chosen` the latest of them,
/// the latest first.
pub(super) fn rehearse(
    conn: &mut PgConnection,
    texts: &[Text],
    applied: &[Step<'_>],
    chosen: &[Step<'_>],
) -> Result<Vec<Vec<Danger>>> {
    let mut outcome = Ok(Vec::new());
    // The transaction ends with an error whatever happens, so that nothing of it is kept.
    let ended = conn.transaction::<(), diesel::result::Error, _>(|conn| {
        conn.batch_execute(
            "CREATE SCHEMA spending_db_rehearsal; SET LOCAL search_path TO spending_db_rehearsal",
        )?;
        outcome = play(conn, texts, applied, chosen);
        Err(diesel::result::Error::RollbackTransaction)
    });
    match ended {
        Err(diesel::result::Error::RollbackTransaction) | Ok(()) => outcome,
        Err(error) => Err(failure(&error.to_string())),
    }
}

fn play(
    conn: &mut PgConnection,
    texts: &[Text],
    applied: &[Step<'_>],
    chosen: &[Step<'_>],
) -> Result<Vec<Vec<Danger>>> {
    for migration in applied {
        perform(conn, texts, *migration, Direction::Up)?;
    }
    let now = Schema::read(conn)?;
    let mut before = now.clone();
    let mut dangers = Vec::new();
    for migration in chosen {
        perform(conn, texts, *migration, Direction::Down)?;
        let after = Schema::read(conn)?;
        dangers.push(endangered(&now, &before, &after));
        before = after;
    }
    Ok(dangers)
}

/// Runs one migration, in a savepoint so that a failure can be looked into.
fn perform(
    conn: &mut PgConnection,
    texts: &[Text],
    migration: Step<'_>,
    direction: Direction,
) -> Result<()> {
    let version = super::version(migration);
    let text = texts.iter().find(|text| text.version() == version);
    let outcome = with_failed_statement(conn, |conn| {
        conn.transaction::<_, Box<dyn std::error::Error + Send + Sync>, _>(|conn| {
            match (text, direction) {
                (Some(text), Direction::Up) => Ok(conn.batch_execute(&in_transaction(text.up)?)?),
                (Some(text), Direction::Down) => {
                    Ok(conn.batch_execute(&in_transaction(text.down)?)?)
                }
                (None, Direction::Up) => migration.run(conn),
                (None, Direction::Down) => migration.revert(conn),
            }
        })
    });
    outcome.map_err(|(error, failed)| {
        failure(&diagnosis::explain(
            conn,
            migration,
            direction,
            &error,
            failed.as_ref(),
        ))
    })
}

/// The script without what keeps it from running in a transaction; on empty tables nothing takes long.
fn in_transaction(script: &str) -> Result<String, regex::Error> {
    let concurrently = Regex::new(r"(?i)\bconcurrently\b")?;
    Ok(concurrently.replace_all(script, "").into_owned())
}

fn failure(reason: &str) -> Error {
    Error::Migration(format!(
        "what reverting would lose cannot be told, nothing was reverted; tried in a schema of its own: {reason}"
    ))
}

/// The numbers of tables, and of columns within them, stay when they are renamed.
#[derive(Clone)]
struct Schema {
    tables: BTreeMap<u32, Table>,
    rules: Vec<Rule>,
}

#[derive(Clone)]
struct Table {
    name: String,
    columns: BTreeMap<i16, ColumnRow>,
}

#[derive(Clone, QueryableByName)]
struct ColumnRow {
    #[diesel(sql_type = Oid)]
    table_number: u32,
    #[diesel(sql_type = SqlText)]
    table_name: String,
    #[diesel(sql_type = SmallInt)]
    number: i16,
    #[diesel(sql_type = SqlText)]
    name: String,
    #[diesel(sql_type = SqlText)]
    sql_type: String,
    #[diesel(sql_type = Bool)]
    is_generated: bool,
    #[diesel(sql_type = Nullable<SqlText>)]
    constant_default: Option<String>,
}

#[derive(Clone, PartialEq, Eq, Hash, QueryableByName)]
struct Rule {
    #[diesel(sql_type = Oid)]
    table_number: u32,
    #[diesel(sql_type = Array<SmallInt>)]
    columns: Vec<i16>,
    #[diesel(sql_type = Array<Oid>)]
    others: Vec<u32>,
    #[diesel(sql_type = SqlText)]
    rule: String,
    #[diesel(sql_type = SqlText)]
    against: String,
}

impl Schema {
    fn read(conn: &mut PgConnection) -> Result<Self> {
        let columns: Vec<ColumnRow> = diesel::sql_query(include_str!("shape.sql")).load(conn)?;
        let mut tables: BTreeMap<u32, Table> = BTreeMap::new();
        for column in columns {
            let table = tables.entry(column.table_number).or_insert_with(|| Table {
                name: column.table_name.clone(),
                columns: BTreeMap::new(),
            });
            table.columns.insert(column.number, column);
        }
        let rules = diesel::sql_query(include_str!("rules.sql")).load(conn)?;
        Ok(Self { tables, rules })
    }

    /// Whether a rule speaks of nothing that has another name in `now`, or is not there.
    fn has_names_of(&self, now: &Self, rule: &Rule) -> bool {
        let same_table = |number: &u32| match (self.tables.get(number), now.tables.get(number)) {
            (Some(then), Some(now)) => then.name == now.name,
            _ => false,
        };
        let column = |schema: &Self, number: &i16| {
            let table = schema.tables.get(&rule.table_number)?;
            Some(table.columns.get(number)?.name.clone())
        };
        same_table(&rule.table_number)
            && rule.others.iter().all(same_table)
            && rule.columns.iter().all(|number| {
                let then = column(self, number);
                then.is_some() && then == column(now, number)
            })
    }
}

/// What one reversal endangers of what is there `now`: it makes `after` of `before`.
fn endangered(now: &Schema, before: &Schema, after: &Schema) -> Vec<Danger> {
    let mut dangers = Vec::new();
    let mut by_name: Vec<_> = before.tables.iter().collect();
    by_name.sort_by(|(_, a), (_, b)| a.name.cmp(&b.name));
    for (number, then) in by_name {
        let Some(today) = now.tables.get(number) else {
            continue;
        };
        match after.tables.get(number) {
            None => dangers.push(Danger::table(&today.name, &then.name)),
            Some(left) => dangers.extend(columns_endangered(today, then, left)),
        }
    }
    let known: HashSet<(u32, &str)> = before
        .rules
        .iter()
        .map(|rule| (rule.table_number, rule.rule.as_str()))
        .collect();
    let new = after.rules.iter().filter(|rule| {
        !known.contains(&(rule.table_number, rule.rule.as_str())) && after.has_names_of(now, rule)
    });
    dangers.extend(new.map(|rule| {
        let table = &after.tables[&rule.table_number].name;
        Danger::rule(table, &rule.rule, &rule.against)
    }));
    dangers
}

fn columns_endangered<'t>(
    now: &'t Table,
    then: &'t Table,
    left: &'t Table,
) -> impl Iterator<Item = Danger> + 't {
    then.columns.iter().filter_map(|(number, column)| {
        let today = now.columns.get(number)?;
        if column.is_generated {
            return None;
        }
        let names = [
            (now.name.as_str(), today.name.as_str()),
            (then.name.as_str(), column.name.as_str()),
        ];
        match left.columns.get(number) {
            None => Some(Danger::column(names, column.constant_default.as_deref())),
            Some(left) if left.sql_type != column.sql_type => {
                Some(Danger::column_type(names, &column.sql_type, &left.sql_type))
            }
            Some(_) => None,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::in_transaction;

    #[test]
    fn what_cannot_run_in_a_transaction_is_left_out() {
        assert_eq!(
            in_transaction(
                "DROP INDEX CONCURRENTLY a;\ncreate index concurrently b ON c (concurrently_d)"
            )
            .unwrap(),
            "DROP INDEX  a;\ncreate index  b ON c (concurrently_d)"
        );
    }
}
