//! Marking the rows that a choice moves or overwrites. Marks are kept in a temporary table until all are known.

use std::collections::BTreeSet;

use diesel::prelude::*;
use diesel::sql_types::{Array, Nullable, Text as SqlText};

use super::faults::{Fault, What, lacks_parent, refers};
use super::reference::Reference;
use super::resolution::{Choice, Resolution, Rule, chosen};
use super::survey::Survey;
use super::texts;
use crate::Result;
use crate::catalog::mend::{literal, name};

/// The table of marks. A mark without a column is for the whole row; `kept` says whether the row as it was goes to the side
/// table.
pub(super) const CREATE: &str = "CREATE TEMPORARY TABLE __adoption_marks (
    table_name text, row tid, column_name text, value text, reason text, kept boolean,
    PRIMARY KEY (table_name, row, column_name)
) ON COMMIT DROP";

/// The rows of a table with a mark on the whole row, or on a column, as `m`.
pub(super) fn marked(table: &str, column: &str) -> String {
    format!(
        "m.table_name = {} AND m.row = t.ctid AND m.column_name = {}",
        literal(table),
        literal(column)
    )
}

/// The condition that a row `alias` stays.
pub(super) fn stays(table: &str, alias: &str, column: &str) -> String {
    format!(
        "NOT EXISTS (SELECT FROM __adoption_marks AS m WHERE m.table_name = {} AND m.row = {alias}.ctid AND m.column_name = {})",
        literal(table),
        literal(column)
    )
}

fn insert(select: &str) -> String {
    format!("INSERT INTO __adoption_marks {select} ON CONFLICT DO NOTHING")
}

/// The statements that mark the rows of a fault; none where there is no choice that settles it.
pub(super) fn statements(survey: &Survey, fault: &Fault, choice: Option<Choice>) -> Vec<String> {
    let (table, from) = (fault.table.as_str(), fault.from.as_str());
    let is_there = stays(table, "t", "");
    let select = |column: &str, value: &str, reason: &str, condition: &str| {
        insert(&format!(
            "SELECT {}, t.ctid, {}, {value}, {}, true FROM {from} AS t WHERE {condition} AND {is_there}",
            literal(table),
            literal(column),
            literal(reason)
        ))
    };
    let row = |reason: &str| vec![select("", "NULL", reason, &fault.condition)];
    match (&fault.what, choice) {
        (What::Null { column, .. }, Some(Choice::NullsMove)) => row(&format!("{column} is NULL")),
        (
            What::Value {
                column, sql_type, ..
            },
            Some(Choice::TextMove),
        ) => row(&format!("{column} is no {sql_type}")),
        (
            What::Value {
                column, sql_type, ..
            },
            Some(Choice::TextNull),
        ) => vec![select(
            column,
            "NULL",
            &format!("{column} is no {sql_type}"),
            &fault.condition,
        )],
        (What::Check { name, .. }, Some(Choice::ChecksMove)) => row(&format!("{name} refuses it")),
        (What::Orphan { reference, .. }, Some(choice)) => {
            let condition = orphaned(survey, reference);
            let reason = format!(
                "{} refers to no row of {}",
                reference.columns.join(", "),
                reference.parent
            );
            if choice == Choice::OrphansMove {
                return vec![select("", "NULL", &reason, &condition)];
            }
            reference
                .columns
                .iter()
                .map(|column| select(column, "NULL", &reason, &condition))
                .collect()
        }
        (
            What::Duplicate {
                key, parts, flag, ..
            },
            Some(choice),
        ) => vec![duplicates(
            survey,
            fault,
            key,
            parts,
            flag.as_deref(),
            choice,
        )],
        _ => Vec::new(),
    }
}

/// The condition that no row that stays is referred to, while none that is marked was.
fn orphaned(survey: &Survey, reference: &Reference) -> String {
    format!(
        "{} AND {}",
        refers(reference),
        lacks_parent(survey, reference, "")
    )
}

fn duplicates(
    survey: &Survey,
    fault: &Fault,
    key: &str,
    parts: &[String],
    flag: Option<&str>,
    choice: Choice,
) -> String {
    let (table, from) = (fault.table.as_str(), fault.from.as_str());
    let live = survey.live.tables.get(table);
    let id = match live.and_then(|live| live.column("id")) {
        Some(_) => "t.id",
        None => "t.ctid",
    };
    let order = match choice {
        Choice::DuplicatesKeepNewest => "DESC",
        _ => "ASC",
    };
    let (column, value, still) = match flag {
        Some(flag) => (flag, "'false'", stays(table, "t", flag)),
        None => ("", "NULL", "true".to_owned()),
    };
    insert(&format!(
        "SELECT {}, place, {}, {value}, {}, true FROM (\
         SELECT t.ctid AS place, row_number() OVER (PARTITION BY {} ORDER BY {id} {order}) AS number \
         FROM {from} AS t WHERE {} AND {} AND {still}) AS t WHERE number > 1",
        literal(table),
        literal(column),
        literal(&format!("{key} is there already")),
        parts.join(", "),
        fault.condition,
        stays(table, "t", "")
    ))
}

/// The statements that mark what hangs on the marked rows of a table: the row, or its reference where that becomes NULL.
fn hanging(survey: &Survey, reference: &Reference) -> Vec<String> {
    let Some(child) = survey.live.tables.get(&reference.table) else {
        return Vec::new();
    };
    let columns: Vec<_> = reference
        .columns
        .iter()
        .map(|column| child.column(column))
        .collect();
    if columns.iter().any(Option::is_none) {
        return Vec::new();
    }
    let expected = survey.expected.tables.get(&reference.table);
    let may_be_null = columns.iter().flatten().all(|column| {
        let expected = expected.and_then(|table| table.column(&column.name));
        !column.not_null && expected.is_none_or(|expected| !expected.not_null)
    });
    let (table, parent) = (reference.table.as_str(), reference.parent.as_str());
    let lost = lacks_parent(
        survey,
        reference,
        &format!(" AND {}", stays(parent, "p", "")),
    );
    let had = lacks_parent(survey, reference, "");
    let reason = format!(
        "what {} of {table} refers to was removed from {parent}",
        reference.columns.join(", ")
    );
    let marked_columns: Vec<&str> = if reference.sets_null && may_be_null {
        reference.columns.iter().map(String::as_str).collect()
    } else {
        vec![""]
    };
    marked_columns
        .into_iter()
        .map(|column| {
            insert(&format!(
                "SELECT {}, t.ctid, {}, NULL, {}, true FROM {} AS t WHERE {} AND {lost} AND NOT {had} AND {}",
                literal(table),
                literal(column),
                literal(&reason),
                survey.current(table),
                refers(reference),
                stays(table, "t", "")
            ))
        })
        .collect()
}

/// Marks all rows that are to be changed. Nothing else may write in the meantime.
pub(super) fn mark(
    conn: &mut PgConnection,
    survey: &Survey,
    faults: &[Fault],
    resolutions: &[Resolution],
) -> Result<()> {
    diesel::sql_query(CREATE).execute(conn)?;
    for (table, column) in texts::columns(survey) {
        mark_texts(conn, survey, resolutions, &table, &column)?;
    }
    let references = survey.references();
    // What is removed can leave others without their parent, and duplicates without each other.
    loop {
        let mut added = 0;
        for fault in faults {
            let choice = chosen(resolutions, fault.rule(), &fault.table);
            for statement in statements(survey, fault, choice) {
                added += diesel::sql_query(statement).execute(conn)?;
            }
        }
        let removed = tables(conn, "column_name = ''")?;
        for reference in &references {
            if removed.contains(&reference.parent) {
                for statement in hanging(survey, reference) {
                    added += diesel::sql_query(statement).execute(conn)?;
                }
            }
        }
        if added == 0 {
            return Ok(());
        }
    }
}

/// The tables with marks of a kind.
pub(super) fn tables(conn: &mut PgConnection, condition: &str) -> Result<BTreeSet<String>> {
    #[derive(QueryableByName)]
    struct Found {
        #[diesel(sql_type = SqlText)]
        table_name: String,
    }

    let found: Vec<Found> = diesel::sql_query(format!(
        "SELECT DISTINCT table_name FROM __adoption_marks WHERE {condition}"
    ))
    .load(conn)?;
    Ok(found.into_iter().map(|found| found.table_name).collect())
}

/// The columns of a table that have marks.
pub(super) fn columns(conn: &mut PgConnection, table: &str) -> Result<BTreeSet<String>> {
    #[derive(QueryableByName)]
    struct Found {
        #[diesel(sql_type = SqlText)]
        column_name: String,
    }

    let found: Vec<Found> = diesel::sql_query(
        "SELECT DISTINCT column_name FROM __adoption_marks WHERE table_name = $1",
    )
    .bind::<SqlText, _>(table)
    .load(conn)?;
    Ok(found.into_iter().map(|found| found.column_name).collect())
}

fn mark_texts(
    conn: &mut PgConnection,
    survey: &Survey,
    resolutions: &[Resolution],
    table: &str,
    column: &str,
) -> Result<()> {
    let choice = chosen(resolutions, Rule::Text, table);
    texts::each(conn, survey, table, column, |conn, found| {
        let (mut rows, mut columns, mut values, mut reasons) = (vec![], vec![], vec![], vec![]);
        for text in found {
            let (marked, value, reason) = match (text.json, choice) {
                (Some(json), _) => (column, Some(json), None),
                (None, Some(Choice::TextString)) => (
                    column,
                    Some(serde_json::Value::String(text.text).to_string()),
                    Some("no JSON"),
                ),
                (None, Some(Choice::TextNull)) => (column, None, Some("no JSON")),
                (None, _) => ("", None, Some("no JSON")),
            };
            rows.push(text.row);
            columns.push(marked);
            values.push(value);
            reasons.push(reason.map(|reason| format!("{} is {reason}", name(column))));
        }
        diesel::sql_query(insert(&format!(
            "SELECT {}, row::tid, column_name, value, reason, reason IS NOT NULL \
             FROM unnest($1, $2, $3, $4) AS text (row, column_name, value, reason)",
            literal(table)
        )))
        .bind::<Array<SqlText>, _>(rows)
        .bind::<Array<SqlText>, _>(columns)
        .bind::<Array<Nullable<SqlText>>, _>(values)
        .bind::<Array<Nullable<SqlText>>, _>(reasons)
        .execute(conn)?;
        Ok(())
    })
}
