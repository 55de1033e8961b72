//! Clearing away receipts that nobody could read.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Integer, Jsonb, Nullable, Timestamptz};
use serde::{Deserialize, Serialize};

use crate::Result;
use crate::types::{Document, UserId};

/// What was deleted.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct DeletedReceipts {
    /// Number of receipts.
    pub receipts: i64,
    /// What lies in the object store for them; it is for the caller to remove.
    pub objects: Vec<StoredObject>,
}

/// A place in the object store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredObject {
    /// The bucket.
    pub bucket_name: Option<String>,
    /// Key in that bucket.
    pub object_key: String,
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Jsonb)]
    deleted: Document<DeletedReceipts>,
}

/// Deletes for good the receipts of the owner that were made before the cutoff, that no parser could read and that belong to no
/// transaction, neither by a match nor as a source; their attachments and errors go with them. Receipts that count as deleted
/// stay.
///
/// Takes over `delete_old_unmatched_gmail_receipts`.
pub fn delete_unmatched(
    conn: &mut PgConnection,
    owner: impl Into<Option<UserId>>,
    cutoff: DateTime<Utc>,
) -> Result<DeletedReceipts> {
    let row: Row = diesel::sql_query(include_str!("receipt_cleanup.sql"))
        .bind::<Nullable<Integer>, _>(owner.into())
        .bind::<Timestamptz, _>(cutoff)
        .get_result(conn)?;
    Ok(row.deleted.0)
}
