//! As much of SQL's grammar as it takes to tell statements and literals apart.

mod effects;
mod kept;

use std::ops::Range;

pub(crate) use effects::{Transaction, leaves_nothing, transaction};
pub(crate) use kept::kept;

/// The most of a statement that is shown.
const SHOWN: usize = 2_000;

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A word, a quoted name, a character of its own, or spaces.
    Code,
    Literal,
    Comment,
    Semicolon,
}

/// The statement in one line, without comments and with `'…'` in the place of each string constant, cut after 2000
/// bytes.
///
/// Statements that are built by hand may hold anything in their constants, the password of `ALTER ROLE` for one.
pub(crate) fn for_log(sql: &str) -> String {
    let mut shown = String::with_capacity(sql.len().min(SHOWN));
    for (kind, range) in tokens(sql) {
        let text = &sql[range];
        match kind {
            Kind::Literal => shown.push_str("'…'"),
            Kind::Code | Kind::Semicolon if !text.trim().is_empty() => shown.push_str(text),
            _ if shown.is_empty() || shown.ends_with(' ') => {}
            _ => shown.push(' '),
        }
        if shown.len() > SHOWN {
            let end = (0..=SHOWN).rev().find(|at| shown.is_char_boundary(*at));
            shown.truncate(end.unwrap_or_default());
            shown.push('…');
            break;
        }
    }
    shown.truncate(shown.trim_end().len());
    shown
}

/// The statements of a script, each from its first character that is no comment or space to before its semicolon.
pub(crate) fn statements(script: &str) -> Vec<Range<usize>> {
    let mut statements = Vec::new();
    let mut current: Option<Range<usize>> = None;
    let mut depth = 0_usize;
    for (kind, range) in tokens(script) {
        let text = &script[range.clone()];
        match kind {
            Kind::Comment => {}
            Kind::Code if text.trim().is_empty() => {}
            Kind::Semicolon if depth == 0 => statements.extend(current.take()),
            Kind::Code | Kind::Literal | Kind::Semicolon => {
                match text {
                    "(" => depth += 1,
                    ")" => depth = depth.saturating_sub(1),
                    _ => {}
                }
                let start = current.map_or(range.start, |statement| statement.start);
                current = Some(start..range.end);
            }
        }
    }
    statements.extend(current);
    statements
}

/// Cuts a text into tokens; every byte belongs to one. Code comes in words, spaces and single characters.
pub(crate) fn tokens(sql: &str) -> impl Iterator<Item = (Kind, Range<usize>)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let rest = &sql[at..];
        let first = rest.chars().next()?;
        let (kind, length) = if first == '\'' {
            (Kind::Literal, quoted(rest, false))
        } else if first == '"' {
            (Kind::Code, quoted(rest, false))
        } else if rest.starts_with("--") {
            (Kind::Comment, rest.find('\n').unwrap_or(rest.len()))
        } else if rest.starts_with("/*") {
            (Kind::Comment, block_comment(rest))
        } else if let Some(length) = dollar_quoted(rest) {
            (Kind::Literal, length)
        } else if first == ';' {
            (Kind::Semicolon, 1)
        } else if is_word_start(first) {
            let word = length_while(rest, |c| is_word_start(c) || c.is_ascii_digit() || c == '$');
            match (&rest[..word], rest[word..].starts_with('\'')) {
                ("e" | "E", true) => (Kind::Literal, word + quoted(&rest[word..], true)),
                _ => (Kind::Code, word),
            }
        } else if first.is_whitespace() {
            (Kind::Code, length_while(rest, char::is_whitespace))
        } else {
            (Kind::Code, first.len_utf8())
        };
        let start = at;
        at += length;
        Some((kind, start..at))
    })
}

fn is_word_start(c: char) -> bool {
    c.is_alphabetic() || c == '_' || !c.is_ascii()
}

fn length_while(text: &str, accept: impl Fn(char) -> bool) -> usize {
    text.find(|c| !accept(c)).unwrap_or(text.len())
}

/// The length of a text in quotes; a doubled quote stands for one, as does one after a backslash where those escape.
fn quoted(text: &str, backslash_escapes: bool) -> usize {
    let bytes = text.as_bytes();
    let quote = bytes[0];
    let mut at = 1;
    while at < bytes.len() {
        if backslash_escapes && bytes[at] == b'\\' {
            at += 2;
        } else if bytes[at] != quote {
            at += 1;
        } else if bytes.get(at + 1) == Some(&quote) {
            at += 2;
        } else {
            return at + 1;
        }
    }
    bytes.len()
}

/// The length of a comment; comments nest.
fn block_comment(text: &str) -> usize {
    let bytes = text.as_bytes();
    let mut depth = 0_usize;
    let mut at = 0;
    while at < bytes.len() {
        match bytes.get(at..at + 2) {
            Some(b"/*") => {
                depth += 1;
                at += 2;
            }
            Some(b"*/") => {
                depth -= 1;
                at += 2;
                if depth == 0 {
                    return at;
                }
            }
            _ => at += 1,
        }
    }
    bytes.len()
}

/// The length of `$tag$ … $tag$`.
fn dollar_quoted(text: &str) -> Option<usize> {
    let after = text.strip_prefix('$')?;
    let tag = &after[..length_while(after, |c| is_word_start(c) || c.is_ascii_digit())];
    if tag.starts_with(|c: char| c.is_ascii_digit()) || !after[tag.len()..].starts_with('$') {
        return None;
    }
    let delimiter = &text[..tag.len() + 2];
    let body = &text[delimiter.len()..];
    let end = body.find(delimiter).map(|at| 2 * delimiter.len() + at);
    Some(end.unwrap_or(text.len()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn split(script: &str) -> Vec<&str> {
        statements(script)
            .into_iter()
            .map(|range| &script[range])
            .collect()
    }

    #[test]
    fn literals_and_comments_are_not_shown() {
        for (sql, shown) in [
            (
                "ALTER ROLE x PASSWORD 'a''b';",
                "ALTER ROLE x PASSWORD '…';",
            ),
            (r"SELECT E'a\'b', 'a\', c$1, $1", "SELECT '…', '…', c$1, $1"),
            (r"SELECT se'x'", "SELECT se'…'"),
            ("DO $x$ secret $$ secret $x$", "DO '…'"),
            ("SELECT $$;'secret$$ \"it's\"", "SELECT '…' \"it's\""),
            ("-- a\nSELECT 1 -- it's\n, 'secret'\n", "SELECT 1 , '…'"),
            ("/* ' /* ' */ ' */ SELECT\n\t'secret", "SELECT '…'"),
            ("SELECT $1 || '…'", "SELECT $1 || '…'"),
        ] {
            assert_eq!(for_log(sql), shown);
        }
    }

    #[test]
    fn long_statements_are_cut() {
        let shown = for_log(&"ä".repeat(3_000));
        assert_eq!(shown.chars().count(), SHOWN / 2 + 1);
        assert!(shown.ends_with('…'));
    }

    #[test]
    fn statements_end_at_their_semicolons() {
        let script = "-- first;\nSELECT ';' ; /* ; */ CREATE RULE r AS ON INSERT TO t DO (SELECT 1; SELECT 2);\n\
                      CREATE FUNCTION f() RETURNS int AS $f$ BEGIN; END $f$ LANGUAGE plpgsql; ; SELECT 2 -- last;";
        assert_eq!(
            split(script),
            [
                "SELECT ';'",
                "CREATE RULE r AS ON INSERT TO t DO (SELECT 1; SELECT 2)",
                "CREATE FUNCTION f() RETURNS int AS $f$ BEGIN; END $f$ LANGUAGE plpgsql",
                "SELECT 2",
            ]
        );
    }

    proptest! {
        #[test]
        fn tokens_cover_any_text(sql in r#"([-/*'"$;a-zEe1 \\\n()é]|\$\$)*"#) {
            let joined: String = tokens(&sql).map(|(_, range)| &sql[range]).collect();
            prop_assert_eq!(&joined, &sql);
            for_log(&sql);
            statements(&sql);
        }
    }
}
