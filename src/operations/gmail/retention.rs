//! How long the texts of mails are kept.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Integer, Nullable, Timestamptz};

use crate::Result;
use crate::types::UserId;

/// Empties the bodies and previews of the owner's mails that were fetched before the cutoff, and says of how many. Headers and
/// the list of attachments stay. A mail stays whole while a receipt of it waits: to be parsed (again), for its PDF, or for
/// the language model.
///
/// Unreadable receipts themselves go by [`delete_unmatched`](crate::operations::receipt_cleanup::delete_unmatched).
pub fn clear_mail_bodies(
    conn: &mut PgConnection,
    owner: impl Into<Option<UserId>>,
    cutoff: DateTime<Utc>,
) -> Result<usize> {
    Ok(diesel::sql_query(include_str!("clear_mail_bodies.sql"))
        .bind::<Nullable<Integer>, _>(owner.into())
        .bind::<Timestamptz, _>(cutoff)
        .execute(conn)?)
}
