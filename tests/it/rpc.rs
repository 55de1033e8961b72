//! The old functions as JSON-RPC over lines.

mod arguments;
mod failures;
mod process;
mod protocol;
mod secrets;

use serde_json::Value;
use spending_db::compat::rpc::answer_line;
use spending_db::{Config, Database};

use crate::support::TestDatabase;

/// The service on a database of its own, within this process.
struct Service {
    database: Database,
    /// Dropped after the pool.
    test_database: TestDatabase,
}

impl Service {
    fn new() -> Self {
        let test_database = TestDatabase::new();
        let config = Config::from_url(&test_database.url()).unwrap();
        Self {
            database: Database::open(config).unwrap(),
            test_database,
        }
    }

    /// The answer to a line as it is written.
    fn answer_text(&self, line: &str) -> Option<String> {
        answer_line(&self.database, line.as_bytes())
    }

    /// The answer to a line that has one.
    fn answer(&self, line: &str) -> Value {
        serde_json::from_str(&self.answer_text(line).unwrap()).unwrap()
    }

    /// The outcome of a call: `result`, or else `error`.
    fn call(&self, method: &str, params: &str) -> Result<Value, Value> {
        let line =
            format!(r#"{{"jsonrpc": "2.0", "id": 1, "method": "{method}", "params": {params}}}"#);
        let mut answer = self.answer(&line);
        match answer.get_mut("error") {
            Some(error) => Err(error.take()),
            None => Ok(answer["result"].take()),
        }
    }
}
