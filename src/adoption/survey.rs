//! [`Survey`]: the live catalog under the new names, beside the expected one.

use std::collections::BTreeMap;

use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Numeric};

use bigdecimal::BigDecimal;

use super::conversion::{Conversion, conversion};
use super::reference::Reference;
use crate::Result;
use crate::catalog::mend::name;
use crate::catalog::{Catalog, Column, Table};

/// Both catalogs. Tables go by their new names.
pub(super) struct Survey {
    pub(super) expected: &'static Catalog,
    pub(super) live: Catalog,
    /// The old names of tables that get another, by the new ones.
    pub(super) renamed: BTreeMap<String, String>,
    /// Tables under an old name while there is one under the new name too, by the new names.
    pub(super) doubled: BTreeMap<String, String>,
    pub(super) zone: String,
}

impl Survey {
    /// Reads the live catalog.
    pub(super) fn read(conn: &mut PgConnection, zone: &str) -> Result<Self> {
        let expected = Catalog::expected()?;
        let mut survey = Self {
            expected,
            live: Catalog::read(conn)?,
            renamed: BTreeMap::new(),
            doubled: BTreeMap::new(),
            zone: zone.to_owned(),
        };
        for (old, view) in &expected.views {
            let Some((_, table)) = view.query.rsplit_once(" FROM ") else {
                continue;
            };
            let new = table.trim_end_matches(';');
            if survey.live.tables.contains_key(new) && survey.live.tables.contains_key(old) {
                survey.doubled.insert(new.to_owned(), old.clone());
            } else if let Some(table) = survey.live.tables.remove(old) {
                survey.live.tables.insert(new.to_owned(), table);
                survey.renamed.insert(new.to_owned(), old.clone());
                survey.rename_in_definitions(old, new);
            }
        }
        Ok(survey)
    }

    fn rename_in_definitions(&mut self, old: &str, new: &str) {
        for (table, found) in &mut self.live.tables {
            if table == new {
                for part in found
                    .indexes
                    .values_mut()
                    .chain(found.triggers.values_mut())
                {
                    part.definition = part.definition.replacen(
                        &format!(" ON {} ", name(old)),
                        &format!(" ON {} ", name(new)),
                        1,
                    );
                }
            }
            for part in found.constraints.values_mut() {
                part.definition = part.definition.replace(
                    &format!(" REFERENCES {}(", name(old)),
                    &format!(" REFERENCES {}(", name(new)),
                );
            }
        }
    }

    /// The tables that are in both catalogs: name, expected and live.
    pub(super) fn known(&self) -> impl Iterator<Item = (&'static str, &'static Table, &Table)> {
        let expected: &'static Catalog = self.expected;
        expected.tables.iter().filter_map(|(name, expected)| {
            let live = self.live.tables.get(name)?;
            Some((name.as_str(), expected, live))
        })
    }

    /// The name that a table has now, as SQL takes it.
    pub(super) fn current(&self, table: &str) -> String {
        name(self.renamed.get(table).map_or(table, String::as_str))
    }

    /// How a column comes to have its new type; `None` where it has it, where it is unknown, or where nobody knows how.
    pub(super) fn conversion(
        &self,
        table: &str,
        column: &Column,
        written: &str,
    ) -> Option<Conversion> {
        let expected = self.expected.tables.get(table)?.column(&column.name)?;
        if expected.sql_type == column.sql_type {
            return None;
        }
        conversion(written, column, expected, &self.zone)
    }

    /// The expression of a value with its new type, of a row of the table as it is now. What cannot be converted is NULL.
    pub(super) fn value(&self, table: &str, column: &Column, written: &str) -> String {
        match self.conversion(table, column, written) {
            // It has a check and a conversion of its own, before the type is changed.
            Some(conversion) if conversion.is_json => written.to_owned(),
            Some(Conversion {
                value,
                refused: Some(refused),
                ..
            }) => format!("CASE WHEN {refused} THEN NULL ELSE {value} END"),
            Some(conversion) => conversion.value,
            None => written.to_owned(),
        }
    }

    /// The foreign keys that the database has, and those that it will have.
    pub(super) fn references(&self) -> Vec<Reference> {
        let of = |catalog: &Catalog| -> Vec<Reference> {
            catalog
                .tables
                .iter()
                .flat_map(|(table, found)| {
                    found
                        .constraints
                        .values()
                        .filter_map(move |part| Reference::parse(table, &part.definition))
                })
                .collect()
        };
        let mut all = of(self.expected);
        for live in of(&self.live) {
            let is_superseded = self.expected.tables.contains_key(&live.table)
                && all
                    .iter()
                    .any(|other| other.columns == live.columns && other.table == live.table);
            if !is_superseded {
                all.push(live);
            }
        }
        all
    }
}

/// Asks for whole numbers of a table in one statement.
pub(super) fn counts(
    conn: &mut PgConnection,
    from: &str,
    expressions: &[String],
) -> Result<Vec<i64>> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = Array<BigInt>)]
        counts: Vec<i64>,
    }

    let list = expressions.join(",\n    ");
    let sql = format!("SELECT ARRAY[\n    {list}\n]::bigint[] AS counts FROM {from}");
    let row: Row = diesel::sql_query(sql).get_result(conn)?;
    Ok(row.counts)
}

/// Asks for sums in one statement.
pub(super) fn sums(
    conn: &mut PgConnection,
    from: &str,
    expressions: &[String],
) -> Result<Vec<BigDecimal>> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = Array<Numeric>)]
        sums: Vec<BigDecimal>,
    }

    let list = expressions.join(",\n    ");
    let sql = format!("SELECT ARRAY[\n    {list}\n]::numeric[] AS sums FROM {from}");
    let row: Row = diesel::sql_query(sql).get_result(conn)?;
    Ok(row.sums)
}
