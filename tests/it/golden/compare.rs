//! Whether an answer is the recorded one.

use std::collections::HashMap;

use bigdecimal::BigDecimal;
use chrono::TimeDelta;
use serde_json::{Map, Value, json};

use super::values::{now_and, number, time, today_and};

/// How far a time that is relative to now may be off.
const NOW: TimeDelta = TimeDelta::minutes(3);

/// Compares answers; remembers which id stands for which.
#[derive(Debug, Default)]
pub(super) struct Comparison {
    ids: HashMap<(String, i64), i64>,
    ids_back: HashMap<(String, i64), i64>,
}

/// How one answer is compared.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Rules<'r> {
    /// Keys that are not compared, at any depth.
    pub(super) ignore: &'r [String],
    /// The lists of the answer have no order.
    pub(super) unordered: bool,
}

impl Comparison {
    /// `Err` tells the first difference. `key` is the key or the column under which the value stands.
    pub(super) fn same(
        &mut self,
        want: &Value,
        got: &Value,
        rules: Rules<'_>,
        key: Option<&str>,
    ) -> Result<(), String> {
        match want {
            Value::Object(members) => {
                same_special(members, got).unwrap_or_else(|| self.same_object(members, got, rules))
            }
            Value::Array(items) => self.same_list(items, got, rules, key),
            Value::Null | Value::Bool(_) => expect(want == got, want, got),
            Value::Number(_) => self.same_number(want, got, key),
            Value::String(text) => {
                let same_time = text.len() > 10 && time(want).is_some() && time(want) == time(got);
                expect(want == got || same_time, want, got)
            }
        }
    }

    fn same_object(
        &mut self,
        want: &Map<String, Value>,
        got: &Value,
        rules: Rules<'_>,
    ) -> Result<(), String> {
        let got = got
            .as_object()
            .ok_or_else(|| format!("an object, not {got}"))?;
        for (key, want) in want.iter().filter(|(key, _)| !rules.ignore.contains(key)) {
            let got = got.get(key).ok_or_else(|| format!(".{key} is missing"))?;
            self.same(want, got, rules, Some(key))
                .map_err(|difference| format!(".{key}: {difference}"))?;
        }
        Ok(())
    }

    fn same_list(
        &mut self,
        want: &[Value],
        got: &Value,
        rules: Rules<'_>,
        key: Option<&str>,
    ) -> Result<(), String> {
        let got = got
            .as_array()
            .ok_or_else(|| format!("a list of {}, not {got}", want.len()))?;
        if want.len() != got.len() {
            return Err(format!("{} items, not {}", want.len(), got.len()));
        }
        let mut left: Vec<&Value> = got.iter().collect();
        for (place, want) in want.iter().enumerate() {
            if rules.unordered {
                let found = left
                    .iter()
                    .position(|got| self.is_like(want, got, rules, key));
                let found = found.ok_or_else(|| format!("[{place}] {want} has no like"))?;
                left.remove(found);
            } else {
                self.same(want, &got[place], rules, key)
                    .map_err(|difference| format!("[{place}]: {difference}"))?;
            }
        }
        Ok(())
    }

    /// Whether the values are the same; ids are remembered only if they are.
    fn is_like(&mut self, want: &Value, got: &Value, rules: Rules<'_>, key: Option<&str>) -> bool {
        let (ids, ids_back) = (self.ids.clone(), self.ids_back.clone());
        let same = self.same(want, got, rules, key).is_ok();
        if !same {
            (self.ids, self.ids_back) = (ids, ids_back);
        }
        same
    }

    fn same_number(&mut self, want: &Value, got: &Value, key: Option<&str>) -> Result<(), String> {
        if let (Some(key), Some(want), Some(got)) = (key, want.as_i64(), got.as_i64())
            && is_id(key)
        {
            return self.same_id(key, want, got);
        }
        let close = number(got).is_some_and(|got| is_close(&number(want).unwrap(), &got));
        expect(close, want, got)
    }

    /// The ids under one key correspond one to one.
    fn same_id(&mut self, key: &str, want: i64, got: i64) -> Result<(), String> {
        let there = *self.ids.entry((key.to_owned(), want)).or_insert(got);
        let back = *self.ids_back.entry((key.to_owned(), got)).or_insert(want);
        if (there, back) == (got, want) {
            Ok(())
        } else {
            Err(format!("id {want} stood for {there}, now {got}"))
        }
    }
}

fn expect(holds: bool, want: &Value, got: &Value) -> Result<(), String> {
    if holds {
        Ok(())
    } else {
        Err(format!("{want}, not {got}"))
    }
}

fn is_id(key: &str) -> bool {
    let key = key.strip_suffix('s').unwrap_or(key);
    key == "id" || key.ends_with("_id")
}

fn is_close(want: &BigDecimal, got: &BigDecimal) -> bool {
    let one = BigDecimal::from(1);
    let allowed = want.abs().max(one) * BigDecimal::new(1.into(), 9);
    (want - got).abs() <= allowed
}

/// Compares with a value that stands for something; `None` where it is an ordinary object.
fn same_special(want: &Map<String, Value>, got: &Value) -> Option<Result<(), String>> {
    let special = |key| want.get(key);
    let holds = if special("$id").is_some() {
        got.is_i64()
    } else if let Some(offset) = special("$now") {
        time(got).is_some_and(|got| (got - now_and(offset)).abs() <= NOW)
    } else if let Some(days) = special("$today") {
        got.as_str()
            .is_some_and(|got| got.get(..10) == Some(&today_and(days)))
    } else if let Some(exact) = special("$time") {
        time(got).is_some() && time(got) == time(exact)
    } else if let Some(exact) = special("$numeric") {
        number(got).is_some() && number(got) == number(exact)
    } else {
        return None;
    };
    Some(expect(holds, &Value::Object(want.clone()), got))
}

#[track_caller]
fn check(want: &Value, got: &Value, rules: Rules<'_>, same: bool) {
    let difference = Comparison::default().same(want, got, rules, None);
    assert_eq!(difference.is_ok(), same, "{want} {got}: {difference:?}");
}

#[test]
fn values_are_compared_by_their_kind() {
    let now = chrono::Utc::now();
    for (want, got, same) in [
        (json!(null), json!(null), true),
        (json!(null), json!(false), false),
        (json!(true), json!(true), true),
        (json!(true), json!(1), false),
        (json!(1), json!("1.00"), true),
        (json!(1), json!(true), false),
        (json!(0.1), json!("0.1000000001"), true),
        (json!(0.1), json!("0.100000002"), false),
        (json!("a"), json!("a"), true),
        (json!("a"), json!("A"), false),
        (json!("1"), json!(1), false),
        (
            json!("2025-03-01T10:00:00+01:00"),
            json!("2025-03-01T09:00:00Z"),
            true,
        ),
        (json!("2025-03-01"), json!("2025-03-01T00:00:00Z"), false),
        (json!({"a": 1}), json!({"a": 1, "b": 2}), true),
        (json!({"a": 1, "b": 2}), json!({"a": 1}), false),
        (json!({}), json!([]), false),
        (json!([1, 2]), json!([1, 2]), true),
        (json!([1, 2]), json!([2, 1]), false),
        (json!([1]), json!([1, 1]), false),
        (json!({"$id": true}), json!(7), true),
        (json!({"$id": true}), json!("7"), false),
        (json!({"$numeric": "1.50"}), json!("1.5"), true),
        (json!({"$numeric": "1.50"}), json!("1.51"), false),
        (
            json!({"$time": "2025-03-01T09:00:00Z"}),
            json!("2025-03-01 09:00:00"),
            true,
        ),
        (json!({"$time": "2025-03-01T09:00:00Z"}), json!(null), false),
        (json!({"$now": {"seconds": 0}}), json!(now), true),
        (json!({"$now": {"hours": 1}}), json!(now), false),
        (json!({"$today": 0}), json!(now.date_naive()), true),
        (json!({"$today": 1}), json!(now.date_naive()), false),
    ] {
        check(&want, &got, Rules::default(), same);
    }
}

#[test]
fn lists_without_order_are_matched_item_by_item() {
    let unordered = Rules {
        unordered: true,
        ..Rules::default()
    };
    check(&json!([1, 2]), &json!([2, 1]), unordered, true);
    check(&json!([1, 1, 2]), &json!([1, 2, 2]), unordered, false);
}

#[test]
fn ignored_keys_are_ignored_at_any_depth() {
    let ignore = ["at".to_owned()];
    let rules = Rules {
        ignore: &ignore,
        ..Rules::default()
    };
    check(
        &json!([{"a": {"at": 1}}]),
        &json!([{"a": {"at": 2}}]),
        rules,
        true,
    );
    check(
        &json!([{"a": {"b": 1}}]),
        &json!([{"a": {"b": 2}}]),
        rules,
        false,
    );
}

#[test]
fn ids_correspond_one_to_one() {
    let mut comparison = Comparison::default();
    let mut same = |want, got| comparison.same(&want, &got, Rules::default(), None).is_ok();
    assert!(same(
        json!({"id": 1, "user_id": 1}),
        json!({"id": 7, "user_id": 9})
    ));
    assert!(same(json!({"id": 1}), json!({"id": 7})));
    assert!(!same(json!({"id": 1}), json!({"id": 8})));
    assert!(!same(json!({"id": 2}), json!({"id": 7})));
    assert!(same(json!({"job_ids": [1, 2]}), json!({"job_ids": [5, 6]})));
    assert!(!same(
        json!({"job_ids": [1, 2]}),
        json!({"job_ids": [6, 5]})
    ));
    assert!(!same(json!({"valid": 1}), json!({"valid": 2})));
}
