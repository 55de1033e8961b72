//! The slowest statements, where the server keeps them: the extension `pg_stat_statements`.

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Double, Nullable, Text};

use super::{Area, Check, Finding, MONITOR, Options, Severity, grants, words};
use crate::Result;
use crate::sql::for_log;

pub(super) const CHECKS: &[Check] = &[Check {
    area: Area::Statements,
    subject: "the slowest statements",
    granted_by: MONITOR,
    run: slowest,
}];

/// The mean time, in milliseconds, from which on a statement is slow.
const SLOW: f64 = 1_000.0;

/// Characters of a statement that are shown.
const SHOWN: usize = 120;

#[derive(QueryableByName)]
struct Statement {
    /// Without the values that were bound; `None` where the role may not see it.
    #[diesel(sql_type = Nullable<Text>)]
    text: Option<String>,
    #[diesel(sql_type = BigInt)]
    calls: i64,
    /// Milliseconds.
    #[diesel(sql_type = Double)]
    total: f64,
    /// Milliseconds.
    #[diesel(sql_type = Double)]
    mean: f64,
}

fn slowest(conn: &mut PgConnection, _: &Options) -> Result<Vec<Finding>> {
    let (is_loaded, schema): (bool, Option<String>) = diesel::select((
        sql::<Bool>("EXISTS (SELECT FROM pg_settings WHERE name = 'pg_stat_statements.max')"),
        sql::<Nullable<Text>>(
            "(SELECT quote_ident(nspname) FROM pg_extension JOIN pg_namespace n ON n.oid = extnamespace \
             WHERE extname = 'pg_stat_statements')",
        ),
    ))
    .get_result(conn)?;
    let Some(schema) = schema.as_ref().filter(|_| is_loaded) else {
        return Ok(vec![not_kept(conn, is_loaded, schema.is_some())?]);
    };
    let question = include_str!("statements/slowest.sql").replace("{schema}", schema);
    let statements: Vec<Statement> = diesel::sql_query(question).load(conn)?;
    let mut findings = vec![judge(&statements)];
    if statements.iter().any(|statement| statement.text.is_none()) {
        let hidden = Area::Statements.finding(
            Severity::NotExamined,
            "the text of statements of other roles: needs pg_monitor",
        );
        findings.push(
            grants(conn, MONITOR)?
                .into_iter()
                .fold(hidden, Finding::sql),
        );
    }
    Ok(findings)
}

fn judge(statements: &[Statement]) -> Finding {
    let slow = statements.iter().filter(|statement| statement.mean >= SLOW);
    let finding = match slow.count() {
        0 => Area::Statements.ok("no statement takes a second on average"),
        number => Area::Statements
            .note(format!(
                "{} that take a second or more on average",
                words::count(number, "statement")
            ))
            .causes("whoever asks them waits, and the connection is taken for as long")
            .advice("EXPLAIN (ANALYZE, BUFFERS) them"),
    };
    finding.details(statements.iter().map(describe))
}

fn describe(statement: &Statement) -> String {
    let Statement {
        text,
        calls,
        total,
        mean,
    } = statement;
    // Statements such as ALTER ROLE are kept with their constants.
    let mut text = match text {
        Some(text) => for_log(text),
        None => "a statement of another role".to_owned(),
    };
    if let Some((end, _)) = text.char_indices().nth(SHOWN) {
        text.truncate(end);
        text.push('…');
    }
    format!(
        "{:.1} s in all, {mean:.1} ms on average, {}: {text}",
        total / 1_000.0,
        words::count(*calls, "call")
    )
}

/// What to do where they are not kept.
fn not_kept(conn: &mut PgConnection, is_loaded: bool, is_installed: bool) -> Result<Finding> {
    let mut finding = Area::Statements
        .note("the server does not keep what statements cost (pg_stat_statements)")
        .causes("nobody can tell which statements the server spends its time on");
    if !is_loaded {
        let libraries: Option<String> = sql::<Nullable<Text>>(
            "SELECT (SELECT nullif(setting, '') FROM pg_settings WHERE name = 'shared_preload_libraries')",
        )
        .get_result(conn)?;
        let libraries: Vec<String> = libraries
            .iter()
            .flat_map(|libraries| libraries.split(','))
            .map(|library| library.trim().trim_matches('"').to_owned())
            .chain(["pg_stat_statements".to_owned()])
            .map(|library| format!("'{}'", library.replace('\'', "''")))
            .collect();
        finding = finding
            .sql(format!(
                "ALTER SYSTEM SET shared_preload_libraries = {}",
                libraries.join(", ")
            ))
            .advice("restart the server");
    }
    if !is_installed {
        finding = finding.sql("CREATE EXTENSION pg_stat_statements");
    }
    Ok(finding)
}
