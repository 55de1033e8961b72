//! Statements of migrations that hurt a table in use: what each does to it, and the safe way.
//!
//! A migration is read statement by statement. What the reader does not know is told, not passed. A table that the same
//! migration creates has no readers yet, so anything may be done to it. Earlier migrations are read for what they say of a
//! column's type and of validated checks.
//!
//! A statement is let through by a comment directly above it, which needs a reason:
//!
//! ```sql
//! -- lint: allow(rows-written): ten rows, written by the seed
//! UPDATE settings SET unit = 'GBP';
//! ```
//!
//! Where the reason is missing, the rule is unknown, or the statement does nothing that the rule names, the comment is itself
//! a finding. How a schema is changed without hurting anybody is told in `docs/CHANGING_THE_SCHEMA.md`.

mod alter_table;
mod calls;
mod column_type;
mod folder;
mod history;
mod reader;
mod rules;
mod statement;
mod waiver;

use std::ops::Range;

use serde::Serialize;

pub use folder::{Folder, read_folder};
pub use rules::{RULES, Rule};

use super::texts::TEXTS;
use crate::sql;
use history::History;
use reader::Reader;
use statement::Statement;

/// The last migration that was written before there was this check. It and those before it are applied already, and an applied
/// migration is never edited.
pub const LAST_UNCHECKED: &str = "20261122001250";

/// A migration, to be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// The folder's name.
    pub name: String,
    /// What applies it.
    pub up: String,
    /// Whether it is run in a transaction: `run_in_transaction` of its `metadata.toml`.
    pub in_transaction: bool,
}

/// A statement that breaks a rule, or a comment that allows nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The folder's name of the migration.
    pub migration: String,
    /// The line of `up.sql`, from 1.
    pub line: usize,
    /// The rule's name, which a comment can allow.
    pub rule: &'static str,
    /// The beginning of the statement, on one line.
    pub statement: String,
    /// What it does to those who use the table.
    pub does: &'static str,
    /// The safe way.
    pub instead: &'static str,
    /// Whether it is only worth knowing.
    pub is_note: bool,
}

/// The findings in migrations, which are given in their order. Those up to [`LAST_UNCHECKED`] of this crate have none.
pub fn lint(migrations: &[Source]) -> Vec<Finding> {
    let mut history = History::default();
    let mut findings = Vec::new();
    for migration in migrations {
        let found = lint_one(migration, &mut history);
        if !is_unchecked(migration) {
            findings.extend(found);
        }
    }
    findings
}

fn is_unchecked(migration: &Source) -> bool {
    TEXTS
        .iter()
        .any(|text| text.name == migration.name && text.version().as_str() <= LAST_UNCHECKED)
}

fn lint_one(migration: &Source, history: &mut History) -> Vec<Finding> {
    let script = &migration.up;
    let statements = sql::statements(script);
    let mut waivers = waiver::waivers(script, &statements);
    let mut findings = Vec::new();
    history.begin_migration();
    for (index, range) in statements.iter().enumerate() {
        let tokens = reader::tokens(script, range.clone());
        let mut statement = Statement {
            history,
            in_transaction: migration.in_transaction,
            is_alone: statements.len() == 1,
            broken: Vec::new(),
        };
        statement.read(Reader::new(script, &tokens));
        for (at, rule) in statement.broken {
            if !waiver::allow(&mut waivers, index, rule) {
                findings.push(finding(migration, at, range.clone(), rule));
            }
        }
    }
    for (comment, rule) in waiver::useless(&waivers) {
        findings.push(finding(migration, comment.start, comment, rule));
    }
    findings.sort_by_key(|finding| finding.line);
    findings
}

/// A finding at a place of a script, within a part of it.
fn finding(migration: &Source, at: usize, part: Range<usize>, rule: &Rule) -> Finding {
    const SHOWN: usize = 100;

    let script = &migration.up;
    let words: Vec<&str> = script[part].split_whitespace().collect();
    let mut statement = words.join(" ");
    if let Some((end, _)) = statement.char_indices().nth(SHOWN) {
        statement.truncate(end);
        statement.push('…');
    }
    Finding {
        migration: migration.name.clone(),
        line: script[..at].matches('\n').count() + 1,
        rule: rule.name,
        statement,
        does: rule.does,
        instead: rule.instead,
        is_note: rule.is_note,
    }
}

#[cfg(test)]
mod tests;
