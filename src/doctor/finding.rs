//! [`Finding`]: what a question came to.

use std::fmt;

use serde::Serialize;

/// What a finding is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the names say it")]
pub enum Area {
    Versions,
    Settings,
    Connections,
    Migrations,
    Tables,
    Indexes,
    Statements,
    Secrets,
    Jobs,
}

/// How grave a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Nothing is wrong.
    Ok,
    /// The server did not answer, for want of a privilege as a rule.
    NotExamined,
    /// Worth knowing; nothing has to be done.
    Note,
    /// Something works badly, or soon will.
    Warning,
    /// Something does not work, or data may be lost.
    Error,
}

/// Something to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// A statement, to be run outside of a transaction.
    Sql(String),
    /// What is typed into a shell.
    Command(String),
    /// What a person has to see to.
    Advice(String),
}

/// What a question came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Finding {
    /// What it is about.
    pub area: Area,
    /// How grave it is.
    pub severity: Severity,
    /// What was found, in one line, with figures.
    pub found: String,
    /// More of it, a line each, such as the largest tables.
    pub details: Vec<String>,
    /// What it causes or would cause.
    pub causes: Option<String>,
    /// What to do, in this order.
    pub steps: Vec<Step>,
}

impl Area {
    pub(super) fn finding(self, severity: Severity, found: impl Into<String>) -> Finding {
        Finding {
            area: self,
            severity,
            found: found.into(),
            details: Vec::new(),
            causes: None,
            steps: Vec::new(),
        }
    }

    pub(super) fn ok(self, found: impl Into<String>) -> Finding {
        self.finding(Severity::Ok, found)
    }

    pub(super) fn note(self, found: impl Into<String>) -> Finding {
        self.finding(Severity::Note, found)
    }

    pub(super) fn warning(self, found: impl Into<String>) -> Finding {
        self.finding(Severity::Warning, found)
    }

    pub(super) fn error(self, found: impl Into<String>) -> Finding {
        self.finding(Severity::Error, found)
    }
}

impl Finding {
    pub(super) fn details(self, details: impl IntoIterator<Item = String>) -> Self {
        Self {
            details: details.into_iter().collect(),
            ..self
        }
    }

    pub(super) fn causes(self, causes: impl Into<String>) -> Self {
        Self {
            causes: Some(causes.into()),
            ..self
        }
    }

    pub(super) fn sql(self, statement: impl Into<String>) -> Self {
        self.step(Step::Sql(statement.into()))
    }

    pub(super) fn command(self, command: impl Into<String>) -> Self {
        self.step(Step::Command(command.into()))
    }

    pub(super) fn advice(self, advice: impl Into<String>) -> Self {
        self.step(Step::Advice(advice.into()))
    }

    pub(super) fn step(mut self, step: Step) -> Self {
        self.steps.push(step);
        self
    }

    pub(super) fn steps(self, steps: impl IntoIterator<Item = Step>) -> Self {
        steps.into_iter().fold(self, Self::step)
    }
}

impl fmt::Display for Area {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Versions => "versions",
            Self::Settings => "settings",
            Self::Connections => "connections",
            Self::Migrations => "migrations",
            Self::Tables => "tables",
            Self::Indexes => "indexes",
            Self::Statements => "statements",
            Self::Secrets => "secrets",
            Self::Jobs => "jobs",
        })
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Ok => "ok",
            Self::NotExamined => "not examined",
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        })
    }
}
