//! Constraints, indexes and triggers, read from what PostgreSQL writes.

use std::sync::LazyLock;

use regex::Regex;
use spending_db::catalog::Table;

use crate::markdown::{code, link};

/// A reference from a table to another one.
pub(super) struct Reference {
    /// The columns as PostgreSQL writes them.
    pub(super) columns: String,
    pub(super) table: String,
    pub(super) referenced: String,
    /// Such as `on delete cascade`.
    pub(super) on_delete: String,
}

/// The references of a table.
pub(super) fn references(table: &Table) -> Vec<Reference> {
    let definitions = table.constraints.values().map(|part| &*part.definition);
    definitions
        .filter(|definition| definition.starts_with("FOREIGN KEY"))
        .map(reference)
        .collect()
}

fn reference(definition: &str) -> Reference {
    static FORM: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(
            r"^FOREIGN KEY \(([^)]+)\) REFERENCES (\w+)\(([^)]+)\)(?: ON DELETE ([A-Z ]+))?$",
        )
        .unwrap()
    });
    let found = FORM
        .captures(definition)
        .unwrap_or_else(|| panic!("{definition} is of no form that is known here"));
    let action = found.get(4).map_or("NO ACTION", |action| action.as_str());
    Reference {
        columns: found[1].to_owned(),
        table: found[2].to_owned(),
        referenced: found[3].to_owned(),
        on_delete: format!("on delete {}", action.to_lowercase()),
    }
}

/// The columns of the keys of a table, the primary key first.
pub(super) fn keys(table: &Table) -> Vec<(&'static str, &str)> {
    let of_kind = |prefix: &'static str, kind| {
        table.constraints.values().filter_map(move |part| {
            let columns = part.definition.strip_prefix(prefix)?.strip_suffix(')')?;
            Some((kind, columns))
        })
    };
    of_kind("PRIMARY KEY (", "PK")
        .chain(of_kind("UNIQUE (", "UK"))
        .chain(of_kind("UNIQUE NULLS NOT DISTINCT (", "UK"))
        .collect()
}

/// A constraint in words where it has one of the common forms, else as PostgreSQL writes it.
pub(super) fn constraint(definition: &str) -> String {
    static FINITE: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(
            r"^CHECK \(\((.+) <> ALL \(ARRAY\['NaN'::numeric, 'Infinity'::numeric, '-Infinity'::numeric\]\)\)\)$",
        )
        .unwrap()
    });
    static WORDS: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"^CHECK \(\((\w+) = ANY \(ARRAY\[([^\]]+)\]\)\)\)$").unwrap());

    if definition.starts_with("FOREIGN KEY") {
        let reference = reference(definition);
        return format!(
            "{} references {} ({}), {}",
            code(&reference.columns),
            link(&reference.table),
            code(&reference.referenced),
            reference.on_delete
        );
    }
    if let Some(found) = FINITE.captures(definition) {
        return format!("{} is neither NaN nor infinite", code(&found[1]));
    }
    if let Some(found) = WORDS.captures(definition) {
        let words: Vec<String> = found[2]
            .split(", ")
            .map(|word| code(word.trim_end_matches("::text").trim_matches('\'')))
            .collect();
        return format!("{} is one of {}", code(&found[1]), words.join(", "));
    }
    let (kind, rest) = definition
        .split_once('(')
        .unwrap_or_else(|| panic!("{definition}"));
    let inner = rest.strip_suffix(')').unwrap_or(rest);
    match kind.trim() {
        "CHECK" => {
            let bare = inner
                .strip_prefix('(')
                .and_then(|inner| inner.strip_suffix(')'));
            code(bare.unwrap_or(inner))
        }
        kind => format!("{} {}", kind.to_lowercase(), code(inner)),
    }
}

/// What an index is over, such as `btree (user_id)`.
pub(super) fn index(definition: &str) -> String {
    let (head, over) = definition
        .split_once(" USING ")
        .unwrap_or_else(|| panic!("{definition}"));
    let unique = if head.starts_with("CREATE UNIQUE") {
        "unique, "
    } else {
        ""
    };
    format!("{unique}{}", code(over))
}

/// When a trigger acts, and what it calls.
pub(super) fn trigger(name: &str, table: &str, definition: &str) -> String {
    let (_, acts) = definition
        .split_once(&format!("TRIGGER {name} "))
        .unwrap_or_else(|| panic!("{definition}"));
    code(&acts.replacen(&format!(" ON {table}"), "", 1))
}

#[test]
fn definitions_are_told_in_words_where_they_are_common() {
    for (definition, told) in [
        ("PRIMARY KEY (id)", "primary key `id`"),
        ("UNIQUE (a, b)", "unique `a, b`"),
        (
            "UNIQUE NULLS NOT DISTINCT (a)",
            "unique nulls not distinct `a`",
        ),
        (
            "FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE SET NULL",
            "`user_id` references [`users`](#users) (`id`), on delete set null",
        ),
        (
            "FOREIGN KEY (user_id) REFERENCES users(id)",
            "`user_id` references [`users`](#users) (`id`), on delete no action",
        ),
        (
            "CHECK ((a <> ALL (ARRAY['NaN'::numeric, 'Infinity'::numeric, '-Infinity'::numeric])))",
            "`a` is neither NaN nor infinite",
        ),
        (
            "CHECK ((kind = ANY (ARRAY['a b'::text, 'c'::text])))",
            "`kind` is one of `a b`, `c`",
        ),
        (
            "CHECK (((a >= 0) AND (a <= 100)))",
            "`(a >= 0) AND (a <= 100)`",
        ),
    ] {
        assert_eq!(constraint(definition), told);
    }
    assert_eq!(
        index("CREATE UNIQUE INDEX i ON t USING btree (lower(a)) WHERE b"),
        "unique, `btree (lower(a)) WHERE b`"
    );
    assert_eq!(
        trigger(
            "g",
            "t",
            "CREATE TRIGGER g BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION f()"
        ),
        "`BEFORE UPDATE FOR EACH ROW EXECUTE FUNCTION f()`"
    );
}
