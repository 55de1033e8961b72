//! What is wrong with a database and its server, and what to do about it.
//!
//! [`examine`] asks about thirty questions in nine areas and gives what each of them came to: what was found, with figures,
//! what it would cause, and the SQL or the command that mends it. It changes nothing: each question is a read-only transaction
//! of its own with a short time limit, takes no lock but the one of any `SELECT`, and one that is refused, for want of a
//! privilege or by a lock, costs the others nothing. No finding holds a token, a password or the text of a running statement.
//!
//! ```no_run
//! use spending_db::doctor::{Options, Severity, examine};
//! use spending_db::{Config, database::connect};
//!
//! let config = Config::from_env()?;
//! let conn = &mut connect(&config)?;
//! for finding in examine(conn, &Options::of_config(&config))? {
//!     if finding.severity >= Severity::Warning {
//!         eprintln!("{}: {}", finding.area, finding.found);
//!     }
//! }
//! # Ok::<(), spending_db::Error>(())
//! ```
//!
//! | Area | Looks at |
//! |---|---|
//! | `versions` | the server's version and age, the encryption of the connection, whether the server is a standby |
//! | `settings` | what a crash would lose, memory, time limits, time zone, encoding, collations, checksums |
//! | `connections` | the pool against the server's limit, forgotten and long transactions, blocked sessions, forgotten prepared transactions, replication slots |
//! | `migrations` | pending, unknown and changed migrations, drift, sequences behind their rows |
//! | `tables` | wraparound, dead rows, autovacuum, missing statistics, scans of large tables, cache, damage, sizes |
//! | `indexes` | invalid, duplicate and unused ones |
//! | `statements` | the slowest, where the server keeps them |
//! | `secrets` | tokens in plain text, under an older key, under no known key; the key |
//! | `jobs` | lost, waiting, overdue and failed jobs, runs of the old application without a sign of life, enrichment failures |
//!
//! What it cannot see: backups, the disk's free space, the log, the load of the machine, how much of a table or an index is
//! empty, and whether a setting suits the machine's memory and disks.

mod connections;
mod finding;
mod indexes;
mod jobs;
mod migrations;
mod options;
mod secrets;
mod settings;
mod statements;
mod tables;
mod versions;
mod words;

use std::cmp::Reverse;

use diesel::connection::SimpleConnection;
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::result::Error as DieselError;
use diesel::sql_types::Text;

pub use finding::{Area, Finding, Severity, Step};
pub use options::Options;

use crate::config::milliseconds;
use crate::{Error, Result};

/// One question.
struct Check {
    area: Area,
    /// What it looks at.
    subject: &'static str,
    /// The statements that let a role ask it which may not.
    granted_by: &'static [&'static str],
    run: fn(&mut PgConnection, &Options) -> Result<Vec<Finding>>,
}

/// What lets a role read the tables of the application.
const READ_TABLES: &[&str] = &[
    "GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO {role}",
    "GRANT SELECT ON ALL SEQUENCES IN SCHEMA {schema} TO {role}",
];

/// What lets a role see the sessions, settings and statistics of all.
const MONITOR: &[&str] = &["GRANT pg_monitor TO {role}"];

/// Asks all questions and gives at least one finding for each, the gravest first.
///
/// Not within a transaction. What the role may not see is told as [`Severity::NotExamined`]; an error means that the connection
/// was lost.
pub fn examine(conn: &mut PgConnection, options: &Options) -> Result<Vec<Finding>> {
    let areas = [
        versions::CHECKS,
        settings::CHECKS,
        connections::CHECKS,
        migrations::CHECKS,
        tables::CHECKS,
        indexes::CHECKS,
        statements::CHECKS,
        secrets::CHECKS,
        jobs::CHECKS,
    ];
    let mut findings = Vec::new();
    for check in areas.into_iter().flatten() {
        findings.extend(check.ask(conn, options)?);
    }
    findings.sort_by_key(|finding| Reverse(finding.severity));
    Ok(findings)
}

impl Check {
    fn ask(&self, conn: &mut PgConnection, options: &Options) -> Result<Vec<Finding>> {
        let limit = milliseconds(Some(options.time_limit));
        let asked = conn.build_transaction().read_only().run(|conn| {
            conn.batch_execute(&format!(
                "SET LOCAL statement_timeout = {limit}; SET LOCAL lock_timeout = {limit}"
            ))?;
            (self.run)(conn, options)
        });
        match asked {
            Err(error) if error.is_out_of_reach() => Err(error),
            Err(Error::Database(DieselError::DatabaseError(_, information))) => {
                Ok(vec![self.refused(conn, information.message())?])
            }
            Err(Error::Migration(message)) => Ok(vec![self.refused(conn, &message)?]),
            asked => asked,
        }
    }

    /// A question that the server did not answer.
    fn refused(&self, conn: &mut PgConnection, message: &str) -> Result<Finding> {
        let found = format!("{}: {message}", self.subject);
        let finding = self.area.finding(Severity::NotExamined, found);
        if !message.contains("permission denied") {
            return Ok(finding);
        }
        let grants = grants(conn, self.granted_by)?;
        Ok(grants.into_iter().fold(finding, Finding::sql))
    }
}

/// Statements for the role and the schema of the session.
fn grants(conn: &mut PgConnection, templates: &[&str]) -> Result<Vec<String>> {
    let (role, schema): (String, String) = diesel::select((
        sql::<Text>("quote_ident(current_user)"),
        sql::<Text>("quote_ident(coalesce(current_schema(), 'public'))"),
    ))
    .get_result(conn)?;
    let fill = |template: &&str| {
        template
            .replace("{role}", &role)
            .replace("{schema}", &schema)
    };
    Ok(templates.iter().map(fill).collect())
}
