//! `spending-db rpc` as a process.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::Value;
use spending_db::compat::functions;
use spending_db::compat::rpc::methods;

use crate::support::{TestDatabase, program};

const REQUEST: &str = r#"{"jsonrpc": "2.0", "id": 1, "method": "get_all_categories"}"#;
const ANSWER: &str = r#"{"jsonrpc":"2.0","id":1,"result":[]}"#;

fn start(database: &TestDatabase) -> (Child, ChildStdin, BufReader<ChildStdout>) {
    let mut process = Command::new(env!("CARGO_BIN_EXE_spending-db"))
        .arg("rpc")
        .env("DATABASE_URL", database.url())
        .env("SPENDING_DB_LOG", "error")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let input = process.stdin.take().unwrap();
    let output = BufReader::new(process.stdout.take().unwrap());
    (process, input, output)
}

fn next_line(output: &mut BufReader<ChildStdout>) -> String {
    let mut line = String::new();
    output.read_line(&mut line).unwrap();
    assert_eq!(line.pop(), Some('\n'), "{line}");
    line
}

/// It ended well and said nothing on standard error.
fn assert_ended(process: Child) {
    let outcome = process.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&outcome.stderr);
    assert!(outcome.status.success(), "{}: {said}", outcome.status);
    assert_eq!(said, "");
}

#[test]
fn each_line_is_answered_before_the_next_and_the_end_of_input_ends_it() {
    let database = TestDatabase::new();
    let (process, mut input, mut output) = start(&database);
    for _ in 0..3 {
        writeln!(input, "{REQUEST}").unwrap();
        assert_eq!(next_line(&mut output), ANSWER);
    }
    drop(input);
    let mut rest = String::new();
    output.read_to_string(&mut rest).unwrap();
    assert_eq!(rest, "");
    assert_ended(process);
}

#[test]
fn the_last_line_needs_no_newline() {
    let database = TestDatabase::new();
    let (process, mut input, mut output) = start(&database);
    input.write_all(REQUEST.as_bytes()).unwrap();
    drop(input);
    assert_eq!(next_line(&mut output), ANSWER);
    assert_ended(process);
}

#[test]
fn lines_that_are_no_json_do_not_end_it() {
    let database = TestDatabase::new();
    let (process, mut input, mut output) = start(&database);
    for line in [&b"{\n"[..], b"\xff\xfe\n", b"\0\n"] {
        input.write_all(line).unwrap();
        let answer: Value = serde_json::from_str(&next_line(&mut output)).unwrap();
        assert_eq!(answer["error"]["code"], -32700);
    }
    write!(input, "\n\r\n{REQUEST}\r\n").unwrap();
    assert_eq!(next_line(&mut output), ANSWER);
    drop(input);
    assert_ended(process);
}

#[test]
fn a_long_line_is_answered_and_one_without_end_is_refused() {
    const LONG: usize = 10 << 20;
    const TOO_LONG: usize = (64 << 20) + 1;
    let database = TestDatabase::new();
    let (process, mut input, mut output) = start(&database);
    let long = "x".repeat(LONG);
    let line = format!(
        r#"{{"jsonrpc": "2.0", "id": 1, "method": "get_user_by_email", "params": ["{long}"]}}"#
    );
    writeln!(input, "{line}").unwrap();
    let answer: Value = serde_json::from_str(&next_line(&mut output)).unwrap();
    assert_eq!(answer.get("result"), Some(&Value::Null));
    input.write_all(&vec![b' '; TOO_LONG]).unwrap();
    writeln!(input).unwrap();
    let answer: Value = serde_json::from_str(&next_line(&mut output)).unwrap();
    assert_eq!(answer["error"]["code"], -32600);
    writeln!(input, "{REQUEST}").unwrap();
    assert_eq!(next_line(&mut output), ANSWER);
    drop(input);
    assert_ended(process);
}

#[test]
fn it_ends_well_when_nobody_reads_its_answers() {
    let database = TestDatabase::new();
    let (process, mut input, output) = start(&database);
    drop(output);
    writeln!(input, "{REQUEST}").unwrap();
    assert_ended(process);
    drop(input);
}

#[test]
fn the_functions_are_printed_without_a_database() {
    let outcome = program(&["rpc", "--methods"])
        .env("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")
        .output()
        .unwrap();
    assert!(outcome.status.success(), "{outcome:?}");
    let printed: Value = serde_json::from_slice(&outcome.stdout).unwrap();
    assert_eq!(printed, methods());
    assert_eq!(printed.as_array().unwrap().len(), functions().count());
}
