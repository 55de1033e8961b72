//! Patterns of rules and normalisations: what may be stored as one.

use regex::{Regex, RegexBuilder};

use crate::types::PatternType;
use crate::{Error, Result};

/// The regular expression as it is written, ignoring case.
pub(crate) fn compile(pattern: &str) -> Result<Regex, regex::Error> {
    RegexBuilder::new(pattern).case_insensitive(true).build()
}

/// [`Error::InvalidInput`] for `field` where the pattern is a regular expression that cannot be compiled.
pub(super) fn check(field: &str, pattern_type: Option<&str>, pattern: &str) -> Result<()> {
    if pattern_type != Some(PatternType::Regex.as_str()) {
        return Ok(());
    }
    compile(pattern).map(drop).map_err(|error| {
        let message = error.to_string();
        let reason = message.lines().last().unwrap_or_default();
        Error::invalid(
            field,
            format!(
                "{pattern:?} is no regular expression: {}",
                reason.trim_start_matches("error: ")
            ),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_regular_expressions_have_to_compile() {
        let regex = Some("regex");
        for (pattern_type, pattern) in [
            (regex, r"^SALARY\b"),
            (regex, ""),
            (Some("exact"), "(["),
            (None, "(["),
        ] {
            assert!(check("pattern", pattern_type, pattern).is_ok(), "{pattern}");
        }
        let refused = check("pattern", regex, "a(b").map_err(|error| error.to_string());
        assert_eq!(
            refused.err().as_deref(),
            Some(r#"pattern: "a(b" is no regular expression: unclosed group"#)
        );
        assert!(
            check("pattern", regex, r"\p{L}{1000}{1000}").is_err(),
            "too large to compile"
        );
    }
}
