//! Columns that number rows.

use super::super::facts::Numbered;
use super::super::plan::Step;
use super::{Schema, catalog_step};
use crate::catalog::mend::name;

impl Schema<'_> {
    /// Serial columns lose their default and its sequence, whose name the identity takes.
    pub(super) fn release_sequences(&self) -> Option<Step> {
        let statements = self.facts.numbered.iter().flat_map(
            |Numbered {
                 table,
                 column,
                 sequence,
                 ..
             }| {
                let release = format!(
                    "ALTER TABLE {} ALTER COLUMN {} DROP DEFAULT",
                    name(table),
                    name(column)
                );
                let drop = sequence
                    .as_ref()
                    .map(|sequence| format!("DROP SEQUENCE {sequence}"));
                [Some(release), drop].into_iter().flatten()
            },
        );
        let mut step = catalog_step(
            "take the sequences from their columns",
            None,
            statements.collect(),
        )?;
        step.lock = Some("ACCESS EXCLUSIVE on the tables".to_owned());
        Some(step)
    }

    pub(super) fn number_rows(&self) -> Option<Step> {
        let statements = self.facts.numbered.iter().flat_map(
            |Numbered {
                 table,
                 column,
                 next,
                 ..
             }| {
                let expected = self
                    .survey
                    .expected
                    .tables
                    .get(table)
                    .and_then(|table| table.column(column));
                let when = expected
                    .and_then(|column| column.identity.clone())
                    .unwrap_or_default();
                let alter = format!("ALTER TABLE {} ALTER COLUMN {}", name(table), name(column));
                [
                    format!("{alter} ADD GENERATED {} AS IDENTITY", when.to_uppercase()),
                    format!("{alter} RESTART WITH {next}"),
                ]
            },
        );
        let mut step = catalog_step(
            "number the rows by identities, from where the sequences were",
            None,
            statements.collect(),
        )?;
        step.sql
            .extend(self.facts.grants.iter().filter_map(|grant| {
                let numbered = self
                    .facts
                    .numbered
                    .iter()
                    .find(|numbered| numbered.sequence.as_ref() == Some(&grant.name))?;
                Some(format!(
                    "GRANT {} ON SEQUENCE {} TO {}",
                    grant.privileges,
                    name(&format!("{}_{}_seq", numbered.table, numbered.column)),
                    grant.grantee
                ))
            }));
        step.lock = Some("ACCESS EXCLUSIVE on the tables".to_owned());
        Some(step)
    }
}
