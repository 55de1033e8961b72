//! [`ColumnType`]: which changes of a type leave the rows as they are.

use super::reader::Reader;

/// What ends a type in the definition of a column.
const AFTER_TYPE: [&str; 12] = [
    "COLLATE",
    "DEFAULT",
    "NOT NULL",
    "NULL",
    "CHECK",
    "UNIQUE",
    "PRIMARY KEY",
    "REFERENCES",
    "CONSTRAINT",
    "GENERATED",
    "USING",
    "STORAGE",
];

/// A type by one of its names, with what stands in its parentheses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ColumnType {
    name: String,
    limits: Vec<u32>,
}

impl ColumnType {
    /// The type at the beginning of what follows a column's name.
    pub(super) fn read(definition: Reader<'_>) -> Self {
        let text = definition.before_any(&AFTER_TYPE).normal();
        let (name, limits) = match text.split_once('(') {
            Some((name, rest)) => {
                let (limits, end) = rest.split_once(')').unwrap_or((rest, ""));
                (format!("{} {}", name.trim(), end.trim()), limits)
            }
            None => (text.clone(), ""),
        };
        let numbers = limits
            .split(',')
            .map_while(|limit| limit.trim().parse().ok());
        Self {
            name: match name.trim() {
                "character varying" => "varchar".to_owned(),
                "decimal" => "numeric".to_owned(),
                "int" | "int4" => "integer".to_owned(),
                "int8" => "bigint".to_owned(),
                "int2" => "smallint".to_owned(),
                "bool" => "boolean".to_owned(),
                "timestamptz" => "timestamp with time zone".to_owned(),
                "timestamp without time zone" => "timestamp".to_owned(),
                name => name.to_owned(),
            },
            limits: numbers.collect(),
        }
    }

    /// Whether it numbers rows by a sequence.
    pub(super) fn is_serial(&self) -> bool {
        self.name.contains("serial")
    }

    /// Whether values of this type can be read as the other one as they are stored, and none can be too long for it.
    pub(super) fn turns_without_rewrite(&self, into: &Self) -> bool {
        if self == into {
            return true;
        }
        match (self.name.as_str(), into.name.as_str()) {
            ("varchar", "text") => true,
            ("varchar" | "text", "varchar") if into.limits.is_empty() => true,
            ("varchar", "varchar") => match (&self.limits[..], &into.limits[..]) {
                ([old], [new]) => old <= new,
                _ => false,
            },
            ("numeric", "numeric") => match (&self.limits[..], &into.limits[..]) {
                (_, []) => true,
                ([old, old_scale], [new, new_scale]) => old <= new && old_scale == new_scale,
                _ => false,
            },
            _ => false,
        }
    }
}
