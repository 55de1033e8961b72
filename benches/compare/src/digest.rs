//! What answers are compared by.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};

use diesel::prelude::*;
use diesel::sql_types::Text;
use serde::Serialize;
use serde_json::Value;

use crate::error::Result;

/// The hash of a value as JSON: objects by name, whatever their order.
pub fn fingerprint(value: &impl Serialize) -> Result<Value> {
    let mut hasher = DefaultHasher::new();
    hash(&serde_json::to_value(value)?, &mut hasher);
    Ok(format!("{:016x}", hasher.finish()).into())
}

fn hash(value: &Value, hasher: &mut DefaultHasher) {
    match value {
        Value::Array(values) => {
            values.len().hash(hasher);
            for value in values {
                hash(value, hasher);
            }
        }
        Value::Object(members) => {
            let mut members: Vec<_> = members.iter().collect();
            members.sort_unstable_by_key(|(name, _)| *name);
            members.len().hash(hasher);
            for (name, value) in members {
                name.hash(hasher);
                hash(value, hasher);
            }
        }
        Value::String(text) => plain(text).hash(hasher),
        other => other.to_string().hash(hasher),
    }
}

/// A decimal without the zeros at its end: sqlx reads `12.30` with four digits.
fn plain(text: &str) -> &str {
    match text.split_once('.') {
        Some((whole, fraction)) if is_number(whole) && is_number(fraction) => {
            text.trim_end_matches('0').trim_end_matches('.')
        }
        _ => text,
    }
}

fn is_number(text: &str) -> bool {
    text.trim_start_matches('-')
        .bytes()
        .all(|byte| byte.is_ascii_digit())
}

/// A number that tells a list of ids in their order from others.
pub fn ordered(ids: impl IntoIterator<Item = i32>) -> i64 {
    const MODULUS: i64 = 1_000_000_007;
    (1..).zip(ids).fold(0, |sum, (place, id)| {
        (sum + place * i64::from(id)) % MODULUS
    })
}

/// What a query says of a database: one JSON object.
pub fn of_database(url: &str, query: &str) -> Result<Value> {
    #[derive(QueryableByName)]
    struct Answer {
        #[diesel(sql_type = Text)]
        answer: String,
    }
    let mut conn = PgConnection::establish(url)?;
    let query = format!("SELECT row_to_json(answer)::text AS answer FROM ({query}) AS answer");
    let Answer { answer } = diesel::sql_query(query).get_result(&mut conn)?;
    Ok(serde_json::from_str(&answer)?)
}
