//! Indexes that do not work, and those that are not needed.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Bool, Nullable, Text, Timestamptz};

use super::{Area, Check, Finding, Options, words};
use crate::Result;
use crate::catalog::Catalog;

pub(super) const CHECKS: &[Check] = &[
    Check {
        area: Area::Indexes,
        subject: "invalid indexes",
        granted_by: &[],
        run: invalid,
    },
    Check {
        area: Area::Indexes,
        subject: "duplicate indexes",
        granted_by: &[],
        run: duplicate,
    },
    Check {
        area: Area::Indexes,
        subject: "unused indexes",
        granted_by: &[],
        run: unused,
    },
];

/// The indexes that the migrations make, those of constraints too.
fn expected() -> Result<BTreeSet<&'static str>> {
    let tables = Catalog::expected()?.tables.values();
    Ok(tables
        .flat_map(|table| table.indexes.keys().chain(table.constraints.keys()))
        .map(String::as_str)
        .collect())
}

#[derive(QueryableByName)]
struct Invalid {
    #[diesel(sql_type = Text)]
    name: String,
    /// As SQL names it.
    #[diesel(sql_type = Text)]
    index: String,
    #[diesel(sql_type = Text)]
    table: String,
    #[diesel(sql_type = Bool)]
    is_unique: bool,
}

fn invalid(conn: &mut PgConnection, _: &Options) -> Result<Vec<Finding>> {
    let invalid: Vec<Invalid> =
        diesel::sql_query(include_str!("indexes/invalid.sql")).load(conn)?;
    if invalid.is_empty() {
        return Ok(vec![Area::Indexes.ok("all indexes are valid")]);
    }
    let expected = expected()?;
    let finding = |invalid: &Invalid| {
        let Invalid {
            name,
            index,
            table,
            is_unique,
        } = invalid;
        let finding = Area::Indexes
            .warning(format!("the index {index} of {table} is invalid: it was never finished"))
            .causes("no question uses it, every write keeps it, and a unique one refuses rows all the same");
        if !expected.contains(name.as_str()) {
            return finding.sql(format!("DROP INDEX CONCURRENTLY {index}"));
        }
        let finding = if *is_unique {
            finding.advice("remove the doubles, if that is what it failed at")
        } else {
            finding
        };
        finding.sql(format!("REINDEX INDEX CONCURRENTLY {index}"))
    };
    Ok(invalid.iter().map(finding).collect())
}

#[derive(QueryableByName)]
struct Duplicate {
    #[diesel(sql_type = Text)]
    index: String,
    #[diesel(sql_type = Text)]
    kept: String,
    #[diesel(sql_type = Text)]
    table: String,
    #[diesel(sql_type = BigInt)]
    bytes: i64,
    /// The constraint that it belongs to, as SQL names it.
    #[diesel(sql_type = Nullable<Text>)]
    constraint: Option<String>,
}

fn duplicate(conn: &mut PgConnection, _: &Options) -> Result<Vec<Finding>> {
    let expected: Vec<&str> = expected()?.into_iter().collect();
    let duplicates: Vec<Duplicate> = diesel::sql_query(include_str!("indexes/duplicate.sql"))
        .bind::<Array<Text>, _>(expected)
        .load(conn)?;
    if duplicates.is_empty() {
        return Ok(vec![
            Area::Indexes.ok("no index does what another one does"),
        ]);
    }
    let finding = |duplicate: &Duplicate| {
        let Duplicate {
            index,
            kept,
            table,
            bytes,
            constraint,
        } = duplicate;
        let found = format!(
            "the index {index} of {table} ({}) does what {kept} does",
            words::size(*bytes)
        );
        let drop = match constraint {
            Some(constraint) => format!("ALTER TABLE {table} DROP CONSTRAINT {constraint}"),
            None => format!("DROP INDEX CONCURRENTLY {index}"),
        };
        Area::Indexes
            .note(found)
            .causes("every write keeps both")
            .sql(drop)
    };
    Ok(duplicates.iter().map(finding).collect())
}

#[derive(QueryableByName)]
struct Unused {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    index: String,
    #[diesel(sql_type = BigInt)]
    bytes: i64,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    since: Option<DateTime<Utc>>,
}

fn unused(conn: &mut PgConnection, _: &Options) -> Result<Vec<Finding>> {
    let unused: Vec<Unused> = diesel::sql_query(include_str!("indexes/unused.sql")).load(conn)?;
    let expected = expected()?;
    let (ours, foreign): (Vec<Unused>, Vec<Unused>) = unused
        .into_iter()
        .partition(|index| expected.contains(index.name.as_str()));
    let mut findings = Vec::new();
    if !foreign.is_empty() {
        let drop = foreign
            .iter()
            .map(|unused| super::Step::Sql(format!("DROP INDEX CONCURRENTLY {}", unused.index)));
        findings.push(describe("that the migrations do not make", &foreign).steps(drop));
    }
    if !ours.is_empty() {
        findings.push(describe("of the migrations", &ours).advice(
            "leave them: a program that asks what they are for may start any day, and without them it would drift",
        ));
    }
    if findings.is_empty() {
        findings.push(Area::Indexes.ok("no large index is unused"));
    }
    Ok(findings)
}

fn describe(which: &str, unused: &[Unused]) -> Finding {
    let bytes = unused.iter().map(|index| index.bytes).sum();
    let since = match unused.iter().find_map(|index| index.since) {
        Some(since) => format!("since {} UTC", since.format("%Y-%m-%d %H:%M")),
        None => "since the server counts".to_owned(),
    };
    let found = format!(
        "{} {which} ({}) unused {since}",
        words::count(unused.len(), "index"),
        words::size(bytes)
    );
    let details = unused
        .iter()
        .map(|index| format!("{} {}", index.index, words::size(index.bytes)));
    Area::Indexes
        .note(found)
        .details(details)
        .causes("every write keeps them")
}
