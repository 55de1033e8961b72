//! The values of recordings: numbers, times, and those that stand for something of the present.

use std::collections::HashMap;

use bigdecimal::BigDecimal;
use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, SecondsFormat, TimeDelta, Utc};
use serde_json::{Map, Value};

/// The saved answers, by name.
pub(super) type Saved = HashMap<String, Value>;

/// An exact number: a JSON number, or a text that is one.
pub(super) fn number(value: &Value) -> Option<BigDecimal> {
    match value {
        Value::Number(number) => number.to_string().parse().ok(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

/// A text that is a time, with or without an offset, or a day.
pub(super) fn time(value: &Value) -> Option<DateTime<Utc>> {
    let text = value.as_str()?.replacen(' ', "T", 1);
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

/// The present and `{"days": …, "hours": …, "minutes": …, "seconds": …}`.
pub(super) fn now_and(offset: &Value) -> DateTime<Utc> {
    let seconds = offset.as_object().unwrap().iter().map(|(unit, count)| {
        let unit = match unit.as_str() {
            "days" => 86_400,
            "hours" => 3_600,
            "minutes" => 60,
            "seconds" => 1,
            unit => panic!("unknown unit of time {unit}"),
        };
        unit * count.as_i64().unwrap()
    });
    Utc::now() + TimeDelta::seconds(seconds.sum())
}

/// Today and a number of days.
pub(super) fn today_and(days: &Value) -> String {
    let day = Utc::now().date_naive() + TimeDelta::days(days.as_i64().unwrap());
    day.to_string()
}

/// The value as it is sent now.
pub(super) fn live(value: &Value, saved: &Saved) -> Value {
    match value {
        Value::Object(members) => special(members, saved).unwrap_or_else(|| {
            let members = members.iter();
            Value::Object(
                members
                    .map(|(key, value)| (key.clone(), live(value, saved)))
                    .collect(),
            )
        }),
        Value::Array(items) => items.iter().map(|item| live(item, saved)).collect(),
        value => value.clone(),
    }
}

fn special(members: &Map<String, Value>, saved: &Saved) -> Option<Value> {
    if let Some(path) = members.get("$ref") {
        return Some(referred(path.as_array().unwrap(), saved));
    }
    if let Some(offset) = members.get("$now") {
        let time = now_and(offset).to_rfc3339_opts(SecondsFormat::Micros, false);
        return Some(time.into());
    }
    if let Some(days) = members.get("$today") {
        return Some(today_and(days).into());
    }
    let exact = members.get("$time").or_else(|| members.get("$numeric"));
    exact.cloned()
}

fn referred(path: &[Value], saved: &Saved) -> Value {
    let (name, path) = path.split_first().unwrap();
    let answer = &saved[name.as_str().unwrap()];
    path.iter()
        .fold(answer, |answer, step| match step.as_str() {
            Some(key) => &answer[key],
            None => &answer[usize::try_from(step.as_u64().unwrap()).unwrap()],
        })
        .clone()
}
