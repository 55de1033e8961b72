//! [`History`]: what the migrations so far say of tables, as far as the rules ask.

use std::collections::{HashMap, HashSet};

use super::column_type::ColumnType;

#[derive(Default)]
pub(super) struct History {
    columns: HashMap<(String, String), ColumnType>,
    constraints: HashMap<(String, String), Constraint>,
    /// What the migration that is read creates: tables and materialised views.
    created: HashSet<String>,
    /// The constraints that it adds without validating them.
    unvalidated: HashSet<(String, String)>,
}

/// A constraint that was added to a table.
pub(super) struct Constraint {
    pub(super) is_valid: bool,
    /// The column that it keeps from being null.
    pub(super) refuses_null_in: Option<String>,
}

impl History {
    pub(super) fn begin_migration(&mut self) {
        self.created.clear();
        self.unvalidated.clear();
    }

    pub(super) fn create(&mut self, table: &str) {
        self.created.insert(table.to_owned());
    }

    /// Whether the migration that is read created it, so that nobody else uses it yet.
    pub(super) fn is_new(&self, table: &str) -> bool {
        self.created.contains(table)
    }

    pub(super) fn set_type(&mut self, table: &str, column: &str, column_type: ColumnType) {
        self.columns.insert(key(table, column), column_type);
    }

    pub(super) fn type_of(&self, table: &str, column: &str) -> Option<&ColumnType> {
        self.columns.get(&key(table, column))
    }

    pub(super) fn drop_column(&mut self, table: &str, column: &str) {
        self.columns.remove(&key(table, column));
    }

    pub(super) fn add_constraint(&mut self, table: &str, name: &str, constraint: Constraint) {
        if !constraint.is_valid {
            self.unvalidated.insert(key(table, name));
        }
        self.constraints.insert(key(table, name), constraint);
    }

    pub(super) fn validate(&mut self, table: &str, name: &str) {
        if let Some(constraint) = self.constraints.get_mut(&key(table, name)) {
            constraint.is_valid = true;
        }
    }

    pub(super) fn drop_constraint(&mut self, table: &str, name: &str) {
        self.constraints.remove(&key(table, name));
    }

    /// Whether the migration that is read added the constraint without validating it.
    pub(super) fn is_just_added(&self, table: &str, name: &str) -> bool {
        self.unvalidated.contains(&key(table, name))
    }

    /// Whether a validated check keeps the column from being null.
    pub(super) fn refuses_null(&self, table: &str, column: &str) -> bool {
        self.constraints
            .iter()
            .any(|((constrained, _), constraint)| {
                constrained == table
                    && constraint.is_valid
                    && constraint.refuses_null_in.as_deref() == Some(column)
            })
    }
}

fn key(table: &str, name: &str) -> (String, String) {
    (table.to_owned(), name.to_owned())
}
