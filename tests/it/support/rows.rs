//! What the tests of the models say about rows.
//!
//! The macros take a model's structs with all their fields, so that a new column does not compile until it is tested.

use std::fmt::Debug;
use std::str::FromStr;

use bigdecimal::BigDecimal;
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use serde::Serialize;
use serde_json::{Map, Value};
use spending_db::{Error, Result};

/// An instant, given with any offset.
pub(crate) fn at(text: &str) -> DateTime<Utc> {
    DateTime::parse_from_rfc3339(text).unwrap().to_utc()
}

pub(crate) fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

pub(crate) fn decimal(text: &str) -> BigDecimal {
    BigDecimal::from_str(text).unwrap()
}

/// The columns of a row by name, money as text with its scale.
pub(crate) fn columns(row: &impl Serialize) -> Map<String, Value> {
    match serde_json::to_value(row).unwrap() {
        Value::Object(columns) => columns,
        other => panic!("not a row: {other}"),
    }
}

/// What the database keeps by itself.
const KEPT: [&str; 3] = ["id", "created_at", "updated_at"];

/// The row has these values, `"now"` standing for this minute, and was made just now.
#[track_caller]
pub(crate) fn assert_defaults(row: &impl Serialize, expected: Value) {
    let Value::Object(mut expected) = expected else {
        panic!("not a row: {expected}");
    };
    let columns = columns(row);
    for kept in ["created_at", "updated_at"] {
        if columns.contains_key(kept) {
            expected.insert(kept.to_owned(), "now".into());
        }
    }
    assert_eq!(columns.len(), expected.len() + 1, "{columns:?}");
    for (column, value) in expected {
        let stored = &columns[&column];
        if value == "now" {
            let age = Utc::now() - at(stored.as_str().unwrap());
            assert!(age.abs() < TimeDelta::minutes(1), "{column}: {stored}");
        } else {
            assert_eq!(*stored, value, "{column}");
        }
    }
}

/// Every column was given, none as null, and is stored as given.
#[track_caller]
pub(crate) fn assert_stored(row: &impl Serialize, given: &[(&str, Value)]) {
    let mut columns = columns(row);
    for (column, value) in given {
        assert!(!value.is_null(), "{column} is to be given");
        assert_eq!(columns.remove(*column).as_ref(), Some(value), "{column}");
    }
    columns.retain(|column, _| !KEPT.contains(&column.as_str()));
    assert!(columns.is_empty(), "not given: {columns:?}");
}

/// The columns that were given have changed to what was given, `updated_at` has moved, and nothing else has.
#[track_caller]
pub(crate) fn assert_updated<R: Serialize>(before: &R, after: &R, given: &[(&str, Value)]) {
    let (mut before, mut after) = (columns(before), columns(after));
    for (column, value) in given {
        let (old, new) = (before.remove(*column), after.remove(*column));
        assert_eq!(new.as_ref(), Some(value), "{column}");
        let secret = value == "***";
        assert!(secret || old != new, "{column} was {value} before");
    }
    if let (Some(old), Some(new)) = (before.remove("updated_at"), after.remove("updated_at")) {
        assert!(at(new.as_str().unwrap()) > at(old.as_str().unwrap()));
    }
    assert_eq!(after, before);
}

#[track_caller]
pub(crate) fn assert_not_found<T: Debug>(result: Result<T>) {
    match result {
        Err(Error::NotFound) => {}
        other => panic!("found: {other:?}"),
    }
}

#[track_caller]
pub(crate) fn assert_conflict<T: Debug>(result: Result<T>, name: &str) {
    match result {
        Err(Error::Conflict { constraint }) => assert_eq!(constraint, name),
        other => panic!("no conflict: {other:?}"),
    }
}

#[track_caller]
pub(crate) fn assert_reference<T: Debug>(result: Result<T>, name: &str) {
    match result {
        Err(Error::Reference { constraint }) => assert_eq!(constraint, name),
        other => panic!("no reference error: {other:?}"),
    }
}

#[track_caller]
pub(crate) fn assert_invalid<T: Debug>(result: Result<T>, name: &str) {
    match result {
        Err(Error::InvalidInput { field, .. }) => assert_eq!(field, name),
        other => panic!("not refused: {other:?}"),
    }
}

/// Inserts a row of which every column is given; it comes back as given. Gives the row.
macro_rules! stored {
    ($conn:ident, $New:ident { $($column:ident: $value:expr),+ $(,)? }) => {{
        let new = $New { $($column: $value),+ };
        let row = new.insert($conn).unwrap();
        let given = [$((stringify!($column), serde_json::json!(new.$column))),+];
        crate::support::rows::assert_stored(&row, &given);
        row
    }};
}

/// Changes nothing by an empty change set, then everything that can be changed. Gives the row.
macro_rules! updated {
    ($conn:ident, $Model:ident($($key:expr),+), $Changes:ident { $($column:ident: $value:expr),+ $(,)? }) => {{
        let before = $Model::find($conn, $($key),+).unwrap();
        let same = $Model::update($conn, $($key),+, &$Changes::default()).unwrap();
        assert_eq!(same, before);
        let changes = $Changes { $($column: $value),+ };
        let after = $Model::update($conn, $($key),+, &changes).unwrap();
        let given = [$((stringify!($column), serde_json::json!(changes.$column))),+];
        crate::support::rows::assert_updated(&before, &after, &given);
        assert_eq!($Model::find($conn, $($key),+).unwrap(), after);
        after
    }};
}

/// Another user can neither see nor change nor delete the owner's row.
macro_rules! hidden_from_others {
    ($conn:ident, $Model:ident($owner:expr, $id:expr) $(, $changes:expr)?) => {{
        let other = crate::support::fixtures::user($conn, "other");
        let before = $Model::find($conn, $owner, $id).unwrap();
        crate::support::rows::assert_not_found($Model::find($conn, other, $id));
        $(crate::support::rows::assert_not_found($Model::update($conn, other, $id, &$changes));)?
        crate::support::rows::assert_not_found($Model::delete($conn, other, $id));
        assert_eq!($Model::find($conn, $owner, $id).unwrap(), before);
    }};
}

/// Deletes the row; it is gone for good.
macro_rules! deleted {
    ($conn:ident, $Model:ident($($key:expr),+)) => {{
        $Model::delete($conn, $($key),+).unwrap();
        crate::support::rows::assert_not_found($Model::find($conn, $($key),+));
        crate::support::rows::assert_not_found($Model::delete($conn, $($key),+));
    }};
}

pub(crate) use {deleted, hidden_from_others, stored, updated};
