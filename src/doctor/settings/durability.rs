//! Settings by which data is lost, or is not looked after.

use super::{Settings, Step};
use crate::doctor::{Area, Finding, Severity};

/// A switch with the value that it should have.
struct Switch {
    name: &'static str,
    bad: &'static [&'static str],
    good: &'static str,
    severity: Severity,
    causes: &'static str,
}

const SWITCHES: &[Switch] = &[
    Switch {
        name: "fsync",
        bad: &["off"],
        good: "on",
        severity: Severity::Error,
        causes: "a crash of the machine can destroy the whole database",
    },
    Switch {
        name: "full_page_writes",
        bad: &["off"],
        good: "on",
        severity: Severity::Error,
        causes: "a crash of the machine can leave half-written pages that nothing mends",
    },
    Switch {
        name: "zero_damaged_pages",
        bad: &["on"],
        good: "off",
        severity: Severity::Error,
        causes: "rows on damaged pages vanish without an error",
    },
    Switch {
        name: "synchronous_commit",
        bad: &["off"],
        good: "on",
        severity: Severity::Warning,
        causes: "a crash of the server loses what was committed in the last second",
    },
    Switch {
        name: "autovacuum",
        bad: &["off"],
        good: "on",
        severity: Severity::Warning,
        causes: "tables and indexes grow without end, and the planner works with old statistics",
    },
    Switch {
        name: "track_counts",
        bad: &["off"],
        good: "on",
        severity: Severity::Warning,
        causes: "autovacuum does not know where it is needed, and does nothing",
    },
    Switch {
        name: "default_transaction_read_only",
        bad: &["on"],
        good: "off",
        severity: Severity::Error,
        causes: "every write fails",
    },
];

pub(super) fn judge(settings: &Settings) -> Vec<Finding> {
    let mut findings: Vec<Finding> = SWITCHES
        .iter()
        .filter_map(|switch| {
            let setting = settings.with_value(switch.name, switch.bad)?;
            let found = format!("{} is {}", switch.name, setting.value);
            let finding = Area::Settings.finding(switch.severity, found);
            Some(
                finding
                    .causes(switch.causes)
                    .steps(setting.change_to(switch.good)),
            )
        })
        .collect();
    if settings.with_value("data_checksums", &["off"]).is_some() {
        findings.push(
            Area::Settings
                .note("data_checksums is off")
                .causes("damage by a disk goes unnoticed until a row cannot be read")
                .step(Step::Advice(
                    "stop the server and run: pg_checksums --enable -D DATA_FOLDER".to_owned(),
                )),
        );
    }
    findings
}
