//! How the database would go about what an operation asks.

use std::sync::{Arc, Mutex};

use diesel::connection::{InstrumentationEvent, SimpleConnection};
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{Integer, Json};
use serde_json::Value;

/// The plan of one statement.
pub(crate) struct Plan {
    statement: String,
    tree: Value,
}

/// The plans of the statements that `work` sends, made without a look at their values, so that they hold for any.
pub(crate) fn plans<T>(
    conn: &mut PgConnection,
    work: impl FnOnce(&mut PgConnection) -> T,
) -> Vec<Plan> {
    let statements = statements(conn, work);
    statements
        .into_iter()
        .map(|statement| Plan {
            tree: plan(conn, &statement, "force_generic_plan", |parameters| {
                vec!["NULL"; parameters].join(", ")
            }),
            statement,
        })
        .collect()
}

/// The plan of the only statement of `work` for these values, which stand in the statement's order.
pub(crate) fn plan_for<T>(
    conn: &mut PgConnection,
    values: &[&str],
    work: impl FnOnce(&mut PgConnection) -> T,
) -> Plan {
    let mut statements = statements(conn, work);
    assert_eq!(statements.len(), 1);
    let statement = statements.remove(0);
    Plan {
        tree: plan(conn, &statement, "force_custom_plan", |_| values.join(", ")),
        statement,
    }
}

/// Panics where a statement of `work` reads a table from its start to its end, or reaches rows without an index. A plain
/// insert reaches none.
pub(crate) fn assert_indexed<T>(
    conn: &mut PgConnection,
    operation: &str,
    work: impl FnOnce(&mut PgConnection) -> T,
) {
    let plans = plans(conn, work);
    assert!(!plans.is_empty(), "{operation} asks nothing");
    for plan in plans {
        let (scanned, indexes) = (plan.scanned(), plan.indexes());
        assert!(
            scanned.is_empty() && (!indexes.is_empty() || plan.only_inserts()),
            "{operation} scans {scanned:?} and uses the indexes {indexes:?}\n{}\n{:#}",
            plan.statement,
            plan.tree,
        );
    }
}

impl Plan {
    /// The tables that are read from their start to their end.
    pub(crate) fn scanned(&self) -> Vec<&str> {
        self.nodes()
            .into_iter()
            .filter(|node| node["Node Type"] == "Seq Scan")
            .filter_map(|node| node["Relation Name"].as_str())
            .collect()
    }

    /// The indexes by which rows are found, also those that tell an insert what is there already.
    pub(crate) fn indexes(&self) -> Vec<&str> {
        let nodes = self.nodes();
        let used = nodes.iter().filter_map(|node| node["Index Name"].as_str());
        let arbiters = nodes
            .iter()
            .filter_map(|node| node["Conflict Arbiter Indexes"].as_array())
            .flatten()
            .filter_map(Value::as_str);
        used.chain(arbiters).collect()
    }

    /// Whether it stores values and looks at no row that is there.
    fn only_inserts(&self) -> bool {
        let nodes = self.nodes();
        let (root, sources) = nodes.split_first().unwrap();
        let made = |node: &&Value| {
            ["Result", "Values Scan"]
                .iter()
                .any(|kind| node["Node Type"] == *kind)
        };
        root["Operation"] == "Insert" && sources.iter().all(made)
    }

    fn nodes(&self) -> Vec<&Value> {
        let mut nodes = vec![&self.tree];
        let mut next = 0;
        while let Some(node) = nodes.get(next) {
            nodes.extend(node["Plans"].as_array().into_iter().flatten());
            next += 1;
        }
        nodes
    }
}

/// The statements that `work` sends, with `$1` and so on for their values.
pub(crate) fn statements<T>(
    conn: &mut PgConnection,
    work: impl FnOnce(&mut PgConnection) -> T,
) -> Vec<String> {
    let sent = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&sent);
    conn.set_instrumentation(move |event: InstrumentationEvent<'_>| {
        if let InstrumentationEvent::StartQuery { query, .. } = event {
            let text = query.to_string();
            let statement = text
                .rsplit_once(" -- binds: ")
                .map_or(&*text, |(sql, _)| sql);
            log.lock().unwrap().push(statement.to_owned());
        }
    });
    work(conn);
    conn.set_instrumentation(|_: InstrumentationEvent<'_>| {});
    let sent = std::mem::take(&mut *sent.lock().unwrap());
    sent.into_iter()
        .filter(|sql| !is_transaction_control(sql))
        .collect()
}

fn is_transaction_control(sql: &str) -> bool {
    ["BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "LOCK"]
        .iter()
        .any(|word| sql.starts_with(word))
}

fn plan(
    conn: &mut PgConnection,
    statement: &str,
    mode: &str,
    values: impl FnOnce(usize) -> String,
) -> Value {
    conn.batch_execute(&format!(
        "SET plan_cache_mode = {mode}; PREPARE explained AS {statement}"
    ))
    .unwrap();
    let parameters: i32 = sql::<Integer>(
        "SELECT cardinality(parameter_types) FROM pg_prepared_statements WHERE name = 'explained'",
    )
    .get_result(conn)
    .unwrap();
    let values = values(parameters.unsigned_abs() as usize);
    let values = if values.is_empty() {
        values
    } else {
        format!("({values})")
    };
    let explain = format!("EXPLAIN (FORMAT JSON) EXECUTE explained {values}");
    let mut plan: Value = sql::<Json>(&explain).get_result(conn).unwrap();
    conn.batch_execute("DEALLOCATE explained; RESET plan_cache_mode")
        .unwrap();
    plan[0]["Plan"].take()
}

#[cfg(test)]
mod tests {
    use super::plans;
    use crate::support::TestDatabase;
    use diesel::dsl::sql;
    use diesel::prelude::*;
    use diesel::sql_types::{Integer, Text};

    #[test]
    fn a_scan_and_an_index_are_told_apart() {
        let db = TestDatabase::new();
        let conn = &mut db.conn();
        diesel::sql_query(
            "INSERT INTO users (email) SELECT n || '@example.com' FROM generate_series(1, 10000) n",
        )
        .execute(conn)
        .unwrap();
        diesel::sql_query("ANALYZE users").execute(conn).unwrap();

        let plans = plans(conn, |conn| {
            for column in ["email", "password_hash"] {
                let question = sql::<Integer>(&format!("SELECT id FROM users WHERE {column} = "));
                let found: Option<i32> = question
                    .bind::<Text, _>("1@example.com")
                    .get_result(conn)
                    .optional()
                    .unwrap();
                assert_eq!(found.is_some(), column == "email");
            }
        });
        let [by_email, by_hash] = &plans[..] else {
            panic!("{} statements", plans.len());
        };
        assert_eq!(by_email.scanned(), [""; 0]);
        assert_eq!(by_email.indexes(), ["users_email_key"]);
        assert_eq!(by_hash.scanned(), ["users"]);
        assert_eq!(by_hash.indexes(), [""; 0]);
        assert!(!by_hash.only_inserts());
    }
}
