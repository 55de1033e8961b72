//! `docs/CHANGING_THE_SCHEMA.md` knows every rule, and does what it says.

use std::collections::BTreeSet;
use std::fs;

use regex::Regex;
use spending_db::migrations::TEXTS;
use spending_db::migrations::lint::{Finding, RULES, Source, lint};

use crate::in_checkout;
use crate::markdown::assert_links_lead_somewhere;

fn page() -> String {
    fs::read_to_string(in_checkout("docs/CHANGING_THE_SCHEMA.md")).unwrap()
}

#[test]
fn its_links_lead_somewhere() {
    assert_links_lead_somewhere(&page(), &in_checkout("docs"));
}

#[test]
fn its_table_has_every_rule_and_no_other() {
    let rule = Regex::new(r"(?m)^\|.*\| `([a-z-]+)` \|$").unwrap();
    let page = page();
    let told: BTreeSet<&str> = rule
        .captures_iter(&page)
        .map(|found| found.get(1).unwrap().as_str())
        .collect();
    let rules: BTreeSet<&str> = RULES.iter().map(|rule| rule.name).collect();
    assert_eq!(told, rules);
}

#[test]
fn its_commands_are_those_of_dev() {
    let usage = fs::read_to_string(in_checkout("dev")).unwrap();
    let command = Regex::new(r"\./dev ([a-z-]+)").unwrap();
    for command in command
        .captures_iter(&page())
        .map(|found| found[1].to_owned())
    {
        assert!(usage.contains(&format!("\n{command})\n")), "{command}");
    }
}

/// The migrations on the page, after those of the crate.
fn examples() -> Vec<Source> {
    let head = Regex::new(r"(?s)```sql\n-- (\d[^/\n]+)/up\.sql([^\n]*)\n(.*?)```").unwrap();
    let known = TEXTS.iter().map(|text| Source {
        name: text.name.to_owned(),
        up: text.up.to_owned(),
        in_transaction: true,
    });
    let page = page();
    let shown = head.captures_iter(&page).map(|found| Source {
        name: found[1].to_owned(),
        up: found[3].to_owned(),
        in_transaction: !found[2].contains("run_in_transaction = false"),
    });
    known.chain(shown).collect()
}

#[test]
fn the_migrations_that_it_recommends_break_no_rule() {
    let examples = examples();
    assert_eq!(examples.len(), TEXTS.len() + 5);
    let shown = &examples[TEXTS.len()..];
    let findings: Vec<Finding> = lint(&examples)
        .into_iter()
        .filter(|found| shown.iter().any(|one| one.name == found.migration))
        .collect();
    let rules: Vec<&str> = findings.iter().map(|found| found.rule).collect();
    assert_eq!(rules, ["create-trigger"]);
    assert!(findings[0].is_note);
}
