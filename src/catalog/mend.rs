//! The SQL that brings an object to what is expected.

use super::{Catalog, Column, ColumnFault, Finding, PartFault, PartKind, Table};

/// The statements that mend a finding, in their order. Nothing for what the migrations know nothing of: what is to become of
/// it is for people to say.
pub(crate) fn mend(expected: &Catalog, finding: &Finding<'_>) -> Vec<String> {
    match *finding {
        Finding::TableMissing { table, expected } => create_table(table, expected),
        Finding::TableUnknown { .. } => Vec::new(),
        Finding::TableComment { table, expected } => vec![comment("TABLE", &name(table), expected)],
        Finding::Column {
            table,
            column,
            fault,
        } => mend_column(table, column, fault),
        Finding::Part {
            kind,
            table,
            name,
            fault,
        } => mend_part(expected, kind, table, name, fault),
    }
}

/// Creates a table with all that belongs to it.
pub(crate) fn create_table(table: &str, expected: &Table) -> Vec<String> {
    let columns: Vec<String> = expected.columns.iter().map(define).collect();
    let mut statements = vec![format!(
        "CREATE TABLE {} (\n    {}\n)",
        name(table),
        columns.join(",\n    ")
    )];
    let (references, others): (Vec<_>, Vec<_>) = expected
        .constraints
        .iter()
        .partition(|(_, part)| part.definition.starts_with("FOREIGN KEY"));
    for (constraint, part) in others.into_iter().chain(references) {
        statements.push(add_constraint(table, constraint, &part.definition));
    }
    let parts = expected.indexes.values().chain(expected.triggers.values());
    statements.extend(parts.map(|part| part.definition.clone()));
    if expected.comment.is_some() {
        statements.push(comment("TABLE", &name(table), expected.comment.as_deref()));
    }
    for column in expected
        .columns
        .iter()
        .filter(|column| column.comment.is_some())
    {
        statements.push(comment_on_column(
            table,
            &column.name,
            column.comment.as_deref(),
        ));
    }
    statements
}

/// A column as `CREATE TABLE` and `ADD COLUMN` take it.
pub(crate) fn define(column: &Column) -> String {
    let collation = column.collation.as_ref();
    let generated = column.generated.as_ref();
    let default = column.default.as_ref();
    let identity = column.identity.as_ref();
    [
        Some(format!("{} {}", name(&column.name), column.sql_type)),
        collation.map(|collation| format!("COLLATE {}", name(collation))),
        generated.map(|expression| format!("GENERATED ALWAYS AS ({expression}) STORED")),
        default.map(|default| format!("DEFAULT {default}")),
        column.not_null.then(|| "NOT NULL".to_owned()),
        identity.map(|when| format!("GENERATED {} AS IDENTITY", when.to_uppercase())),
    ]
    .into_iter()
    .flatten()
    .collect::<Vec<_>>()
    .join(" ")
}

fn mend_column(table: &str, column: &str, fault: ColumnFault<'_>) -> Vec<String> {
    let alter = |what: String| {
        format!(
            "ALTER TABLE {} ALTER COLUMN {} {what}",
            name(table),
            name(column)
        )
    };
    match fault {
        ColumnFault::Missing(expected) => {
            let mut statements = vec![format!(
                "ALTER TABLE {} ADD COLUMN {}",
                name(table),
                define(expected)
            )];
            if expected.comment.is_some() {
                statements.push(comment_on_column(
                    table,
                    column,
                    expected.comment.as_deref(),
                ));
            }
            statements
        }
        ColumnFault::Unknown(_) => Vec::new(),
        ColumnFault::Type { expected, live } => vec![alter(set_type(expected, live))],
        ColumnFault::TakesNull => vec![alter("SET NOT NULL".to_owned())],
        ColumnFault::RefusesNull => vec![alter("DROP NOT NULL".to_owned())],
        ColumnFault::Default { expected, .. } => vec![alter(set_default(expected))],
        ColumnFault::Identity { expected, live } => set_identity(expected, live)
            .into_iter()
            .map(alter)
            .collect(),
        ColumnFault::Generated { expected, .. } => vec![
            format!("ALTER TABLE {} DROP COLUMN {}", name(table), name(column)),
            format!(
                "ALTER TABLE {} ADD COLUMN {}",
                name(table),
                define(expected)
            ),
        ],
        ColumnFault::Comment(text) => vec![comment_on_column(table, column, text)],
    }
}

/// What follows `ALTER COLUMN …` to change a type. Times without a zone were written in UTC.
pub(crate) fn set_type(expected: &Column, live: &Column) -> String {
    let column = name(&live.name);
    let wanted = &expected.sql_type;
    let using = if live.sql_type.starts_with("timestamp")
        && live.sql_type.ends_with("without time zone")
        && wanted.ends_with("with time zone")
    {
        format!("{column} AT TIME ZONE 'UTC'")
    } else {
        format!("{column}::{wanted}")
    };
    let collation = match &expected.collation {
        Some(collation) => format!(" COLLATE {}", name(collation)),
        None => String::new(),
    };
    format!("TYPE {wanted}{collation} USING {using}")
}

/// What follows `ALTER COLUMN …` to change a default.
pub(crate) fn set_default(expected: Option<&str>) -> String {
    match expected {
        Some(default) => format!("SET DEFAULT {default}"),
        None => "DROP DEFAULT".to_owned(),
    }
}

/// What follows `ALTER COLUMN …` to change how a column numbers rows, one clause a statement.
pub(crate) fn set_identity(expected: Option<&str>, live: Option<&str>) -> Vec<String> {
    match (expected, live) {
        (Some(identity), Some(_)) => vec![format!("SET GENERATED {}", identity.to_uppercase())],
        (Some(identity), None) => vec![
            "DROP DEFAULT".to_owned(),
            format!("ADD GENERATED {} AS IDENTITY", identity.to_uppercase()),
        ],
        (None, _) => vec!["DROP IDENTITY IF EXISTS".to_owned()],
    }
}

/// Adds a constraint.
pub(crate) fn add_constraint(table: &str, constraint: &str, definition: &str) -> String {
    format!(
        "ALTER TABLE {} ADD CONSTRAINT {} {definition}",
        name(table),
        name(constraint)
    )
}

fn mend_part(
    catalog: &Catalog,
    kind: PartKind,
    table: Option<&str>,
    part: &str,
    fault: PartFault<'_>,
) -> Vec<String> {
    let drop = || drop_part(kind, table, part);
    match fault {
        PartFault::Missing { expected } => create_part(catalog, kind, table, part, expected),
        PartFault::Unknown { .. } => match kind {
            PartKind::Constraint | PartKind::Trigger => vec![drop()],
            PartKind::Index | PartKind::View | PartKind::Function => Vec::new(),
        },
        PartFault::Differs { expected, .. } => {
            let mut statements = match kind {
                PartKind::Function => Vec::new(),
                _ => vec![drop()],
            };
            statements.extend(create_part(catalog, kind, table, part, expected));
            statements
        }
        PartFault::Named { live } => vec![rename_part(kind, table, live, part)],
        PartFault::Unsound { .. } => vec![match kind {
            PartKind::Constraint => format!(
                "ALTER TABLE {} VALIDATE CONSTRAINT {}",
                on(table),
                name(part)
            ),
            PartKind::Index => format!("REINDEX INDEX {}", name(part)),
            _ => format!("ALTER TABLE {} ENABLE TRIGGER {}", on(table), name(part)),
        }],
        PartFault::Comment(text) => vec![match kind {
            PartKind::Function => comment("FUNCTION", part, text),
            _ => comment("VIEW", &name(part), text),
        }],
        PartFault::Options { expected, .. } => vec![format!(
            "ALTER VIEW {} SET ({})",
            name(part),
            expected.join(", ")
        )],
    }
}

fn create_part(
    catalog: &Catalog,
    kind: PartKind,
    table: Option<&str>,
    part: &str,
    definition: &str,
) -> Vec<String> {
    match kind {
        PartKind::Constraint => vec![add_constraint(table.unwrap_or_default(), part, definition)],
        PartKind::View => create_view(catalog, part),
        PartKind::Index | PartKind::Trigger | PartKind::Function => vec![definition.to_owned()],
    }
}

/// Creates a view with its options and its comment.
pub(crate) fn create_view(catalog: &Catalog, view: &str) -> Vec<String> {
    let Some(expected) = catalog.views.get(view) else {
        return Vec::new();
    };
    let options = match expected.options.as_slice() {
        [] => String::new(),
        options => format!(" WITH ({})", options.join(", ")),
    };
    let query = expected.query.trim().trim_end_matches(';');
    let mut statements = vec![format!("CREATE VIEW {}{options} AS {query}", name(view))];
    if expected.comment.is_some() {
        statements.push(comment("VIEW", &name(view), expected.comment.as_deref()));
    }
    statements
}

/// Drops a part.
pub(crate) fn drop_part(kind: PartKind, table: Option<&str>, part: &str) -> String {
    match kind {
        PartKind::Constraint => {
            format!("ALTER TABLE {} DROP CONSTRAINT {}", on(table), name(part))
        }
        PartKind::Trigger => format!("DROP TRIGGER {} ON {}", name(part), on(table)),
        PartKind::Index => format!("DROP INDEX {}", name(part)),
        PartKind::View => format!("DROP VIEW {}", name(part)),
        PartKind::Function => format!("DROP FUNCTION {part}"),
    }
}

/// Gives a part of a table its name.
pub(crate) fn rename_part(kind: PartKind, table: Option<&str>, live: &str, part: &str) -> String {
    let (live, part) = (name(live), name(part));
    match kind {
        PartKind::Constraint => {
            format!(
                "ALTER TABLE {} RENAME CONSTRAINT {live} TO {part}",
                on(table)
            )
        }
        PartKind::Trigger => format!("ALTER TRIGGER {live} ON {} RENAME TO {part}", on(table)),
        _ => format!("ALTER INDEX {live} RENAME TO {part}"),
    }
}

/// `COMMENT ON …`.
pub(crate) fn comment(kind: &str, object: &str, text: Option<&str>) -> String {
    match text {
        Some(text) => format!("COMMENT ON {kind} {object} IS {}", literal(text)),
        None => format!("COMMENT ON {kind} {object} IS NULL"),
    }
}

/// A text as a constant.
pub(crate) fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// `COMMENT ON COLUMN …`.
pub(crate) fn comment_on_column(table: &str, column: &str, text: Option<&str>) -> String {
    comment("COLUMN", &format!("{}.{}", name(table), name(column)), text)
}

fn on(table: Option<&str>) -> String {
    name(table.unwrap_or_default())
}

/// Words that are no names without quotes, and those that read badly as one.
#[rustfmt::skip]
const RESERVED: [&str; 80] = [
    "all", "analyse", "analyze", "and", "any", "array", "as", "asc", "asymmetric", "both", "case", "cast", "check", "collate",
    "column", "constraint", "create", "current_catalog", "current_date", "current_role", "current_time", "current_timestamp",
    "current_user", "date", "default", "deferrable", "desc", "distinct", "do", "else", "end", "except", "false", "fetch", "for",
    "foreign", "from", "grant", "group", "having", "in", "initially", "intersect", "into", "lateral", "leading", "limit",
    "localtime", "localtimestamp", "not", "null", "offset", "on", "only", "or", "order", "placing", "primary", "references",
    "returning", "select", "session_user", "some", "symmetric", "system_user", "table", "then", "timestamp", "to", "trailing",
    "true", "union", "unique", "user", "using", "variadic", "when", "where", "window", "with",
];

/// A name as SQL takes it: quoted where it has to be.
pub(crate) fn name(name: &str) -> String {
    let is_plain = name
        .bytes()
        .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
        && !name.starts_with(|first: char| first.is_ascii_digit())
        && !RESERVED.contains(&name);
    if is_plain {
        name.to_owned()
    } else {
        format!("\"{}\"", name.replace('"', "\"\""))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_quoted_where_they_have_to_be() {
        for (plain, quoted) in [
            ("users", "users"),
            ("timestamp", "\"timestamp\""),
            ("Odd \"name\"", "\"Odd \"\"name\"\"\""),
            ("2fa", "\"2fa\""),
        ] {
            assert_eq!(name(plain), quoted);
        }
    }

    #[test]
    fn quotes_in_comments_are_doubled() {
        assert_eq!(
            comment("TABLE", "users", Some("it's")),
            "COMMENT ON TABLE users IS 'it''s'"
        );
    }
}
