//! Settings of the server, of the role and of the session.

mod durability;
mod limits;
mod locale;

use std::collections::HashMap;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Nullable, Text};

use super::{Area, Check, Finding, MONITOR, Options, Step, words};
use crate::Result;

pub(super) const CHECKS: &[Check] = &[
    Check {
        area: Area::Settings,
        subject: "settings",
        granted_by: MONITOR,
        run: settings,
    },
    Check {
        area: Area::Settings,
        subject: "the database's encoding and collation",
        granted_by: &[],
        run: locale::locale,
    },
];

#[derive(QueryableByName)]
struct Setting {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    value: String,
    /// Of a size.
    #[diesel(sql_type = Nullable<BigInt>)]
    bytes: Option<i64>,
    /// Where it comes from, as `pg_settings` says.
    #[diesel(sql_type = Text)]
    source: String,
    /// Whether a restart will change it.
    #[diesel(sql_type = Bool)]
    is_pending: bool,
    #[diesel(sql_type = Text)]
    role: String,
    #[diesel(sql_type = Text)]
    database: String,
}

/// The settings that matter, by name.
struct Settings(HashMap<String, Setting>);

impl Settings {
    fn read(conn: &mut PgConnection) -> Result<Self> {
        // The examination's own limits are not what is asked for, nor the time zone that Diesel sets.
        conn.batch_execute(
            "SET LOCAL statement_timeout TO DEFAULT; SET LOCAL lock_timeout TO DEFAULT; SET LOCAL TimeZone TO DEFAULT",
        )?;
        let rows: Vec<Setting> = diesel::sql_query(include_str!("settings/read.sql")).load(conn)?;
        let named = rows.into_iter().map(|row| (row.name.clone(), row));
        Ok(Self(named.collect()))
    }

    fn get(&self, name: &str) -> Option<&Setting> {
        self.0.get(name)
    }

    /// The setting, if it has one of these values.
    fn with_value(&self, name: &str, values: &[&str]) -> Option<&Setting> {
        self.get(name)
            .filter(|setting| values.contains(&&*setting.value))
    }

    fn bytes(&self, name: &str) -> Option<i64> {
        self.get(name)?.bytes
    }
}

impl Setting {
    /// What gives the setting another value where it stands now.
    fn change_to(&self, value: &str) -> Vec<Step> {
        let Self {
            name,
            source,
            role,
            database,
            ..
        } = self;
        let set = format!("SET {name} = {value}");
        let whose = match source.as_str() {
            "command line" => {
                let advice = format!(
                    "take {name} from the server's command line, where it wins over the files, and restart it"
                );
                return vec![Step::Advice(advice)];
            }
            "client" | "session" => {
                let advice = format!(
                    "the program that connects sets {name}: have it set {value}, or leave it"
                );
                return vec![Step::Advice(advice)];
            }
            "database" => format!("DATABASE {database}"),
            "user" => format!("ROLE {role}"),
            "database user" => format!("ROLE {role} IN DATABASE {database}"),
            _ => {
                return vec![
                    Step::Sql(format!("ALTER SYSTEM {set}")),
                    Step::Sql("SELECT pg_reload_conf()".to_owned()),
                ];
            }
        };
        vec![Step::Sql(format!("ALTER {whose} {set}"))]
    }

    /// What gives it to the sessions of this role, where the program does not set it itself.
    fn change_for_role(&self, value: &str) -> Step {
        Step::Sql(format!(
            "ALTER ROLE {} SET {} = {value}",
            self.role, self.name
        ))
    }
}

fn settings(conn: &mut PgConnection, _: &Options) -> Result<Vec<Finding>> {
    let settings = Settings::read(conn)?;
    let mut findings = durability::judge(&settings);
    findings.extend(limits::judge(&settings));
    let mut pending: Vec<&str> = settings
        .0
        .values()
        .filter(|setting| setting.is_pending)
        .map(|setting| setting.name.as_str())
        .collect();
    pending.sort_unstable();
    if !pending.is_empty() {
        let found = format!(
            "waiting for a restart of the server: {}",
            pending.join(", ")
        );
        findings.push(
            Area::Settings
                .note(found)
                .causes("the server does not do yet what its files say")
                .advice("restart the server"),
        );
    }
    if findings.is_empty() {
        let shown = ["shared_buffers", "work_mem", "effective_cache_size"]
            .into_iter()
            .filter_map(|name| Some(format!("{name} {}", words::size(settings.bytes(name)?))))
            .collect::<Vec<_>>();
        findings.push(Area::Settings.ok(shown.join(", ")));
    }
    Ok(findings)
}
