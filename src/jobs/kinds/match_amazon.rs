//! Matching Amazon payments.

use serde::{Deserialize, Serialize};

use crate::Result;
use crate::jobs::{Context, Job};
use crate::operations::matching::amazon::{AmazonMatches, match_amazon};
use crate::types::UserId;

/// Matches a user's Amazon payments to orders, or everybody's; see [`match_amazon`].
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct MatchAmazon {
    /// Whose; without: everybody's.
    pub user: Option<UserId>,
}

impl Job for MatchAmazon {
    const KIND: &'static str = "match_amazon";
    type Output = AmazonMatches;

    fn user(&self) -> Option<UserId> {
        self.user
    }

    fn run(&self, context: &mut Context<'_>) -> Result<AmazonMatches> {
        match_amazon(context.conn()?, self.user)
    }
}
