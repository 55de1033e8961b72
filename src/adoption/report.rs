//! [`Report`]: what adoption did.

use serde::Serialize;

/// What adoption did.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Report {
    /// The steps that were taken, in their order.
    pub steps: Vec<StepDone>,
    /// Every table that was there, with its rows before and after.
    pub tables: Vec<TableDone>,
    /// Rows that are no longer in their table; they are kept in `__spending_db_adoption_removed`.
    pub removed: i64,
    /// Rows of which a value was overwritten; as they were, they are kept in `__spending_db_adoption_removed`.
    pub overwritten: i64,
    /// How long it took, in milliseconds.
    pub elapsed_ms: u64,
}

/// A step that was taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StepDone {
    /// What it did, in one line.
    pub title: String,
    /// How many rows it read or wrote.
    pub rows: i64,
    /// How long it took, in milliseconds.
    pub elapsed_ms: u64,
}

/// A table before and after. Its columns' checksums agreed, but for what the choices changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TableDone {
    /// Its new name.
    pub table: String,
    /// Its rows before.
    pub rows_before: i64,
    /// Its rows after.
    pub rows_after: i64,
    /// Rows that were moved to the side table.
    pub removed: i64,
    /// Rows of which a value became NULL or a JSON string.
    pub overwritten: i64,
}
