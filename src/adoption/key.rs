//! [`Key`]: what a unique constraint or index holds apart, from its definition.

/// A unique key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Key {
    /// Columns and expressions.
    pub(super) parts: Vec<String>,
    /// Whether two NULLs are the same.
    pub(super) nulls_are_equal: bool,
    /// The condition of a partial index.
    pub(super) filter: Option<String>,
}

impl Key {
    /// Reads a definition as PostgreSQL writes it; `None` where it is none of a unique key.
    pub(super) fn parse(definition: &str) -> Option<Self> {
        let is_key = ["UNIQUE ", "PRIMARY KEY ", "CREATE UNIQUE INDEX "]
            .iter()
            .any(|start| definition.starts_with(start));
        let (list, rest) = parenthesised(definition)?;
        is_key.then(|| Self {
            parts: split(list),
            nulls_are_equal: definition.contains("NULLS NOT DISTINCT"),
            filter: filter(rest),
        })
    }
}

/// The columns of a key or of an index without a condition, as they stand in the definition.
pub(super) fn columns(definition: &str) -> Option<&str> {
    let is_list = [
        "UNIQUE (",
        "PRIMARY KEY (",
        "CREATE INDEX ",
        "CREATE UNIQUE INDEX ",
    ]
    .iter()
    .any(|start| definition.starts_with(start));
    let (list, rest) = parenthesised(definition)?;
    (is_list && filter(rest).is_none()).then_some(list)
}

fn filter(rest: &str) -> Option<String> {
    let (_, filter) = rest.split_once(" WHERE ")?;
    Some(filter.to_owned())
}

/// What stands in the first parentheses, and what follows them.
fn parenthesised(text: &str) -> Option<(&str, &str)> {
    let start = text.find('(')? + 1;
    let mut depth = 1;
    for (at, byte) in text.bytes().enumerate().skip(start) {
        match byte {
            b'(' => depth += 1,
            b')' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some((&text[start..at], &text[at + 1..]));
        }
    }
    None
}

/// The parts of a list, split at the commas that stand in no parentheses, without the order of an index.
fn split(list: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut depth = 0;
    for character in list.chars() {
        match character {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        match (character, parts.last_mut()) {
            (',', _) if depth == 0 => parts.push(String::new()),
            (other, Some(part)) => part.push(other),
            (_, None) => {}
        }
    }
    parts
        .iter()
        .map(|part| {
            let part = part.trim();
            let part = part.split(" NULLS ").next().unwrap_or(part);
            part.strip_suffix(" DESC").unwrap_or(part).to_owned()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_read() {
        let key = Key::parse(
            "CREATE UNIQUE INDEX k ON t USING btree (a, lower((b || ','::text)), c DESC NULLS LAST) WHERE (d IS NOT NULL)",
        )
        .unwrap();
        assert_eq!(key.parts, ["a", "lower((b || ','::text))", "c"]);
        assert_eq!(key.filter.as_deref(), Some("(d IS NOT NULL)"));
        assert!(!key.nulls_are_equal);
        let key = Key::parse("UNIQUE NULLS NOT DISTINCT (a, b)").unwrap();
        assert!(key.nulls_are_equal && key.parts == ["a", "b"] && key.filter.is_none());
        assert_eq!(Key::parse("CREATE INDEX k ON t USING btree (a)"), None);
        assert_eq!(Key::parse("CHECK ((a > 0))"), None);
    }

    #[test]
    fn columns_of_what_holds_for_all_rows() {
        assert_eq!(columns("UNIQUE (a, b)"), Some("a, b"));
        assert_eq!(
            columns("CREATE INDEX k ON t USING btree (a, b DESC)"),
            Some("a, b DESC")
        );
        assert_eq!(columns("CREATE INDEX k ON t USING btree (a) WHERE b"), None);
        assert_eq!(columns("CHECK ((a > 0))"), None);
    }
}
