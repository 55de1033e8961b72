//! Deleting receipts that nobody could read.

use chrono::{DateTime, Days, Utc};
use diesel::dsl;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};

use crate::jobs::{Context, Job};
use crate::operations::receipt_cleanup::{DeletedReceipts, delete_unmatched};
use crate::types::EVERYONE;
use crate::{Error, Result};

/// Deletes everybody's receipts that no parser could read and that belong to no transaction; see [`delete_unmatched`]. The
/// result names what lies in the object store for them, for whoever removes it there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct DeleteOldReceipts {
    /// Older than so many days; by default 90.
    pub days: u32,
}

impl Default for DeleteOldReceipts {
    fn default() -> Self {
        Self { days: 90 }
    }
}

impl Job for DeleteOldReceipts {
    const KIND: &'static str = "delete_old_receipts";
    type Output = DeletedReceipts;

    fn run(&self, context: &mut Context<'_>) -> Result<DeletedReceipts> {
        let conn = context.conn()?;
        let now: DateTime<Utc> =
            diesel::select(dsl::now.into_sql::<diesel::sql_types::Timestamptz>())
                .get_result(conn)?;
        let cutoff = now
            .checked_sub_days(Days::new(self.days.into()))
            .ok_or_else(|| Error::invalid("days", "that is before the first day"))?;
        delete_unmatched(conn, EVERYONE, cutoff)
    }
}
