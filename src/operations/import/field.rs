//! The fields of a bank's record: each is read by itself, so that a reason names the field and its value.

use bigdecimal::BigDecimal;
use chrono::{DateTime, Utc};
use serde_json::Value;
use serde_json::value::RawValue;

use super::{cell, instant, is_blank, shown};

/// A field as it stands in the file; a JSON null is an absence.
pub(super) type Field<'a> = Option<&'a RawValue>;

/// Digits that an amount may have on either side of the point; more is taken for a damaged file.
const MOST_DIGITS: i64 = 1000;

/// Characters of a number that is looked at.
const LONGEST_NUMBER: usize = 3000;

/// A text as it is, if present.
pub(super) fn text(name: &str, field: Field<'_>) -> Result<Option<String>, String> {
    let Some(raw) = field else { return Ok(None) };
    let text: String = serde_json::from_str(raw.get())
        .map_err(|_| format!("{name}: {} is not text", as_sent(raw)))?;
    if text.contains('\0') {
        return Err(format!(
            "{name}: {} has a NUL character, which the database cannot hold",
            shown(&text)
        ));
    }
    Ok(Some(text))
}

/// A text that says something, trimmed; `None` where it is absent or blank.
pub(super) fn word(name: &str, field: Field<'_>) -> Result<Option<String>, String> {
    let text = text(name, field)?.filter(|text| !is_blank(text));
    Ok(text.map(|text| text.trim().to_owned()))
}

/// A text without which the record is of no use.
pub(super) fn required(name: &str, field: Field<'_>) -> Result<String, String> {
    word(name, field)?.ok_or_else(|| format!("{name}: missing"))
}

/// An amount from its digits, exactly.
pub(super) fn amount(name: &str, field: Field<'_>) -> Result<Option<BigDecimal>, String> {
    let Some(raw) = field else { return Ok(None) };
    let digits = raw.get();
    if !digits.starts_with(|first: char| first == '-' || first.is_ascii_digit()) {
        return Err(format!("{name}: {} is not a number", as_sent(raw)));
    }
    exact(digits).map(Some).ok_or_else(|| {
        format!(
            "{name}: {} has more than {MOST_DIGITS} digits",
            as_sent(raw)
        )
    })
}

/// An amount from its digits, exactly; they may stand in quotes, as exports write amounts in text.
pub(super) fn money(name: &str, field: Field<'_>) -> Result<Option<BigDecimal>, String> {
    match field {
        Some(raw) if raw.get().starts_with('"') => word(name, field)?
            .map(|text| cell::money(name, &text))
            .transpose(),
        field => amount(name, field),
    }
}

/// A whole number of 32 bits, if present.
pub(super) fn integer(name: &str, field: Field<'_>) -> Result<Option<i32>, String> {
    let Some(raw) = field else { return Ok(None) };
    let number = raw.get().parse();
    number
        .map(Some)
        .map_err(|_| format!("{name}: {} is not a whole number", as_sent(raw)))
}

fn exact(digits: &str) -> Option<BigDecimal> {
    if digits.len() > LONGEST_NUMBER {
        return None;
    }
    let number: BigDecimal = digits.parse().ok()?;
    let scale = number.fractional_digit_count();
    let whole_digits = i64::try_from(number.digits()).ok()?.checked_sub(scale)?;
    if scale > MOST_DIGITS || whole_digits > MOST_DIGITS {
        return None;
    }
    Some(if scale < 0 {
        number.with_scale(0)
    } else {
        number
    })
}

/// A currency code of three letters; pounds where the record names none.
pub(super) fn currency(name: &str, field: Field<'_>) -> Result<String, String> {
    let code = word(name, field)?;
    cell::currency(name, code.as_deref().unwrap_or("GBP"))
}

/// An instant, if present; without a time zone UTC is meant.
pub(super) fn instant(name: &str, field: Field<'_>) -> Result<Option<DateTime<Utc>>, String> {
    let Some(text) = word(name, field)? else {
        return Ok(None);
    };
    instant::instant(&text)
        .map(Some)
        .ok_or_else(|| format!("{name}: {} is not a date and time", shown(&text)))
}

/// An object as it is, if present.
pub(super) fn object(name: &str, field: Field<'_>) -> Result<Option<Box<RawValue>>, String> {
    let Some(raw) = field else { return Ok(None) };
    let object: Value =
        serde_json::from_str(raw.get()).map_err(|error| format!("{name}: {error}"))?;
    if !object.is_object() {
        return Err(format!("{name}: {} is not an object", as_sent(raw)));
    }
    if holds_nul(&object) {
        return Err(format!(
            "{name}: {} has a NUL character, which the database cannot hold",
            as_sent(raw)
        ));
    }
    Ok(Some(raw.to_owned()))
}

fn holds_nul(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(values) => values.iter().any(holds_nul),
        Value::Object(entries) => entries
            .iter()
            .any(|(key, value)| key.contains('\0') || holds_nul(value)),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

/// Parses a record's fields without looking into them.
pub(super) fn record<'a, T: serde::Deserialize<'a>>(raw: &'a RawValue) -> Result<T, String> {
    let json = raw.get();
    if !json.starts_with('{') {
        return Err(format!("{} is not an object", as_sent(raw)));
    }
    serde_json::from_str(json).map_err(|error| error.to_string())
}

/// A value as it stands in the file, on one line, shortened.
fn as_sent(raw: &RawValue) -> String {
    const LONGEST: usize = 60;
    let mut characters = raw.get().chars();
    let start: String = characters
        .by_ref()
        .take(LONGEST)
        .map(|character| {
            if character.is_control() {
                ' '
            } else {
                character
            }
        })
        .collect();
    let rest = if characters.next().is_some() {
        "…"
    } else {
        ""
    };
    start + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(json: &str) -> Box<RawValue> {
        RawValue::from_string(json.to_owned()).expect("JSON")
    }

    fn amount_of(json: &str) -> Result<String, String> {
        amount("amount", Some(&field(json)))
            .map(|amount| amount.map_or("none".into(), |amount| amount.to_string()))
    }

    #[test]
    fn amounts_are_taken_from_their_digits() {
        for (json, digits) in [
            ("-18.99", "-18.99"),
            ("0.1", "0.1"),
            (
                "12345678901234567890.123456789",
                "12345678901234567890.123456789",
            ),
            ("1.50", "1.50"),
            ("1e2", "100"),
            ("25E-1", "2.5"),
            ("-0.00", "0"),
        ] {
            assert_eq!(amount_of(json).as_deref(), Ok(digits), "{json}");
        }
    }

    #[test]
    fn what_is_no_number_is_refused_with_its_field_and_value() {
        assert_eq!(
            amount_of(r#""n/a""#),
            Err(r#"amount: "n/a" is not a number"#.to_owned())
        );
        for json in ["true", "{}", "[1]", r#""12.50""#] {
            assert!(amount_of(json).is_err(), "{json}");
        }
    }

    #[test]
    fn money_may_stand_in_quotes_and_counts_may_not() {
        let money = |json: &str| {
            money("tax", Some(&field(json))).map(|amount| amount.map(|amount| amount.to_string()))
        };
        assert_eq!(money("1.50"), Ok(Some("1.50".to_owned())));
        assert_eq!(money(r#""1,249.99""#), Ok(Some("1249.99".to_owned())));
        assert_eq!(money(r#""""#), Ok(None));
        assert_eq!(
            money(r#""x""#),
            Err(r#"tax: "x" is not an amount"#.to_owned())
        );
        assert_eq!(money("{}"), Err("tax: {} is not a number".to_owned()));
        assert_eq!(integer("n", Some(&field("-3"))), Ok(Some(-3)));
        for json in ["1.0", r#""3""#, "3000000000", "null"] {
            let reason = format!("n: {json} is not a whole number");
            assert_eq!(integer("n", Some(&field(json))), Err(reason));
        }
    }

    #[test]
    fn a_number_without_bounds_costs_nothing() {
        for json in [
            "1e1001",
            "1e-1001",
            "1e999999999999",
            "1e99999999999999999999",
            "-1e-99999999",
        ] {
            let reason = amount_of(json).expect_err(json);
            assert!(reason.contains("more than 1000 digits"), "{reason}");
        }
        assert!(amount_of(&"9".repeat(1000)).is_ok());
        assert!(amount_of(&"9".repeat(1001)).is_err());
        assert!(amount_of(&"9".repeat(100_000)).is_err());
    }

    #[test]
    fn texts_are_texts_and_hold_no_nul() {
        let reason = required("description", Some(&field(r#""a\u0000b""#))).expect_err("a NUL");
        assert!(
            reason.starts_with("description: ") && reason.contains("NUL"),
            "{reason}"
        );
        assert_eq!(
            required("transaction_id", Some(&field("7"))),
            Err("transaction_id: 7 is not text".to_owned())
        );
        assert_eq!(
            required("transaction_id", Some(&field(r#"" ""#))),
            Err("transaction_id: missing".to_owned())
        );
        assert_eq!(word("merchant_name", Some(&field(r#"" n/a ""#))), Ok(None));
        assert_eq!(
            text("description", Some(&field(r#"" x ""#))),
            Ok(Some(" x ".to_owned()))
        );
    }

    #[test]
    fn currencies_default_to_pounds_and_have_three_letters() {
        assert_eq!(currency("currency", None).as_deref(), Ok("GBP"));
        assert_eq!(
            currency("currency", Some(&field(r#""eur""#))).as_deref(),
            Ok("EUR")
        );
        for json in [r#""pound""#, r#""£££""#, r#""E1R""#] {
            assert!(currency("currency", Some(&field(json))).is_err(), "{json}");
        }
    }
}
