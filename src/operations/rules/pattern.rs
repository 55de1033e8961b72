//! Patterns as people write them.

use crate::models::rules::pattern::compile;
use crate::types::PatternType;
use crate::{Error, Result};

/// The most characters of a pattern.
const LONGEST: usize = 255;

/// A pattern with its kind in front, as `starts:TESCO`, `contains:`, `exact:` or `regex:`, in any case; without one of them it
/// is contained. White space around the rest is of no account.
pub fn split_pattern(text: &str) -> (PatternType, &str) {
    let prefixes = [
        ("starts:", PatternType::StartsWith),
        ("contains:", PatternType::Contains),
        ("exact:", PatternType::Exact),
        ("regex:", PatternType::Regex),
    ];
    let found = prefixes.iter().find_map(|(prefix, kind)| {
        let start = text.get(..prefix.len())?;
        start
            .eq_ignore_ascii_case(prefix)
            .then(|| (*kind, text[prefix.len()..].trim()))
    });
    found.unwrap_or((PatternType::Contains, text))
}

/// [`Error::InvalidInput`] for a pattern that no rule should have: a blank one, one of more than 255 characters, or a regular
/// expression that cannot be compiled.
pub fn check_pattern(kind: PatternType, pattern: &str) -> Result<()> {
    let reason = if pattern.trim().is_empty() {
        "is blank".to_owned()
    } else if pattern.chars().count() > LONGEST {
        format!("has more than {LONGEST} characters")
    } else if let (PatternType::Regex, Err(error)) = (kind, compile(pattern)) {
        format!("{pattern:?} is no regular expression: {error}")
    } else {
        return Ok(());
    };
    Err(Error::invalid("pattern", reason))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_tells_the_kind() {
        for (text, kind, pattern) in [
            ("TESCO", PatternType::Contains, "TESCO"),
            (" TESCO ", PatternType::Contains, " TESCO "),
            ("Starts: TESCO ", PatternType::StartsWith, "TESCO"),
            ("CONTAINS:a:b", PatternType::Contains, "a:b"),
            ("exact:", PatternType::Exact, ""),
            ("regex:^a", PatternType::Regex, "^a"),
            ("é", PatternType::Contains, "é"),
            ("regexé:", PatternType::Contains, "regexé:"),
        ] {
            assert_eq!(split_pattern(text), (kind, pattern), "{text}");
        }
    }

    #[test]
    fn blank_long_and_broken_patterns_are_refused() {
        let contains = PatternType::Contains;
        assert!(check_pattern(contains, "([").is_ok());
        assert!(check_pattern(contains, &"é".repeat(255)).is_ok());
        for (kind, pattern) in [
            (contains, ""),
            (contains, " \t"),
            (contains, &*"é".repeat(256)),
            (PatternType::Regex, "(["),
        ] {
            assert!(check_pattern(kind, pattern).is_err(), "{pattern}");
        }
    }
}
