//! The database's encoding and the version of its collation.

use diesel::prelude::*;
use diesel::sql_types::{Nullable, Text};

use crate::Result;
use crate::doctor::{Area, Finding, Options};

#[derive(QueryableByName)]
struct Locale {
    /// As SQL names it.
    #[diesel(sql_type = Text)]
    database: String,
    #[diesel(sql_type = Text)]
    encoding: String,
    /// The collation's version when the database was made.
    #[diesel(sql_type = Nullable<Text>)]
    recorded: Option<String>,
    /// Its version now.
    #[diesel(sql_type = Nullable<Text>)]
    actual: Option<String>,
}

pub(super) fn locale(conn: &mut PgConnection, _: &Options) -> Result<Vec<Finding>> {
    let Locale {
        database,
        encoding,
        recorded,
        actual,
    } = diesel::sql_query(include_str!("locale.sql")).get_result(conn)?;
    let mut findings = Vec::new();
    if encoding == "UTF8" {
        findings.push(Area::Settings.ok("encoding UTF8"));
    } else {
        findings.push(
            Area::Settings
                .error(format!("the database's encoding is {encoding}, not UTF8"))
                .causes("names and descriptions with other characters are refused or come back broken")
                .advice("dump it (pg_dump), make a new one (createdb --encoding=UTF8 --template=template0), and restore it there"),
        );
    }
    if let (Some(recorded), Some(actual)) = (recorded, actual)
        && recorded != actual
    {
        let found = format!(
            "the collation was of version {recorded} when the database was made, and is {actual} now"
        );
        findings.push(
            Area::Settings
                .warning(found)
                .causes("indexes of texts are in another order: rows may not be found, and unique ones may let doubles in")
                .sql(format!("REINDEX DATABASE {database}"))
                .sql(format!("ALTER DATABASE {database} REFRESH COLLATION VERSION")),
        );
    }
    Ok(findings)
}
