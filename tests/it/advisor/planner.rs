//! What the planner makes of the statements.

use std::collections::{HashMap, HashSet};

use diesel::connection::SimpleConnection;
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{Array, Integer, Json, Text};
use serde_json::Value;

use super::Findings;
use super::calls::Call;
use crate::support::wire::Statement;

/// Tables of no more rows may be read as a whole.
const SMALL: i64 = 1_000;

/// What a statement reads as a whole and by which indexes it goes.
#[derive(Debug, Clone, Default)]
struct Reading {
    scanned: Vec<String>,
    indexes: Vec<String>,
}

/// Plans all statements of the calls without a look at their values.
pub(super) fn explain(conn: &mut PgConnection, calls: &[Call]) -> Findings {
    let mut planner = Planner::new(conn);
    conn.batch_execute("SET plan_cache_mode = force_generic_plan")
        .unwrap();
    let mut findings = Findings::default();
    for call in calls {
        findings.operations.insert(call.operation.clone());
        // The pool opens connections while others are at work.
        let mut statements: Vec<&Statement> = call.statements.iter().collect();
        statements.sort_by_key(|statement| statement.connection);
        for statements in statements.chunk_by(|a, b| a.connection == b.connection) {
            // Temporary tables live as long as the transaction.
            conn.test_transaction::<_, diesel::result::Error, _>(|conn| {
                for statement in statements {
                    planner.note(conn, &call.operation, statement, &mut findings)?;
                }
                Ok(())
            });
        }
    }
    findings.statements = planner.known.len();
    findings
}

struct Planner {
    small: HashSet<String>,
    /// Indexes of a part of a table: reading all of one is reading what was asked for.
    partial: HashSet<String>,
    known: HashMap<(String, Vec<u32>), Reading>,
}

impl Planner {
    fn new(conn: &mut PgConnection) -> Self {
        let mut names = |query: &str| -> HashSet<String> {
            let names: Vec<String> = sql::<Text>(query).load(conn).unwrap();
            names.into_iter().collect()
        };
        Self {
            small: names(&format!(
                "SELECT relname::text FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' \
                 AND reltuples <= {SMALL}"
            )),
            partial: names(
                "SELECT indexrelid::regclass::text FROM pg_index WHERE indpred IS NOT NULL",
            ),
            known: HashMap::new(),
        }
    }

    fn note(
        &mut self,
        conn: &mut PgConnection,
        operation: &str,
        statement: &Statement,
        findings: &mut Findings,
    ) -> QueryResult<()> {
        let Statement { text, types, .. } = statement;
        let temporary = temporary_table(text);
        if let Some(name) = temporary {
            conn.batch_execute(&format!("DROP TABLE IF EXISTS pg_temp.{name}"))?;
        }
        let key = (text.clone(), types.clone());
        if is_planned(text) && !self.known.contains_key(&key) {
            let plan = plan(conn, statement).unwrap_or_else(|error| panic!("{error}\n{text}"));
            let mut reading = Reading::default();
            self.walk(&plan, false, &mut reading);
            self.known.insert(key.clone(), reading);
        }
        if temporary.is_some() {
            conn.batch_execute(text)?;
        }
        let Some(reading) = self.known.get(&key) else {
            return Ok(());
        };
        for table in &reading.scanned {
            let scan = (table.clone(), operation.to_owned());
            findings.scans.entry(scan).or_insert_with(|| text.clone());
        }
        for index in &reading.indexes {
            let operations = findings.uses.entry(index.clone()).or_default();
            operations.insert(operation.to_owned());
        }
        Ok(())
    }

    /// Looks at a node and those below it. Under a limit an index is read only as far as rows are wanted.
    fn walk(&self, node: &Value, is_limited: bool, reading: &mut Reading) {
        let text = |key: &str| node[key].as_str().unwrap_or_default();
        let (kind, table) = (text("Node Type"), text("Relation Name"));
        let reads_all_of_index = ["Index Scan", "Index Only Scan"].contains(&kind)
            && node["Index Cond"].is_null()
            && !self.partial.contains(text("Index Name"))
            && !is_limited;
        let reads_all = kind == "Seq Scan" || reads_all_of_index;
        if reads_all && text("Schema") == "public" && !self.small.contains(table) {
            reading.scanned.push(table.to_owned());
        }
        let arbiters = node["Conflict Arbiter Indexes"].as_array();
        let arbiters = arbiters.into_iter().flatten().filter_map(Value::as_str);
        let used = node["Index Name"].as_str().into_iter().chain(arbiters);
        reading.indexes.extend(used.map(str::to_owned));
        let is_limited = kind == "Limit" || (is_limited && kind != "Sort" && kind != "Aggregate");
        for below in node["Plans"].as_array().into_iter().flatten() {
            self.walk(below, is_limited, reading);
        }
    }
}

fn first_word(sql: &str) -> &str {
    let code = sql
        .lines()
        .find(|line| !line.trim().is_empty() && !line.trim_start().starts_with("--"));
    code.and_then(|line| line.split_whitespace().next())
        .unwrap_or_default()
}

/// Whether it is a statement that has a plan.
fn is_planned(sql: &str) -> bool {
    let word = first_word(sql).trim_start_matches('(').to_uppercase();
    let is_query = ["SELECT", "INSERT", "UPDATE", "DELETE", "WITH", "VALUES"].contains(&&*word);
    is_query || is_filled_at_once(sql)
}

/// The temporary table that the statement makes.
fn temporary_table(sql: &str) -> Option<&str> {
    let (_, rest) = sql.split_once("CREATE TEMPORARY TABLE ")?;
    rest.split_whitespace().next()
}

/// Whether it makes a temporary table of the rows of a query.
fn is_filled_at_once(sql: &str) -> bool {
    let (_, rest) = sql
        .split_once("CREATE TEMPORARY TABLE ")
        .unwrap_or_default();
    let mut words = rest.split_whitespace().skip(1);
    let word = words.next();
    word == Some("AS") || word == Some("ON") && words.nth(2) == Some("AS")
}

fn plan(conn: &mut PgConnection, statement: &Statement) -> QueryResult<Value> {
    let text = &statement.text;
    if is_filled_at_once(text) {
        return explained(conn, text);
    }
    let types = types(conn, &statement.types)?;
    let values = vec!["NULL"; statement.types.len()].join(", ");
    let (types, values) = match statement.types.len() {
        0 => (String::new(), String::new()),
        _ => (format!("({types})"), format!("({values})")),
    };
    conn.batch_execute(&format!("PREPARE explained {types} AS {text}"))?;
    let plan = explained(conn, &format!("EXECUTE explained {values}"))?;
    conn.batch_execute("DEALLOCATE explained")?;
    Ok(plan)
}

fn explained(conn: &mut PgConnection, statement: &str) -> QueryResult<Value> {
    let explain = format!("EXPLAIN (VERBOSE, FORMAT JSON) {statement}");
    let mut plan: Value = sql::<Json>(&explain).get_result(conn)?;
    Ok(plan[0]["Plan"].take())
}

fn types(conn: &mut PgConnection, numbers: &[u32]) -> QueryResult<String> {
    let numbers: Vec<i32> = numbers.iter().map(|number| number.cast_signed()).collect();
    let names = sql::<Text>(
        "SELECT coalesce(string_agg(CASE type WHEN 0 THEN 'unknown' ELSE format_type(type, NULL) END, ', ' ORDER BY place), '') \
         FROM unnest(",
    );
    names
        .bind::<Array<Integer>, _>(numbers)
        .sql(") WITH ORDINALITY AS given (type, place)")
        .get_result(conn)
}
