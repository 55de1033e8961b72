//! The list of what is right: `scans.txt` and `unused.txt`.

use std::collections::BTreeMap;

use super::{Findings, Scan};

/// Scans and unused indexes that are right, with their reasons.
pub(super) struct Known {
    pub(super) scans: BTreeMap<Scan, String>,
    pub(super) unused: BTreeMap<String, String>,
}

impl Known {
    pub(super) fn read() -> Self {
        Self {
            scans: scans(include_str!("scans.txt")),
            unused: reasons(include_str!("unused.txt"))
                .map(|(index, reason)| (index.to_owned(), reason.to_owned()))
                .collect(),
        }
    }

    /// The scans that are not listed, and what is listed in vain. Plans depend on the size: what the list says is held against
    /// the database of the tests alone.
    pub(super) fn faults(&self, findings: &Findings, is_larger: bool) -> Vec<String> {
        let scans = findings.scans.iter();
        let new = scans.filter(|(scan, _)| !self.scans.contains_key(*scan));
        let new = new.map(|((table, operation), statement)| {
            format!("{operation} reads the whole of {table}:\n    {statement}")
        });
        let expected = self
            .scans
            .iter()
            .filter(|(_, reason)| !is_larger && !reason.starts_with(LARGER));
        let stale = expected.filter(|(scan, _)| !findings.scans.contains_key(*scan));
        let stale = stale.map(|((table, operation), _)| {
            format!("scans.txt: {operation} does not read the whole of {table} any more")
        });
        new.chain(stale).collect()
    }
}

/// How the reason for a scan begins for which the database of the tests is too small.
const LARGER: &str = "On larger databases only";

/// Sections of a line `# reason` and lines `table: operation, operation`.
fn scans(text: &str) -> BTreeMap<Scan, String> {
    let mut scans = BTreeMap::new();
    let mut reason = "";
    for line in text.lines().filter(|line| !line.is_empty()) {
        if let Some(text) = line.strip_prefix("# ") {
            reason = text;
            continue;
        }
        let (table, operations) = line.split_once(": ").unwrap();
        for operation in operations.split(", ") {
            assert!(!reason.is_empty(), "{line} has no reason");
            let scan = (table.to_owned(), operation.to_owned());
            let before = scans.insert(scan, reason.to_owned());
            assert_eq!(before, None, "{table}: {operation} stands twice");
        }
    }
    scans
}

/// Lines `name: reason`.
fn reasons(text: &'static str) -> impl Iterator<Item = (&'static str, &'static str)> {
    text.lines().map(|line| line.split_once(": ").unwrap())
}
