//! Migrations as one script of SQL.

use super::texts::Text;

/// Each migration in a transaction of its own, together with its record in Diesel's table.
pub(super) fn script<'a>(migrations: impl Iterator<Item = &'a Text>) -> String {
    const RECORDS: &str = "CREATE TABLE IF NOT EXISTS __diesel_schema_migrations (\n    \
        version varchar(50) PRIMARY KEY NOT NULL,\n    \
        run_on timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP\n);\n";

    let parts: Vec<String> = migrations.map(part).collect();
    if parts.is_empty() {
        String::new()
    } else {
        format!("{RECORDS}{}", parts.concat())
    }
}

fn part(text: &Text) -> String {
    let (name, version, up) = (text.name, text.version(), text.up.trim_end());
    format!(
        "\n-- {name}\nBEGIN;\n{up}\nINSERT INTO __diesel_schema_migrations (version) VALUES ('{version}');\nCOMMIT;\n"
    )
}
