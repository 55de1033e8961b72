//! [`Plan`]: what adoption would do, step by step.

use serde::Serialize;

use super::resolution::{Resolution, Rule};

/// What adoption would do, and what keeps it from it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Plan {
    /// How far the database is from the schema.
    pub state: State,
    /// What is done, in this order and in one transaction.
    pub steps: Vec<Step>,
    /// Rows and objects that the schema refuses; adoption is only possible when each one has a resolution.
    pub blockers: Vec<Blocker>,
    /// What stays although the schema knows nothing of it, one line each.
    pub kept: Vec<String>,
}

/// How far a database is from the schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// It has the schema and its migrations are recorded: there is nothing to do.
    Adopted,
    /// It has the schema: its migrations are only to be recorded.
    Fits,
    /// It has to be changed.
    Differs,
}

/// One step of the plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Step {
    /// What it does, in one line.
    pub title: String,
    /// The table that it is about, under its new name.
    pub table: Option<String>,
    /// Its statements, in their order. Each stands by itself in psql, given the settings of the first step.
    pub sql: Vec<String>,
    /// The lock that it takes, such as `ACCESS EXCLUSIVE on users`.
    pub lock: Option<String>,
    /// What it does with the rows of the table.
    pub work: Work,
    /// How many rows it reads or rewrites.
    pub rows: i64,
    /// What is to be known about it, one line each.
    pub notes: Vec<String>,
}

/// What a step does with rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Work {
    /// It changes the catalog only.
    Catalog,
    /// It reads every row.
    Reads,
    /// It writes every row anew.
    Rewrites,
}

/// Rows or objects that the schema refuses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Blocker {
    /// The kind of conflict.
    pub rule: Rule,
    /// The table, under its new name.
    pub table: String,
    /// What it is, in one line.
    pub message: String,
    /// How many rows it concerns; 0 where it is not about rows.
    pub count: i64,
    /// The query that shows them, as psql takes it; `None` where it is not about rows.
    pub query: Option<String>,
    /// What can be done about it.
    pub suggestion: String,
    /// The choice that settles it; `None` while it keeps adoption from happening.
    pub resolved_by: Option<Resolution>,
}

impl Plan {
    /// The blockers that no choice settles.
    pub fn unresolved(&self) -> impl Iterator<Item = &Blocker> {
        self.blockers
            .iter()
            .filter(|blocker| blocker.resolved_by.is_none())
    }
}
