//! Arguments: JSON as the caller wrote it, read type by type.

use std::collections::BTreeMap;

use bigdecimal::BigDecimal;
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::failure::{Failure, sqlstate};
use super::function::Parameter;
use super::object::{self, NoObject};
use crate::types::{decimal_of, end_of, instant_of, start_of};

/// The arguments of one call. Numbers are still their digits, so that money is never a float.
#[derive(Default)]
pub(super) struct Arguments(BTreeMap<String, Box<RawValue>>);

impl Arguments {
    /// The arguments of `params`: an object by name, an array by place, or none.
    pub(super) fn read(
        params: Option<&RawValue>,
        parameters: &[Parameter],
    ) -> Result<Self, Failure> {
        let text = params.map_or("{}", RawValue::get);
        let takes = || Failure::argument("params", "takes an object by name or a list by place");
        if text.starts_with('[') {
            let values: Vec<Box<RawValue>> = serde_json::from_str(text).map_err(|_| takes())?;
            if values.len() > parameters.len() {
                return Err(Failure::argument(
                    "params",
                    format!(
                        "{} arguments where at most {} are taken",
                        values.len(),
                        parameters.len()
                    ),
                ));
            }
            let names = parameters.iter().map(|parameter| parameter.name.to_owned());
            return Ok(Self(names.zip(values).collect()));
        }
        if text == "null" {
            return Ok(Self::default());
        }
        match object::read(text) {
            Ok(members) => Ok(Self(members)),
            Err(NoObject::OtherKind) => Err(takes()),
            Err(NoObject::Twice(name)) => Err(Failure::argument(&name, TWICE)),
        }
    }

    /// Takes one argument out, or its default.
    pub(super) fn take<T: Argument>(&mut self, parameter: &Parameter) -> Result<T, Failure> {
        match (self.0.remove(parameter.name), parameter.default) {
            (Some(value), _) if value.get() == "null" => T::read(parameter.name, "null")
                .map_err(|failure| failure.with_sqlstate(sqlstate::NOT_NULL_VIOLATION)),
            (Some(value), _) => T::read(parameter.name, value.get()),
            (None, Some(default)) => T::read(parameter.name, default),
            (None, None) => Err(Failure::missing(parameter.name)),
        }
    }

    /// Refuses what nobody has taken.
    pub(super) fn finish(self) -> Result<(), Failure> {
        self.0.into_keys().next().map_or(Ok(()), |name| {
            Err(Failure::argument(
                &name,
                "is not an argument of this function",
            ))
        })
    }
}

/// What is wrong with an argument that could mean either of two values.
const TWICE: &str = "is given twice";

/// A type that an argument can have.
pub(super) trait Argument: Sized {
    /// What the argument takes, in words.
    const TAKES: &'static str;

    /// Whether it takes null too.
    const NULLABLE: bool = false;

    /// The SQLSTATE that the database has for a value that is none of these.
    const SQLSTATE: &'static str = sqlstate::INVALID_TEXT;

    /// Reads the argument from its JSON text.
    fn read(name: &str, text: &str) -> Result<Self, Failure>;
}

/// Declares argument types that serde reads from one kind of JSON value.
macro_rules! read_by_serde {
    ($($type:ty = $takes:literal,)+) => {$(
        impl Argument for $type {
            const TAKES: &'static str = $takes;

            fn read(name: &str, text: &str) -> Result<Self, Failure> {
                serde_json::from_str(text).map_err(|_| Failure::takes::<Self>(name))
            }
        }
    )+};
}

read_by_serde! {
    bool = "true or false",
    i64 = "a whole number",
    i32 = "a whole number of 32 bits",
    u32 = "a whole number, not negative",
    Value = "any JSON value",
    Map<String, Value> = "an object",
}

impl Argument for String {
    const TAKES: &'static str = "a text";

    fn read(name: &str, text: &str) -> Result<Self, Failure> {
        let text: Self = serde_json::from_str(text).map_err(|_| Failure::takes::<Self>(name))?;
        if text.contains('\0') {
            let reason = "has a NUL character, which the database cannot hold";
            return Err(Failure::argument(name, reason));
        }
        Ok(text)
    }
}

impl<T: Argument> Argument for Option<T> {
    const TAKES: &'static str = T::TAKES;
    const NULLABLE: bool = true;
    const SQLSTATE: &'static str = T::SQLSTATE;

    fn read(name: &str, text: &str) -> Result<Self, Failure> {
        if text == "null" {
            Ok(None)
        } else {
            T::read(name, text).map(Some)
        }
    }
}

impl<T: Argument> Argument for Vec<T> {
    const TAKES: &'static str = "a list";

    fn read(name: &str, text: &str) -> Result<Self, Failure> {
        let items: Vec<Box<RawValue>> =
            serde_json::from_str(text).map_err(|_| Failure::takes::<Self>(name))?;
        let items = items.iter().enumerate();
        items
            .map(|(place, item)| T::read(&format!("{name}[{place}]"), item.get()))
            .collect()
    }
}

/// An argument that is an object, member by member.
pub(super) struct Members<'a> {
    argument: &'a str,
    members: BTreeMap<String, Box<RawValue>>,
}

impl<'a> Members<'a> {
    /// The members of an object.
    pub(super) fn read(argument: &'a str, text: &str) -> Result<Self, Failure> {
        match object::read(text) {
            Ok(members) => Ok(Self { argument, members }),
            Err(NoObject::OtherKind) => Err(Failure::argument(argument, "takes an object")),
            Err(NoObject::Twice(name)) => Err(Failure::argument(&path(argument, &name), TWICE)),
        }
    }

    /// Takes a member out; `None` where it is missing or null.
    pub(super) fn take<T: Argument>(&mut self, name: &str) -> Result<Option<T>, Failure> {
        self.members.remove(name).map_or(Ok(None), |value| {
            Option::read(&path(self.argument, name), value.get())
        })
    }

    /// Takes a member out that has to be there; null only where its type takes that.
    pub(super) fn needed<T: Argument>(&mut self, name: &str) -> Result<T, Failure> {
        self.given(name)?
            .ok_or_else(|| Failure::missing(&path(self.argument, name)))
    }

    /// Takes a member out; `None` where it is missing.
    pub(super) fn given<T: Argument>(&mut self, name: &str) -> Result<Option<T>, Failure> {
        self.members
            .remove(name)
            .map(|value| T::read(&path(self.argument, name), value.get()))
            .transpose()
    }

    /// Takes a member out that may not be null; its default where it is missing.
    pub(super) fn take_or<T: Argument>(&mut self, name: &str, default: T) -> Result<T, Failure> {
        Ok(self.given(name)?.unwrap_or(default))
    }

    /// Refuses an object that lacks one of these members.
    pub(super) fn require(&self, names: &[&str]) -> Result<(), Failure> {
        names
            .iter()
            .find(|name| !self.members.contains_key(**name))
            .map_or(Ok(()), |name| {
                Err(Failure::missing(&path(self.argument, name)))
            })
    }

    /// Whether there are no members.
    pub(super) fn is_empty(&self) -> bool {
        self.members.is_empty()
    }
}

/// The name under which a member of an argument is told.
fn path(argument: &str, member: &str) -> String {
    format!("{argument}.{member}")
}

/// The text of a JSON string, or of a number as it is written.
fn text_or_digits(text: &str) -> Option<String> {
    match text.as_bytes().first()? {
        b'"' => serde_json::from_str(text).ok(),
        b'-' | b'0'..=b'9' => Some(text.to_owned()),
        _ => None,
    }
}

impl Argument for BigDecimal {
    const TAKES: &'static str = "a decimal as a number or a text";

    fn read(name: &str, text: &str) -> Result<Self, Failure> {
        text_or_digits(text)
            .and_then(|digits| decimal_of(digits.trim()))
            .ok_or_else(|| Failure::takes::<Self>(name))
    }
}

impl Argument for NaiveDate {
    const TAKES: &'static str = "a day as YYYY-MM-DD";
    const SQLSTATE: &'static str = sqlstate::INVALID_TIME;

    fn read(name: &str, text: &str) -> Result<Self, Failure> {
        serde_json::from_str::<String>(text)
            .ok()
            .and_then(|text| day_of(&text))
            .ok_or_else(|| Failure::takes::<Self>(name))
    }
}

impl Argument for DateTime<Utc> {
    const TAKES: &'static str = "a time as ISO 8601; without an offset it is UTC";
    const SQLSTATE: &'static str = sqlstate::INVALID_TIME;

    fn read(name: &str, text: &str) -> Result<Self, Failure> {
        serde_json::from_str::<String>(text)
            .ok()
            .and_then(|text| instant_of(&text))
            .ok_or_else(|| Failure::takes::<Self>(name))
    }
}

/// The start of a period: a day, an instant, or the empty text for none.
pub(super) struct Since(pub(super) Option<DateTime<Utc>>);

/// The end of a period as its first instant after it: after a whole day or after an instant; none for the empty text.
pub(super) struct Until(pub(super) Option<DateTime<Utc>>);

/// A day or an instant.
enum Moment {
    Day(NaiveDate),
    Instant(DateTime<Utc>),
}

impl Argument for Since {
    const TAKES: &'static str = "a day as YYYY-MM-DD or a time as ISO 8601";
    const SQLSTATE: &'static str = sqlstate::INVALID_TIME;

    fn read(name: &str, text: &str) -> Result<Self, Failure> {
        Ok(Self(moment::<Self>(name, text)?.map(
            |moment| match moment {
                Moment::Day(day) => start_of(day),
                Moment::Instant(time) => time,
            },
        )))
    }
}

impl Argument for Until {
    const TAKES: &'static str = Since::TAKES;
    const SQLSTATE: &'static str = sqlstate::INVALID_TIME;

    fn read(name: &str, text: &str) -> Result<Self, Failure> {
        Ok(Self(moment::<Self>(name, text)?.and_then(
            |moment| match moment {
                Moment::Day(day) => end_of(day),
                Moment::Instant(time) => time.checked_add_signed(CLOCK_TICK),
            },
        )))
    }
}

/// The smallest difference between two times of the database.
const CLOCK_TICK: TimeDelta = TimeDelta::microseconds(1);

fn moment<T: Argument>(name: &str, text: &str) -> Result<Option<Moment>, Failure> {
    let takes = || Failure::takes::<T>(name);
    let text: String = serde_json::from_str(text).map_err(|_| takes())?;
    if text.is_empty() {
        return Ok(None);
    }
    let day = text.trim().parse().ok().map(Moment::Day);
    day.or_else(|| instant_of(&text).map(Moment::Instant))
        .map(Some)
        .ok_or_else(takes)
}

fn day_of(text: &str) -> Option<NaiveDate> {
    let text = text.trim();
    text.parse()
        .ok()
        .or_else(|| instant_of(text).map(|time| time.date_naive()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_is_read_from_its_digits() {
        for (text, digits) in [
            ("0.1", "0.1"),
            ("\"1.50\"", "1.50"),
            ("12345678901234567890.12", "12345678901234567890.12"),
        ] {
            let money = BigDecimal::read("amount", text).map(|money| money.to_plain_string());
            assert_eq!(money.ok().as_deref(), Some(digits));
        }
        for text in [
            "\"NaN\"",
            "\"\"",
            "true",
            "{}",
            "null",
            "\"1,5\"",
            "\"1_000\"",
            "1e1000000000",
            "1e-1000000000",
            "1e99999999999999999999",
        ] {
            assert!(BigDecimal::read("amount", text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_period_ends_after_its_last_day_or_instant() {
        let until = |text| Until::read("date_to", text).unwrap().0;
        let time = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        assert_eq!(until("\"2024-04-30\""), Some(time("2024-05-01T00:00:00Z")));
        assert_eq!(
            until("\"2024-04-30T00:00:00\""),
            Some(time("2024-04-30T00:00:00.000001Z"))
        );
        assert_eq!(until("\"\""), None);
        assert!(Until::read("date_to", "\"2024-02-30\"").is_err());
        let since = Since::read("date_from", "\"2024-04-30\"").unwrap().0;
        assert_eq!(since, Some(time("2024-04-30T00:00:00Z")));
    }

    #[test]
    fn times_without_an_offset_are_utc() {
        for text in [
            "\"2025-03-01T10:00:00+01:00\"",
            "\"2025-03-01T09:00:00Z\"",
            "\"2025-03-01T09:00:00\"",
            "\"2025-03-01 09:00:00\"",
            "\"2025-03-01T09:00\"",
            "\"2025-03-01 10:00:00+01\"",
        ] {
            let time = DateTime::<Utc>::read("timestamp", text).map(|time| time.to_rfc3339());
            assert_eq!(
                time.ok().as_deref(),
                Some("2025-03-01T09:00:00+00:00"),
                "{text}"
            );
        }
        assert!(DateTime::<Utc>::read("timestamp", "1740819600").is_err());
    }
}
