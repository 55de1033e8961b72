//! Migrations as one script of SQL.

use super::texts::Text;

/// A migration, and whether it is run in a transaction.
pub(super) type Part<'a> = (&'a Text, bool);

/// Creates the table in which Diesel records migrations.
pub(crate) const RECORDS: &str = "CREATE TABLE IF NOT EXISTS __diesel_schema_migrations (\n    \
    version varchar(50) PRIMARY KEY NOT NULL,\n    \
    run_on timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP\n)";

/// Each migration together with its record in Diesel's table, in a transaction of its own unless it must not have one.
pub(super) fn script<'a>(migrations: impl Iterator<Item = Part<'a>>) -> String {
    let parts: Vec<String> = migrations.map(part).collect();
    if parts.is_empty() {
        String::new()
    } else {
        format!("{RECORDS};\n{}", parts.concat())
    }
}

fn part((text, in_transaction): Part<'_>) -> String {
    let (name, version, up) = (text.name, text.version(), text.up.trim_end());
    let (begin, commit) = if in_transaction {
        ("BEGIN;\n", "COMMIT;\n")
    } else {
        ("", "")
    };
    format!(
        "\n-- {name}\n{begin}{up}\nINSERT INTO __diesel_schema_migrations (version) VALUES ('{version}');\n{commit}"
    )
}

#[test]
fn what_must_not_run_in_a_transaction_has_none() {
    let index = Text {
        name: "2027-01-10-100000_index",
        up: "CREATE INDEX CONCURRENTLY i ON t (a);\n",
        down: "DROP INDEX CONCURRENTLY i;\n",
    };
    let record = "INSERT INTO __diesel_schema_migrations (version) VALUES ('20270110100000');\n";
    let outside = script([(&index, false)].into_iter());
    assert!(
        outside.ends_with(&format!("_index\n{}{record}", index.up)),
        "{outside}"
    );
    let inside = script([(&index, true)].into_iter());
    let expected = format!("_index\nBEGIN;\n{}{record}COMMIT;\n", index.up);
    assert!(inside.ends_with(&expected), "{inside}");
}
