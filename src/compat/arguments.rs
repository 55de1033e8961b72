//! Arguments: JSON as the caller wrote it, read type by type.

use std::collections::BTreeMap;

use bigdecimal::BigDecimal;
use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_json::value::RawValue;

use super::failure::Failure;
use super::function::Parameter;

/// The arguments of one call. Numbers are still their digits, so that money is never a float.
#[derive(Debug, Default)]
pub(super) struct Arguments(BTreeMap<String, Box<RawValue>>);

impl Arguments {
    /// The arguments of `params`: an object by name, an array by place, or none.
    pub(super) fn read(
        params: Option<&RawValue>,
        parameters: &[Parameter],
    ) -> Result<Self, Failure> {
        let text = params.map_or("{}", RawValue::get);
        if text.starts_with('[') {
            let values: Vec<Box<RawValue>> = parse("params", text)?;
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
        parse("params", text).map(Self)
    }

    /// Takes one argument out, or its default.
    pub(super) fn take<T: Argument>(&mut self, parameter: &Parameter) -> Result<T, Failure> {
        match (self.0.remove(parameter.name), parameter.default) {
            (Some(value), _) => T::read(parameter.name, value.get()),
            (None, Some(default)) => T::read(parameter.name, default),
            (None, None) => Err(Failure::argument(parameter.name, "is missing")),
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

/// Reads JSON that has to have a certain shape.
fn parse<T: DeserializeOwned>(name: &str, text: &str) -> Result<T, Failure> {
    serde_json::from_str(text).map_err(|error| Failure::argument(name, error.to_string()))
}

/// A type that an argument can have.
pub(super) trait Argument: Sized {
    /// What the argument takes, in words.
    const TAKES: &'static str;

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
    String = "a text",
    i64 = "a whole number",
    i32 = "a whole number of 32 bits",
    u32 = "a whole number, not negative",
    Value = "any JSON value",
}

impl<T: Argument> Argument for Option<T> {
    const TAKES: &'static str = T::TAKES;

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
        items.iter().map(|item| T::read(name, item.get())).collect()
    }
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
            .and_then(|digits| digits.trim().parse().ok())
            .ok_or_else(|| Failure::takes::<Self>(name))
    }
}

impl Argument for NaiveDate {
    const TAKES: &'static str = "a day as YYYY-MM-DD";

    fn read(name: &str, text: &str) -> Result<Self, Failure> {
        serde_json::from_str::<String>(text)
            .ok()
            .and_then(|text| day_of(&text))
            .ok_or_else(|| Failure::takes::<Self>(name))
    }
}

impl Argument for DateTime<Utc> {
    const TAKES: &'static str = "a time as RFC 3339; without an offset it is UTC";

    fn read(name: &str, text: &str) -> Result<Self, Failure> {
        serde_json::from_str::<String>(text)
            .ok()
            .and_then(|text| time_of(&text))
            .ok_or_else(|| Failure::takes::<Self>(name))
    }
}

fn day_of(text: &str) -> Option<NaiveDate> {
    let text = text.trim();
    text.parse()
        .ok()
        .or_else(|| time_of(text).map(|time| time.date_naive()))
}

fn time_of(text: &str) -> Option<DateTime<Utc>> {
    let text = text.trim().replacen(' ', "T", 1);
    DateTime::parse_from_rfc3339(&text)
        .map(|time| time.to_utc())
        .ok()
        .or_else(|| {
            text.parse::<NaiveDateTime>()
                .ok()
                .map(|time| time.and_utc())
        })
        .or_else(|| {
            text.parse::<NaiveDate>()
                .ok()
                .map(|day| day.and_time(NaiveTime::MIN).and_utc())
        })
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
        for text in ["\"NaN\"", "\"\"", "true", "{}", "null", "\"1,5\""] {
            assert!(BigDecimal::read("amount", text).is_err(), "{text}");
        }
    }

    #[test]
    fn times_without_an_offset_are_utc() {
        for text in [
            "\"2025-03-01T10:00:00+01:00\"",
            "\"2025-03-01T09:00:00Z\"",
            "\"2025-03-01T09:00:00\"",
            "\"2025-03-01 09:00:00\"",
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
