//! Applying the category rules.

use serde::{Deserialize, Serialize};

use crate::Result;
use crate::jobs::{Context, Job};
use crate::operations::rules::{Application, apply};
use crate::types::UserId;

/// Applies all rules to a user's transactions, or to everybody's; see [`apply`].
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ApplyRules {
    /// Whose; without: everybody's.
    pub user: Option<UserId>,
}

impl Job for ApplyRules {
    const KIND: &'static str = "apply_rules";
    type Output = Application;

    fn user(&self) -> Option<UserId> {
        self.user
    }

    fn run(&self, context: &mut Context<'_>) -> Result<Application> {
        apply(context.conn()?, self.user)
    }
}
