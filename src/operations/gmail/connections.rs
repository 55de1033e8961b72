//! Mailboxes with what came through them.

use diesel::prelude::*;
use diesel::sql_types::Integer;

use super::forgetting;
use crate::Result;
use crate::models::gmail::connection::owned_by;
use crate::schema::{gmail_connections, gmail_receipts};
use crate::types::{GmailConnectionId, GmailReceiptId, UserId};

/// Removes a mailbox of the owner with all that came through it: receipts (deleted or not), their matches, enrichment
/// sources, stored mails and attachments, sync jobs, statistics and errors. Where a transaction loses its primary source the
/// best of the others takes its place; a status `Gmail` without a match that is left becomes `None`.
///
/// [`Error::NotFound`](crate::Error::NotFound) where the owner has no such mailbox. Files in the object store are not
/// touched: ask for their keys first.
///
/// Takes over `delete_gmail_connection`.
pub fn remove(
    conn: &mut PgConnection,
    owner: impl Into<Option<UserId>>,
    id: GmailConnectionId,
) -> Result<()> {
    let owner = owner.into();
    conn.transaction(|conn| {
        let id: GmailConnectionId = gmail_connections::table
            .find(id)
            .filter(owned_by(owner))
            .select(gmail_connections::id)
            .for_update()
            .first(conn)?;
        let receipts: Vec<GmailReceiptId> = gmail_receipts::table
            .filter(gmail_receipts::connection_id.eq(id))
            .order(gmail_receipts::message_id)
            .select(gmail_receipts::id)
            .for_update()
            .load(conn)?;
        forgetting::forget(conn, &receipts)?;
        diesel::sql_query(include_str!("delete_unassigned_mails.sql"))
            .bind::<Integer, _>(id)
            .execute(conn)?;
        diesel::delete(gmail_connections::table.find(id)).execute(conn)?;
        Ok(())
    })
}
