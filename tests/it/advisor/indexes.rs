//! The indexes of the schema and what they are there for.

use std::collections::BTreeSet;

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Nullable, Text};

use super::Findings;
use super::known::Known;

/// An index.
#[derive(QueryableByName)]
pub(super) struct Index {
    #[diesel(sql_type = Text)]
    pub(super) name: String,
    #[diesel(sql_type = Text)]
    pub(super) table: String,
    #[diesel(sql_type = Text)]
    pub(super) definition: String,
    #[diesel(sql_type = BigInt)]
    pub(super) bytes: i64,
    #[diesel(sql_type = Bool)]
    pub(super) is_unique: bool,
    /// The foreign key whose columns it begins with.
    #[diesel(sql_type = Nullable<Text>)]
    pub(super) foreign_key: Option<String>,
}

/// The indexes of all tables.
pub(super) fn all(conn: &mut PgConnection) -> Vec<Index> {
    diesel::sql_query(include_str!("indexes.sql"))
        .load(conn)
        .unwrap()
}

impl Index {
    /// What it is there for besides the statements that go by it.
    pub(super) fn purpose(&self) -> Option<String> {
        if self.is_unique {
            return Some("keeps its columns unique".to_owned());
        }
        let foreign_key = self.foreign_key.as_ref()?;
        Some(format!("deleting goes along the foreign key {foreign_key}"))
    }
}

/// The indexes that are there for nothing, and reasons for those that are used or not there.
pub(super) fn faults(indexes: &[Index], findings: &Findings, known: &Known) -> Vec<String> {
    let idle: BTreeSet<&str> = indexes
        .iter()
        .filter(|index| !findings.uses.contains_key(&index.name) && index.purpose().is_none())
        .map(|index| index.name.as_str())
        .collect();
    let listed: BTreeSet<&str> = known.unused.keys().map(String::as_str).collect();
    let new = idle
        .difference(&listed)
        .map(|name| format!("no statement goes by the index {name}"));
    let stale = listed
        .difference(&idle)
        .map(|name| format!("unused.txt: {name} is used or gone"));
    new.chain(stale).collect()
}
