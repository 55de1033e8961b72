//! `docs/ROLLBACK.md`, command by command.
//!
//! Its `console` blocks are run one after the other on the samples, and what they print is compared with what stands there.
//! In the document `…` stands for anything within a line, and a line of its own for any number of lines.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use diesel::connection::SimpleConnection;
use tempfile::TempDir;

use crate::household::{Household, sample};
use crate::support::{TestDatabase, clients};

/// A command of the document and what it prints.
struct Example {
    command: String,
    output: Vec<String>,
}

/// What the document supposes beside the samples: a bank token of which the key is recorded, and two mailboxes that hold the same
/// message.
const BESIDE_THE_SAMPLES: &str = "
    UPDATE bank_connections SET encryption_version = 2;
    INSERT INTO gmail_connections (email_address, access_token, refresh_token)
        VALUES ('ann@example.org', 'x', 'x'), ('bob@example.org', 'x', 'x');
    INSERT INTO gmail_receipts (connection_id, message_id, sender_email, received_at, parse_confidence)
        VALUES (1, '18f0a', 'shop@example.org', now(), 90), (2, '18f0a', 'shop@example.org', now(), 90);";

/// Of `secrets generate-key`.
const KEY: &str = "uy7VhivTEepbXRwniQUVROCl2AswrzRuKq9hGHPBqKU=";

/// What a command prints that fails.
const FAILURES: [&str; 3] = ["error: ", "ERROR: ", " is unknown: "];

#[test]
fn the_commands_do_what_the_document_says() {
    let household = Household::of_the_samples();
    household.import_returns(&sample("amazon/returns.csv"));
    household.import_purchases(&sample("apple/report_a_problem.html"));
    household.conn().batch_execute(BESIDE_THE_SAMPLES).unwrap();
    let Some(programs) = clients(&mut household.conn()) else {
        return;
    };
    let restored = TestDatabase::empty();
    let scratch = TempDir::new().unwrap();
    let shell = Shell {
        path: path(programs),
        database: household.test.url(),
        restored: restored.url(),
        backup: scratch.path().join("before.dump"),
    };
    let examples = examples();
    assert!(examples.len() > 20, "{}", examples.len());
    for Example { command, output } in examples {
        let (printed, succeeded) = shell.run(&command);
        let printed: Vec<&str> = printed.lines().map(str::trim_end).collect();
        let expected: Vec<&str> = output.iter().map(String::as_str).collect();
        assert!(
            agree(&expected, &printed),
            "docs/ROLLBACK.md: $ {command}\n{}\n-- now prints:\n{}",
            expected.join("\n"),
            printed.join("\n")
        );
        let is_failure = |line: &String| FAILURES.iter().any(|word| line.contains(*word));
        assert_eq!(succeeded, !output.iter().any(is_failure), "$ {command}");
    }
}

#[test]
fn what_is_printed_is_compared() {
    for (expected, printed, is_same) in [
        (&["a"][..], &["a"][..], true),
        (&["a"], &["b"], false),
        (&["a"], &["a", "b"], false),
        (&[], &["b"], false),
        (&["took … ms"], &["took 12 ms"], true),
        (&["took … ms"], &["took 12 s"], false),
        (&["a", "…", "d"], &["a", "b", "c", "d"], true),
        (&["a", "…", "d"], &["a", "d"], true),
        (&["a", "…", "d"], &["a", "b", "c"], false),
        (&["…"], &[], true),
    ] {
        assert_eq!(
            agree(expected, printed),
            is_same,
            "{expected:?} {printed:?}"
        );
    }
}

struct Shell {
    path: OsString,
    database: String,
    restored: String,
    backup: PathBuf,
}

impl Shell {
    /// What a command prints on both channels, and whether it succeeds.
    fn run(&self, command: &str) -> (String, bool) {
        let output = Command::new("sh")
            .args(["-c", &format!("exec 2>&1\n{command}")])
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .env("PATH", &self.path)
            .env("DATABASE_URL", &self.database)
            .env("RESTORED_URL", &self.restored)
            .env("BACKUP", &self.backup)
            .env("ENCRYPTION_KEY", KEY)
            .env("SPENDING_DB_SLOW_STATEMENT", "off")
            .env("PGTZ", "UTC")
            .output()
            .unwrap();
        (
            String::from_utf8(output.stdout).unwrap(),
            output.status.success(),
        )
    }
}

/// Where the shell finds `spending-db` and the clients of the server's version.
fn path(programs: PathBuf) -> OsString {
    let own = Path::new(env!("CARGO_BIN_EXE_spending-db"))
        .parent()
        .unwrap();
    let others = env::var_os("PATH").unwrap_or_default();
    let folders = [own.to_owned(), programs];
    env::join_paths(folders.into_iter().chain(env::split_paths(&others))).unwrap()
}

fn examples() -> Vec<Example> {
    let document = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/ROLLBACK.md");
    let mut examples: Vec<Example> = Vec::new();
    let mut is_console = false;
    for line in fs::read_to_string(document).unwrap().lines() {
        if line.starts_with("```") {
            is_console = line == "```console";
        } else if let (true, Some(command)) = (is_console, line.strip_prefix("$ ")) {
            examples.push(Example {
                command: command.to_owned(),
                output: Vec::new(),
            });
        } else if is_console {
            let example = examples.last_mut().unwrap();
            if example.output.is_empty() && example.command.ends_with('\\') {
                example.command.push('\n');
                example.command.push_str(line);
            } else {
                example.output.push(line.trim_end().to_owned());
            }
        }
    }
    examples
}

fn agree(expected: &[&str], printed: &[&str]) -> bool {
    match (expected, printed) {
        ([], rest) => rest.is_empty(),
        (["…", expected @ ..], _) => {
            (0..=printed.len()).any(|skipped| agree(expected, &printed[skipped..]))
        }
        ([first, expected @ ..], [line, printed @ ..]) => {
            matches(first, line) && agree(expected, printed)
        }
        (_, []) => false,
    }
}

fn matches(expected: &str, line: &str) -> bool {
    let mut parts = expected.split('…');
    let Some(mut rest) = parts.next().and_then(|first| line.strip_prefix(first)) else {
        return false;
    };
    if !expected.contains('…') {
        return rest.is_empty();
    }
    let parts: Vec<&str> = parts.collect();
    let (last, middle) = parts.split_last().unwrap_or((&"", &[]));
    for part in middle {
        let Some(place) = rest.find(part) else {
            return false;
        };
        rest = &rest[place + part.len()..];
    }
    rest.ends_with(last)
}
