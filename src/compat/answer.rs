//! [`Answer`]: what an old function gives back.

use std::collections::BTreeMap;
use std::fmt::Debug;

use bigdecimal::BigDecimal;
use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use serde::{Serialize, Serializer};
use serde_json::value::{RawValue, to_raw_value};
use serde_json::{Number, Value};

use crate::types::{EncryptedToken, List, Secret};

/// An answer that still knows which of its texts are decimals, times and days.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// Nothing: Python's `None`.
    Null,
    /// True or false.
    Bool(bool),
    /// A whole number, or one that was a float in the old answer.
    Number(Number),
    /// An exact decimal, with its scale.
    Numeric(BigDecimal),
    /// An instant.
    Time(DateTime<Utc>),
    /// A day.
    Day(NaiveDate),
    /// A text.
    Text(String),
    /// A secret as it is stored: old callers check and decrypt it themselves, and nobody else sees it.
    Secret(Secret),
    /// A JSON value of a column, as it is there.
    Json(Value),
    /// A list.
    List(Vec<Answer>),
    /// An object, its keys in the order of the old answer.
    Object(Vec<(String, Answer)>),
}

/// How decimals, times and days are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Style {
    /// As plain JSON strings: `"1.50"`, `"2025-03-01T09:30:00Z"`, `"2025-03-01"`.
    #[default]
    Plain,
    /// As objects that name the type: `{"$numeric": "1.50"}`, `{"$time": "…"}`, `{"$date": "…"}`. The JSON of a column
    /// that holds an object which could be taken for one of these is `{"$json": "…"}`, its text.
    Typed,
}

impl Answer {
    /// The answer as JSON. Times are RFC 3339 in UTC, days `YYYY-MM-DD`; decimals keep their scale.
    pub fn into_json(self, style: Style) -> Value {
        // Keys are texts and numbers finite: there is nothing that JSON cannot say.
        serde_json::to_value(Styled(&self, style)).unwrap_or_default()
    }

    /// As [`Answer::into_json`], as text, with the keys of objects in their order.
    pub fn to_text(&self, style: Style) -> serde_json::Result<Box<RawValue>> {
        to_raw_value(&Styled(self, style))
    }

    /// The answers of rows.
    pub(super) fn list<T>(rows: Vec<T>, answer: fn(T) -> Self) -> Self {
        Self::List(rows.into_iter().map(answer).collect())
    }

    /// Gives the member of an object a value, at its place or at the end.
    pub(super) fn set(&mut self, key: &str, value: impl Into<Self>) {
        if let Self::Object(members) = self {
            match members.iter_mut().find(|(name, _)| name == key) {
                Some((_, member)) => *member = value.into(),
                None => members.push((key.to_owned(), value.into())),
            }
        }
    }

    /// A number that was a float in the old answer: the nearest one, null for none.
    pub fn float(value: f64) -> Self {
        Number::from_f64(value).map_or(Self::Null, Self::Number)
    }
}

/// An answer that is written in a style.
struct Styled<'a>(&'a Answer, Style);

impl Serialize for Styled<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let &Self(answer, style) = self;
        match answer {
            Answer::Null => to.serialize_unit(),
            Answer::Bool(value) => to.serialize_bool(*value),
            Answer::Number(number) => number.serialize(to),
            Answer::Numeric(decimal) => style.name("$numeric", &decimal.to_plain_string(), to),
            Answer::Time(time) => style.name(
                "$time",
                &time.to_rfc3339_opts(SecondsFormat::AutoSi, true),
                to,
            ),
            Answer::Day(day) => style.name("$date", &day.to_string(), to),
            Answer::Text(text) => to.serialize_str(text),
            Answer::Secret(secret) => to.serialize_str(secret.expose()),
            Answer::Json(value) if style == Style::Typed && seems_typed(value) => {
                to.collect_map([("$json", value.to_string())])
            }
            Answer::Json(value) => value.serialize(to),
            Answer::List(items) => to.collect_seq(items.iter().map(|item| Styled(item, style))),
            Answer::Object(members) => to.collect_map(
                members
                    .iter()
                    .map(|(key, value)| (key, Styled(value, style))),
            ),
        }
    }
}

impl Style {
    /// Writes a text whose type has this name.
    fn name<S: Serializer>(self, name: &str, text: &str, to: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Plain => to.serialize_str(text),
            Self::Typed => to.collect_map([(name, text)]),
        }
    }
}

/// Whether a JSON value holds an object that could be taken for a named type.
fn seems_typed(value: &Value) -> bool {
    match value {
        Value::Array(items) => items.iter().any(seems_typed),
        Value::Object(members) => {
            let starts_as_name = |key: &String| key.starts_with('$');
            members.len() == 1 && members.keys().any(starts_as_name)
                || members.values().any(seems_typed)
        }
        _ => false,
    }
}

/// Declares that these types become answers by an expression.
macro_rules! answers {
    ($($type:ty: |$value:ident| $answer:expr,)+) => {$(
        impl From<$type> for Answer {
            fn from($value: $type) -> Self {
                $answer
            }
        }
    )+};
}

answers! {
    (): |_nothing| Self::Null,
    bool: |value| Self::Bool(value),
    i32: |value| Self::Number(value.into()),
    i64: |value| Self::Number(value.into()),
    usize: |value| Self::Number(value.into()),
    BigDecimal: |value| Self::Numeric(value),
    DateTime<Utc>: |value| Self::Time(value),
    NaiveDate: |value| Self::Day(value),
    String: |value| Self::Text(value),
    Secret: |value| Self::Secret(value),
    EncryptedToken: |value| Self::Secret(Secret::new(value.as_stored())),
    &str: |value| Self::Text(value.to_owned()),
    Value: |value| if value.is_null() { Self::Null } else { Self::Json(value) },
}

impl<T: Into<Answer>> From<Option<T>> for Answer {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

impl<T: Into<Answer>> From<BTreeMap<String, T>> for Answer {
    fn from(members: BTreeMap<String, T>) -> Self {
        let members = members.into_iter();
        Self::Object(members.map(|(key, value)| (key, value.into())).collect())
    }
}

impl<T: Into<Answer>> From<Vec<T>> for Answer {
    fn from(items: Vec<T>) -> Self {
        Self::List(items.into_iter().map(Into::into).collect())
    }
}

impl<T: Debug + Into<Answer>> From<List<T>> for Answer {
    fn from(list: List<T>) -> Self {
        list.0.into()
    }
}

/// An object: `object! { "id" => row.id, "name" => row.name }`.
macro_rules! object {
    ($($key:literal => $value:expr),* $(,)?) => {
        $crate::compat::Answer::Object(vec![$(($key.to_owned(), $value.into())),*])
    };
}

/// Declares which members of a struct, under which keys, are its answer: `row_answer!(Row { id, date: timestamp })`.
/// A function, `row_answer!(fn short(Row) { id })`, where the keys differ between old functions.
macro_rules! row_answer {
    (fn $name:ident($row:ty) { $($key:ident $(: $member:ident)?),* $(,)? }) => {
        fn $name(row: $row) -> $crate::compat::Answer {
            $crate::compat::Answer::Object(vec![$((stringify!($key).to_owned(), row_answer!(@member row, $key $(, $member)?).into())),*])
        }
    };
    ($row:ty { $($key:ident $(: $member:ident)?),* $(,)? }) => {
        impl From<$row> for $crate::compat::Answer {
            fn from(row: $row) -> Self {
                Self::Object(vec![$((stringify!($key).to_owned(), row_answer!(@member row, $key $(, $member)?).into())),*])
            }
        }
    };
    (@member $row:ident, $key:ident) => { $row.$key };
    (@member $row:ident, $key:ident, $member:ident) => { $row.$member };
}

pub(super) use {object, row_answer};

#[cfg(test)]
mod tests {
    use super::*;

    const BOTH: [Style; 2] = [Style::Plain, Style::Typed];

    fn texts(answer: &Answer) -> [String; 2] {
        BOTH.map(|style| answer.to_text(style).unwrap().get().to_owned())
    }

    #[test]
    fn decimals_keep_their_scale_in_both_styles() {
        let answer = Answer::from("1.50".parse::<BigDecimal>().ok());
        assert_eq!(texts(&answer), [r#""1.50""#, r#"{"$numeric":"1.50"}"#]);
        let large = Answer::Numeric(BigDecimal::new(1.into(), -20));
        assert_eq!(texts(&large)[0], r#""100000000000000000000""#);
    }

    #[test]
    fn secrets_are_told_to_the_caller_and_not_printed() {
        let answer = Answer::List(vec![Secret::new("made-up-token").into()]);
        let printed = format!("{answer:?}");
        assert!(printed.contains("***") && !printed.contains("made-up-token"));
        assert_eq!(texts(&answer), [r#"["made-up-token"]"#; 2]);
    }

    #[test]
    fn times_are_utc_and_days_are_days() {
        let time =
            DateTime::parse_from_rfc3339("2025-03-01T10:30:00.250+01:00").map(|time| time.to_utc());
        let answer = Answer::List(vec![
            time.map_or(Answer::Null, Answer::Time),
            NaiveDate::from_ymd_opt(2025, 3, 1).into(),
        ]);
        assert_eq!(
            texts(&answer),
            [
                r#"["2025-03-01T09:30:00.250Z","2025-03-01"]"#,
                r#"[{"$time":"2025-03-01T09:30:00.250Z"},{"$date":"2025-03-01"}]"#,
            ]
        );
    }

    #[test]
    fn the_keys_of_an_object_keep_their_order() {
        let answer =
            object! { "id" => 1, "amount" => 2, "by" => object! { "b" => true, "a" => () } };
        let text = r#"{"id":1,"amount":2,"by":{"b":true,"a":null}}"#;
        assert_eq!(texts(&answer), [text, text]);
    }

    #[test]
    fn the_json_of_a_column_is_never_taken_for_a_typed_value() {
        for (text, typed) in [
            (r#"{"$date":"x"}"#, r#"{"$json":"{\"$date\":\"x\"}"}"#),
            (r#"[{"a":{"$b":1}}]"#, r#"{"$json":"[{\"a\":{\"$b\":1}}]"}"#),
            (r#"{"$date":"x","b":1}"#, r#"{"$date":"x","b":1}"#),
            (r#"{"a":["$date"]}"#, r#"{"a":["$date"]}"#),
        ] {
            let value: Value = serde_json::from_str(text).unwrap();
            assert_eq!(texts(&Answer::Json(value)), [text, typed]);
        }
    }
}
