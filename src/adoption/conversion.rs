//! [`Conversion`]: how the values of a column come to have another type.

use super::plan::Work;
use crate::catalog::Column;

/// How a value comes to be of the expected type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Conversion {
    /// The expression that makes the new value of the old one.
    pub(super) value: String,
    /// Whether PostgreSQL makes the value by itself, so that no `USING` is needed.
    pub(super) is_implicit: bool,
    /// What the change of the type does with the rows of the table.
    pub(super) work: Work,
    /// The condition under which a value cannot be converted without a loss.
    pub(super) refused: Option<String>,
    /// Whether printed Python is made JSON before.
    pub(super) is_json: bool,
}

const NUMBER: &str = r"'^\s*[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d+)?\s*$'";
const DAY: &str = r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])";
const TIME: &str = r"[ T]([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d+)?)?";
const OFFSET: &str = r"\s*(Z|[-+]\d{2}(:?\d{2})?)";

/// How `column`, written as given, is brought to the expected type; `None` where nobody knows.
pub(super) fn conversion(
    column: &str,
    live: &Column,
    expected: &Column,
    zone: &str,
) -> Option<Conversion> {
    let wanted = &expected.sql_type;
    let free = |work| Conversion {
        value: format!("{column}::{wanted}"),
        is_implicit: true,
        work,
        refused: None,
        is_json: false,
    };
    let cast = |refused: Option<String>| Conversion {
        is_implicit: false,
        refused,
        ..free(Work::Rewrites)
    };
    let by_text = |refused: String| Conversion {
        value: format!("trim({column})::{wanted}"),
        ..cast(Some(refused))
    };
    let (from, to) = (base(&live.sql_type), base(wanted));
    Some(match (from.as_str(), to.as_str()) {
        (same, other) if same == other => free(Work::Catalog),
        ("character varying", "text") | ("character varying[]", "text[]") => free(Work::Catalog),
        ("timestamp without time zone", "timestamp with time zone") if zone == "UTC" => {
            free(Work::Catalog)
        }
        ("timestamp without time zone", "timestamp with time zone") => Conversion {
            value: format!(
                "{column} AT TIME ZONE {}",
                crate::catalog::mend::literal(zone)
            ),
            ..cast(None)
        },
        ("date", "timestamp with time zone") => Conversion {
            value: format!(
                "{column}::timestamp AT TIME ZONE {}",
                crate::catalog::mend::literal(zone)
            ),
            ..cast(None)
        },
        ("timestamp without time zone" | "timestamp with time zone", "date") => {
            cast(Some(format!("{column} <> date_trunc('day', {column})")))
        }
        ("smallint", "integer" | "bigint" | "numeric" | "double precision")
        | ("integer", "bigint" | "numeric" | "double precision")
        | ("bigint", "numeric" | "double precision")
        | (_, "text") => cast(None),
        ("real" | "double precision", "numeric") => Conversion {
            value: format!("{column}::text::numeric"),
            ..cast(None)
        },
        ("integer" | "bigint", "smallint" | "integer") => cast(Some(out_of_range(column, &to))),
        ("numeric" | "real" | "double precision", "smallint" | "integer" | "bigint") => {
            let range = out_of_range(column, &to);
            cast(Some(format!(
                "{column} = 'NaN' OR {range} OR {column} <> trunc({column}::numeric)"
            )))
        }
        ("smallint" | "integer", "boolean") => cast(Some(format!("{column} NOT IN (0, 1)"))),
        ("json", "jsonb") => cast(Some(format!(r"{column}::text LIKE '%\u0000%'"))),
        ("text" | "character varying", "jsonb") => Conversion {
            is_json: true,
            ..cast(None)
        },
        ("text" | "character varying" | "character", "numeric") => {
            by_text(format!("{column} !~ {NUMBER}"))
        }
        ("text" | "character varying" | "character", "smallint" | "integer" | "bigint") => {
            let range = out_of_range(&format!("trim({column})::numeric"), &to);
            by_text(format!(
                r"CASE WHEN {column} ~ '^\s*[-+]?\d+\s*$' THEN {range} ELSE true END"
            ))
        }
        ("text" | "character varying" | "character", "boolean") => by_text(format!(
            "lower(trim({column})) NOT IN ('t', 'true', 'y', 'yes', 'on', '1', 'f', 'false', 'n', 'no', 'off', '0')"
        )),
        ("text" | "character varying" | "character", "date") => {
            by_text(format!(r"{column} !~ '^\s*{DAY}\s*$'"))
        }
        ("text" | "character varying" | "character", "timestamp with time zone") => Conversion {
            // A time with an offset has its own zone, whatever the others were written in.
            value: format!(
                "CASE WHEN {column} ~ '{OFFSET}\\s*$' THEN trim({column})::timestamptz \
                 ELSE trim({column})::timestamp AT TIME ZONE {} END",
                crate::catalog::mend::literal(zone)
            ),
            ..by_text(format!(r"{column} !~ '^\s*{DAY}({TIME}({OFFSET})?)?\s*$'"))
        },
        _ => return None,
    })
}

/// The type without length and precision.
fn base(sql_type: &str) -> String {
    match (sql_type.find('('), sql_type.find(')')) {
        (Some(start), Some(end)) => format!("{}{}", &sql_type[..start], &sql_type[end + 1..]),
        _ => sql_type.to_owned(),
    }
}

fn out_of_range(value: &str, sql_type: &str) -> String {
    let (least, most) = match sql_type {
        "smallint" => (i64::from(i16::MIN), i64::from(i16::MAX)),
        "integer" => (i64::from(i32::MIN), i64::from(i32::MAX)),
        _ => (i64::MIN, i64::MAX),
    };
    format!("{value} NOT BETWEEN {least} AND {most}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(sql_type: &str) -> Column {
        Column {
            name: "c".to_owned(),
            sql_type: sql_type.to_owned(),
            collation: None,
            not_null: false,
            identity: None,
            generated: None,
            default: None,
            comment: None,
        }
    }

    fn to(from: &str, to: &str, zone: &str) -> Option<Conversion> {
        conversion("c", &column(from), &column(to), zone)
    }

    #[test]
    fn wider_types_rewrite_nothing() {
        for (from, wanted) in [
            ("character varying(20)", "text"),
            ("character varying(20)[]", "text[]"),
            ("numeric(12,2)", "numeric"),
            ("timestamp without time zone", "timestamp with time zone"),
            ("timestamp(3) with time zone", "timestamp with time zone"),
        ] {
            let found = to(from, wanted, "UTC").unwrap();
            assert_eq!((found.work, found.refused), (Work::Catalog, None), "{from}");
        }
    }

    #[test]
    fn times_of_another_zone_are_rewritten() {
        let found = to(
            "timestamp without time zone",
            "timestamp with time zone",
            "Europe/London",
        )
        .unwrap();
        assert_eq!(found.work, Work::Rewrites);
        assert_eq!(found.value, "c AT TIME ZONE 'Europe/London'");
    }

    #[test]
    fn what_has_no_conversion() {
        assert_eq!(to("bytea", "integer", "UTC"), None);
        assert_eq!(to("jsonb", "text[]", "UTC"), None);
    }
}
