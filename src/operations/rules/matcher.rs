//! [`Matcher`]: which of many patterns fit a text.

use std::collections::BTreeSet;

use aho_corasick::{AhoCorasick, Match};
use regex::Regex;

use crate::models::rules::pattern::compile;
use crate::types::PatternType;
use crate::{Error, Result};

/// A text that patterns are compared with.
pub(super) struct Text<'a> {
    written: &'a str,
    upper: String,
}

/// Patterns, compiled once. They are told by their place in the list that they came in.
///
/// Those that are texts are all found in one pass over the upper-cased text, by Aho-Corasick. Regular expressions are
/// searched one by one.
pub(super) struct Matcher {
    finder: AhoCorasick,
    literals: Vec<(usize, PatternType)>,
    expressions: Vec<(usize, Regex)>,
}

impl<'a> Text<'a> {
    pub(super) fn new(written: &'a str) -> Self {
        Self {
            written,
            upper: written.to_uppercase(),
        }
    }

    pub(super) fn upper(&self) -> &str {
        &self.upper
    }
}

impl Matcher {
    /// Compiles patterns, each with its kind.
    pub(super) fn new<'a>(
        patterns: impl IntoIterator<Item = (Option<&'a str>, &'a str)>,
    ) -> Result<Self> {
        let (mut texts, mut literals, mut expressions) = (Vec::new(), Vec::new(), Vec::new());
        for (place, (kind, pattern)) in patterns.into_iter().enumerate() {
            match kind.and_then(|kind| kind.parse().ok()) {
                Some(PatternType::Regex) => match compile(pattern) {
                    Ok(expression) => expressions.push((place, expression)),
                    Err(error) => tracing::warn!(pattern, %error, "a pattern is left out"),
                },
                Some(kind) => {
                    texts.push(pattern.to_uppercase());
                    literals.push((place, kind));
                }
                None => {}
            }
        }
        let finder = AhoCorasick::new(texts)
            .map_err(|error| Error::invalid("pattern", error.to_string()))?;
        Ok(Self {
            finder,
            literals,
            expressions,
        })
    }

    /// The places of all patterns that fit.
    pub(super) fn all(&self, text: &Text<'_>) -> BTreeSet<usize> {
        let expressions = self.expressions.iter();
        let found = expressions.filter(|(_, expression)| expression.is_match(text.written));
        let mut places: BTreeSet<usize> = found.map(|(place, _)| *place).collect();
        places.extend(self.literals_in(text));
        places
    }

    /// The place of the first pattern that is wanted and fits.
    pub(super) fn first(&self, text: &Text<'_>, wanted: impl Fn(usize) -> bool) -> Option<usize> {
        let literal = self.literals_in(text).filter(|place| wanted(*place)).min();
        let before = literal.unwrap_or(usize::MAX);
        self.expressions
            .iter()
            .take_while(|(place, _)| *place < before)
            .filter(|(place, _)| wanted(*place))
            .find(|(_, expression)| expression.is_match(text.written))
            .map(|(place, _)| *place)
            .or(literal)
    }

    /// The places of the texts that fit, in no order; one may come several times.
    fn literals_in(&self, text: &Text<'_>) -> impl Iterator<Item = usize> {
        let length = text.upper.len();
        self.finder
            .find_overlapping_iter(&text.upper)
            .filter_map(move |found| {
                let (place, kind) = self.literals[found.pattern().as_usize()];
                fits(kind, &found, length).then_some(place)
            })
    }
}

fn fits(kind: PatternType, found: &Match, length: usize) -> bool {
    match kind {
        PatternType::Contains => true,
        PatternType::StartsWith => found.start() == 0,
        PatternType::Exact => found.start() == 0 && found.end() == length,
        PatternType::Regex => false,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn fitting(patterns: &[(&str, &str)], text: &str) -> Vec<usize> {
        let patterns = patterns.iter().map(|(kind, text)| (Some(*kind), *text));
        let matcher = Matcher::new(patterns).unwrap();
        let all: Vec<_> = matcher.all(&Text::new(text)).into_iter().collect();
        assert_eq!(
            matcher.first(&Text::new(text), |_| true),
            all.first().copied()
        );
        all
    }

    #[test]
    fn kinds_differ_and_ignore_case_beyond_ascii() {
        let patterns = [
            ("contains", "straße"),
            ("starts_with", "café"),
            ("exact", "CAFÉ WEINSTRASSE"),
            ("exact", "café"),
            ("regex", r"^CAF\S\b"),
            ("contains", "50%_"),
            ("CONTAINS", "CAFÉ"),
            ("glob", "*"),
            ("regex", "(["),
        ];
        assert_eq!(fitting(&patterns, "Café Weinstraße"), [0, 1, 2, 4]);
        assert_eq!(fitting(&patterns, "PARKING 50%_A"), [5]);
        assert_eq!(fitting(&patterns, "PARKING 50XXA"), [0; 0]);
    }

    #[test]
    fn empty_patterns_are_everywhere_but_equal_only_the_empty_text() {
        let patterns = [
            ("contains", ""),
            ("starts_with", ""),
            ("exact", ""),
            ("regex", ""),
        ];
        assert_eq!(fitting(&patterns, "é"), [0, 1, 3]);
        assert_eq!(fitting(&patterns, ""), [0, 1, 2, 3]);
    }

    #[test]
    fn an_expression_is_taken_as_it_is_written() {
        assert_eq!(fitting(&[("regex", r"shop \d+")], "SHOP 12"), [0]);
        assert_eq!(fitting(&[("regex", r"shop \d+")], "SHOP XY"), [0; 0]);
    }

    #[test]
    fn the_first_is_the_first_that_is_wanted() {
        let patterns = [
            ("regex", "a"),
            ("contains", "b"),
            ("regex", "c"),
            ("contains", "d"),
        ];
        let matcher = Matcher::new(patterns.map(|(kind, text)| (Some(kind), text))).unwrap();
        let text = Text::new("abcd");
        for from in 0..patterns.len() {
            assert_eq!(matcher.first(&text, |place| place >= from), Some(from));
        }
        assert_eq!(matcher.first(&text, |_| false), None);
    }

    proptest! {
        #[test]
        fn many_at_once_agree_with_one_by_one(
            texts in prop::collection::vec("[abßSé .]{0,5}", 1..20),
            text in "[abßSsé .]{0,12}",
        ) {
            let kinds = ["contains", "starts_with", "exact", "regex"];
            let patterns: Vec<_> = texts
                .iter()
                .enumerate()
                .map(|(place, text)| (kinds[place % kinds.len()], &**text))
                .collect();
            let upper = text.to_uppercase();
            let alone: Vec<_> = patterns
                .iter()
                .enumerate()
                .filter(|(_, (kind, pattern))| match *kind {
                    "contains" => upper.contains(&pattern.to_uppercase()),
                    "starts_with" => upper.starts_with(&pattern.to_uppercase()),
                    "exact" => upper == pattern.to_uppercase(),
                    _ => compile(pattern).unwrap().is_match(&text),
                })
                .map(|(place, _)| place)
                .collect();
            prop_assert_eq!(fitting(&patterns, &text), alone);
        }
    }
}
