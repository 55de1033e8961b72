//! What a statement leaves in its session.

use super::{Kind, tokens};

/// What may stand before a parenthesis: words of the grammar, and functions that only compute.
const HARMLESS: &[&str] = &[
    "all",
    "and",
    "any",
    "array",
    "array_agg",
    "array_position",
    "as",
    "avg",
    "bool_and",
    "bool_or",
    "btrim",
    "by",
    "cardinality",
    "case",
    "cast",
    "char_length",
    "clock_timestamp",
    "coalesce",
    "concat",
    "concat_ws",
    "count",
    "current_database",
    "current_setting",
    "date_trunc",
    "distinct",
    "else",
    "encode",
    "except",
    "exists",
    "extract",
    "filter",
    "first_value",
    "floor",
    "format",
    "from",
    "generate_series",
    "greatest",
    "grouping",
    "in",
    "intersect",
    "is",
    "join",
    "json_agg",
    "json_object_agg",
    "jsonb_agg",
    "jsonb_array_elements",
    "jsonb_array_length",
    "jsonb_build_object",
    "jsonb_each",
    "jsonb_exists",
    "jsonb_extract_path_text",
    "jsonb_object_agg",
    "jsonb_set",
    "jsonb_strip_nulls",
    "jsonb_to_recordset",
    "jsonb_typeof",
    "lateral",
    "least",
    "left",
    "length",
    "limit",
    "lower",
    "ltrim",
    "make_interval",
    "materialized",
    "max",
    "min",
    "not",
    "now",
    "nullif",
    "num_nonnulls",
    "offset",
    "on",
    "or",
    "over",
    "partition",
    "position",
    "regexp_replace",
    "replace",
    "returning",
    "round",
    "row",
    "row_number",
    "rtrim",
    "select",
    "sets",
    "some",
    "split_part",
    "starts_with",
    "statement_timestamp",
    "string_agg",
    "strpos",
    "substr",
    "substring",
    "sum",
    "then",
    "to_char",
    "to_jsonb",
    "to_regclass",
    "to_timestamp",
    "trim",
    "union",
    "unnest",
    "upper",
    "using",
    "values",
    "when",
    "where",
    "with",
];

/// Whether a statement surely leaves nothing in its session: it reads, updates or deletes, and calls nothing but functions
/// that only compute. An `INSERT` moves the sequences that the session remembers, and any other statement may do anything.
///
/// Statements of Diesel's own transactions are for [`transaction`].
pub(crate) fn leaves_nothing(sql: &str) -> bool {
    let mut code = tokens(sql)
        .filter(|(kind, _)| *kind != Kind::Comment)
        .map(|(kind, range)| (kind, &sql[range]))
        .filter(|(_, text)| !text.trim().is_empty());
    let first = code.next().map_or("", |(_, text)| text);
    if !is_one_of(first, &["select", "update", "delete", "with"]) {
        return false;
    }
    let (mut before, mut last) = ("", first);
    for (kind, text) in code {
        let called = text == "(" && is_name(last);
        if kind == Kind::Semicolon
            || is_one_of(text, &["into", "insert"])
            || (called && (before == "." || !is_one_of(last, HARMLESS)))
        {
            return false;
        }
        (before, last) = (last, text);
    }
    true
}

/// What a statement of a transaction as Diesel writes it does to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Transaction {
    Begins,
    GoesOn,
    Ends,
}

/// Reads a statement of a transaction as Diesel writes it; `None` for any other.
pub(crate) fn transaction(sql: &str) -> Option<Transaction> {
    match sql {
        "COMMIT" | "ROLLBACK" => Some(Transaction::Ends),
        _ if sql.contains(';') => None,
        _ if sql == "BEGIN" || sql.starts_with("BEGIN ") => Some(Transaction::Begins),
        _ => ["SAVEPOINT ", "RELEASE SAVEPOINT ", "ROLLBACK TO SAVEPOINT "]
            .iter()
            .any(|start| sql.starts_with(start))
            .then_some(Transaction::GoesOn),
    }
}

fn is_name(token: &str) -> bool {
    token.starts_with(|c: char| c.is_alphabetic() || c == '_' || c == '"')
}

fn is_one_of(token: &str, words: &[&str]) -> bool {
    words.iter().any(|word| token.eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reading_and_changing_rows_leaves_nothing() {
        for sql in [
            r#"SELECT "users"."id" FROM "users" WHERE (("users"."id" = $1) AND TRUE)"#,
            "select count(*), set_config FROM t WHERE x IN (SELECT 1) -- set_config('a')",
            "WITH a AS MATERIALIZED (SELECT 'set_config(1)') UPDATE t SET n = (n + 1) RETURNING (n)",
            "DELETE FROM t WHERE id = ANY ($1)",
        ] {
            assert!(leaves_nothing(sql), "{sql}");
        }
    }

    #[test]
    fn whatever_else_may_leave_something() {
        for sql in [
            "",
            "SET work_mem = '1MB'",
            "INSERT INTO t VALUES (1)",
            "SELECT 1; SELECT 2",
            "SELECT 1 INTO TEMP x",
            "WITH a AS (INSERT INTO t VALUES (1) RETURNING n) SELECT n FROM a",
            "SELECT set_config('a', 'b', false)",
            "SELECT pg_advisory_lock /* now */ (1)",
            r#"SELECT "now"()"#,
            "SELECT mine.now()",
            "SELECT mine . now ()",
            "EXPLAIN ANALYZE SELECT 1",
            "PREPARE x AS SELECT 1",
            "DECLARE x CURSOR WITH HOLD FOR SELECT 1",
            "COPY t TO STDOUT",
        ] {
            assert!(!leaves_nothing(sql), "{sql}");
        }
    }

    #[test]
    fn transactions_are_told_by_the_words_that_diesel_uses() {
        for (sql, told) in [
            ("BEGIN", Some(Transaction::Begins)),
            (
                "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY",
                Some(Transaction::Begins),
            ),
            ("BEGIN; INSERT INTO t VALUES (1)", None),
            ("SAVEPOINT diesel_savepoint_1", Some(Transaction::GoesOn)),
            (
                "ROLLBACK TO SAVEPOINT diesel_savepoint_1",
                Some(Transaction::GoesOn),
            ),
            ("COMMIT", Some(Transaction::Ends)),
            ("COMMIT AND CHAIN", None),
            ("ROLLBACK", Some(Transaction::Ends)),
            ("SELECT 1", None),
        ] {
            assert_eq!(transaction(sql), told, "{sql}");
        }
    }
}
