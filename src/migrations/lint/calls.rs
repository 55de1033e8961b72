//! Which functions an expression calls.

use super::reader::Reader;

/// Functions that give the same for all rows of a statement, or for the same arguments.
const STEADY: [&str; 23] = [
    "now",
    "current_timestamp",
    "localtimestamp",
    "transaction_timestamp",
    "statement_timestamp",
    "date_trunc",
    "timezone",
    "make_date",
    "make_interval",
    "make_timestamptz",
    "jsonb_build_object",
    "jsonb_build_array",
    "json_build_object",
    "json_build_array",
    "to_jsonb",
    "coalesce",
    "nullif",
    "greatest",
    "least",
    "lower",
    "upper",
    "concat",
    "md5",
];

/// What stands before parentheses and is no call.
const NO_CALLS: [&str; 16] = [
    "as",
    "materialized",
    "select",
    "cast",
    "in",
    "any",
    "all",
    "and",
    "or",
    "not",
    "values",
    "exists",
    "when",
    "then",
    "else",
    "from",
];

/// Whether an expression may give another value for each row: it calls something that is not known to be steady.
pub(super) fn may_be_volatile(expression: Reader<'_>) -> bool {
    calls(expression).any(|name| !STEADY.contains(&name.as_str()))
}

/// The functions that are called, by name.
pub(super) fn calls(expression: Reader<'_>) -> impl Iterator<Item = String> {
    let mut is_type = false;
    expression.tails().filter_map(move |tail| {
        let mut after = tail;
        let named = after.name().filter(|_| after.sees("("));
        let called = named.filter(|name| !is_type && !NO_CALLS.contains(&name.as_str()));
        // The name after `::` is a type's.
        is_type = tail.sees(":");
        called
    })
}
