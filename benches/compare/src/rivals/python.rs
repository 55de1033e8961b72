//! Python with psycopg2 and SQLAlchemy: scripts in `python/`, each run in a process of its own that takes its own time.

use std::collections::BTreeMap;
use std::env;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde::Deserialize;
use serde_json::Value;

use crate::contest::Run;
use crate::error::Result;

const PACKAGES: [&str; 2] = ["psycopg2-binary", "SQLAlchemy>=2,<3"];

pub struct Python {
    program: PathBuf,
    versions: BTreeMap<String, String>,
}

/// What a script prints.
#[derive(Deserialize)]
struct Printed {
    seconds: f64,
    answer: Value,
}

impl Python {
    /// Makes the virtual environment beside this program where it is not there yet.
    pub fn prepare() -> Result<Self> {
        let own = env::current_exe()?;
        let folder = own
            .parent()
            .ok_or("this program is in no folder")?
            .join("compare-python");
        let program = folder.join("bin/python");
        if said_by(&program, "import psycopg2, sqlalchemy").is_err() {
            eprintln!(
                "compare: making {} with {}",
                folder.display(),
                PACKAGES.join(", ")
            );
            succeed(
                Command::new("python3")
                    .args(["-m", "venv", "--clear"])
                    .arg(&folder),
            )?;
            succeed(
                Command::new(&program)
                    .args(["-m", "pip", "install", "--quiet"])
                    .args(PACKAGES),
            )?;
        }
        let versions = said_by(
            &program,
            "import json, platform, psycopg2, sqlalchemy; print(json.dumps({'Python': platform.python_version(), \
             'psycopg2': psycopg2.__version__.split()[0], 'SQLAlchemy': sqlalchemy.__version__}))",
        )?;
        Ok(Self {
            program,
            versions: serde_json::from_str(&versions)?,
        })
    }

    pub fn versions(&self) -> &BTreeMap<String, String> {
        &self.versions
    }

    /// Runs a script; where it takes too long it is stopped.
    pub fn run(&self, script: &str, arguments: &[&str], patience: Duration) -> Result<Run> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("python");
        let mut child = Command::new(&self.program)
            .arg(folder.join(script))
            .args(arguments)
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        let begun = Instant::now();
        let status = loop {
            if let Some(status) = child.try_wait()? {
                break status;
            }
            if begun.elapsed() > patience {
                child.kill()?;
                child.wait()?;
                return Ok(Run::stopped(begun.elapsed()));
            }
            thread::sleep(Duration::from_millis(5));
        };
        let (mut printed, mut said) = (String::new(), String::new());
        child
            .stdout
            .take()
            .ok_or("no output")?
            .read_to_string(&mut printed)?;
        child
            .stderr
            .take()
            .ok_or("no output")?
            .read_to_string(&mut said)?;
        if !status.success() {
            let last = said.trim().lines().next_back().unwrap_or_default();
            return Err(format!("{script}: {last}").into());
        }
        let Printed { seconds, answer } = serde_json::from_str(&printed)?;
        Ok(Run::new(Duration::from_secs_f64(seconds), || Ok(answer)))
    }
}

fn said_by(program: &Path, code: &str) -> Result<String> {
    let output = Command::new(program)
        .args(["-c", code])
        .stderr(Stdio::null())
        .output()?;
    if !output.status.success() {
        return Err(format!("{} lacks the packages", program.display()).into());
    }
    Ok(String::from_utf8(output.stdout)?)
}

fn succeed(command: &mut Command) -> Result<()> {
    let output = command
        .output()
        .map_err(|error| format!("{command:?}: {error}"))?;
    if output.status.success() {
        Ok(())
    } else {
        Err(String::from_utf8_lossy(&output.stderr)
            .trim()
            .to_owned()
            .into())
    }
}
