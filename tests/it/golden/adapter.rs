//! What answers the calls: this process, or the program.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::{Value, json};
use spending_db::compat::rpc;
use spending_db::{Config, Database};

/// Takes a request and gives the response to it.
pub(crate) trait Adapter {
    fn answer(&mut self, request: &str) -> Value;

    /// Calls a function and gives the whole response.
    fn call(&mut self, id: usize, method: &str, params: &Value) -> Value {
        let request = json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params});
        self.answer(&request.to_string())
    }
}

/// The adapter within this process.
pub(crate) struct InProcess(Database);

impl InProcess {
    pub(crate) fn open(url: &str) -> Self {
        Self(Database::open(Config::from_url(url).unwrap()).unwrap())
    }
}

impl Adapter for InProcess {
    fn answer(&mut self, request: &str) -> Value {
        let answer = rpc::answer_line(&self.0, request.as_bytes()).unwrap();
        serde_json::from_str(&answer).unwrap()
    }
}

/// `spending-db rpc`.
pub(super) struct OverProcess {
    process: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl OverProcess {
    pub(super) fn start(url: &str) -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_spending-db"))
            .arg("rpc")
            .env("DATABASE_URL", url)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        Self {
            input: process.stdin.take().unwrap(),
            output: BufReader::new(process.stdout.take().unwrap()),
            process,
        }
    }

    /// Ends the input; the program ends well.
    pub(super) fn end(self) {
        let Self {
            mut process, input, ..
        } = self;
        drop(input);
        assert!(process.wait().unwrap().success());
    }
}

impl Adapter for OverProcess {
    fn answer(&mut self, request: &str) -> Value {
        writeln!(self.input, "{request}").unwrap();
        let mut answer = String::new();
        self.output.read_line(&mut answer).unwrap();
        serde_json::from_str(&answer).unwrap()
    }
}
