//! [`Measure`]: the rows of a table in a few numbers that do not depend on their order.

use std::collections::BTreeMap;

use bigdecimal::BigDecimal;
use diesel::prelude::*;

use super::survey::{Survey, sums};
use crate::catalog::Column;
use crate::catalog::mend::name;
use crate::{Error, Result};

/// How many rows there are, and of each column the sum of its values' hashes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Measure {
    pub(super) rows: BigDecimal,
    pub(super) columns: BTreeMap<String, BigDecimal>,
}

/// The hash of a value, 0 of NULL.
pub(super) fn hash(value: &str) -> String {
    format!("coalesce(hashtextextended(({value})::text, 0)::numeric, 0)")
}

impl Measure {
    /// Measures what a query gives for columns, each with the expression of its value.
    pub(super) fn take(
        conn: &mut PgConnection,
        from: &str,
        values: &[(String, String)],
    ) -> Result<Self> {
        let mut expressions = vec!["count(*)".to_owned()];
        expressions.extend(
            values
                .iter()
                .map(|(_, value)| format!("coalesce(sum({}), 0)", hash(value))),
        );
        let mut sums = sums(conn, from, &expressions)?.into_iter();
        let rows = sums.next().unwrap_or_default();
        let columns = values.iter().map(|(column, _)| column.clone());
        Ok(Self {
            rows,
            columns: columns.zip(sums).collect(),
        })
    }

    /// Adds to the hashes of a column.
    pub(super) fn add(&mut self, column: &str, sum: &BigDecimal) {
        *self.columns.entry(column.to_owned()).or_default() += sum;
    }

    /// Takes the rows of another measure out of this one.
    pub(super) fn remove(&mut self, other: &Self) {
        self.rows -= &other.rows;
        for (column, sum) in &other.columns {
            self.add(column, &-sum);
        }
    }

    /// The number of rows.
    pub(super) fn count(&self) -> i64 {
        use bigdecimal::ToPrimitive;
        self.rows.to_i64().unwrap_or(i64::MAX)
    }

    /// Refuses what is not the same, for what was there before.
    pub(super) fn agrees(&self, table: &str, after: &Self) -> Result<()> {
        if self.rows != after.rows {
            return Err(Error::Migration(format!(
                "{table} has {} rows instead of {}; nothing was changed",
                after.rows, self.rows
            )));
        }
        for (column, sum) in &self.columns {
            if after.columns.get(column) != Some(sum) {
                return Err(Error::Migration(format!(
                    "the checksum of {table}.{column} is not the same after adoption; nothing was changed"
                )));
            }
        }
        Ok(())
    }
}

/// The columns of a live table with the expressions of their new values, for a row that goes by `t`.
pub(super) fn new_values(survey: &Survey, table: &str) -> Vec<(String, String)> {
    values(survey, table, |column, written| {
        survey.value(table, column, written)
    })
}

/// The columns of a live table as they will be found under the new types.
pub(super) fn plain_values(survey: &Survey, table: &str) -> Vec<(String, String)> {
    values(survey, table, |_, written| written.to_owned())
}

/// The columns of texts that become JSON, with the expressions of their new values.
pub(super) fn json_values(survey: &Survey, table: &str) -> Vec<(String, String)> {
    let mut values = values(survey, table, |column, written| {
        match survey.conversion(table, column, written) {
            Some(conversion) if conversion.is_json => conversion.value,
            _ => String::new(),
        }
    });
    values.retain(|(_, value)| !value.is_empty());
    values
}

fn values(
    survey: &Survey,
    table: &str,
    value: impl Fn(&Column, &str) -> String,
) -> Vec<(String, String)> {
    let columns = survey.live.tables.get(table).map(|table| &table.columns);
    columns
        .into_iter()
        .flatten()
        .map(|column| {
            let written = format!("t.{}", name(&column.name));
            (column.name.clone(), value(column, &written))
        })
        .collect()
}
