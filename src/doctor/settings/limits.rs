//! Memory, time limits and the time zone.

use super::{Settings, Step};
use crate::doctor::{Area, Finding, words};

const MB: i64 = 1 << 20;

/// A size below which it is worth a look.
const SMALL: [(&str, i64, &str, &str); 2] = [
    (
        "shared_buffers",
        128 * MB,
        "pages that are in use are read from the system again and again",
        "a quarter of the machine's memory",
    ),
    (
        "work_mem",
        4 * MB,
        "sorts and joins of reports go to temporary files",
        "16MB",
    ),
];

/// A time limit, the variable by which the program sets it, and what to set.
const TIME_LIMITS: [(&str, Option<&str>, &str, &str); 3] = [
    (
        "statement_timeout",
        Some("SPENDING_DB_STATEMENT_TIMEOUT"),
        "5min",
        "a statement that hangs holds its connection and its locks for good",
    ),
    (
        "lock_timeout",
        Some("SPENDING_DB_LOCK_TIMEOUT"),
        "10s",
        "a statement waits for a lock for as long as another session holds it",
    ),
    (
        "idle_in_transaction_session_timeout",
        None,
        "10min",
        "a program that stands still in a transaction holds its locks for good and keeps vacuum from its work",
    ),
];

pub(super) fn judge(settings: &Settings) -> Vec<Finding> {
    let mut findings = memory(settings);
    findings.extend(time_limits(settings));
    findings.extend(time_zone(settings));
    findings
}

fn memory(settings: &Settings) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (name, least, causes, value) in SMALL {
        let Some(bytes) = settings.bytes(name).filter(|bytes| *bytes < least) else {
            continue;
        };
        let found = format!("{name} is {}", words::size(bytes));
        let finding = Area::Settings.note(found).causes(causes);
        let restart = if name == "shared_buffers" {
            ", which takes a restart"
        } else {
            ""
        };
        findings.push(finding.advice(format!("set {name} to {value}{restart}")));
    }
    let sizes = (
        settings.bytes("effective_cache_size"),
        settings.bytes("shared_buffers"),
    );
    if let (Some(cache), Some(buffers)) = sizes
        && cache < buffers
    {
        let found = format!(
            "effective_cache_size is {}, less than shared_buffers ({})",
            words::size(cache),
            words::size(buffers)
        );
        let steps = settings
            .get("effective_cache_size")
            .map(|setting| setting.change_to(&format!("'{}kB'", 3 * buffers / 1_024)));
        findings.push(
            Area::Settings
                .note(found)
                .causes("the planner takes indexes for dearer than they are")
                .steps(steps.into_iter().flatten()),
        );
    }
    findings
}

fn time_limits(settings: &Settings) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (name, variable, value, causes) in TIME_LIMITS {
        let Some(setting) = settings.with_value(name, &["0"]) else {
            continue;
        };
        let step = match variable {
            Some(variable) if setting.source == "client" => {
                Step::Command(format!("export {variable}={value}"))
            }
            _ => setting.change_for_role(&format!("'{value}'")),
        };
        findings.push(
            Area::Settings
                .note(format!("{name} is off for this role"))
                .causes(causes)
                .step(step),
        );
    }
    findings
}

fn time_zone(settings: &Settings) -> Option<Finding> {
    let zone = settings.get("TimeZone")?;
    if ["UTC", "Etc/UTC", "GMT", "Etc/GMT", "Zulu", "UCT"].contains(&zone.value.as_str()) {
        return None;
    }
    Some(
        Area::Settings
            .note(format!("sessions of this role begin with TimeZone {}", zone.value))
            .causes("days and times without a zone mean something else than UTC to programs that do not set it, as this crate does")
            .step(zone.change_for_role("'UTC'")),
    )
}
