//! On what a run was made, and with what.

use std::collections::BTreeMap;
use std::fs;
use std::process::Command;

use diesel::prelude::*;
use diesel::sql_types::Text;
use serde::Serialize;

use crate::bench::Bench;
use crate::error::Result;

/// The machine and the versions.
#[derive(Serialize)]
pub struct Machine {
    pub cpu: String,
    pub cores: usize,
    pub memory_gb: f64,
    pub system: String,
    pub server: &'static str,
    pub postgresql: String,
    pub rustc: String,
    pub crates: BTreeMap<String, String>,
    /// Python and its packages; empty where there is none.
    pub python: BTreeMap<String, String>,
}

/// The crates whose versions matter here.
const CRATES: [&str; 9] = [
    "diesel",
    "postgres",
    "pq-src",
    "r2d2",
    "r2d2_postgres",
    "sea-orm",
    "spending-db",
    "sqlx",
    "tokio-postgres",
];

pub fn describe(bench: &Bench<'_>) -> Result<Machine> {
    let python = bench.python().map(|python| python.versions().clone());
    Ok(Machine {
        cpu: after("/proc/cpuinfo", "model name").unwrap_or_else(|| "unknown".to_owned()),
        cores: std::thread::available_parallelism()?.get(),
        memory_gb: memory_gb(),
        system: said_by("uname", &["-sr"]),
        server: bench.server.what(),
        postgresql: postgresql(bench)?,
        rustc: said_by("rustc", &["--version"]),
        crates: crates(),
        python: python.unwrap_or_default(),
    })
}

/// What stands behind a name and a colon in a file of the kernel.
pub fn after(file: &str, name: &str) -> Option<String> {
    let text = fs::read_to_string(file).ok()?;
    let line = text.lines().find(|line| line.starts_with(name))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}

fn memory_gb() -> f64 {
    let kilobytes = after("/proc/meminfo", "MemTotal");
    let number = kilobytes.and_then(|text| text.split(' ').next()?.parse::<f64>().ok());
    number.unwrap_or_default() / 1024.0 / 1024.0
}

fn said_by(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output();
    output.map_or_else(
        |_| "unknown".to_owned(),
        |output| String::from_utf8_lossy(&output.stdout).trim().to_owned(),
    )
}

fn postgresql(bench: &Bench<'_>) -> Result<String> {
    let mut conn = PgConnection::establish(&bench.server.url("postgres"))?;
    let version = diesel::dsl::sql::<Text>("current_setting('server_version')");
    Ok(diesel::select(version).get_result(&mut conn)?)
}

/// From the lock file that this was built with.
fn crates() -> BTreeMap<String, String> {
    let packages = include_str!("../Cargo.lock").split("[[package]]");
    let value = |package: &str, name: &str| {
        let line = package.lines().find(|line| line.starts_with(name))?;
        Some(line.split('"').nth(1)?.to_owned())
    };
    packages
        .filter_map(|package| value(package, "name").zip(value(package, "version")))
        .filter(|(name, _)| CRATES.contains(&name.as_str()))
        .collect()
}
