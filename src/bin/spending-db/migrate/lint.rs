//! `spending-db migrate lint`: reads migrations, and no database.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use serde_json::json;
use spending_db::migrations::lint::{Finding, read_folder};
use spending_db::{Error, Result};

use crate::output::Output;

#[derive(Args)]
pub(crate) struct Arguments {
    /// A folder of migrations, or some of its migrations: their folders or their up.sql
    #[arg(default_value = "migrations", value_name = "PATH")]
    paths: Vec<PathBuf>,
}

/// Tells the findings; notes alone are no failure.
pub(super) fn run(output: &Output, arguments: &Arguments) -> Result<ExitCode> {
    let mut findings = Vec::new();
    for path in &arguments.paths {
        findings.extend(lint(path)?);
    }
    output.answer(&json!({ "findings": findings }), |out| tell(out, &findings))?;
    Ok(if findings.iter().all(|finding| finding.is_note) {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// The findings in a folder of migrations, or in the one migration that the path is.
fn lint(path: &Path) -> Result<Vec<Finding>> {
    let path = path
        .canonicalize()
        .map_err(|error| Error::io(path, error))?;
    let migration = if path.is_file() {
        path.parent()
    } else if path.join("up.sql").is_file() {
        Some(path.as_path())
    } else {
        None
    };
    let Some((folder, name)) = migration.and_then(|one| one.parent().zip(one.file_name())) else {
        return Ok(read_folder(path)?.lint());
    };
    let mut findings = read_folder(folder)?.lint();
    findings.retain(|finding| name == finding.migration.as_str());
    Ok(findings)
}

fn tell(out: &mut dyn Write, findings: &[Finding]) -> io::Result<()> {
    for Finding {
        migration,
        line,
        rule,
        statement,
        does,
        instead,
        is_note,
    } in findings
    {
        let note = if *is_note { "note: " } else { "" };
        writeln!(
            out,
            "{migration}/up.sql:{line}: {note}{rule}: {statement}\n    it {does}\n    instead: {instead}"
        )?;
    }
    if findings.is_empty() {
        writeln!(out, "no statement hurts a table in use")?;
    }
    Ok(())
}
