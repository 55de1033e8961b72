//! In what an old database may differ from the usual one.

use diesel::prelude::*;
use diesel::sql_types::Text;

/// One thing in which an old database differs. What stands in its way is removed with it: constraints and indexes that
/// refuse it.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Change {
    /// The table is not there, nor the references to it.
    NoTable(&'static str),
    /// The table has no such column.
    NoColumn(&'static str, &'static str),
    /// A table of somebody else's, with its columns.
    Table(&'static str, &'static str),
    /// A column of somebody else's, with its definition.
    Column(&'static str, &'static str),
    /// The column has another type.
    Type(&'static str, &'static str, &'static str),
    /// The row with the greatest id refers by the column to a row that is not there.
    Orphan(&'static str, &'static str),
    /// The row with the greatest id has NULL in the column.
    Null(&'static str, &'static str),
    /// The row with the greatest id has this value, an expression, in the column.
    Value(&'static str, &'static str, &'static str),
    /// The row with the smallest id is there again under a new id, as nothing keeps the columns of the first list unique. Those
    /// of the second list get a text of their own.
    Duplicate(
        &'static str,
        &'static [&'static str],
        &'static [&'static str],
    ),
    /// A statement of its own.
    Sql(&'static str),
}

/// An id that no row has.
pub(crate) const NOWHERE: i32 = 999_999;

#[derive(QueryableByName)]
struct Statement {
    #[diesel(sql_type = Text)]
    statement: String,
}

impl Change {
    /// What makes the change.
    pub(super) fn statements(self, conn: &mut PgConnection) -> Vec<String> {
        match self {
            Self::NoTable(table) => vec![format!("DROP TABLE {table} CASCADE")],
            Self::NoColumn(table, column) => {
                vec![format!("ALTER TABLE {table} DROP COLUMN {column} CASCADE")]
            }
            Self::Table(table, columns) => vec![format!("CREATE TABLE {table} ({columns})")],
            Self::Column(table, definition) => {
                vec![format!("ALTER TABLE {table} ADD COLUMN {definition}")]
            }
            Self::Type(table, column, sql_type) => vec![format!(
                "ALTER TABLE {table} ALTER COLUMN {column} TYPE {sql_type}"
            )],
            Self::Orphan(table, column) => set(conn, table, column, &NOWHERE.to_string()),
            Self::Null(table, column) => {
                let take = format!("ALTER TABLE {table} ALTER COLUMN {column} DROP NOT NULL");
                let mut statements = vec![take];
                statements.extend(set(conn, table, column, "NULL"));
                statements
            }
            Self::Value(table, column, value) => set(conn, table, column, value),
            Self::Duplicate(table, key, renamed) => duplicate(conn, table, key, renamed),
            Self::Sql(statement) => vec![statement.to_owned()],
        }
    }
}

fn set(conn: &mut PgConnection, table: &str, column: &str, value: &str) -> Vec<String> {
    let mut statements = without_rules(conn, table, "'c', 'f'", &[column]);
    statements.push(format!(
        "UPDATE {table} SET {column} = {value} WHERE id = (SELECT max(id) FROM {table})"
    ));
    statements
}

fn duplicate(conn: &mut PgConnection, table: &str, key: &[&str], renamed: &[&str]) -> Vec<String> {
    let changes = renamed
        .iter()
        .map(|column| format!(", '{column}', '{column} of the copy'"));
    let changes: String = changes.collect();
    let mut statements = without_rules(conn, table, "'u'", key);
    statements.push(format!(
        "INSERT INTO {table}
         SELECT copy.*
         FROM {table} AS original
         CROSS JOIN jsonb_populate_record(
             original,
             jsonb_build_object('id', nextval(pg_get_serial_sequence('{table}', 'id')){changes})
         ) AS copy
         WHERE original.id = (SELECT min(id) FROM {table})"
    ));
    statements
}

/// What drops the table's constraints of some kinds on exactly these columns, and its unique indexes on them.
fn without_rules(
    conn: &mut PgConnection,
    table: &str,
    kinds: &str,
    columns: &[&str],
) -> Vec<String> {
    let names = columns.join("', '");
    let question = format!(
        "WITH attributes AS (
             SELECT array_agg(attnum ORDER BY attnum) AS numbers
             FROM pg_attribute
             WHERE attrelid = '{table}'::regclass AND attname IN ('{names}')
         )
         SELECT format('ALTER TABLE {table} DROP CONSTRAINT %I', conname) AS statement
         FROM pg_constraint, attributes
         WHERE conrelid = '{table}'::regclass
           AND contype IN ({kinds})
           AND (SELECT array_agg(number ORDER BY number) FROM unnest(conkey) AS number) = numbers
         UNION ALL
         SELECT format('DROP INDEX %s', indexrelid::regclass)
         FROM pg_index, attributes
         WHERE indrelid = '{table}'::regclass
           AND indisunique
           AND 'u' IN ({kinds})
           AND (SELECT array_agg(number ORDER BY number) FROM unnest(indkey::int2[]) AS number) = numbers
           AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)"
    );
    let found: Vec<Statement> = diesel::sql_query(question).load(conn).unwrap();
    found.into_iter().map(|found| found.statement).collect()
}
