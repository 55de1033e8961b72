//! The migrations, and what became of the schema since.

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{Array, Bool, Text};

use super::{Area, Check, Finding, Options, READ_TABLES, Step, words};
use crate::Result;
use crate::catalog::{Behind, Catalog, Difference, behind, differences};
use crate::migrations::{self, Migrator};

/// Differences that are told one by one.
const SHOWN: usize = 5;

pub(super) const CHECKS: &[Check] = &[
    Check {
        area: Area::Migrations,
        subject: "migrations",
        granted_by: READ_TABLES,
        run: state,
    },
    Check {
        area: Area::Migrations,
        subject: "drift",
        granted_by: READ_TABLES,
        run: drift,
    },
    Check {
        area: Area::Migrations,
        subject: "sequences",
        granted_by: READ_TABLES,
        run: sequences,
    },
];

fn migrator() -> Migrator<diesel_migrations::EmbeddedMigrations> {
    Migrator::embedded(migrations::Options::default())
}

fn state(conn: &mut PgConnection, _: &Options) -> Result<Vec<Finding>> {
    let area = Area::Migrations;
    let status = migrator().status(conn)?;
    let names = |is_wanted: fn(&migrations::Status) -> bool| -> Vec<String> {
        let wanted = status.iter().filter(|migration| is_wanted(migration));
        wanted
            .map(|migration| {
                migration
                    .name
                    .as_ref()
                    .unwrap_or(&migration.version)
                    .clone()
            })
            .collect()
    };
    let pending = names(|migration| migration.applied_at.is_none());
    let unknown = names(|migration| migration.name.is_none());
    let mut findings = Vec::new();
    if !pending.is_empty() {
        let found = format!(
            "{} pending: {}",
            words::count(pending.len(), "migration"),
            words::first(&pending, 3)
        );
        findings.push(if pending.len() < status.len() {
            area.warning(found)
                .causes("operations that need them fail until a program applies them")
                .command("spending-db migrate run")
        } else if has_tables(conn)? {
            area.error(found)
                .causes("the tables that are there were made by something else")
                .command("spending-db migrate adopt")
        } else {
            area.error(found)
                .causes("there are no tables")
                .command("spending-db migrate run")
        });
    }
    if !unknown.is_empty() {
        let found = format!(
            "{} that this program does not know: {}",
            words::count(unknown.len(), "migration"),
            words::first(&unknown, 3)
        );
        findings.push(
            area.warning(found)
                .causes("programs of this version refuse to open the database")
                .advice("install the version of spending-db that applied them"),
        );
    }
    let changed = migrator().changed(conn)?;
    if !changed.is_empty() {
        let found = format!(
            "{} applied with another text than this program has: {}",
            words::count(changed.len(), "migration"),
            words::first(&changed, 3)
        );
        findings.push(
            area.warning(found)
                .causes("this database may not be what others are that the same migrations made")
                .command("spending-db migrate check"),
        );
    }
    if findings.is_empty() {
        let newest = status
            .last()
            .and_then(|migration| migration.name.as_deref());
        findings.push(area.ok(format!(
            "{} applied, the newest is {}",
            words::count(status.len(), "migration"),
            newest.unwrap_or("none")
        )));
    }
    Ok(findings)
}

/// Whether tables of the application are there, whoever made them.
fn has_tables(conn: &mut PgConnection) -> Result<bool> {
    let tables = Catalog::expected()?.tables.keys();
    let names: Vec<&str> = tables.map(String::as_str).collect();
    let is_one_there = sql::<Bool>("EXISTS (SELECT FROM unnest(")
        .bind::<Array<Text>, _>(names)
        .sql(") AS name WHERE to_regclass(quote_ident(name)) IS NOT NULL)");
    Ok(diesel::select(is_one_there).get_result(conn)?)
}

fn drift(conn: &mut PgConnection, _: &Options) -> Result<Vec<Finding>> {
    let status = migrator().status(conn)?;
    let is_current = status
        .iter()
        .all(|migration| migration.name.is_some() && migration.applied_at.is_some());
    if !is_current {
        let found = "drift is looked for where the migrations are this program's";
        return Ok(vec![
            Area::Migrations.finding(super::Severity::NotExamined, found),
        ]);
    }
    let drift: Vec<Difference> = differences(conn)?
        .into_iter()
        .filter(|difference| difference.is_drift)
        .collect();
    if drift.is_empty() {
        let found = "the schema is what the migrations make";
        return Ok(vec![Area::Migrations.ok(found)]);
    }
    let found = format!(
        "{} from what the migrations make",
        words::count(drift.len(), "difference")
    );
    let finding = match drift
        .iter()
        .find_map(|difference| difference.breaks.clone())
    {
        Some(breaks) => Area::Migrations.warning(found).causes(breaks),
        None => Area::Migrations.note(found),
    };
    let shown = drift.iter().take(SHOWN);
    let mend = shown.clone().flat_map(|difference| &difference.mend);
    Ok(vec![
        finding
            .details(shown.clone().map(|difference| difference.message.clone()))
            .command("spending-db migrate check")
            .steps(mend.map(|statement| Step::Sql(statement.clone()))),
    ])
}

fn sequences(conn: &mut PgConnection, _: &Options) -> Result<Vec<Finding>> {
    let behind = behind(conn)?;
    if behind.is_empty() {
        return Ok(vec![Area::Migrations.ok("no sequence is behind its rows")]);
    }
    Ok(behind.iter().map(sequence).collect())
}

fn sequence(behind: &Behind) -> Finding {
    let Difference {
        message,
        breaks,
        mend,
        ..
    } = Difference::from(behind);
    let finding = Area::Migrations.error(message);
    finding
        .causes(breaks.unwrap_or_default())
        .steps(mend.into_iter().map(Step::Sql))
}
