//! Emptying the texts of old mails.

use chrono::{TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::Result;
use crate::jobs::{Context, Job};
use crate::operations::gmail::retention::clear_mail_bodies;
use crate::types::UserId;

/// Empties the bodies of mails that are older than so many days; see [`clear_mail_bodies`]. It is not part of the upkeep:
/// how long mails are kept is for the application to say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClearMailBodies {
    /// How long bodies are kept.
    pub days: u32,
    /// Whose; without: everybody's.
    #[serde(default)]
    pub user: Option<UserId>,
}

/// What was emptied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct ClearedMails {
    /// Mails.
    pub mails: usize,
}

impl Job for ClearMailBodies {
    const KIND: &'static str = "clear_mail_bodies";
    type Output = ClearedMails;

    fn user(&self) -> Option<UserId> {
        self.user
    }

    fn run(&self, context: &mut Context<'_>) -> Result<ClearedMails> {
        let cutoff = Utc::now() - TimeDelta::days(self.days.into());
        let mails = clear_mail_bodies(context.conn()?, self.user, cutoff)?;
        Ok(ClearedMails { mails })
    }
}
