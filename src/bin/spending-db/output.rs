//! What a command answers, for people or as JSON.

use std::io::{self, Write};

use serde::Serialize;
use spending_db::{Error, Result};

/// Where answers go.
pub(crate) struct Output {
    json: bool,
}

impl Output {
    pub(crate) fn new(json: bool) -> Self {
        Self { json }
    }

    /// Answers on standard output: `answer` as JSON, or what `write` writes.
    pub(crate) fn answer(
        &self,
        answer: &impl Serialize,
        write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> Result<()> {
        let mut stdout = io::stdout().lock();
        let written = if self.json {
            serde_json::to_writer_pretty(&mut stdout, answer)
                .map_err(io::Error::from)
                .and_then(|()| writeln!(stdout))
        } else {
            write(&mut stdout)
        };
        match written.and_then(|()| stdout.flush()) {
            // Whoever read along has seen enough.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            written => written.map_err(|error| Error::io("standard output", error)),
        }
    }

    /// Tells an error in one line on standard error.
    pub(crate) fn error(&self, error: &Error) {
        let line = error
            .to_string()
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ");
        // There is nobody left to tell if this fails.
        let _ = if self.json {
            let answer = match error {
                Error::DataLoss { migrations } => {
                    serde_json::json!({ "error": line, "migrations": migrations })
                }
                _ => serde_json::json!({ "error": line }),
            };
            writeln!(io::stderr(), "{answer}")
        } else {
            writeln!(io::stderr(), "error: {line}")
        };
    }
}
