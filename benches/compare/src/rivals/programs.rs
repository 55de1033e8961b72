//! PostgreSQL's own programs.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::error::Result;
use crate::server::Server;

/// Runs one of them, and gives what it prints.
pub fn run(server: &Server, name: &str, arguments: &[&str]) -> Result<String> {
    let program = server.program(name)?;
    let output = Command::new(&program)
        .args(arguments)
        .output()
        .map_err(|error| format!("{}: {error}", program.display()))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        return Err(format!("{name}: {}", said.trim()).into());
    }
    Ok(String::from_utf8(output.stdout)?)
}

/// Transactions a second that pgbench reaches with a script: so many sessions, one thread each, so many transactions in all.
pub fn pgbench(
    server: &Server,
    url: &str,
    folder: &Path,
    script: &str,
    sessions: u32,
    transactions: u32,
) -> Result<f64> {
    let file = folder.join("pgbench.sql");
    fs::write(&file, script)?;
    let file = file.to_string_lossy();
    let (each, sessions) = ((transactions / sessions).to_string(), sessions.to_string());
    let printed = run(
        server,
        "pgbench",
        &[
            "-n", "-M", "prepared", "-c", &sessions, "-j", &sessions, "-t", &each, "-f", &file, url,
        ],
    )?;
    let line = printed
        .lines()
        .find(|line| line.starts_with("tps = "))
        .ok_or("pgbench tells no rate")?;
    let rate = line.split(' ').nth(2).ok_or("pgbench tells no rate")?;
    Ok(rate.parse()?)
}
