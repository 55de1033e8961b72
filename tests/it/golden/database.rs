//! The steps of recordings that go to the database itself.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Jsonb, Text};
use serde_json::Value;

use crate::support::execute;

#[derive(QueryableByName)]
struct Id {
    #[diesel(sql_type = BigInt)]
    id: i64,
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Jsonb)]
    row: Value,
}

#[derive(QueryableByName)]
struct Tables {
    #[diesel(sql_type = Text)]
    tables: String,
}

/// Empties every table but Diesel's own.
pub(super) fn empty(conn: &mut PgConnection) {
    let tables: Tables = diesel::sql_query(
        "SELECT string_agg(format('%I.%I', schemaname, tablename), ',') AS tables \
         FROM pg_tables WHERE schemaname = 'public' AND tablename NOT LIKE '\\_\\_diesel%'",
    )
    .get_result(conn)
    .unwrap();
    let statement = format!("TRUNCATE {} RESTART IDENTITY CASCADE", tables.tables);
    execute(conn, &statement);
}

/// Puts rows straight into a table and gives their ids, null where the table has none.
pub(super) fn insert(
    conn: &mut PgConnection,
    table: &str,
    rows: &[Value],
) -> Result<Value, String> {
    let has_id = has_id(conn, table);
    let mut ids = Vec::new();
    for row in rows {
        let members = row.as_object().unwrap();
        let columns: Vec<String> = members.keys().map(|key| format!("\"{key}\"")).collect();
        let values: Vec<String> = members.values().map(literal).collect();
        let (columns, values) = (columns.join(","), values.join(","));
        let insert = format!("INSERT INTO {table} ({columns}) VALUES ({values})");
        if !has_id {
            diesel::sql_query(insert).execute(conn).map_err(told)?;
            ids.push(Value::Null);
            continue;
        }
        let inserted: Id = diesel::sql_query(format!("{insert} RETURNING id::bigint AS id"))
            .get_result(conn)
            .map_err(told)?;
        ids.push(inserted.id.into());
        if members.contains_key("id") {
            move_sequence_on(conn, table);
        }
    }
    Ok(ids.into())
}

/// What the columns hold, as JSON: decimals as texts, so that they keep their digits.
pub(super) fn rows(conn: &mut PgConnection, step: &Value) -> Result<Vec<Value>, String> {
    let columns = texts(&step["columns"]);
    let names: Vec<String> = (0..columns.len())
        .map(|place| format!("c{place}"))
        .collect();
    let values: Vec<String> = names
        .iter()
        .map(|name| {
            format!(
                "CASE WHEN pg_typeof({name}) = 'numeric'::regtype THEN to_jsonb({name}::text) \
                 ELSE to_jsonb({name}) END"
            )
        })
        .collect();
    let filter = match step["where"].as_str() {
        Some(condition) => format!("WHERE {condition}"),
        None => String::new(),
    };
    let question = format!(
        "SELECT jsonb_build_array({}) AS row FROM (SELECT {} FROM {} {filter} ORDER BY {}) AS t ({})",
        values.join(","),
        columns.join(","),
        step["table"].as_str().unwrap(),
        texts(&step["order"]).join(","),
        names.join(","),
    );
    let rows: Vec<Row> = diesel::sql_query(question).load(conn).map_err(told)?;
    Ok(rows.into_iter().map(|row| row.row).collect())
}

fn has_id(conn: &mut PgConnection, table: &str) -> bool {
    let question = "SELECT count(*) AS id FROM information_schema.columns \
                    WHERE table_schema = 'public' AND table_name = $1 AND column_name = 'id'";
    let found: Id = diesel::sql_query(question)
        .bind::<Text, _>(table)
        .get_result(conn)
        .unwrap();
    found.id == 1
}

/// An id that was given must not be given again.
fn move_sequence_on(conn: &mut PgConnection, table: &str) {
    let sequence = format!("pg_get_serial_sequence('{table}', 'id')");
    execute(
        conn,
        &format!(
            "SELECT setval({sequence}, \
             greatest((SELECT max(id) FROM {table}), nextval({sequence}) - 1))"
        ),
    );
}

/// The value as an untyped constant, so that the column decides its type.
fn literal(value: &Value) -> String {
    match value {
        Value::Null => "NULL".to_owned(),
        Value::Bool(_) | Value::Number(_) => value.to_string(),
        Value::String(text) => quoted(text),
        Value::Array(items) if !items.first().is_some_and(Value::is_object) => match &items[..] {
            [] => "'{}'".to_owned(),
            items => {
                let items: Vec<String> = items.iter().map(literal).collect();
                format!("ARRAY[{}]", items.join(","))
            }
        },
        Value::Array(_) | Value::Object(_) => quoted(&value.to_string()),
    }
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

fn texts(list: &Value) -> Vec<&str> {
    let list = list.as_array().unwrap().iter();
    list.map(|text| text.as_str().unwrap()).collect()
}

#[expect(clippy::needless_pass_by_value, reason = "for `map_err`")]
fn told(error: diesel::result::Error) -> String {
    error.to_string()
}
