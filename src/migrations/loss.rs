//! What reverting a migration costs.

use std::fmt;

use serde::Serialize;

/// An applied migration that is to be reverted, and what is lost with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reversal {
    /// What orders migrations: the digits in front of the name.
    pub version: String,
    /// The folder's name.
    pub name: String,
    /// What the schema before it has no place for; empty where nothing is lost.
    pub losses: Vec<Loss>,
}

/// Rows or values of the database that an older schema cannot hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Loss {
    /// The table, as SQL names it.
    pub table: String,
    /// Why they cannot stay.
    #[serde(flatten)]
    pub reason: Reason,
    /// How many rows are concerned.
    pub rows: i64,
    /// The query that shows them.
    pub query: String,
}

/// Why rows or values cannot stay.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "reason", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Reason {
    /// The table is dropped.
    TableDropped,
    /// A column is dropped. Values that the column would give new rows by itself, if it were added again, do not count.
    ColumnDropped {
        /// The column, as SQL names it.
        column: String,
    },
    /// A column gets a type that has no room for the value as it is.
    TypeChanged {
        /// The column, as SQL names it.
        column: String,
        /// The older type.
        sql_type: String,
    },
    /// A key, a check, a reference or a NOT NULL of the older schema is against the row. The migration cannot be reverted,
    /// with or without consent, before somebody changes or removes these rows.
    Refused {
        /// What is against it, such as `UNIQUE (message_id)`.
        rule: String,
    },
}

impl Loss {
    /// Whether the migration cannot be reverted as long as the rows are as they are.
    pub fn is_refused(&self) -> bool {
        matches!(self.reason, Reason::Refused { .. })
    }
}

impl fmt::Display for Loss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { table, rows, .. } = self;
        let s = if *rows == 1 { "" } else { "s" };
        match &self.reason {
            Reason::TableDropped => write!(f, "{rows} row{s} of {table}"),
            Reason::ColumnDropped { column } => write!(f, "{rows} value{s} of {table}.{column}"),
            Reason::TypeChanged { column, sql_type } => write!(
                f,
                "{rows} value{s} of {table}.{column} that {sql_type} does not hold as they are"
            ),
            Reason::Refused { rule } => {
                write!(f, "{rows} row{s} of {table} that {rule} does not admit")
            }
        }
    }
}

/// Why reverting is refused, in one line.
pub(crate) fn refusal(migrations: &[Reversal]) -> String {
    let lost = account(migrations, |loss| !loss.is_refused());
    let refused = account(migrations, Loss::is_refused);
    let parts = [
        (
            "reverting would lose data, which takes consent (--lose-data): ",
            lost,
        ),
        ("the older schema does not admit what is there: ", refused),
    ];
    let told: Vec<String> = parts
        .into_iter()
        .filter(|(_, losses)| !losses.is_empty())
        .map(|(what, losses)| format!("{what}{losses}"))
        .collect();
    told.join("; ")
}

/// Losses by migration.
fn account(migrations: &[Reversal], is_meant: impl Fn(&Loss) -> bool) -> String {
    let told: Vec<String> = migrations
        .iter()
        .filter_map(|migration| {
            let losses = migration.losses.iter().filter(|loss| is_meant(loss));
            let losses: Vec<String> = losses.map(Loss::to_string).collect();
            (!losses.is_empty()).then(|| format!("{} ({})", losses.join(", "), migration.name))
        })
        .collect();
    told.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn loss(rows: i64, reason: Reason) -> Loss {
        Loss {
            table: "orders".to_owned(),
            reason,
            rows,
            query: "SELECT * FROM orders".to_owned(),
        }
    }

    #[test]
    fn losses_are_told_in_words() {
        let column = "total".to_owned();
        let sql_type = "numeric(12,2)".to_owned();
        let rule = "UNIQUE (number)".to_owned();
        for (loss, words) in [
            (loss(1, Reason::TableDropped), "1 row of orders"),
            (
                loss(
                    2,
                    Reason::ColumnDropped {
                        column: column.clone(),
                    },
                ),
                "2 values of orders.total",
            ),
            (
                loss(3, Reason::TypeChanged { column, sql_type }),
                "3 values of orders.total that numeric(12,2) does not hold as they are",
            ),
            (
                loss(4, Reason::Refused { rule }),
                "4 rows of orders that UNIQUE (number) does not admit",
            ),
        ] {
            assert_eq!(loss.to_string(), words);
        }
    }

    #[test]
    fn what_takes_consent_and_what_no_consent_helps_are_told_apart() {
        let migration = |version: &str, losses| Reversal {
            version: version.to_owned(),
            name: format!("{version}_name"),
            losses,
        };
        let rule = "CHECK (total > 0)".to_owned();
        let refused = loss(5, Reason::Refused { rule });
        let dropped = || loss(1, Reason::TableDropped);
        assert_eq!(
            refusal(&[
                migration("3", vec![dropped(), refused]),
                migration("2", Vec::new()),
                migration("1", vec![dropped(), dropped()]),
            ]),
            "reverting would lose data, which takes consent (--lose-data): \
             1 row of orders (3_name), 1 row of orders, 1 row of orders (1_name); \
             the older schema does not admit what is there: 5 rows of orders that CHECK (total > 0) does not admit (3_name)"
        );
    }
}
