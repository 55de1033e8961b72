//! [`Answer`]: what an old function gives back.

use std::collections::BTreeMap;
use std::fmt::Debug;

use bigdecimal::BigDecimal;
use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use serde_json::{Map, Number, Value, json};

use crate::types::{List, Secret};

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
    /// As objects that name the type: `{"$numeric": "1.50"}`, `{"$time": "…"}`, `{"$date": "…"}`.
    Typed,
}

impl Answer {
    /// The answer as JSON. Times are RFC 3339 in UTC, days `YYYY-MM-DD`; decimals keep their scale.
    pub fn into_json(self, style: Style) -> Value {
        let tagged = |tag: &str, text: String| match style {
            Style::Plain => Value::String(text),
            Style::Typed => json!({ tag: text }),
        };
        match self {
            Self::Null => Value::Null,
            Self::Bool(value) => Value::Bool(value),
            Self::Number(number) => Value::Number(number),
            Self::Numeric(decimal) => tagged("$numeric", decimal.to_plain_string()),
            Self::Time(time) => tagged("$time", time.to_rfc3339_opts(SecondsFormat::AutoSi, true)),
            Self::Day(day) => tagged("$date", day.to_string()),
            Self::Text(text) => Value::String(text),
            Self::Secret(secret) => Value::String(secret.expose().to_owned()),
            Self::Json(value) => value,
            Self::List(items) => items
                .into_iter()
                .map(|item| item.into_json(style))
                .collect(),
            Self::Object(members) => Value::Object(
                members
                    .into_iter()
                    .map(|(key, value)| (key, value.into_json(style)))
                    .collect::<Map<_, _>>(),
            ),
        }
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

    #[test]
    fn decimals_keep_their_scale_in_both_styles() {
        let answer = || Answer::from("1.50".parse::<BigDecimal>().ok());
        assert_eq!(answer().into_json(Style::Plain), json!("1.50"));
        assert_eq!(
            answer().into_json(Style::Typed),
            json!({"$numeric": "1.50"})
        );
        let large = Answer::Numeric(BigDecimal::new(1.into(), -20));
        assert_eq!(
            large.into_json(Style::Plain),
            json!("100000000000000000000")
        );
    }

    #[test]
    fn secrets_are_told_to_the_caller_and_not_printed() {
        let answer = Answer::List(vec![Secret::new("made-up-token").into()]);
        let printed = format!("{answer:?}");
        assert!(printed.contains("***") && !printed.contains("made-up-token"));
        assert_eq!(answer.into_json(Style::Typed), json!(["made-up-token"]));
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
            answer.clone().into_json(Style::Plain),
            json!(["2025-03-01T09:30:00.250Z", "2025-03-01"])
        );
        assert_eq!(
            answer.into_json(Style::Typed),
            json!([{"$time": "2025-03-01T09:30:00.250Z"}, {"$date": "2025-03-01"}])
        );
    }
}
