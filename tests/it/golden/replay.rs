//! Replays the steps of a recording.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use diesel::PgConnection;
use serde_json::Value;

use super::adapter::Adapter;
use super::compare::{Comparison, Rules};
use super::database;
use super::values::{Saved, live};

/// The codes of errors that are no answer of a function: no such method, a fault of the crate, no JSON.
const NO_ANSWER: [i64; 3] = [-32601, -32603, -32700];

/// The most differences that are shown.
const SHOWN: usize = 20;

/// A file of `tests/golden`.
pub(crate) struct Recording {
    pub(super) name: String,
    steps: Vec<Value>,
}

impl Recording {
    pub(super) fn read(name: &str) -> Self {
        let text = fs::read_to_string(folder().join(format!("{name}.jsonl"))).unwrap();
        let steps: Vec<Value> = text
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        assert!(!steps.is_empty(), "{name} has no steps");
        Self {
            name: name.to_owned(),
            steps,
        }
    }

    /// All files.
    pub(crate) fn all() -> Vec<Self> {
        let files = fs::read_dir(folder()).unwrap();
        let paths = files.map(|file| file.unwrap().path());
        paths
            .map(|path| Self::read(path.file_stem().unwrap().to_str().unwrap()))
            .collect()
    }

    /// The functions that it calls.
    pub(super) fn methods(&self) -> BTreeSet<&str> {
        let calls = self.steps.iter().filter_map(|step| step["call"].as_str());
        calls.collect()
    }
}

fn folder() -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "tests", "golden"]
        .iter()
        .collect()
}

/// Replays the recording on an empty database and panics with the differences.
pub(crate) fn replay(recording: &Recording, conn: &mut PgConnection, adapter: &mut impl Adapter) {
    database::empty(conn);
    let mut replay = Replay {
        conn,
        adapter,
        saved: Saved::new(),
        comparison: Comparison::default(),
    };
    let mut differences = Vec::new();
    for (place, step) in recording.steps.iter().enumerate() {
        if let Err(difference) = replay.step(place, step) {
            let (line, what) = (place + 1, what(step));
            differences.push(format!("{}:{line} {what}: {difference}", recording.name));
        }
    }
    assert!(
        differences.is_empty(),
        "{} of {} steps differ:\n{}",
        differences.len(),
        recording.steps.len(),
        differences[..differences.len().min(SHOWN)].join("\n")
    );
}

fn what(step: &Value) -> &str {
    let names = ["call", "table", "rows"];
    names.iter().find_map(|key| step[key].as_str()).unwrap()
}

struct Replay<'r, A> {
    conn: &'r mut PgConnection,
    adapter: &'r mut A,
    saved: Saved,
    comparison: Comparison,
}

impl<A: Adapter> Replay<'_, A> {
    fn step(&mut self, place: usize, step: &Value) -> Result<(), String> {
        if let Some(table) = step["rows"].as_str() {
            let values = live(&step["values"], &self.saved);
            let ids = database::insert(self.conn, table, values.as_array().unwrap())?;
            self.save(step, ids);
            Ok(())
        } else if step["table"].is_string() {
            self.table(step)
        } else {
            self.call(place, step)
        }
    }

    fn save(&mut self, step: &Value, answer: Value) {
        if let Some(name) = step["save"].as_str() {
            self.saved.insert(name.to_owned(), answer);
        }
    }

    fn table(&mut self, step: &Value) -> Result<(), String> {
        let (want, got) = (
            step["is"].as_array().unwrap(),
            database::rows(self.conn, step)?,
        );
        if want.len() != got.len() {
            return Err(format!("{} rows, not {}", want.len(), got.len()));
        }
        for (row, (want, got)) in want.iter().zip(&got).enumerate() {
            for (place, column) in step["columns"].as_array().unwrap().iter().enumerate() {
                self.comparison
                    .same(&want[place], &got[place], Rules::default(), column.as_str())
                    .map_err(|difference| format!("row {row}.{column}: {difference}"))?;
            }
        }
        Ok(())
    }

    fn call(&mut self, place: usize, step: &Value) -> Result<(), String> {
        let method = step["call"].as_str().unwrap();
        let params = live(&step["args"], &self.saved);
        let answer = self.adapter.call(place, method, &params);
        if answer["id"] != place {
            return Err(format!("answer to {}, not to {place}", answer["id"]));
        }
        let error = answer.get("error");
        if let Some(class) = step.get("raises") {
            let code = error.and_then(|error| error["code"].as_i64());
            return match code {
                Some(code) if !NO_ANSWER.contains(&code) => Ok(()),
                _ => Err(format!("an error ({class}), not {answer}")),
            };
        }
        if let Some(error) = error {
            return Err(format!("error {error}"));
        }
        self.save(step, answer["result"].clone());
        let ignore: Vec<String> = step
            .get("ignore")
            .map(|ignore| serde_json::from_value(ignore.clone()).unwrap())
            .unwrap_or_default();
        let rules = Rules {
            ignore: &ignore,
            unordered: step["unordered"] == true,
        };
        self.comparison
            .same(&step["returns"], &answer["result"], rules, None)
    }
}
