//! `spending-db doctor`.

use std::io::{self, Write};
use std::process::ExitCode;

use serde::Serialize;
use spending_db::database::connect;
use spending_db::doctor::{Area, Finding, Options, Severity, Step, examine};
use spending_db::secrets::Keyring;
use spending_db::{Config, Result};

use crate::output::Output;

#[derive(Serialize)]
struct Answer {
    /// The gravest of all.
    severity: Severity,
    findings: Vec<Finding>,
}

/// Examines the database; fails where something is a warning or worse.
pub(crate) fn run(config: &Config, output: &Output, is_verbose: bool) -> Result<ExitCode> {
    let mut options = Options::of_config(config);
    options.keyring = Keyring::from_env();
    let findings = examine(&mut connect(config)?, &options)?;
    let severity = findings
        .first()
        .map_or(Severity::Ok, |gravest| gravest.severity);
    let answer = Answer { severity, findings };
    output.answer(&answer, |out| tell(out, &answer.findings, is_verbose))?;
    Ok(if answer.severity < Severity::Warning {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn tell(out: &mut dyn Write, findings: &[Finding], is_verbose: bool) -> io::Result<()> {
    let is_told = |finding: &&Finding| is_verbose || finding.severity != Severity::Ok;
    for finding in findings.iter().filter(is_told) {
        let Finding {
            area,
            severity,
            found,
            details,
            causes,
            steps,
            ..
        } = finding;
        writeln!(out, "{severity:12}  {area}: {found}")?;
        for line in details.iter().chain(causes) {
            writeln!(out, "{:16}{line}", "")?;
        }
        for step in steps {
            tell_step(out, step)?;
        }
    }
    let sound = sound_areas(findings);
    if !is_verbose && !sound.is_empty() {
        writeln!(out, "{:12}  {}", "ok", sound.join(", "))?;
    }
    Ok(())
}

fn tell_step(out: &mut dyn Write, step: &Step) -> io::Result<()> {
    let step = match step {
        Step::Sql(statement) => format!("{};", statement.replace('\n', "\n                    ")),
        Step::Command(command) => format!("$ {command}"),
        Step::Advice(advice) => format!("({advice})"),
    };
    writeln!(out, "{:18}{step}", "")
}

/// The areas in which all is well.
fn sound_areas(findings: &[Finding]) -> Vec<String> {
    let mut sound: Vec<Area> = Vec::new();
    for finding in findings {
        let is_sound = findings
            .iter()
            .all(|other| other.area != finding.area || other.severity == Severity::Ok);
        if is_sound && !sound.contains(&finding.area) {
            sound.push(finding.area);
        }
    }
    sound.iter().map(ToString::to_string).collect()
}
