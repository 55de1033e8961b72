//! [`Reference`]: a foreign key, from its definition.

/// A foreign key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Reference {
    pub(super) table: String,
    pub(super) columns: Vec<String>,
    pub(super) parent: String,
    pub(super) parent_columns: Vec<String>,
    /// Whether the reference becomes NULL where the parent goes; else the row goes too, or keeps the parent.
    pub(super) sets_null: bool,
}

impl Reference {
    /// Reads a definition as PostgreSQL writes it; `None` where it is none of a foreign key.
    pub(super) fn parse(table: &str, definition: &str) -> Option<Self> {
        let (columns, rest) = definition
            .strip_prefix("FOREIGN KEY (")?
            .split_once(") REFERENCES ")?;
        let (parent, rest) = rest.split_once('(')?;
        let (parent_columns, actions) = rest.split_once(')')?;
        Some(Self {
            table: table.to_owned(),
            columns: names(columns),
            parent: unquoted(parent),
            parent_columns: names(parent_columns),
            sets_null: actions.contains("ON DELETE SET NULL"),
        })
    }

    /// Whether both refer from the same columns to the same ones, whatever they do when the parent goes.
    pub(super) fn refers_as(&self, other: &Self) -> bool {
        (
            &self.table,
            &self.columns,
            &self.parent,
            &self.parent_columns,
        ) == (
            &other.table,
            &other.columns,
            &other.parent,
            &other.parent_columns,
        )
    }
}

fn names(list: &str) -> Vec<String> {
    list.split(", ").map(unquoted).collect()
}

fn unquoted(name: &str) -> String {
    match name
        .strip_prefix('"')
        .and_then(|name| name.strip_suffix('"'))
    {
        Some(quoted) => quoted.replace("\"\"", "\""),
        None => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn definitions_are_read() {
        let read = Reference::parse(
            "lines",
            "FOREIGN KEY (\"order\", shop) REFERENCES orders(id, shop) ON DELETE SET NULL DEFERRABLE",
        )
        .unwrap();
        assert_eq!(read.columns, ["order", "shop"]);
        assert_eq!((read.parent.as_str(), read.sets_null), ("orders", true));
        assert_eq!(read.parent_columns, ["id", "shop"]);
        let other = Reference::parse(
            "lines",
            "FOREIGN KEY (\"order\", shop) REFERENCES orders(id, shop)",
        )
        .unwrap();
        assert!(read.refers_as(&other) && !other.sets_null);
        assert_eq!(Reference::parse("lines", "UNIQUE (id)"), None);
    }
}
