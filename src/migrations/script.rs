//! Migrations as one script of SQL.

use super::texts::Text;

/// Creates the table in which Diesel records migrations.
pub(crate) const RECORDS: &str = "CREATE TABLE IF NOT EXISTS __diesel_schema_migrations (\n    \
    version varchar(50) PRIMARY KEY NOT NULL,\n    \
    run_on timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP\n)";

/// Each migration in a transaction of its own, together with its record in Diesel's table.
pub(crate) fn script<'a>(migrations: impl Iterator<Item = &'a Text>) -> String {
    let parts: Vec<String> = migrations.map(part).collect();
    if parts.is_empty() {
        String::new()
    } else {
        format!("{RECORDS};\n{}", parts.concat())
    }
}

fn part(text: &Text) -> String {
    let (name, version, up) = (text.name, text.version(), text.up.trim_end());
    format!(
        "\n-- {name}\nBEGIN;\n{up}\nINSERT INTO __diesel_schema_migrations (version) VALUES ('{version}');\nCOMMIT;\n"
    )
}
