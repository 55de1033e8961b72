//! What GitHub makes of Markdown: the anchors of headings, and links.

use std::collections::BTreeSet;
use std::path::Path;

use regex::Regex;

/// A text within a cell of a table: a bar would end it.
pub(crate) fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}

/// Code within a line.
pub(crate) fn code(text: &str) -> String {
    assert!(!text.contains('`'), "{text}");
    format!("`{text}`")
}

/// A link to the heading of a table, a view or a function.
pub(crate) fn link(name: &str) -> String {
    format!("[{}](#{})", code(name), anchor(name))
}

/// The anchor that GitHub gives a heading.
pub(crate) fn anchor(heading: &str) -> String {
    heading
        .to_lowercase()
        .replace(' ', "-")
        .chars()
        .filter(|c| c.is_alphanumeric() || *c == '-' || *c == '_')
        .collect()
}

/// Every link of a page leads somewhere: to a heading, which no other heading hides, or to a file.
pub(crate) fn assert_links_lead_somewhere(page: &str, folder: &Path) {
    let mut anchors = BTreeSet::new();
    for heading in page.lines().filter(|line| line.starts_with('#')) {
        let heading = heading.trim_start_matches('#').trim();
        assert!(anchors.insert(anchor(heading)), "{heading} is there twice");
    }
    let link = Regex::new(r"\]\(([^)\s]+)\)").unwrap();
    let mut links = 0;
    for target in link.captures_iter(page).map(|found| found[1].to_owned()) {
        links += 1;
        let leads_somewhere = match target.strip_prefix('#') {
            Some(anchor) => anchors.contains(anchor),
            None if target.starts_with("https://") => true,
            None => folder.join(target.split('#').next().unwrap()).exists(),
        };
        assert!(leads_somewhere, "{target} leads nowhere");
    }
    assert!(links > 0);
}

#[test]
fn anchors_are_those_of_github() {
    for (heading, expected) in [
        ("`oauth_state`", "oauth_state"),
        ("Rules and categories", "rules-and-categories"),
        (
            "What is safe, and what is not",
            "what-is-safe-and-what-is-not",
        ),
        ("1. Write it", "1-write-it"),
    ] {
        assert_eq!(anchor(heading), expected);
    }
}
