//! Versions of the server and of this program, and how the two are connected.

use chrono::{NaiveDate, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Bool, Integer, Nullable, Text};

use super::{Area, Check, Finding, Options};
use crate::Result;

pub(super) const CHECKS: &[Check] = &[Check {
    area: Area::Versions,
    subject: "the server's version",
    granted_by: &[],
    run: server,
}];

/// A major version that this program is tested with.
struct Supported {
    major: i32,
    /// The newest minor release when this program was made.
    minor: i32,
    /// The month in which its last minor release is due: year and month.
    last_release: (i32, u32),
}

const SUPPORTED: [Supported; 4] = [
    Supported {
        major: 15,
        minor: 18,
        last_release: (2027, 11),
    },
    Supported {
        major: 16,
        minor: 14,
        last_release: (2028, 11),
    },
    Supported {
        major: 17,
        minor: 10,
        last_release: (2029, 11),
    },
    Supported {
        major: 18,
        minor: 4,
        last_release: (2030, 11),
    },
];

#[derive(QueryableByName)]
struct Server {
    #[diesel(sql_type = Text)]
    version: String,
    #[diesel(sql_type = Integer)]
    number: i32,
    #[diesel(sql_type = Bool)]
    is_standby: bool,
    #[diesel(sql_type = Nullable<Bool>)]
    is_encrypted: Option<bool>,
    #[diesel(sql_type = Bool)]
    is_local: bool,
}

fn server(conn: &mut PgConnection, _: &Options) -> Result<Vec<Finding>> {
    let server: Server = diesel::sql_query(include_str!("versions/server.sql")).get_result(conn)?;
    let mut findings = judge(&server.version, server.number, Utc::now().date_naive());
    findings.push(Area::Versions.ok(format!(
        "spending-db {}, with {}",
        env!("CARGO_PKG_VERSION"),
        if cfg!(feature = "bundled") {
            "a libpq of its own"
        } else {
            "the system's libpq"
        }
    )));
    if server.is_standby {
        let standby = Area::Versions.note("the server is a standby");
        findings.push(standby.causes("nothing can be written there"));
    }
    if server.is_encrypted == Some(false) && !server.is_local {
        let open = Area::Versions.note("the connection to the server is not encrypted");
        findings.push(
            open.causes("whoever listens on the network reads bank data and tokens in plain text")
                .command("export SPENDING_DB_TLS=verify-full"),
        );
    }
    Ok(findings)
}

/// What a version is worth on a day; `number` is such as 150018.
fn judge(version: &str, number: i32, today: NaiveDate) -> Vec<Finding> {
    let area = Area::Versions;
    let (major, minor) = (number / 10_000, number % 10_000);
    let [oldest, .., newest] = &SUPPORTED;
    if major < oldest.major {
        let found = format!(
            "PostgreSQL {version} is older than {}, which the migrations need",
            oldest.major
        );
        return vec![
            area.error(found)
                .causes("migrations and operations fail")
                .advice(format!(
                    "pg_upgrade to PostgreSQL {} or newer",
                    oldest.major
                )),
        ];
    }
    let Some(known) = SUPPORTED.iter().find(|known| known.major == major) else {
        return vec![area.note(format!(
            "PostgreSQL {version} is newer than {}, the newest that this program was tested with",
            newest.major
        ))];
    };
    let mut findings = Vec::new();
    let (year, month) = known.last_release;
    if NaiveDate::from_ymd_opt(year, month, 28).is_some_and(|end| today > end) {
        let found = format!("PostgreSQL {major} has had no releases since {year}-{month}");
        findings.push(
            area.warning(found)
                .causes("faults and holes in it stay as they are")
                .advice(format!("pg_upgrade to PostgreSQL {}", newest.major)),
        );
    }
    if minor < known.minor {
        let found = format!(
            "PostgreSQL {version} is behind {major}.{}, and there may be newer ones",
            known.minor
        );
        findings.push(
            area.note(found)
                .causes("faults are in it that are mended since")
                .advice("upgrade the server's package and restart it: the data stays as it is"),
        );
    }
    if findings.is_empty() {
        findings.push(area.ok(format!("PostgreSQL {version}")));
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::super::Severity;
    use super::*;

    #[test]
    fn versions_are_judged_by_their_age() {
        let day = |year| NaiveDate::from_ymd_opt(year, 6, 1).expect("a day");
        let judged = |number, year| {
            judge("x", number, day(year))
                .into_iter()
                .map(|finding| finding.severity)
                .collect::<Vec<_>>()
        };
        assert_eq!(judged(150_018, 2026), [Severity::Ok]);
        assert_eq!(judged(180_009, 2026), [Severity::Ok]);
        assert_eq!(judged(150_017, 2026), [Severity::Note]);
        assert_eq!(judged(150_017, 2028), [Severity::Warning, Severity::Note]);
        assert_eq!(judged(140_022, 2026), [Severity::Error]);
        assert_eq!(judged(190_001, 2026), [Severity::Note]);
    }
}
