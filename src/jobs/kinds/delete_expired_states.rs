//! Deleting authorisations that nobody finished.

use serde::{Deserialize, Serialize};

use crate::Result;
use crate::jobs::{Context, Job};
use crate::models::core::OAuthState;
use crate::models::gmail::GmailOAuthState;

/// Deletes the states of authorisations that have expired, of banks and of mailboxes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeleteExpiredStates {}

/// How many states were deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct DeletedStates {
    /// Of banks: rows of `oauth_state`.
    pub bank: usize,
    /// Of mailboxes: rows of `gmail_oauth_state`.
    pub gmail: usize,
}

impl Job for DeleteExpiredStates {
    const KIND: &'static str = "delete_expired_states";
    type Output = DeletedStates;

    fn run(&self, context: &mut Context<'_>) -> Result<DeletedStates> {
        let conn = context.conn()?;
        Ok(DeletedStates {
            bank: OAuthState::delete_expired(conn)?,
            gmail: GmailOAuthState::delete_expired(conn)?,
        })
    }
}
