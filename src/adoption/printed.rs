//! JSON from what Python prints of a dictionary.

use serde_json::{Map, Value};

/// What a text is to a column of JSON.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Reading {
    /// JSON, as `jsonb` takes it.
    Json,
    /// A dictionary or list as Python prints it, here as JSON.
    Printed(String),
    /// Neither.
    Unknown,
}

/// The deepest nesting that is read.
const DEEPEST: usize = 100;

/// Tells what a text is. Nothing is guessed: what is neither JSON nor a literal of Python that JSON can hold is unknown.
pub(super) fn read(text: &str) -> Reading {
    if serde_json::from_str::<Value>(text).is_ok() && !text.contains("\\u0000") {
        return Reading::Json;
    }
    let mut parser = Parser {
        rest: text.trim_start(),
    };
    match parser.value(0) {
        Some(value) if parser.rest.is_empty() && (value.is_object() || value.is_array()) => {
            Reading::Printed(value.to_string())
        }
        _ => Reading::Unknown,
    }
}

struct Parser<'t> {
    rest: &'t str,
}

impl Parser<'_> {
    fn value(&mut self, depth: usize) -> Option<Value> {
        if depth > DEEPEST {
            return None;
        }
        match self.rest.chars().next()? {
            '{' => self.dictionary(depth),
            '[' => self.list('[', ']', depth).map(Value::Array),
            '(' => self.list('(', ')', depth).map(Value::Array),
            '\'' | '"' => self.text().map(Value::String),
            _ => self.word(),
        }
    }

    fn dictionary(&mut self, depth: usize) -> Option<Value> {
        let mut map = Map::new();
        self.take('{')?;
        while self.take('}').is_none() {
            let key = self.text()?;
            self.take(':')?;
            map.insert(key, self.value(depth + 1)?);
            if self.take(',').is_none() {
                self.take('}')?;
                break;
            }
        }
        Some(Value::Object(map))
    }

    fn list(&mut self, open: char, close: char, depth: usize) -> Option<Vec<Value>> {
        let mut list = Vec::new();
        self.take(open)?;
        while self.take(close).is_none() {
            list.push(self.value(depth + 1)?);
            if self.take(',').is_none() {
                self.take(close)?;
                break;
            }
        }
        Some(list)
    }

    /// A constant, a number, or a `Decimal('…')`, whose digits are kept as they are.
    fn word(&mut self) -> Option<Value> {
        if let Some(rest) = self.rest.strip_prefix("Decimal(") {
            self.rest = rest.trim_start();
            let digits = self.text()?;
            self.take(')')?;
            return number(&digits);
        }
        let end = self
            .rest
            .find([',', '}', ']', ')', ' ', '\t', '\r', '\n', ':'])
            .unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(end);
        self.rest = rest.trim_start();
        match word {
            "None" => Some(Value::Null),
            "True" => Some(Value::Bool(true)),
            "False" => Some(Value::Bool(false)),
            digits => number(digits),
        }
    }

    fn text(&mut self) -> Option<String> {
        let quote = self.rest.chars().next().filter(|c| "'\"".contains(*c))?;
        let mut text = String::new();
        let mut characters = self.rest[1..].char_indices();
        loop {
            let (at, character) = characters.next()?;
            match character {
                '\\' => text.push(escaped(&mut characters)?),
                end if end == quote => {
                    self.rest = self.rest[at + 2..].trim_start();
                    return Some(text);
                }
                '\n' => return None,
                other => text.push(other),
            }
        }
    }

    fn take(&mut self, wanted: char) -> Option<()> {
        self.rest = self.rest.strip_prefix(wanted)?.trim_start();
        Some(())
    }
}

/// What follows a backslash. `jsonb` holds no NUL.
fn escaped(characters: &mut std::str::CharIndices<'_>) -> Option<char> {
    let digits = match characters.next()?.1 {
        'n' => return Some('\n'),
        'r' => return Some('\r'),
        't' => return Some('\t'),
        same @ ('\\' | '\'' | '"') => return Some(same),
        'x' => 2,
        'u' => 4,
        'U' => 8,
        _ => return None,
    };
    let mut code = 0;
    for _ in 0..digits {
        code = code * 16 + characters.next()?.1.to_digit(16)?;
    }
    char::from_u32(code).filter(|character| *character != '\0')
}

/// A number as JSON writes it, if no digit of it is lost.
fn number(digits: &str) -> Option<Value> {
    let value: Value = serde_json::from_str(digits).ok()?;
    (value.is_number() && same_number(digits, &value.to_string())).then_some(value)
}

fn same_number(a: &str, b: &str) -> bool {
    let (a, b) = (a.parse::<bigdecimal::BigDecimal>(), b.parse());
    a.is_ok() && a == b
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_stays_as_it_is() {
        for text in [
            r#"{"a": 1, "b": [null, true, "é"]}"#,
            "[]",
            "null",
            "\"a\"",
            "1.50",
        ] {
            assert_eq!(read(text), Reading::Json, "{text}");
        }
    }

    #[test]
    fn printed_dictionaries_become_json() {
        for (printed, json) in [
            ("{}", None),
            ("{'a': 1}", Some(r#"{"a":1}"#)),
            (
                r#"{'name': "O'Neill", 'say': 'a "b" \'c\' \\ \n \x41 \u00e9 \U0001f600'}"#,
                Some(r#"{"name":"O'Neill","say":"a \"b\" 'c' \\ \n A é 😀"}"#),
            ),
            (
                "{'none': None, 'yes': True, 'no': False, 'n': -1.5, 'e': 1e-05, 'list': [1, 'x', (2,)], 'inner': {'k': {}}}",
                Some(
                    r#"{"e":0.00001,"inner":{"k":{}},"list":[1,"x",[2]],"n":-1.5,"no":false,"none":null,"yes":true}"#,
                ),
            ),
            ("{'amount': Decimal('12.5')}", Some(r#"{"amount":12.5}"#)),
        ] {
            match (read(printed), json) {
                (Reading::Json, None) => {}
                (Reading::Printed(found), Some(json)) => assert_eq!(
                    serde_json::from_str::<Value>(&found).unwrap(),
                    serde_json::from_str::<Value>(json).unwrap(),
                    "{printed}"
                ),
                (found, _) => panic!("{printed}: {found:?}"),
            }
        }
    }

    #[test]
    fn what_is_neither_is_not_guessed_at() {
        for text in [
            "",
            "hello",
            "{'a': nan}",
            "{'a': 1",
            "{'a': 1} and more",
            "{'a' 1}",
            "{1: 'a'}",
            "{'a': <object at 0x7f>}",
            r"{'a': '\x00'}",
            r#"{"a": "\u0000"}"#,
            r"{'a': '\ud800'}",
            "{'a': 12345678901234567890123.45}",
            "{'a', 'b'}",
            "'alone'",
        ] {
            assert_eq!(read(text), Reading::Unknown, "{text}");
        }
        assert_eq!(read(&"[".repeat(10_000)), Reading::Unknown);
    }
}
