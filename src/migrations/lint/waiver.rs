//! Comments that let a statement through: `-- lint: allow(rule): reason`.

use std::ops::Range;

use super::rules::{self, Rule};
use crate::sql::{self, Kind};

/// A comment that names this check.
pub(super) struct Waiver<'a> {
    comment: Range<usize>,
    /// The rule and the statement, by its number; `None` where the comment cannot be read or stands above no statement.
    allows: Option<(&'a str, usize)>,
    is_used: bool,
}

/// The comments of a script that name this check.
pub(super) fn waivers<'a>(script: &'a str, statements: &[Range<usize>]) -> Vec<Waiver<'a>> {
    sql::tokens(script)
        .filter(|(kind, range)| *kind == Kind::Comment && script[range.clone()].contains("lint:"))
        .map(|(_, range)| Waiver {
            allows: allowed_rule(&script[range.clone()])
                .zip(statement_below(script, statements, &range)),
            comment: range,
            is_used: false,
        })
        .collect()
}

/// The rule of a comment that has a reason too.
fn allowed_rule(comment: &str) -> Option<&str> {
    let allowed = comment.strip_prefix("--")?.trim_start();
    let allowed = allowed.strip_prefix("lint:")?.trim_start();
    let (rule, rest) = allowed.strip_prefix("allow(")?.split_once(')')?;
    let reason = rest.strip_prefix(':')?;
    (!reason.trim().is_empty()).then_some(rule)
}

/// The statement that follows a comment which has its line for itself, with nothing but comments between.
fn statement_below(
    script: &str,
    statements: &[Range<usize>],
    comment: &Range<usize>,
) -> Option<usize> {
    let line = script[..comment.start].rfind('\n').map_or(0, |at| at + 1);
    let is_alone = script[line..comment.start].trim().is_empty();
    let below = statements
        .iter()
        .position(|statement| statement.start >= comment.end)?;
    let between = &script[comment.end..statements[below].start];
    let is_directly_above = between
        .split('\n')
        .skip(1)
        .all(|line| line.trim().starts_with("--") || line.trim().is_empty())
        && !between.contains("\n\n");
    (is_alone && is_directly_above).then_some(below)
}

/// Whether a comment above the statement allows the rule.
pub(super) fn allow(waivers: &mut [Waiver<'_>], statement: usize, rule: &Rule) -> bool {
    let fitting = waivers
        .iter_mut()
        .find(|waiver| waiver.allows == Some((rule.name, statement)));
    let is_allowed = fitting.is_some();
    if let Some(waiver) = fitting {
        waiver.is_used = true;
    }
    is_allowed
}

/// The comments that let nothing through, with what is wrong with them.
pub(super) fn useless<'a>(
    waivers: &'a [Waiver<'_>],
) -> impl Iterator<Item = (Range<usize>, &'static Rule)> + 'a {
    let useless = waivers.iter().filter(|waiver| !waiver.is_used);
    useless.map(|waiver| {
        let fault = match waiver.allows {
            None => &rules::WAIVER_UNREADABLE,
            Some((name, _)) if rules::RULES.iter().any(|rule| rule.name == name) => {
                &rules::WAIVER_IDLE
            }
            Some(_) => &rules::WAIVER_UNKNOWN,
        };
        (waiver.comment.clone(), fault)
    })
}
