//! Which statement of a migration failed.

use std::fmt::Display;
use std::ops::Range;

use diesel::connection::SimpleConnection;
use diesel::migration::Migration;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::result::Error as DieselError;

use crate::database::FailedStatement;
use crate::sql;

/// Whether a migration is applied or reverted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Direction {
    Up,
    Down,
}

impl Direction {
    pub(super) fn done(self) -> &'static str {
        match self {
            Self::Up => "migration applied",
            Self::Down => "migration reverted",
        }
    }

    fn file(self) -> &'static str {
        match self {
            Self::Up => "up.sql",
            Self::Down => "down.sql",
        }
    }

    /// A failure together with what was done before it.
    pub(super) fn account(self, failure: &str, before: &[&str]) -> String {
        match (self, before) {
            (_, []) => failure.to_owned(),
            (Self::Up, before) => format!("{failure}; applied before it: {}", before.join(", ")),
            (Self::Down, before) => format!("{failure}; reverted before it: {}", before.join(", ")),
        }
    }
}

/// Says which migration failed, at which statement and why.
///
/// Where the server does not say where in the script the error is, the script's statements are run one by one, in a
/// transaction that is rolled back, until one fails in the same way.
pub(super) fn explain(
    conn: &mut PgConnection,
    migration: &dyn Migration<Pg>,
    direction: Direction,
    error: &dyn Display,
    failed: Option<&FailedStatement>,
) -> String {
    let name = migration.name();
    let in_transaction = migration.metadata().run_in_transaction();
    let kept = if in_transaction {
        "; nothing of it was kept"
    } else {
        ""
    };
    let Some(failed) = failed else {
        return format!("{name}: {error}{kept}");
    };
    let script = &failed.text;
    let statements = sql::statements(script);
    let index = match (failed.position, statements.len()) {
        (_, 1) => Some(0),
        (Some(position), _) => at_position(script, &statements, position),
        (None, _) if in_transaction => by_trial(conn, failed, &statements),
        (None, _) => None,
    };
    let place = index.map_or_else(String::new, |index| describe(script, &statements, index));
    let file = direction.file();
    let message = failed.message.trim_end();
    format!("{name}, {file}{place}: {message}{kept}")
}

/// The statement around a position, which is counted in characters from 1.
fn at_position(script: &str, statements: &[Range<usize>], position: usize) -> Option<usize> {
    let (at, _) = script.char_indices().nth(position.checked_sub(1)?)?;
    statements.iter().position(|statement| at < statement.end)
}

/// The first statement that fails when they are run one by one, if it does so with the same message.
fn by_trial(
    conn: &mut PgConnection,
    failed: &FailedStatement,
    statements: &[Range<usize>],
) -> Option<usize> {
    let mut found = None;
    // The transaction ends with an error whatever happens, so that nothing of it is kept.
    let _ = conn.transaction::<(), DieselError, _>(|conn| {
        for (index, statement) in statements.iter().enumerate() {
            if let Err(error) = conn.batch_execute(&failed.text[statement.clone()]) {
                found = (error.to_string() == failed.message).then_some(index);
                break;
            }
        }
        Err(DieselError::RollbackTransaction)
    });
    found
}

/// ` line 12, statement 3 (CREATE TABLE …)`.
fn describe(script: &str, statements: &[Range<usize>], index: usize) -> String {
    const SHOWN: usize = 120;

    let statement = &statements[index];
    let line = script[..statement.start].matches('\n').count() + 1;
    let words: Vec<&str> = script[statement.clone()].split_whitespace().collect();
    let mut excerpt = words.join(" ");
    if let Some((end, _)) = excerpt.char_indices().nth(SHOWN) {
        excerpt.truncate(end);
        excerpt.push('…');
    }
    format!(
        " line {line}, statement {} of {} ({excerpt})",
        index + 1,
        statements.len()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_position_counts_characters() {
        let script = "SELECT 'äöü';\nSELECT b; SELECT c";
        let statements = sql::statements(script);
        for (position, index) in [(1, 0), (12, 0), (13, 1), (14, 1), (22, 1), (25, 2), (32, 2)] {
            assert_eq!(
                at_position(script, &statements, position),
                Some(index),
                "{position}"
            );
        }
        assert_eq!(at_position(script, &statements, 0), None);
        assert_eq!(at_position(script, &statements, 400), None);
    }

    #[test]
    fn a_statement_is_described_by_line_number_and_beginning() {
        let script = format!("SELECT 1;\n\n-- next\nSELECT\n  {}", "x".repeat(200));
        let described = describe(&script, &sql::statements(&script), 1);
        assert_eq!(
            described,
            format!(" line 4, statement 2 of 2 (SELECT {}…)", "x".repeat(113))
        );
    }
}
